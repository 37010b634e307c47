"""What the pages on mixed precision say about PyTorch."""

import inspect
import math

import pytest
import torch
from torch import nn
from torch._subclasses import FakeTensorMode
from torch.testing import assert_close
from torch.utils.checkpoint import checkpoint

from solutions.amp.train_step import train_step

HALF = torch.bfloat16


class Casts(torch.utils._python_dispatch.TorchDispatchMode):
    """Counts the copies of tensors into another dtype."""

    count = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        self.count += function is torch.ops.aten._to_copy.default
        return function(*args, **(kwargs or {}))


def kept(model, x, dtype=None):
    """The bytes saved for the backward pass, without parameters and x."""
    skip = {t.untyped_storage().data_ptr() for t in (x, *model.parameters())}
    saved = {}

    def pack(tensor):
        saved[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage()
        return tensor

    with (
        torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor),
        torch.autocast("cpu", dtype=dtype, enabled=dtype is not None),
    ):
        model(x)
    return sum(s.nbytes() for address, s in saved.items() if address not in skip)


def perceptron(width, depth):
    layers = [m for _ in range(depth) for m in (nn.Linear(width, width), nn.ReLU())]
    return nn.Sequential(*layers, nn.Linear(width, 10))


@pytest.fixture
def without_cuda(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


def test_torch_amp_is_where_autocast_and_the_scaler_live():
    """`torch.amp.autocast` is `torch.autocast`; the names in `torch.cuda.amp` warn."""
    assert torch.amp.autocast is torch.autocast
    with pytest.warns(FutureWarning, match="deprecated"):
        torch.cuda.amp.GradScaler(enabled=False)


def test_a_scaler_without_a_device_is_one_for_cuda():
    """`GradScaler()` means "cuda", and starts at a scale of 65536."""
    parameters = inspect.signature(torch.amp.GradScaler).parameters
    assert parameters["device"].default == "cuda"
    assert parameters["init_scale"].default == 65536
    assert parameters["growth_interval"].default == 2000


def test_without_cuda_the_default_scaler_is_off(without_cuda):
    """`GradScaler()` warns and switches itself off where there is no GPU."""
    with pytest.warns(UserWarning, match="CUDA is not available"):
        scaler = torch.amp.GradScaler()
    assert not scaler.is_enabled()


def test_without_cuda_autocast_for_cuda_runs_in_float32(without_cuda):
    """`autocast("cuda")` warns, and everything inside stays float32."""
    with (
        pytest.warns(UserWarning, match="CUDA is not available"),
        torch.autocast("cuda"),
    ):
        assert nn.Linear(2, 2)(torch.ones(1, 2)).dtype == torch.float32


def test_the_default_dtype_depends_on_the_device():
    """Autocast means float16 on CUDA, MPS and XPU, and bfloat16 on the CPU."""
    for kind in ("cuda", "mps", "xpu", "mtia"):
        assert torch.get_autocast_dtype(kind) == torch.float16
    assert torch.get_autocast_dtype("cpu") == torch.bfloat16


def test_autocast_chooses_for_each_operation():
    """Not the whole forward pass is in half precision: losses are in float32."""
    with torch.autocast("cpu", dtype=HALF):
        logits = nn.Linear(4, 3)(torch.ones(2, 4))
        loss = nn.functional.cross_entropy(logits, torch.tensor([0, 1]))
        total = logits + torch.ones(2, 3)
    assert (logits.dtype, loss.dtype, total.dtype) == (HALF, *[torch.float32] * 2)


def test_weights_gradients_and_moments_stay_float32():
    """16 bytes a parameter with Adam, with autocast and without."""
    model = nn.Linear(4, 3)
    optimizer = torch.optim.AdamW(model.parameters())
    with torch.autocast("cpu", dtype=HALF):
        loss = model(torch.ones(2, 4)).float().sum()
    loss.backward()
    optimizer.step()
    moments = [optimizer.state[model.weight][k] for k in ("exp_avg", "exp_avg_sq")]
    tensors = [model.weight, model.weight.grad, *moments]
    assert {t.dtype for t in tensors} == {torch.float32}
    assert sum(t.nbytes for t in tensors) == 16 * model.weight.numel()


def test_a_model_and_a_batch_must_be_on_one_device():
    """A loop that does not move its batches fails once the model is elsewhere."""
    model = nn.Linear(2, 2, device="meta")
    with pytest.raises(RuntimeError, match="device"):
        model(torch.ones(1, 2))


def test_scaling_the_loss_scales_the_gradients():
    """The gradients of the scaled loss are the true ones times the scale."""
    w = torch.tensor([2.0], requires_grad=True)
    scaler = torch.amp.GradScaler("cpu", init_scale=8.0)
    scaler.scale(3 * w.sum()).backward()
    assert_close(w.grad, torch.tensor([24.0]))


@pytest.mark.parametrize(("scale", "expected"), [(1.0, 0.0), (2.0**16, 1e-8)])
def test_scaling_rescues_small_gradients_in_float16(scale, expected):
    """1e-8 is zero in float16, and is there when the loss is 65536 times larger."""
    w = torch.tensor([[1e-3]], requires_grad=True)
    with torch.autocast("cpu", dtype=torch.float16):
        y = nn.functional.linear(torch.full((1, 1), 1e-4), w)
    (y.float().sum() * 1e-4 * scale).backward()
    assert w.grad.item() / scale == pytest.approx(expected, rel=1e-2)


def test_bfloat16_keeps_small_gradients_without_scaling():
    """It has the range of float32."""
    w = torch.tensor([[1e-3]], requires_grad=True)
    with torch.autocast("cpu", dtype=HALF):
        y = nn.functional.linear(torch.full((1, 1), 1e-4), w)
    (y.float().sum() * 1e-4).backward()
    assert w.grad.item() == pytest.approx(1e-8, rel=2e-2)


def test_the_formats_trade_range_for_digits():
    """float16: 6e-8 to 65504, as rounded. bfloat16: float32's range, 256 + 1 is 256."""
    float16, bfloat16 = torch.finfo(torch.float16), torch.finfo(HALF)
    assert float16.max == 65504
    assert float16.tiny * float16.eps == pytest.approx(6e-8, rel=0.01)
    assert torch.tensor([1e-8, 2.9e-8]).half().tolist() == [0, 0]
    assert torch.tensor(3e-8).half() > 0
    assert torch.tensor([65519.0, 65520.0]).half().tolist() == [65504, math.inf]
    assert bfloat16.tiny == torch.finfo(torch.float32).tiny
    assert torch.tensor(256.0, dtype=HALF) + 1 == 256


@pytest.mark.parametrize("clip_first", [True, False])
def test_clipping_before_unscaling_shrinks_the_step(clip_first):
    """The gradient is 0.2 long, the limit 1: clipped scaled, 1 / 1024 is left."""
    w = nn.Parameter(torch.zeros(4))
    optimizer = torch.optim.SGD([w], lr=1.0)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    scaler.scale((0.1 * w).sum()).backward()
    if not clip_first:
        scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_([w], 1.0)
    scaler.step(optimizer)
    assert w.norm().item() == pytest.approx(1 / 1024 if clip_first else 0.2, rel=1e-3)


def trained(make, clip_first):
    """The loss that is left after 300 steps of float16's default scale."""
    model, x = nn.Linear(8, 1), torch.randn(64, 8)
    optimizer, scaler = make(model.parameters(), lr=0.1), torch.amp.GradScaler("cpu")
    for _ in range(300):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), 2 * x.sum(1, keepdim=True))
        scaler.scale(loss).backward()
        if not clip_first:
            scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scaler.step(optimizer)
        scaler.update()
    return loss.item()


def test_clipping_before_unscaling_stops_sgd_and_not_adam():
    """Adam's step does not depend on the scale of the gradients."""
    assert trained(torch.optim.SGD, clip_first=False) < 1
    assert trained(torch.optim.SGD, clip_first=True) > 10
    assert trained(torch.optim.Adam, clip_first=True) < 1


def test_adam_cancels_a_factor_until_its_eps_shows():
    """Gradients of 1e-3 make the step that gradients of 1 make; of 1e-8, half of it."""
    steps = []
    for size in (1.0, 1e-3, 1e-8):
        w = nn.Parameter(torch.zeros(1))
        w.grad = torch.full((1,), size)
        torch.optim.Adam([w], lr=0.1).step()
        steps.append(-w.item())
    assert steps == pytest.approx([0.1, 0.1, 0.05], rel=1e-4)


def test_unscaling_divides_what_the_optimizer_holds_alone():
    """The gradients of the rest stay scaled, and make up the norm of the model."""
    body, head = nn.Parameter(torch.ones(1)), nn.Parameter(torch.ones(1))
    optimizer = torch.optim.SGD([head], lr=1.0)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    scaler.scale(body.sum() + head.sum()).backward()
    scaler.unscale_(optimizer)
    assert (body.grad.item(), head.grad.item()) == (1024, 1)


def test_the_reference_trains_a_head_as_if_there_were_no_scale():
    """It clips and clears what the optimizer holds; the rest counts for nothing."""
    steps = []
    for enabled in (True, False):
        model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
        for p in model.parameters():
            nn.init.ones_(p)
        optimizer = torch.optim.SGD(model[1].parameters(), lr=1.0)
        scaler = torch.amp.GradScaler("cpu", enabled=enabled)
        batch = torch.ones(4, 2), torch.zeros(4, 1)
        loss_fn, options = nn.functional.mse_loss, {"dtype": HALF, "max_norm": 0.25}
        train_step(model, batch, loss_fn, optimizer, scaler, **options)
        assert torch.equal(model[0].weight, torch.ones(2, 2))
        moved = torch.cat([(1 - p).flatten() for p in model[1].parameters()])
        steps.append(moved.norm().item())
    assert steps == pytest.approx([0.25, 0.25], rel=1e-3)


def test_the_reference_refuses_infinity_where_no_scaler_looks():
    """The weights stay as they are; a clip alone would make them NaN."""
    w = nn.Linear(1, 1)
    before = w.weight.clone()
    optimizer = torch.optim.SGD(w.parameters(), lr=1.0)
    scaler = torch.amp.GradScaler("cpu", enabled=False)
    batch = torch.ones(1, 1), torch.ones(1, 1)
    with pytest.raises(RuntimeError, match="non-finite"):
        train_step(
            w, batch, lambda x, y: (x * math.inf).sum(), optimizer, scaler, dtype=HALF
        )
    assert torch.equal(w.weight, before)


def test_two_optimizers_share_a_scaler():
    """Each is unscaled and stepped, and one update ends the step of both."""
    weights = [nn.Parameter(torch.zeros(1)) for _ in range(2)]
    optimizers = [torch.optim.SGD([w], lr=1.0) for w in weights]
    scaler = torch.amp.GradScaler("cpu", init_scale=8.0, growth_interval=1)
    scaler.scale(weights[0].sum() + 2 * weights[1].sum()).backward()
    for optimizer in optimizers:
        scaler.unscale_(optimizer)
        scaler.step(optimizer)
    scaler.update()
    assert [w.item() for w in weights] == [-1, -2]
    assert scaler.get_scale() == 16


def test_clipping_an_infinite_gradient_makes_it_nan():
    """The norm is infinite and the factor zero, unless the clip is told to raise."""
    w = nn.Parameter(torch.ones(2))
    w.grad = torch.tensor([1.0, math.inf])
    with pytest.raises(RuntimeError, match="non-finite"):
        nn.utils.clip_grad_norm_([w], 1.0, error_if_nonfinite=True)
    assert w.grad.tolist() == [1.0, math.inf]
    nn.utils.clip_grad_norm_([w], 1.0)
    assert w.grad[0] == 0
    assert w.grad[1].isnan()


def test_the_scaler_skips_infinite_gradients_and_halves_the_scale():
    """Then it grows again after a run of good steps."""
    w = nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([w], lr=1.0)
    scaler = torch.amp.GradScaler("cpu", init_scale=8.0, growth_interval=2)
    history = []
    for factor in (math.inf, 1.0, 1.0):
        optimizer.zero_grad()
        scaler.scale(w.sum() * factor).backward()
        scaler.step(optimizer)
        scaler.update()
        history.append((w.item(), scaler.get_scale()))
    assert history == [(0.0, 4.0), (-1.0, 4.0), (-2.0, 8.0)]


def test_a_step_without_an_update_is_refused_the_next_time():
    """The scaler keeps the state of a step until `update` ends it."""
    w = nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([w], lr=1.0)
    scaler = torch.amp.GradScaler("cpu")
    scaler.scale(w.sum()).backward()
    scaler.unscale_(optimizer)
    with pytest.raises(RuntimeError, match="already been called"):
        scaler.unscale_(optimizer)
    scaler.step(optimizer)
    with pytest.raises(RuntimeError, match="already been called"):
        scaler.step(optimizer)


def test_a_disabled_scaler_only_steps():
    """It hands the loss back as it is, and steps the optimizer on anything."""
    w = nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([w], lr=1.0)
    scaler = torch.amp.GradScaler("cpu", enabled=False)
    loss = 3 * w.sum()
    assert scaler.scale(loss) is loss
    loss.backward()
    scaler.unscale_(optimizer)
    scaler.step(optimizer)
    scaler.update()
    assert (w.item(), scaler.get_scale()) == (-3.0, 1.0)


def test_a_skipped_first_step_makes_the_scheduler_warn():
    """The optimizer was not called, so the scheduler seems to come first."""
    w = nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([w], lr=1.0)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1)
    scaler = torch.amp.GradScaler("cpu")
    scaler.scale(w.sum() * math.inf).backward()
    scaler.step(optimizer)
    scaler.update()
    with pytest.warns(UserWarning, match="lr_scheduler.step"):
        scheduler.step()


def test_scaled_gradients_of_several_batches_add_up():
    """Divide each loss by their number, and unscale the sum once."""
    w = nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([w], lr=1.0)
    scaler = torch.amp.GradScaler("cpu")
    for factor in (2.0, 4.0):
        scaler.scale(w.sum() * factor / 2).backward()
    scaler.unscale_(optimizer)
    assert_close(w.grad, torch.tensor([3.0]))


@pytest.mark.parametrize(("inside", "expected"), [(True, HALF), (False, torch.float32)])
def test_autocast_reaches_into_a_backward_pass_inside_it(inside, expected):
    """What backward code computes anew is cast too, unless autocast has ended."""
    w, dtypes = torch.ones(2, 2, requires_grad=True), []
    y = w * 2
    y.register_hook(lambda gradient: dtypes.append((gradient @ gradient).dtype))
    with torch.autocast("cpu", dtype=HALF, enabled=inside):
        y.sum().backward()
    assert dtypes == [expected]


def test_few_rows_through_wide_layers_keep_more_under_autocast():
    """The casts of the weights are saved as well: more than twice the bytes here."""
    model, x = perceptron(64, 3), torch.randn(16, 64)
    assert kept(model, x, HALF) > 2 * kept(model, x)


def test_many_rows_keep_about_half_under_autocast():
    """Where activations dominate, half the bytes is what remains of them."""
    model, x = perceptron(16, 8), torch.randn(2048, 16)
    assert 0.5 < kept(model, x, HALF) / kept(model, x) < 0.65


def test_a_linear_layer_keeps_the_cast_of_its_input():
    """16 rows of 64 numbers in two bytes; x itself, in float32, is there anyway."""
    model, x = nn.Linear(64, 32), torch.randn(16, 64)
    assert (kept(model, x), kept(model, x, HALF)) == (0, 2048)


def test_autocast_adds_work_of_its_own():
    """It casts the input and each weight: a small model pays, and gains little."""
    model, x = perceptron(4, 1), torch.randn(2, 4)
    with Casts() as plain:
        model(x)
    with Casts() as mixed, torch.autocast("cpu", dtype=HALF):
        model(x)
    assert plain.count == 0
    assert mixed.count >= 3


def test_checkpointing_keeps_less():
    """A checkpointed block keeps its input alone, which may be x itself."""
    model, x = perceptron(8, 3), torch.randn(4, 8)

    class Checkpointed(nn.Module):
        def __init__(self):
            super().__init__()
            self.block = model

        def forward(self, x):
            return checkpoint(self.block, x, use_reentrant=False)

    assert kept(Checkpointed(), x) < kept(model, x)


def chosen(device, dtype):
    """The dtypes that autocast gives to a product and to what is done with it."""
    weight, x = torch.ones(3, 4, device=device), torch.ones(2, 4, device=device)
    targets = torch.zeros(2, dtype=torch.int64, device=device)
    product = nn.functional.linear(x, weight)
    results = {
        "linear": product,
        "softmax": product.softmax(-1),
        "layer_norm": nn.functional.layer_norm(product, (3,)),
        "sum": product.sum(),
        "cross_entropy": nn.functional.cross_entropy(product, targets),
        "add": product + torch.ones(3, device=device),
    }
    return {name for name, result in results.items() if result.dtype == dtype}


def test_on_the_cpu_losses_are_raised_to_float32_and_a_softmax_is_not():
    """A softmax, a norm or a sum of bfloat16 is bfloat16."""
    with torch.autocast("cpu", dtype=HALF):
        assert chosen("cpu", torch.float32) == {"cross_entropy", "add"}
        assert chosen("cpu", HALF) == {"linear", "softmax", "layer_norm", "sum"}


def test_on_the_cpu_some_other_operations_are_raised_as_well():
    """`prod`, `quantile` and `cdist` to float32, an FFT to complex64."""
    x = torch.rand(4, 4, dtype=HALF)
    with torch.autocast("cpu", dtype=HALF):
        for result in (x.prod(), x.quantile(0.5), torch.cdist(x, x)):
            assert result.dtype == torch.float32
        assert torch.fft.fft(x).dtype == torch.complex64


def test_autocast_on_cuda_refuses_the_loss_of_probabilities():
    """On the CPU it runs in float32, as the loss of logits does everywhere."""
    loss = nn.functional.binary_cross_entropy
    with torch.autocast("cpu", dtype=HALF):
        assert loss(torch.ones(2).to(HALF), torch.ones(2)).dtype == torch.float32
    before = torch.is_autocast_enabled("cuda")
    torch.set_autocast_enabled("cuda", True)
    try:
        with FakeTensorMode():
            x = torch.rand(2, device="cuda")
            with pytest.raises(RuntimeError, match="unsafe to autocast"):
                loss(x, x)
            logits = nn.functional.binary_cross_entropy_with_logits(x.half(), x.half())
            assert logits.dtype == torch.float32
    finally:
        torch.set_autocast_enabled("cuda", before)


def test_autocast_takes_no_format_of_eight_bits():
    """On the CPU it warns and is off; their ranges are narrow."""
    with (
        pytest.warns(UserWarning, match="not supported. Disabling autocast"),
        torch.autocast("cpu", dtype=torch.float8_e4m3fn),
    ):
        assert nn.Linear(2, 2)(torch.ones(1, 2)).dtype == torch.float32
    assert torch.finfo(torch.float8_e4m3fn).max == 448
    assert torch.finfo(torch.float8_e5m2).max == 57344


def test_the_list_of_the_cpu_has_products_convolutions_and_attention():
    with torch.autocast("cpu", dtype=HALF):
        x = torch.rand(1, 2, 4, 4)
        results = [
            x @ x,
            nn.functional.conv2d(x, torch.rand(3, 2, 1, 1)),
            nn.functional.scaled_dot_product_attention(x, x, x),
        ]
    assert {result.dtype for result in results} == {HALF}


def test_on_cuda_softmax_norms_and_sums_are_raised_as_well():
    """Seen without a GPU, on tensors that have a device and no data."""
    before = torch.is_autocast_enabled("cuda")
    torch.set_autocast_enabled("cuda", True)
    try:
        with FakeTensorMode(), torch.no_grad():
            assert chosen("cuda", torch.get_autocast_dtype("cuda")) == {"linear"}
            assert len(chosen("cuda", torch.float32)) == 5
    finally:
        torch.set_autocast_enabled("cuda", before)


def test_bfloat16_counts_in_twos_from_256():
    """257 lies halfway and goes to the even neighbour, and so does 259."""
    counted = torch.tensor([256.0, 257.0, 258.0, 259.0, 260.0]).to(HALF)
    assert counted.tolist() == [256.0, 256.0, 258.0, 260.0, 260.0]


def test_a_weight_in_bfloat16_stays_through_a_thousand_small_steps():
    """Each is rounded away; in float32 they add up to 1."""
    weights = {dtype: torch.tensor(1.0, dtype=dtype) for dtype in (HALF, torch.float32)}
    for weight in weights.values():
        for _ in range(1000):
            weight -= 0.001
    assert weights[HALF] == 1
    assert weights[torch.float32].item() == pytest.approx(0, abs=1e-4)


def test_the_gradient_of_a_cast_is_the_cast_back():
    """A float32 leaf gets a float32 gradient, whatever the product ran in."""
    w = torch.ones(2, requires_grad=True)
    low = w.to(HALF)
    low.retain_grad()
    (low * 2).sum().backward()
    assert (low.grad.dtype, w.grad.dtype) == (HALF, torch.float32)


def test_a_scaler_saves_its_scale_and_its_count_of_good_steps():
    """Its state has the scale, the factors, the interval and the count."""
    assert set(torch.amp.GradScaler("cpu").state_dict()) == {
        "scale",
        "growth_factor",
        "backoff_factor",
        "growth_interval",
        "_growth_tracker",
    }


def test_a_clip_by_value_makes_one_of_infinity():
    """Infinity is clipped like any number, and NaN stays."""
    w = torch.zeros(2, requires_grad=True)
    w.grad = torch.tensor([math.inf, math.nan])
    nn.utils.clip_grad_value_([w], 1.0)
    assert w.grad[0] == 1.0
    assert w.grad[1].isnan()


def test_a_scaler_skips_though_infinity_was_clipped_away():
    """What it has seen when it divided is what counts."""
    w = torch.zeros(1, requires_grad=True)
    optimizer, scaler = torch.optim.SGD([w], lr=1.0), torch.amp.GradScaler("cpu")
    scaler.scale(w.sum() * math.inf).backward()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_value_([w], 1.0)
    scaler.step(optimizer)
    assert w.item() == 0.0


def test_a_fused_optimizer_takes_the_scale_and_the_flag():
    """It divides and skips by itself, so nobody reads the flag in Python."""
    w = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.Adam([w], fused=True)
    assert optimizer._step_supports_amp_scaling
    scaler = torch.amp.GradScaler("cpu")
    scaler.scale(w.sum() * math.inf).backward()
    scaler.step(optimizer)
    assert w.item() == 0.0


def test_powers_of_two_cost_no_digits():
    """Only the exponent changes, so dividing gives back the same number."""
    x = torch.rand(1000)
    assert torch.equal(x * 65536 / 65536, x)
    assert not torch.equal(x * 60000 / 60000, x)


def test_autocast_raises_a_loss_by_its_name_and_not_its_parts():
    """`mse_loss` gives float32 on the CPU; the same written out stays in float16."""
    outputs = torch.full((2,), 300.0, dtype=torch.float16)
    with torch.autocast("cpu", dtype=torch.float16):
        named = nn.functional.mse_loss(outputs, torch.zeros(2, dtype=torch.float16))
        parts = (outputs - torch.zeros(2, dtype=torch.float16)).square().mean()
    assert (named.dtype, named.item()) == (torch.float32, 90000.0)
    assert (parts.dtype, parts.item()) == (torch.float16, math.inf)


def test_a_division_without_an_update_is_refused_the_next_time():
    """The scaler remembers that it has divided until `update` is called."""
    w = torch.zeros(1, requires_grad=True)
    optimizer, scaler = torch.optim.SGD([w], lr=1.0), torch.amp.GradScaler("cpu")
    scaler.scale(w.sum()).backward()
    scaler.unscale_(optimizer)
    scaler.step(optimizer)
    with pytest.raises(RuntimeError, match="after step"):
        scaler.unscale_(optimizer)


@pytest.mark.parametrize("backend", [torch.cuda, torch.accelerator, torch.xpu])
def test_these_modules_measure_steps(backend):
    """Each can wait for its device and knows its peak; `torch.cpu` does not."""
    names = "synchronize", "reset_peak_memory_stats", "max_memory_allocated"
    assert all(callable(getattr(backend, name)) for name in names)
    assert not hasattr(torch.cpu, "max_memory_allocated")


def test_adam_makes_its_moments_in_the_first_step():
    """Its memory is not there until then, so the first step is no typical one."""
    model = nn.Linear(2, 2)
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.ones(1, 2)).sum().backward()
    assert not optimizer.state
    optimizer.step()
    assert optimizer.state[model.weight].keys() == {"step", "exp_avg", "exp_avg_sq"}


def test_a_new_scaler_skips_steps_until_its_scale_fits():
    """A skipped step does not reach the optimizer: it costs less than the others."""
    model, scales, stepped = nn.Linear(1, 1), [], []
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    optimizer.register_step_pre_hook(lambda *_: stepped.append(len(scales)))
    scaler = torch.amp.GradScaler("cpu")
    for _ in range(5):
        scales.append(scaler.get_scale())
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.float16):
            loss = model(torch.full((1, 1), 8.0)).sum()
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
    assert scales == [65536.0, 32768.0, 16384.0, 8192.0, 4096.0]
    assert stepped == [5]


def test_float32_products_are_not_tf32_unless_asked_for():
    """But convolutions of cuDNN may be."""
    assert torch.get_float32_matmul_precision() == "highest"
    assert torch.backends.cudnn.allow_tf32
