import math

import pytest
import torch
import torch.fx.experimental.symbolic_shapes  # with backward(v): the judge has it ready
from torch.autograd import grad, gradcheck, gradgradcheck
from torch.autograd.function import BackwardCFunction
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.autograd.custom_function import softplus
from tests.helpers.torch_calls import Operations

FAR = [-50.0, -20.0, 0.0, 30.0, 1000.0]


def points(*shape):
    return torch.randn(*shape, dtype=torch.float64, requires_grad=True)


def slope(x, beta):
    return 1 / (1 + math.exp(-beta * x))


def nodes(tensor):
    """The nodes of the graph that `tensor` holds."""
    todo, found = [tensor.grad_fn], set()
    while todo:
        node = todo.pop()
        if node is not None and node not in found:
            found.add(node)
            todo += [parent for parent, _ in node.next_functions]
    return found


class Recorded(Operations):
    """Also whether autograd records what runs."""

    recorded = False

    def __torch_dispatch__(self, *operation):
        self.recorded |= torch.is_grad_enabled()
        return super().__torch_dispatch__(*operation)


@prompt_says(
    "It returns `log(1 + exp(beta * x)) / beta` for each element of `x`, computed by a "
    "subclass of `torch.autograd.Function` whose `backward` you write."
)
@pytest.mark.parametrize("beta", [1.0, 0.5, 3])
def test_gives_the_softplus_of_each_element(beta):
    """Work one value out on paper: where does `beta` stand, inside and outside?"""
    x = points(2, 3)
    expected = [[math.log1p(math.exp(beta * v)) / beta for v in r] for r in x.tolist()]
    assert_close(softplus(x, beta), torch.tensor(expected, dtype=torch.float64))
    assert_close(softplus(x), (1 + x.exp()).log())


@prompt_says(
    "Both the value and the gradient keep their digits far from zero, to a relative "
    "error of 1e-5 in float32: nothing overflows at 1000, and the value and the "
    "gradient at -20 with `beta=1` are about 2e-9 and not 0."
)
@pytest.mark.parametrize("beta", [1.0, 0.5])
def test_keeps_its_digits_far_from_zero(beta):
    """Which exponential can overflow, and which sum swallows a small number?"""
    x = torch.tensor(FAR, requires_grad=True)
    y = softplus(x, beta)
    (slopes,) = grad(y.sum(), x)
    values = [max(v, 0) + math.log1p(math.exp(-beta * abs(v))) / beta for v in FAR]
    assert_close(y.detach(), torch.tensor(values), rtol=1e-5, atol=0)
    expected = torch.tensor([slope(v, beta) for v in FAR])
    assert_close(slopes, expected, rtol=1e-5, atol=0)


@prompt_says(
    "The gradient with respect to `x` passes `torch.autograd.gradcheck`, alone and "
    "inside a longer computation."
)
@pytest.mark.parametrize("beta", [1.0, 3.0])
def test_passes_gradcheck(beta):
    """The derivative, times the gradient that comes in: one for each input."""
    x, weight = points(4), points(4).detach()
    (slopes,) = grad((weight * softplus(x, beta)).sum(), x)
    assert_close(slopes, weight * torch.sigmoid(beta * x.detach()))
    assert gradcheck(softplus, (x, beta))
    assert gradcheck(lambda t: softplus(t.sin(), beta) ** 2, x)


@prompt_says(
    "It can be differentiated again: `torch.autograd.gradgradcheck` passes as well."
)
@pytest.mark.parametrize("beta", [1.0, 3.0])
def test_passes_gradgradcheck(beta):
    """Everything `backward` computes with must know how it depends on `x`."""
    x = points(4)
    y = softplus(x, beta)
    (slopes,) = grad((y**2).sum(), x, create_graph=True)
    (second,) = grad(slopes.sum(), x)
    s = torch.sigmoid(beta * x.detach())
    assert_close(second, 2 * s**2 + 2 * beta * y.detach() * s * (1 - s))
    assert gradgradcheck(softplus, (x, beta))


@prompt_says(
    "Then the backward pass raises `RuntimeError` or gives the gradient at the old "
    "`x`; it never "
    "gives a wrong gradient in silence."
)
@pytest.mark.parametrize("edited", ["x", "the result"])
def test_an_edit_in_place_gives_no_wrong_gradient(edited):
    """Autograd compares the versions of the tensors that it was asked to keep."""
    x = torch.tensor([0.0, 1.0], requires_grad=True)
    copy = x.clone()
    y = softplus(copy)
    with torch.no_grad():
        (copy if edited == "x" else y).add_(5)
    try:
        (slopes,) = grad(y.sum(), x)
    except RuntimeError:
        return  # noticed
    assert_close(slopes, torch.tensor([0.5, slope(1.0, 1)]))


@prompt_says(
    "For the backward pass, autograd keeps one tensor of the size of `x` at most."
)
def test_keeps_one_tensor_for_the_backward_pass():
    """From which one tensor can the derivative be computed again?"""
    kept = {}
    x = torch.randn(100, requires_grad=True)

    def pack(tensor):
        kept[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        y = softplus(x, 2.0)
    count = sum(tensor.numel() for tensor in kept.values())
    assert count <= 100, f"{count} numbers are kept for {len(y)} results"


@prompt_says(
    "Derive it yourself: neither PyTorch's softplus nor its log-sigmoid runs, and "
    "`backward` does not call autograd."
)
def test_the_derivative_is_written_by_hand():
    """It is one formula: take a pencil, and hand nothing over to PyTorch."""
    x = torch.randn(3, requires_grad=True)
    with Recorded() as forward:
        y = softplus(x, 2.0)
    own = [node for node in nodes(y) if isinstance(node, BackwardCFunction)]
    ones = torch.ones(3)
    with Recorded() as backward:
        y.backward(ones)
    names = sorted({*forward.names, *backward.names})
    ready = [name for name in names if "softplus" in name or "log_sigmoid" in name]
    assert ready == [], f"your function runs {', '.join(ready)}"
    assert own, "the result comes from no autograd.Function of yours"
    assert not backward.recorded, "your `backward` records a graph of its own"


@prompt_says(
    "The result has the shape, dtype and device of `x`, be it float32 or float64, and "
    "`x` keeps its values."
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(), (0,), (2, 1, 3)], ids=str)
def test_takes_any_shape_dtype_and_device(shape, dtype):
    """A tensor made on the way has a shape, dtype and device of its own: make none."""
    x = torch.randn(shape, dtype=dtype, requires_grad=True)
    before = x.tolist()
    with torch.device("meta"):  # where a tensor goes that is told no device
        y = softplus(x, 0.5)
        (slopes,) = grad(y.sum(), x)
    assert (y.shape, y.dtype, y.device) == (x.shape, dtype, x.device)
    assert (slopes.shape, slopes.dtype) == (x.shape, dtype)
    assert x.tolist() == before, "your function changed its input `x`"


@prompt_says("One that is not above zero raises `ValueError`.")
@pytest.mark.parametrize("beta", [0, -1.0])
def test_refuses_a_beta_that_is_not_above_zero(beta):
    """Look at it before it divides anything."""
    with pytest.raises(ValueError):
        softplus(torch.ones(2), beta)
