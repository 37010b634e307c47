"""Near misses of save_load/renamed_keys."""

import torch
from torch.nn.modules.utils import consume_prefix_in_state_dict_if_present

from backprep.testing import fails
from solutions.save_load.renamed_keys import LoadReport

_WRAPPERS = ("module.", "_orig_mod.")


def _cut(name, own):
    while name not in own and name.startswith(_WRAPPERS):
        name = name.split(".", 1)[1]
    return name


def _sorted_out(state, own, cut=_cut):
    """What fits, by the model's names; then the names that are left over."""
    fitting, unexpected, mismatched = {}, [], []
    for full, tensor in state.items():
        name = cut(full, own)
        if name not in own:
            unexpected.append(full)
        elif own[name].shape == tensor.shape:
            fitting[name] = tensor
        else:
            mismatched.append(name)
    return fitting, sorted(unexpected), sorted(mismatched)


def _load(model, state, cut=_cut):
    own = model.state_dict()
    fitting, unexpected, mismatched = _sorted_out(state, own, cut)
    if not fitting:
        raise ValueError("nothing fits")
    model.load_state_dict(fitting, strict=False)
    missing = sorted(own.keys() - fitting.keys() - set(mismatched))
    return LoadReport(missing, unexpected, mismatched)


@fails(
    "test_loads_through_any_nesting_of_wrappers",
    "test_cuts_at_the_front_alone",
    "test_a_name_that_the_model_has_is_not_cut",
    "test_a_head_of_another_size_is_kept_and_reported",
    "test_reports_what_has_no_partner",
)
def replaces_the_letters_everywhere(model, state):
    """`submodule.weight` becomes `subweight`, which no model has."""

    def cut(name, own):
        return name.replace("module.", "").replace("_orig_mod.", "")

    return _load(model, state, cut)


@fails(
    "test_loads_through_any_nesting_of_wrappers",
    "test_cuts_at_the_front_alone",
    "test_a_name_that_the_model_has_is_not_cut",
    "test_a_head_of_another_size_is_kept_and_reported",
    "test_reports_what_has_no_partner",
)
def strips_characters(model, state):
    """`lstrip` takes a set of characters: `model.` and the first letters of `embed` go
    as well."""

    def cut(name, own):
        for prefix in _WRAPPERS:
            name = name if name in own else name.lstrip(prefix)
        return name

    return _load(model, state, cut)


@fails("test_loads_through_any_nesting_of_wrappers")
def cuts_one_prefix(model, state):
    """A model that was compiled and then wrapped keeps one prefix too many."""

    def cut(name, own):
        for prefix in _WRAPPERS:
            if name not in own and name.startswith(prefix):
                return name.removeprefix(prefix)
        return name

    return _load(model, state, cut)


@fails("test_a_name_that_the_model_has_is_not_cut")
def cuts_all_that_it_can(model, state):
    """A model that is wrapped itself no longer finds its own names."""

    def cut(name, own):
        while name.startswith(_WRAPPERS):
            name = name.split(".", 1)[1]
        return name

    return _load(model, state, cut)


@fails(
    "test_a_head_of_another_size_is_kept_and_reported",
    "test_reports_what_has_no_partner",
    "test_refuses_a_file_of_which_nothing_fits",
)
def leaves_the_shapes_to_strict_false(model, state):
    """It forgives names alone: a head of another size raises RuntimeError, after the
    rest has been loaded."""
    own = model.state_dict()
    named = {_cut(full, own): tensor for full, tensor in state.items()}
    if own.keys().isdisjoint(named):
        raise ValueError("nothing fits")
    missing, _ = model.load_state_dict(named, strict=False)
    unexpected = [full for full in state if _cut(full, own) not in own]
    return LoadReport(sorted(missing), sorted(unexpected), [])


@fails(
    "test_a_head_of_another_size_is_kept_and_reported",
    "test_reports_what_has_no_partner",
)
def calls_a_new_head_missing(model, state):
    """What was left out of the loading is missing for `load_state_dict`. A name in both
    lists says nothing about why it was not loaded."""
    fitting, unexpected, mismatched = _sorted_out(state, model.state_dict())
    if not fitting:
        raise ValueError("nothing fits")
    missing, _ = model.load_state_dict(fitting, strict=False)
    return LoadReport(sorted(missing), unexpected, mismatched)


@fails(
    "test_a_head_of_another_size_is_kept_and_reported",
    "test_refuses_a_file_of_which_nothing_fits",
)
def lets_the_values_broadcast(model, state):
    """`copy_` fills a head of three classes with the row of one, and no error is
    raised."""
    own = model.state_dict()
    _, unexpected, mismatched = _sorted_out(state, own)
    loaded = set()
    for full, tensor in state.items():
        name = _cut(full, own)
        if name in own:
            try:
                own[name].copy_(tensor)
            except RuntimeError:
                continue
            loaded.add(name)
    if not loaded:
        raise ValueError("nothing fits")
    return LoadReport(
        sorted(own.keys() - loaded - {*mismatched}), unexpected, mismatched
    )


@fails(
    "test_loads_through_any_nesting_of_wrappers",
    "test_cuts_at_the_front_alone",
    "test_a_name_that_the_model_has_is_not_cut",
    "test_loads_buffers_and_keeps_the_dtype_of_the_model",
    "test_a_head_of_another_size_is_kept_and_reported",
    "test_reports_what_has_no_partner",
)
def forgets_the_buffers(model, state):
    """Batch norm keeps the statistics of a model that has seen nothing."""
    own = dict(model.named_parameters())
    fitting, unexpected, mismatched = _sorted_out(state, own)
    if not fitting:
        raise ValueError("nothing fits")
    with torch.no_grad():
        for name, tensor in fitting.items():
            own[name].copy_(tensor)
    missing = sorted(own.keys() - fitting.keys() - set(mismatched))
    return LoadReport(missing, unexpected, mismatched)


@fails("test_reports_what_has_no_partner")
def reports_shortened_names(model, state):
    """Whoever looks for the entry in the file does not find it under that name."""
    own = model.state_dict()
    report = _load(model, state)
    return report._replace(unexpected=sorted(_cut(n, own) for n in report.unexpected))


@fails("test_refuses_a_file_of_which_nothing_fits")
def is_content_with_nothing(model, state):
    """A wrong file gives a model of random weights, which trains without an error."""
    own = model.state_dict()
    fitting, unexpected, mismatched = _sorted_out(state, own)
    model.load_state_dict(fitting, strict=False)
    missing = sorted(own.keys() - fitting.keys() - set(mismatched))
    return LoadReport(missing, unexpected, mismatched)


@fails(
    "test_loads_buffers_and_keeps_the_dtype_of_the_model",
    "test_the_model_keeps_its_own_tensors",
)
def assigns_the_tensors_of_the_file(model, state):
    """The optimizer holds parameters that the model no longer has, and a file in half
    precision makes a mixed model."""
    own = model.state_dict()
    fitting, unexpected, mismatched = _sorted_out(state, own)
    if not fitting:
        raise ValueError("nothing fits")
    model.load_state_dict(fitting, strict=False, assign=True)
    missing = sorted(own.keys() - fitting.keys() - set(mismatched))
    return LoadReport(missing, unexpected, mismatched)


@fails(
    "test_reports_what_has_no_partner",
    "test_the_model_keeps_its_own_tensors",
)
def renames_the_argument(model, state):
    """The caller's dict has other names afterwards, so it cannot be loaded into a
    second model that is wrapped."""
    while any(name.startswith(_WRAPPERS) for name in state.keys() - model.state_dict()):
        for prefix in _WRAPPERS:
            consume_prefix_in_state_dict_if_present(state, prefix)
    return _load(model, state)
