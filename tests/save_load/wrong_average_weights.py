"""Near misses of save_load/average_weights."""

from contextlib import contextmanager

import torch
from torch import nn

from backprep.testing import fails
from solutions.save_load.average_weights import WeightAverage


@fails(
    "test_begins_with_the_weights_of_the_start",
    "test_moves_as_by_hand",
    "test_the_trained_weights_come_back",
    "test_writes_in_a_block_are_lost",
)
class keeps_the_parameters_themselves(WeightAverage):
    """The average is the model: whatever the optimizer does, it does to both."""

    def __init__(self, model, decay=0.999):
        super().__init__(model, decay)
        self.averages = {name: p.detach() for name, p in model.named_parameters()}


@fails("test_moves_as_by_hand")
class swaps_the_two_shares(WeightAverage):
    """The average follows the last step and forgets the rest."""

    @torch.no_grad()
    def update(self, model):
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        for name, parameter in model.named_parameters():
            average = self.averages[name]
            average.mul_(1 - decay).add_(parameter, alpha=decay)
        self.updates += 1


@fails("test_moves_as_by_hand")
class leaves_out_the_warm_up(WeightAverage):
    """After a thousand updates a third of the average is still the random start."""

    @torch.no_grad()
    def update(self, model):
        for name, parameter in model.named_parameters():
            average = self.averages[name]
            average.lerp_(parameter.to(average.dtype), 1 - self.decay)


@fails("test_small_steps_of_half_precision_add_up")
class averages_in_the_dtype_of_the_weights(WeightAverage):
    """Steps smaller than half a unit in the last place are lost, and the average stands
    still short of its goal."""

    def __init__(self, model, decay=0.999):
        super().__init__(model, decay)
        parameters = model.named_parameters()
        self.averages = {name: p.detach().clone() for name, p in parameters}


@fails("test_the_trained_weights_come_back")
class forgets_that_a_block_may_fail(WeightAverage):
    """After an interrupted evaluation the optimizer steps on from the average."""

    @contextmanager
    def applied_to(self, model):
        trained = {name: p.detach().clone() for name, p in model.named_parameters()}
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                parameter.copy_(self.averages[name])
        yield
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                parameter.copy_(trained[name])


@fails("test_a_block_lends_values_alone")
class yields_without_gradients(WeightAverage):
    """`no_grad` stays on for the whole block, and whoever wants a gradient there gets
    none."""

    @contextmanager
    def applied_to(self, model):
        with torch.no_grad():
            trained = {name: p.clone() for name, p in model.named_parameters()}
            for name, parameter in model.named_parameters():
                parameter.copy_(self.averages[name])
            try:
                yield
            finally:
                for name, parameter in model.named_parameters():
                    parameter.copy_(trained[name])


@fails("test_a_block_lends_values_alone")
class puts_other_parameters_in_the_model(WeightAverage):
    """Whoever looks the parameters up inside the block, to freeze or to decay some,
    finds other ones."""

    @contextmanager
    def applied_to(self, model):
        kept = []
        for prefix, module in model.named_modules():
            for name, p in module.named_parameters(recurse=False):
                average = self.averages[f"{prefix}.{name}".lstrip(".")]
                kept.append((module, name, p))
                setattr(module, name, nn.Parameter(average.to(p.dtype, copy=True)))
        try:
            yield
        finally:
            for module, name, p in kept:
                setattr(module, name, p)


@fails("test_writes_in_a_block_are_lost")
class lends_the_memory_of_the_average(WeightAverage):
    """What the block writes into a weight stays in the average for good."""

    @contextmanager
    def applied_to(self, model):
        parameters = dict(model.named_parameters())
        trained = {name: p.data for name, p in parameters.items()}
        for name, p in parameters.items():
            p.data = self.averages[name].to(p.dtype)
        try:
            yield
        finally:
            for name, p in parameters.items():
                p.data = trained[name]


@fails("test_goes_on_from_a_file_bit_for_bit")
class saves_the_averages_alone(WeightAverage):
    """After a restart the warm-up begins anew, and the next update throws the average
    away."""

    def state_dict(self):
        return super().state_dict() | {"updates": 0}


@fails("test_a_state_is_a_snapshot")
class hands_out_its_own_tensors(WeightAverage):
    """The state of the best epoch is the state of the last one."""

    def state_dict(self):
        return {"updates": self.updates, "averages": self.averages}


@fails("test_refuses_a_wrong_decay_and_a_wrong_state")
class takes_any_state(WeightAverage):
    """The state of another model is accepted, and the next update does not find its
    names."""

    def load_state_dict(self, state):
        averages = state["averages"]
        self.averages = {name: value.clone() for name, value in averages.items()}
        self.updates = state["updates"]


@fails("test_the_rest_of_the_model_is_not_touched")
class averages_the_buffers_as_well(WeightAverage):
    """A count of batches is not a weight: its average is cut down to a whole number,
    and the block sees a model that never was."""

    def __init__(self, model, decay=0.999):
        super().__init__(model, decay)
        for name, buffer in model.named_buffers():
            self.averages[name] = buffer.float().clone()

    @torch.no_grad()
    def update(self, model):
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        for name, tensor in model.state_dict().items():
            average = self.averages[name]
            average.lerp_(tensor.to(average.dtype), 1 - decay)
        self.updates += 1

    @contextmanager
    def applied_to(self, model):
        trained = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        model.load_state_dict(self.averages)
        try:
            yield
        finally:
            model.load_state_dict(trained)
