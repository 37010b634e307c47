"""Code that a page shows, with what it printed.

An example is a script `docs/examples/<group>/<name>.py`. What it printed lies in
`docs/data/outputs/<group>/<name>.json`, written by `make outputs`. A page shows both
by a line of its own: `{{ example: autograd/gradient.py }}`.

A script that a page explains step by step has cells, each below a line `# %% name`.
`{{ example: one_page/program.py#loop }}` shows one: its code, and what that printed
when the script ran as the one program that it is.
"""

from __future__ import annotations

import hashlib
import json
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

from backprep.bank.printed import TENSORFLOW
from backprep.bank.question import BankError, read_text
from backprep.evidence.origin import Origin, write_record

SCRIPTS = Path("docs", "examples")
RECORDS = Path("docs", "data", "outputs")

DIRECTIVE = re.compile(r"^( *)(\{\{.*\bexample\b.*\}\}) *$", re.MULTILINE)
WELL_FORMED = re.compile(r"\{\{ *example: *([\w/]+)\.py(?:#(\w+))? *\}\}")
CELL = re.compile(r"^# %% (\w+)\n", re.MULTILINE)
TOLERANCE = re.compile(r"^# tolerance: (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Record:
    """What an example printed, and where."""

    code_sha256: str
    output: str
    origin: Origin

    @classmethod
    def read(cls, path: Path) -> Record:
        """The record in a file. Raises BankError where there is none."""
        try:
            record = json.loads(read_text(path))
            return cls(record["code_sha256"], record["output"], Origin.of(record))
        except (ValueError, KeyError, TypeError):
            raise BankError(f"{path} is not a record; run make outputs.") from None

    def write(self, path: Path) -> None:
        """Write it as JSON, its origin's fields beside its own."""
        shown = {"code_sha256": self.code_sha256, "output": self.output}
        write_record(path, shown, self.origin)


@dataclass(frozen=True)
class Script:
    """An example's code, with what its first lines and its imports say of it."""

    root: Path
    name: str
    """Group and name, as in `autograd/gradient`."""

    @property
    def path(self) -> Path:
        return self.root / SCRIPTS / f"{self.name}.py"

    @property
    def record(self) -> Path:
        return self.root / RECORDS / f"{self.name}.json"

    @property
    def code(self) -> str:
        return read_text(self.path)

    @property
    def code_sha256(self) -> str:
        return hashlib.sha256(self.code.encode()).hexdigest()

    @property
    def needs_tensorflow(self) -> bool:
        return TENSORFLOW.search(self.code) is not None

    @property
    def tolerance(self) -> float:
        """By how much of itself a printed number may differ from the record's."""
        stated = TOLERANCE.search(self.code)
        return float(stated[1]) if stated else 1e-4


@dataclass(frozen=True)
class Example:
    """A script with its record: what a page shows."""

    name: str
    code: str
    record: Record

    @property
    def output(self) -> str:
        return self.record.output


def cells(text: str) -> dict[str, str]:
    """What stands below each `# %% name` of a script, or of what it printed.

    What comes before the first one is in none.
    """
    _, *parts = CELL.split(text)
    return dict(zip(parts[::2], map(str.strip, parts[1::2]), strict=True))


def find(root: Path) -> list[str]:
    """The names of all examples."""
    folder = root / SCRIPTS
    return sorted(
        path.relative_to(folder).with_suffix("").as_posix()
        for path in folder.rglob("*.py")
    )


def load(root: Path, name: str) -> Example:
    """The example with its record.

    Raises BankError where it has none, or one of other code.
    """
    script = Script(root, name)
    code_sha256 = script.code_sha256
    if not script.record.is_file():
        raise BankError(f"{script.path} has no recorded output; run make outputs.")
    record = Record.read(script.record)
    if record.code_sha256 != code_sha256:
        raise BankError(
            f"{script.path} has changed since its output was recorded; "
            "run make outputs."
        )
    return Example(name, script.code, record)


def expand(markdown: str, root: Path, source: Path) -> str:
    """`markdown`, with the examples it names in the place of their names.

    Raises BankError with the line of the file `source`, from which `markdown` comes.
    """

    def show(found: re.Match[str]) -> str:
        indent, directive = found.groups()
        named = WELL_FORMED.fullmatch(directive)
        try:
            if named is None:
                raise BankError(
                    f"{directive} names no example; "
                    "write {{ example: group/name.py }}."
                )
            example = load(root, named[1])
            shown = _cell(example, named[2]) if named[2] else as_markdown(example)
            return textwrap.indent(shown, indent)
        except BankError as error:
            lines = read_text(source).splitlines()
            at = next((n for n, line in enumerate(lines, 1) if directive in line), 1)
            raise BankError(f"{source}:{at}: {error}") from None

    return DIRECTIVE.sub(show, markdown)


def read(path: Path, root: Path) -> str:
    """The Markdown of a file, with its examples."""
    return expand(read_text(path), root, path)


def as_markdown(example: Example) -> str:
    """The code, and below it what it printed."""
    path = (SCRIPTS / f"{example.name}.py").as_posix()
    code = fence(example.code, f'python title="{path}"')
    return f"{code}\n\n{_output(example, example.output)}"


def _cell(example: Example, name: str) -> str:
    """A cell's code, and below it what it printed, if it printed anything."""
    code = cells(example.code).get(name)
    if code is None:
        raise BankError(
            f"{SCRIPTS / example.name}.py has no cell {name}; "
            f"it has {', '.join(cells(example.code)) or 'none'}."
        )
    printed = cells(example.output)[name]
    shown = fence(code, "python")
    return f"{shown}\n\n{_output(example, printed)}" if printed else shown


def _output(example: Example, printed: str) -> str:
    versions = example.record.origin.versions
    libraries = [f"{k} {v}" for k, v in versions.items() if k != "python"]
    return fence(printed, f'text title="Output with {", ".join(libraries)}"')


def fence(text: str, info: str) -> str:
    """A block of code as Markdown, which no line of it can end; `info` says how to
    show it."""
    marks = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"{marks}{info}\n{text.rstrip()}\n{marks}"
