"""The pytest plugin that counts what `pytest --answers DIR` has judged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from backprep.bank.question import Question
    from backprep.judge.verdict import Verdict

FINE = ("passed", "skipped")


class Passes:
    """Collects the outcomes of the checks, and counts them as `check` would.

    A question of which some check did not run is not counted.
    """

    def __init__(self, answers: Path) -> None:
        self._answers = answers
        self._found: dict[str, dict[str, set[str]]] = {}
        """By the file of the checks, and by their names: their outcomes."""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a phase of a check went."""
        if report.when == "call" or not report.passed:
            file, _, name = report.nodeid.partition("::")
            checks = self._found.setdefault(file, {})
            checks.setdefault(name.partition("[")[0], set()).add(report.outcome)

    def pytest_terminal_summary(
        self, terminalreporter: Any, config: pytest.Config
    ) -> None:
        """Count, and say what for: in the process that has the terminal."""
        from backprep.bank.questions import load_questions
        from backprep.journal.journal import Journal, home
        from backprep.practice.coach import Coach

        by_checks = {question.checks_path: question for question in load_questions()}
        paths = {(config.rootpath / file).resolve(): file for file in self._found}
        verdicts = [
            (by_checks[path], verdict)
            for path, file in paths.items()
            if path in by_checks
            and (verdict := _verdict(by_checks[path], self._found[file]))
        ]
        if not verdicts:
            return
        questions = [question for question, _ in verdicts]
        coach = Coach(Journal(home(), at_once=False), self._answers, questions)
        for question, verdict in verdicts:
            if said := coach.note(question, verdict, "pytest"):
                terminalreporter.write_line(f"{question}: {said}")
        if coach.trouble:
            terminalreporter.write_line(coach.trouble)


def _verdict(question: Question, found: dict[str, set[str]]) -> Verdict | None:
    from backprep.judge.verdict import Check, Verdict

    if not set(question.check_names) <= set(found):
        return None
    checks = [
        Check(name, max(found[name], key=("passed", "skipped", "failed").index))
        for name in question.check_names
    ]
    outcomes = {check.outcome for check in checks}
    passed = "passed" in outcomes and outcomes <= set(FINE)
    return Verdict(question.id, "passed" if passed else "failed", 0.0, checks)


def pytest_configure(config: pytest.Config) -> None:
    """Count where answers are judged, in the process that has the terminal."""
    named = config.getoption("answers", None)
    if named and not hasattr(config, "workerinput"):
        folder = Path(config.invocation_params.dir, named).resolve()
        config.pluginmanager.register(Passes(folder), "backprep-passes")
