import torch
from torch import nn
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.model_building.unregistered_parts import FeatureEncoder


def statistics(width=3):
    return torch.randn(width), torch.rand(width) + 0.5


def encoder(width=3, depth=2):
    return FeatureEncoder(*statistics(width), depth)


def by_hand(x, mean, std, layers, gain=1, shift=0):
    h = (x - mean) / std
    for layer in layers:
        h = h + (h @ layer.weight.T + layer.bias).clamp(min=0)
    return gain * h + shift


def learned(model):
    """What the prompt says is learned, by its name, found without registration."""
    layers = dict(enumerate(model.layers))
    return {
        **{f"layers[{i}].weight": layer.weight for i, layer in layers.items()},
        **{f"layers[{i}].bias": layer.bias for i, layer in layers.items()},
        "gain": model.gain,
        "shift": model.shift,
    }


@prompt_says(
    "it subtracts `mean` and divides by `std`; then each layer, "
    "`Linear(width, width)`, replaces `h` by `h + relu(layer(h))`; last, `h` is "
    "multiplied by `gain`, and `shift` is added.",
    "They are learned, and start at 1 and 0.",
)
def test_a_fresh_model_computes_what_is_asked():
    """Mend how the parts are kept, not what `forward` computes from them."""
    for width, depth in ((3, 2), (4, 0), (1, 3)):
        mean, std = statistics(width)
        model, x = FeatureEncoder(mean, std, depth), torch.randn(5, width)
        assert len(model.layers) == depth, f"{len(model.layers)} layers, not {depth}"
        assert_close(model(x), by_hand(x, mean, std, model.layers))


@prompt_says(
    "The parameters are those of the layers, `gain` and `shift`, and nothing else."
)
def test_the_parameters_are_what_is_learned():
    """`parameters()` is what an optimizer is given: what is missing, what is extra?"""
    model = encoder()
    model(torch.randn(4, 3))
    known = {id(p): name for name, p in model.named_parameters()}
    wanted = {id(part): name for name, part in learned(model).items()}
    missing = [name for key, name in wanted.items() if key not in known]
    extra = [name for key, name in known.items() if key not in wanted]
    assert not missing, f"`parameters()` leaves out {missing}"
    assert not extra, f"`parameters()` holds {extra} too"


@prompt_says("Each layer has weights of its own.")
def test_each_layer_has_weights_of_its_own():
    """A list times a number repeats its one item."""
    weights = {layer.weight.data_ptr() for layer in encoder(depth=3).layers}
    assert len(weights) == 3, f"three layers have {len(weights)} weights between them"


@prompt_says(
    "An optimizer that is made before the first forward pass trains all of them."
)
def test_an_optimizer_made_first_trains_every_part():
    """The optimizer holds the tensors that exist when it is made."""
    model, x = FeatureEncoder(torch.zeros(3), torch.ones(3), 2), torch.rand(4, 3)
    for layer in model.layers:
        nn.init.constant_(layer.weight, 0.5)  # no ReLU is off
    held = list(model.parameters())  # all that an optimizer would know
    model(x).square().sum().backward()
    before = {name: part.detach().clone() for name, part in learned(model).items()}
    with torch.no_grad():
        for parameter in held:
            parameter.sub_(parameter.grad, alpha=0.01)
    model(x)
    still = [n for n, part in learned(model).items() if part.equal(before[n])]
    assert not still, f"one step later, {still} are as they were"


@prompt_says(
    "A state dict brings back everything that the outputs depend on, `mean` and `std` "
    "included. It loads with `strict=True` into a `FeatureEncoder` made with other "
    "statistics."
)
def test_a_state_dict_brings_everything_back():
    """Saved and loaded is what is registered, and nothing else."""
    model, other, x = encoder(), encoder(), torch.randn(4, 3)
    model(x), other(x)
    with torch.no_grad():
        for number, part in enumerate(learned(model).values()):
            part.add_(0.1 * (number + 1))
    saved = {name: value.clone() for name, value in model.state_dict().items()}
    other.load_state_dict(saved, strict=True)
    expected = by_hand(x, model.mean, model.std, model.layers, model.gain, model.shift)
    same = torch.allclose(other(x), expected, rtol=1e-4)
    assert same, f"the outputs differ; the file holds {sorted(saved)}"


@prompt_says("After `model.to(...)` the module works in that dtype or on that device.")
def test_works_after_it_was_moved():
    """`to` moves what is registered; a forward pass meets all the rest."""
    mean, std = statistics()
    model, x = FeatureEncoder(mean, std, 2), torch.randn(4, 3).double()
    model(x.float())
    model.to(torch.float64)
    kinds = {name: part.dtype for name, part in parts(model).items()}
    stayed = [name for name, dtype in kinds.items() if dtype != torch.float64]
    assert not stayed, f"after `to(torch.float64)` these are float32: {stayed}"
    assert_close(model(x), by_hand(x, mean.double(), std.double(), model.layers))
    moved = model.to("meta")(x.to("meta"))
    assert moved.is_meta, "after `to(device)` the result is on another device"


def parts(model):
    return {"mean": model.mean, "std": model.std, **learned(model)}


@prompt_says("A forward pass leaves the module as it was.")
def test_a_forward_pass_leaves_the_module_as_it_was():
    """What is made in `forward` is new at each call, and forgets what was learned."""
    model = encoder()
    with torch.no_grad():
        model(torch.randn(4, 3))
        first = parts(model)
        model.gain.fill_(2)
        model(torch.randn(4, 3))
    again = parts(model)
    replaced = [name for name in first if again[name] is not first[name]]
    assert not replaced, f"a second forward pass replaced {replaced}"
    assert model.gain.tolist() == [2, 2, 2], "`gain` was set to 2 and came back"


@prompt_says(
    "they are left as they were, whatever is loaded into the model later, and changing "
    "them later does not change the model."
)
def test_the_callers_statistics_stay_the_callers():
    """Loading a state dict copies into the tensors that the module holds."""
    mean, std = statistics()
    given = torch.cat([mean, std])
    model, x = FeatureEncoder(mean, std, 1), torch.randn(4, 3)
    saved = {name: value + 5 for name, value in model.state_dict().items()}
    model.load_state_dict(saved)
    assert torch.equal(torch.cat([mean, std]), given), (
        "loading changed `mean` and `std`"
    )
    expected = model(x)
    mean.add_(1)
    std.add_(1)
    assert torch.equal(model(x), expected), "the model follows the caller's tensors"
