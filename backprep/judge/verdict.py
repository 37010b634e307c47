"""What the judge says of an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from backprep.bank import source
from backprep.bank.question import Question

SCHEMA = 1
"""The version of what `--json` prints."""


@dataclass(frozen=True)
class Check:
    """One check of a question, and how it ended on an answer."""

    name: str
    outcome: str = "not run"
    """passed, failed, error, skipped or not run."""
    message: str = ""
    line: int | None = None
    """The line in the candidate's file, where there is one."""
    advice: str = ""
    """What the check's docstring says to one who fails it."""
    asked: str = ""
    """The prompt's own words that the check rests on."""
    report: str = ""
    """pytest's own report of the failure, where it was asked for."""

    @property
    def title(self) -> str:
        """The check's name as people read it."""
        return source.check_title(self.name)

    @property
    def rejects(self) -> bool:
        """Whether the answer did not come through it."""
        return self.outcome in ("failed", "error")


@dataclass(frozen=True)
class Verdict:
    """What is said of an answer as a whole, and by each check of its question."""

    question: str
    verdict: str
    """passed, failed, error, timeout, crashed or not attempted."""
    seconds: float
    checks: list[Check]
    output: str = ""
    """What the answer printed, cut at OUTPUT_LIMIT characters."""
    summary: str = ""
    """What is true of the answer as a whole and not of one check."""

    @property
    def passed(self) -> int:
        """How many checks passed."""
        return sum(check.outcome == "passed" for check in self.checks)

    def unaided(self) -> Verdict:
        """The verdict as a mock interview says it: no advice, no word of the
        prompt that it forgets, and no mistake that it looks like."""
        checks = [replace(check, advice="", asked="") for check in self.checks]
        summary = "" if self.verdict == "failed" else self.summary
        return replace(self, checks=checks, summary=summary)

    def as_dict(self) -> dict[str, Any]:
        """All that is known, each part by itself: what a page is told.

        The advice and the prompt's words are there for checks that reject the answer,
        as they are shown.
        """
        return {
            **self._head(),
            "checks": [
                _as_dict(check, check.message)
                | {
                    "advice": check.advice if check.rejects else "",
                    "asked": check.asked if check.rejects else "",
                }
                for check in self.checks
            ],
            "output": self.output,
            "summary": self.summary,
        }

    def as_json(self) -> dict[str, Any]:
        """The object that `--json` prints; its keys and their types are fixed."""
        first = next((check for check in self.checks if check.rejects), None)
        return {
            **self._head(),
            "checks": [
                _as_dict(check, self._told(check, check is first))
                for check in self.checks
            ],
            "output": self.output,
        }

    def _head(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "question": self.question,
            "verdict": self.verdict,
            "seconds": round(self.seconds, 4),
            "passed": self.passed,
            "total": len(self.checks),
        }

    def _told(self, check: Check, first: bool) -> str:
        """A check's message, its advice, and at the first what it looks like."""
        parts = [check.message]
        if check.rejects:
            parts.append(check.advice)
            if first and self.verdict == "failed":
                parts.append(self.summary)
            parts.append(check.report)
        return "\n".join(part for part in parts if part)


def _as_dict(check: Check, message: str) -> dict[str, Any]:
    return {
        "name": check.name,
        "title": check.title,
        "outcome": check.outcome,
        "message": message,
        "line": check.line,
    }


def not_attempted(question: Question, message: str) -> Verdict:
    """The verdict where nothing was judged, and why."""
    return of_the_whole(question, "not attempted", message, outcome="not run")


def of_the_whole(
    question: Question,
    verdict: str,
    message: str,
    *,
    outcome: str,
    line: int | None = None,
    seconds: float = 0.0,
    output: str = "",
) -> Verdict:
    """A verdict for which every check has the same reason."""
    checks = [Check(name, outcome, message, line) for name in question.check_names]
    return Verdict(question.id, verdict, seconds, checks, output, message)
