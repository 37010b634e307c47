"""Answers that do harm: none passes, none hangs the judge or ends it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from backprep.bank.questions import read_question
from backprep.judge import client

HOSTILE = sorted((Path(__file__).parent / "hostile").glob("*.py"))
GRADIENT = read_question("autograd/gradient")
TIMEOUT = 1.5


@pytest.fixture
def judged(tmp_path):
    def judge_file(path: Path, *, timeout: float = TIMEOUT, **options):
        target = GRADIENT.answer_path(tmp_path)
        target.parent.mkdir(exist_ok=True)
        shutil.copy(path, target)
        return client.judge(GRADIENT, tmp_path, timeout=timeout, **options)

    return judge_file


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.stem)
def test_no_hostile_answer_passes_and_the_next_verdict_is_right(path, judged):
    verdict = judged(path)
    assert verdict.verdict in ("failed", "error", "timeout", "crashed"), verdict
    assert len(verdict.output) <= 2_000
    assert verdict.checks[0].message or verdict.summary
    right = judged(GRADIENT.solution_path, timeout=client.TIMEOUT)
    assert right.verdict == "passed"


EXPECTED = {
    "loops_at_import": ("timeout", "gradient.py:1"),
    "loops_in_a_call": ("timeout", 'in "gives four six eight for the polynomial"'),
    "exits_at_import": ("error", "importing the answer raised SystemExit(0)"),
    "exits_hard_at_import": ("crashed", "ended by itself (exit code 0)"),
    "exits_hard_in_a_call": ("crashed", "ended by itself (exit code 0)"),
    "crashes": ("crashed", "signal 11"),
    "kills_its_parent": ("crashed", ""),
    "takes_all_memory": ("failed", "more memory than it may use (4 GiB)"),
    "takes_all_memory_as_tensors": ("failed", "more memory than it may use (4 GiB)"),
    "takes_the_last_byte": ("failed", "more memory than it may use (4 GiB)"),
    "raises_keyboard_interrupt": ("failed", "the answer raised KeyboardInterrupt"),
    "interrupts_at_import": ("error", "KeyboardInterrupt"),
    "skips_its_checks": ("failed", "the answer raised Skipped"),
    "patches_assert_close": (
        "error",
        "torch.testing.assert_close: no verdict counts after that",
    ),
    "has_a_syntax_error": ("error", "gradient.py:1: expected ':'"),
    "is_not_utf8": ("error", "is not UTF-8"),
    "is_empty": ("error", "gradient.py is empty; it must define `gradient`."),
    "holds_null_bytes": ("error", "null bytes"),
    "recurses_without_end": ("failed", "RecursionError"),
    "loops_in_c_at_import": ("timeout", "while importing the answer"),
    "loops_over_tensors": ("timeout", "gradient.py:6"),
    "loops_in_nested_calls": ("timeout", "gradient.py:12"),
    "stops_its_parent": ("timeout", "stopped after"),
    "forges_its_results_through_gc": (
        "error",
        "reached into the process that judges it",
    ),
    "forges_its_results_with_the_seal": (
        "error",
        "reached into the process that judges it",
    ),
    "forges_its_results_through_its_frames": (
        "error",
        "reached into the process that judges it",
    ),
    "forges_its_results_from_a_thread": (
        "error",
        "reached into the process that judges it",
    ),
    "forges_its_results_by_the_hooks": ("error", "pytest_runtest_makereport"),
    "patches_what_the_session_sends": (
        "error",
        "reached into the process that judges it",
    ),
    "patches_the_comparing_class": ("error", "TensorLikePair.compare"),
    "reads_the_seals_from_its_pipe": ("crashed", ""),
    "replaces_its_checks": ("error", "test_gives_four_six_eight"),
    "raises_what_cannot_be_shown": ("failed", "Broken"),
    "returns_what_cannot_be_shown": ("failed", "a Broken whose repr cannot be made"),
    "raises_half_a_character": ("failed", r"half \ud800 and \x1b]0;a title\x07"),
    "switches_gradients_off": ("error", "leaves the gradient mode at False"),
    "sets_the_default_dtype": ("error", "leaves the default dtype at torch.float64"),
    "sets_the_default_device": ("error", "leaves the default device at meta"),
    "leaves_autocast_on": ("error", "leaves autocast on the CPU at True"),
    "leaves_inference_mode_on": ("error", "inference mode at True"),
    "leaves_anomaly_detection_on": ("error", "leaves anomaly detection at True"),
    "asks_for_deterministic_algorithms": (
        "error",
        "leaves deterministic algorithms at True",
    ),
    "skips_the_module": ("error", "importing the answer raised Skipped: not today"),
    "skips_at_import_as_unittest_does": (
        "error",
        "importing the answer raised unittest.case.SkipTest: not today",
    ),
    "raises_an_exception_of_its_own_at_import": (
        "error",
        "importing the answer raised Own: unusual",
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_verdict_says_what_happened(name, judged):
    verdict, words = EXPECTED[name]
    path = next(path for path in HOSTILE if path.stem == name)
    found = judged(path, timeout=TIMEOUT if verdict == "timeout" else 30)
    message = "\n".join([found.summary, *(check.message for check in found.checks)])
    assert found.verdict == verdict, message
    assert words in message


@pytest.mark.parametrize(
    "name", ["leaves_processes_behind", "leaves_an_orphan_behind", "stops_itself"]
)
def test_nothing_is_left_running(name, judged):
    judged(next(path for path in HOSTILE if path.stem == name))
    assert "left-behind" not in running()


def running():
    """The command lines of all processes."""
    return subprocess.run(
        ["ps", "-eo", "args"], capture_output=True, text=True, check=True
    ).stdout


# those that work differently on what differs between the two ways
BY_MECHANISM = [
    "closes_every_file",
    "exits_hard_in_a_call",
    "floods_its_output",
    "forges_its_results_from_a_thread",
    "forges_its_results_through_gc",
    "forges_its_results_with_the_seal",
    "loops_in_a_call",
    "loops_over_tensors",
    "patches_the_judge",
    "stops_itself",
    "takes_all_memory",
]


@pytest.mark.parametrize("name", BY_MECHANISM)
def test_a_fresh_process_says_the_same(name, judged, monkeypatch):
    path = next(path for path in HOSTILE if path.stem == name)
    limit = TIMEOUT if name.startswith("loops") else 30
    said = []
    for way in ("fork", "fresh"):
        monkeypatch.setenv("BACKPREP_JUDGE", way)
        verdict = judged(path, timeout=limit)
        checks = [(c.name, c.outcome, c.message, c.line) for c in verdict.checks]
        said.append((verdict.verdict, verdict.summary, checks, verdict.output))
    assert said[0] == said[1]


def test_a_fresh_process_rejects_records_read_from_its_pipe(judged, fresh_way):
    """What it breaks first is a race, so that the words may differ."""
    name = "reads_the_seals_from_its_pipe"
    found = judged(next(path for path in HOSTILE if path.stem == name), timeout=30)
    assert found.verdict == EXPECTED[name][0], found.summary


@pytest.mark.parametrize("name", ["leaves_processes_behind", "leaves_an_orphan_behind"])
def test_a_fresh_process_leaves_nothing_running(name, judged, fresh_way):
    judged(next(path for path in HOSTILE if path.stem == name))
    assert "left-behind" not in running()
