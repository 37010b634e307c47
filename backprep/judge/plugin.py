"""The pytest plugin: put an answer in the solution's place, explain its failures.

`pytest` runs the checks against the reference solutions, `pytest --answers DIR`
against the answers in DIR. The judge's runner uses the same plugin.
"""

from __future__ import annotations

import sys
import unittest
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from backprep.bank.pasting import as_option
from backprep.bank.question import BankError, Question
from backprep.bank.questions import bank_root, load_questions
from backprep.judge import explain, failure
from backprep.judge.stand_in import StandIn, Unusable, import_answer
from backprep.printable import printable

ESCAPES = (pytest.skip.Exception, pytest.xfail.Exception, pytest.exit.Exception)


class Checks:
    """Runs the checks of the bank with stand-ins for the solutions."""

    def __init__(self, questions: list[Question]) -> None:
        self.by_checks = {str(question.checks_path): question for question in questions}
        self.stand_ins: dict[str, StandIn | Unusable] = {}

    def question(self, item: pytest.Item) -> Question | None:
        """The question of a check, if it is one of those that are judged."""
        return self.by_checks.get(str(item.path))

    def stand_in(self, question: Question) -> StandIn | Unusable | None:
        """What stands for the question's solution, or why nothing can."""
        return self.stand_ins.get(question.id)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """The answer stands in for the solution as long as a check of it runs."""
        question = self.question(item)
        stand_in = question and self.stand_in(question)
        if not isinstance(stand_in, StandIn):
            return (yield)
        with stand_in.in_place(item.module):  # type: ignore[attr-defined]
            return (yield)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """A check of an answer that cannot be used fails before it runs."""
        question = self.question(item)
        stand_in = question and self.stand_in(question)
        if isinstance(stand_in, Unusable):
            raise stand_in

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(
        self, pyfuncitem: pytest.Function
    ) -> Generator[None, Any, Any]:
        """An answer cannot leave its check by any other way than passing it."""
        question = self.question(pyfuncitem)
        stand_in = question and self.stand_in(question)
        if not isinstance(stand_in, StandIn):
            return (yield)
        if blank := stand_in.blank(pyfuncitem.function):
            raise failure.Blank(f"`{blank}` is still `...`.")
        try:
            return (yield)
        except (*ESCAPES, unittest.SkipTest, SystemExit) as error:
            name = type(error).__name__
            problem = failure.Escaped(
                f"the answer raised {name}: {failure.told(error)}"
            )
            raise problem.with_traceback(error.__traceback__) from None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """A failure is put into words, and whatever is shown is safe to show."""
        report = yield
        question = self.question(item)
        stand_in = question and self.stand_in(question)
        if question is None or stand_in is None:
            return report
        # what an answer printed is shown below what is said of it
        report.sections = [(title, printable(text)) for title, text in report.sections]
        if call.excinfo is None:
            return report
        if report.skipped:
            return report
        error = call.excinfo.value
        if isinstance(error, Unusable):
            found = error.failure
        else:
            assert isinstance(stand_in, StandIn)
            judged = failure.Judged(question, stand_in.path, stand_in.values)
            found = explain.explain(error, judged)
        report.user_properties.append(("failure", found.as_dict()))
        told = (
            friendly(item, found)
            if item.config.option.tbstyle == "auto"
            else report.longreprtext
        )
        report.longrepr = printable(told)
        return report


def advice(item: pytest.Item) -> str:
    """The check's docstring, on one line."""
    text = getattr(getattr(item, "function", None), "__doc__", None) or ""
    return " ".join(text.split())


def friendly(item: pytest.Item, found: failure.Failure) -> str:
    """What `pytest --answers` says of a failed check: where, what, and the advice."""
    where = (
        f"{item.path.stem.removeprefix('test_')}.py:{found.line}: "
        if found.line
        else ""
    )
    lines = [f"{where}{found.message}", advice(item)]
    return "\n".join(line for line in lines if line)


class CandidateAnswers(Checks):
    """`pytest --answers DIR`."""

    def __init__(self, questions: list[Question], folder: Path) -> None:
        super().__init__(questions)
        self.questions = questions
        self.folder = folder

    def attempted(self, question: Question) -> bool:
        """Whether something is there, be it a file or not."""
        return question.answer_path(self.folder).exists()

    def stand_in(self, question: Question) -> StandIn | Unusable | None:
        """The answer, imported when it is first asked for, or why it cannot be."""
        if question.id not in self.stand_ins:
            try:
                self.stand_ins[question.id] = import_answer(question, self.folder)
            except Unusable as unusable:
                self.stand_ins[question.id] = unusable
        return self.stand_ins[question.id]

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """The tool's own tests have nothing to say about an answer."""
        if collection_path.name == "conftest.py":
            return None
        if collection_path.is_file():
            return str(collection_path) not in self.by_checks or None
        # not even their folders, whose conftest.py may need a development tool
        checks = map(Path, self.by_checks)
        return not any(path.is_relative_to(collection_path) for path in checks) or None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Questions without an answer are left out, and counted as such."""
        kept, left_out = [], []
        for item in items:
            question = self.question(item)
            if question is not None and self.attempted(question):
                kept.append(item)
            else:
                left_out.append(item)
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = kept

    def pytest_terminal_summary(
        self, terminalreporter: Any, config: pytest.Config
    ) -> None:
        """Said by the process that has the terminal; with xdist it collects nothing."""
        named = [Path(str(a).split("::")[0]).resolve() for a in config.args]
        count = sum(
            not self.attempted(question)
            for question in self.questions
            if any(question.checks_path.is_relative_to(path) for path in named)
        )
        if count:
            noun = "question" if count == 1 else "questions"
            terminalreporter.write_line(
                f"{count} {noun} not attempted in {self.folder}"
            )


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--answers DIR`."""
    group = parser.getgroup("backprep")
    group.addoption(
        "--answers",
        metavar="DIR",
        help="check the answers in DIR instead of the reference solutions",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Check the answers in the folder that is named, if one is."""
    named = config.getoption("answers")
    if not named:
        return
    folder = Path(config.invocation_params.dir, named).resolve()
    if not folder.is_dir():
        raise pytest.UsageError(
            f"there is no folder {printable(named)}; "
            f"backprep start QUESTION{as_option(Path(printable(named)))} makes it."
        )
    try:
        questions = load_questions()
    except BankError as error:
        raise pytest.UsageError(str(error)) from None
    root = bank_root()
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    if config.args_source != config.ArgsSource.ARGS:
        config.args = [str(root / "tests")]
    config.pluginmanager.register(
        CandidateAnswers(questions, folder), "backprep-answers"
    )
