"""Near misses of transformers/rotary_embedding."""

import torch

from backprep.testing import fails
from solutions.transformers.rotary_embedding import RotaryEmbedding


class _Rotary(RotaryEmbedding):
    """The right answer in steps, so that each near miss gets one of them wrong."""

    def forward(self, x, positions):
        if positions.shape[-1] != x.shape[-2]:
            raise ValueError("the positions do not fit")
        angles = self.spread(self.angles(x, positions))
        return self.turn(x, angles.cos(), angles.sin()).to(x.dtype)

    def angles(self, x, positions):
        return positions[..., None] * self.frequencies(x)

    def frequencies(self, x):
        i = torch.arange(self.head_dim // 2, device=x.device)
        return self.base ** (-2 * i / self.head_dim)

    def spread(self, angles):
        return angles.unsqueeze(-3)

    def turn(self, x, cos, sin):
        a, b = x.chunk(2, dim=-1)
        return torch.cat([a * cos - b * sin, b * cos + a * sin], dim=-1)


@fails(
    "test_turns_a_feature_towards_the_other_half",
    "test_agrees_with_complex_numbers",
    "test_takes_the_positions_it_is_given",
    "test_each_sequence_has_positions_of_its_own",
    "test_computes_angles_in_single_precision",
    "test_leaves_x_alone_and_turns_gradients_back",
)
class pairs_neighbouring_features(_Rotary):
    """The paper's convention. Scores still depend on the distance, so nothing looks
    wrong until weights of the other convention are loaded."""

    def turn(self, x, cos, sin):
        a, b = x[..., ::2], x[..., 1::2]
        return torch.stack([a * cos - b * sin, b * cos + a * sin], dim=-1).flatten(-2)


@fails(
    "test_turns_a_feature_towards_the_other_half",
    "test_agrees_with_complex_numbers",
    "test_takes_the_positions_it_is_given",
    "test_each_sequence_has_positions_of_its_own",
    "test_computes_angles_in_single_precision",
    "test_leaves_x_alone_and_turns_gradients_back",
)
class turns_the_other_way(_Rotary):
    """A model trained so is consistent. One that was loaded is not."""

    def turn(self, x, cos, sin):
        return super().turn(x, cos, -sin)


@fails(
    "test_turns_a_feature_towards_the_other_half",
    "test_agrees_with_complex_numbers",
    "test_scores_depend_on_the_distance_alone",
    "test_takes_the_positions_it_is_given",
    "test_each_sequence_has_positions_of_its_own",
    "test_computes_angles_in_single_precision",
    "test_leaves_x_alone_and_turns_gradients_back",
)
class forgets_the_minus(_Rotary):
    """The halves are swapped without a change of sign: no rotation, and lengths change
    with the position."""

    def turn(self, x, cos, sin):
        swapped = torch.cat(x.chunk(2, dim=-1)[::-1], dim=-1)
        return x * torch.cat([cos, cos], -1) + swapped * torch.cat([sin, sin], -1)


@fails(
    "test_turns_a_feature_towards_the_other_half",
    "test_agrees_with_complex_numbers",
    "test_scores_depend_on_the_distance_alone",
    "test_takes_the_positions_it_is_given",
    "test_each_sequence_has_positions_of_its_own",
    "test_computes_angles_in_single_precision",
    "test_leaves_x_alone_and_turns_gradients_back",
)
class uses_the_first_half_after_it_changed(_Rotary):
    """Written in place: the second coordinate is computed from the new first one."""

    def turn(self, x, cos, sin):
        x, half = x.clone(), self.head_dim // 2
        x[..., :half] = x[..., :half] * cos - x[..., half:] * sin
        x[..., half:] = x[..., half:] * cos + x[..., :half] * sin
        return x


@fails(
    "test_turns_a_feature_towards_the_other_half",
    "test_agrees_with_complex_numbers",
    "test_takes_the_positions_it_is_given",
    "test_each_sequence_has_positions_of_its_own",
    "test_computes_angles_in_single_precision",
    "test_leaves_x_alone_and_turns_gradients_back",
)
class halves_the_exponent(_Rotary):
    """Pair i turns as pair i / 2 should: a base of 100 in place of 10,000, and half of
    the long wavelengths are missing."""

    def frequencies(self, x):
        i = torch.arange(self.head_dim // 2, device=x.device)
        return self.base ** (-i / self.head_dim)


@fails(
    "test_turns_a_feature_towards_the_other_half",
    "test_scores_depend_on_the_distance_alone",
    "test_takes_the_positions_it_is_given",
    "test_each_sequence_has_positions_of_its_own",
    "test_computes_angles_in_single_precision",
    "test_leaves_x_alone_and_turns_gradients_back",
)
class counts_from_zero(_Rotary):
    """Right for a whole text. In decoding, every new token is the first one."""

    def angles(self, x, positions):
        return super().angles(x, torch.arange(x.shape[-2], device=x.device))


@fails("test_each_sequence_has_positions_of_its_own")
class lines_up_the_batch_with_the_heads(_Rotary):
    """Without a dimension for the heads, each head gets the positions of a sequence:
    an error, or silence where there are as many of both."""

    def spread(self, angles):
        return angles


@fails("test_computes_angles_in_single_precision")
class multiplies_in_the_dtype_of_x(_Rotary):
    """In bfloat16, 5,001 and 5,002 are the same position, and it is 4,992."""

    def angles(self, x, positions):
        return positions[..., None].to(x.dtype) * self.frequencies(x).to(x.dtype)


@fails("test_computes_angles_in_single_precision")
class keeps_frequencies_that_are_cast(_Rotary):
    """`model.to(torch.bfloat16)` casts buffers too, so the frequencies lose all but
    three digits, and far positions turn by the wrong angle."""

    def __init__(self, head_dim, base=10000.0):
        super().__init__(head_dim, base)
        frequencies = super().frequencies(torch.empty(0))
        self.register_buffer("inv_freq", frequencies, persistent=False)

    def frequencies(self, x):
        return self.inv_freq.float()


@fails("test_has_nothing_to_save")
class saves_its_frequencies(_Rotary):
    """Every layer adds a key to the checkpoint, and older ones no longer load."""

    def __init__(self, head_dim, base=10000.0):
        super().__init__(head_dim, base)
        self.register_buffer("inv_freq", super().frequencies(torch.empty(0)))


@fails("test_refuses_what_does_not_fit")
class spreads_a_single_position(_Rotary):
    """Several tokens, one position: it broadcasts, and order is lost."""

    def forward(self, x, positions):
        angles = self.spread(self.angles(x, positions))
        return self.turn(x, angles.cos(), angles.sin()).to(x.dtype)


@fails("test_makes_its_table_where_x_is")
class makes_the_table_on_the_cpu(_Rotary):
    """On a GPU, positions and frequencies do not meet."""

    def frequencies(self, x):
        return self.base ** (-torch.arange(0, self.head_dim, 2) / self.head_dim)
