"""Run one question's checks in this process, and send what they say.

Run in a process of its own, which ends with it: a fork of the warm worker, or
`python -m backprep.runner`. Everything that matters is sent as it happens, one
JSON object a line, each with the token of the request.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import json
import os
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TextIO

import pytest

from backprep import bank, failure, integrity, lean, plugin
from backprep.bank import Question

MEMORY = 4 * 2**30

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
    "-p",
    "no:threadexception",
    # the output is the supervisor's to keep
    "--capture=no",
]


@dataclass(frozen=True)
class Request:
    """What to judge: an answer in a folder, or a near miss by its name."""

    question: str
    token: str
    answers: str = ""
    near_miss: str = ""
    timeout: float = 30.0
    full: bool = False
    """Print pytest's own report of each failure."""

    @property
    def encoded(self) -> str:
        return json.dumps(vars(self))


Send = Callable[..., None]


def run(request: Request, results: TextIO) -> None:
    """Judge as the request says; every outcome goes to `results`."""

    def send(event: str, **values: Any) -> None:
        record = {"token": request.token, "event": event, **values}
        results.write(json.dumps(record) + "\n")
        results.flush()

    root = bank.root()
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    question = bank.one(request.question, root)
    before = prepare()
    limit_memory()
    watch(request.timeout, results)
    send("ready")
    sys.breakpointhook = skip_breakpoint
    try:
        stand_in = load(question, request)
    except plugin.Unusable as unusable:
        send("unusable", **vars(unusable.failure))
        return
    session = Session(question, stand_in, send, request.full)
    # no configuration but ours: a verdict is the same in a clone and elsewhere
    arguments = [str(question.checks), f"--rootdir={root}", "-c", os.devnull]
    pytest.main([*arguments, *OPTIONS], plugins=[session])
    send("end", replaced=integrity.replaced(before), bites=session.bites)


def load(question: Question, request: Request) -> plugin.StandIn:
    if request.near_miss:
        return plugin.near_miss(question, request.near_miss)
    folder = Path(request.answers)
    try:
        return plugin.answer(question, folder)
    except KeyboardInterrupt as error:
        # raised by the answer: nobody can press keys here
        raise plugin.Unusable(failure.loading(error, question.answer(folder))) from None


class Session(plugin.Checks):
    """Sends each outcome, and proves at the end that the checks still bite."""

    def __init__(
        self, question: Question, stand_in: plugin.StandIn, send: Send, full: bool
    ) -> None:
        super().__init__([question])
        self.asked = question
        self.stand_ins[question.id] = stand_in
        self.send = send
        self.full = full
        self.passed = 0
        self.trying = False
        """Whether a near miss is being run, of which nothing is sent."""
        self.rejected = False
        self.bites: bool | None = None
        """Whether a near miss was still rejected after the answer had run."""

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        if not self.trying:
            self.send("start", check=_function(nodeid))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if self.trying:
            self.rejected = self.rejected or report.failed
            return
        if report.when != "call" and report.passed:
            return
        found: Any = dict(report.user_properties).get("failure", {})
        reason = ""
        if report.skipped:
            reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else ""
        self.passed += report.passed
        self.send(
            "check",
            check=_function(report.nodeid),
            # only what a check's own marks skipped before it ran may be left out
            outcome="failed"
            if report.skipped and report.when != "setup"
            else report.outcome,
            error=report.when != "call" and report.failed,
            seconds=report.duration,
            reason=str(reason),
            **found,
        )
        if self.full and report.failed:
            print(getattr(report, "full", ""), flush=True)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield from super().pytest_runtest_makereport(item, call)
        if self.full and call.excinfo is not None:
            report.full = f"{item.nodeid}\n{item.repr_failure(call.excinfo)}"  # type: ignore[attr-defined]
        return report

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_pyfunc_call(
        self, pyfuncitem: pytest.Function
    ) -> Generator[None, Any, Any]:
        try:
            return (yield from super().pytest_pyfunc_call(pyfuncitem))
        except KeyboardInterrupt as error:
            problem = AssertionError("the answer raised KeyboardInterrupt")
            raise problem.with_traceback(error.__traceback__) from None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, Any, Any]:
        result = yield
        if self.passed and not session.testsfailed:
            self.bites = self.still_bites(session.items)
        return result

    def still_bites(self, items: list[pytest.Item]) -> bool:
        """Whether a known near miss fails a check that it must fail."""
        from backprep.source import near_misses

        for wrong in near_misses(bank.read_text(self.asked.near_misses)):
            rejecting = [i for i in items if _function(i.nodeid) in wrong.fails]
            if not rejecting:
                continue
            self.stand_ins[self.asked.id] = plugin.near_miss(self.asked, wrong.name)
            self.trying = True
            for item in rejecting:
                item._initrequest()  # type: ignore[attr-defined]
                item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
                if self.rejected:
                    break
            return self.rejected
        return True


def _function(nodeid: str) -> str:
    return nodeid.rpartition("::")[2].partition("[")[0]


def skip_breakpoint(*args: object, **kwargs: object) -> None:
    caller = sys._getframe(1)
    where = f"{Path(caller.f_code.co_filename).name}:{caller.f_lineno}"
    print(f"breakpoint() at {where} is skipped here; pytest --answers stops at it.")


@cache
def prepare() -> integrity.Fingerprint:
    """What is the same for every verdict: the warm worker does it ahead."""
    lean.keep_lean()
    return integrity.fingerprint()


def limit_memory() -> None:
    """Let this process take 4 GiB more than it has (on Linux)."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def watch(timeout: float, results: TextIO) -> None:
    """Have every thread's place written to `results` when the time is over."""
    faulthandler.dump_traceback_later(timeout, file=results)


def main() -> None:
    """Read a request from standard input, write results to standard output."""
    request = Request(**json.loads(sys.stdin.readline()))
    with os.fdopen(os.dup(1), "w") as results:
        os.dup2(2, 1)
        gc.freeze()
        run(request, results)


if __name__ == "__main__":
    main()
