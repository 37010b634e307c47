"""What the judge says of an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from backprep import source
from backprep.bank import Question, read_text

SCHEMA = 1
OUTPUT_LIMIT = 2_000

LAST = ("end", "unusable")
"""The records after which an answer's process has nothing more to say."""


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


@dataclass(frozen=True)
class Ending:
    """How the answer's process came to its end, as seen from outside."""

    seconds: float
    timed_out: bool = False
    exit_code: int | None = None
    """None while it still ran; -9 for a process that signal 9 ended."""
    output: str = ""
    trace: str = ""
    """Where each thread was when the time was over."""


def not_attempted(question: Question, message: str) -> Verdict:
    checks = [Check(name, message=message) for name in question.check_names]
    return Verdict(question.id, "not attempted", 0.0, checks, summary=message)


def assemble(
    question: Question,
    records: Iterable[dict[str, Any]],
    ending: Ending,
    timeout: float,
    answer_name: str,
) -> Verdict:
    """The verdict on what the answer's process sent before it ended.

    `records` are those with the request's token, in their order. Only checks
    that ran to their end and passed count, and the process must have reached
    the end of all of them.
    """
    checks = {name: Check(name) for name in question.check_names}
    running: str | None = None
    end: dict[str, Any] | None = None
    not_started = []
    for record in records:
        event, name = record.get("event"), str(record.get("check"))
        if event == "start" and name in checks:
            running = name
        elif event == "check" and name in checks:
            running = None
            checks[name] = _worse(checks[name], _outcome(name, record))
            if record.get("not_started"):
                not_started.append(str(record["message"]))
        elif event == "unusable":
            message = str(record["message"])
            line = record.get("line")
            return _whole(question, "error", ending, message, line, "not run")
        elif event == "end":
            end = record
    advice = source.docstrings(read_text(question.checks))
    found = [
        replace(check, advice=advice.get(check.name, "")) for check in checks.values()
    ]

    def judged(verdict: str, summary: str = "") -> Verdict:
        return Verdict(
            question.id, verdict, ending.seconds, found, ending.output, summary
        )

    if end is None:
        what = "timeout" if ending.timed_out else "crashed"
        message, line = _ended(ending, timeout, running, answer_name)
        if running is None:
            running = next((c.name for c in found if c.outcome == "not run"), None)
        for n, check in enumerate(found):
            if check.name == running:
                found[n] = replace(check, outcome="error", message=message, line=line)
        return judged(what, message)
    if end["replaced"]:
        names = ", ".join(end["replaced"][:3])
        message = f"the answer replaced {names}: no verdict counts after that."
        return _whole(question, "error", ending, message, None, "error")
    outcomes = [check.outcome for check in found]
    if not_started and "passed" not in outcomes:
        message = f"Not started: {not_started[0]} Not counted as an attempt."
        return judged("not attempted", message)
    if all(outcome in ("passed", "skipped") for outcome in outcomes):
        if "passed" not in outcomes:
            return judged("error", "no check could be run here")
        if end["bites"] is not True:
            message = (
                "a wrong answer passes after this one has run: "
                "it changed what its checks compare with."
            )
            return _whole(question, "error", ending, message, None, "error")
        return judged("passed", _not_verified(found))
    if not {"failed", "error"} & set(outcomes):
        return judged("error", "the checks could not be run to their end")
    return judged("failed", looks_like(question, found))


def looks_like(question: Question, checks: list[Check]) -> str:
    """The near misses that exactly the same checks reject."""
    failed = {check.name for check in checks if check.outcome in ("failed", "error")}
    alike = [
        wrong
        for wrong in source.near_misses(read_text(question.near_misses))
        if wrong.fails == failed
    ]
    if not alike:
        return ""
    first, *more = alike
    also = f" Or: {', or '.join(w.title for w in more)}." if more else ""
    return f"Looks like: {first.title}. {first.consequence}{also}"


def _outcome(name: str, record: dict[str, Any]) -> Check:
    outcome = "error" if record.get("error") else str(record["outcome"])
    if outcome == "skipped":
        reason = str(record.get("reason", "")).removeprefix("Skipped: ")
        return Check(name, "skipped", reason)
    line = record.get("line")
    return Check(name, outcome, str(record.get("message", "")), line)


def _worse(one: Check, other: Check) -> Check:
    """Of a check's parametrised runs, and its phases, the first that is not well."""
    rank = ["not run", "passed", "skipped", "failed", "error"]
    return max(one, other, key=lambda check: rank.index(check.outcome))


def _whole(
    question: Question,
    verdict: str,
    ending: Ending,
    message: str,
    line: int | None,
    outcome: str,
) -> Verdict:
    checks = [Check(name, outcome, message, line) for name in question.check_names]
    return Verdict(question.id, verdict, ending.seconds, checks, ending.output, message)


def _ended(
    ending: Ending, timeout: float, running: str | None, answer_name: str
) -> tuple[str, int | None]:
    where = (
        f'in "{source.check_title(running)}"'
        if running
        else "while importing the answer"
    )
    if ending.timed_out:
        lines = re.findall(
            rf'File ".*{re.escape(answer_name)}", line (\d+)', ending.trace
        )
        at = f", at {answer_name.rpartition('/')[2]}:{lines[0]}" if lines else ""
        line = int(lines[0]) if lines else None
        return f"stopped after {timeout:g} s {where}{at}", line
    code = ending.exit_code
    how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
    if code is None:
        how = "its end was not seen"
    return (
        f"the answer's process ended by itself ({how}) before its checks did, {where}",
        None,
    )


def _not_verified(checks: list[Check]) -> str:
    skipped = [check for check in checks if check.outcome == "skipped"]
    if not skipped:
        return ""
    reasons = "; ".join(dict.fromkeys(check.message for check in skipped))
    passed = len(checks) - len(skipped)
    return f"{passed} passed, {len(skipped)} not verified here ({reasons})"
