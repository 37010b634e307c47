"""Near misses of model_building/multi_head_attention."""

import math

import torch
from torch import nn
from torch.nn.functional import linear

from backprep.testing import fails
from solutions.model_building.multi_head_attention import MultiHeadAttention


class _Attention(MultiHeadAttention):
    """The right answer in steps, so that each near miss gets one of them wrong."""

    def forward(self, x, key_padding_mask=None, is_causal=False):
        q, k, v = self.project(x)
        hidden = torch.zeros(len(x), 1, *2 * x.shape[1:2], dtype=bool, device=x.device)
        if key_padding_mask is not None:
            hidden = hidden | self.hide_padding(key_padding_mask)
        if is_causal:
            hidden = hidden | self.hide_future(hidden)
        weights = self.weigh(q @ k.mT * self.scale(q), hidden)
        return self.out_proj(self.join(weights @ v))

    def project(self, x):
        parts = linear(x, self.in_proj_weight, self.in_proj_bias).chunk(3, dim=-1)
        return [self.split(part) for part in parts]

    def split(self, part):
        return part.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)

    def join(self, heads):
        return heads.transpose(1, 2).flatten(2)

    def scale(self, q):
        return 1 / math.sqrt(q.shape[-1])

    def hide_padding(self, key_padding_mask):
        return key_padding_mask[:, None, None, :]

    def hide_future(self, hidden):
        return torch.ones_like(hidden).triu(1)

    def weigh(self, scores, hidden):
        scores = scores.masked_fill(hidden, torch.finfo(scores.dtype).min)
        return scores.softmax(-1).masked_fill(hidden, 0)


@fails(
    "test_computes_what_pytorchs_module_does",
    "test_no_position_looks_at_padding",
    "test_no_position_looks_ahead",
    "test_both_masks_hold_at_once",
    "test_a_position_that_sees_nothing_gets_the_bias",
    "test_a_position_that_sees_nothing_spoils_no_gradient",
)
class divides_by_the_width_of_the_model(_Attention):
    """The scores are too small by the square root of the number of heads, and every
    head looks everywhere a little."""

    def scale(self, q):
        return 1 / math.sqrt(q.shape[-1] * self.num_heads)


@fails(
    "test_computes_what_pytorchs_module_does",
    "test_no_position_looks_at_padding",
    "test_no_position_looks_ahead",
    "test_both_masks_hold_at_once",
    "test_a_position_that_sees_nothing_gets_the_bias",
    "test_a_position_that_sees_nothing_spoils_no_gradient",
)
class reshapes_in_place_of_transposing(_Attention):
    """The sizes fit, but a head now holds pieces of several positions: a mask hides the
    wrong ones."""

    def split(self, part):
        batch, length, _ = part.shape
        return part.reshape(batch, self.num_heads, length, -1)


@fails(
    "test_computes_what_pytorchs_module_does",
    "test_no_position_looks_at_padding",
    "test_no_position_looks_ahead",
    "test_both_masks_hold_at_once",
    "test_a_position_that_sees_nothing_gets_the_bias",
    "test_a_position_that_sees_nothing_spoils_no_gradient",
)
class runs_the_softmax_over_the_queries(_Attention):
    """Each key shares itself out among those who look; what one gets does not sum to
    one."""

    def weigh(self, scores, hidden):
        scores = scores.masked_fill(hidden, torch.finfo(scores.dtype).min)
        return scores.softmax(-2).masked_fill(hidden, 0)


@fails(
    "test_no_position_looks_at_padding",
    "test_no_position_looks_ahead",
    "test_both_masks_hold_at_once",
    "test_a_position_that_sees_nothing_gets_the_bias",
    "test_a_position_that_sees_nothing_spoils_no_gradient",
)
class masks_after_the_softmax(_Attention):
    """The hidden keys still stand in the sum that all are divided by."""

    def weigh(self, scores, hidden):
        return scores.softmax(-1).masked_fill(hidden, 0)


@fails(
    "test_no_position_looks_at_padding",
    "test_both_masks_hold_at_once",
    "test_a_position_that_sees_nothing_gets_the_bias",
    "test_a_position_that_sees_nothing_spoils_no_gradient",
)
class takes_true_for_a_word(_Attention):
    """That is what the mask of `scaled_dot_product_attention` means: here only the
    padding is looked at."""

    def hide_padding(self, key_padding_mask):
        return ~key_padding_mask[:, None, None, :]


@fails(
    "test_no_position_looks_ahead",
    "test_both_masks_hold_at_once",
    "test_a_position_that_sees_nothing_gets_the_bias",
    "test_a_position_that_sees_nothing_spoils_no_gradient",
)
class hides_the_position_itself(_Attention):
    """The triangle begins on the diagonal: the first position sees nothing."""

    def hide_future(self, hidden):
        return torch.ones_like(hidden).triu()


@fails(
    "test_a_position_that_sees_nothing_gets_the_bias",
    "test_a_position_that_sees_nothing_spoils_no_gradient",
)
class fills_with_minus_infinity(_Attention):
    """A row of minus infinity comes out of the softmax as NaN. One such row makes the
    loss NaN, and after the step all weights."""

    def weigh(self, scores, hidden):
        return scores.masked_fill(hidden, -math.inf).softmax(-1)


@fails(
    "test_a_position_that_sees_nothing_gets_the_bias",
    "test_a_position_that_sees_nothing_spoils_no_gradient",
)
class fills_with_a_large_number(_Attention):
    """No NaN; but where everything is equally low, the weights are uniform, and the
    position reads padding and future alike."""

    def weigh(self, scores, hidden):
        return scores.masked_fill(hidden, -1e9).softmax(-1)


@fails("test_a_position_that_sees_nothing_spoils_no_gradient")
class hides_the_nan_from_the_result_alone(_Attention):
    """The result is right. Going back, the softmax multiplies by the NaN it gave."""

    def weigh(self, scores, hidden):
        bias = torch.zeros_like(scores).masked_fill(hidden, -math.inf)
        return (scores + bias).softmax(-1).nan_to_num()


@fails("test_makes_its_masks_where_x_is")
class makes_the_triangle_on_the_cpu(_Attention):
    """On a GPU the two masks do not meet."""

    def hide_future(self, hidden):
        return torch.ones(hidden.shape[-2:], dtype=torch.bool).triu(1)


@fails("test_refuses_heads_that_do_not_divide")
class splits_what_does_not_divide(_Attention):
    """The error comes in `forward`, about shapes, or the last features belong to
    nobody."""

    def __init__(self, embed_dim, num_heads):
        super().__init__(embed_dim, 1)
        self.num_heads = num_heads


@fails("test_does_the_work_itself")
class calls_pytorchs_module(nn.MultiheadAttention):
    """Everything but the answer to the question."""

    def __init__(self, embed_dim, num_heads):
        if num_heads < 1 or embed_dim % num_heads:
            raise ValueError(f"{num_heads} heads cannot share {embed_dim} features")
        super().__init__(embed_dim, num_heads, batch_first=True)

    def forward(self, x, key_padding_mask=None, is_causal=False):
        future = x.new_ones(2 * x.shape[1:2], dtype=torch.bool).triu(1)
        result, _ = super().forward(
            *(x, x, x),
            key_padding_mask=key_padding_mask,
            attn_mask=future if is_causal else None,
            need_weights=False,
        )
        return result
