"""The pytest plugin: put an answer in the solution's place, explain its failures.

`pytest` runs the checks against the reference solutions, `pytest --answers DIR`
against the answers in DIR. The judge's runner uses the same plugin.
"""

from __future__ import annotations

import importlib
import os
import sys
import unittest
from collections.abc import Generator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from backprep import answers, bank, failure, source
from backprep.bank import Question

ESCAPES = (pytest.skip.Exception, pytest.xfail.Exception, pytest.exit.Exception)


class Unusable(Exception):
    """The answer cannot stand in for the solution; `failure` says why."""

    def __init__(self, why: failure.Failure) -> None:
        super().__init__(why.message)
        self.failure = why


@dataclass
class StandIn:
    """Whose values stand for what the checks took from a question's solution."""

    question: Question
    path: Path
    values: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def names(self) -> dict[str, str]:
        """What the checks call each thing that they take from the solution."""
        solution = f"solutions.{self.question.topic}.{self.question.slug}"
        return source.imported_from(solution, bank.read_text(self.question.checks))

    @property
    def blank(self) -> str | None:
        """A constant that is still `...`, or a dict that holds nothing else."""
        for name, value in self.values.items():
            written = list(value.values()) if type(value) is dict else [value]
            if written and all(item is ... for item in written):
                return name
        return None

    def in_place(self, checks: Any) -> pytest.MonkeyPatch:
        """Let the values stand in the module `checks` until `undo` is called."""
        patch = pytest.MonkeyPatch()
        for local, name in self.names.items():
            if name in self.values:
                patch.setattr(checks, local, self.values[name])
        return patch


def answer(question: Question, folder: Path) -> StandIn:
    """The candidate's answer, imported. Raises Unusable."""
    os.environ[answers.FOLDER] = str(folder)
    path = question.answer(folder)
    name = answers.module_name(question.topic, question.slug)
    try:
        module = vars(importlib.import_module(name))
    except (Exception, SystemExit) as error:
        raise Unusable(failure.loading(error, path)) from None
    names = _names(question)
    if any(name not in module for name in names):
        raise Unusable(failure.missing(path, module, names))
    return StandIn(question, path, {name: module[name] for name in names})


def near_miss(question: Question, name: str) -> StandIn:
    """One of the question's own wrong answers.

    A class that defines any of the solution's public names stands for these;
    anything else stands for the last function or class of the solution.
    """
    module = importlib.import_module(f"tests.{question.topic}.wrong_{question.slug}")
    wrong = vars(module)[name]
    names = _names(question)
    inside = vars(wrong) if isinstance(wrong, type) else {}
    values = {
        name: value.__func__ if isinstance(value, staticmethod) else value
        for name, value in inside.items()
        if name in names
    }
    if not values:
        values = {source.principal(bank.read_text(question.solution)): wrong}
    return StandIn(question, question.near_misses, values)


def _names(question: Question) -> list[str]:
    return source.public_names(bank.read_text(question.solution))


class Checks:
    """Runs the checks of the bank with stand-ins for the solutions."""

    def __init__(self, questions: list[Question]) -> None:
        self.by_checks = {str(question.checks): question for question in questions}
        self.stand_ins: dict[str, StandIn | Unusable] = {}

    def question(self, item: pytest.Item) -> Question | None:
        return self.by_checks.get(str(item.path))

    def stand_in(self, question: Question) -> StandIn | Unusable | None:
        return self.stand_ins.get(question.id)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        question = self.question(item)
        stand_in = question and self.stand_in(question)
        if not isinstance(stand_in, StandIn):
            return (yield)
        patch = stand_in.in_place(item.module)  # type: ignore[attr-defined]
        try:
            return (yield)
        finally:
            patch.undo()

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
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
        if blank := stand_in.blank:
            raise failure.Blank(f"`{blank}` is still `...`.")
        try:
            return (yield)
        except (*ESCAPES, unittest.SkipTest, SystemExit) as error:
            name = type(error).__name__
            problem = failure.Escaped(f"the answer raised {name}: {error}")
            raise problem.with_traceback(error.__traceback__) from None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        question = self.question(item)
        stand_in = question and self.stand_in(question)
        if question is None or stand_in is None or call.excinfo is None:
            return report
        if report.skipped:
            return report
        error = call.excinfo.value
        if isinstance(error, Unusable):
            found = error.failure
        else:
            assert isinstance(stand_in, StandIn)
            judged = failure.Judged(question, stand_in.path, stand_in.values)
            found = failure.explain(error, judged)
        report.user_properties.append(("failure", vars(found)))
        if item.config.option.tbstyle == "auto":
            report.longrepr = friendly(item, found)
        return report


def advice(item: pytest.Item) -> str:
    """The check's docstring, on one line."""
    text = getattr(getattr(item, "function", None), "__doc__", None) or ""
    return " ".join(text.split())


def friendly(item: pytest.Item, found: failure.Failure) -> str:
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
        return question.answer(self.folder).is_file()

    def stand_in(self, question: Question) -> StandIn | Unusable | None:
        if question.id not in self.stand_ins:
            try:
                self.stand_ins[question.id] = answer(question, self.folder)
            except Unusable as unusable:
                self.stand_ins[question.id] = unusable
        return self.stand_ins[question.id]

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """The tool's own tests have nothing to say about an answer."""
        if collection_path.is_file() and collection_path.name != "conftest.py":
            return str(collection_path) not in self.by_checks or None
        return None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
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
            if any(question.checks.is_relative_to(path) for path in named)
        )
        if count:
            noun = "question" if count == 1 else "questions"
            terminalreporter.write_line(
                f"{count} {noun} not attempted in {self.folder}"
            )


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("backprep")
    group.addoption(
        "--answers",
        metavar="DIR",
        help="check the answers in DIR instead of the reference solutions",
    )


def pytest_configure(config: pytest.Config) -> None:
    named = config.getoption("answers")
    if not named:
        return
    folder = Path(config.invocation_params.dir, named).resolve()
    if not folder.is_dir():
        raise pytest.UsageError(
            f"there is no folder {named}; backprep start QUESTION makes answers/."
        )
    try:
        questions = bank.load()
    except bank.BankError as error:
        raise pytest.UsageError(str(error)) from None
    root = bank.root()
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    if config.args_source != config.ArgsSource.ARGS:
        config.args = [str(root / "tests")]
    config.pluginmanager.register(
        CandidateAnswers(questions, folder), "backprep-answers"
    )
