import copy
import weakref

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from backprep.testing import prompt_says
from solutions.amp.step_cost import step_cost
from tests.helpers.other_kind import KIND, OfAnotherKind

LOSS = nn.functional.cross_entropy
DTYPES = pytest.mark.parametrize("dtype", [None, torch.bfloat16, torch.float16])


class Device:
    """A queue and a clock. Telling it of work takes the host one second."""

    def __init__(self):
        self.now = self.idle = 10.0
        self.held, self.peak = 100, 9000

    def launch(self, seconds, nbytes=0):
        self.now += 1
        self.idle = max(self.now, self.idle) + seconds
        self.held += nbytes
        self.peak = max(self.peak, self.held)

    def clock(self):
        return self.now

    def synchronize(self, device=None):
        self.now = max(self.now, self.idle)

    def reset_peak_memory_stats(self, device=None):
        self.peak = self.held

    def max_memory_allocated(self, device=None):
        return self.peak


class Load(nn.Module):
    """Each step has its seconds and bytes in `steps`: the forward pass takes them, and
    backward pass and optimizer take 5 and 7 seconds more."""

    def __init__(self, device, steps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(2))
        self.device, self.steps, self.done = device, steps, 0
        self.optimizer = torch.optim.SGD(self.parameters(), lr=0.1)
        self.optimizer.register_step_pre_hook(lambda *_: device.launch(7))

    def forward(self, x):
        assert self.done < len(self.steps), f"ran over {len(self.steps)} steps"
        seconds, nbytes = self.steps[self.done]
        self.done += 1
        self.device.launch(seconds, nbytes)
        output = x * self.weight
        output.register_hook(lambda _: self.device.launch(5, -nbytes))
        return output


def cost(seconds, *, nbytes=None, warmup=0, device=None):
    """What is said of steps that take so long, and need so many bytes."""
    device = device or Device()
    steps = list(zip(seconds, nbytes or [0] * len(seconds), strict=True))
    load, batch = Load(device, steps), (torch.ones(3, 2), torch.zeros(3, 2))
    options = {"backend": device, "clock": device.clock}
    if warmup is not None:
        options |= {"warmup": warmup, "repeats": len(steps) - warmup}
    result = step_cost(load, batch, nn.MSELoss(), load.optimizer, **options)
    assert load.done == len(steps), f"ran {load.done} steps, not {len(steps)}"
    return result


def network(dtype=torch.float32):
    """Its dropout is in eval mode, and the rest is not."""
    dropout = nn.Dropout(0.5).eval()
    model = nn.Sequential(nn.Linear(4, 5), dropout, nn.Tanh(), nn.Linear(5, 3))
    return model.to(dtype)


def examples(dtype=torch.float32):
    return torch.randn(6, 4, dtype=dtype), torch.tensor([0, 1, 2, 2, 1, 0])


def sgd(model, lr=0.1):
    return torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)


@prompt_says(
    "`seconds` is the median of the times of the single steps, a float; of an even "
    "number of them, the mean of the middle two.",
)
@pytest.mark.parametrize(
    ("seconds", "median"), [([10, 14, 11, 90, 12], 12), ([10, 90, 12, 20], 16)]
)
def test_takes_the_median_of_single_steps(seconds, median):
    """One slow step says something about the machine, not about the model."""
    found, _ = cost(seconds)
    times = [1 + second + 5 + 7 for second in seconds]
    assert type(found) is float, f"seconds are a {type(found).__name__}, not a float"
    assert found == 13 + median, f"from steps of {times} seconds you made {found}"


@prompt_says(
    "A step's time begins when the device has done all earlier work, and ends when it "
    "has done all of the step's.",
    "Within a step, do not wait for the device yourself.",
    "All of that is timed.",
)
@pytest.mark.parametrize("warmup", [0, 2])
def test_times_the_work_of_the_device(warmup):
    """When a call returns, its work is queued. Is the queue empty at each reading?"""
    device = Device()
    device.launch(300)
    found, _ = cost([40] * warmup + [20], warmup=warmup, device=device)
    assert found == 1 + 20 + 5 + 7, (
        f"a step takes the host 1 second and then the device 20 + 5 + 7, and you made "
        f"{found} of it after {warmup} steps"
    )


@prompt_says(
    "It trains the model for `warmup` steps that do not count, then for `repeats` "
    "steps that do",
    "clock=time.perf_counter, warmup=3, repeats=10",
)
@pytest.mark.parametrize(("warmup", "repeats"), [(1, 3), (4, 3), (None, 10)])
def test_runs_the_warm_up_and_does_not_count_it(warmup, repeats):
    """The first steps compile, tune and allocate: whose cost is that?"""
    first = 3 if warmup is None else warmup
    found, _ = cost([500] * first + [20] * repeats, warmup=warmup)
    said = f"{first} steps of 513 seconds, {repeats} of 33: you made {found}"
    assert found == 33, said


@prompt_says(
    "`peak_bytes` is the most that was allocated at once during the measured steps, "
    "all of it, as the backend counts. Without a backend it is `None`.",
)
@pytest.mark.parametrize("warmup", [0, 1])
def test_takes_the_peak_of_the_measured_steps(warmup):
    """A peak is remembered until it is reset. Since when does yours count?"""
    _, peak = cost(
        [1] * (warmup + 3), nbytes=[500] * warmup + [40, 70, 50], warmup=warmup
    )
    assert peak == 170, (
        f"100 bytes held, 500 more in {warmup} steps of warm-up, then 40, 70 and 50: "
        f"you said {peak}"
    )
    model = network()
    _, peak = step_cost(model, examples(), LOSS, sgd(model))
    assert peak is None, f"without a backend the peak was {peak}"


@prompt_says(
    "With a `dtype`, forward pass and loss run under autocast to it, for the type of "
    "device that `inputs` is on.",
    "Without a `dtype` nothing is cast, even if the caller is under autocast.",
)
@DTYPES
def test_runs_the_model_and_the_loss_in_the_dtype(dtype):
    """Which lines are to run under autocast, to what, and for which device?"""
    model, found = network(), {}
    model.register_forward_hook(lambda *args: found.update(model=args[-1].dtype))

    def loss_fn(outputs, targets):
        found["loss"] = (torch.ones(1, 2) @ torch.ones(2, 1)).dtype
        return LOSS(outputs, targets)

    with torch.autocast("cpu", torch.bfloat16, enabled=dtype is None):
        step_cost(model, examples(), loss_fn, sgd(model), dtype=dtype)
    for part, seen in found.items():
        assert seen == (dtype or torch.float32), f"asked for {dtype}, {part} in {seen}"
    if dtype != torch.float16:  # its scaler would be for a real device
        with OfAnotherKind() as device:
            step_cost(model, examples(), loss_fn, sgd(model), dtype=dtype)
        assert set(device.kinds) <= {KIND}, f"on an {KIND} it was for {device.kinds}"


@prompt_says("Backward pass and optimizer run outside it.")
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_runs_the_rest_outside_autocast(dtype):
    """Autocast has chosen the dtypes: what comes after follows them."""
    model, on = network(), {"backward": [], "optimizer": []}

    def loss_fn(outputs, targets):
        outputs.register_hook(
            lambda _: on["backward"].append(torch.is_autocast_enabled("cpu"))
        )
        return LOSS(outputs, targets)

    optimizer = sgd(model)
    optimizer.register_step_pre_hook(
        lambda *_: on["optimizer"].append(torch.is_autocast_enabled("cpu"))
    )
    step_cost(model, examples(), loss_fn, optimizer, dtype=dtype, repeats=2, warmup=1)
    for part, seen in on.items():
        assert seen, f"the {part} never ran"
        assert not any(seen), f"the {part} ran under autocast"


@prompt_says(
    "A step clears the gradients, computes `loss_fn(model(inputs), targets)` for the "
    "pair `batch`, goes backward, and lets the optimizer step.",
    "The weights move on by `warmup + repeats` steps",
    "The modules stay in the modes that they are in.",
    "That holds for gradients that the caller left there, too.",
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("warmup", [0, 3])
def test_trains_as_any_loop_does(dtype, warmup):
    """What is measured has to be training: follow the weights by hand."""
    model, (inputs, targets) = network(dtype), examples(dtype)
    twin = copy.deepcopy(model)
    optimizer = sgd(twin)
    for _ in range(warmup + 4):
        optimizer.zero_grad()
        LOSS(twin(inputs), targets).backward()
        optimizer.step()
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    counts = {"warmup": warmup, "repeats": 4}
    step_cost(model, (inputs, targets), LOSS, sgd(model), **counts)
    modes = [module.training for module in model.modules()]
    assert modes == [True, True, False, True, True], f"the modes are {modes} now"
    assert_close(dict(model.named_parameters()), dict(twin.named_parameters()))


@prompt_says(
    "With `float16` the loss is scaled by a new `torch.amp.GradScaler`, and the "
    "optimizer steps with the unscaled gradients, those as small as 1e-8 included. "
    "Otherwise the backward pass starts from the loss itself.",
)
@DTYPES
def test_scales_the_loss_for_float16_alone(dtype):
    """Which dtype loses small gradients, and what would the cure cost the others?"""
    model, starts = nn.Linear(1, 1, bias=False), []
    nn.init.zeros_(model.weight)
    batch = (torch.full((1, 1), 1e-4), torch.full((1, 1), 1e-4))

    def loss_fn(outputs, targets):
        loss = (outputs.float() * targets).sum()
        loss.register_hook(lambda gradient: starts.append(gradient.item()))
        return loss

    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    step_cost(model, batch, loss_fn, optimizer, dtype=dtype, warmup=0, repeats=1)
    if dtype != torch.float16:
        assert starts == [1.0], f"in {dtype} the loss was multiplied by {starts}"
    # float16 has three digits
    assert_close(model.weight.detach(), torch.full((1, 1), -1e-8), rtol=1e-2, atol=0)


@prompt_says(
    "When a step begins, nothing of the one before is left in memory: its outputs are "
    "gone, and each `.grad` is `None`.",
    "That holds for gradients that the caller left there, too. At the end every "
    "`.grad` is `None`.",
)
def test_leaves_nothing_of_a_step_in_memory():
    """Whatever a name still refers to counts towards the peak of the next step."""
    model, outputs, left = network(), [], []

    def note(*_):
        alive = sum(output() is not None for output in outputs)
        left.append((alive, sum(p.grad is not None for p in model.parameters())))

    model.register_forward_pre_hook(note)
    model.register_forward_hook(lambda *args: outputs.append(weakref.ref(args[-1])))
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    step_cost(model, examples(), LOSS, sgd(model), warmup=2, repeats=2)
    note()
    assert left == [(0, 0)] * 5, (
        "outputs and gradients that were left when each of 4 steps began, and after "
        f"them: {left}"
    )


@prompt_says(
    "A negative `warmup` or a `repeats` below 1 raises `ValueError` before anything "
    "runs."
)
@pytest.mark.parametrize("counts", [{"warmup": -1}, {"repeats": 0}, {"repeats": -2}])
def test_refuses_to_measure_no_step(counts):
    """There is no median of nothing; and there is no undoing of a step."""
    device = Device()
    load, batch = Load(device, [(1, 1)] * 20), (torch.ones(3, 2), torch.zeros(3, 2))
    options = {"backend": device, "clock": device.clock, **counts}
    with pytest.raises(ValueError) as caught:
        step_cost(load, batch, nn.MSELoss(), load.optimizer, **options)
    assert caught.type is ValueError, f"raised a {caught.type.__name__}"
    assert load.done == 0, f"ran {load.done} steps first"
