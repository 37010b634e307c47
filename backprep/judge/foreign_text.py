"""What is in an answer's file where it is not the text of a Python module."""

from __future__ import annotations

import re
from pathlib import Path

from backprep import files
from backprep.files import FileProblem
from backprep.judge.failure import Failure

QUOTES = re.compile("[\u2018\u2019\u201c\u201d\u00ab\u00bb]")
NOTEBOOK = re.compile(r'\s*\{.*"cells"\s*:', re.DOTALL)
MAGIC = re.compile(r"\s*([%!]{1,2}\w.*)")


def foreign_text(error: BaseException | None, path: Path) -> Failure | None:
    """What else than Python is in the file in `path`, of which the import raised
    `error` or did not define what it must.

    None where it is Python, with whatever fault.
    """
    try:
        content = files.read(path)
    except (OSError, FileProblem):
        return None
    if b"\0" in content:
        line = content[: content.index(b"\0")].count(b"\n") + 1
        return Failure(
            f"{path.name}:{line}: holds null bytes; save it as plain UTF-8 text.", line
        )
    try:
        text = content.decode()
    except UnicodeDecodeError as problem:
        if not isinstance(error, SyntaxError):
            return None  # it says itself which encoding it has
        return Failure(f"{path.name} is not UTF-8: {problem}. Save it as UTF-8.")
    if NOTEBOOK.match(text) and '"nbformat"' in text:
        return Failure(
            f"{path.name} is a Jupyter notebook (JSON) and not Python; "
            "copy the code out of its cells."
        )
    if not isinstance(error, SyntaxError) or error.filename != str(path):
        return None
    written = (text.splitlines()[(error.lineno or 1) - 1 :] or [""])[0]
    where = f"{path.name}:{error.lineno}"
    if magic := MAGIC.match(written):
        return Failure(
            f"{where}: `{magic[1].strip()}` is a notebook's command and not Python; "
            "remove the line.",
            error.lineno,
        )
    if "invalid character" in error.msg and (quote := QUOTES.search(error.msg)):
        return Failure(
            f"{where}: {quote[0]} is a typographic quotation mark; Python takes "
            "\" and '.",
            error.lineno,
        )
    return None
