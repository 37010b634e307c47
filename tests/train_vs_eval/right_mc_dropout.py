"""Other right answers to train_vs_eval/mc_dropout."""

from contextlib import contextmanager

import torch
from torch import nn
from torch.nn.modules.dropout import _DropoutNd


@contextmanager
def _dropout_alone(model):
    flags = [(module, module.training) for module in model.modules()]
    try:
        for module, _ in flags:
            module.training = isinstance(module, _DropoutNd)
        yield
    finally:
        for module, training in flags:
            module.training = training


@torch.no_grad()
def keeps_running_sums(model, x, passes):
    """Two tensors are enough for any number of passes, by Welford's update. The modes
    are a context manager, which training code can use as well. `_DropoutNd` is the
    common base of all dropouts, and a private name."""
    if passes < 2:
        raise ValueError("passes must be 2 or more")
    with _dropout_alone(model):
        mean, squares = 0, 0
        for count in range(1, passes + 1):
            draw = torch.softmax(model(x), dim=-1)
            step = draw - mean
            mean = mean + step / count
            squares = squares + step * (draw - mean)
    return mean, (squares / (passes - 1)).sqrt()


def runs_one_large_batch(model, x, passes):
    """Each example is repeated, and the masks of its copies are independent. One call
    keeps a GPU busy, at `passes` times the memory; and it needs layers that keep the
    examples of a batch apart."""
    if passes < 2:
        raise ValueError(f"{passes} passes have no spread")
    with _dropout_alone(model), torch.no_grad():
        logits = model(torch.cat([x] * passes))
    draws = logits.softmax(-1).unflatten(0, (passes, len(x)))
    deviation, mean = torch.std_mean(draws, dim=0)
    return mean, deviation


def hooks_dropout_in(model, x, passes):
    """All layers are in evaluation mode, and a hook replaces what each dropout gives:
    another `p` is easy to try. But every kind of dropout needs its function."""
    if passes < 2:
        raise ValueError("a spread needs passes >= 2")
    functions = {
        nn.Dropout: nn.functional.dropout,
        nn.Dropout1d: nn.functional.dropout1d,
        nn.Dropout2d: nn.functional.dropout2d,
        nn.Dropout3d: nn.functional.dropout3d,
        nn.AlphaDropout: nn.functional.alpha_dropout,
        nn.FeatureAlphaDropout: nn.functional.feature_alpha_dropout,
    }

    def drop(layer, inputs, output):
        (kind,) = (kind for kind in functions if isinstance(layer, kind))
        return functions[kind](inputs[0], layer.p, training=True)

    flags = {module: module.training for module in model.modules()}
    hooks = [
        module.register_forward_hook(drop)
        for module in flags
        if isinstance(module, tuple(functions))
    ]
    try:
        model.eval()
        with torch.no_grad():
            draws = torch.stack([model(x) for _ in range(passes)]).softmax(-1)
    finally:
        for hook in hooks:
            hook.remove()
        for module, training in flags.items():
            module.training = training
    return draws.mean(0), draws.std(0)
