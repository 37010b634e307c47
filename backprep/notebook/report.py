"""What a cell shows below it, as HTML and as text."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

from backprep.judge.verdict import Check, Verdict
from backprep.printable import printable
from backprep.terminal import verdict_lines
from backprep.terminal.styled import Line

# light and dark notebooks show the same HTML, whose text has the notebook's own
# colour: these are for signs and edges, and can be told from white and from black
COLOURS = {"green": "#2b9a66", "red": "#e5484d", "yellow": "#b88700"}
GREY = "#8b8d98"
# MathJax would take what stands between two dollars for a formula
NO_MATH = "mathjax_ignore tex2jax_ignore"
MUTED = "opacity: 0.75"
CODE = "padding: 0.3em 0.6em; overflow-x: auto; background: rgb(127 127 127 / 0.15)"
ROOM = "margin: 0.3em 0"


@dataclass(frozen=True)
class Prose:
    """A text in Markdown."""

    markdown: str

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return dict.fromkeys(("text/plain", "text/markdown"), printable(self.markdown))


@dataclass(frozen=True)
class Report:
    """A verdict on a cell, and what else there is to say."""

    verdict: Verdict
    path: Path
    """Where the cell was written."""
    code: str
    """What it holds."""
    said: tuple[str, ...] = ()
    """What the verdict counted for, what became of an older answer, and the like."""

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": self.text(), "text/html": self.html()}

    def text(self) -> str:
        """What the terminal says."""
        lines = verdict_lines.report(self.verdict, self.path, unicode=True)
        return printable("\n".join([*map(_plain, lines), *self.said]))

    def html(self) -> str:
        """The same words; the checks that passed are folded."""
        verdict = self.verdict
        judged = verdict.verdict != "not attempted"
        failed = [check for check in verdict.checks if check.rejects]
        parts = [_head(verdict_lines.total(verdict))] if judged else []
        if verdict.summary and (verdict.verdict != "error" or not failed):
            parts.append(_paragraph(verdict.summary))
        parts += [self._in_full(check) for check in failed[:1]]
        parts += [self._in_a_line(check) for check in failed[1:]]
        for outcome in ("not run", "skipped", "passed"):
            alike = [check for check in verdict.checks if check.outcome == outcome]
            if alike and (judged or verdict.passed):
                parts.append(_folded(outcome, alike))
        if verdict.output:
            printed = _pre(verdict.output.rstrip())
            parts.append(_details("it printed:", printed, opened=len(failed) < 2))
        parts += [_paragraph(text) for text in self.said]
        edge = COLOURS["green" if verdict.verdict == "passed" else "red"]
        style = f"border-left: 4px solid {edge if judged else GREY}; padding: 0 0 0 1em"
        name = f"The verdict on {verdict.question}"
        return (
            f'<section class="{NO_MATH}" aria-label="{_escaped(name)}" '
            f'style="{style}">{"".join(parts)}</section>'
        )

    def _in_full(self, check: Check) -> str:
        first = self._first(check)
        message = _paragraph(first) if first else ""
        body = _indented(message + self._more(check))
        return f"<p style='{ROOM}'><strong>{_titled(check)}</strong></p>{body}"

    def _in_a_line(self, check: Check) -> str:
        head, first, more = _titled(check), self._first(check), self._more(check)
        if first:
            head += f": <span style='{MUTED}'>{_marked(first)}</span>"
        return (
            _details(head, _indented(more)) if more else f"<p style='{ROOM}'>{head}</p>"
        )

    def _first(self, check: Check) -> str:
        """What is wrong, and where."""
        first, *_ = check.message.splitlines() or [""]
        where = f"{self.path.name}:{check.line}" if check.line else ""
        return f"{first} ({where})" if where and where not in first else first

    def _more(self, check: Check) -> str:
        """The code, and what to do about it."""
        parts = []
        if more := "\n".join(check.message.splitlines()[1:]) or self._line(check):
            parts.append(_pre(more))
        if check.advice:
            parts.append(_paragraph(check.advice))
        if check.asked:
            said = f"The question says: <q>{_marked(check.asked)}</q>"
            parts.append(f"<p style='{ROOM}; {MUTED}'>{said}</p>")
        return "".join(parts)

    def _line(self, check: Check) -> str:
        lines = self.code.splitlines()
        number = check.line or 0
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""


def _head(line: Line) -> str:
    (words, _), *rest = line
    told = "".join(text for text, _ in rest)
    return (
        f"<p style='{ROOM}'><strong>{_escaped(words)}</strong>"
        f"<span>{_escaped(told)}</span></p>"
    )


def _titled(check: Check) -> str:
    """A check's title, and its sign with the word for those who hear it."""
    sign, _, colour = verdict_lines.SIGNS[check.outcome]
    return f"{_sign(sign, colour, check.outcome)} {_escaped(check.title)}"


def _folded(outcome: str, checks: list[Check]) -> str:
    sign, _, colour = verdict_lines.SIGNS[outcome]
    rows = [
        f"{check.title}: {check.message}" if check.message else check.title
        for check in checks
    ]
    items = "".join(f"<li>{_marked(row)}</li>" for row in rows)
    head = f"{_sign(sign, colour)} {len(checks)} {outcome}"
    return _details(head, f"<ul style='{ROOM}'>{items}</ul>")


def _sign(sign: str, colour: str, word: str = "") -> str:
    spoken = f'role="img" aria-label="{word}"' if word else 'aria-hidden="true"'
    style = f"color: {COLOURS.get(colour, GREY)}; font-weight: bold"
    return f'<span {spoken} style="{style}">{sign}</span>'


def _indented(body: str) -> str:
    return f"<div style='margin-left: 1.5em'>{body}</div>"


def _details(head: str, body: str, opened: bool = False) -> str:
    state = " open" if opened else ""
    summary = f"<summary style='cursor: pointer'>{head}</summary>"
    return f"<details{state} style='{ROOM}'>{summary}{body}</details>"


def _paragraph(text: str) -> str:
    lines = "<br>".join(map(_marked, text.splitlines()))
    return f"<p style='{ROOM}'>{lines}</p>"


def _pre(text: str) -> str:
    return f"<pre style='{ROOM}; {CODE}'>{_escaped(text)}</pre>"


def _marked(text: str) -> str:
    """The text with what stands between backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return _escaped(text)  # one that nothing closes is itself
    return "".join(
        f"<code>{_escaped(part)}</code>" if n % 2 else _escaped(part)
        for n, part in enumerate(parts)
    )


def _escaped(text: str) -> str:
    return escape(printable(text))


def _plain(line: Line) -> str:
    return "".join(text for text, _ in line)
