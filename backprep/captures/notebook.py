"""Write into the guide on notebooks what its cell is told.

    python -m backprep.captures.notebook

The judge judges; only its clock stands still, so that the same is written each time.
"""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from backprep.judge.protocol import silent
from backprep.notebook.candidate import Candidate

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "notebooks.md"
CELL = re.compile(
    r"```python\n%%check (?P<question>\w+)\n(?P<text>(?:(?!```).*\n)*)```"
)
SHOWN = re.compile(r"```text\n(?:(?!```).*\n)*```")


def filled(page: str) -> str:
    """The page with the verdict on its first cell."""
    cell = CELL.search(page)
    assert cell is not None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        with patch.dict(os.environ, BACKPREP_HOME=str(folder / "home")):
            candidate = Candidate(folder / "answers")
            report = candidate.check(cell["question"], cell["text"], 30, silent)
            candidate.coach.journal.close()
        still = replace(report, verdict=replace(report.verdict, seconds=0.0))
        told = still.text().replace(str(folder), "~")
    return SHOWN.sub(lambda _: f"```text\n{told}\n```", page)


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text()))
