"""From the records of an answer's process to the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from backprep.bank import source
from backprep.bank.near_misses import near_misses
from backprep.bank.question import Question, read_text
from backprep.judge.loops import running_line
from backprep.judge.protocol import End, Ending, Ran, Record
from backprep.judge.verdict import Check, Verdict, of_the_whole


def assemble(
    question: Question,
    records: Iterable[Record],
    ending: Ending,
    timeout: float,
    path: Path,
) -> Verdict:
    """The verdict on what the answer's process said before it ended.

    `records` are those whose seal is right, in their order; `path` is the answer's.
    Only checks that ran to their end and passed count, and the process must have
    reached the end of all of them.
    """
    checks = {name: Check(name) for name in question.check_names}
    running: str | None = None
    end: End | None = None
    lines: list[int] = []
    not_started = []

    def whole(message: str, outcome: str, line: int | None = None) -> Verdict:
        return of_the_whole(
            question,
            "error",
            message,
            outcome=outcome,
            line=line,
            seconds=ending.seconds,
            output=ending.output,
        )

    for record in records:
        match record["event"]:
            case "start" if record["check"] in checks:
                running = record["check"]
            case "check" if record["check"] in checks:
                running = None
                name = record["check"]
                checks[name] = _worse(checks[name], _outcome(record))
                if "failure" in record and record["failure"]["not_started"]:
                    not_started.append(record["failure"]["message"])
            case "unusable":
                return whole(record["message"], "not run", record["line"])
            case "tampered":
                return whole(
                    "the answer reached into the process that judges it, through "
                    "gc.get_objects and its kin or by calling the judge: no verdict "
                    "counts after that. To look at memory, use a script of your own.",
                    "error",
                )
            case "where":
                lines = record["lines"]
            case "end" | "done":
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
        line = running_line(path, lines) if ending.timed_out else None
        message = _ended(ending, timeout, running, path, line)
        if running is None:
            running = next((c.name for c in found if c.outcome == "not run"), None)
        for n, check in enumerate(found):
            if check.name == running:
                found[n] = replace(check, outcome="error", message=message, line=line)
        return judged(what, message)
    if end["replaced"]:
        names = ", ".join(end["replaced"][:3])
        message = f"the answer replaced {names}: no verdict counts after that."
        return whole(message, "error")
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
            return whole(message, "error")
        return judged("passed", _not_verified(found))
    if not any(check.rejects for check in found):
        return judged("error", "the checks could not be run to their end")
    return judged("failed", looks_like(question, found))


def looks_like(question: Question, checks: list[Check]) -> str:
    """The near misses that exactly the same checks reject, of those that were run."""
    failed = {check.name for check in checks if check.rejects}
    skipped = {check.name for check in checks if check.outcome == "skipped"}
    alike = [w for w in near_misses(question) if w.fails - skipped == failed]
    if not alike:
        return ""
    first, *more = alike
    also = f" Or: {', or '.join(w.title for w in more)}." if more else ""
    return f"Looks like: {first.title}. {first.consequence}{also}"


def _outcome(record: Ran) -> Check:
    name = record["check"]
    outcome = "error" if record["error"] else record["outcome"]
    if outcome == "skipped":
        return Check(name, "skipped", record["reason"].removeprefix("Skipped: "))
    if "failure" not in record:
        return Check(name, outcome)
    said = record["failure"]
    report = record.get("report", "")
    return Check(name, outcome, said["message"], said["line"], report=report)


def _worse(one: Check, other: Check) -> Check:
    """Of a check's parametrised runs, and its phases, the first that is not well."""
    rank = ["not run", "passed", "skipped", "failed", "error"]
    return max(one, other, key=lambda check: rank.index(check.outcome))


def _ended(
    ending: Ending, timeout: float, running: str | None, path: Path, line: int | None
) -> str:
    """Why the process did not reach its end."""
    where = (
        f'in "{source.check_title(running)}"'
        if running
        else "while importing the answer"
    )
    if ending.timed_out:
        at = f", at {path.name}:{line}" if line else ""
        return f"stopped after {timeout:g} s {where}{at}"
    code = ending.exit_code
    how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
    if code is None:
        how = "its end was not seen"
    return (
        f"the answer's process ended by itself ({how}) before its checks did, {where}"
    )


def _not_verified(checks: list[Check]) -> str:
    skipped = [check for check in checks if check.outcome == "skipped"]
    if not skipped:
        return ""
    reasons = "; ".join(dict.fromkeys(check.message for check in skipped))
    passed = len(checks) - len(skipped)
    return f"{passed} passed, {len(skipped)} not verified here ({reasons})"
