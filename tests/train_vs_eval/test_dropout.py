import pytest
import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.train_vs_eval.dropout import Dropout

SIZE = 200


def square(value=1.0):
    return torch.full((SIZE, SIZE), value)


class Called(TorchFunctionMode):
    """The names of PyTorch's functions that are called inside."""

    def __init__(self):
        super().__init__()
        self.names = set()

    def __torch_function__(self, function, types, args=(), kwargs=None):
        self.names.add(getattr(function, "__name__", ""))
        return function(*args, **kwargs or {})


@prompt_says(
    "In training mode each element is dropped, that is, set to zero, with probability "
    "`p`, independently of all others."
)
@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_drops_with_probability_p(p):
    """Of the two probabilities, which one is `p`: to be dropped, or to stay?"""
    dropped = (Dropout(p)(square()) == 0).double().mean().item()
    # eight standard deviations of the share of 40,000 draws
    assert abs(dropped - p) < 8 * (p * (1 - p)) ** 0.5 / SIZE, (
        f"{dropped:.0%} of the elements are dropped with p={p}"
    )


@prompt_says(
    "The elements that stay are divided by `1 - p`, so that the expected value of each "
    "element is what it was."
)
@pytest.mark.parametrize("p", [0.2, 0.5, 0.75])
def test_scales_what_stays(p):
    """Fewer elements arrive: make up for it here and now."""
    x = torch.randn(50) + 3
    y = Dropout(p)(x)
    stays = y != 0
    assert stays.any(), "nothing stays"
    assert_close(y[stays], x[stays] / (1 - p))


@prompt_says(
    "independently of all others. How many are dropped is left to chance as well."
)
def test_decides_for_each_element_alone():
    """One draw each: not one for a row, a column, or a fixed number of them."""
    masks = Dropout()(square()) != 0
    for dim, name in ((0, "columns"), (1, "rows")):
        counts = masks.sum(dim).double()
        spread = counts.std().item()
        # a binomial count of 200 at 1/2 has a deviation of 7.1
        assert 5 < spread < 10, (
            f"{name} keep {counts.mean():.0f} of {SIZE}, give or take {spread:.1f}; "
            "by chance it is about 7"
        )
    totals = {int((Dropout()(square()[0]) != 0).sum()) for _ in range(10)}
    assert len(totals) > 1, f"each of ten calls keeps {totals.pop()} of {SIZE}"


@prompt_says(
    "In evaluation mode, whether set on the module or on a model around it, the result "
    "has the very values of `x`, and no random numbers are drawn."
)
def test_does_nothing_in_evaluation_mode():
    """Everything that has to be made up for was made up for in training."""
    x, model = torch.randn(30), nn.Sequential(Dropout(0.3))
    before = torch.get_rng_state()
    y = model.eval()(x)
    assert_close(y, x, rtol=0, atol=0)
    drawn = not torch.equal(torch.get_rng_state(), before)
    assert not drawn, "evaluation draws random numbers"
    assert (model.train()(x) == 0).any(), "back in training mode nothing is dropped"


@prompt_says(
    "The gradient takes the same way: `1 / (1 - p)` for what stayed, zero for what was "
    "dropped."
)
def test_the_gradient_goes_through_the_same_mask():
    """Let autograd see how the result came from `x`."""
    x = torch.rand(60, dtype=torch.float64).add(1).requires_grad_()
    weight = torch.randn(60, dtype=torch.float64)
    y = Dropout(0.4)(x)
    (y * weight).sum().backward()
    assert_close(x.grad, weight * (y != 0) / 0.6)


@prompt_says(
    "Each call in training mode draws a new mask from PyTorch's own random numbers, so "
    "after the same `torch.manual_seed` it is the same."
)
def test_draws_a_new_mask_for_each_call():
    """A mask that is kept drops the same units for good."""
    layer, x = Dropout(), torch.ones(100)
    masks = []
    for seed in (7, None, 7):
        if seed:
            torch.manual_seed(seed)
        masks.append(layer(x) != 0)
    assert not torch.equal(masks[0], masks[1]), "two calls share one mask"
    again = torch.equal(masks[0], masks[2])
    assert again, "after the same seed the mask is another one"


@prompt_says(
    "With `p=0` nothing is dropped, and with `p=1` everything: zeros, and a gradient "
    "of zeros, not NaN."
)
@pytest.mark.parametrize("p", [0, 1, 0.0, 1.0])
def test_knows_both_ends(p):
    """What do you divide by when nothing stays?"""
    x = torch.tensor([-2.0, 0.5, 3.0], requires_grad=True)
    y = Dropout(p)(x)
    y.sum().backward()
    assert_close(y.detach(), x.detach() * (1 - p))
    assert_close(x.grad, torch.ones(3) * (1 - p))


@prompt_says(
    "The result has the shape, dtype and device of `x`, be it float32 or float64. `x` "
    "keeps its values; you may take them to be finite."
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3, 4)], ids=str)
def test_keeps_shape_dtype_device_and_input(shape, dtype):
    """A mask of your own must lie where `x` lies, and `x` is the caller's."""
    x = torch.randn(shape, dtype=dtype)
    before = x.clone()
    with torch.device("meta"):  # where a tensor goes that is told no device
        for p in (0.5, 1.0):
            y = Dropout(p)(x)
            seen = tuple(y.shape), y.dtype, y.device.type
            assert seen == (shape, dtype, "cpu"), f"the result has {seen}"
    assert torch.equal(x, before), "your layer changed its input `x`"


@prompt_says(
    "The module has no parameters and no buffers. A `p` outside of 0 to 1 raises "
    "`ValueError` when the module is made."
)
def test_holds_no_tensors_and_refuses_other_probabilities():
    """It has one number, which must be a probability."""
    layer = Dropout(0.5)
    layer(torch.ones(4))
    held = sorted({**dict(layer.named_parameters()), **dict(layer.named_buffers())})
    assert held == [], f"the layer holds {', '.join(held)}"
    for p in (-0.1, 1.1):
        with pytest.raises(ValueError):
            Dropout(p)


@prompt_says(
    "Write it yourself: no dropout of PyTorch's, under whatever name, is called or "
    "inherited."
)
def test_is_written_without_a_ready_dropout():
    """The question asks for the few lines that PyTorch's own layer hides."""
    layer = Dropout(0.5)
    with Called() as called:
        layer(torch.ones(2, 3))
    ready = sorted(name for name in called.names if "dropout" in name)
    assert ready == [], f"your layer calls {', '.join(ready)}"
    inherited = [c.__name__ for c in type(layer).__mro__ if "torch" in c.__module__]
    assert inherited == ["Module"], f"your layer inherits {', '.join(inherited)}"
