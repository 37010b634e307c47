"""Put a failure into one sentence that says what to do."""

from __future__ import annotations

import linecache
import re
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from backprep.bank import source
from backprep.judge.assert_close import compared
from backprep.judge.failure import MESSAGE_LIMIT, Blank, Escaped, Failure, Judged, told
from backprep.judge.foreign_text import foreign_text
from backprep.judge.signatures import returned_none, wrong_signature
from backprep.testing import Mispredicted


def no_file(path: Path, strange: str) -> Failure:
    """What is in an answer's place, where it is not a file."""
    return Failure(f"{path} is {strange}; an answer is a file of Python.")


def loading(error: BaseException, path: Path) -> Failure:
    """Why the answer in `path` could not be imported."""
    if foreign := foreign_text(error, path):
        return foreign
    if isinstance(error, SyntaxError) and error.filename == str(path):
        shown = [f"{path.name}:{error.lineno}: {error.msg}"]
        if error.text:
            code = error.text.rstrip("\n")
            shown.append(f"    {code.lstrip()}")
            column = (error.offset or 1) - 1 - (len(code) - len(code.lstrip()))
            shown.append("    " + " " * max(column, 0) + "^")
        return Failure("\n".join(shown), error.lineno)
    line = _last_line(error, path)
    where = f"{path.name}:{line}" if line else path.name
    if isinstance(error, SystemExit | KeyboardInterrupt):
        return Failure(
            f"{where}: importing the answer raised {_exception(error)}; "
            "keep such code under `if __name__ == '__main__':`.",
            line,
        )
    return Failure(f"{where}: importing the answer raised {_exception(error)}", line)


def missing(path: Path, module: dict[str, Any], names: list[str]) -> Failure:
    """Which of `names` the answer does not define, and what it defines."""
    absent = ", ".join(f"`{name}`" for name in names if name not in module)
    if foreign := foreign_text(None, path):
        return foreign
    text = path.read_text(encoding="utf-8", errors="replace")
    if not text.strip():
        return Failure(f"{path.name} is empty; it must define {absent}.")
    defined = source.public_names(text)
    instead = f" It defines: {', '.join(defined)}. Renamed?" if defined else ""
    return Failure(f"{path.name} does not define {absent}.{instead}")


def left_changed(path: Path, left: Sequence[tuple[str, object, object]]) -> Failure:
    """What importing the answer left set for the whole process: each setting's name,
    its value and what it was."""
    said = ", and ".join(
        f"{name} at {value} (it was {was})" for name, value, was in left
    )
    return Failure(
        f"{path.name} leaves {said} when it is imported; set it inside of your "
        "function, and put it back there."
    )


def explain(error: BaseException, judged: Judged) -> Failure:
    """Why a check failed on the answer."""
    line = _last_line(error, judged.path)
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    in_answer = [f for f in frames if f.f_code.co_filename == str(judged.path)]
    if isinstance(error, NotImplementedError) and _says_so(judged.path, line):
        name = getattr(
            in_answer[-1].f_code, "co_qualname", in_answer[-1].f_code.co_name
        )
        name = name.removesuffix(".__init__")
        where = "/".join(judged.path.parts[-3:]) + f":{line}"
        return Failure(
            f"`{name}` still raises NotImplementedError ({where}).", line, True
        )
    if isinstance(error, Blank):
        return Failure(told(error), not_started=True)
    if isinstance(error, Escaped):
        return Failure(told(error), line)
    if isinstance(error, Mispredicted):
        text = judged.path.read_text(encoding="utf-8", errors="replace")
        return Failure(_cut(told(error)), source.key_line(text, error.name))
    for words in (returned_none, compared, wrong_signature, _asserted):
        if message := words(error, frames, judged):
            return Failure(_cut(message), line)
    where = f" ({judged.path.name}:{line})" if line else ""
    return Failure(_cut(_exception(error)) + where, line)


def _says_so(path: Path, line: int | None) -> bool:
    """Whether the answer itself raises the error there, and not what it calls."""
    return "NotImplementedError" in linecache.getline(str(path), line or 0)


def _exception(error: BaseException) -> str:
    """The exception's own last line: `ValueError: bad x`."""
    if isinstance(error, MemoryError) or "can't allocate memory" in told(error):
        return "MemoryError: the answer asked for more memory than it may use (4 GiB)"
    if isinstance(error, RecursionError):
        return "RecursionError: the answer calls itself without an end"
    if isinstance(error, SystemExit):
        return f"SystemExit({error.code!r})"
    lines = traceback.format_exception_only(type(error), error)
    # notes follow the line, and torch's errors go on for pages
    first = next((text for text in lines if text.strip()), type(error).__name__)
    # a class of the answer's own is known by its name there
    own = f"{type(error).__module__}."
    if own.startswith("backprep.answers."):
        first = first.removeprefix(own)
    return first.strip().splitlines()[0].rstrip(":")


def _last_line(error: BaseException, path: Path) -> int | None:
    lines = [
        number
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == str(path)
    ]
    return lines[-1] if lines else None


def _cut(message: str) -> str:
    if len(message) <= MESSAGE_LIMIT:
        return message
    return message[:MESSAGE_LIMIT].rstrip() + " …"


def _asserted(
    error: BaseException, frames: list[FrameType], judged: Judged
) -> str | None:
    """An assertion's own message, or what pytest made of its operands."""
    said = told(error)
    if type(error).__name__ == "Failed":
        if raised := re.search(r"DID NOT RAISE (?:any of )?(.*)", said):
            names = " or ".join(re.findall(r"(\w+)(?:'>)?(?=[,)]|$)", raised[1]))
            return f"expected {names}; nothing was raised"
        return said.splitlines()[0] if said else None
    if not isinstance(error, AssertionError):
        return None
    if any(f.f_code.co_filename == str(judged.path) for f in frames[-1:]):
        return None
    if "Regex pattern did not match" in said:
        return "the error's text does not name what is wrong: " + " ".join(said.split())
    text = said.strip()
    return text.splitlines()[0].removeprefix("assert ") if text else "not so"
