"""Near misses of train_vs_eval/frozen_backbone."""

import torch
from torch import nn

from backprep.testing import fails


@fails(
    "test_nothing_in_the_backbone_changes",
    "test_the_features_are_those_of_evaluation",
    "test_no_call_of_train_thaws_it",
    "test_train_and_eval_return_the_module",
    "test_the_heads_parameters_alone_require_a_gradient",
    "test_autograd_records_the_head_alone",
)
class mends_nothing(nn.Module):
    """The head trains, and everything below it drifts away."""

    def __init__(self, backbone, head):
        super().__init__()
        self.backbone = backbone
        self.head = head
        for name, parameter in backbone.named_parameters():
            if "weight" in name:
                parameter.requires_grad = False
        self.backbone.eval()

    def train(self, mode=True):
        super().train(mode)

    def forward(self, x):
        features = self.backbone(x)
        return self.head(features)


@fails(
    "test_nothing_in_the_backbone_changes",
    "test_the_features_are_those_of_evaluation",
    "test_no_call_of_train_thaws_it",
)
class evaluates_once(nn.Module):
    """The first `model.train()` undoes it, and the running statistics move again."""

    def __init__(self, backbone, head):
        super().__init__()
        self.backbone = backbone.requires_grad_(False)
        self.head = head
        self.backbone.eval()

    def forward(self, x):
        with torch.no_grad():
            features = self.backbone(x)
        return self.head(features)


@fails("test_the_heads_parameters_alone_require_a_gradient")
class freezes_only_the_weights(nn.Module):
    """The biases are counted as trainable and handed to the optimizer, and
    DistributedDataParallel waits for gradients that never come."""

    def __init__(self, backbone, head):
        super().__init__()
        self.backbone = backbone
        self.head = head
        for name, parameter in backbone.named_parameters():
            if "weight" in name:
                parameter.requires_grad = False
        self.backbone.eval()

    def train(self, mode=True):
        super().train(mode)
        self.backbone.eval()
        return self

    def forward(self, x):
        with torch.no_grad():
            features = self.backbone(x)
        return self.head(features)


@fails("test_autograd_records_the_head_alone")
class records_the_backbone(nn.Module):
    """With an input that requires a gradient, all activations are kept for nothing."""

    def __init__(self, backbone, head):
        super().__init__()
        self.backbone = backbone.requires_grad_(False)
        self.head = head
        self.backbone.eval()

    def train(self, mode=True):
        super().train(mode)
        self.backbone.eval()
        return self

    def forward(self, x):
        features = self.backbone(x)
        return self.head(features)


@fails("test_train_and_eval_return_the_module")
class returns_nothing_from_train(nn.Module):
    """`model = Model().eval()` is None: `eval()` returns what `train` returns."""

    def __init__(self, backbone, head):
        super().__init__()
        self.backbone = backbone.requires_grad_(False)
        self.head = head
        self.backbone.eval()

    def train(self, mode=True):
        super().train(mode)
        self.backbone.eval()

    def forward(self, x):
        with torch.no_grad():
            features = self.backbone(x)
        return self.head(features)


@fails("test_the_head_follows_the_mode")
class keeps_everything_in_evaluation(nn.Module):
    """The head's own dropout never drops, and its batch normalisation never learns."""

    def __init__(self, backbone, head):
        super().__init__()
        self.backbone = backbone.requires_grad_(False)
        self.head = head
        self.eval()

    def train(self, mode=True):
        return super().train(False)

    def forward(self, x):
        with torch.no_grad():
            features = self.backbone(x)
        return self.head(features)


@fails(
    "test_nothing_in_the_backbone_changes",
    "test_the_heads_parameters_alone_require_a_gradient",
    "test_autograd_records_the_head_alone",
    "test_the_head_gets_its_gradients",
)
class runs_the_head_without_a_graph_too(nn.Module):
    """One indent too many, and the loss has no history: `backward` raises."""

    def __init__(self, backbone, head):
        super().__init__()
        self.backbone = backbone.requires_grad_(False)
        self.head = head
        self.backbone.eval()

    def train(self, mode=True):
        super().train(mode)
        self.backbone.eval()
        return self

    def forward(self, x):
        with torch.no_grad():
            features = self.backbone(x)
            return self.head(features)


@fails("test_no_call_of_train_thaws_it", "test_the_features_are_those_of_evaluation")
class puts_back_only_batch_norm(nn.Module):
    """The statistics stay, and dropout in the backbone makes the features noisy."""

    def __init__(self, backbone, head):
        super().__init__()
        self.backbone = backbone.requires_grad_(False)
        self.head = head
        self.train()

    def train(self, mode=True):
        super().train(mode)
        for module in self.backbone.modules():
            if isinstance(module, nn.BatchNorm1d):
                module.eval()
        return self

    def forward(self, x):
        with torch.no_grad():
            features = self.backbone(x)
        return self.head(features)


@fails("test_no_call_of_train_thaws_it")
class waits_for_the_first_train(nn.Module):
    """A module is made in training mode, and the first pass moves the statistics."""

    def __init__(self, backbone, head):
        super().__init__()
        self.backbone = backbone.requires_grad_(False)
        self.head = head

    def train(self, mode=True):
        super().train(mode)
        self.backbone.eval()
        return self

    def forward(self, x):
        with torch.no_grad():
            features = self.backbone(x)
        return self.head(features)
