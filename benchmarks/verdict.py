"""How long a verdict takes, six ways, side by side: `make bench`.

Prints medians of runs that alternate, and their ratios: the machine's speed
drifts, so only what was measured in the same run is compared.
"""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

from backprep.bank.questions import read_question
from backprep.judge import address, client, warm_worker
from backprep.judge.protocol import Notify, Order, Reply, silent
from backprep.judge.stop import Stop
from backprep.notebook.candidate import Candidate


def timed(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def command(*arguments: str, cwd: Path | None = None) -> Callable[[], object]:
    return lambda: subprocess.run(arguments, cwd=cwd, check=True, capture_output=True)


def rss(pid: int | str = "self") -> float:
    """Megabytes that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def worker_pid() -> int:
    found = subprocess.run(
        ["pgrep", "-o", "-f", str(address.socket_path())],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(found.stdout.split()[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--question", default="autograd/gradient")
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    question = read_question(options.question)
    python = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder) / "answers"
        # a pass counts: not in the journal of whoever measures
        os.environ["BACKPREP_HOME"] = str(Path(folder) / "home")
        path = question.answer_path(answers)
        path.parent.mkdir(parents=True)
        shutil.copy(question.solution_path, path)
        own: list[float] = []

        def warm() -> None:
            verdict = client.judge(question, answers)
            assert verdict.verdict == "passed", verdict
            own.append(sum(seconds.values()))

        candidate = Candidate(answers)
        text = path.read_text()

        def cell() -> None:
            candidate.check(question.id, text, client.TIMEOUT, silent).html()

        seconds: dict[str, float] = {}

        ask_worker = warm_worker.ask_worker

        def ask_and_note(
            order: Order, limit: float, notify: Notify, stop: Stop
        ) -> Iterator[Reply]:
            seconds.clear()
            for record in ask_worker(order, limit, notify, stop):
                if record["event"] == "check":
                    key = record["check"]
                    seconds[key] = seconds.get(key, 0.0) + record["seconds"]
                yield record

        patch.object(warm_worker, "ask_worker", ask_and_note).start()
        backprep = (python, "-m", "backprep", "check", question.id)
        at = ("--answers", str(answers))
        ways: dict[str, Callable[[], object]] = {
            "warm, from a save": warm,
            "warm, a notebook's cell": cell,
            "one-shot, warm worker": command(*backprep, *at),
            "one-shot, fresh process": command(*backprep, *at, "--no-daemon"),
            "fresh pytest": command(
                *(python, "-m", "pytest", *at, str(question.checks_path)),
                cwd=question.root,
            ),
            "import torch alone": command(python, "-c", "import torch"),
            "backprep list": command(python, "-m", "backprep", "list"),
        }
        for run in ways.values():
            run()
        own.clear()
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(options.runs):
            for name, run in ways.items():
                times[name].append(timed(run))
    print(f"{question.id}, {platform.machine()}, Python {platform.python_version()}")
    print(f"medians of {options.runs} runs in turn\n")
    base = statistics.median(times["warm, from a save"])
    for name, values in times.items():
        median = statistics.median(values)
        print(
            f"{name:26} {median:7.3f} s  ({min(values):.3f} to {max(values):.3f})"
            f"  {median / base:6.1f} x warm"
        )
    fresh, pytest = (
        statistics.median(times[name])
        for name in ("one-shot, fresh process", "fresh pytest")
    )
    print(f"\na verdict in a fresh process: {fresh / pytest:.2f} x fresh pytest")
    checks = statistics.median(own)
    print(
        f"\nthe checks' own time: {checks:.3f} s; over it, warm: {base - checks:.3f} s"
    )
    alone = subprocess.run(
        [
            python,
            "-c",
            "import torch, pytest; s = open('/proc/self/status').read(); "
            "print(int(s.partition('VmRSS:')[2].split()[0]) / 1024)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    held = rss(worker_pid())
    print(
        f"idle worker: {held:.0f} MB; torch and pytest imported: "
        f"{float(alone.stdout):.0f} MB; ratio {held / float(alone.stdout):.2f}"
    )


if __name__ == "__main__":
    main()
