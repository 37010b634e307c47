import pytest
import torch
from torch import nn
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.transformers.rms_norm import RMSNorm
from tests.helpers.torch_calls import Refusing

WIDE = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
HALF = pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)


def two_norms(dim=6, eps=1e-6, dtype=torch.float32):
    """The answer and PyTorch's module, with the same weights, none of them 1."""
    theirs = nn.RMSNorm(dim, eps=eps, dtype=dtype)
    nn.init.uniform_(theirs.weight, 1.5, 3.0)
    ours = RMSNorm(dim, eps=eps).to(dtype)
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


@prompt_says(
    "every vector along the last dimension is divided by the root of the mean of its "
    "squares, and multiplied by a learned weight.",
    "Results and gradients are those of `nn.RMSNorm(dim, eps=eps)` up to rounding, in "
    "float32 and in float64.",
)
@WIDE
def test_computes_what_pytorchs_module_does(dtype):
    """Work out one vector on paper: square, mean, root, divide, times the weight."""
    ours, theirs = two_norms(dtype=dtype)
    x = torch.randn(4, 6, dtype=dtype) + 1
    digits = 100 * torch.finfo(dtype).eps  # a float32 on the way costs half of them
    assert_close(ours(x.clone()), theirs(x), rtol=digits, atol=digits)


@prompt_says(
    "takes a tensor of shape `(..., dim)`, with any number of dimensions before the "
    "last one, and returns the same shape"
)
@pytest.mark.parametrize("shape", [(6,), (2, 3, 6), (2, 1, 6, 6), (0, 6)], ids=str)
def test_each_vector_stands_alone(shape):
    """The mean runs over one dimension, counted from the end."""
    ours, theirs = two_norms()
    x = torch.randn(shape) * torch.rand(*shape[:-1], 1)
    assert_close(ours(x.clone()), theirs(x))


@prompt_says(
    "`eps` is above 0, and is added to the mean of the squares, inside the root."
)
def test_adds_eps_inside_the_root():
    """A mean of squares of 1 and an `eps` of 3: what is the root?"""
    x = torch.tensor([[1.0, -1.0, 1.0, -1.0]])
    assert_close(RMSNorm(4, eps=3.0)(x.clone()), x / 2)
    # the mean of these squares is the `eps` that is the default
    assert_close(RMSNorm(4)(1e-3 * x), x / 2**0.5)


@prompt_says(
    "A vector of zeros gives zeros, and no gradient of it is NaN or infinite.",
    "Results and gradients are those of `nn.RMSNorm(dim, eps=eps)` up to rounding",
)
def test_sends_pytorchs_gradients_back():
    """The root depends on `x` too. And how steep is it at zero?"""
    ours, theirs = two_norms(eps=0.25)
    given = torch.tensor([[1.0, 2.0, -3.0, 0.5, 0.1, 1.0], [0.0] * 6])
    found, expected = given.clone().requires_grad_(), given.clone().requires_grad_()
    ours(found).sin().sum().backward()
    theirs(expected).sin().sum().backward()
    for row, name in enumerate(["a vector", "a vector of zeros"]):
        seen, wanted = (g.grad[row].tolist() for g in (found, expected))
        assert seen == pytest.approx(wanted, abs=1e-5), f"{name} gets {seen}"
    assert_close(ours.weight.grad, theirs.weight.grad)


@prompt_says(
    "For `x` in bfloat16 or float16, squares, mean, root and quotient are computed in "
    "float32, and only what comes out is rounded to the dtype of `x`"
)
@HALF
def test_rounds_halves_only_at_the_end(dtype):
    """Every step in half precision rounds again, and a square may not fit at all."""
    norm = RMSNorm(64).to(dtype)
    for scale in (1, 1000, 0.01):
        x = (scale * torch.randn(64, 64)).to(dtype)
        exact = x.double() * (x.double().square().mean(-1, keepdim=True) + 1e-6).rsqrt()
        off = (norm(x).double() != exact.to(dtype)).double().mean().item()
        # float32 may round a number to its other neighbour, but seldom
        assert off < 0.01, f"at scale {scale}, {off:.0%} of the numbers are not nearest"


@prompt_says("The result has the dtype of `x`, also where the weight has another one.")
def test_returns_the_dtype_of_x():
    """What is the dtype of a half times a float?"""
    kinds = torch.bfloat16, torch.float16, torch.float32, torch.float64
    for weight, given in [(w, x) for w in kinds for x in kinds]:
        result = RMSNorm(4).to(weight)(torch.ones(2, 4, dtype=given))
        assert result.dtype == given, f"{given} and weights in {weight}: {result.dtype}"


@prompt_says(
    "The module has one parameter, `weight`, of shape `(dim,)`, all ones at the start, "
    "and nothing else in its state dict."
)
def test_learns_one_weight_a_feature():
    """A state dict of PyTorch's module has one entry. What does yours have?"""
    norm = RMSNorm(3)
    found = {name: value.tolist() for name, value in norm.state_dict().items()}
    assert found == {"weight": [1.0, 1.0, 1.0]}, f"the state dict is {found}"
    learned = [name for name, p in norm.named_parameters() if p.requires_grad]
    assert learned == ["weight"], f"what learns is {learned}"


@prompt_says("`x` itself is left as it was.")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_leaves_x_alone(dtype):
    """A cast to the dtype that a tensor has already makes no copy."""
    x = torch.tensor([[1.0, 2.0, 3.0, 4.0]], dtype=dtype)
    with torch.no_grad():
        RMSNorm(4)(x)
    assert x.tolist() == [[1, 2, 3, 4]], f"x is {x.tolist()} now, in {dtype}"


@prompt_says(
    "An `x` whose last dimension is not `dim` raises `ValueError`, also if it would "
    "broadcast."
)
@pytest.mark.parametrize("shape", [(2, 3), (2, 5), (3, 1), (4, 2), ()], ids=str)
def test_refuses_another_last_dimension(shape):
    """One feature would be spread over all the weights without an error."""
    with pytest.raises(ValueError):
        RMSNorm(4)(torch.ones(shape))
    with pytest.raises(ValueError):
        RMSNorm(1)(torch.ones(*shape, 3))


@prompt_says("Neither `nn.RMSNorm` nor `F.rms_norm` is called.")
def test_does_the_work_itself():
    """The one line is what was asked for."""
    norm = RMSNorm(4)
    with Refusing("rms_norm"):
        assert norm(torch.ones(2, 4)).shape == (2, 4)
        assert norm.eval()(torch.ones(1, 4, dtype=torch.bfloat16)).shape == (1, 4)
