"""Near misses of save_load/checkpoint."""

import io
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from uuid import uuid4

import torch

from backprep.testing import fails


@fails("test_training_goes_on_bit_for_bit")
class forgets_the_optimizer:
    """AdamW starts over without its moments, and the learning rate is the first one."""

    def save_checkpoint(path, *, model, optimizer, scheduler, epoch):
        state = {
            "model": model.state_dict(),
            "scheduler": scheduler.state_dict(),
            "epoch": epoch,
            "cpu_rng": torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state_all(),
        }
        path = Path(path)
        with TemporaryDirectory(dir=path.parent) as folder:
            complete = Path(folder, path.name)
            with complete.open("wb") as file:
                torch.save(state, file)
                file.flush()
                os.fsync(file.fileno())
            complete.replace(path)

    def load_checkpoint(path, *, model, optimizer, scheduler):
        state = torch.load(path, map_location="cpu", weights_only=True)
        model.load_state_dict(state["model"])
        scheduler.load_state_dict(state["scheduler"])
        torch.set_rng_state(state["cpu_rng"])
        here = torch.cuda.device_count()
        torch.cuda.set_rng_state_all(state["cuda_rng"][:here])
        return state["epoch"]


@fails("test_training_goes_on_bit_for_bit")
class forgets_the_schedule:
    """The learning rate is right for one step, then counts from the start again."""

    def save_checkpoint(path, *, model, optimizer, scheduler, epoch):
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "epoch": epoch,
            "cpu_rng": torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state_all(),
        }
        path = Path(path)
        with TemporaryDirectory(dir=path.parent) as folder:
            complete = Path(folder, path.name)
            with complete.open("wb") as file:
                torch.save(state, file)
                file.flush()
                os.fsync(file.fileno())
            complete.replace(path)

    def load_checkpoint(path, *, model, optimizer, scheduler):
        state = torch.load(path, map_location="cpu", weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["cpu_rng"])
        here = torch.cuda.device_count()
        torch.cuda.set_rng_state_all(state["cuda_rng"][:here])
        return state["epoch"]


@fails(
    "test_training_goes_on_bit_for_bit",
    "test_random_numbers_go_on",
    "test_random_numbers_of_cuda_go_on",
)
class forgets_the_random_numbers:
    """Dropout draws other masks, so the run is another one after each resume."""

    def save_checkpoint(path, *, model, optimizer, scheduler, epoch):
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "epoch": epoch,
        }
        path = Path(path)
        with TemporaryDirectory(dir=path.parent) as folder:
            complete = Path(folder, path.name)
            with complete.open("wb") as file:
                torch.save(state, file)
                file.flush()
                os.fsync(file.fileno())
            complete.replace(path)

    def load_checkpoint(path, *, model, optimizer, scheduler):
        state = torch.load(path, map_location="cpu", weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        scheduler.load_state_dict(state["scheduler"])
        return state["epoch"]


@fails("test_random_numbers_of_cuda_go_on")
class saves_the_first_generator_of_cuda:
    """All devices but the first draw other numbers after each resume."""

    def save_checkpoint(path, *, model, optimizer, scheduler, epoch):
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "epoch": epoch,
            "cpu_rng": torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state_all()[:1],
        }
        path = Path(path)
        with TemporaryDirectory(dir=path.parent) as folder:
            complete = Path(folder, path.name)
            with complete.open("wb") as file:
                torch.save(state, file)
                file.flush()
                os.fsync(file.fileno())
            complete.replace(path)


@fails(
    "test_training_goes_on_bit_for_bit",
    "test_random_numbers_of_cuda_go_on",
    "test_saving_changes_nothing",
)
class seeds_anew_at_each_save:
    """A run that saves is another run than one that does not."""

    def save_checkpoint(path, *, model, optimizer, scheduler, epoch):
        torch.default_generator.manual_seed(epoch)
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "epoch": epoch,
        }
        path = Path(path)
        with TemporaryDirectory(dir=path.parent) as folder:
            complete = Path(folder, path.name)
            with complete.open("wb") as file:
                torch.save(state, file)
                file.flush()
                os.fsync(file.fileno())
            complete.replace(path)

    def load_checkpoint(path, *, model, optimizer, scheduler):
        state = torch.load(path, map_location="cpu", weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        scheduler.load_state_dict(state["scheduler"])
        torch.default_generator.manual_seed(state["epoch"])
        return state["epoch"]


@fails("test_returns_the_epoch_that_was_saved")
class returns_the_next_epoch:
    """A caller that saves the number of finished epochs leaves one out."""

    def load_checkpoint(path, *, model, optimizer, scheduler):
        state = torch.load(path, map_location="cpu", weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        scheduler.load_state_dict(state["scheduler"])
        torch.set_rng_state(state["cpu_rng"])
        here = torch.cuda.device_count()
        torch.cuda.set_rng_state_all(state["cuda_rng"][:here])
        return state["epoch"] + 1


@fails(
    "test_the_file_loads_with_weights_only", "test_loading_runs_no_code_from_the_file"
)
class pickles_the_objects:
    """The file needs today's classes to be read, and runs whatever it says."""

    def save_checkpoint(path, *, model, optimizer, scheduler, epoch):
        state = {
            "model": model,
            "optimizer": optimizer,
            "scheduler": scheduler.state_dict(),
            "epoch": epoch,
            "cpu_rng": torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state_all(),
        }
        path = Path(path)
        with TemporaryDirectory(dir=path.parent) as folder:
            complete = Path(folder, path.name)
            with complete.open("wb") as file:
                torch.save(state, file)
                file.flush()
                os.fsync(file.fileno())
            complete.replace(path)

    def load_checkpoint(path, *, model, optimizer, scheduler):
        state = torch.load(path, map_location="cpu", weights_only=False)
        model.load_state_dict(state["model"].state_dict())
        optimizer.load_state_dict(state["optimizer"].state_dict())
        scheduler.load_state_dict(state["scheduler"])
        torch.set_rng_state(state["cpu_rng"])
        here = torch.cuda.device_count()
        torch.cuda.set_rng_state_all(state["cuda_rng"][:here])
        return state["epoch"]


@fails(
    "test_the_file_is_whole_at_every_moment",
    "test_an_error_while_saving_is_raised_and_costs_no_checkpoint",
)
class writes_over_the_old_file:
    """A crash while saving leaves half a file where the only checkpoint was."""

    def save_checkpoint(path, *, model, optimizer, scheduler, epoch):
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "epoch": epoch,
            "cpu_rng": torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state_all(),
        }
        torch.save(state, path)


@fails("test_the_file_is_whole_at_every_moment")
class writes_all_bytes_at_once_in_place:
    """Opening the file has emptied it before the first byte is written."""

    def save_checkpoint(path, *, model, optimizer, scheduler, epoch):
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "epoch": epoch,
            "cpu_rng": torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state_all(),
        }
        buffer = io.BytesIO()
        torch.save(state, buffer)
        Path(path).write_bytes(buffer.getvalue())


@fails("test_the_file_is_whole_at_every_moment")
class writes_in_place_from_a_thread:
    """To wait for the thread protects from nothing: the old file is gone meanwhile."""

    def save_checkpoint(path, *, model, optimizer, scheduler, epoch):
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "epoch": epoch,
            "cpu_rng": torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state_all(),
        }
        buffer = io.BytesIO()
        torch.save(state, buffer)
        work = Thread(target=Path(path).write_bytes, args=[buffer.getvalue()])
        work.start()
        work.join()


@fails("test_there_is_a_file_at_every_moment")
class moves_the_old_file_away:
    """A process that is killed between the two calls leaves no file to resume from."""

    def save_checkpoint(path, *, model, optimizer, scheduler, epoch):
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "epoch": epoch,
            "cpu_rng": torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state_all(),
        }
        path = Path(path)
        with TemporaryDirectory(dir=path.parent) as folder:
            complete = Path(folder, path.name)
            with complete.open("wb") as file:
                torch.save(state, file)
                file.flush()
                os.fsync(file.fileno())
            if path.exists():
                path.replace(Path(folder, "old"))
            complete.replace(path)


@fails("test_an_error_while_saving_is_raised_and_costs_no_checkpoint")
class leaves_a_file_for_each_error:
    """Every save that fails leaves half a file, on a disk that may be full already."""

    def save_checkpoint(path, *, model, optimizer, scheduler, epoch):
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "epoch": epoch,
            "cpu_rng": torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state_all(),
        }
        path = Path(path)
        complete = path.with_name(f"{path.name}.{uuid4()}")
        with complete.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        complete.replace(path)
