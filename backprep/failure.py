"""What went wrong, in one line that a candidate can act on.

The only place that turns an exception into words. The line names the thing,
what was expected and what came, and never shows a frame of ours.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from backprep import source
from backprep.bank import Question
from backprep.predictions import Mispredicted

MESSAGE_LIMIT = 500


@dataclass(frozen=True)
class Failure:
    """`message`, and the line in the candidate's file where there is one."""

    message: str
    line: int | None = None
    not_started: bool = False


class Escaped(AssertionError):
    """The answer left its check in another way than by passing or failing it."""


class Blank(AssertionError):
    """A constant of the answer is as the starter has it."""


@dataclass(frozen=True)
class Judged:
    """Whose failure is put into words."""

    question: Question
    path: Path
    """The file that holds the answer."""
    values: dict[str, Any]
    """What stands for each public name of the solution."""


def loading(error: BaseException, path: Path) -> Failure:
    """Why the answer in `path` could not be imported."""
    if isinstance(error, SyntaxError) and (
        error.filename in (None, str(path)) or "utf-8" in str(error)
    ):
        if error.lineno is None or "utf-8" in str(error):
            return Failure(f"{path.name} is not UTF-8: {error.msg}. Save it as UTF-8.")
        shown = [f"{path.name}:{error.lineno}: {error.msg}"]
        if error.text:
            code = error.text.rstrip("\n")
            shown.append(f"    {code.lstrip()}")
            column = (error.offset or 1) - 1 - (len(code) - len(code.lstrip()))
            shown.append("    " + " " * max(column, 0) + "^")
        return Failure("\n".join(shown), error.lineno)
    if isinstance(error, ValueError) and "null bytes" in str(error):
        return Failure(f"{path.name} holds null bytes; save it as plain UTF-8 text.")
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
    text = path.read_text(encoding="utf-8", errors="replace")
    if not text.strip():
        return Failure(f"{path.name} is empty; it must define {absent}.")
    defined = source.public_names(text)
    instead = f" It defines: {', '.join(defined)}. Renamed?" if defined else ""
    return Failure(f"{path.name} does not define {absent}.{instead}")


def explain(error: BaseException, judged: Judged) -> Failure:
    """Why a check failed on the answer."""
    line = _last_line(error, judged.path)
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    in_answer = [f for f in frames if f.f_code.co_filename == str(judged.path)]
    if isinstance(error, NotImplementedError) and in_answer:
        name = getattr(
            in_answer[-1].f_code, "co_qualname", in_answer[-1].f_code.co_name
        )
        name = name.removesuffix(".__init__")
        where = "/".join(judged.path.parts[-3:]) + f":{line}"
        return Failure(
            f"`{name}` still raises NotImplementedError ({where}).", line, True
        )
    if isinstance(error, Blank):
        return Failure(str(error), not_started=True)
    if isinstance(error, Escaped):
        return Failure(str(error), line)
    if isinstance(error, Mispredicted):
        text = judged.path.read_text(encoding="utf-8", errors="replace")
        return Failure(_cut(str(error)), source.key_line(text, error.name))
    for words in (_returned_none, _compared, _wrong_signature, _asserted):
        if message := words(error, frames, judged):
            return Failure(_cut(message), line)
    where = f" ({judged.path.name}:{line})" if line else ""
    return Failure(_cut(_exception(error)) + where, line)


def _exception(error: BaseException) -> str:
    """The exception's own last line: `ValueError: bad x`."""
    if isinstance(error, MemoryError) or "can't allocate memory" in str(error):
        return "MemoryError: the answer asked for more memory than it may use (4 GiB)"
    if isinstance(error, RecursionError):
        return "RecursionError: the answer calls itself without an end"
    if isinstance(error, SystemExit):
        return f"SystemExit({error.code!r})"
    lines = traceback.format_exception_only(type(error), error)
    # notes follow the line, and torch's errors go on for pages
    first = next((text for text in lines if text.strip()), type(error).__name__)
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


# --- returned None ---------------------------------------------------------


def _returned_none(
    error: BaseException, frames: list[FrameType], judged: Judged
) -> str | None:
    """A function without a value to return, where the reference returns one."""
    if any(f.f_code.co_filename == str(judged.path) for f in frames[-1:]):
        return None  # the answer's own code failed first
    promised = _functions(judged.question.solution.read_text(encoding="utf-8"))
    try:
        written = _functions(judged.path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None
    for name, function in written.items():
        expected = promised.get(name)
        if (
            expected is not None
            and not source.never_returns(expected)
            and source.never_returns(function)
        ):
            return f"`{name.rpartition('.')[2]}` returned None: is a `return` missing?"
    return None


def _functions(text: str) -> dict[str, ast.FunctionDef]:
    found = {}
    for node in source.definitions(text):
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, ast.FunctionDef):
                    found[f"{node.name}.{item.name}"] = item
    return found


# --- torch.testing.assert_close --------------------------------------------


def _compared(
    error: BaseException, frames: list[FrameType], judged: Judged
) -> str | None:
    """The difference that `torch.testing.assert_close` found."""
    at = [
        n
        for n, frame in enumerate(frames)
        if frame.f_code.co_name == "assert_close"
        and frame.f_globals.get("__name__") == "torch.testing._comparison"
    ]
    if not at or not isinstance(error, AssertionError | TypeError | ValueError):
        return None
    inner = frames[at[-1]].f_locals
    text = str(error)
    actual, expected = inner["actual"], inner["expected"]
    caller = frames[at[-1] - 1]
    what = _first_argument(caller)
    if item := re.search(r"failure occurred for item ((?:\[.+?\])+)", text):
        for key in re.findall(r"\[(.+?)\]", item[1]):
            try:
                name = ast.literal_eval(key)
                actual, expected = actual[name], expected[name]
            except (ValueError, SyntaxError, LookupError, TypeError):
                break
        what = item[1] if what is None else what + item[1]
    gradient = _gradient_name(what)
    if actual is None:
        if gradient:
            return f"no gradient reached `{gradient}`"
        return f"got None, expected {_brief(expected)}"
    for attribute in ("shape", "dtype", "device"):
        got = getattr(actual, attribute, None)
        wanted = getattr(expected, attribute, None)
        if wanted is not None and got is not None and got != wanted:
            if attribute == "shape":
                got, wanted = tuple(got), tuple(wanted)
            return f"{attribute}: got {got}, expected {wanted}{_inputs(frames, judged)}"
    if hasattr(actual, "shape") != hasattr(expected, "shape"):
        kind = type(actual).__name__
        return f"got {_brief(actual)} ({kind}), expected {_brief(expected)}"
    return _values(text, actual, expected, gradient, frames, judged)


def _values(
    text: str,
    actual: Any,
    expected: Any,
    gradient: str | None,
    frames: list[FrameType],
    judged: Judged,
) -> str:
    allowed = re.search(r"bsolute difference.*\(up to (\S+) allowed\)", text)
    tolerance = f" (tolerance {float(allowed[1]):.1g})" if allowed else ""
    index = re.search(r"Greatest absolute difference: (\S+) at index \((.*?)\)", text)
    if index is None:
        got, wanted = _brief(actual), _brief(expected)
        return f"{_not_finite(actual, expected, frames, judged)}got {got}, " + (
            f"expected {wanted}{tolerance}"
        )
    place = [int(number) for number in re.findall(r"\d+", index[2])]
    counts = re.search(r"Mismatched elements: (\d+) / (\d+)", text)
    if strange := _not_finite(actual, expected, frames, judged):
        return strange.rstrip(": ")
    got, wanted = actual[tuple(place)], expected[tuple(place)]
    if gradient:
        return f"the gradient of `{gradient}` differs, by {float(index[1]):.2g} at most"
    differ = f"{counts[1]} of {counts[2]} differ" if counts else "values differ"
    return (
        f"{differ}, largest by {float(index[1]):.1e} at {place}{tolerance}: "
        f"got {_brief(got)}, expected {_brief(wanted)}"
    )


def _not_finite(
    actual: Any, expected: Any, frames: list[FrameType], judged: Judged
) -> str:
    import torch

    if not (torch.is_tensor(actual) and torch.is_tensor(expected)):
        return ""
    if not actual.is_floating_point() or not torch.isfinite(expected).all():
        return ""
    if torch.isfinite(actual).all():
        return ""
    name = "NaN" if torch.isnan(actual).any() else "infinity"
    for parameter, value in _tensors(frames, judged):
        if value.is_floating_point() and value.numel():
            largest = value.detach().abs().max().item()
            if largest >= 100:
                return (
                    f"{name} for large inputs ({parameter}.abs().max() = {largest:g}): "
                )
    return f"{name} where the expected values are finite: "


def _first_argument(frame: FrameType) -> str | None:
    """The source of the first argument of the call that runs in `frame`."""
    statement = _statement(frame)
    for node in ast.walk(statement) if statement else ():
        if (
            isinstance(node, ast.Call)
            and ast.unparse(node.func).endswith("assert_close")
            and node.args
        ):
            return ast.unparse(node.args[0])
    return None


def _statement(frame: FrameType) -> ast.stmt | None:
    """The statement that runs in `frame`."""
    path = frame.f_code.co_filename
    try:
        tree = source.tree("".join(linecache.getlines(path)))
    except SyntaxError:
        return None
    within = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt)
        and node.lineno <= frame.f_lineno <= (node.end_lineno or 0)
    ]
    return max(within, key=lambda node: node.lineno) if within else None


def _gradient_name(what: str | None) -> str | None:
    """Whose gradient the compared expression is, or None if it is none."""
    if what is None:
        return None
    if what.endswith(".grad"):
        return what.removesuffix(".grad")
    if "grad" in what and (item := re.search(r"\[['\"]?([\w.]+)['\"]?\]$", what)):
        return item[1]
    return None


def _inputs(frames: list[FrameType], judged: Judged) -> str:
    for name, value in _tensors(frames, judged):
        return f" for {name} of shape {tuple(value.shape)}"
    return ""


def _tensors(frames: list[FrameType], judged: Judged) -> list[tuple[str, Any]]:
    """The check's tensors that bear the name of one of the answer's parameters."""
    import torch

    text = judged.question.solution.read_text(encoding="utf-8")
    parameters = {n.arg for n in ast.walk(source.tree(text)) if isinstance(n, ast.arg)}
    checks = str(judged.question.checks)
    return [
        (name, value)
        for frame in frames
        if frame.f_code.co_filename == checks
        for name, value in frame.f_locals.items()
        if name in parameters and torch.is_tensor(value)
    ]


def _brief(value: Any) -> str:
    import torch

    if torch.is_tensor(value):
        if value.numel() == 1:
            item = value.item()
            return f"{item:.7g}" if isinstance(item, float) else str(item)
        return f"a tensor of shape {tuple(value.shape)}"
    text = f"{value:.7g}" if isinstance(value, float) else repr(value)
    return text if len(text) <= 120 else text[:117] + "…"


# --- signatures and assertions ----------------------------------------------


def _wrong_signature(
    error: BaseException, frames: list[FrameType], judged: Judged
) -> str | None:
    """A call that the reference takes and the answer does not."""
    if not isinstance(error, TypeError) or not frames:
        return None
    asked = {
        node.name: node
        for node in source.definitions(
            judged.question.solution.read_text(encoding="utf-8")
        )
    }
    for name, node in asked.items():
        value = judged.values.get(name)
        if callable(value) and (misfit := _misfit(value, node)):
            return misfit
    return None


def _misfit(value: Callable[..., object], node: source.Definition) -> str | None:
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return None
    wanted = source.call_signature(node)
    try:
        signature.bind(*_arguments(wanted)[0], **_arguments(wanted)[1])
    except TypeError:
        bare = [
            p.replace(annotation=inspect.Parameter.empty)
            for p in signature.parameters.values()
        ]
        count = f"{len(bare)} argument{'s' if len(bare) != 1 else ''}"
        written = f"{node.name}{inspect.Signature(bare)}"
        return f"`{written}` takes {count}; the question asks for `{wanted}`."
    return None


def _arguments(call: str) -> tuple[list[None], dict[str, None]]:
    """Stand-ins for what a call with this signature passes."""
    arguments = source.parse(f"def {call}: ...").body[0]
    assert isinstance(arguments, ast.FunctionDef)
    positional = [None for _ in arguments.args.posonlyargs + arguments.args.args]
    return positional, {a.arg: None for a in arguments.args.kwonlyargs}


def _asserted(
    error: BaseException, frames: list[FrameType], judged: Judged
) -> str | None:
    """An assertion's own message, or what pytest made of its operands."""
    if type(error).__name__ == "Failed":
        if raised := re.search(r"DID NOT RAISE (?:any of )?(.*)", str(error)):
            names = " or ".join(re.findall(r"(\w+)(?:'>)?(?=[,)]|$)", raised[1]))
            return f"expected {names}; nothing was raised"
        return str(error).splitlines()[0] if str(error) else None
    if not isinstance(error, AssertionError):
        return None
    if any(f.f_code.co_filename == str(judged.path) for f in frames[-1:]):
        return None
    if "Regex pattern did not match" in str(error):
        return "the error's text does not name what is wrong: " + " ".join(
            str(error).split()
        )
    text = str(error).strip()
    return text.splitlines()[0].removeprefix("assert ") if text else "not so"
