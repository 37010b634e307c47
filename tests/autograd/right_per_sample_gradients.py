"""Other right answers to autograd/per_sample_gradients."""

import torch
from torch import nn
from torch.func import functional_call, grad, vjp, vmap


def gives_each_example_its_own_weights(model, loss_fn, inputs, targets):
    """`expand` hands every example a view of the weights, and one ordinary backward
    pass of the sum fills in a row for each. No `torch.func.grad`; but with weights of
    their own the examples no longer share one matrix product in the forward pass."""
    with torch.enable_grad():
        weights = {
            name: p.detach().expand(len(inputs), *p.shape).requires_grad_()
            for name, p in model.named_parameters()
            if p.requires_grad
        }

        def loss_of_one(own, x, y):
            return loss_fn(functional_call(model, own, (x.unsqueeze(0),)), y[None])

        losses = vmap(loss_of_one, randomness="different")(
            weights, inputs.detach(), targets
        )
        gradients = torch.autograd.grad(
            losses.sum(), list(weights.values()), materialize_grads=True
        )
    return dict(zip(weights, gradients, strict=True))


def pulls_a_one_back(model, loss_fn, inputs, targets):
    """`vjp` gives the loss as well, and takes any weight in place of the one, say an
    importance for each example. `grad` says the same in fewer words."""
    weights = {
        name: p.detach() for name, p in model.named_parameters() if p.requires_grad
    }

    def gradient_of_one(x, y):
        def loss(weights):
            return loss_fn(functional_call(model, weights, x[None]), y[None])

        value, pull = vjp(loss, weights)
        return pull(torch.ones_like(value))[0]

    return vmap(gradient_of_one, randomness="different")(inputs.detach(), targets)


class _LossOfOne(nn.Module):
    """A model and its loss, for a single example."""

    def __init__(self, model, loss_fn):
        super().__init__()
        self.model, self.loss_fn = model, loss_fn

    def forward(self, x, y):
        return self.loss_fn(self.model(x[None]), y[None])


def makes_the_loss_a_module(model, loss_fn, inputs, targets):
    """The loss is a module around the model, and may have weights of its own. The names
    then begin with `model.`, and have to be cut."""
    whole = _LossOfOne(model, loss_fn)
    named = [(n, p.detach()) for n, p in whole.named_parameters() if p.requires_grad]
    weights = dict(named)

    def loss_of_one(weights, pair):
        return functional_call(whole, weights, pair)

    result = vmap(grad(loss_of_one), in_dims=(None, 0), randomness="different")(
        weights, (inputs.detach(), targets)
    )
    return {name.removeprefix("model."): value for name, value in result.items()}
