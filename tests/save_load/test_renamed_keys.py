import pytest
import torch
from torch import nn

from backprep.testing import prompt_says
from solutions.save_load.renamed_keys import LoadReport, load_pretrained


class Classifier(nn.Module):
    """Its names hold the letters of the prefixes, at the front and further on."""

    def __init__(self, classes=3):
        super().__init__()
        self.embed = nn.Embedding(5, 4)
        self.submodule = nn.Linear(4, 4)
        self.norm = nn.BatchNorm1d(4)
        self.model = nn.ModuleDict({"module": nn.Linear(4, 2)})
        self.head = nn.Linear(4, classes)
        self.register_buffer("steps", torch.zeros(1), persistent=False)


def trained(classes=3):
    """A model none of whose tensors is as a new one's."""
    model = Classifier(classes)
    with torch.no_grad():
        for tensor in model.state_dict().values():
            tensor.copy_(torch.arange(1, 1 + tensor.numel()).view(tensor.shape))
    return model


def prefixed(state, prefix):
    return {prefix + name: tensor for name, tensor in state.items()}


def copied(model):
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def different(model, expected):
    state = model.state_dict()
    return [name for name in state if not torch.equal(state[name], expected[name])]


HEAD = ["head.bias", "head.weight"]


@pytest.mark.parametrize(
    "prefix",
    ["", "module.", "_orig_mod.", "module._orig_mod.", "_orig_mod.module.module."],
)
@prompt_says(
    "Wrappers can be nested, in any order. Such prefixes are taken from the front of a "
    "name, one after the other, until it is a name that the model has."
)
def test_loads_through_any_nesting_of_wrappers(prefix):
    """After one prefix there may be another one: when are you done?"""
    source, model = trained(), Classifier()
    try:
        report = load_pretrained(model, prefixed(source.state_dict(), prefix))
    except ValueError:
        pytest.fail(f"nothing of a file with the prefix {prefix!r} was said to fit")
    names = different(model, source.state_dict())
    assert names == [], f"of a file with the prefix {prefix!r}, {names} did not come"
    assert report == ([], [], []), f"all of {prefix!r} fits; the report is {report}"


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod."])
@prompt_says("Elsewhere in a name the same letters stay")
def test_cuts_at_the_front_alone(prefix):
    """`submodule.weight` holds the letters too, and so does the start of `model`."""
    source, model = trained(), Classifier()
    load_pretrained(model, prefixed(source.state_dict(), prefix))
    parts = {name.split(".")[0] for name in different(model, source.state_dict())}
    assert parts == set(), f"nothing arrived in {', '.join(sorted(parts))}"


@prompt_says(
    "The model may itself have a part called `module`, or be wrapped: a name that it "
    "has is never cut."
)
def test_a_name_that_the_model_has_is_not_cut():
    """Look the name up before you cut it, each time."""
    source, model = trained(), nn.DataParallel(Classifier())
    for prefix in ("module.", "_orig_mod.module."):
        report = load_pretrained(model, prefixed(source.state_dict(), prefix))
        assert report == ([], [], []), f"{prefix!r} into a wrapped model: {report}"
    names = different(model.module, source.state_dict())
    assert names == [], f"not loaded into a wrapped model: {names}"


@prompt_says(
    "What the model has under that name, and in that shape, gets the values of the "
    "file: parameters and buffers, in the dtype that the model has."
)
def test_loads_buffers_and_keeps_the_dtype_of_the_model():
    """Running statistics belong to the weights, and the file may be in half
    precision."""
    source, model = trained(), Classifier()
    state = {
        n: t.half() if t.is_floating_point() else t for n, t in copied(source).items()
    }
    load_pretrained(model, state)
    dtypes = {t.dtype for t in model.state_dict().values() if t.is_floating_point()}
    assert dtypes == {torch.float32}, f"a float32 model is now {dtypes}"
    buffers = {name for name, _ in model.named_buffers()}
    names = buffers.intersection(different(model, source.state_dict()))
    assert not names, f"the buffers {sorted(names)} did not come from the file"


@pytest.mark.parametrize("classes", [2, 1, 5])
@prompt_says(
    "Everything else in the model keeps its values.",
    "`mismatched`: what both have, in different shapes, named as in the model.",
    "No name of the model stands in two lists.",
)
def test_a_head_of_another_size_is_kept_and_reported(classes):
    """One row would fit into three by broadcasting: compare the shapes yourself."""
    source, model = trained(classes), Classifier()
    before = copied(model)
    report = load_pretrained(model, prefixed(source.state_dict(), "module."))
    assert report.mismatched == HEAD, f"mismatched is {report.mismatched}"
    assert report.missing == [], f"missing is {report.missing}: the file has these"
    for name in HEAD:
        same = torch.equal(model.state_dict()[name], before[name])
        assert same, f"{name} changed, though it has another shape in the file"
    rest = [n for n in different(model, source.state_dict()) if n not in HEAD]
    assert rest == [], f"these fit and were not loaded: {rest}"


@prompt_says(
    "`missing`: what the model's state dict holds and the file does not.",
    "`unexpected`: what the file holds and the model does not, named as in the file.",
)
def test_reports_what_has_no_partner():
    """Two kinds of names are left over, and who reads of them looks in two places."""
    state = prefixed(trained().state_dict(), "module.")
    for name in HEAD:
        state["module.classifier." + name] = state.pop("module." + name)
    state |= {"n_averaged": torch.tensor(4), "module._orig_mod.": torch.ones(1)}
    del state["module.norm.num_batches_tracked"]  # files of old versions lack it
    report = load_pretrained(Classifier(), state)
    assert isinstance(report, LoadReport), f"got a {type(report).__name__}"
    assert LoadReport._fields == ("missing", "unexpected", "mismatched")
    expected = [*HEAD, "norm.num_batches_tracked"]
    assert report.missing == expected, f"missing is {report.missing}, not {expected}"
    names = [f"module.classifier.{name}" for name in HEAD]
    expected = ["module._orig_mod.", *names, "n_averaged"]
    assert report.unexpected == expected, f"unexpected is {report.unexpected}"
    assert report.mismatched == [], f"mismatched is {report.mismatched}"


@pytest.mark.parametrize("kind", ["other names", "other shapes", "turned", "empty"])
@prompt_says(
    "If nothing in `state` fits, it raises `ValueError` and the model stays as it was."
)
def test_refuses_a_file_of_which_nothing_fits(kind):
    """A model that is all random weights trains too, so nobody would notice."""
    state = {
        "other names": prefixed(trained().state_dict(), "net."),
        "other shapes": {"head.bias": torch.ones(1), "head.weight": torch.ones(1, 4)},
        "turned": {"head.weight": torch.ones(4, 3)},
        "empty": {},
    }[kind]
    model = Classifier()
    before = copied(model)
    with pytest.raises(ValueError):
        load_pretrained(model, state)
    assert different(model, before) == [], "the model was changed"


@prompt_says(
    "The parameters stay the same objects, and share no memory with `state`, which is "
    "left as it was."
)
def test_the_model_keeps_its_own_tensors():
    """An optimizer that was built before holds these parameters, and no others."""
    source, model = trained(), Classifier()
    state = prefixed(copied(source), "module.")
    names, parameters = list(state), list(model.parameters())
    load_pretrained(model, state)
    now = list(model.parameters())
    assert list(map(id, now)) == list(map(id, parameters)), "these are other parameters"
    assert list(state) == names, f"names of your argument: {list(state)[:2]} …"
    with torch.no_grad():
        model.head.weight.zero_()
    shared = not state["module.head.weight"].any()
    assert not shared, "writing to the model changed the tensors of `state`"
