"""From the records of an answer's process to the verdict."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from backprep.bank import source
from backprep.bank.near_misses import near_misses
from backprep.bank.question import Question, read_text
from backprep.judge.protocol import Ending
from backprep.judge.verdict import Check, Verdict


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
    advice = source.docstrings(read_text(question.checks_path))
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
    alike = [wrong for wrong in near_misses(question) if wrong.fails == failed]
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
