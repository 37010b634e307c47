"""What the pages on saving and loading say about PyTorch."""

import argparse
import collections
import copy
import datetime
import io
import os
import pathlib
import pickle
import random

import numpy
import pytest
import torch
from torch import nn, optim
from torch.optim import swa_utils
from torch.testing import assert_close

from solutions.save_load.checkpoint import save_checkpoint
from solutions.save_load.round_trip import load_model, save_model


def saved(value):
    file = io.BytesIO()
    torch.save(value, file)
    file.seek(0)
    return file


class Classifier(nn.Module):
    """As the seed's: what it needs to be built is not in its state dict."""

    def __init__(self, width, classes):
        super().__init__()
        self.norm = nn.BatchNorm1d(width)
        self.head = nn.Linear(width, classes)
        self.register_buffer("scratch", torch.zeros(2), persistent=False)


def test_a_state_dict_comes_back_bit_for_bit():
    """The seed's three lines: save, load with map_location, copy into a fresh model."""
    model, fresh = Classifier(4, 3), Classifier(4, 3)
    model.norm(torch.randn(8, 4))
    state = torch.load(saved(model.state_dict()), map_location=torch.device("cpu"))
    fresh.load_state_dict(state)
    assert_close(fresh.state_dict(), model.state_dict(), rtol=0, atol=0)


def test_a_state_dict_holds_parameters_and_persistent_buffers():
    """Not the class, its arguments or its mode, and no non-persistent buffer."""
    assert set(Classifier(4, 3).eval().state_dict()) == {
        "norm.weight",
        "norm.bias",
        "norm.running_mean",
        "norm.running_var",
        "norm.num_batches_tracked",
        "head.weight",
        "head.bias",
    }


def test_loading_leaves_the_mode_alone():
    """A fresh model is in train mode, and stays in it until eval() is called."""
    fresh = Classifier(4, 3)
    fresh.load_state_dict(Classifier(4, 3).eval().state_dict())
    assert fresh.training
    assert not fresh.eval().head.training


def test_the_model_has_to_be_built_with_the_same_arguments():
    """`TextClassifier(...)` stands for the arguments of the model that was saved."""
    with pytest.raises(RuntimeError, match=r"size mismatch for head\.weight"):
        Classifier(4, 2).load_state_dict(Classifier(4, 3).state_dict())
    with pytest.raises(TypeError):
        nn.Embedding(..., 4)


def test_a_state_dict_is_no_snapshot():
    """It refers to the tensors of the model, which go on changing."""
    model = nn.Linear(2, 2)
    best, snapshot = model.state_dict(), copy.deepcopy(model.state_dict())
    with torch.no_grad():
        model.weight.add_(1)
    assert torch.equal(best["weight"], model.weight)
    assert not torch.equal(snapshot["weight"], model.weight)


@pytest.mark.parametrize("strict", [True, False])
def test_what_fits_is_copied_before_the_error(strict):
    """load_state_dict raises at the end; a shape that differs does so in both modes."""
    model, other = Classifier(4, 3), Classifier(4, 2)
    with torch.no_grad():
        other.norm.weight.fill_(7)
    with pytest.raises(RuntimeError, match="size mismatch"):
        model.load_state_dict(other.state_dict(), strict=strict)
    assert torch.equal(model.norm.weight, other.norm.weight)


def test_another_dtype_is_cast_without_an_error():
    """A float64 file in a float32 model is rounded, and strict mode does not mind."""
    third = torch.full((2, 2), 1 / 3, dtype=torch.float64)
    model = nn.Linear(2, 2, bias=False)
    model.load_state_dict({"weight": third})
    assert model.weight.dtype == torch.float32
    assert not torch.equal(model.weight.double(), third)


def test_the_reference_refuses_a_file_of_another_dtype(tmp_path):
    """And names what differs, before anything is copied."""
    save_model(nn.Linear(2, 2).double(), tmp_path / "model.pt")
    model = nn.Linear(2, 2)
    before = copy.deepcopy(model.state_dict())
    with pytest.raises(RuntimeError, match=r"weight is torch.float64 .* bias is "):
        load_model(model, tmp_path / "model.pt")
    assert_close(model.state_dict(), before, rtol=0, atol=0)


def test_the_reference_leaves_nothing_behind_after_an_error(tmp_path):
    """Its temporary folder goes, whatever was written into it."""

    class Unwritable:
        def state_dict(self):
            return {"bad": self}

        def __reduce__(self):
            raise OSError("no space left on device")

    part = Unwritable()
    with pytest.raises(OSError, match="no space left"):
        save_checkpoint(
            tmp_path / "last.pt", model=part, optimizer=part, scheduler=part, epoch=1
        )
    assert list(tmp_path.iterdir()) == []


def test_wrapping_a_model_puts_a_prefix_before_its_keys():
    """And with strict=False a file of it loads nothing."""
    model = nn.Linear(2, 2)
    wrapped = nn.DataParallel(model), torch.compile(model, backend="eager")
    for wrapper, prefix in zip(wrapped, ("module.", "_orig_mod."), strict=True):
        state = wrapper.state_dict()
        assert list(state) == [f"{prefix}weight", f"{prefix}bias"]
        result = nn.Linear(2, 2).load_state_dict(state, strict=False)
        assert result.missing_keys == ["weight", "bias"]


def test_not_strict_reports_in_its_value_alone():
    """Keys that nothing was done with are returned, and no warning is given."""
    fresh = nn.Linear(2, 2)
    result = fresh.load_state_dict({"module.weight": torch.ones(2, 2)}, strict=False)
    assert result.missing_keys == ["weight", "bias"]
    assert result.unexpected_keys == ["module.weight"]


def test_a_pickled_model_is_refused_by_default():
    """weights_only=True is the default of torch.load, since 2.6 as its error says."""
    with pytest.raises(pickle.UnpicklingError, match=r"In PyTorch 2\.6, we changed"):
        torch.load(saved(Classifier(4, 3)))


def test_allowing_its_class_is_not_enough_for_a_pickled_model():
    """The layers inside are classes too."""
    with (
        torch.serialization.safe_globals([Classifier]),
        pytest.raises(pickle.UnpicklingError),
    ):
        torch.load(saved(Classifier(4, 3)))


def test_safe_globals_takes_away_what_it_was_given():
    """Also what had been allowed before it: only its own should be handed to it."""
    allowed = torch.serialization.get_safe_globals
    torch.serialization.add_safe_globals([argparse.Namespace])
    try:
        with torch.serialization.safe_globals([argparse.Namespace]):
            assert argparse.Namespace in allowed()
        assert argparse.Namespace not in allowed()
    finally:
        torch.serialization.clear_safe_globals()


def test_an_allowed_class_has_its_state_set_by_its_own_method():
    """To allow a class is to let `__setstate__` run, with what the file has."""
    with torch.serialization.safe_globals([SetsItsState]):
        loaded = torch.load(saved(SetsItsState()), weights_only=True)
    assert loaded.state == {"from": "the file"}


class SetsItsState:
    def __getstate__(self):
        return {"from": "the file"}

    def __setstate__(self, state):
        self.state = state


def test_a_namespace_can_be_saved_as_a_dict():
    options = argparse.Namespace(lr=0.1)
    assert torch.load(saved(vars(options)), weights_only=True) == {"lr": 0.1}


def test_a_file_can_be_read_without_loading_it(tmp_path):
    """It is a zip file: one pickle of names, and the bytes of each storage."""
    torch.save(
        {"layer": nn.Linear(2, 1), "options": argparse.Namespace()}, tmp_path / "f"
    )
    names = torch.serialization.get_unsafe_globals_in_checkpoint(tmp_path / "f")
    assert sorted(names) == ["argparse.Namespace", "torch.nn.modules.linear.Linear"]


def test_a_pickled_model_names_its_class_and_skips_init():
    """The file refers to the class by its import path; __init__ is not run again."""
    file = saved(Classifier(4, 3))
    assert b"Classifier" in file.getvalue()
    original = Classifier.__init__
    Classifier.__init__ = None
    try:
        assert torch.load(file, weights_only=False).head.out_features == 3
    finally:
        Classifier.__init__ = original


@pytest.mark.parametrize(
    "value",
    [
        pathlib.PurePosixPath("data"),
        argparse.Namespace(lr=0.1),
        collections.defaultdict(list),
        collections.deque([1]),
        datetime.date(2026, 11, 23),
        numpy.float32(1),
        numpy.ones(2),
        numpy.random.get_state(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_these_do_not_load_with_weights_only(value):
    """What often slips into a checkpoint and is refused when it is read."""
    with pytest.raises(pickle.UnpicklingError):
        torch.load(saved(value), weights_only=True)


@pytest.mark.parametrize(
    "value",
    [
        torch.get_rng_state(),
        random.Random(0).getstate(),
        numpy.random.default_rng(0).bit_generator.state,
        torch.float16,
        torch.device("cpu"),
        {1, 2},
        collections.Counter("aab"),
        {"nested": [1, 2.5, None, True, "text", (3,)]},
    ],
    ids=lambda value: type(value).__name__,
)
def test_these_load_with_weights_only(value):
    """Tensors, numbers, text and plain containers need no permission."""
    loaded = torch.load(saved(value), weights_only=True)
    assert type(loaded) is type(value)
    assert torch.equal(loaded, value) if torch.is_tensor(value) else loaded == value


@pytest.mark.parametrize("make", [optim.AdamW, optim.SGD, optim.Adagrad])
def test_optimizer_and_scheduler_state_load_with_weights_only(make):
    """So a checkpoint needs nothing that has to be trusted."""
    model = nn.Linear(2, 2)
    optimizer = make(model.parameters(), lr=0.1)
    scheduler = optim.lr_scheduler.StepLR(optimizer, 2)
    model(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    state = {"optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict()}
    loaded = torch.load(saved(state), weights_only=True)
    assert loaded["scheduler"] == scheduler.state_dict()
    assert loaded["optimizer"].keys() == optimizer.state_dict().keys()


def test_a_file_names_the_device_of_its_tensors(monkeypatch):
    """Where that device is missing, loading takes map_location."""
    with monkeypatch.context() as patch:
        patch.setattr(torch.serialization, "location_tag", lambda storage: "cuda:99")
        file = saved({"weight": torch.ones(2)})
    with pytest.raises(RuntimeError, match="deserialize object on"):
        torch.load(file)
    file.seek(0)
    loaded = torch.load(file, map_location="cpu")
    assert_close(loaded, {"weight": torch.ones(2)})


def test_load_state_dict_copies_to_where_the_parameters_are():
    """The model does not follow the file: it keeps its device, and its tensors."""
    model = nn.Linear(2, 2, device="meta")
    with pytest.warns(UserWarning, match="no-op"):
        model.load_state_dict(nn.Linear(2, 2).state_dict())
    assert model.weight.is_meta


def test_assign_takes_the_tensors_of_the_file(tmp_path):
    """A model on meta and a mapped file: the weights exist once."""
    source = nn.Linear(2, 2)
    torch.save(source.state_dict(), tmp_path / "model.pt")
    model = nn.Linear(2, 2, device="meta")
    weight = model.weight
    state = torch.load(tmp_path / "model.pt", mmap=True, weights_only=True)
    model.load_state_dict(state, assign=True)
    assert model.weight.data_ptr() == state["weight"].data_ptr()
    assert_close(model.state_dict(), source.state_dict())
    assert model.weight is not weight  # an optimizer built before would hold this one


def test_assigning_leaves_buffers_without_a_file_on_meta():
    """A non-persistent buffer is not in the state dict, so nothing takes its place."""
    with torch.device("meta"):
        model = nn.Linear(2, 2)
        model.register_buffer("scratch", torch.ones(2), persistent=False)
    model.load_state_dict(nn.Linear(2, 2).state_dict(), assign=True)
    assert not model.weight.is_meta
    assert model.scratch.is_meta


def test_building_a_scheduler_sets_the_learning_rate():
    """Done after the optimizer was filled, it undoes the learning rate of the file."""
    optimizer = optim.SGD([nn.Parameter(torch.ones(1))], lr=0.5)
    optim.lr_scheduler.LinearLR(optimizer, start_factor=0.1)
    assert optimizer.param_groups[0]["lr"] == 0.05


def test_optimizer_state_is_matched_by_position():
    """Parameters in another order silently get each other's momentum."""
    first, second = nn.Parameter(torch.ones(1)), nn.Parameter(torch.ones(1))
    optimizer = optim.SGD([first, second], lr=0.1, momentum=0.9)
    (first * 3).sum().backward()
    (second * 5).sum().backward()
    optimizer.step()
    other = optim.SGD([second, first], lr=0.1, momentum=0.9)
    other.load_state_dict(optimizer.state_dict())
    assert other.state[second]["momentum_buffer"].item() == 3


def test_optimizer_state_of_another_shape_fails_at_the_next_step():
    """Loading compares the number of parameters, and not their shapes."""
    first, second = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(3))
    optimizer = optim.SGD([first, second], lr=0.1, momentum=0.9)
    (first.sum() + second.sum()).backward()
    optimizer.step()
    other = optim.SGD([second, first], lr=0.1, momentum=0.9)
    other.load_state_dict(optimizer.state_dict())
    with pytest.raises(RuntimeError, match="size"):
        other.step()


def test_the_optimizer_moves_its_state_to_the_parameters():
    """So a checkpoint may be read on the CPU, wherever the model is."""
    weight, elsewhere = nn.Parameter(torch.ones(2)), torch.ones(2, device="meta")
    optimizer = optim.SGD([weight], lr=0.1, momentum=0.9)
    weight.sum().backward()
    optimizer.step()
    other = optim.SGD([nn.Parameter(elsewhere)], lr=0.1, momentum=0.9)
    other.load_state_dict(optimizer.state_dict())
    (state,) = other.state.values()
    assert state["momentum_buffer"].is_meta


def test_a_generator_of_ones_own_has_its_own_state():
    """torch.get_rng_state is about the default generator alone."""
    own = torch.Generator()
    default, state = torch.get_rng_state(), own.get_state()
    torch.randperm(5, generator=own)
    assert torch.equal(torch.get_rng_state(), default)
    assert not torch.equal(own.get_state(), state)


def test_the_generators_state_is_a_cpu_tensor():
    """Mapped to another device it could not be set."""
    assert torch.get_rng_state().device.type == "cpu"
    with pytest.raises((TypeError, RuntimeError)):
        torch.set_rng_state(torch.get_rng_state().to("meta"))


def test_cuda_generators_are_an_empty_list_without_cuda():
    """One state for each device, so that the same line works everywhere."""
    assert len(torch.cuda.get_rng_state_all()) == torch.cuda.device_count()
    torch.cuda.set_rng_state_all([])


def test_a_grad_scaler_has_a_state_to_save():
    """Its scale and the count of good steps belong to a checkpoint."""
    state = torch.amp.GradScaler("cpu").state_dict()
    assert {"scale", "_growth_tracker"} <= state.keys()


def test_saving_empties_the_old_file_first(tmp_path):
    """An error in the middle leaves neither the old checkpoint nor the new one."""

    class Unwritable:
        def __reduce__(self):
            raise OSError("no space left on device")

    path = tmp_path / "last.pt"
    torch.save({"epoch": 1}, path)
    with pytest.raises(OSError, match="no space left"):
        torch.save({"epoch": 2, "bad": Unwritable()}, path)
    with pytest.raises((RuntimeError, pickle.UnpicklingError)):
        torch.load(path)


def test_a_rename_replaces_the_old_file(tmp_path):
    """Who has the old file open goes on reading the old file."""
    old, new = tmp_path / "last.pt", tmp_path / "last.pt.partial"
    old.write_text("old")
    new.write_text("new")
    with old.open() as reader:
        os.replace(new, old)  # noqa: PTH105
        assert (reader.read(), old.read_text()) == ("old", "new")
    assert not new.exists()


def test_wrappers_put_a_prefix_before_every_name():
    """`module.compile()` adds none, and a compiled model shares its parameters."""
    model = nn.Linear(2, 2)
    compiled = torch.compile(model)
    assert list(compiled.state_dict()) == ["_orig_mod.weight", "_orig_mod.bias"]
    assert compiled.state_dict()["_orig_mod.bias"].data_ptr() == model.bias.data_ptr()
    assert list(nn.DataParallel(model).state_dict()) == ["module.weight", "module.bias"]
    model.compile()
    assert list(model.state_dict()) == ["weight", "bias"]


def test_replacing_and_stripping_hit_other_letters_too():
    """`replace` looks everywhere, and `lstrip` takes a set of characters."""
    assert "submodule.weight".replace("module.", "") == "subweight"
    assert "module.embed.weight".lstrip("module.") == "bed.weight"
    assert "module.embed.weight".removeprefix("module.") == "embed.weight"


def test_pytorchs_own_way_to_cut_a_prefix_edits_the_dict():
    state = {"module.weight": 1, "submodule.weight": 2}
    nn.modules.utils.consume_prefix_in_state_dict_if_present(state, "module.")
    assert state == {"weight": 1, "submodule.weight": 2}


def test_copying_broadcasts():
    """A head of one class fills a head of three."""
    head = torch.zeros(3, 2)
    head.copy_(torch.ones(1, 2))
    assert head.sum() == 6


def weight_after(average, *values):
    """What an `AveragedModel` of a weight of 0 holds after these updates."""
    model = nn.Linear(1, 1, bias=False)
    for value in values:
        nn.init.constant_(model.weight, value)
        average.update_parameters(model)
    return average.module.weight.item()


def test_an_averaged_model_copies_in_its_first_update():
    """Then it takes the plain mean, or an exponential one without a warm-up."""
    start = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(start.weight)
    assert weight_after(swa_utils.AveragedModel(start), 4) == 4
    assert weight_after(swa_utils.AveragedModel(start), 4, 8) == 6
    ema = swa_utils.get_ema_multi_avg_fn(0.75)
    average = swa_utils.AveragedModel(start, multi_avg_fn=ema)
    assert weight_after(average, 4, 8) == 0.75 * 4 + 0.25 * 8
    assert list(average.state_dict()) == ["n_averaged", "module.weight"]


def test_an_averaged_model_copies_the_buffers():
    """Unless it is made with `use_buffers=True`."""
    model = nn.BatchNorm1d(1)
    averages = [swa_utils.AveragedModel(model, use_buffers=u) for u in (False, True)]
    for mean in (2.0, 4.0):
        model.running_mean.fill_(mean)
        for average in averages:
            average.update_parameters(model)
    assert [a.module.running_mean.item() for a in averages] == [4.0, 3.0]


def test_bfloat16_loses_small_steps():
    """Around 1 its numbers are 1/128 apart: less than half of that changes nothing."""
    one = torch.ones((), dtype=torch.bfloat16)
    assert torch.finfo(torch.bfloat16).eps == 1 / 128
    assert one + 0.003 == one
    assert one + 0.005 > one


def tied():
    """Two linear layers with one weight."""
    model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False))
    model[1].weight = model[0].weight
    return model


def test_a_tied_weight_is_tied_again_by_assigning_one_parameter():
    """Two entries that are one parameter stand in both places; a file has tensors."""
    model, other = tied(), tied()
    other.load_state_dict(model.state_dict(keep_vars=True), assign=True)
    assert other[0].weight is other[1].weight
    other.load_state_dict(torch.load(saved(model.state_dict())), assign=True)
    assert other[0].weight is not other[1].weight
    other[1].weight = other[0].weight
    assert len(list(other.parameters())) == 1


def test_a_tied_weight_gets_the_sum_of_both_gradients():
    """The gradient of (w w x) with respect to w has a part from each use."""
    w = torch.tensor(3.0, requires_grad=True)
    (w * (w * 2)).backward()
    assert w.grad == 6 + 6


def test_a_parameter_that_is_given_twice_earns_a_warning():
    weight = nn.Parameter(torch.ones(1))
    with pytest.warns(UserWarning, match="duplicate parameters"):
        optim.SGD([weight, weight], lr=0.1)


def test_a_slice_is_saved_with_its_whole_storage():
    """`clone` gives it a storage of its own."""
    large = torch.zeros(100_000)
    assert len(saved(large[:2]).getvalue()) > 400_000
    assert len(saved(large[:2].clone()).getvalue()) < 4_000
