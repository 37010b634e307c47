"""Other right answers to train_vs_eval/frozen_backbone."""

import torch
from torch import nn


class leaves_mode_and_graph_to_two_lines(nn.Module):
    """`detach` cuts the graph after the fact: with an input that is detached as well,
    nothing in the backbone asks to be recorded, because nothing in it requires a
    gradient."""

    def __init__(self, backbone, head):
        super().__init__()
        for parameter in backbone.parameters():
            parameter.requires_grad = False
        self.backbone, self.head = backbone, head
        self.train()

    def train(self, mode=True):
        result = super().train(mode)
        self.backbone.train(False)
        return result

    def forward(self, x):
        return self.head(self.backbone(x.detach()).detach())


class infers_and_clones(nn.Module):
    """`inference_mode` tracks even less than `no_grad`. Its tensors cannot be saved for
    a backward pass, so the features are copied once outside."""

    def __init__(self, backbone, head):
        super().__init__()
        self.add_module("backbone", backbone.eval().requires_grad_(False))
        self.add_module("head", head)

    def train(self, mode=True):
        super().train(mode)
        for module in self.backbone.modules():
            module.training = False
        return self

    def forward(self, x):
        with torch.inference_mode():
            features = self.backbone(x)
        return self.head(features.clone())
