"""Near misses of autograd/per_sample_gradients."""

import torch
from torch.func import functional_call, grad, jacrev, vmap

from backprep.testing import fails


@fails("test_handles_all_examples_at_once")
def loops_over_the_examples(model, loss_fn, inputs, targets):
    """The numbers are right, and the hardware waits for Python at every example."""
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}
    rows = []
    with torch.enable_grad():
        for x, y in zip(inputs.detach(), targets, strict=True):
            loss = loss_fn(model(x[None]), y[None])
            weights = list(trained.values())
            rows.append(torch.autograd.grad(loss, weights, materialize_grads=True))
    columns = map(torch.stack, zip(*rows, strict=True))
    return dict(zip(trained, columns, strict=True))


@fails("test_handles_all_examples_at_once")
def walks_one_graph_once_for_each_example(model, loss_fn, inputs, targets):
    """One forward pass for all, and then as many backward passes as examples, each
    through the whole batch."""
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}
    with torch.enable_grad():
        outputs = model(inputs.detach())
        rows = []
        for out, y in zip(outputs, targets, strict=True):
            loss, weights = loss_fn(out[None], y[None]), list(trained.values())
            rows.append(
                torch.autograd.grad(
                    loss, weights, retain_graph=True, materialize_grads=True
                )
            )
    columns = map(torch.stack, zip(*rows, strict=True))
    return dict(zip(trained, columns, strict=True))


@fails("test_makes_nothing_much_larger_than_the_result")
def takes_the_jacobian_of_all_losses(model, loss_fn, inputs, targets):
    """Every loss is differentiated through every example: work and memory grow with the
    square of the batch, and nearly all of it is zeros."""
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}

    def losses(weights):
        outputs = functional_call(model, weights, (inputs,))
        return vmap(loss_fn)(outputs[:, None], targets[:, None])

    with torch.no_grad():
        return jacrev(losses)(trained)


@fails(
    "test_gives_each_example_its_own_gradient",
    "test_shows_model_and_loss_a_batch",
    "test_draws_a_mask_for_each_example",
    "test_names_what_is_trained",
    "test_adds_up_the_uses_of_a_shared_weight",
    "test_hands_out_plain_numbers",
)
def gives_shares_of_the_batch_gradient(model, loss_fn, inputs, targets):
    """Divided by the number of examples, each gradient is as much smaller, and a
    threshold for clipping means something else for every batch."""
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}

    def share_of_one(weights, x, y):
        loss = loss_fn(functional_call(model, weights, (x[None],)), y[None])
        return loss / len(inputs)

    with torch.no_grad():
        return vmap(grad(share_of_one), (None, 0, 0), randomness="different")(
            trained, inputs, targets
        )


@fails("test_shows_model_and_loss_a_batch", "test_leaves_the_model_as_it_was")
def hands_the_model_a_bare_example(model, loss_fn, inputs, targets):
    """A linear layer does not mind. A model that averages over dimension 1 now averages
    over another one, and batch normalisation raises an error."""
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}

    def loss_of_one(weights, x, y):
        return loss_fn(functional_call(model, weights, (x,)), y)

    with torch.no_grad():
        return vmap(grad(loss_of_one), (None, 0, 0), randomness="different")(
            trained, inputs, targets
        )


@fails("test_draws_a_mask_for_each_example")
def leaves_randomness_to_the_default(model, loss_fn, inputs, targets):
    """`vmap` does not guess: the first dropout in training mode raises an error."""
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}

    def loss_of_one(weights, x, y):
        return loss_fn(functional_call(model, weights, (x[None],)), y[None])

    with torch.no_grad():
        return vmap(grad(loss_of_one), (None, 0, 0))(trained, inputs, targets)


@fails("test_draws_a_mask_for_each_example")
def draws_one_mask_for_all(model, loss_fn, inputs, targets):
    """All the examples lose the same units, so their gradients are correlated."""
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}

    def loss_of_one(weights, x, y):
        return loss_fn(functional_call(model, weights, (x[None],)), y[None])

    with torch.no_grad():
        return vmap(grad(loss_of_one), (None, 0, 0), randomness="same")(
            trained, inputs, targets
        )


@fails("test_draws_a_mask_for_each_example", "test_leaves_the_model_as_it_was")
def silences_dropout_with_eval(model, loss_fn, inputs, targets):
    """The error about random numbers is gone, and so are dropout and the caller's
    mode."""
    model.eval()
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}

    def loss_of_one(weights, x, y):
        return loss_fn(functional_call(model, weights, (x[None],)), y[None])

    with torch.no_grad():
        return vmap(grad(loss_of_one), (None, 0, 0))(trained, inputs, targets)


@fails("test_names_what_is_trained")
def differentiates_frozen_weights_too(model, loss_fn, inputs, targets):
    """`grad` does not ask for `requires_grad`: a frozen backbone costs as much memory
    as a trained one, times the batch."""

    def loss_of_one(weights, x, y):
        return loss_fn(functional_call(model, weights, (x[None],)), y[None])

    with torch.no_grad():
        return vmap(grad(loss_of_one), (None, 0, 0), randomness="different")(
            dict(model.named_parameters()), inputs, targets
        )


@fails("test_adds_up_the_uses_of_a_shared_weight")
def separates_the_uses_of_a_weight(model, loss_fn, inputs, targets):
    """Each name has the gradient of one use, and the norm of an example is wrong."""
    named = model.named_parameters(remove_duplicate=False)
    trained = {n: p for n, p in named if p.requires_grad}

    def loss_of_one(weights, x, y):
        outputs = functional_call(model, weights, (x[None],), tie_weights=False)
        return loss_fn(outputs, y[None])

    with torch.no_grad():
        return vmap(grad(loss_of_one), (None, 0, 0), randomness="different")(
            trained, inputs, targets
        )


@fails("test_hands_out_plain_numbers")
def keeps_a_graph_to_the_weights(model, loss_fn, inputs, targets):
    """`torch.func.grad` inside ordinary autograd is recorded like anything else, so the
    result holds a graph of its own computation."""
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}

    def loss_of_one(weights, x, y):
        return loss_fn(functional_call(model, weights, (x[None],)), y[None])

    return vmap(grad(loss_of_one), (None, 0, 0), randomness="different")(
        trained, inputs, targets
    )


@fails("test_leaves_the_model_as_it_was")
def clears_the_gradients_first(model, loss_fn, inputs, targets):
    """A habit from the training loop: what was accumulated there is gone."""
    model.zero_grad()
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}

    def loss_of_one(weights, x, y):
        return loss_fn(functional_call(model, weights, (x[None],)), y[None])

    with torch.no_grad():
        return vmap(grad(loss_of_one), (None, 0, 0), randomness="different")(
            trained, inputs, targets
        )
