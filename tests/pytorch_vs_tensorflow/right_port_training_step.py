"""Other right answers to pytorch_vs_tensorflow/port_training_step."""

import math

import torch
from torch import nn
from torch.nn.functional import batch_norm, cross_entropy, nll_loss


class builds_it_of_modules:
    """The model is an `nn.Sequential` that can be saved and exported, and PyTorch's
    `weight_decay` does the penalty's part of the gradient. Kernels have to be turned
    both ways, and batch norm's unbiased variance to be mended after each batch."""

    def __init__(self, weights):
        kernel, gamma, beta, mean, variance, head, bias = map(torch.tensor, weights)
        self.model = nn.Sequential(
            nn.Linear(*kernel.shape, bias=False),
            nn.BatchNorm1d(len(gamma), momentum=1 - 0.99, eps=1e-3),
            nn.ReLU(),
            nn.Linear(*head.shape),
        )
        names = ["0.weight", "1.weight", "1.bias", "1.running_mean", "1.running_var"]
        values = [kernel.T, gamma, beta, mean, variance, head.T, bias]
        self.names = [*names, "3.weight", "3.bias"]
        state = dict(zip(self.names, values, strict=True))
        state["1.num_batches_tracked"] = torch.tensor(0)
        self.model.load_state_dict(state)
        self.kernel, *rest = self.model.parameters()
        groups = [
            {"params": [self.kernel], "weight_decay": 2 * 0.01},
            {"params": rest},
        ]
        self.optimizer = torch.optim.Adam(groups, lr=0.01)
        self.t = 0

    def __call__(self, x, y):
        norm = self.model[1]
        old = norm.running_var.clone()
        loss = cross_entropy(self.model.train()(x), y)
        penalty = 0.01 * self.kernel.detach().square().sum()
        self.optimizer.zero_grad()
        loss.backward()
        self.t += 1
        for group in self.optimizer.param_groups:
            group["eps"] = 1e-3 / math.sqrt(1 - 0.999**self.t)
        self.optimizer.step()
        unbiased = (norm.running_var - old) / norm.momentum + old
        biased = unbiased * (len(x) - 1) / len(x)
        norm.running_var.copy_(old.lerp(biased, norm.momentum))
        return (loss + penalty).item()

    @torch.no_grad()
    def predict(self, x):
        return self.model.eval()(x).softmax(-1)

    def get_weights(self):
        state = self.model.state_dict()
        return [state[name].T.numpy().copy() for name in self.names]


class writes_adam_out:
    """Keras's formula, line by line, on gradients that `torch.autograd.grad` returns:
    nothing of PyTorch's optimizer has to be known. Whoever reads it has to check Adam
    once more, and there is no state dict to save."""

    def __init__(self, weights):
        self.all = [torch.tensor(w) for w in weights]
        self.trained = [self.all[i].requires_grad_() for i in (0, 1, 2, 5, 6)]
        self.m = [torch.zeros_like(w) for w in self.trained]
        self.v = [torch.zeros_like(w) for w in self.trained]
        self.t = 0

    def probabilities(self, x, training):
        kernel, gamma, beta, mean, variance, head, bias = self.all
        hidden = x @ kernel
        if training:
            mean = hidden.mean(0)
            variance = ((hidden - mean) ** 2).mean(0)
            for old, new in ((self.all[3], mean), (self.all[4], variance)):
                old.mul_(0.99).add_(new.detach(), alpha=0.01)
        normal = (hidden - mean) * torch.rsqrt(variance + 1e-3)
        return torch.softmax(torch.relu(normal * gamma + beta) @ head + bias, dim=1)

    def __call__(self, x, y):
        loss = nll_loss(self.probabilities(x, training=True).log(), y)
        loss = loss + 0.01 * (self.all[0] ** 2).sum()
        self.t += 1
        rate = 0.01 * math.sqrt(1 - 0.999**self.t) / (1 - 0.9**self.t)
        gradients = torch.autograd.grad(loss, self.trained)
        parts = zip(self.trained, gradients, self.m, self.v, strict=True)
        with torch.no_grad():
            for w, gradient, m, v in parts:
                m += (gradient - m) * (1 - 0.9)
                v += (gradient**2 - v) * (1 - 0.999)
                w -= rate * m / (v.sqrt() + 1e-3)
        return float(loss)

    def predict(self, x):
        return self.probabilities(x, training=False).detach()

    def get_weights(self):
        return [w.detach().numpy().copy() for w in self.all]


class _KerasAdam(torch.optim.Adam):
    def step(self):
        (group,) = self.param_groups
        group["t"] = group.get("t", 0) + 1
        group["eps"] = group["epsilon"] / (1 - group["betas"][1] ** group["t"]) ** 0.5
        super().step()


class _KerasNorm(nn.Module):
    def __init__(self, gamma, beta, mean, variance):
        super().__init__()
        self.gamma, self.beta = nn.Parameter(gamma), nn.Parameter(beta)
        self.register_buffer("mean", mean)
        self.register_buffer("variance", variance)

    def forward(self, x):
        mean, variance = self.mean, self.variance
        if self.training:
            with torch.no_grad():
                batch = torch.var_mean(x, 0, correction=0)
                self.variance = 0.99 * variance + 0.01 * batch[0]
                self.mean = 0.99 * mean + 0.01 * batch[1]
            mean = variance = None
        scale = self.gamma, self.beta
        return batch_norm(x, mean, variance, *scale, mean is None, eps=1e-3)


class makes_parts_that_speak_keras:
    """An optimizer and a layer with Keras's meaning can be used for the next model as
    well. They look like PyTorch's and are not, which has to be said where they are
    used."""

    def __init__(self, weights):
        kernel, *norm, head, bias = map(torch.tensor, weights)
        self.kernel, self.head, self.bias = map(nn.Parameter, (kernel, head, bias))
        self.norm = _KerasNorm(*norm)
        trained = [self.kernel, *self.norm.parameters(), self.head, self.bias]
        groups = [{"params": trained, "epsilon": 1e-3}]
        self.adam = _KerasAdam(groups, lr=0.01, betas=(0.9, 0.999))

    def logits(self, x):
        return self.norm(x @ self.kernel).relu() @ self.head + self.bias

    def __call__(self, x, y):
        self.norm.train()
        loss = cross_entropy(self.logits(x), y) + 0.01 * self.kernel.norm() ** 2
        self.adam.zero_grad()
        loss.backward()
        self.adam.step()
        return loss.item()

    def predict(self, x):
        self.norm.eval()
        with torch.no_grad():
            return self.logits(x).softmax(-1)

    def get_weights(self):
        n = self.norm
        middle = [n.gamma, n.beta, n.mean, n.variance]
        weights = [self.kernel, *middle, self.head, self.bias]
        return [w.detach().numpy().copy() for w in weights]
