"""A verdict as lines of text for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from backprep.judge.verdict import Check, Verdict

SIGNS = {
    "passed": ("✓", "+", "green"),
    "failed": ("✗", "x", "red"),
    "error": ("✗", "x", "red"),
    "skipped": ("○", "o", "yellow"),
    "not run": ("·", ".", "bright_black"),
}
INDENT = " " * 6


def draw(verdict: Verdict, path: Path, *, unicode: bool, width: int = 88) -> str:
    """What `backprep check` prints: the first failure in full, the others a line."""
    head = click.style(verdict.question, bold=True) + f"  {path}"
    lines = [head, *body(verdict, path, unicode=unicode, width=width)]
    if verdict.verdict != "not attempted":
        lines += ["", total(verdict)]
    return "\n".join(lines)


def body(
    verdict: Verdict, path: Path, *, unicode: bool, width: int = 88
) -> Sequence[str]:
    """What lies between the name of the question and how it went."""
    if verdict.verdict == "not attempted":
        return _wrapped(verdict.summary, "  ", width)
    lines = []
    shown = False
    for check in verdict.checks:
        failed = check.outcome in ("failed", "error")
        lines.append(_line(check, unicode, width, told=failed and shown))
        if failed and not shown:
            shown = True
            lines += _explained(check, path, width)
    if verdict.verdict == "error" and not shown:
        lines = _wrapped(verdict.summary, "  ", width)
    elif verdict.summary and verdict.verdict in ("failed", "passed"):
        lines += ["", *_wrapped(verdict.summary, "  ", width)]
    if verdict.output:
        lines += ["", click.style("  it printed:", dim=True)]
        lines += [f"    {line}" for line in verdict.output.rstrip().splitlines()]
    return lines


def _line(check: Check, unicode: bool, width: int, *, told: bool) -> str:
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
            return click.style(f"{text}: ", fg=colour) + cut
    return click.style(text, fg=colour)


def _explained(check: Check, path: Path, width: int) -> Iterator[str]:
    where = f" ({path.name}:{check.line})" if check.line else ""
    first, *more = check.message.splitlines() or [""]
    if where and f"{path.name}:{check.line}" not in first:
        first += where
    yield from _wrapped(first, INDENT, width)
    # code and its caret stay below each other
    yield from (INDENT + line for line in more)
    if check.advice:
        for line in _wrapped(check.advice, INDENT, width):
            yield click.style(line, fg="cyan")


def total(verdict: Verdict) -> str:
    """How it went, in a line."""
    colour = "green" if verdict.verdict == "passed" else "red"
    words = {
        "passed": "passed",
        "failed": "not passed",
        "error": "not judged",
        "timeout": "out of time",
        "crashed": "crashed",
    }[verdict.verdict]
    of = f"{verdict.passed} of {len(verdict.checks)}"
    counts = f"{of} checks passed, {verdict.seconds:.2f} s"
    return f"{click.style(words, fg=colour, bold=True)}: {counts}"


def _wrapped(text: str, indent: str, width: int) -> list[str]:
    lines = []
    for line in text.splitlines():
        lines += textwrap.wrap(
            line,
            max(width, 40),
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
        ) or [""]
    return lines
