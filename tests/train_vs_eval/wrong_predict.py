"""Near misses of train_vs_eval/predict."""

import torch

from backprep.testing import fails


@fails(
    "test_switches_dropout_off",
    "test_normalises_by_the_running_statistics",
    "test_leaves_the_running_statistics",
    "test_evaluates_every_part",
)
def takes_no_grad_for_eval(model, x):
    """Dropout stays on, and batch normalisation learns from what it should judge."""
    with torch.no_grad():
        return model(x).argmax(-1)


@fails("test_records_no_graph")
def detaches_the_result(model, x):
    """The whole graph is built first, with the memory that it takes."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        return model(x).detach().argmax(-1)
    finally:
        for module, training in modes:
            module.training = training


@fails(
    "test_puts_every_part_back_in_its_mode",
    "test_puts_the_modes_back_when_forward_fails",
)
@torch.no_grad()
def trains_the_model_afterwards(model, x):
    """A frozen part thaws, and a model that only served starts to train."""
    model.eval()
    result = model(x).argmax(-1)
    model.train()
    return result


@fails(
    "test_evaluates_every_part",
    "test_puts_every_part_back_in_its_mode",
    "test_puts_the_modes_back_when_forward_fails",
)
@torch.no_grad()
def looks_at_the_root_alone(model, x):
    """One flag speaks for all: parts in another mode run in it, or lose it."""
    was_training = model.training
    try:
        if was_training:
            model.eval()
        return model(x).argmax(-1)
    finally:
        if was_training:
            model.train()


@fails("test_puts_the_modes_back_when_forward_fails")
@torch.no_grad()
def forgets_that_forward_can_fail(model, x):
    """After one bad batch the rest of the training runs in evaluation mode."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    result = model(x).argmax(-1)
    for module, training in modes:
        module.training = training
    return result


@fails("test_puts_the_modes_back_when_forward_fails")
@torch.no_grad()
def restores_after_exceptions_alone(model, x):
    """Ctrl-C is not an `Exception`: it leaves the model in evaluation mode."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        result = model(x).argmax(-1)
    except Exception:
        for module, training in modes:
            module.training = training
        raise
    for module, training in modes:
        module.training = training
    return result


@fails(
    "test_puts_every_part_back_in_its_mode",
    "test_puts_the_modes_back_when_forward_fails",
)
@torch.no_grad()
def restores_through_train(model, x):
    """`train(flag)` reaches the children too: one used twice gets the wrong flag."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        return model(x).argmax(-1)
    finally:
        for module, training in modes:
            module.train(training)


@fails("test_gives_the_index_of_the_largest_output")
@torch.no_grad()
def takes_a_softmax_first(model, x):
    """It rounds: small differences become ties, and the first of a tie wins."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        return model(x).softmax(-1).argmax(-1)
    finally:
        for module, training in modes:
            module.training = training


@fails("test_gives_the_index_of_the_largest_output")
@torch.no_grad()
def takes_the_second_dimension_for_the_last(model, x):
    """Right for a batch of rows; for sequences it chooses a position, not a class."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        return model(x).argmax(1)
    finally:
        for module, training in modes:
            module.training = training


@fails("test_leaves_everything_else_alone")
def freezes_the_weights(model, x):
    """Nothing is recorded, now or ever after: the model has stopped learning."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval().requires_grad_(False)
    try:
        return model(x.detach()).argmax(-1)
    finally:
        for module, training in modes:
            module.training = training


@fails("test_leaves_the_gradient_mode_alone")
def leaves_the_gradient_mode_on(model, x):
    """Called under `no_grad`, it switches recording on for the rest of the block."""
    modes = [(module, module.training) for module in model.modules()]
    torch.set_grad_enabled(False)
    try:
        model.eval()
        return model(x).argmax(-1)
    finally:
        for module, training in modes:
            module.training = training
        torch.set_grad_enabled(True)
