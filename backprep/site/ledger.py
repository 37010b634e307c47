"""The page of sources and corrections: its long tables, folded by verdict.

The page as it is written names every check. A reader is told how many there are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from backprep.bank.question import BankError
from backprep.clock import counted
from backprep.site.markup import block

TABLE = re.compile(r"^\|.*\n\|[-|]+\|\n((?:\|.*\n)+)", re.MULTILINE)
CHECK = re.compile(r"`tests/[\w/]+\.py::\w+`(?:<br>)?")
VERDICTS = ("true", "imprecise", "outdated", "unsupported", "false", "not covered")


@dataclass(frozen=True)
class Claim:
    """A row of the page: what the notes say, and what holds today."""

    said: str
    today: str
    checks: int
    sources: str
    """Markdown, or empty."""

    @classmethod
    def of(cls, row: str) -> Claim:
        """Raises BankError where the row has no three cells, or no verdict."""
        cells = row.strip("| ").split(" | ")
        if len(cells) != 3 or not cells[1].startswith(VERDICTS):
            raise BankError(
                f"docs/seed-ledger.md: expected claim, verdict and checks in {row!r}."
            )
        said, today, shown_by = cells
        sources = CHECK.sub("", shown_by).replace("<br>", " ")
        return cls(said, today, len(CHECK.findall(shown_by)), sources)

    @property
    def verdict(self) -> str:
        return next(word for word in VERDICTS if self.today.startswith(word))

    @property
    def markdown(self) -> str:
        """The claim as a block of its own."""
        today = self.today.replace(self.verdict, f"**{self.verdict}**", 1)
        checks = f"Shown by {counted(self.checks, 'check')}." if self.checks else ""
        sources = self.sources.replace("source:", "Source:", 1)
        shown = f"*{checks}* {sources}" if checks else sources
        parts = (self.said, today, shown.strip())
        return block("div", "\n\n".join(parts), class_="bp-claim")


def folded(markdown: str) -> str:
    """The page with each of its tables as two blocks to open.

    Raises BankError where a row is not a claim.
    """
    return TABLE.sub(lambda table: _folded(table[1].splitlines()), markdown)


def _folded(rows: Sequence[str]) -> str:
    claims = [Claim.of(row) for row in rows]
    right = [claim for claim in claims if claim.verdict == "true"]
    wrong = [claim for claim in claims if claim.verdict != "true"]
    kinds = Counter(claim.verdict for claim in wrong)
    corrected = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
    return (
        "\n\n".join(
            _block(f"{counted(len(found), 'claim')} {what}", found)
            for what, found in (
                (f"corrected: {corrected}", wrong),
                ("confirmed", right),
            )
            if found
        )
        + "\n"
    )


def _block(summary: str, claims: Sequence[Claim]) -> str:
    inside = "\n\n".join(claim.markdown for claim in claims)
    return block(
        "details", f"<summary>{summary}</summary>\n\n{inside}", class_="bp-claims"
    )
