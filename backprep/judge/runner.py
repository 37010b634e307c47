"""Run one question's checks in this process, and send what they say.

Run in a process of its own, which ends with it. Everything that matters is sent
as it happens, one JSON object a line, each with the token of the request.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from types import CodeType

import pytest

from backprep.bank.questions import bank_root
from backprep.judge import integrity, lean_torch
from backprep.judge.session import Session, WhenAsked

PLUGINS_LEFT_OUT = (
    "terminal",
    "cacheprovider",
    "faulthandler",
    "debugging",
    # it would collect all garbage after the run, 0.2 s beside torch
    "unraisableexception",
    # it replaces methods of pytest's own, as an answer may not
    "legacypath",
    # what no check asks for
    "logging",
    "doctest",
    "junitxml",
    "pastebin",
    "stepwise",
    "threadexception",
)
NOTHING = str(Path(__file__).with_name("pytest.ini"))
"""A configuration that says nothing, and a file that holds no checks."""
OPTIONS = [
    "--import-mode=importlib",
    *(part for name in PLUGINS_LEFT_OUT for part in ("-p", f"no:{name}")),
    # the output is the supervisor's to keep
    "--capture=no",
]


def run(receive: Callable[[], str], results: int, when_asked: WhenAsked) -> None:
    """Judge what the order says that `receive` waits for.

    pytest is made ready first, so that a process that was started ahead has
    only to collect and run the checks. Every outcome goes to the open
    file `results`. `when_asked` has a function called with the main thread's frame
    when this process is asked where it is.
    """
    root = bank_root()
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    before, code = prepare()
    session = Session(receive, results, when_asked, before, code, run.__code__)
    # no configuration but ours: a verdict is the same in a clone and elsewhere
    arguments = [str(root / "tests"), f"--rootdir={root}", "-c", NOTHING]
    pytest.main([*arguments, *OPTIONS], plugins=[session])


@cache
def prepare() -> tuple[Sequence[integrity.Known], frozenset[CodeType]]:
    """What is the same for every verdict: the warm worker does it ahead.

    Returns the functions that checks rely on, and the code of the judge's own.
    """
    lean_torch.keep_lean()
    return integrity.known(), integrity.known_code()
