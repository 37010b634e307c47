"""Other right answers to save_load/average_weights."""

import copy
from contextlib import ExitStack, contextmanager

import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class is_a_module_of_buffers(nn.Module):
    """As buffers the averages move with `to(device)`, and PyTorch saves, compares and
    loads them. Buffer names hold no dots, so they are numbered: a state of a model with
    other names and the same shapes has to be told apart by a list of names."""

    def __init__(self, model, decay=0.999):
        super().__init__()
        if not 0 <= decay < 1:
            raise ValueError(f"a decay of {decay} is not in [0, 1)")
        self.decay = decay
        self.names = [name for name, _ in model.named_parameters()]
        self.register_buffer("n", torch.zeros((), dtype=torch.int64))
        for i, p in enumerate(model.parameters()):
            half = p.dtype in (torch.float16, torch.bfloat16)
            self.register_buffer(f"p{i}", (p.float() if half else p).detach().clone())

    def averages(self):
        return [self.get_buffer(f"p{i}") for i in range(len(self.names))]

    def update(self, model):
        n = self.n.item()
        d = min(self.decay, (1 + n) / (10 + n))
        for average, p in zip(self.averages(), model.parameters(), strict=True):
            average.mul_(d).add_(p.detach().to(average.dtype), alpha=1 - d)
        self.n += 1

    @contextmanager
    def applied_to(self, model):
        trained = [p.detach().clone() for p in model.parameters()]
        try:
            for p, average in zip(model.parameters(), self.averages(), strict=True):
                p.detach().copy_(average)
            yield
        finally:
            for p, value in zip(model.parameters(), trained, strict=True):
                p.detach().copy_(value)

    def state_dict(self):
        tensors = {name: t.clone() for name, t in super().state_dict().items()}
        return {"names": list(self.names), "tensors": tensors}

    def load_state_dict(self, state):
        mine = {name: tensor.shape for name, tensor in super().state_dict().items()}
        shapes = {name: tensor.shape for name, tensor in state["tensors"].items()}
        if (state["names"], shapes) != (self.names, mine):
            raise ValueError("this is the average of another model")
        super().load_state_dict(state["tensors"])


def _of_16_bits(dtype):
    return torch.finfo(dtype).bits == 16


class copies_the_model:
    """A second model is at hand that can be evaluated or saved without a block, with
    the buffers it began with. It has to be a model that can be copied."""

    def __init__(self, model, decay=0.999):
        if decay < 0 or not decay < 1:
            raise ValueError("the decay must lie in [0, 1)")
        self.decay, self.count = decay, 0
        self.model = copy.deepcopy(model).requires_grad_(False)
        for p in self.model.parameters():
            p.data = p.data.float() if _of_16_bits(p.dtype) else p.data

    def update(self, model):
        d = min(self.decay, (1 + self.count) / (10 + self.count))
        pairs = zip(self.model.parameters(), model.parameters(), strict=True)
        for average, weight in pairs:
            average += (1 - d) * (weight.detach() - average)
        self.count += 1

    @contextmanager
    def applied_to(self, model):
        with ExitStack() as undo:
            pairs = zip(self.model.parameters(), model.parameters(), strict=True)
            for average, weight in pairs:
                value = weight.detach()
                undo.callback(value.copy_, value.clone())
                value.copy_(average)
            yield

    def state_dict(self):
        weights = {name: p.data.clone() for name, p in self.model.named_parameters()}
        return {**weights, "": self.count}

    def load_state_dict(self, state):
        weights = dict(state)
        count, mine = weights.pop(""), dict(self.model.named_parameters())
        if weights.keys() != mine.keys():
            raise ValueError("the state has other parameters")
        if any(weights[name].shape != mine[name].shape for name in mine):
            raise ValueError("the parameters of the state have other shapes")
        for name, p in mine.items():
            p.data.copy_(weights[name])
        self.count = count


class keeps_one_long_vector:
    """All weights stand in one row, so an update is one operation however many layers
    there are. `parameters_to_vector` copies them once for it, and the row has one dtype
    for all."""

    def __init__(self, model, decay=0.999):
        if not 0.0 <= decay < 1.0:
            raise ValueError(f"decay={decay}")
        self.decay, self.done = decay, 0
        self.shapes = [(name, list(p.shape)) for name, p in model.named_parameters()]
        self.row = self.row_of(model)

    @staticmethod
    def row_of(model):
        row = parameters_to_vector(model.parameters()).detach()
        return row.to(torch.promote_types(row.dtype, torch.float32), copy=True)

    def update(self, model):
        d = min(self.decay, (1 + self.done) / (10 + self.done))
        self.row = d * self.row + (1 - d) * self.row_of(model)
        self.done += 1

    @contextmanager
    def applied_to(self, model):
        parameters = list(model.parameters())
        trained = [p.data for p in parameters]
        vector_to_parameters(self.row.clone(), parameters)
        for p, values in zip(parameters, trained, strict=True):
            p.data = p.data.to(values.dtype)
        try:
            yield
        finally:
            for p, values in zip(parameters, trained, strict=True):
                p.data = values

    def state_dict(self):
        return {"row": self.row.clone(), "done": self.done, "shapes": self.shapes}

    def load_state_dict(self, state):
        if [tuple(pair) for pair in state["shapes"]] != self.shapes:
            raise ValueError("the state is of a model with other names or shapes")
        self.row = state["row"].clone()
        self.done = state["done"]
