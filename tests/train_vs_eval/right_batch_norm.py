"""Other right answers to train_vs_eval/batch_norm."""

import torch
from torch import nn

from solutions.train_vs_eval.batch_norm import BatchNorm1d


class inherits_the_state(nn.BatchNorm1d):
    """PyTorch's own constructor makes the parameters and buffers, so that they fit for
    certain. A reader does not see what the layer holds."""

    def forward(self, x):
        if not self.training:
            var, mean = self.running_var, self.running_mean
        elif len(x) == 1:
            raise ValueError("a batch of one has no variance to normalise by")
        else:
            n = len(x)
            var, mean = torch.var_mean(x, dim=0, correction=0)
            with torch.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(var * (n / (n - 1)), self.momentum)
                self.num_batches_tracked.add_(1)
        return (x - mean) / (var + self.eps).sqrt() * self.weight + self.bias


class folds_into_scale_and_shift(BatchNorm1d):
    """One multiplication and one addition for each value, and in evaluation mode scale
    and shift could be computed beforehand. Far from zero the shift is a large number,
    and rounding errors grow."""

    def forward(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            if len(x) == 1:
                raise ValueError("a batch of one has no variance to normalise by")
            mean, var = x.mean(0), x.var(0, correction=0)
            self._take_in(mean, x.var(0))
        scale = self.weight * torch.rsqrt(var + self.eps)
        return torch.addcmul(self.bias - mean * scale, x, scale)


class _Normalise(torch.autograd.Function):
    """The batch of variance one, with the derivative written out."""

    @staticmethod
    def forward(ctx, centred, var, eps):
        inverse = torch.rsqrt(var + eps)
        y = centred * inverse
        ctx.save_for_backward(y, inverse)
        return y

    @staticmethod
    def backward(ctx, grad):
        y, inverse = ctx.saved_tensors
        grad = grad - grad.mean(0) - y * (grad * y).mean(0)
        return grad * inverse, None, None


class derives_by_hand(BatchNorm1d):
    """One formula for the backward pass shows how each example's gradient depends on
    the others. Nobody derives it for you, so `gradcheck` has to confirm it."""

    def forward(self, x):
        if self.training:
            if len(x) == 1:
                raise ValueError("a batch of one has no variance to normalise by")
            with torch.no_grad():
                mean = x.mean(0)
                var = (x - mean).square().mean(0)
                self._take_in(mean, var * len(x) / (len(x) - 1))
            normal = _Normalise.apply(x - mean, var, self.eps)
        else:
            std = torch.sqrt(self.running_var + self.eps)
            normal = (x - self.running_mean) / std
        return self.weight * normal + self.bias


class keeps_statistics_by_assignment(BatchNorm1d):
    """A tensor assigned to a buffer's name is the buffer from then on, and nothing is
    written in place. Whoever holds the old one, a captured CUDA graph for example, no
    longer sees it move."""

    def forward(self, x):
        if not self.training:
            mean, var = self.running_mean, self.running_var
            return self._scaled((x - mean) / torch.sqrt(var + self.eps))
        n = len(x)
        if n == 1:
            raise ValueError("a batch of one has no variance to normalise by")
        mean = x.sum(0) / n
        centred = x - mean
        squares = (centred**2).sum(0)
        old, new = 1 - self.momentum, self.momentum
        var = squares.detach() / (n - 1)
        self.running_mean = old * self.running_mean + new * mean.detach()
        self.running_var = old * self.running_var + new * var
        self.num_batches_tracked = self.num_batches_tracked + 1
        return self._scaled(centred / torch.sqrt(squares / n + self.eps))

    def _scaled(self, normal):
        return normal * self.weight + self.bias
