"""Near misses of transformers/rms_norm."""

import torch
from torch import nn
from torch.nn.functional import normalize, rms_norm

from backprep.testing import fails
from solutions.transformers.rms_norm import RMSNorm


class _Norm(RMSNorm):
    """The right answer in steps, so that each near miss gets one of them wrong."""

    def forward(self, x):
        if x.shape[-1:] != self.weight.shape:
            raise ValueError("the last dimension does not fit")
        wide = self.widen(x)
        return self.finish(self.normalise(wide), x)

    def widen(self, x):
        return x.double() if x.dtype == torch.float64 else x.float()

    def normalise(self, x):
        return x * self.inverse(x)

    def inverse(self, x):
        return torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)

    def finish(self, normed, x):
        return (normed * self.weight).to(x.dtype)


@fails(
    "test_computes_what_pytorchs_module_does",
    "test_each_vector_stands_alone",
    "test_adds_eps_inside_the_root",
    "test_sends_pytorchs_gradients_back",
    "test_rounds_halves_only_at_the_end",
)
class adds_eps_outside_the_root(_Norm):
    """The root has no slope at zero: a padded position of zeros sends NaN back."""

    def inverse(self, x):
        return 1 / (x.pow(2).mean(-1, keepdim=True).sqrt() + self.eps)


@fails(
    "test_computes_what_pytorchs_module_does",
    "test_each_vector_stands_alone",
    "test_sends_pytorchs_gradients_back",
    "test_rounds_halves_only_at_the_end",
)
class subtracts_the_mean(_Norm):
    """That is layer normalisation without its bias, and what the name left out."""

    def normalise(self, x):
        centred = x - x.mean(-1, keepdim=True)
        return centred * self.inverse(centred)


@fails(
    "test_computes_what_pytorchs_module_does",
    "test_each_vector_stands_alone",
    "test_adds_eps_inside_the_root",
    "test_sends_pytorchs_gradients_back",
    "test_rounds_halves_only_at_the_end",
)
class divides_by_the_length_of_the_vector(_Norm):
    """Every vector gets the length 1, and each feature shrinks with their number."""

    def normalise(self, x):
        return normalize(x, dim=-1, eps=self.eps)


@fails("test_each_vector_stands_alone")
class expects_two_dimensions(_Norm):
    """With texts of (batch, length, dim), dimension 1 is the length."""

    def inverse(self, x):
        return torch.rsqrt(x.pow(2).mean(min(1, x.ndim - 1), keepdim=True) + self.eps)


@fails("test_sends_pytorchs_gradients_back")
class treats_the_root_as_a_constant(_Norm):
    """The forward pass is right. Backward, the part of the gradient that would only
    stretch `x` is not taken away."""

    def inverse(self, x):
        return super().inverse(x.detach())


@fails("test_rounds_halves_only_at_the_end")
class squares_in_half_precision(_Norm):
    """In float16 a feature of 300 makes the mean infinite, and the token zero."""

    def widen(self, x):
        return x


@fails("test_rounds_halves_only_at_the_end")
class rounds_the_root_first(_Norm):
    """The statistics are in float32, and are then rounded before they are used: every
    feature of the vector is off by the same factor."""

    def normalise(self, x):
        return x

    def finish(self, normed, x):
        return (x * self.inverse(normed).to(x.dtype) * self.weight).to(x.dtype)


@fails(
    "test_computes_what_pytorchs_module_does",
    "test_each_vector_stands_alone",
    "test_sends_pytorchs_gradients_back",
    "test_learns_one_weight_a_feature",
)
class has_a_bias_too(_Norm):
    """Checkpoints of models with RMS normalisation hold none, and do not load."""

    def __init__(self, dim, eps=1e-6):
        super().__init__(dim, eps)
        self.bias = nn.Parameter(torch.zeros(dim))

    def finish(self, normed, x):
        return (normed * self.weight + self.bias).to(x.dtype)


@fails("test_returns_the_dtype_of_x")
class lets_the_weight_decide_the_dtype(_Norm):
    """Under float32 weights a bfloat16 model goes on in float32 from here."""

    def finish(self, normed, x):
        return self.weight * normed.to(x.dtype)


@fails("test_computes_what_pytorchs_module_does")
class computes_doubles_in_single_precision(_Norm):
    """`x.float()` widens halves, and takes half of the digits from a float64."""

    def widen(self, x):
        return x.float()


@fails(
    "test_sends_pytorchs_gradients_back",
    "test_leaves_x_alone",
)
class scales_in_place(_Norm):
    """A float32 `x` is cast to itself, so the caller's residual is normalised too."""

    def normalise(self, x):
        return x.mul_(self.inverse(x))


@fails(
    "test_refuses_another_last_dimension",
    "test_does_the_work_itself",
)
class wraps_what_pytorch_has(nn.RMSNorm):
    """Everything but the answer to the question."""

    def __init__(self, dim, eps=1e-6):
        super().__init__(dim, eps=eps)

    def forward(self, x):
        wide = x if x.dtype == torch.float64 else x.float()
        return rms_norm(wide, (len(self.weight),), self.weight.to(wide), self.eps).to(x)
