"""Markdown that says something else than its author meant, by file and line."""

from __future__ import annotations

import re
from pathlib import Path

from backprep.bank.question import BankError, read_text
from backprep.site.formulas import LANGUAGE, FormulaError, mathml

FENCE = re.compile(r"^ *(`{3,}|~{3,})(.*)$")
FORMULA = re.compile(
    rf"^ *(?P<fence>`{{3,}}|~{{3,}}) *{LANGUAGE} *$(?P<latex>.*?)^ *(?P=fence) *$",
    re.MULTILINE | re.DOTALL,
)
CODE = re.compile(r"(`+).*?(?<!`)\1(?!`)", re.DOTALL)
TAG = re.compile(r"</?[A-Za-z][\w-]*[^<>`]*>")
PICTURE = re.compile(r"!\[[^\]]*\]\([^)\s]*\)")
LINK = re.compile(r"\]\(([^)\s]*)(\)?)")


def examine(path: Path) -> None:
    """Raise BankError at a fence or a link left open, a tag, a stray link, or a
    formula that cannot be read."""
    text = _below_the_front_matter(read_text(path))
    examine_formulas(path, text)
    prose = _without_fences(path, text)
    plain = PICTURE.sub(_empty_lines, CODE.sub(_empty_lines, prose))
    for number, line in enumerate(plain.splitlines(), 1):
        if "`" in line:
            raise _fail(path, number, "a ` that nothing closes; write it twice")
        if tag := TAG.search(line):
            raise _fail(path, number, f"{tag[0]} is read as HTML; write it as code")
        for target, end in LINK.findall(line):
            if not end:
                raise _fail(path, number, f"a link to {target} without its end; add )")
            if not target.startswith(("http://", "https://", "#")):
                raise _fail(
                    path, number, f"a link to {target}; link only to https:// pages"
                )


def examine_formulas(path: Path, text: str) -> None:
    """Raise BankError at a formula in a page's text that cannot be read."""
    for found in FORMULA.finditer(text):
        try:
            mathml(found["latex"].strip())
        except FormulaError as error:
            line = text.count("\n", 0, found.start("fence")) + 1
            raise _fail(path, line, str(error)) from None


def _empty_lines(found: re.Match[str]) -> str:
    """What stands for code that runs over a line's end, so that lines stay in place."""
    return "\n" * found[0].count("\n")


def _below_the_front_matter(text: str) -> str:
    """The text with empty lines for its head, so that lines keep their numbers."""
    if not text.startswith("---\n"):
        return text
    head, separator, below = text[4:].partition("\n---\n")
    return "\n" * (head.count("\n") + 3) + below if separator else text


def _without_fences(path: Path, text: str) -> str:
    lines = []
    opened: tuple[int, str] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if opened is None and fence and "`" not in fence[2]:
            opened = number, fence[1]
        elif opened is not None and line.strip() == opened[1]:
            opened = None
        elif opened is None:
            lines.append(line)
            continue
        lines.append("")
    if opened is not None:
        raise _fail(path, opened[0], f"code that nothing ends; add a line {opened[1]}")
    return "\n".join(lines)


def _fail(path: Path, line: int, problem: str) -> BankError:
    return BankError(f"{path}:{line}: {problem}.")
