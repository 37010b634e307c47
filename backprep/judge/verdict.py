"""What the judge says of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from backprep.bank import source
from backprep.bank.question import Question

SCHEMA = 1


@dataclass(frozen=True)
class Check:
    name: str
    outcome: str = "not run"
    """passed, failed, error, skipped or not run."""
    message: str = ""
    line: int | None = None
    """The line in the candidate's file, where there is one."""
    advice: str = ""
    """What the check's docstring says to one who fails it."""

    @property
    def title(self) -> str:
        return source.check_title(self.name)


@dataclass(frozen=True)
class Verdict:
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
        return sum(check.outcome == "passed" for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """The object that `--json` prints; its keys and their types are fixed."""
        first = next((c for c in self.checks if c.outcome in ("failed", "error")), None)
        return {
            "schema": SCHEMA,
            "question": self.question,
            "verdict": self.verdict,
            "seconds": round(self.seconds, 4),
            "passed": self.passed,
            "total": len(self.checks),
            "checks": [
                {
                    "name": check.name,
                    "title": check.title,
                    "outcome": check.outcome,
                    "message": self._told(check, check is first),
                    "line": check.line,
                }
                for check in self.checks
            ],
            "output": self.output,
        }

    def _told(self, check: Check, first: bool) -> str:
        """A check's message, its advice, and at the first what it looks like."""
        parts = [check.message]
        if check.outcome in ("failed", "error"):
            parts.append(check.advice)
            if first and self.verdict == "failed":
                parts.append(self.summary)
        return "\n".join(part for part in parts if part)


def not_attempted(question: Question, message: str) -> Verdict:
    checks = [Check(name, message=message) for name in question.check_names]
    return Verdict(question.id, "not attempted", 0.0, checks, summary=message)
