"""Other right answers to model_building/init_weights."""

import torch
from torch import nn


def hands_a_function_to_apply(model, scheme="kaiming"):
    """`Module.apply` walks the tree, and what happens to one layer is a function of its
    own. What is to be done to each kind has to be told by closure."""
    if scheme == "kaiming":
        model.apply(_kaiming)
    elif scheme == "xavier":
        model.apply(_xavier)
    else:
        raise ValueError(f"unknown scheme {scheme!r}")


def _kaiming(layer):
    if isinstance(layer, (nn.Linear, nn.Conv2d)):
        fan_in = layer.weight[0].numel()
        layer.weight.data.normal_(std=(2 / fan_in) ** 0.5)
        _clear(layer)


def _xavier(layer):
    if isinstance(layer, (nn.Linear, nn.Conv2d)):
        fan_in, fan_out = layer.weight[0].numel(), layer.weight[:, 0].numel()
        bound = (6 / (fan_in + fan_out)) ** 0.5
        layer.weight.data.uniform_(-bound, bound)
        _clear(layer)


def _clear(layer):
    if layer.bias is not None:
        layer.bias.data.zero_()


def scales_standard_draws(model, scheme="kaiming"):
    """Standard numbers times a factor show the formula as it is written, and the draw
    can be made on the CPU for every device alike. It holds each weight twice."""
    draws = {
        "kaiming": lambda w: torch.randn_like(w) * (2 / w[0].numel()) ** 0.5,
        "xavier": lambda w: (
            (2 * torch.rand_like(w) - 1)
            * (6 / (w[0].numel() + w.transpose(0, 1)[0].numel())) ** 0.5
        ),
    }
    if scheme not in draws:
        raise ValueError(f"scheme must be one of {sorted(draws)}")
    with torch.no_grad():
        for layer in model.modules():
            match layer:
                case nn.Linear() | nn.Conv2d():
                    layer.weight.copy_(draws[scheme](layer.weight))
                    if layer.bias is not None:
                        layer.bias.fill_(0)


def walks_the_tree_itself(model, scheme="kaiming"):
    """Recursion over `children` can treat a branch in its own way, or leave it out.
    `modules()` does the same walk in one line."""
    if scheme not in {"kaiming", "xavier"}:
        raise ValueError(scheme)
    if type(model) in (nn.Linear, nn.Conv2d):
        outputs, inputs, *kernel = model.weight.shape
        places = torch.Size(kernel).numel()
        with torch.no_grad():
            if scheme == "kaiming":
                model.weight.normal_().mul_((2 / inputs / places) ** 0.5)
            else:
                bound = (6 / places / (inputs + outputs)) ** 0.5
                model.weight.uniform_().sub_(0.5).mul_(2 * bound)
            for bias in filter(torch.is_tensor, [model.bias]):
                bias.zero_()
    for child in model.children():
        walks_the_tree_itself(child, scheme)
