import pytest
import torch
from torch import nn
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.transformers.mixture_of_experts import MixtureOfExperts
from tests.helpers.second_device import Elsewhere, OnTheCpu


class Expert(nn.Module):
    """Adds a vector of its own, scales, and notes what it was called with."""

    def __init__(self, dim):
        super().__init__()
        self.scale, self.shift = (nn.Parameter(torch.randn(dim)) for _ in range(2))
        self.calls = []

    def forward(self, x):
        assert x.ndim == 2, f"an expert is called with a tensor of {x.ndim} dimensions"
        self.calls.append(x.detach().clone())
        return (x + self.shift) * self.scale


def made(num_experts, top_k, dim=None, dtype=torch.float32):
    """A mixture; without `dim`, the tokens themselves are the logits."""
    experts = [Expert(dim or num_experts) for _ in range(num_experts)]
    model = MixtureOfExperts(dim or num_experts, experts, top_k).to(dtype)
    if dim is None:
        model.router.weight.data.copy_(torch.eye(num_experts))
    return model


def choices(logits, top_k):
    """The experts that each token chooses, as sets of their numbers."""
    rows = logits.flatten(0, 1).tolist()
    return [set(sorted(range(len(r)), key=r.__getitem__)[-top_k:]) for r in rows]


def token_by_token(model, x, top_k):
    """The definition: one token after the other, one expert after the other."""
    results = []
    for token in x.flatten(0, 1):
        logits = model.router.weight @ token
        chosen = sorted(choices(logits[None, None], top_k)[0])
        weights = logits[chosen].softmax(dim=0)
        parts = torch.stack([model.experts[i](token[None])[0] for i in chosen])
        results.append(weights @ parts)
    return torch.stack(results).view(x.shape)


def loss_of(model, x, top_k):
    """The balance loss by its formula, in float32."""
    logits = x @ model.router.weight.T
    P = logits.float().softmax(dim=-1).mean((0, 1))
    taken = [i for chosen in choices(logits, top_k) for i in chosen]
    return len(P) * sum(taken.count(i) / len(taken) * P[i] for i in range(len(P)))


@prompt_says(
    "The result of a token is the sum of what its chosen experts return for it, each "
    "times its weight.",
    "Each token chooses the `top_k` experts that are most probable for it.",
    "a tensor of the shape of `x` and a scalar.",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("top_k", [1, 2, 4])
def test_computes_what_a_loop_over_tokens_does(top_k, dtype):
    """Take one token: which experts, with which weights, and where is the sum?"""
    model, x = made(4, top_k, dim=6, dtype=dtype), torch.randn(2, 5, 6, dtype=dtype)
    before = x.clone()
    result, loss = model(x)
    assert torch.equal(x, before), "the call has changed `x`"
    assert loss.shape == (), f"the loss has the shape {tuple(loss.shape)}"
    assert_close(result, token_by_token(model, x, top_k))


@prompt_says(
    "Their weights are these probabilities, divided by their sum, so that the weights "
    "of a token add up to 1."
)
def test_the_weights_of_a_token_add_up_to_one():
    """With experts that return what they get, what comes out?"""
    for top_k in (1, 2, 3):
        model = MixtureOfExperts(4, [nn.Identity() for _ in range(3)], top_k)
        result, _ = model(torch.ones(1, 1, 4))
        total = result[0, 0, 0].item()
        assert abs(total - 1) < 1e-5, f"{top_k} weights of 3 add up to {total:.4f}"


@prompt_says(
    "In one forward pass an expert is called at most once, with the tokens that chose "
    "it and no others, in any order."
)
def test_an_expert_sees_the_tokens_that_chose_it():
    """Gather the tokens of an expert before you call it."""
    model, x = made(4, 2), torch.randn(2, 6, 4)
    model(x)
    rows, taken = x.flatten(0, 1).tolist(), choices(x, 2)
    for i, expert in enumerate(model.experts):
        wanted = [row for row, chosen in zip(rows, taken, strict=True) if i in chosen]
        sizes = [len(call) for call in expert.calls]
        what = f"expert {i}, chosen by {len(wanted)} of 12 tokens, got {sizes}"
        assert sizes == [len(wanted)], what
        seen = expert.calls[0].tolist()
        assert sorted(seen) == sorted(wanted), f"{what}, and other tokens"


@prompt_says("An expert that no token chose is not called.")
def test_an_expert_that_nobody_chose_is_not_called():
    """A call with no rows is a call: a kernel starts, and hooks run."""
    model, x = made(4, 2), torch.tensor([[[3.0, 2, 1, 0], [2, 3, 1, 0]]])
    model(x)
    called = [[len(call) for call in expert.calls] for expert in model.experts]
    assert called[2:] == [[], []], f"nobody chose experts 2 and 3; calls: {called}"


@prompt_says(
    "It stands where the token stood, whatever the other tokens choose.",
    "There is no capacity, no noise and no dropout.",
)
def test_each_result_stands_where_its_token_stood():
    """Once the tokens are sorted by expert, who remembers where they came from?"""
    wanted = [2, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    model, x = made(3, 1), 5 * torch.eye(3)[wanted].view(2, 5, 3)
    for i, expert in enumerate(model.experts):
        expert.shift.data.fill_(i)
        expert.scale.data.fill_(1)
    found = (model(x)[0] - x).mean(-1).round().int().flatten().tolist()
    assert found == wanted, f"tokens for experts {wanted} have results of {found}"


@prompt_says(
    "Gradients flow as in that weighted sum: to the experts, to `x`, and through "
    "the weights to the router.",
)
def test_gradients_reach_router_experts_and_tokens():
    """A weight that is a plain number teaches the router nothing."""
    model, x = made(4, 2, dim=6), torch.randn(2, 5, 6, requires_grad=True)
    leaves = {"x": x, **dict(model.named_parameters())}
    direction = torch.randn(2, 5, 6)
    wanted = (token_by_token(model, x, 2) * direction).sum()
    expected = torch.autograd.grad(wanted, list(leaves.values()))
    total = (model(x)[0] * direction).sum()
    found = torch.autograd.grad(total, list(leaves.values()), allow_unused=True)
    for name, got, want in zip(leaves, found, expected, strict=True):
        assert got is not None, f"no gradient reaches {name}"
        assert_close(got, want, msg=lambda m, name=name: f"gradient of {name}: {m}")


@prompt_says(
    "`num_experts * sum(f[i] * P[i])` over the experts `i`.",
    "`f[i]` is the share of expert `i` in all choices, of which there are `top_k` for "
    "each token, so the sum of `f` is 1.",
    "`P[i]` is the mean over the tokens of the probability of `i` before any choice.",
)
@pytest.mark.parametrize("top_k", [1, 2, 3])
def test_the_balance_loss_is_the_published_one(top_k):
    """Where the router is even, the loss is 1 for any `top_k`."""
    model, x = made(3, top_k), torch.randn(2, 4, 3)
    x += torch.tensor([3.0, 0, -3])
    found, wanted = model(x)[1].item(), loss_of(model, x, top_k).item()
    close = abs(found - wanted) < 1e-5
    assert close, f"top {top_k} of 3: the loss is {found:.5f}, not {wanted:.5f}"


@prompt_says("`f` is a constant for the gradient, which flows through `P`.")
def test_the_balance_loss_pulls_through_the_probabilities():
    """A count has no gradient. What else stands in the formula?"""
    model, x = made(4, 2), torch.randn(2, 5, 4)
    weight = model.router.weight
    loss = model(x)[1]
    assert loss.requires_grad, "the loss has no gradient"
    (found,) = torch.autograd.grad(loss, weight, allow_unused=True)
    (expected,) = torch.autograd.grad(loss_of(model, x, 2), weight)
    assert found is not None, "no gradient of the loss reaches the router"
    assert_close(found, expected)


@prompt_says(
    "`x` and the parameters have one dtype, and the result has it too.",
    "the softmax and the balance loss are computed in float32, and the loss is "
    "returned in float32.",
)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
def test_routes_in_float32(dtype):
    """From 0.5 to 1, bfloat16 knows 128 numbers. What is rounded, and when?"""
    model = made(4, 2, dtype=dtype)
    x = torch.tensor([[[3.0, 2.2, 0.1, -1], [0.3, 1.7, -1, 2.9], [1.3, 0, 0.7, 3]]])
    result, loss = model(x.to(dtype))
    assert result.dtype == dtype, f"the result is {result.dtype}"
    assert loss.dtype == torch.float32, f"the loss is {loss.dtype}"
    wanted = loss_of(model, x.to(dtype), 2).item()
    assert abs(loss.item() - wanted) < 1e-5, f"{loss.item():.5f} for {wanted:.5f}"


@prompt_says("Everything is computed on the device of `x`, where the parameters are.")
def test_works_where_x_is():
    """A tensor that is made without a device is on the CPU."""
    model, x = made(4, 2), torch.randn(2, 5, 4)
    with Elsewhere():
        result, loss = model(x)
    for name, tensor in {"result": result, "balance loss": loss}.items():
        assert not isinstance(tensor, OnTheCpu), f"the {name} is on the CPU"
