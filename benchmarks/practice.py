"""How long `backprep practice` takes to show its prompt: `make bench`.

From the start of the process to the first prompt in a terminal of its own, with an
empty journal and with one of 100,000 events, in turn. The first start that finds
so many events replays them all and keeps what they come to; that one is named
apart. Prints medians: only what was measured in the same run is compared.
"""

import argparse
import fcntl
import os
import platform
import pty
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from backprep.bank.questions import load_questions
from backprep.journal.event import Event
from backprep.journal.journal import Journal, new_id

PAINTED = b"keys"
"""The end of the screen's last line."""


def start(home: Path, workspace: Path) -> float:
    """Seconds until the screen is drawn."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "backprep", "practice"],
        cwd=workspace,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={**os.environ, "BACKPREP_HOME": str(home), "TERM": "xterm-256color"},
    )
    os.close(theirs)
    seen = b""
    while PAINTED not in seen:
        seen += os.read(ours, 1 << 16)
    seconds = time.perf_counter() - begun
    os.write(ours, b"q")
    while process.poll() is None:
        try:
            os.read(ours, 1 << 16)
        except OSError:
            break  # it has closed its end
    process.wait()
    os.close(ours)
    return seconds


def events(number: int) -> Iterator[Event]:
    """Attempts of five events each, one every half hour, up to now."""
    questions = load_questions()
    moment = datetime.now().astimezone() - timedelta(minutes=30) * (number // 5)
    for n in range(number // 5):
        moment += timedelta(minutes=30)
        attempt = new_id()
        told: list[tuple[str, dict[str, Any]]] = [
            ("started", {"elapsed": 0, "minutes": 10, "mock": None, "from": "site"}),
            ("ran", {"elapsed": 60, "verdict": "failed", "passed": 1, "total": 2}),
            ("hinted", {"elapsed": 90, "level": 1}),
            ("ran", {"elapsed": 300, "verdict": "passed", "passed": 2, "total": 2}),
            ("finished", {"elapsed": 300, "outcome": "passed", "edited": True}),
        ]
        for k, (kind, data) in enumerate(told):
            yield Event(
                attempt if kind == "started" else new_id(),
                5 * n + k + 1,
                moment.isoformat(timespec="milliseconds"),
                kind,
                questions[n % len(questions)].id,
                attempt,
                data,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        empty, full = Path(folder, "empty"), Path(folder, "full")
        journal = Journal(full)
        journal.merge(events(options.events))
        journal.close()
        start(empty, Path(folder))  # what is read for the first time is slow
        first = start(full, Path(folder))
        times: dict[Path, list[float]] = {empty: [], full: []}
        for _ in range(options.runs):
            for home, seconds in times.items():
                seconds.append(start(home, Path(folder)))
    print(f"{platform.machine()}, Python {platform.python_version()}")
    print(f"process start to prompt, medians of {options.runs} runs in turn\n")
    medians = {home: statistics.median(seconds) for home, seconds in times.items()}
    for name, home in (("no events", empty), (f"{options.events:,} events", full)):
        spread = f"{min(times[home]):.3f} to {max(times[home]):.3f}"
        print(f"{name:26} {medians[home]:7.3f} s  ({spread})")
    print(f"{'more with events':26} {medians[full] - medians[empty]:7.3f} s")
    print(f"{'the first to find them':26} {first:7.3f} s")


if __name__ == "__main__":
    main()
