"""The pages that were written by hand, with what programs put into them."""

from __future__ import annotations

from pathlib import Path

from backprep.bench.record import read_all
from backprep.evidence import examples
from backprep.site import amp as measured
from backprep.site import ledger, lint

ONE_PAGE = "one_page.md"
"""The page of one program, to be read at the desk or on paper."""
MEASURED = "amp.md"
"""The page that shows what was measured."""
LEDGER = "seed-ledger.md"
"""The page that corrects the notes which the bank grew out of."""


def uris(root: Path, folder: str = ".") -> list[str]:
    """The pages that lie in a folder of `docs`, by their place in it."""
    docs = root / "docs"
    return sorted(p.relative_to(docs).as_posix() for p in (docs / folder).glob("*.md"))


def completed(markdown: str, uri: str, root: Path) -> str:
    """The text of the page `uri`, with its examples and what was measured.

    Raises BankError where it names an example that cannot be shown, or has a formula
    that cannot be read.
    """
    lint.examine_formulas(root / "docs" / uri, markdown)
    text = examples.expand(markdown, root, root / "docs" / uri)
    if uri == MEASURED:
        text = measured.fill(text, read_all(root / "docs" / "data" / "amp"))
    if uri == LEDGER:
        text = ledger.folded(text)
    return text
