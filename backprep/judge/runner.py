"""Run one question's checks in this process, and send what they say.

Run in a process of its own, which ends with it. Everything that matters is sent
as it happens, one JSON object a line, each with the token of the request.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache
from typing import TextIO

import pytest

from backprep.bank.questions import bank_root
from backprep.judge import integrity, lean_torch
from backprep.judge.session import Session

OPTIONS = [
    "--import-mode=importlib",
    "-p",
    "no:terminal",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:faulthandler",
    "-p",
    "no:debugging",
    # pytest would collect all garbage after the run, 0.2 s beside torch
    "-p",
    "no:unraisableexception",
    # what no check asks for
    "-p",
    "no:logging",
    "-p",
    "no:doctest",
    "-p",
    "no:junitxml",
    "-p",
    "no:pastebin",
    "-p",
    "no:stepwise",
    "-p",
    "no:threadexception",
    # the output is the supervisor's to keep
    "--capture=no",
]


def run(receive: Callable[[], str], results: TextIO) -> None:
    """Judge what the request says that `receive` waits for.

    pytest is made ready first, so that a process that was started ahead has
    only to collect and run the checks. Every outcome goes to `results`.
    """
    root = bank_root()
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    session = Session(receive, results, prepare())
    # no configuration but ours: a verdict is the same in a clone and elsewhere
    arguments = [str(root / "tests"), f"--rootdir={root}", "-c", os.devnull]
    pytest.main([*arguments, *OPTIONS], plugins=[session])


@cache
def prepare() -> list[integrity.Known]:
    """What is the same for every verdict: the warm worker does it ahead."""
    lean_torch.keep_lean()
    return integrity.known()
