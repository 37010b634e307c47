"""Save everything the next step depends on, and let the file appear whole.

The next step reads the weights, the optimizer's moments, the learning rate and
the random numbers that dropout draws: all of them are in the file. It is written in
a folder of its own beside the old one, and moved when it is complete. Within one file
system a rename replaces the old file in one go: one sees the old or the new one.
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler


def save_checkpoint(
    path: str | os.PathLike,
    *,
    model: nn.Module,
    optimizer: Optimizer,
    scheduler: LRScheduler,
    epoch: int,
) -> None:
    """Write the state of the training to the file `path`."""
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "scheduler": scheduler.state_dict(),
        "epoch": epoch,
        "cpu_rng": torch.get_rng_state(),
        "cuda_rng": torch.cuda.get_rng_state_all(),  # an empty list without CUDA
    }
    path = Path(path)
    with TemporaryDirectory(dir=path.parent) as folder:  # goes after an error, too
        complete = Path(folder, path.name)
        with complete.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())  # on the disk before the name points to it
        complete.replace(path)


def load_checkpoint(
    path: str | os.PathLike,
    *,
    model: nn.Module,
    optimizer: Optimizer,
    scheduler: LRScheduler,
) -> int:
    """Put the training back to where `path` was saved, and return its epoch."""
    # the states of the generators are CPU tensors; the optimizer moves its own
    state = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    scheduler.load_state_dict(state["scheduler"])
    torch.set_rng_state(state["cpu_rng"])
    here = torch.cuda.device_count()  # may be fewer than where it was saved
    torch.cuda.set_rng_state_all(state["cuda_rng"][:here])
    return state["epoch"]
