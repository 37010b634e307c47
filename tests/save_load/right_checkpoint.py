"""Other right answers to save_load/checkpoint."""

import io
import os
from pathlib import Path

import torch


class removes_the_partial_file:
    """A name of the process's own, beside the old file, needs no folder, and shows who
    writes it. Removing it after an error is yours to write."""

    def save_checkpoint(path, *, model, optimizer, scheduler, epoch):
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "epoch": epoch,
            "cpu_rng": torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state_all(),
        }
        partial = Path(f"{path}.{os.getpid()}")
        try:
            with partial.open("wb") as file:
                torch.save(state, file)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


class writes_it_in_memory_first:
    """What cannot be pickled fails before a file is opened, and the bytes can be hashed
    or sent elsewhere as well. It takes the memory of a second checkpoint."""

    def save_checkpoint(path, *, model, optimizer, scheduler, epoch):
        buffer = io.BytesIO()
        random = [torch.default_generator.get_state()]
        if torch.cuda.is_available():
            random += torch.cuda.random.get_rng_state_all()
        torch.save(
            {
                "epoch": epoch,
                "random": random,
                "states": [part.state_dict() for part in (model, optimizer, scheduler)],
            },
            buffer,
        )
        new = Path(f"{path}.new")
        with new.open("wb") as file:
            file.write(buffer.getbuffer())
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)

    def load_checkpoint(path, *, model, optimizer, scheduler):
        saved = torch.load(path, map_location="cpu", weights_only=True)
        parts = (model, optimizer, scheduler)
        for part, state in zip(parts, saved["states"], strict=True):
            part.load_state_dict(state)
        cpu, *cuda = saved["random"]
        torch.default_generator.set_state(cpu)
        if torch.cuda.is_available():
            torch.cuda.random.set_rng_state_all(cuda[: torch.cuda.device_count()])
        return saved["epoch"]


class _Random:
    """PyTorch's generators, with the interface of everything else that has a state."""

    def state_dict(self):
        devices = range(torch.cuda.device_count())
        cuda = [torch.cuda.get_rng_state(device) for device in devices]
        return {"cpu": torch.random.get_rng_state(), "cuda": cuda}

    def load_state_dict(self, state):
        torch.random.set_rng_state(state["cpu"])
        devices = range(torch.cuda.device_count())
        for device, saved in zip(devices, state["cuda"], strict=False):
            torch.cuda.set_rng_state(saved, device)


class asks_everything_for_its_state:
    """Whatever has `state_dict` and `load_state_dict` is one more entry: a gradient
    scaler, an average of the weights. The random numbers need a class for it."""

    def save_checkpoint(path, *, epoch, **parts):
        parts = {**parts, "random": _Random()}
        states = {name: part.state_dict() for name, part in parts.items()}
        new = Path(f"{path}.new")
        with new.open("wb") as file:
            torch.save({"epoch": epoch, "states": states}, file)
            file.flush()
            os.fsync(file.fileno())
        new.rename(path)

    def load_checkpoint(path, **parts):
        saved = torch.load(path, map_location="cpu", weights_only=True)
        for name, part in {**parts, "random": _Random()}.items():
            part.load_state_dict(saved["states"][name])
        return saved["epoch"]
