"""Near misses of transformers/mixture_of_experts."""

import torch
from torch import nn

from backprep.testing import fails


class _Mixture(nn.Module):
    """The layer in parts, so that a near miss changes one of them."""

    def __init__(self, embed_dim, experts, top_k):
        super().__init__()
        self.experts, self.top_k = nn.ModuleList(experts), top_k
        self.router = nn.Linear(embed_dim, len(self.experts), bias=False)

    def forward(self, x):
        tokens = x.flatten(0, 1)
        probabilities = self.probabilities(tokens)
        weights, chosen = probabilities.topk(self.top_k, dim=-1)
        weights = self.weights(weights).to(x.dtype)
        result = self.combined(tokens, weights, chosen)
        return result.view(x.shape), self.balance(probabilities, chosen)

    def probabilities(self, tokens):
        wide = torch.promote_types(tokens.dtype, torch.float32)
        return self.router(tokens).softmax(dim=-1, dtype=wide)

    def weights(self, taken):
        return taken / taken.sum(dim=-1, keepdim=True)

    def combined(self, tokens, weights, chosen):
        result = torch.zeros_like(tokens)
        for i, expert in enumerate(self.experts):
            rows, columns = torch.where(chosen == i)
            if len(rows) > 0:
                part = expert(tokens[rows]) * weights[rows, columns, None]
                result = result.index_add(0, rows, part)
        return result

    def balance(self, probabilities, chosen):
        counts = torch.bincount(chosen.flatten(), minlength=len(self.experts))
        products = counts * probabilities.mean(dim=0)
        return len(self.experts) * products.sum() / chosen.numel()


@fails(
    "test_computes_what_a_loop_over_tokens_does",
    "test_the_weights_of_a_token_add_up_to_one",
    "test_gradients_reach_router_experts_and_tokens",
)
class keeps_the_probabilities(_Mixture):
    """The less sure the router is, the smaller the result, down to a fraction."""

    def weights(self, taken):
        return taken


@fails(
    "test_an_expert_sees_the_tokens_that_chose_it",
    "test_an_expert_that_nobody_chose_is_not_called",
)
class runs_every_expert_on_every_token(_Mixture):
    """The numbers are right, and the layer costs as much as a dense one of its size."""

    def combined(self, tokens, weights, chosen):
        gates = weights.new_zeros(len(tokens), len(self.experts))
        gates = gates.scatter(1, chosen, weights)
        results = torch.stack([expert(tokens) for expert in self.experts], dim=1)
        return (gates[..., None] * results).sum(dim=1)


@fails("test_an_expert_that_nobody_chose_is_not_called")
class calls_experts_with_no_tokens(_Mixture):
    """Kernels start for nothing, and an expert that cannot take zero rows raises."""

    def combined(self, tokens, weights, chosen):
        result = torch.zeros_like(tokens)
        for i, expert in enumerate(self.experts):
            rows, columns = torch.where(chosen == i)
            part = expert(tokens[rows]) * weights[rows, columns, None]
            result = result.index_add(0, rows, part)
        return result


@fails("test_an_expert_sees_the_tokens_that_chose_it")
class calls_an_expert_for_each_rank(_Mixture):
    """First the first choices, then the second ones: each expert's weights are read
    `top_k` times."""

    def combined(self, tokens, weights, chosen):
        result = torch.zeros_like(tokens)
        for rank in range(self.top_k):
            for i, expert in enumerate(self.experts):
                (rows,) = torch.where(chosen[:, rank] == i)
                if len(rows) > 0:
                    part = expert(tokens[rows]) * weights[rows, rank, None]
                    result = result.index_add(0, rows, part)
        return result


@fails(
    "test_computes_what_a_loop_over_tokens_does",
    "test_each_result_stands_where_its_token_stood",
    "test_gradients_reach_router_experts_and_tokens",
)
class leaves_the_results_sorted_by_expert(_Mixture):
    """Each token goes on with the result of another one."""

    def combined(self, tokens, weights, chosen):
        experts, order = chosen.flatten().sort(stable=True)
        rows = order // self.top_k
        parts = []
        for i, expert in enumerate(self.experts):
            if (experts == i).any():
                parts.append(expert(tokens[rows[experts == i]]))
        parts = torch.cat(parts) * weights.flatten()[order, None]
        return parts.unflatten(0, (len(tokens), self.top_k)).sum(dim=1)


@fails(
    "test_computes_what_a_loop_over_tokens_does",
    "test_the_weights_of_a_token_add_up_to_one",
    "test_gradients_reach_router_experts_and_tokens",
)
class writes_where_it_should_add(_Mixture):
    """Only the last of a token's experts is heard. With one expert it is right."""

    def combined(self, tokens, weights, chosen):
        result = torch.zeros_like(tokens)
        for i, expert in enumerate(self.experts):
            rows, columns = torch.where(chosen == i)
            if len(rows) > 0:
                part = expert(tokens[rows]) * weights[rows, columns, None]
                result[rows] = part
        return result


@fails("test_gradients_reach_router_experts_and_tokens")
class takes_the_weights_for_numbers(_Mixture):
    """The router never learns which expert would have been better."""

    def weights(self, taken):
        return super().weights(taken).detach()


@fails(
    "test_the_balance_loss_is_the_published_one",
    "test_the_balance_loss_pulls_through_the_probabilities",
    "test_routes_in_float32",
)
class balances_the_probabilities_alone(_Mixture):
    """Probabilities that are even on average still send all tokens to one expert."""

    def balance(self, probabilities, chosen):
        return len(self.experts) * probabilities.mean(dim=0).square().sum()


@fails(
    "test_the_balance_loss_is_the_published_one",
    "test_the_balance_loss_pulls_through_the_probabilities",
    "test_routes_in_float32",
)
class counts_choices_for_each_token(_Mixture):
    """The loss grows with `top_k`, and so does its pull against the other loss."""

    def balance(self, probabilities, chosen):
        return self.top_k * super().balance(probabilities, chosen)


@fails(
    "test_the_balance_loss_is_the_published_one",
    "test_the_balance_loss_pulls_through_the_probabilities",
    "test_routes_in_float32",
)
class takes_the_mean_of_the_weights(_Mixture):
    """The experts that a token did not choose get no gradient, so that nothing draws
    it to them."""

    def balance(self, probabilities, chosen):
        weights = self.weights(probabilities.gather(1, chosen))
        gates = torch.zeros_like(probabilities).scatter(1, chosen, weights)
        return super().balance(gates, chosen)


@fails("test_routes_in_float32")
class routes_in_half_precision(_Mixture):
    """Rounded probabilities make ties, and the loss moves in steps."""

    def probabilities(self, tokens):
        return self.router(tokens).softmax(dim=-1)


@fails("test_works_where_x_is")
class makes_the_result_on_the_cpu(_Mixture):
    """On a GPU, the first expert's result cannot be added to it."""

    def combined(self, tokens, weights, chosen):
        result = torch.zeros(tokens.shape, dtype=tokens.dtype)
        for i, expert in enumerate(self.experts):
            rows, columns = torch.where(chosen == i)
            if len(rows) > 0:
                part = expert(tokens[rows]) * weights[rows, columns, None]
                result = result.index_add(0, rows, part)
        return result
