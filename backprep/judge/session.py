"""One run of pytest over the checks of a question, its outcomes sent as they come."""

from __future__ import annotations

import contextlib
import faulthandler
import io
import json
import os
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, TextIO

import platformdirs
import pytest

from backprep.bank.near_misses import near_misses
from backprep.bank.question import Question
from backprep.bank.questions import read_question
from backprep.judge import explain, failure, integrity, plugin, stand_in
from backprep.judge.limits import limit_memory, skip_breakpoint
from backprep.judge.protocol import LAST, Request


@contextlib.contextmanager
def compiled_once() -> Iterator[None]:
    """Keep what is compiled of the bank in a folder of the user's own.

    The bank's folder may not be writable, and compiling the checks takes longer
    than running them.
    """
    before = sys.pycache_prefix, sys.dont_write_bytecode
    sys.pycache_prefix = platformdirs.user_cache_dir("backprep")
    sys.dont_write_bytecode = False
    try:
        yield
    finally:
        sys.pycache_prefix, sys.dont_write_bytecode = before


def load(question: Question, request: Request) -> stand_in.StandIn:
    folder = Path(request.answers)
    try:
        return stand_in.import_answer(question, folder)
    except KeyboardInterrupt as error:
        # raised by the answer: nobody can press keys here
        raise stand_in.Unusable(
            explain.loading(error, question.answer_path(folder))
        ) from None


class Session(plugin.Checks):
    """Sends each outcome, and proves at the end that the checks still bite."""

    asked: Question
    request: Request

    def __init__(
        self, receive: Callable[[], str], results: TextIO, before: list[integrity.Known]
    ) -> None:
        super().__init__([])
        self.receive = receive
        self.results = results
        self.before = before
        self.passed = 0
        self.trying = False
        """Whether a near miss is being run, of which nothing is sent."""
        self.rejected = False
        self.near_miss = ""
        """Whose records these are, where a fork judges one of the near misses."""

    def send(self, event: str, **values: Any) -> None:
        record = {"token": self.request.token, "event": event, **values}
        if self.near_miss:
            record["near_miss"] = self.near_miss
        if event in LAST:
            # whoever reads this record looks no further
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(Exception):
                    stream.flush()
        self.results.write(json.dumps(record) + "\n")
        self.results.flush()

    def pytest_configure(self, config: pytest.Config) -> None:
        # failures are put into words by us; pytest's own take longer than the checks
        config.option.tbstyle = "native"

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self, session: pytest.Session) -> Generator[None, Any, Any]:
        """Everything is ready: wait for the request and collect what it asks for."""
        self.request = Request(**json.loads(self.receive()))
        self.asked = question = read_question(self.request.question)
        if self.request.full:
            session.config.option.tbstyle = "long"
        limit_memory()
        faulthandler.dump_traceback_later(self.request.timeout, file=self.results)
        self.send("ready")
        sys.breakpointhook = skip_breakpoint
        if isinstance(sys.stdout, io.TextIOWrapper):
            # what is printed before a crash is seen
            sys.stdout.reconfigure(line_buffering=True)
        try:
            if self.request.near_misses:
                session.config.pluginmanager.register(NearMisses(self))
            else:
                self.stand_ins[question.id] = load(question, self.request)
        except stand_in.Unusable as unusable:
            self.send("unusable", **vars(unusable.failure))
            pytest.exit("the answer cannot be used")
        self.by_checks[str(question.checks_path)] = question
        session.config.args = [str(question.checks_path)]
        with compiled_once():
            return (yield)

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
        if self.request.full and report.failed:
            print(report.nodeid, report.longreprtext, sep="\n", flush=True)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_pyfunc_call(
        self, pyfuncitem: pytest.Function
    ) -> Generator[None, Any, Any]:
        try:
            return (yield from super().pytest_pyfunc_call(pyfuncitem))
        except KeyboardInterrupt as error:
            problem = failure.Escaped("the answer raised KeyboardInterrupt")
            raise problem.with_traceback(error.__traceback__) from None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, Any, Any]:
        result = yield
        bites = None
        if self.passed and not session.testsfailed:
            bites = self.still_bites(session.items)
        self.send("end", replaced=integrity.replaced(self.before), bites=bites)
        return result

    def still_bites(self, items: list[pytest.Item]) -> bool:
        """Whether a known near miss fails a check that it must fail."""
        for wrong in near_misses(self.asked):
            rejecting = [i for i in items if _function(i.nodeid) in wrong.fails]
            if rejecting:
                self.trying = True
                with compiled_once():
                    miss = stand_in.near_miss(self.asked, wrong.name)
                self.stand_ins[self.asked.id] = miss
                return any(self.run_again(item) for item in rejecting)
        return True

    def run_again(self, item: pytest.Item) -> bool:
        """Run a check that may have run before; whether it was failed."""
        item._initrequest()  # type: ignore[attr-defined]
        item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
        return self.rejected


class NearMisses:
    """Runs the checks once for each near miss, each time in a fork."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        judged = self.session
        question = judged.asked
        names = [w.name for w in near_misses(question)]
        with compiled_once():
            stand_ins = {name: stand_in.near_miss(question, name) for name in names}
        for name in names:
            if pid := os.fork():
                os.waitpid(pid, 0)
                continue
            judged.near_miss = name
            judged.stand_ins[question.id] = stand_ins[name]
            for item in session.items:
                judged.run_again(item)
            judged.send("done", replaced=integrity.replaced(judged.before), bites=None)
            os._exit(0)
        return True


def _function(nodeid: str) -> str:
    return nodeid.rpartition("::")[2].partition("[")[0]
