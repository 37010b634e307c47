"""Near misses of train_vs_eval/batch_norm."""

import torch
from torch import nn

from backprep.testing import fails
from solutions.train_vs_eval.batch_norm import BatchNorm1d


@fails(
    "test_keeps_the_running_statistics_of_torch",
    "test_follows_any_sequence_of_modes",
    "test_loads_what_torch_saved",
)
class keeps_the_biased_variance(BatchNorm1d):
    """Evaluation divides by too little, most of all after small batches."""

    def forward(self, x):
        if self.training:
            n = len(x)
            if n < 2:
                raise ValueError(f"a batch of {n} has no variance to normalise by")
            var, mean = torch.var_mean(x, 0, correction=0)
            self._take_in(mean, var)
        else:
            mean, var = self.running_mean, self.running_var
        return (x - mean) * torch.rsqrt(var + self.eps) * self.weight + self.bias


@fails(
    "test_normalises_a_batch_as_torch_does",
    "test_gradients_flow_through_the_statistics",
    "test_keeps_the_running_statistics_of_torch",
    "test_follows_any_sequence_of_modes",
    "test_loads_what_torch_saved",
    "test_survives_features_far_from_zero",
)
class normalises_by_the_unbiased_variance(BatchNorm1d):
    """`var_mean` divides by n - 1 unless told otherwise: the output is too small, and
    the kept variance is corrected twice."""

    def forward(self, x):
        if self.training:
            n = len(x)
            if n < 2:
                raise ValueError(f"a batch of {n} has no variance to normalise by")
            var, mean = torch.var_mean(x, 0)
            self._take_in(mean, var * (n / (n - 1)))
        else:
            mean, var = self.running_mean, self.running_var
        return (x - mean) * torch.rsqrt(var + self.eps) * self.weight + self.bias


@fails(
    "test_keeps_the_running_statistics_of_torch",
    "test_follows_any_sequence_of_modes",
    "test_loads_what_torch_saved",
)
class takes_momentum_for_the_share_of_the_old(BatchNorm1d):
    """The running statistics are those of the last batch, more or less."""

    @torch.no_grad()
    def _take_in(self, mean, var):
        self.running_mean.lerp_(mean, 1 - self.momentum)
        self.running_var.lerp_(var, 1 - self.momentum)
        self.num_batches_tracked += 1


@fails(
    "test_gradients_flow_through_the_statistics",
    "test_follows_any_sequence_of_modes",
)
class holds_the_statistics_constant(BatchNorm1d):
    """The outputs are right and the gradients are not: the network learns badly."""

    def forward(self, x):
        if self.training:
            n = len(x)
            if n < 2:
                raise ValueError(f"a batch of {n} has no variance to normalise by")
            var, mean = torch.var_mean(x.detach(), 0, correction=0)
            self._take_in(mean, var * (n / (n - 1)))
        else:
            mean, var = self.running_mean, self.running_var
        return (x - mean) * torch.rsqrt(var + self.eps) * self.weight + self.bias


@fails(
    "test_evaluates_by_the_running_statistics",
    "test_follows_any_sequence_of_modes",
    "test_loads_what_torch_saved",
)
class always_normalises_by_the_batch(BatchNorm1d):
    """A prediction depends on its neighbours, and one alone comes out as `bias`."""

    def forward(self, x):
        var, mean = torch.var_mean(x, 0, correction=0)
        if self.training:
            n = len(x)
            if n < 2:
                raise ValueError(f"a batch of {n} has no variance to normalise by")
            self._take_in(mean, var * (n / (n - 1)))
        return (x - mean) * torch.rsqrt(var + self.eps) * self.weight + self.bias


@fails("test_refuses_a_batch_of_one_in_training")
class refuses_after_it_has_counted(BatchNorm1d):
    """The error comes, and the running variance is NaN from then on."""

    def forward(self, x):
        if self.training:
            n = len(x)
            var, mean = torch.var_mean(x, 0, correction=0)
            self._take_in(mean, var * n / (n - 1))
            if n < 2:
                raise ValueError(f"a batch of {n} has no variance to normalise by")
        else:
            mean, var = self.running_mean, self.running_var
        return (x - mean) * torch.rsqrt(var + self.eps) * self.weight + self.bias


@fails(
    "test_normalises_a_batch_as_torch_does",
    "test_gradients_flow_through_the_statistics",
    "test_keeps_the_running_statistics_of_torch",
    "test_evaluates_by_the_running_statistics",
    "test_follows_any_sequence_of_modes",
    "test_holds_what_torchs_layer_holds",
    "test_loads_what_torch_saved",
    "test_is_written_without_a_ready_normalisation",
)
class keeps_plain_tensors(nn.Module):
    """The statistics are not saved, and stay behind when the model changes its dtype or
    device."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.running_mean = torch.zeros(num_features)
        self.running_var = torch.ones(num_features)
        self.num_batches_tracked = torch.tensor(0)

    def forward(self, x):
        if self.training:
            n = len(x)
            if n < 2:
                raise ValueError(f"a batch of {n} has no variance to normalise by")
            var, mean = torch.var_mean(x, 0, correction=0)
            self._take_in(mean, var * (n / (n - 1)))
        else:
            mean, var = self.running_mean, self.running_var
        return (x - mean) * torch.rsqrt(var + self.eps) * self.weight + self.bias

    @torch.no_grad()
    def _take_in(self, mean, var):
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(var, self.momentum)
        self.num_batches_tracked += 1


@fails(
    "test_survives_features_far_from_zero",
)
class subtracts_the_squares(BatchNorm1d):
    """Far from zero few digits of the variance are left, and it can be negative."""

    def forward(self, x):
        if self.training:
            n = len(x)
            if n < 2:
                raise ValueError(f"a batch of {n} has no variance to normalise by")
            mean = x.mean(0)
            var = (x**2).mean(0) - mean**2
            self._take_in(mean, var * (n / (n - 1)))
        else:
            mean, var = self.running_mean, self.running_var
        return (x - mean) * torch.rsqrt(var + self.eps) * self.weight + self.bias


@fails("test_is_written_without_a_ready_normalisation")
class inherits_the_forward_pass(nn.BatchNorm1d):
    """Right in every number, and it shows nothing of what was asked."""

    def forward(self, x):
        return super().forward(x)


@fails("test_is_written_without_a_ready_normalisation")
class calls_the_operator_below(nn.BatchNorm1d):
    """`torch.ops` has what `functional.batch_norm` calls: the formula stays hidden."""

    def forward(self, x):
        if self.training:
            if len(x) < 2:
                raise ValueError("a batch of one has no variance")
            self.num_batches_tracked += 1
        y, _, _ = torch.ops.aten.native_batch_norm(
            x,
            self.weight,
            self.bias,
            self.running_mean,
            self.running_var,
            self.training,
            self.momentum,
            self.eps,
        )
        return y


@fails("test_is_written_without_a_ready_normalisation")
class transposes_for_layer_norm(BatchNorm1d):
    """Layer norm does the same along the other dimension, and hides it as well."""

    def forward(self, x):
        if self.training:
            if len(x) < 2:
                raise ValueError("a batch of one has no variance")
            self._take_in(x.mean(0), x.var(0))
            normal = nn.functional.layer_norm(x.T, (len(x),), eps=self.eps).T
        else:
            std = torch.sqrt(self.running_var + self.eps)
            normal = (x - self.running_mean) / std
        return normal * self.weight + self.bias
