"""One style sheet out of the several that are written."""

from __future__ import annotations

from pathlib import Path

from backprep.bank.question import read_text
from backprep.site.page import Data

FOLDER = Path("docs", "assets", "css")


def joined(root: Path) -> Data:
    """In one file, since each costs a request before anything shows."""
    parts = [read_text(path) for path in sorted((root / FOLDER).glob("*.css"))]
    return Data("assets/backprep.css", "\n".join(parts))
