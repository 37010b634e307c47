"""The measured training step, on every device and precision the same."""

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from backprep.bench import accuracy, loss_scale, measure, memory, modes, training
from backprep.bench.cases import CASES
from backprep.bench.modes import BF16, FP16, FP32, Mode
from backprep.bench.training import Training

CPU = torch.device("cpu")
TINY = CASES[0]
ALL = pytest.mark.parametrize("mode", [FP32, FP16, BF16], ids=lambda mode: mode.name)


class Overflowing(torch.amp.GradScaler):
    """Finds an infinite gradient in its first step."""

    steps = 0

    def unscale_(self, optimizer):
        if self.steps == 0:
            optimizer.param_groups[0]["params"][0].grad[0] = torch.inf
        self.steps += 1
        super().unscale_(optimizer)


def weights(trained):
    return [p.detach().clone() for p in trained.model.parameters()]


def true_gradients(mode):
    trained = Training(TINY, mode, CPU)
    trained.gradients()
    return torch.cat([p.grad.flatten() for p in trained.model.parameters()])


def noted(calls, name, function):
    def call(*arguments, **options):
        calls.append(name)
        return function(*arguments, **options)

    return call


@ALL
def test_a_step_keeps_to_the_order(mode, monkeypatch):
    """Scale, backward, unscale, clip, step, update, whether or not anything scales."""
    calls = []
    trained = Training(TINY, mode, CPU)
    trained.step()
    for name in ("scale", "unscale_", "step", "update"):
        function = getattr(trained.scaler, name)
        monkeypatch.setattr(trained.scaler, name, noted(calls, name, function))
    backward, clip = torch.Tensor.backward, nn.utils.clip_grad_norm_
    monkeypatch.setattr(torch.Tensor, "backward", noted(calls, "backward", backward))
    monkeypatch.setattr(nn.utils, "clip_grad_norm_", noted(calls, "clip", clip))
    trained.step()
    assert calls == ["scale", "backward", "unscale_", "clip", "step", "update"]


@pytest.mark.parametrize(("mode", "enabled"), [(FP32, 0), (FP16, 1), (BF16, 0)])
def test_only_float16_is_scaled(mode, enabled):
    assert mode.scaler(CPU).is_enabled() == enabled


def test_fp32_is_the_plain_loop():
    """With autocast and the scaler switched off nothing of them is left."""
    trained = Training(TINY, FP32, CPU)
    model, (inputs, targets) = TINY.make(CPU)
    optimizer = torch.optim.AdamW(model.parameters(), training.LEARNING_RATE)
    for _ in range(3):
        trained.step()
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(inputs), targets).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    assert_close(weights(trained), [p.detach() for p in model.parameters()])


@pytest.mark.parametrize("mode", [FP16, BF16], ids=lambda mode: mode.name)
def test_the_gradients_that_are_clipped_are_the_true_ones(mode):
    exact = true_gradients(FP32)
    assert (true_gradients(mode) - exact).norm() < 0.1 * exact.norm()


def test_an_overflow_costs_the_step_and_halves_the_scale():
    scaler = Overflowing("cpu", init_scale=1024.0)
    trained = Training(TINY, FP16, CPU, scaler=scaler)
    before = weights(trained)
    trained.step()
    assert_close(weights(trained), before, rtol=0, atol=0)
    assert scaler.get_scale() == 512
    trained.step()
    assert not torch.equal(weights(trained)[0], before[0])


def test_a_scale_that_is_too_large_does_not_spoil_the_comparison(monkeypatch):
    """The gradient is taken at the first scale that does not overflow."""
    monkeypatch.setattr(
        Mode, "scaler", lambda self, device: torch.amp.GradScaler("cpu", 2.0**30)
    )
    error = accuracy.gradient_error(TINY, FP16, CPU)
    assert error["gradient_relative_l2"] < 0.1
    assert error["gradient_cosine"] > 0.99


@pytest.mark.parametrize("case", CASES[::2], ids=lambda case: case.name)
def test_bfloat16_gradients_point_where_the_exact_ones_do(case):
    if reason := measure.unsupported(case, BF16, CPU):
        pytest.skip(reason)
    error = accuracy.gradient_error(case, BF16, CPU)
    assert 0 < error["gradient_relative_l2"] < 0.15
    assert error["gradient_cosine"] > 0.98


def test_a_model_that_does_not_run_in_a_precision_is_left_out_with_the_reason(
    monkeypatch,
):
    class Refuses(nn.Linear):
        def forward(self, x):
            if torch.is_autocast_enabled("cpu"):
                raise RuntimeError("no such primitive. Set ONEDNN_VERBOSE.")
            return super().forward(x)

    case = replace(TINY, build=lambda: Refuses(64, 3))
    monkeypatch.setattr(measure, "CASES", [case])
    assert measure.unsupported(case, FP32, CPU) == ""
    assert measure.unsupported(case, BF16, CPU).endswith(": no such primitive")
    assert measure.plan(CPU) == [(case, FP32)]


def test_the_loss_after_thirty_steps_is_compared_with_other_seeds():
    shift = accuracy.loss_shift(TINY, BF16, CPU)
    assert shift["loss_after_30_steps"] != shift["fp32_loss_after_30_steps"]
    losses = [accuracy.loss_after_training(TINY, FP32, CPU, s) for s in (0, 1, 2)]
    assert shift["fp32_loss_after_30_steps"] == pytest.approx(losses[0])
    spread = max(losses) - min(losses)
    assert shift["fp32_spread_over_seeds"] == pytest.approx(spread)


@pytest.fixture
def calls(monkeypatch):
    """What is asked of a CUDA device that is not there, in order."""
    calls = []
    for module, name in (
        (torch.accelerator, "synchronize"),
        (torch.cuda, "reset_peak_memory_stats"),
        (torch.cuda, "max_memory_allocated"),
    ):
        fake = noted(calls, name, lambda device: 4096)
        monkeypatch.setattr(module, name, fake)
    return calls


def on_cuda(calls):
    inputs = SimpleNamespace(device=torch.device("cuda"))
    return SimpleNamespace(
        batch=(inputs,), step=noted(calls, "a training step", lambda: None)
    )


def test_the_peak_on_cuda_is_that_of_one_step_alone(calls):
    assert memory.cuda_max_memory_allocated(on_cuda(calls)) == 4096
    assert calls == [
        "synchronize",
        "reset_peak_memory_stats",
        "a training step",
        "synchronize",
        "max_memory_allocated",
    ]


def test_a_timed_step_ends_when_the_device_has_done_it(calls):
    measure.whole_step(on_cuda(calls))()
    assert calls == ["a training step", "synchronize"]


def test_the_cpu_has_no_peak_and_nothing_to_wait_for(calls):
    trained = Training(TINY, FP32, CPU)
    measure.whole_step(trained)()
    assert memory.cuda_max_memory_allocated(trained) is None
    assert calls == []


def test_what_is_missing_says_why():
    assert modes.missing_device("cpu") == ""
    if not torch.cuda.is_available():
        assert "sees no cuda" in modes.missing_device("cuda")
    assert "float16" in modes.unused_mode(FP16, "cpu")
    assert modes.unused_mode(FP16, "cuda") == modes.unused_mode(BF16, "mps") == ""


def test_a_loss_scale_halves_at_each_overflow_and_doubles_after_eight_good_steps():
    """As the picture of it shows."""
    moments = loss_scale.history()
    assert [m.skipped for m in moments[:21]] == [True] * 4 + [False] * 16 + [True]
    good = 0
    for now, after in pairwise(moments):
        good = 0 if now.skipped else good + 1
        factor = 0.5 if now.skipped else 2 if good == 8 else 1
        good %= 8
        assert after.scale == factor * now.scale


def test_dropout_is_off_in_what_is_trained():
    model, _ = CASES[-1].make(CPU)
    rates = [m.p for m in model.modules() if isinstance(m, nn.Dropout)]
    assert rates == [0.0]


def test_a_seed_gives_the_same_training():
    first, second = (training.Training(TINY, FP32, CPU, seed=3) for _ in range(2))
    assert first.step() == second.step()
