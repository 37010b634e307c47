"""What the pages of transformers say about PyTorch, shown on PyTorch itself."""

import torch
from torch import nn
from torch.nn.functional import layer_norm
from torch.testing import assert_close

# --- RMS normalisation --------------------------------------------------------


def test_layer_norm_is_rms_norm_of_the_centred_vector():
    x = torch.randn(3, 8)
    centred = x - x.mean(-1, keepdim=True)
    assert_close(layer_norm(x, (8,)), nn.RMSNorm(8, eps=1e-5)(centred))


def test_pytorchs_rms_norm_takes_the_epsilon_of_float32():
    x = torch.full((1, 4), 1e-3)
    for dtype in (torch.float32, torch.bfloat16, torch.float16):
        found = nn.RMSNorm(4, dtype=dtype)(x.to(dtype))
        assert_close(found, nn.RMSNorm(4, eps=1.1920929e-07, dtype=dtype)(x.to(dtype)))


def test_the_scale_of_x_does_not_matter_to_rms_norm():
    """The gradient is orthogonal to x, and half as long where x is twice as long."""
    x = torch.randn(8, dtype=torch.float64, requires_grad=True)
    norm, weights = nn.RMSNorm(8, eps=0, dtype=torch.float64), torch.randn(8).double()
    assert_close(norm(2 * x), norm(x))
    (gradient,) = torch.autograd.grad(norm(x) @ weights, x)
    twice = (2 * x).detach().requires_grad_()
    (half,) = torch.autograd.grad(norm(twice) @ weights, twice)
    assert_close(gradient @ x, torch.zeros(()).double())
    assert_close(half, gradient / 2)
