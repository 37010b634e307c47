"""PyTorch against TensorFlow: the rows of the comparison."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from backprep.bank.question import BankError, read_text

ROWS = Path("docs", "data", "comparison.yml")
SIDES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow"}
VERDICTS = ("same", "differs")


@dataclass(frozen=True)
class Source:
    """Where a statement about PyTorch or TensorFlow was read, and when."""

    title: str
    url: str
    of: str
    """Whose it is, and of which day where it says so."""
    read: datetime.date


@dataclass(frozen=True)
class Row:
    """One line of the comparison, shown by a check, by sources or by both."""

    name: str
    title: str
    pytorch: str
    tensorflow: str
    verdict: str
    claim: str
    say: str
    """What to say of it in an interview."""
    check: str | None
    """The test that runs both sides."""
    sources: Sequence[Source]

    @property
    def scripts(self) -> list[str]:
        """The names of the two examples, where there are any."""
        sides = SIDES if self.check else ()
        return [f"comparison/{self.name}/in_{side}" for side in sides]

    @property
    def as_of(self) -> datetime.date | None:
        """The day up to which it is known, where that is not shown by running it."""
        return None if self.check else min(source.read for source in self.sources)


def rows(root: Path) -> list[Row]:
    """The rows in their order.

    Raises BankError where one of them is not what a row must be.
    """
    path = root / ROWS
    try:
        found = yaml.safe_load(read_text(path))
    except yaml.YAMLError as error:
        problem = str(error).replace("\n", " ")
        raise BankError(f"{path} is not YAML: {problem}.") from None
    try:
        return [_row(name, values) for name, values in found.items()]
    except ValueError as error:
        raise BankError(f"{path}: {error}") from None


def _row(name: str, values: Mapping[str, Any]) -> Row:
    whole = {"check": None, "sources": (), **values}
    _expect(Row, f"row {name}", {"name": name, **whole})
    sources = whole.pop("sources")
    for source in sources:
        _expect(Source, f"a source of {name}", source)
    if whole["verdict"] not in VERDICTS:
        raise ValueError(
            f"row {name}: verdict is {whole['verdict']!r}; "
            f"expected {' or '.join(VERDICTS)}."
        )
    if not whole["check"] and not sources:
        raise ValueError(f"row {name} has neither check nor sources; give it one.")
    return Row(name, **whole, sources=[Source(**source) for source in sources])


def _expect(kind: type[Row | Source], what: str, values: Mapping[str, Any]) -> None:
    expected = [field.name for field in fields(kind)]
    if values.keys() != set(expected):
        raise ValueError(
            f"{what} has {', '.join(values)}; expected {', '.join(expected)}."
        )
