"""One run of pytest over the checks of a question, its outcomes sent as they come."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import sys
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Literal

import platformdirs
import pytest

from backprep.bank.near_misses import near_misses
from backprep.bank.question import Question
from backprep.bank.questions import bank_root, read_question
from backprep.bank.right_answers import known_answers
from backprep.judge import explain, failure, integrity, plugin, sender, stand_in
from backprep.judge.limits import limit_memory, skip_breakpoints
from backprep.judge.protocol import LAST, Order, Ran, Record, Request, Said
from backprep.printable import printable

WhenAsked = Callable[[Callable[[FrameType | None], None]], None]

LONGEST_REPORT = 20_000
"""Characters of pytest's own report of one failure that are passed on."""


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
    """The answer that a request asks about, imported. Raises stand_in.Unusable."""
    folder = Path(request.answers)
    try:
        return stand_in.import_answer(question, folder)
    except KeyboardInterrupt as error:
        # raised by the answer: nobody can press keys here
        raise stand_in.Unusable(
            explain.loading(error, question.answer_path(folder))
        ) from None


class Session(plugin.Checks):
    """Sends each outcome, and proves at the end that the checks still bite.

    `receive` waits for the order and gives its line, records are written to
    `results`. `before` and `code` are what was there before the answer; `first` is
    the code of the function that everything here is called by.
    """

    asked: Question
    request: Request
    path: Path
    """The file of the answer, or of one of the known ones."""

    def __init__(
        self,
        receive: Callable[[], str],
        results: int,
        when_asked: WhenAsked,
        before: Sequence[integrity.Known],
        code: frozenset[CodeType],
        first: CodeType,
    ) -> None:
        super().__init__([])
        self._receive = receive
        self._when_asked = when_asked
        self._install = partial(
            sender.install, results, known=code, first=first, may_search=_libraries()
        )
        self.before: list[integrity.Watched] = [*before]
        self.passed = 0
        self.skipped: set[str] = set()
        """The checks that cannot be run here."""
        self.trying = False
        """Whether a near miss is being run, of which nothing is sent."""
        self.rejected = False
        self.known = ""
        """Whose records these are, where a fork judges one of the known answers."""

    def send(self, record: Record) -> None:
        """Say what happened, to whoever watches this process."""
        if record["event"] in LAST:
            # whoever reads this record looks no further
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(Exception):
                    stream.flush()
        of = {"known": self.known} if self.known else {}
        sender.send({**record, **of})

    def pytest_configure(self, config: pytest.Config) -> None:
        """Failures are put into words here: pytest's own take longer than the run."""
        config.option.tbstyle = "native"

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self, session: pytest.Session) -> Generator[None, Any, Any]:
        """Everything is ready: wait for the order, collect the checks that it asks
        for, note how all stands, and only then import the answer."""
        order: Order = json.loads(self._receive())
        self._install(order.pop("key"))  # type: ignore[misc]
        self.request = Request(**order["request"])  # type: ignore[arg-type]
        self.asked = question = read_question(self.request.question)
        if self.request.full:
            session.config.option.tbstyle = "long"
        self.path = question.answer_path(Path(self.request.answers))
        self.by_checks[str(question.checks_path)] = question
        session.config.args = [str(question.checks_path)]
        with compiled_once():
            result = yield
        if self.request.known:
            session.config.pluginmanager.register(KnownAnswers(self))
        self.before += integrity.known_hooks(session.config.hook)
        self.before += integrity.known_checks(session.items)
        gc.freeze()  # what is there is not the answer's to find, or to collect
        limit_memory()
        skip_breakpoints()
        self._when_asked(self.say_where)
        if isinstance(sys.stdout, io.TextIOWrapper):
            # what is printed before a crash is seen
            sys.stdout.reconfigure(line_buffering=True)
        self.send({"event": "ready"})
        if not self.request.known:
            try:
                self.stand_ins[question.id] = load(question, self.request)
            except stand_in.Unusable as unusable:
                self.send({"event": "unusable", **unusable.failure.as_dict()})
                pytest.exit("the answer cannot be used")
        return result

    def say_where(self, frame: FrameType | None) -> None:
        """Say which lines of the answer run in the main thread: its time is over.

        In the middle of a loop in C that holds the interpreter's lock, nobody comes to
        call this.
        """
        lines = []
        while frame is not None:
            if frame.f_code.co_filename == str(self.path):
                lines.append(frame.f_lineno)
            frame = frame.f_back
        self.send({"event": "where", "lines": lines})

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A check begins."""
        if not self.trying:
            self.send({"event": "start", "check": _function(nodeid)})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A check, or what comes before or after it, has ended."""
        if self.trying:
            self.rejected = self.rejected or report.failed
            return
        if report.when != "call" and report.passed:
            return
        if report.skipped:
            self.skipped.add(report.nodeid)
        reason = ""
        if report.skipped:
            reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else ""
        self.passed += report.passed
        ran: Ran = {
            "event": "check",
            "check": _function(report.nodeid),
            # only what a check's own marks skipped before it ran may be left out
            "outcome": "failed"
            if report.skipped and report.when != "setup"
            else report.outcome,
            "error": report.when != "call" and report.failed,
            "reason": str(reason),
            "seconds": report.duration,
        }
        said: Said | None = dict(report.user_properties).get("failure")  # type: ignore[assignment]
        if said is not None:
            ran["failure"] = said
        if self.request.full and report.failed:
            ran["report"] = printable(report.longreprtext[:LONGEST_REPORT])
        self.send(ran)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_pyfunc_call(
        self, pyfuncitem: pytest.Function
    ) -> Generator[None, Any, Any]:
        """An answer that raises KeyboardInterrupt stops nobody."""
        try:
            return (yield from super().pytest_pyfunc_call(pyfuncitem))
        except KeyboardInterrupt as error:
            problem = failure.Escaped("the answer raised KeyboardInterrupt")
            raise problem.with_traceback(error.__traceback__) from None
        except MemoryError as error:
            # pytest keeps the error, whose frames keep what left no memory
            traceback.clear_frames(error.__traceback__)
            raise

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, Any, Any]:
        """Run the checks, and then see whether they were worth anything."""
        result = yield
        self.conclude(session, "end")
        return result

    def conclude(self, session: pytest.Session, event: Literal["end", "done"]) -> None:
        """Say that all checks have run, and whether they were worth anything."""
        bites = None
        if self.passed and not session.testsfailed:
            bites = self.still_bites(session.items)
        changed = integrity.replaced(self.before)
        self.send({"event": event, "replaced": changed, "bites": bites})

    def still_bites(self, items: list[pytest.Item]) -> bool:
        """Whether a known near miss fails a check that it must fail, of those that
        can be run here."""
        run = [item for item in items if item.nodeid not in self.skipped]
        for wrong in near_misses(self.asked):
            rejecting = [i for i in run if _function(i.nodeid) in wrong.fails]
            if rejecting:
                self.trying = True
                with compiled_once():
                    miss = stand_in.known(self.asked, wrong)
                self.stand_ins[self.asked.id] = miss
                return any(self.run_again(item) for item in rejecting)
        return True

    def run_again(self, item: pytest.Item) -> bool:
        """Run a check that may have run before; whether it was failed."""
        item._initrequest()  # type: ignore[attr-defined]
        item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
        return self.rejected


class KnownAnswers:
    """Runs the checks once for each known answer, each in a fork if there are more."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of pytest's own loop over the checks."""
        judged = self.session
        question = judged.asked
        with compiled_once():
            stand_ins = [
                (answer, stand_in.known(question, answer))
                for answer in known_answers(question)
                if answer.name in judged.request.known
            ]
        gc.freeze()  # what they imported is not looked through in every fork
        alone = len(stand_ins) == 1
        for answer, standing in stand_ins:
            if not alone and (pid := os.fork()):
                os.waitpid(pid, 0)
                continue
            judged.known, judged.path = answer.name, answer.path
            judged.stand_ins[question.id] = standing
            for item in session.items:
                judged.run_again(item)
            judged.conclude(session, "done")
            os._exit(0)
        return True


def _function(nodeid: str) -> str:
    return nodeid.rpartition("::")[2].partition("[")[0]


def _libraries() -> tuple[str, ...]:
    """The folders of the checks, of the solutions and of torch."""
    import torch

    root = bank_root()
    folders = root / "tests", root / "solutions", Path(torch.__file__).parent
    return tuple(f"{folder}{os.sep}" for folder in folders)
