import pytest
import torch
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.pytorch_vs_tensorflow.gradient_tape import GradientTape


def leaf(*values, dtype=torch.float32):
    return torch.tensor(values, dtype=dtype, requires_grad=True)


@prompt_says(
    "Nothing is added to anything: a tape in each iteration gives the gradient of that "
    "iteration alone",
)
def test_gives_the_gradient_of_this_iteration_alone():
    """A tape returns what it finds; nothing is left over for the next one."""
    x, seen = leaf(1.0, 2.0, 3.0), []
    for _ in range(3):
        with GradientTape() as tape:
            loss = (x**2 + 2 * x + 1).sum()
        seen.append(tape.gradient(loss, x).tolist())
    assert seen == [[4.0, 6.0, 8.0]] * 3, f"three tapes gave {seen}"


@prompt_says(
    "The `.grad` and the `requires_grad` of every tensor stay as they were.",
)
def test_leaves_every_grad_as_it_was():
    """Others may keep gradients in `.grad`: do not read, write or clear it."""
    x, other, third = leaf(1.0), leaf(2.0), leaf(3.0)
    x.grad, third.grad = torch.tensor([7.0]), torch.tensor([8.0])
    with GradientTape() as tape:
        loss = (x * other * third).sum()
    tape.gradient(loss, x)
    assert other.grad is None, f"an empty `.grad` of no source became {other.grad}"
    kept = x.grad, third.grad
    assert kept == (7.0, 8.0), f"the `.grad` of 7 and 8 became {kept}"


@prompt_says(
    "returns the derivative of the sum of all numbers in `target` with respect to each "
    "source",
)
@pytest.mark.parametrize("shape", [(3,), (1, 3), (2, 3)])
def test_sums_a_target_of_many_numbers(shape):
    """PyTorch wants a scalar to start from. Which one does the tape start from?"""
    x = leaf(1.0, 2.0, 3.0)
    with GradientTape() as tape:
        target = (x**2).expand(shape)
    rows = target.numel() / 3
    assert_close(tape.gradient(target, x), rows * torch.tensor([2.0, 4.0, 6.0]))


@prompt_says("It is `None` for a source that the target does not depend on")
def test_gives_none_for_what_is_not_connected():
    """Not connected is something else than a slope of zero, and the tape says which."""
    x, other, flat = leaf(1.0, 2.0), leaf(3.0), leaf(4.0)
    with GradientTape() as tape:
        loss = (x * 2).sum() + (flat * 0).sum()
    unused, slope, zero = tape.gradient(loss, [other, x, flat])
    assert unused is None, f"a source that is not connected got {unused}"
    assert slope.tolist() == [2.0, 2.0], f"the connected one got {slope}"
    assert torch.is_tensor(zero), f"a slope of 0 gave {zero}"
    assert zero.tolist() == [0.0], f"a slope of 0 gave {zero}"


@prompt_says(
    "and for one that does not require a gradient. A target that depends on nothing "
    "that requires a gradient gives `None` for every source.",
    "The `.grad` and the `requires_grad` of every tensor stay as they were.",
)
def test_gives_none_for_what_is_not_watched():
    """A tape takes a constant without an error: do not ask autograd about it."""
    x, constant = leaf(1.0, 2.0), torch.ones(2)
    with GradientTape(persistent=True) as tape:
        loss, fixed = (x * constant).sum(), constant.sum()
    found = tape.gradient(loss, [constant, x])
    assert found[0] is None, f"a constant got {found[0]}"
    assert found[1].tolist() == [1.0, 1.0], f"beside a constant, x got {found[1]}"
    assert tape.gradient(loss, constant) is None, "a constant alone got a gradient"
    assert tape.gradient(fixed, [x, constant]) == [None, None]
    assert not constant.requires_grad, "the constant requires a gradient now"


@prompt_says(
    "one tensor if `sources` is a tensor, a list if it is a list of tensors. A source "
    "may also be a result in between.",
)
def test_answers_in_the_form_it_was_asked():
    """One source, one gradient; a list of one is still a list."""
    x = leaf(1.0, 2.0)
    with GradientTape(persistent=True) as tape:
        between = x * 3
        loss = (between**2).sum()
    asked = [x, [x], [between, x]]
    forms = [type(tape.gradient(loss, sources)).__name__ for sources in asked]
    assert forms == ["Tensor", "list", "list"], f"a tensor and two lists gave {forms}"
    assert_close(tape.gradient(loss, between), torch.tensor([6.0, 12.0]))


@prompt_says(
    "A tape gives gradients once: a second call of `gradient` raises `RuntimeError`, "
    "and the first one has freed the graph.",
)
def test_a_plain_tape_serves_once():
    """One use is the default since it lets go of the memory at once."""
    x = leaf(1.0, 2.0)
    with GradientTape() as tape:
        loss, linear = (x**2).sum(), (x + 1).sum()
    tape.gradient(loss, x)
    try:
        again = tape.gradient(linear, x)
    except RuntimeError:
        again = "refused"
    assert again == "refused", f"a second call gave {again}"
    with pytest.raises(RuntimeError):
        torch.autograd.grad(loss, x)


@prompt_says(
    "A persistent tape may be asked as often as you like, for other targets, too, and "
    "keeps the graph.",
)
def test_a_persistent_tape_serves_often():
    """What does a second walk through the same graph need?"""
    x = leaf(1.0, 2.0)
    with GradientTape(persistent=True) as tape:
        squares = x**2
        cubes = squares * x
    for _ in range(2):
        assert_close(tape.gradient(cubes, x), torch.tensor([3.0, 12.0]))
    assert_close(tape.gradient(squares, x), torch.tensor([2.0, 4.0]))


@prompt_says("An error raised inside the `with` block reaches the caller.")
def test_lets_errors_pass():
    """What does `__exit__` tell Python by what it returns?"""
    with pytest.raises(KeyError), GradientTape():
        raise KeyError("missing")


@prompt_says(
    "A gradient has the shape and dtype of its source, and holds no graph.",
)
@pytest.mark.parametrize(
    ("dtype", "persistent"),
    [(torch.float32, False), (torch.float64, False), (torch.float32, True)],
    ids=str,
)
def test_gradients_are_plain_tensors(dtype, persistent):
    """A gradient is a result to use, like an array: nothing hangs on it."""
    x = leaf([1.0], [2.0], dtype=dtype)
    with GradientTape(persistent=persistent) as tape:
        loss = (x**3).sum()
    gradient = tape.gradient(loss, x)
    assert_close(gradient.detach(), torch.tensor([[3.0], [12.0]], dtype=dtype))
    history = type(gradient.grad_fn).__name__
    assert not gradient.requires_grad, f"the gradient comes from a {history}"
