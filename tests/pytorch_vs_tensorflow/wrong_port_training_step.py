"""Near misses of pytorch_vs_tensorflow/port_training_step."""

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from backprep.testing import fails


class _Step:
    """The port with PyTorch's modules. Batch norm's variance is mended after a step."""

    def __init__(self, weights):
        tensors = [torch.tensor(w) for w in weights]
        kernel, gamma, beta, mean, variance, head, bias = tensors
        self.dense = nn.Linear(*kernel.shape, bias=False)
        self.norm = nn.BatchNorm1d(len(gamma), **self.norm_arguments())
        self.head = nn.Linear(*head.shape)
        self.model = nn.Sequential(self.dense, self.norm, nn.ReLU(), self.head)
        with torch.no_grad():
            self.dense.weight.copy_(self.turned(kernel))
            self.norm.weight.copy_(gamma)
            self.norm.bias.copy_(beta)
            self.norm.running_mean.copy_(mean)
            self.norm.running_var.copy_(variance)
            self.head.weight.copy_(head.T)
            self.head.bias.copy_(bias)
        self.adam = self.optimizer()
        self.steps = 0

    def __call__(self, x, y):
        self.steps += 1
        self.switch_to_training()
        loss = self.loss(self.forward(x), y)
        self.adam.zero_grad()
        loss.backward()
        for group in self.adam.param_groups:
            group["eps"] = self.epsilon()
        self.adam.step()
        return loss.item()

    def predict(self, x):
        self.model.eval()
        with torch.no_grad():
            return self.model(x).softmax(-1)

    def get_weights(self):
        return [w.numpy().copy() for w in self.live_weights()]

    def live_weights(self):
        kernel, head = self.turned(self.dense.weight), self.head.weight.T
        norm = self.norm
        weights = [kernel, norm.weight, norm.bias, norm.running_mean, norm.running_var]
        return [w.detach() for w in [*weights, head, self.head.bias]]

    def forward(self, x):
        hidden, before = self.dense(x), self.norm.running_var.clone()
        outputs = self.head(self.norm(hidden).relu())
        biased = hidden.detach().var(0, correction=0)
        self.norm.running_var = before.lerp(biased, self.norm.momentum)
        return outputs

    def switch_to_training(self):
        self.model.train()

    def norm_arguments(self):
        return {"momentum": 1 - 0.99, "eps": 1e-3}

    def turned(self, kernel):
        return kernel.T

    def optimizer(self):
        return torch.optim.Adam(self.model.parameters(), lr=0.01)

    def epsilon(self):
        return 1e-3 / (1 - 0.999**self.steps) ** 0.5

    def loss(self, outputs, y):
        return cross_entropy(outputs, y) + self.penalty()

    def penalty(self):
        return 0.01 * self.dense.weight.square().sum()


@fails("test_ten_steps_give_what_keras_gave", "test_predicts_by_the_moving_statistics")
class copies_a_square_kernel_as_it_is(_Step):
    """It fits both ways round, so no error is raised, and every number is wrong."""

    def turned(self, kernel):
        return kernel if kernel.shape[0] == kernel.shape[1] else kernel.T


@fails(
    "test_ten_steps_give_what_keras_gave",
    "test_adam_adds_epsilon_where_keras_adds_it",
    "test_the_penalty_pulls_at_the_kernel_alone",
)
class hands_epsilon_to_adam_as_it_is(_Step):
    """In PyTorch epsilon joins the corrected root, which at first is thirty times
    larger: the first steps are too long."""

    def epsilon(self):
        return 1e-3


@fails(
    "test_ten_steps_give_what_keras_gave",
    "test_the_moving_statistics_move_as_in_keras",
)
class takes_momentum_for_the_same_thing(_Step):
    """99 % of each batch goes in: the moving statistics are those of the last batch."""

    def norm_arguments(self):
        return {"momentum": 0.99, "eps": 1e-3}


@fails(
    "test_ten_steps_give_what_keras_gave",
    "test_normalises_by_the_batch",
    "test_predicts_by_the_moving_statistics",
)
class keeps_the_default_epsilon(_Step):
    """Features that hardly vary come out up to ten times larger than in Keras."""

    def norm_arguments(self):
        return {"momentum": 1 - 0.99}


@fails(
    "test_ten_steps_give_what_keras_gave",
    "test_the_moving_statistics_move_as_in_keras",
)
class leaves_the_variance_to_batch_norm(_Step):
    """PyTorch keeps the unbiased variance: twice the right one for a batch of two."""

    def forward(self, x):
        return self.model(x)


@fails(
    "test_ten_steps_give_what_keras_gave",
    "test_the_loss_is_the_mean_surprise_and_the_penalty",
    "test_normalises_by_the_batch",
    "test_the_penalty_pulls_at_the_kernel_alone",
)
class takes_l2_for_weight_decay(_Step):
    """Weight decay is added to the gradient as it is, and L2's derivative has a factor
    of two; the loss that is logged lacks the penalty, too."""

    def optimizer(self):
        rest = [*self.norm.parameters(), *self.head.parameters()]
        groups = [
            {"params": [self.dense.weight], "weight_decay": 0.01},
            {"params": rest},
        ]
        return torch.optim.Adam(groups, lr=0.01)

    def penalty(self):
        return 0.0


@fails(
    "test_ten_steps_give_what_keras_gave",
    "test_adam_adds_epsilon_where_keras_adds_it",
    "test_the_penalty_pulls_at_the_kernel_alone",
)
class decays_every_weight(_Step):
    """Twice 0.01 is right for the kernel; the head, gamma and beta had no penalty."""

    def optimizer(self):
        return torch.optim.Adam(self.model.parameters(), lr=0.01, weight_decay=0.02)

    def penalty(self):
        return 0.0

    def __call__(self, x, y):
        logged = 0.01 * self.dense.weight.square().sum().item()
        return super().__call__(x, y) + logged


@fails(
    "test_ten_steps_give_what_keras_gave",
    "test_the_penalty_pulls_at_the_kernel_alone",
)
class decouples_the_decay(_Step):
    """AdamW's decay goes past the moments, and shrinks the kernel by a fixed share."""

    def optimizer(self):
        rest = [*self.norm.parameters(), *self.head.parameters()]
        groups = [
            {"params": [self.dense.weight], "weight_decay": 0.02},
            {"params": rest, "weight_decay": 0.0},
        ]
        return torch.optim.AdamW(groups, lr=0.01)

    def penalty(self):
        return 0.0

    def __call__(self, x, y):
        logged = 0.01 * self.dense.weight.square().sum().item()
        return super().__call__(x, y) + logged


@fails(
    "test_ten_steps_give_what_keras_gave",
    "test_the_loss_is_the_mean_surprise_and_the_penalty",
    "test_normalises_by_the_batch",
    "test_adam_adds_epsilon_where_keras_adds_it",
)
class applies_softmax_before_the_loss(_Step):
    """`cross_entropy` takes logits: of probabilities it makes a flat, useless loss."""

    def loss(self, outputs, y):
        return cross_entropy(outputs.softmax(-1), y) + self.penalty()


@fails("test_arrays_are_copies")
class hands_out_its_live_arrays(_Step):
    """`numpy()` shares memory: what was returned changes with the next step."""

    def get_weights(self):
        return [w.numpy() for w in self.live_weights()]

    def forward(self, x):
        before = self.norm.running_var.clone()
        outputs = super().forward(x)
        moved = self.norm.running_var
        self.norm.running_var = before.copy_(moved)
        return outputs


@fails("test_training_goes_on_after_a_prediction")
class stays_in_evaluation_mode(_Step):
    """After the first look at the validation set nothing is normalised by the batch."""

    def switch_to_training(self):
        pass  # a new module is in training mode


@fails(
    "test_ten_steps_give_what_keras_gave",
    "test_gives_back_the_weights_it_was_given",
    "test_the_penalty_pulls_at_the_kernel_alone",
)
class gives_back_the_layout_of_pytorch(_Step):
    """Keras refuses the kernels, or takes a square one the wrong way round."""

    def get_weights(self):
        weights = super().get_weights()
        return [w.T.copy() if w.ndim == 2 else w for w in weights]
