"""Near misses of train_vs_eval/dropout."""

import torch
from torch import nn

from backprep.testing import fails


class _Checked(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"p must be from 0 to 1, not {p}")
        self.p = p


@fails(
    "test_drops_with_probability_p",
    "test_scales_what_stays",
    "test_the_gradient_goes_through_the_same_mask",
    "test_knows_both_ends",
)
class takes_p_for_the_share_that_stays(_Checked):
    """That is how TensorFlow 1 named it: with 0.1, nine of ten elements are gone."""

    def forward(self, x):
        if not self.training:
            return x
        if self.p == 0:
            return x * 0
        return x * (torch.rand_like(x) < self.p) / self.p


@fails("test_scales_what_stays", "test_the_gradient_goes_through_the_same_mask")
class scales_nothing(_Checked):
    """In evaluation every layer after it sees inputs larger than it was trained on."""

    def forward(self, x):
        if not self.training:
            return x
        return x * (torch.rand_like(x) >= self.p)


@fails(
    "test_scales_what_stays",
    "test_does_nothing_in_evaluation_mode",
    "test_the_gradient_goes_through_the_same_mask",
)
class scales_in_evaluation(_Checked):
    """As in the first paper: the mean is right, and serving has to know of it."""

    def forward(self, x):
        if not self.training:
            return x * (1 - self.p)
        return x * (torch.rand_like(x) >= self.p)


@fails("test_drops_with_probability_p", "test_decides_for_each_element_alone")
class draws_one_mask_for_all_rows(_Checked):
    """All examples of a batch lose the same units, and the noise does not average."""

    def forward(self, x):
        if not self.training:
            return x
        if self.p == 1:
            return x * 0
        mask = torch.rand_like(x[:1] if x.ndim > 1 else x) >= self.p
        return x * mask / (1 - self.p)


@fails("test_decides_for_each_element_alone")
class drops_a_fixed_number(_Checked):
    """The share is exact, so elements are no longer independent of each other."""

    def forward(self, x):
        if not self.training:
            return x
        if self.p == 1:
            return x * 0
        order = torch.rand_like(x).flatten().argsort().argsort().reshape(x.shape)
        return x * (order >= round(self.p * x.numel())) / (1 - self.p)


@fails("test_does_nothing_in_evaluation_mode")
class never_looks_at_its_mode(_Checked):
    """`eval()` sets a flag that nobody reads: predictions change from call to call."""

    def forward(self, x):
        if self.p == 1:
            return x * 0
        return x * (torch.rand_like(x) >= self.p) / (1 - self.p)


@fails("test_the_gradient_goes_through_the_same_mask", "test_knows_both_ends")
class masks_behind_autograds_back(_Checked):
    """Dropped elements get a gradient all the same, and learn from nothing."""

    def forward(self, x):
        if not self.training:
            return x
        y = x * 1
        if self.p == 1:
            y.data.zero_()
        else:
            y.data.mul_(torch.rand_like(x) >= self.p).div_(1 - self.p)
        return y


@fails("test_draws_a_new_mask_for_each_call")
class keeps_the_first_mask(_Checked):
    """The same units are missing in each step: that is a smaller network."""

    def forward(self, x):
        if not self.training:
            return x
        if self.p == 1:
            return x * 0
        if getattr(self, "shape", None) != x.shape:
            self.shape, self.draws = x.shape, torch.rand_like(x)
        return x * (self.draws >= self.p) / (1 - self.p)


@fails("test_knows_both_ends")
class divides_by_zero(_Checked):
    """With `p=1` it is zero by zero, and one NaN spreads through the network."""

    def forward(self, x):
        if not self.training:
            return x
        return x * ((torch.rand_like(x) >= self.p) / (1 - self.p))


@fails("test_keeps_shape_dtype_device_and_input")
class makes_its_mask_on_the_cpu(_Checked):
    """`torch.rand(shape)` knows nothing of the device of `x`, and fails on a GPU."""

    def forward(self, x):
        if not self.training:
            return x
        if self.p == 1:
            return x * 0
        return x * (torch.rand(x.shape) >= self.p) / (1 - self.p)


@fails("test_holds_no_tensors_and_refuses_other_probabilities")
class registers_its_mask(nn.Module):
    """The mask is saved with the weights, and only fits a batch of that size."""

    def __init__(self, p=0.5):
        super().__init__()
        self.p = p
        self.register_buffer("mask", torch.empty(0))

    def forward(self, x):
        if not self.training:
            return x
        if self.p == 1:
            return x * 0
        self.mask = torch.rand_like(x) >= self.p
        return x * self.mask / (1 - self.p)


@fails("test_is_written_without_a_ready_dropout")
class calls_the_function(_Checked):
    """Right, with nothing shown of what was asked."""

    def forward(self, x):
        return nn.functional.dropout(x, self.p, self.training)
