"""Near misses of save_load/round_trip."""

import copy

import torch

from backprep.testing import fails


def _kind(tensor):
    return f"{tensor.dtype} {tuple(tensor.shape)}"


def _misfits(own, file):
    if own.keys() != file.keys():
        return [f"{name} is not in both" for name in own.keys() ^ file.keys()]
    return [name for name in own if _kind(file[name]) != _kind(own[name])]


@fails(
    "test_the_file_holds_the_state_dict_alone",
    "test_fills_the_model_that_it_is_given",
    "test_another_architecture_is_refused_by_name",
    "test_a_refused_file_changes_no_tensor",
    "test_loading_runs_no_code_from_the_file",
)
class pickles_the_whole_model:
    """The file needs the class at its old import path, and runs whatever it says."""

    def save_model(model, path):
        torch.save(model, path)

    def load_model(model, path, device="cpu"):
        return torch.load(path, map_location=device, weights_only=False).eval()


@fails(
    "test_the_file_holds_the_state_dict_alone",
    "test_parameters_and_buffers_come_back_bit_for_bit",
    "test_a_file_of_another_device_loads",
    "test_another_architecture_is_refused_by_name",
    "test_a_refused_file_changes_no_tensor",
)
class saves_the_parameters_alone:
    """The running statistics of BatchNorm are those of the fresh model."""

    def save_model(model, path):
        torch.save(dict(model.named_parameters()), path)

    def load_model(model, path, device="cpu"):
        state = torch.load(path, map_location=device, weights_only=True)
        model.load_state_dict(state, strict=False)
        return model.to(device).eval()


@fails("test_fills_the_model_that_it_is_given")
class loads_into_a_copy:
    """Whoever ignores the result goes on with the weights from before."""

    def load_model(model, path, device="cpu"):
        state = torch.load(path, map_location="cpu", weights_only=True)
        misfits = _misfits(model.state_dict(), state)
        if misfits:
            raise RuntimeError("; ".join(misfits))
        loaded = copy.deepcopy(model)
        loaded.load_state_dict(state)
        return loaded.to(device).eval()


@fails("test_fills_the_model_that_it_is_given")
class hands_over_the_tensors_of_the_file:
    """An optimizer made before goes on training tensors that no model has."""

    def load_model(model, path, device="cpu"):
        state = torch.load(path, map_location="cpu", weights_only=True)
        misfits = _misfits(model.state_dict(), state)
        if misfits:
            raise RuntimeError("; ".join(misfits))
        model.load_state_dict(state, assign=True)
        return model.to(device).eval()


@fails("test_saving_leaves_the_model_as_it_was")
class moves_the_model_to_the_cpu_before_saving:
    """The next step meets a batch on the GPU with a model that is there no longer."""

    def save_model(model, path):
        model.cpu()
        torch.save(model.state_dict(), path)


@fails("test_saving_leaves_the_model_as_it_was")
class switches_to_eval_before_saving:
    """Training goes on without dropout after the first save."""

    def save_model(model, path):
        model.eval()
        torch.save(model.state_dict(), path)


@fails("test_the_loaded_model_is_in_eval_mode")
class forgets_eval_mode:
    """Predictions change from call to call, and with the batch they are made in."""

    def load_model(model, path, device="cpu"):
        state = torch.load(path, map_location=device, weights_only=True)
        misfits = _misfits(model.state_dict(), state)
        if misfits:
            raise RuntimeError("; ".join(misfits))
        model.load_state_dict(state)
        return model.to(device)


@fails("test_the_loaded_model_is_on_the_device")
class takes_map_location_for_a_move:
    """The values are copied to where the model already is, so it stays there."""

    def load_model(model, path, device="cpu"):
        state = torch.load(path, map_location=device, weights_only=True)
        misfits = _misfits(model.state_dict(), state)
        if misfits:
            raise RuntimeError("; ".join(misfits))
        model.load_state_dict(state)
        return model.eval()


@fails("test_a_file_of_another_device_loads")
class lets_the_file_choose_the_device:
    """A model saved on a GPU cannot be loaded on a machine without one."""

    def load_model(model, path, device="cpu"):
        state = torch.load(path, weights_only=True)
        misfits = _misfits(model.state_dict(), state)
        if misfits:
            raise RuntimeError("; ".join(misfits))
        model.load_state_dict(state)
        return model.to(device).eval()


@fails(
    "test_another_architecture_is_refused_by_name",
    "test_a_refused_file_changes_no_tensor",
)
class loads_what_matches:
    """A layer that the file lacks keeps its random weights, and no error is raised."""

    def load_model(model, path, device="cpu"):
        state = torch.load(path, map_location=device, weights_only=True)
        model.load_state_dict(state, strict=False)
        return model.to(device).eval()


@fails("test_another_architecture_is_refused_by_name")
class takes_whatever_is_in_the_file_for_a_tensor:
    """A checkpoint that has the state dict inside ends in an error about a shape."""

    def load_model(model, path, device="cpu"):
        state = torch.load(path, map_location="cpu", weights_only=True)
        own = {name: tensor.shape for name, tensor in model.state_dict().items()}
        other = {name: tensor.shape for name, tensor in state.items()}
        differing = [name for name in own | other if own.get(name) != other.get(name)]
        if differing:
            raise RuntimeError(", ".join(differing))
        model.load_state_dict(state)
        return model.to(device).eval()


@fails("test_a_refused_file_changes_no_tensor")
class leaves_the_comparison_to_load_state_dict:
    """A refused file leaves a mixture of the old model and the file's."""

    def load_model(model, path, device="cpu"):
        state = torch.load(path, map_location=device, weights_only=True)
        model.load_state_dict(state)
        return model.to(device).eval()
