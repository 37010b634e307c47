"""What was measured becomes a small file, a report and a page."""

import json
from pathlib import Path

import pytest

from backprep.bench import claims
from backprep.bench.record import Pair, Record, Result, of_pytest_benchmark, read_all
from backprep.site import amp
from tests.helpers.imported import imported_after

DATA = Path(__file__).parents[3] / "docs/data/amp"
COMMITTED = read_all(DATA)
MACHINE = {
    "device": "cpu",
    "name": "Example CPU, 2 cores",
    "driver": None,
    "torch": "2.13.0",
    "cpu_capability": "AVX2",
    "threads": 2,
    "date": "2026-11-25",
}
MARKS = f"before {amp.SPEEDS} between {amp.MACHINES} after"


def result(mode="fp32", *, seconds=1.0, iqr=0.1, kept=100, held=0, peak=None, loss=0.5):
    return Result(
        model="MLP",
        batch_size=4096,
        mode=mode,
        seconds={"min": 0.9, "max": 9.0, "median": seconds, "iqr": iqr, "rounds": 10},
        bytes_kept_by_autograd={"float32": kept},
        bytes_of_parameters_gradients_and_optimizer=held,
        cuda_max_memory_allocated=peak,
        gradient_relative_l2=0.01,
        gradient_cosine=0.999,
        loss_after_30_steps=loss,
        fp32_loss_after_30_steps=0.5,
        fp32_spread_over_seeds=0.1,
    )


def pair(fp32=None, **mixed):
    return Pair(result("bf16", **mixed), result(**fp32 or {}))


def record(device="cpu", **mixed):
    machine = MACHINE | {"device": device, "name": f"Example {device.upper()}"}
    return Record(machine, (result(), result("bf16", **mixed)))


def benchmark(mode, median, machine=MACHINE):
    """As pytest-benchmark reports it."""
    one = vars(result(mode)) | {"machine": machine}
    one.pop("seconds")
    stats = {"min": 1, "max": 3, "median": median, "iqr": 1, "rounds": 2, "mean": 2}
    return {"name": mode, "extra_info": one, "stats": stats | {"data": [1, 3] * 99}}


@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [
        (0.4, "faster than that"),
        (0.5, "holds"),
        (0.66, "holds"),
        (0.7, "slower than that"),
        (1.2, "slower than fp32"),
    ],
)
def test_faster_by_50_to_100_percent_is_1_5_to_2_times_as_fast(seconds, verdict):
    assert claims.speed_verdict(pair(seconds=seconds)) == verdict


@pytest.mark.parametrize("mode", ["fp32", "bf16"])
def test_a_busy_machine_has_no_verdict_on_speed(mode):
    """The middle half of the times may span a quarter of their median."""
    unsteady = {"fp32": Pair(result("bf16"), result(iqr=0.26)), "bf16": pair(iqr=0.26)}
    assert claims.speed_verdict(unsteady[mode]) == "too unsteady to say"
    assert claims.speed_verdict(pair(iqr=0.25)) != "too unsteady to say"


def test_the_fastest_case_is_one_of_those_that_were_timed_well():
    assert amp.speeds([record(seconds=0.2, iqr=0.15)]) == ""


@pytest.mark.parametrize(
    ("kept", "held", "verdict"),
    [
        (50, 0, "holds"),
        (50, 1000, "less is saved"),
        (70, 0, "less is saved"),
        (200, 1000, "nothing is saved"),
    ],
)
def test_half_the_memory_counts_what_never_shrinks(kept, held, verdict):
    both = pair({"held": held}, kept=kept, held=held)
    assert claims.memory_verdict(both) == verdict


def test_half_the_memory_is_judged_by_the_peak_where_there_is_one():
    both = pair({"held": 1000, "peak": 3000}, kept=100, held=1000, peak=1500)
    assert both.whole_ratio == 0.5
    assert claims.memory_verdict(both) == "holds"


@pytest.mark.parametrize(("loss", "within"), [(0.45, True), (0.55, True), (0.7, False)])
def test_a_loss_may_move_as_far_as_another_seed_moves_it(loss, within):
    assert pair(loss=loss).loss_within_spread == within


def test_the_report_says_of_each_claim_what_the_machine_supports():
    report = claims.report(record(seconds=0.6, kept=75))
    assert "MLP, batch 4,096, bf16" in report
    assert "half the memory: less is saved (0.75 of fp32's" in report
    assert "50 to 100 % faster: holds (1.67 times as fast)" in report


def test_a_benchmark_is_kept_without_its_rounds_and_its_host(tmp_path):
    gpu = MACHINE | {"device": "cuda", "name": "NVIDIA Example 80GB"}
    report = {
        "machine_info": {"node": "a-host"},
        "benchmarks": [
            benchmark("fp32", 2),
            benchmark("bf16", 1),
            benchmark("fp32", 2, gpu),
        ],
    }
    first, second = of_pytest_benchmark(report)
    paths = [kept.write(tmp_path) for kept in (first, second)]
    names = ["example-cpu-2-cores.json", "nvidia-example-80gb.json"]
    assert [path.name for path in paths] == names
    text = paths[0].read_text()
    assert "a-host" not in text
    assert "data" not in json.loads(text)["results"][0]["seconds"]
    assert read_all(tmp_path) == [first, second]
    assert [p.speed_up for p in first.pairs] == [2]


def test_the_page_follows_the_numbers():
    filled = amp.fill(MARKS, [record(seconds=0.25, iqr=0.05, kept=75)])
    assert "before On Example CPU, steps ran 4.0 times as fast" in filled
    assert "## Example CPU" in filled
    assert "| MLP, batch 4,096, bf16 | less is saved: 0.75 |" in filled
    assert "amp-example-cpu-dark.svg#only-dark" in filled
    assert filled.endswith("after")


@pytest.mark.parametrize(("iqr", "grey"), [(0.2, False), (0.3, True)])
def test_the_caption_says_what_a_grey_bar_is_where_there_is_one(iqr, grey):
    assert ("Grey: " in amp.section(record(iqr=iqr))) == grey


@pytest.mark.parametrize(("device", "asked"), [("cpu", True), ("cuda", False)])
def test_the_page_asks_for_a_gpu_until_there_is_one(device, asked):
    filled = amp.fill(MARKS, [record(device)])
    assert ("`make bench-amp`" in filled) == asked


def test_a_page_without_its_marks_is_refused():
    with pytest.raises(ValueError, match="measured: speeds"):
        amp.fill("nothing", COMMITTED)


def test_the_page_is_made_without_torch():
    assert "torch" not in imported_after("import backprep.site.amp")


def test_there_is_a_record_of_some_machine():
    assert COMMITTED


@pytest.mark.parametrize("kept", COMMITTED, ids=lambda kept: kept.name)
def test_a_committed_record_names_the_device_and_no_host(kept):
    path = DATA / f"{kept.name}.json"
    assert set(kept.machine) == set(MACHINE)
    assert path.stat().st_size < 50_000
    assert "/" not in path.read_text()
    assert kept.pairs
