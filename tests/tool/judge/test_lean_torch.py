"""What stands for the compiler is enough without it, and makes way for it."""

from tests.helpers.imported import imported_after

SCRIPT = """
import torch
from backprep.judge.lean_torch import keep_lean
keep_lean()
weight = torch.nn.Parameter(torch.ones(3))
{use}
"""


def compiler_after(use):
    """Whether a new process has imported the compiler once it ran `use`."""
    return "torch._dynamo.eval_frame" in imported_after(SCRIPT.format(use=use))


def test_an_optimizer_and_a_gradient_of_torch_func_do_without_the_compiler():
    assert not compiler_after("torch.optim.SGD([weight])")
    gradient = "torch.func.grad(torch.sum)(weight).tolist() == [1.0] * 3"
    assert not compiler_after(f"assert {gradient}")


def test_whatever_else_is_asked_for_is_the_compiler_itself():
    assert compiler_after("torch._dynamo.reset()")
    asked = "torch._dynamo.compiled_autograd.in_compiled_autograd_region"
    assert compiler_after(f"assert {asked} is False")


def test_a_mask_of_keys_is_looked_at_without_sympy():
    use = """
attention = torch.nn.MultiheadAttention(4, 1)
x = torch.ones(2, 3, 4)
attention(x, x, x, key_padding_mask=torch.zeros(3, 2, dtype=torch.bool))
"""
    assert "sympy" not in imported_after(SCRIPT.format(use=use))


def test_a_check_of_torchs_still_rejects():
    use = """
try:
    torch._check_value(False, lambda: "said")
except ValueError as error:
    assert str(error) == "said"
else:
    raise AssertionError("nothing was raised")
"""
    imported_after(SCRIPT.format(use=use))


def test_guards_are_not_measured_and_still_hold():
    use = """
import torch._dynamo.guards
from backprep.judge.lean_torch import spare_measuring
spare_measuring()
assert torch._dynamo.guards.profile_guard_manager(None, {}, 1) == 0
double = torch.compile(lambda x: 2 * x, backend="eager")
for x in (weight.detach(), torch.ones(2, dtype=torch.float64)):
    assert torch.equal(double(x), 2 * x)
"""
    assert compiler_after(use)
