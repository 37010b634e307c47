import contextlib
import errno
import os
import pickle
import re
import sys
import threading
from pathlib import Path

import pytest
import torch
from torch import nn, optim
from torch.nn.functional import mse_loss
from torch.optim import lr_scheduler
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.save_load.checkpoint import load_checkpoint, save_checkpoint
from tests.helpers.payload import Payload


def momentum(model):
    return optim.SGD(model.parameters(), lr=0.1, momentum=0.9)


def adamw(model):
    others = [*model[0].parameters(), *model[3].parameters()]
    groups = [{"params": others}, {"params": model[1].parameters(), "lr": 0.1}]
    return optim.AdamW(groups, lr=0.01)


SETUPS = {
    "StepLR": (adamw, lambda o: lr_scheduler.StepLR(o, 2, 0.5)),
    "OneCycleLR": (momentum, lambda o: lr_scheduler.OneCycleLR(o, 0.1, total_steps=9)),
    "ReduceLROnPlateau": (
        adamw,
        lambda o: lr_scheduler.ReduceLROnPlateau(o, patience=0, threshold=0.5),
    ),
}


def training(seed=0, setup="StepLR"):
    """What a script builds before it trains or resumes."""
    torch.default_generator.manual_seed(seed)
    layers = nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(), nn.Linear(4, 1)
    model = nn.Sequential(*layers)
    if setup == "OneCycleLR":
        model.double()
    if setup == "ReduceLROnPlateau":
        model[1].eval()  # frozen, while the rest trains
    make_optimizer, make_scheduler = SETUPS[setup]
    optimizer = make_optimizer(model)
    scheduler = make_scheduler(optimizer)
    return {"model": model, "optimizer": optimizer, "scheduler": scheduler}


def train(state, epochs):
    """Each epoch's loss and learning rates, on random examples."""
    model, optimizer, scheduler = state.values()
    history = []
    for _ in range(epochs):
        x = torch.randn(5, 3).to(model[0].weight)
        loss = mse_loss(model(x), x.sum(1, keepdim=True))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        plateau = isinstance(scheduler, lr_scheduler.ReduceLROnPlateau)
        scheduler.step(*[loss.item()] * plateau)
        history.append((loss.item(), [g["lr"] for g in optimizer.param_groups]))
    return history


def interrupted(setup, folder):
    """Two epochs, a checkpoint, and what another process resumes from it."""
    first = training(0, setup)
    torch.default_generator.manual_seed(1)
    train(first, 2)
    save_checkpoint(folder / "last.pt", **first, epoch=2)
    (folder / "last.pt").rename(folder / "moved.pt")
    second = training(2, setup)
    load_checkpoint(folder / "moved.pt", **second)
    return second


def told(loss, rates):
    """An epoch's loss and learning rates, as they are told."""
    return f"the loss {loss:.9g} at the learning rates {rates}"


@prompt_says(
    "Training then goes on bit for bit as if it had never been interrupted: the "
    "same weights, buffers, optimizer state and learning rates",
    "the scheduler is any of PyTorch's",
    "Everything is in the one file, which may be moved before it is read",
)
@pytest.mark.parametrize("setup", SETUPS)
def test_training_goes_on_bit_for_bit(setup, tmp_path):
    """Ask what the next step reads besides the weights, and save all of it."""
    whole = training(0, setup)
    torch.default_generator.manual_seed(1)
    expected = train(whole, 5)[2:]
    resumed = interrupted(setup, tmp_path)
    for now, then in zip(train(resumed, 3), expected, strict=True):
        assert now == then, f"an epoch after it had {told(*now)}, and not {told(*then)}"
    state, other = resumed["model"].state_dict(), whole["model"].state_dict()
    names = [name for name in other if not torch.equal(state[name], other[name])]
    assert names == [], f"not the same after resuming: {', '.join(names)}"


@prompt_says("the same random numbers from PyTorch's CPU generator")
def test_random_numbers_go_on(tmp_path):
    """Dropout and shuffling draw from a generator; its state belongs to the run."""
    state = training()
    torch.randn(3)
    save_checkpoint(tmp_path / "last.pt", **state, epoch=1)
    expected = torch.randn(20)
    save_checkpoint(tmp_path / "later.pt", **state, epoch=2)
    other = training(seed=5)
    load_checkpoint(tmp_path / "last.pt", **other)
    assert_close(torch.randn(20), expected, rtol=0, atol=0)


def pretend_cuda(patch):
    """Two CUDA devices, whose generators are returned; they live on the CPU."""
    generators = torch.Generator(), torch.Generator()
    for name, value in {
        "default_generators": generators,
        "is_available": lambda: True,
        "is_initialized": lambda: True,
        "device_count": lambda: len(generators),
        "current_device": lambda: 0,
        "_lazy_init": lambda: None,
        "_lazy_call": lambda call, **options: call(),
    }.items():
        for module in (torch.cuda, torch.cuda.random):
            if hasattr(module, name):
                patch.setattr(module, name, value)
    return generators


@prompt_says(
    "Where there is CUDA, the state of each device's generator is saved and "
    "restored too.",
)
def test_random_numbers_of_cuda_go_on(tmp_path, monkeypatch):
    """Each CUDA device draws from a generator of its own."""
    with monkeypatch.context() as patch:
        generators = pretend_cuda(patch)
        for seed, generator in enumerate(generators):
            generator.manual_seed(seed)
        save_checkpoint(tmp_path / "last.pt", **training(), epoch=1)
        expected = [torch.rand(3, generator=generator) for generator in generators]
        load_checkpoint(tmp_path / "last.pt", **training())
        for generator, numbers in zip(generators, expected, strict=True):
            assert_close(torch.rand(3, generator=generator), numbers, rtol=0, atol=0)


@prompt_says(
    "fills them from the file and returns `epoch` as it was saved, an `int`.",
    "A path is a `str` or a `pathlib.Path`",
)
def test_returns_the_epoch_that_was_saved(tmp_path):
    """The number that was handed in comes back: its meaning is the caller's."""
    epochs = {str(tmp_path / "first"): 0, tmp_path / "run.best": 17}
    for path, epoch in epochs.items():
        save_checkpoint(path, **training(), epoch=epoch)
    for path, epoch in epochs.items():
        result = load_checkpoint(path, **training())
        assert type(result) is int, f"the epoch came back as {type(result).__name__}"
        assert result == epoch, f"saved epoch {epoch}, got {result} back"


def read(path):
    """What the file holds, read as one that nobody trusts."""
    try:
        return torch.load(path, weights_only=True)
    except pickle.UnpicklingError as error:
        name = re.search(r"GLOBAL (\S+)", str(error))
        more = f": it holds a {name[1]}" if name else ""
        pytest.fail(f"the file does not load with weights_only=True{more}")


@prompt_says("loads with `torch.load(path, weights_only=True)`")
def test_the_file_loads_with_weights_only(tmp_path):
    """Put state dicts, tensors and plain numbers into the file, not objects."""
    state = training()
    train(state, 1)
    save_checkpoint(tmp_path / "last.pt", **state, epoch=1)
    allowed = torch.serialization.get_safe_globals()
    torch.serialization.clear_safe_globals()
    try:
        read(tmp_path / "last.pt")
    finally:  # what others have allowed
        torch.serialization.add_safe_globals(allowed)


@prompt_says("Loading runs no code that somebody put into it.")
def test_loading_runs_no_code_from_the_file(tmp_path):
    """Unpickling calls what the file names: let the loader refuse all but tensors."""
    path = tmp_path / "last.pt"
    save_checkpoint(path, **training(), epoch=1)
    torch.save({"model": Payload(tmp_path / "made")}, path)
    with contextlib.suppress(Exception):
        load_checkpoint(path, **training())
    assert not (tmp_path / "made").exists(), "loading ran code that was in the file"


@prompt_says(
    "Saving changes nothing about the running training: no mode, no gradient, no "
    "random number.",
)
def test_saving_changes_nothing(tmp_path):
    """A run that saves is the same run: same modes, gradients, random numbers."""
    plain, saving = (training(0, "ReduceLROnPlateau") for _ in range(2))
    torch.default_generator.manual_seed(1)
    expected = train(plain, 2)
    torch.default_generator.manual_seed(1)
    history = train(saving, 1)
    gradient = saving["model"][0].weight.grad.clone()
    save_checkpoint(tmp_path / "last.pt", **saving, epoch=1)
    kept = saving["model"][0].weight.grad
    same = kept is not None and torch.equal(kept, gradient)
    assert same, "saving changed or cleared a gradient"
    assert history + train(saving, 1) == expected, "losses differ after a save"


def keep_renames_inside(folder, patch):
    """As if `folder` were a file system of its own."""

    def limited(rename):
        def inside(source, target, **options):
            if not Path(source).resolve().is_relative_to(folder.resolve()):
                text = f"{source} is on another file system: it cannot be renamed"
                raise OSError(errno.EXDEV, text)
            return rename(source, target, **options)

        return inside

    for name in ("rename", "replace"):
        patch.setattr(os, name, limited(getattr(os, name)))


def every_content(path, work):
    """What `path` holds at each call that `work` makes, None where there is no file,
    and how many threads make calls."""
    seen, name, threads = {}, str(path), set()

    def look(frame, event, argument):
        threads.add(threading.get_ident())
        try:
            stat = os.stat(name)  # noqa: PTH116, faster at thousands of calls
            key = stat.st_ino, stat.st_size, stat.st_mtime_ns
        except FileNotFoundError:
            key = None
        if key not in seen:
            seen[key] = path.read_bytes() if key else None

    before = sys.getprofile(), threading.getprofile()
    threading.setprofile(look)  # in threads that `work` starts
    sys.setprofile(look)
    try:
        work()
    finally:
        sys.setprofile(before[0])
        threading.setprofile(before[1])
    return list(seen.values()), len(threads)


@pytest.fixture
def contents(tmp_path, monkeypatch):
    """What there is at each moment of a second save, with the old and the new file,
    and how many threads save."""
    path, state = tmp_path / "last.pt", training()
    save_checkpoint(path, **state, epoch=1)
    old = path.read_bytes()
    keep_renames_inside(tmp_path, monkeypatch)
    seen, threads = every_content(path, lambda: save_checkpoint(path, **state, epoch=2))
    return seen, {old, path.read_bytes()}, threads


@prompt_says(
    "If the process is killed while it saves, at any moment, `path` still holds a "
    "whole checkpoint, the previous one or the new one.",
    "The folder for temporary files may be on another file system than `path`.",
)
def test_there_is_a_file_at_every_moment(contents):
    """The process may be killed between any two calls: rename the new onto the old."""
    seen, _, _ = contents
    assert None not in seen, "for a moment there was no checkpoint at all"


@prompt_says(
    "If the process is killed while it saves, at any moment, `path` still holds a "
    "whole checkpoint, the previous one or the new one.",
)
def test_the_file_is_whole_at_every_moment(contents):
    """To open the old file for writing is to empty it: write somewhere else."""
    seen, whole, threads = contents
    half = set(seen) - whole - {None}
    who = f"{threads} threads" if threads > 1 else "one thread"
    assert not half, f"for a moment, while {who} saved, the checkpoint was half a file"


class Unwritable(torch.Tensor):
    """Fails when it is written, as tensors do on a full disk."""

    def __deepcopy__(self, memo):
        return self

    def __reduce_ex__(self, protocol):
        raise OSError("no space left on device")


@prompt_says(
    "An error while saving reaches the caller, leaves the previous checkpoint, and "
    "does not stand in the way of the next save.",
    "A save leaves no other file or folder behind; saves that fail, however many, "
    "leave one at most.",
)
def test_an_error_while_saving_is_raised_and_costs_no_checkpoint(tmp_path):
    """The caller has to know, the old file has to stay, and the next save to work."""
    path, state = tmp_path / "last.pt", training()
    save_checkpoint(path, **state, epoch=1)
    left = [item.name for item in tmp_path.iterdir() if item != path]
    assert not left, f"a save left {', '.join(left)} behind"
    old = path.read_bytes()
    state["model"].register_buffer("note", torch.ones(1).as_subclass(Unwritable))
    for epoch in (2, 3, 4):
        with pytest.raises(OSError, match="no space left"):
            save_checkpoint(path, **state, epoch=epoch)
    assert path.read_bytes() == old, "an error while saving damaged the old checkpoint"
    left = [item.name for item in tmp_path.iterdir() if item != path]
    assert len(left) < 2, f"three errors left {len(left)} files or folders behind"
    del state["model"].note
    save_checkpoint(path, **state, epoch=5)
    assert path.read_bytes() != old, "the save after the errors wrote nothing"
    left = [item.name for item in tmp_path.iterdir() if item != path]
    assert not left, f"a save left {', '.join(left)} behind"
