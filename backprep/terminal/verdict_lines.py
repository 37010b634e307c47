"""A verdict as lines of text, for whoever draws them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from backprep.judge.verdict import Check, Verdict
from backprep.terminal.styled import Line

SIGNS = {
    "passed": ("✓", "+", "green"),
    "failed": ("✗", "x", "red"),
    "error": ("✗", "x", "red"),
    "skipped": ("○", "o", "yellow"),
    "not run": ("·", ".", "bright_black"),
}
INDENT = " " * 6


def report(
    verdict: Verdict, path: Path, *, unicode: bool, width: int = 88
) -> list[Line]:
    """What `backprep check` prints: the first failure in full, the others a line;
    with pytest's own reports, all of them in full.

    `path` is the answer's; `width` is in characters, and lines of code may be longer.
    """
    lines: list[Line] = [[(verdict.question, "bold"), (f"  {path}", "")]]
    lines += body(verdict, path, unicode=unicode, width=width)
    if verdict.verdict != "not attempted":
        lines += [[], total(verdict)]
    return lines


def body(verdict: Verdict, path: Path, *, unicode: bool, width: int = 88) -> list[Line]:
    """What lies between the name of the question and how it went."""
    if verdict.verdict == "not attempted":
        return _wrapped(verdict.summary, "  ", width)
    lines: list[Line] = []
    shown = False
    for check in verdict.checks:
        failed = check.rejects
        whole = failed and (not shown or bool(check.report))
        lines.append(_line(check, unicode, width, told=failed and not whole))
        if whole:
            shown = True
            lines += _explained(check, path, width)
            lines += [[(INDENT + line, "")] for line in check.report.splitlines()]
    if verdict.verdict == "error" and not shown:
        lines = _wrapped(verdict.summary, "  ", width)
    elif verdict.summary and verdict.verdict in ("failed", "passed"):
        lines += [[], *_wrapped(verdict.summary, "  ", width)]
    if verdict.output:
        lines += [[], [("  it printed:", "dim")]]
        lines += [
            [(f"    {line}", "")] for line in verdict.output.rstrip().splitlines()
        ]
    return lines


def _line(check: Check, unicode: bool, width: int, *, told: bool) -> Line:
    """A check's sign and title, and where `told` what is wrong, as far as it fits."""
    sign, ascii_sign, colour = SIGNS[check.outcome]
    text = f"  {sign if unicode else ascii_sign} {check.title}"
    if check.outcome in ("skipped", "not run"):
        reason = f": {check.message}" if check.outcome == "skipped" else ""
        text += f" ({check.outcome}{reason})"
    if told and check.message:
        room = width - len(text) - 2
        message = check.message.splitlines()[0]
        dots = "…" if unicode else "..."
        if room > 12:
            cut = message if len(message) <= room else message[: room - 3] + dots
            return [(f"{text}: ", colour), (cut, "")]
    return [(text, colour)]


def _explained(check: Check, path: Path, width: int) -> Iterator[Line]:
    where = f" ({path.name}:{check.line})" if check.line else ""
    first, *more = check.message.splitlines() or [""]
    if where and f"{path.name}:{check.line}" not in first:
        first += where
    yield from _wrapped(first, INDENT, width)
    # code and its caret stay below each other
    yield from ([(INDENT + line, "")] for line in more)
    if check.advice:
        yield from _wrapped(check.advice, INDENT, width, "cyan")
    if check.asked:
        yield from _wrapped(f"The question says: {check.asked}", INDENT, width, "dim")


def total(verdict: Verdict) -> Line:
    """How it went, in a line."""
    colour = "green" if verdict.verdict == "passed" else "red"
    words = {
        "passed": "passed",
        "failed": "not passed",
        "error": "not judged",
        "timeout": "out of time",
        "crashed": "crashed",
    }[verdict.verdict]
    noun = "check" if len(verdict.checks) == 1 else "checks"
    of = f"{verdict.passed} of {len(verdict.checks)}"
    counts = f"{of} {noun} passed, {verdict.seconds:.2f} s"
    return [(words, f"{colour} bold"), (f": {counts}", "")]


def _wrapped(text: str, indent: str, width: int, style: str = "") -> list[Line]:
    lines: list[Line] = []
    for paragraph in text.splitlines():
        wrapped = textwrap.wrap(
            paragraph,
            max(width, 40),
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
        )
        lines += [[(line, style)] for line in wrapped] or [[]]
    return lines
