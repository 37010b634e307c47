"""Run the examples, and keep the calls of PyTorch that the solutions made in them.

`python -m backprep.evidence.record_calls` records those whose files have changed.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from backprep.bank.question import BankError, Question
from backprep.bank.questions import bank_root, load_questions
from backprep.evidence import calls, outputs
from backprep.evidence.examples import Script
from backprep.evidence.origin import Origin, write_record


def trace(script: Script) -> list[dict[str, str]]:
    """The calls that the solution makes in its example. Raises BankError."""
    module = f"solutions.{script.name.replace('/', '.')}"
    tracer = ["-m", "backprep.evidence.trace_calls", str(script.path.resolve()), module]
    found: list[dict[str, str]] = json.loads(outputs.printed(tracer, script))
    return found


def record(root: Path) -> Iterator[str]:
    """Bring every record up to date; says what was written."""
    stale = {
        question: script
        for question in load_questions(root)
        if (script := calls.script(question)) is not None
        and outputs.runnable(script)
        and calls.calls(question) is None
    }
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        traces = pool.map(trace, stale.values())
        for question, found in zip(stale, traces, strict=True):
            write(question, found)
            yield f"{calls.path(question)}: written"


def write(question: Question, found: list[dict[str, str]]) -> None:
    """Record what was found, and where."""
    about: dict[str, Any] = {"inputs": calls.inputs(question), "calls": found}
    write_record(calls.path(question), about, Origin.here())


if __name__ == "__main__":
    try:
        for line in record(bank_root()):
            print(line.replace(f"{bank_root()}{os.sep}", ""))
    except BankError as error:
        sys.exit(str(error))
