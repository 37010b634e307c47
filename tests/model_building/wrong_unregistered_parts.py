"""Near misses of model_building/unregistered_parts."""

import torch
from torch import Tensor, nn

from backprep.testing import fails
from solutions.model_building.unregistered_parts import FeatureEncoder


@fails(
    "test_the_parameters_are_what_is_learned",
    "test_an_optimizer_made_first_trains_every_part",
    "test_a_state_dict_brings_everything_back",
    "test_works_after_it_was_moved",
    "test_a_forward_pass_leaves_the_module_as_it_was",
)
class mends_nothing(nn.Module):
    """Nothing here is known to `parameters()`, `state_dict()` or `to()`."""

    def __init__(self, mean: Tensor, std: Tensor, depth: int) -> None:
        super().__init__()
        width = len(mean)
        self.mean = mean.clone()
        self.std = std.clone()
        self.layers = [nn.Linear(width, width) for _ in range(depth)]
        self.shift = torch.zeros(width, requires_grad=True)

    def forward(self, x: Tensor) -> Tensor:
        self.gain = nn.Parameter(torch.ones_like(self.mean))
        h = (x - self.mean) / self.std
        for layer in self.layers:
            h = h + layer(h).relu()
        return self.gain * h + self.shift


@fails(
    "test_the_parameters_are_what_is_learned",
    "test_an_optimizer_made_first_trains_every_part",
    "test_a_state_dict_brings_everything_back",
    "test_works_after_it_was_moved",
)
class keeps_its_layers_in_a_list(FeatureEncoder):
    """The optimizer never sees them, the file does not hold them."""

    def __init__(self, mean, std, depth):
        super().__init__(mean, std, 0)
        del self.layers
        self.layers = [nn.Linear(len(mean), len(mean)) for _ in range(depth)]


@fails("test_a_state_dict_brings_everything_back", "test_works_after_it_was_moved")
class keeps_the_statistics_as_plain_tensors(FeatureEncoder):
    """A loaded model standardises with the statistics it happened to be made with."""

    def __init__(self, mean, std, depth):
        super().__init__(mean, std, depth)
        del self.mean, self.std
        self.mean, self.std = mean.clone(), std.clone()


@fails(
    "test_the_parameters_are_what_is_learned",
    "test_an_optimizer_made_first_trains_every_part",
    "test_a_state_dict_brings_everything_back",
    "test_works_after_it_was_moved",
)
class takes_a_tensor_for_a_parameter(FeatureEncoder):
    """It gets gradients, and no optimizer to use them."""

    def __init__(self, mean, std, depth):
        super().__init__(mean, std, depth)
        del self.shift
        self.shift = torch.zeros(len(mean), requires_grad=True)


@fails(
    "test_an_optimizer_made_first_trains_every_part",
    "test_a_state_dict_brings_everything_back",
    "test_a_forward_pass_leaves_the_module_as_it_was",
)
class makes_the_gain_anew_in_forward(FeatureEncoder):
    """It is 1 again at each call; what an optimizer holds is thrown away."""

    def forward(self, x):
        self.gain = nn.Parameter(torch.ones_like(self.mean))
        return super().forward(x)


@fails("test_each_layer_has_weights_of_its_own")
class repeats_one_layer(FeatureEncoder):
    """A list times a number holds one layer several times: one set of weights."""

    def __init__(self, mean, std, depth):
        super().__init__(mean, std, depth)
        self.layers = nn.ModuleList([nn.Linear(len(mean), len(mean))] * depth)


@fails(
    "test_the_parameters_are_what_is_learned",
    "test_an_optimizer_made_first_trains_every_part",
)
class makes_the_statistics_parameters(FeatureEncoder):
    """They are counted and handed to the optimizer, which may decay them."""

    def __init__(self, mean, std, depth):
        super().__init__(mean, std, depth)
        del self.mean, self.std
        self.mean = nn.Parameter(mean.clone(), requires_grad=False)
        self.std = nn.Parameter(std.clone(), requires_grad=False)


@fails("test_a_state_dict_brings_everything_back")
class leaves_the_statistics_out_of_the_file(FeatureEncoder):
    """They move along, but only who has the training data can load the model."""

    def __init__(self, mean, std, depth):
        super().__init__(mean, std, depth)
        self.register_buffer("mean", mean.clone(), persistent=False)
        self.register_buffer("std", std.clone(), persistent=False)


@fails("test_the_callers_statistics_stay_the_callers")
class registers_the_callers_own_tensors(FeatureEncoder):
    """Loading a file into one model changes every model made from these tensors."""

    def __init__(self, mean, std, depth):
        super().__init__(mean, std, depth)
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)


@fails(
    "test_a_fresh_model_computes_what_is_asked",
    "test_a_state_dict_brings_everything_back",
    "test_works_after_it_was_moved",
)
class loses_the_skip_connections(FeatureEncoder):
    """A sequential registers the layers, and calls them one on the other."""

    def __init__(self, mean, std, depth):
        super().__init__(mean, std, depth)
        self.layers = nn.Sequential(*self.layers)

    def forward(self, x):
        h = self.layers((x - self.mean) / self.std)
        return self.gain * h + self.shift
