"""Near misses of transformers/causal_leak."""

import math

import torch
from torch import Tensor, nn

from backprep.testing import fails
from solutions.transformers.causal_leak import Decoder


@fails(
    "test_no_position_sees_its_own_token_or_a_later_one",
    "test_the_logits_of_a_text_are_those_of_its_beginning",
    "test_every_later_position_sees_a_token",
    "test_the_gradient_of_the_logits_reaches_the_past_alone",
    "test_reads_the_token_before_at_each_position",
    "test_normalises_each_vector_by_itself",
    "test_the_weights_of_a_place_add_up_to_one",
    "test_gives_what_pytorchs_functions_give",
)
class mends_nothing(nn.Module):
    """Four ways into the future, and training needs only one."""

    def __init__(
        self,
        vocab_size: int,
        embed_dim: int,
        num_heads: int,
        max_length: int,
        bos_id: int,
    ) -> None:
        super().__init__()
        self.num_heads, self.bos_id = num_heads, bos_id
        self.embed = nn.Embedding(vocab_size, embed_dim)
        self.position = nn.Embedding(max_length, embed_dim)
        self.gain = nn.Parameter(torch.ones(embed_dim))
        self.shift = nn.Parameter(torch.zeros(embed_dim))
        self.qkv = nn.Linear(embed_dim, 3 * embed_dim)
        self.out = nn.Linear(embed_dim, embed_dim)
        self.head = nn.Linear(embed_dim, vocab_size)

    def shifted(self, tokens: Tensor) -> Tensor:
        added = torch.full_like(tokens[:, :1], self.bos_id)
        return torch.cat([tokens[:, 1:], added], dim=1)

    def normalise(self, x: Tensor) -> Tensor:
        mean = x.mean(dim=1, keepdim=True)
        var = x.var(dim=1, keepdim=True, unbiased=False)
        return (x - mean) / (var + 1e-5).sqrt() * self.gain + self.shift

    def attention(self, x: Tensor) -> Tensor:
        query, key, value = (
            part.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
            for part in self.qkv(x).chunk(3, dim=-1)
        )
        scores = query @ key.mT / math.sqrt(query.shape[-1])
        visible = torch.ones_like(scores, dtype=torch.bool).triu()
        weights = scores.masked_fill(~visible, -math.inf).softmax(dim=-2)
        return (weights @ value).transpose(1, 2).flatten(2)

    def forward(self, tokens: Tensor) -> Tensor:
        length = tokens.shape[1]
        if length > self.position.num_embeddings:
            raise ValueError(f"{length} tokens do not fit")
        places = torch.arange(length, device=tokens.device)
        x = self.embed(self.shifted(tokens)) + self.position(places)
        return self.head(x + self.out(self.attention(self.normalise(x))))


class _Attending(Decoder):
    """With another way to come from scores to weights."""

    def weights(self, scores, visible):
        raise NotImplementedError

    def attention(self, x):
        query, key, value = (
            part.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
            for part in self.qkv(x).chunk(3, dim=-1)
        )
        scores = query @ key.mT / math.sqrt(query.shape[-1])
        visible = torch.ones_like(scores, dtype=torch.bool).tril()
        return (self.weights(scores, visible) @ value).transpose(1, 2).flatten(2)


@fails(
    "test_no_position_sees_its_own_token_or_a_later_one",
    "test_the_logits_of_a_text_are_those_of_its_beginning",
    "test_every_later_position_sees_a_token",
    "test_the_gradient_of_the_logits_reaches_the_past_alone",
    "test_gives_what_pytorchs_functions_give",
)
class keeps_the_wrong_side_of_the_mask(_Attending):
    """Each place attends to itself and to everything that comes after it."""

    def weights(self, scores, visible):
        return scores.masked_fill(~visible.mT, -math.inf).softmax(dim=-1)


@fails(
    "test_no_position_sees_its_own_token_or_a_later_one",
    "test_the_logits_of_a_text_are_those_of_its_beginning",
    "test_the_gradient_of_the_logits_reaches_the_past_alone",
    "test_the_weights_of_a_place_add_up_to_one",
    "test_gives_what_pytorchs_functions_give",
)
class takes_the_softmax_over_the_queries(_Attending):
    """Later places compete with earlier ones for each key, under a perfect mask."""

    def weights(self, scores, visible):
        return scores.masked_fill(~visible, -math.inf).softmax(dim=-2)


@fails(
    "test_no_position_sees_its_own_token_or_a_later_one",
    "test_the_logits_of_a_text_are_those_of_its_beginning",
    "test_the_gradient_of_the_logits_reaches_the_past_alone",
    "test_normalises_each_vector_by_itself",
    "test_gives_what_pytorchs_functions_give",
)
class normalises_over_time(Decoder):
    """The mean of a feature over all places tells each place of those to come."""

    def normalise(self, x):
        mean = x.mean(dim=1, keepdim=True)
        var = x.var(dim=1, keepdim=True, unbiased=False)
        return (x - mean) / (var + 1e-5).sqrt() * self.gain + self.shift


@fails(
    "test_no_position_sees_its_own_token_or_a_later_one",
    "test_the_logits_of_a_text_are_those_of_its_beginning",
    "test_every_later_position_sees_a_token",
    "test_the_gradient_of_the_logits_reaches_the_past_alone",
    "test_reads_the_token_before_at_each_position",
    "test_gives_what_pytorchs_functions_give",
)
class shifts_to_the_left(Decoder):
    """Position t is given token t + 1, to predict token t."""

    def shifted(self, tokens):
        added = torch.full_like(tokens[:, :1], self.bos_id)
        return torch.cat([tokens[:, 1:], added], dim=1)


@fails(
    "test_no_position_sees_its_own_token_or_a_later_one",
    "test_the_gradient_of_the_logits_reaches_the_past_alone",
    "test_reads_the_token_before_at_each_position",
    "test_normalises_each_vector_by_itself",
    "test_gives_what_pytorchs_functions_give",
)
class does_not_shift(Decoder):
    """The decoder copies its input: it is told the token that it is to predict."""

    def shifted(self, tokens):
        return tokens


@fails(
    "test_normalises_each_vector_by_itself",
    "test_the_weights_of_a_place_add_up_to_one",
    "test_gives_what_pytorchs_functions_give",
)
class hides_the_place_itself_too(_Attending):
    """A second shift: the first place sees nothing, and so becomes NaN or zero."""

    def weights(self, scores, visible):
        hidden = ~visible.tril(-1)
        return scores.masked_fill(hidden, -math.inf).softmax(dim=-1).nan_to_num()


@fails(
    "test_no_position_sees_its_own_token_or_a_later_one",
    "test_the_logits_of_a_text_are_those_of_its_beginning",
    "test_the_gradient_of_the_logits_reaches_the_past_alone",
    "test_gives_what_pytorchs_functions_give",
)
class sees_one_place_too_far(_Attending):
    """A diagonal of 1 shows each place the next, and with it the token to predict."""

    def weights(self, scores, visible):
        visible = torch.ones_like(visible).tril(1)
        return scores.masked_fill(~visible, -math.inf).softmax(dim=-1)


@fails(
    "test_the_logits_of_a_text_are_those_of_its_beginning",
    "test_every_later_position_sees_a_token",
    "test_the_gradient_of_the_logits_reaches_the_past_alone",
    "test_gives_what_pytorchs_functions_give",
)
class splits_the_heads_without_a_transpose(Decoder):
    """A head then holds all features of a few places, and the mask hides other ones."""

    def attention(self, x):
        batch, length, dim = x.shape
        query, key, value = (
            part.reshape(batch, self.num_heads, length, -1)
            for part in self.qkv(x).chunk(3, dim=-1)
        )
        scores = query @ key.mT / math.sqrt(query.shape[-1])
        visible = torch.ones_like(scores, dtype=torch.bool).tril()
        weights = scores.masked_fill(~visible, -math.inf).softmax(dim=-1)
        return (weights @ value).reshape(batch, length, dim)


@fails(
    "test_the_logits_of_a_text_are_those_of_its_beginning",
    "test_gives_what_pytorchs_functions_give",
)
class scales_by_the_length(_Attending):
    """The scores tell each place how long the text will be."""

    def weights(self, scores, visible):
        scores = scores / math.sqrt(scores.shape[-1])
        return scores.masked_fill(~visible, -math.inf).softmax(dim=-1)


@fails("test_keeps_its_parameters")
class keeps_its_mask_in_the_state_dict(_Attending):
    """What was saved before does not load, and the mask fixes the length for good."""

    def __init__(self, vocab_size, embed_dim, num_heads, max_length, bos_id):
        super().__init__(vocab_size, embed_dim, num_heads, max_length, bos_id)
        mask = torch.ones(max_length, max_length, dtype=torch.bool).tril()
        self.register_buffer("mask", mask)

    def weights(self, scores, visible):
        length = scores.shape[-1]
        hidden = ~self.mask[:length, :length]
        return scores.masked_fill(hidden, -math.inf).softmax(dim=-1)


@fails("test_works_on_any_device_and_refuses_what_does_not_fit")
class makes_its_mask_on_the_cpu(_Attending):
    """It runs on the CPU, and stops at the first step on a GPU."""

    def weights(self, scores, visible):
        hidden = torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1)
        return scores.masked_fill(hidden, -math.inf).softmax(dim=-1)
