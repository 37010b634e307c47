"""Near misses of amp/saved_bytes."""

from contextlib import nullcontext

import torch

from backprep.testing import fails


@fails(
    "test_counts_what_two_layers_keep",
    "test_counts_the_casts_that_autocast_makes",
    "test_counts_a_storage_once_whatever_the_views",
)
def adds_up_every_save(model, x, *, dtype=None):
    """What two operations save is counted twice, and a view as less than it keeps."""
    skip = {t.untyped_storage().data_ptr() for t in (x, *model.parameters())}
    total = 0

    def pack(t):
        nonlocal total
        if t.untyped_storage().data_ptr() not in skip:
            total += t.numel() * t.element_size()
        return t

    with (
        torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t),
        torch.autocast(x.device.type, dtype=dtype, enabled=dtype is not None),
    ):
        model(x)
    return total


@fails(
    "test_counts_what_two_layers_keep",
    "test_counts_the_casts_that_autocast_makes",
    "test_counts_a_storage_once_whatever_the_views",
    "test_counts_masks_indices_and_buffers",
)
def takes_four_bytes_for_an_element(model, x, *, dtype=None):
    """Half precision seems to save nothing, and masks look four times too large."""
    skip = {t.untyped_storage().data_ptr() for t in (x, *model.parameters())}
    saved = {}

    def pack(t):
        saved[t.untyped_storage().data_ptr()] = t
        return t

    with (
        torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t),
        torch.autocast(x.device.type, dtype=dtype, enabled=dtype is not None),
    ):
        model(x)
    return sum(4 * t.numel() for address, t in saved.items() if address not in skip)


@fails("test_counts_a_deep_model_on_integers")
def notes_addresses_and_lets_storages_go(model, x, *, dtype=None):
    """A branch that the model drops frees its memory, and the next tensor to get that
    address is taken for one that has been counted."""
    skip = {t.untyped_storage().data_ptr() for t in (x, *model.parameters())}
    sizes = {}

    def pack(t):
        sizes[t.untyped_storage().data_ptr()] = t.untyped_storage().nbytes()
        return t

    with (
        torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t),
        torch.autocast(x.device.type, dtype=dtype, enabled=dtype is not None),
    ):
        model(x)
    return sum(size for address, size in sizes.items() if address not in skip)


@fails(
    "test_counts_a_storage_once_whatever_the_views",
    "test_leaves_out_parameters_and_x_in_any_view",
)
def takes_a_view_for_its_storage(model, x, *, dtype=None):
    """A view that starts elsewhere has another address: its storage counts again."""
    skip = {t.data_ptr() for t in (x, *model.parameters())}
    saved = {}

    def pack(t):
        saved[t.data_ptr()] = t.untyped_storage()
        return t

    with (
        torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t),
        torch.autocast(x.device.type, dtype=dtype, enabled=dtype is not None),
    ):
        model(x)
    return sum(s.nbytes() for address, s in saved.items() if address not in skip)


@fails(
    "test_counts_what_two_layers_keep",
    "test_leaves_out_parameters_and_x_in_any_view",
    "test_counts_nothing_where_no_gradient_is_needed",
)
def counts_the_parameters_too(model, x, *, dtype=None):
    """The weights, which exist anyway, hide how the activations grow."""
    saved = {}

    def pack(t):
        saved[t.untyped_storage().data_ptr()] = t.untyped_storage()
        return t

    with (
        torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t),
        torch.autocast(x.device.type, dtype=dtype, enabled=dtype is not None),
    ):
        model(x)
    saved.pop(x.untyped_storage().data_ptr(), None)
    return sum(s.nbytes() for s in saved.values())


@fails(
    "test_counts_the_casts_that_autocast_makes",
    "test_leaves_out_parameters_and_x_in_any_view",
    "test_counts_copies_of_parameters_and_x",
    "test_counts_masks_indices_and_buffers",
)
def leaves_out_every_leaf(model, x, *, dtype=None):
    """Casts and copies of x are leaves too, and so are masks and buffers."""
    saved = {}

    def pack(t):
        if not t.is_leaf:
            saved[t.untyped_storage().data_ptr()] = t.untyped_storage()
        return t

    with (
        torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t),
        torch.autocast(x.device.type, dtype=dtype, enabled=dtype is not None),
    ):
        model(x)
    return sum(s.nbytes() for s in saved.values())


@fails(
    "test_counts_the_casts_that_autocast_makes",
)
def halves_the_float32_count(model, x, *, dtype=None):
    """The slogan for a measurement: the casts of the weights are not in it."""
    skip = {t.untyped_storage().data_ptr() for t in (x, *model.parameters())}
    saved = {}

    def pack(t):
        saved[t.untyped_storage().data_ptr()] = t.untyped_storage()
        return t

    with (
        torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t),
        torch.autocast(x.device.type, enabled=False),
    ):
        model(x)
    total = sum(s.nbytes() for address, s in saved.items() if address not in skip)
    return total if dtype is None else total * dtype.itemsize // 4


@fails(
    "test_counts_nothing_where_no_gradient_is_needed",
    "test_leaves_gradients_as_they_are",
)
def runs_the_backward_pass_as_well(model, x, *, dtype=None):
    """Every measurement adds to the gradients of the training run around it."""
    skip = {t.untyped_storage().data_ptr() for t in (x, *model.parameters())}
    saved = {}

    def pack(t):
        saved[t.untyped_storage().data_ptr()] = t.untyped_storage()
        return t

    with (
        torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t),
        torch.autocast(x.device.type, dtype=dtype, enabled=dtype is not None),
    ):
        out = model(x)
    out.sum().backward()
    return sum(s.nbytes() for address, s in saved.items() if address not in skip)


@fails(
    "test_counts_the_casts_that_autocast_makes",
    "test_counts_nothing_where_no_gradient_is_needed",
    "test_counts_a_deep_model_on_integers",
)
def lets_a_copy_of_x_require_a_gradient(model, x, *, dtype=None):
    """More is saved for a gradient that nobody wants, and integers raise an error."""
    x = x.detach().clone().requires_grad_()
    skip = {t.untyped_storage().data_ptr() for t in (x, *model.parameters())}
    saved = {}

    def pack(t):
        saved[t.untyped_storage().data_ptr()] = t.untyped_storage()
        return t

    with (
        torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t),
        torch.autocast(x.device.type, dtype=dtype, enabled=dtype is not None),
    ):
        model(x)
    return sum(s.nbytes() for address, s in saved.items() if address not in skip)


@fails("test_measures_in_the_mode_it_finds")
def measures_in_eval_mode(model, x, *, dtype=None):
    """What dropout and batch norm save in training is not in the number, and the model
    that was in training is in evaluation mode from then on."""
    model.eval()
    skip = {t.untyped_storage().data_ptr() for t in (x, *model.parameters())}
    saved = {}

    def pack(t):
        saved[t.untyped_storage().data_ptr()] = t.untyped_storage()
        return t

    with (
        torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t),
        torch.autocast(x.device.type, dtype=dtype, enabled=dtype is not None),
    ):
        model(x)
    return sum(s.nbytes() for address, s in saved.items() if address not in skip)


@fails("test_counts_the_casts_that_autocast_makes")
def asks_for_the_cpu_alone(model, x, *, dtype=None):
    """Right on a CPU; for a model on a GPU the casts are missing from the count."""
    skip = {t.untyped_storage().data_ptr() for t in (x, *model.parameters())}
    kept = {}

    def pack(t):
        kept[t.untyped_storage().data_ptr()] = t
        return t

    with (
        torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t),
        torch.autocast("cpu", dtype=dtype, enabled=dtype is not None),
    ):
        model(x)
    return sum(t.untyped_storage().nbytes() for at, t in kept.items() if at not in skip)


@fails("test_counts_what_two_layers_keep")
def enters_autocast_only_with_a_dtype(model, x, *, dtype=None):
    """Called under autocast, it gives the same number with and without a dtype."""
    skip = {t.untyped_storage().data_ptr() for t in (x, *model.parameters())}
    saved = {}

    def pack(t):
        saved[t.untyped_storage().data_ptr()] = t.untyped_storage()
        return t

    autocast = torch.autocast(x.device.type, dtype) if dtype else nullcontext()
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t), autocast:
        model(x)
    return sum(s.nbytes() for address, s in saved.items() if address not in skip)
