"""Near misses of train_vs_eval/mc_dropout."""

import torch
from torch import nn
from torch.nn.modules.dropout import _DropoutNd

from backprep.testing import fails


@fails(
    "test_evaluates_everything_else",
)
def puts_the_whole_model_in_training_mode(model, x, passes):
    """Batch normalisation normalises by the test batch, and learns from it."""
    if passes < 2:
        raise ValueError(f"a spread needs two passes or more, not {passes}")
    before = {module: module.training for module in model.modules()}
    try:
        model.train()
        with torch.no_grad():
            draws = torch.stack([model(x).softmax(-1) for _ in range(passes)])
    finally:
        for module, training in before.items():
            module.training = training
    return draws.mean(0), draws.std(0)


@fails(
    "test_evaluates_everything_else",
)
def never_evaluates_the_rest(model, x, passes):
    """Dropout is on. Whatever else the caller had in training mode is on as well."""
    if passes < 2:
        raise ValueError(f"a spread needs two passes or more, not {passes}")
    before = {module: module.training for module in model.modules()}
    try:
        for module in before:
            if isinstance(module, _DropoutNd):
                module.training = True
        with torch.no_grad():
            draws = torch.stack([model(x).softmax(-1) for _ in range(passes)])
    finally:
        for module, training in before.items():
            module.training = training
    return draws.mean(0), draws.std(0)


@fails(
    "test_gives_mean_and_deviation_of_the_probabilities",
)
def takes_the_softmax_of_the_mean(model, x, passes):
    """The mean logits give other probabilities, mostly surer ones, and the spread is
    one of logits."""
    if passes < 2:
        raise ValueError(f"a spread needs two passes or more, not {passes}")
    before = {module: module.training for module in model.modules()}
    try:
        model.eval()
        for module in before:
            if isinstance(module, _DropoutNd):
                module.training = True
        with torch.no_grad():
            draws = torch.stack([model(x) for _ in range(passes)])
    finally:
        for module, training in before.items():
            module.training = training
    return draws.mean(0).softmax(-1), draws.std(0)


@fails(
    "test_switches_every_kind_of_dropout_on",
)
def asks_for_nn_dropout_alone(model, x, passes):
    """The others are siblings of `nn.Dropout`, not children of it: they stay off."""
    if passes < 2:
        raise ValueError(f"a spread needs two passes or more, not {passes}")
    before = {module: module.training for module in model.modules()}
    try:
        model.eval()
        for module in before:
            if isinstance(module, nn.Dropout):
                module.training = True
        with torch.no_grad():
            draws = torch.stack([model(x).softmax(-1) for _ in range(passes)])
    finally:
        for module, training in before.items():
            module.training = training
    return draws.mean(0), draws.std(0)


@fails(
    "test_switches_every_kind_of_dropout_on",
)
def goes_by_the_name_of_the_class(model, x, passes):
    """`AlphaDropout` begins with another letter, and a derived class with any."""
    if passes < 2:
        raise ValueError(f"a spread needs two passes or more, not {passes}")
    before = {module: module.training for module in model.modules()}
    try:
        model.eval()
        for module in before:
            if type(module).__name__.startswith("Dropout"):
                module.training = True
        with torch.no_grad():
            draws = torch.stack([model(x).softmax(-1) for _ in range(passes)])
    finally:
        for module, training in before.items():
            module.training = training
    return draws.mean(0), draws.std(0)


@fails(
    "test_leaves_each_layer_its_p",
)
def sets_one_p_for_all_layers(model, x, passes):
    """The model is asked with more dropout than it was trained with, and keeps it."""
    if passes < 2:
        raise ValueError(f"a spread needs two passes or more, not {passes}")
    before = {module: module.training for module in model.modules()}
    try:
        model.eval()
        for module in before:
            if isinstance(module, _DropoutNd):
                module.training = True
                module.p = 0.5
        with torch.no_grad():
            draws = torch.stack([model(x).softmax(-1) for _ in range(passes)])
    finally:
        for module, training in before.items():
            module.training = training
    return draws.mean(0), draws.std(0)


@fails(
    "test_gives_mean_and_deviation_of_the_probabilities",
)
def divides_by_the_number_of_passes(model, x, passes):
    """A few draws lie closer to their own mean than to that of the distribution."""
    if passes < 2:
        raise ValueError(f"a spread needs two passes or more, not {passes}")
    before = {module: module.training for module in model.modules()}
    try:
        model.eval()
        for module in before:
            if isinstance(module, _DropoutNd):
                module.training = True
        with torch.no_grad():
            draws = torch.stack([model(x).softmax(-1) for _ in range(passes)])
    finally:
        for module, training in before.items():
            module.training = training
    return draws.mean(0), draws.std(0, correction=0)


@fails(
    "test_gives_mean_and_deviation_of_the_probabilities",
    "test_keeps_examples_apart",
)
def measures_the_spread_of_the_batch(model, x, passes):
    """It says how different the examples are, and nothing about the model."""
    if passes < 2:
        raise ValueError(f"a spread needs two passes or more, not {passes}")
    before = {module: module.training for module in model.modules()}
    try:
        model.eval()
        for module in before:
            if isinstance(module, _DropoutNd):
                module.training = True
        with torch.no_grad():
            draws = torch.stack([model(x).softmax(-1) for _ in range(passes)])
    finally:
        for module, training in before.items():
            module.training = training
    return draws.mean(0), draws.mean(0).std(0, correction=0, keepdim=True).expand_as(
        draws[0]
    )


@fails(
    "test_draws_new_masks_each_time",
)
def seeds_every_call(model, x, passes):
    """Every call has the same masks, and whatever draws random numbers after it starts
    at the same place."""
    if passes < 2:
        raise ValueError(f"a spread needs two passes or more, not {passes}")
    before = {module: module.training for module in model.modules()}
    try:
        torch.manual_seed(0)
        model.eval()
        for module in before:
            if isinstance(module, _DropoutNd):
                module.training = True
        with torch.no_grad():
            draws = torch.stack([model(x).softmax(-1) for _ in range(passes)])
    finally:
        for module, training in before.items():
            module.training = training
    return draws.mean(0), draws.std(0)


@fails(
    "test_records_no_graph",
)
def records_every_pass(model, x, passes):
    """Each pass keeps its graph until all are averaged, and nobody will walk it."""
    if passes < 2:
        raise ValueError(f"a spread needs two passes or more, not {passes}")
    before = {module: module.training for module in model.modules()}
    try:
        model.eval()
        for module in before:
            if isinstance(module, _DropoutNd):
                module.training = True
        draws = torch.stack([model(x).softmax(-1) for _ in range(passes)])
    finally:
        for module, training in before.items():
            module.training = training
    return draws.mean(0).detach(), draws.std(0).detach()


@fails(
    "test_puts_every_module_back_in_its_mode",
    "test_puts_the_modes_back_when_the_model_fails",
)
def ends_with_train(model, x, passes):
    """`train()` is recursive: it thaws what the caller had frozen."""
    if passes < 2:
        raise ValueError(f"a spread needs two passes or more, not {passes}")
    before = {module: module.training for module in model.modules()}
    try:
        model.eval()
        for module in before:
            if isinstance(module, _DropoutNd):
                module.training = True
        with torch.no_grad():
            draws = torch.stack([model(x).softmax(-1) for _ in range(passes)])
    finally:
        model.train()
    return draws.mean(0), draws.std(0)


@fails(
    "test_puts_the_modes_back_when_the_model_fails",
    "test_refuses_fewer_than_two_passes",
)
def trusts_that_all_goes_well(model, x, passes):
    """One bad batch leaves the model half in training mode, and one pass gives NaN."""
    before = {module: module.training for module in model.modules()}
    model.eval()
    for module in before:
        if isinstance(module, _DropoutNd):
            module.training = True
    with torch.no_grad():
        draws = torch.stack([model(x).softmax(-1) for _ in range(passes)])
    for module, training in before.items():
        module.training = training
    return draws.mean(0), draws.std(0)
