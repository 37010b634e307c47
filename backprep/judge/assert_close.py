"""What a failed comparison of tensors says: shape, dtype, values, gradient."""

from __future__ import annotations

import ast
import linecache
import re
from types import FrameType
from typing import Any

from backprep.bank import source
from backprep.judge.failure import Judged, brief

# --- torch.testing.assert_close --------------------------------------------


def compared(
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
        return f"got None, expected {brief(expected)}"
    for attribute in ("shape", "dtype", "device"):
        got = getattr(actual, attribute, None)
        wanted = getattr(expected, attribute, None)
        if wanted is not None and got is not None and got != wanted:
            if attribute == "shape":
                got, wanted = tuple(got), tuple(wanted)
            return f"{attribute}: got {got}, expected {wanted}{_inputs(frames, judged)}"
    if isinstance(inner["msg"], str):
        return inner["msg"]  # the check has its own words for it
    if hasattr(actual, "shape") != hasattr(expected, "shape"):
        kind = type(actual).__name__
        return f"got {brief(actual)} ({kind}), expected {brief(expected)}"
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
        got, wanted = brief(actual), brief(expected)
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
        f"got {brief(got)}, expected {brief(wanted)}"
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
    around = [node for node in tree.body if _spans(node, frame.f_lineno)]
    within = [
        node
        for outer in around
        for node in ast.walk(outer)
        if isinstance(node, ast.stmt) and _spans(node, frame.f_lineno)
    ]
    return max(within, key=lambda node: node.lineno) if within else None


def _spans(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or 0)


def _gradient_name(what: str | None) -> str | None:
    """Whose gradient the compared expression is, or None where it is not one."""
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

    text = judged.question.solution_path.read_text(encoding="utf-8")
    parameters = {n.arg for n in ast.walk(source.tree(text)) if isinstance(n, ast.arg)}
    checks = str(judged.question.checks_path)
    return [
        (name, value)
        for frame in frames
        if frame.f_code.co_filename == checks
        for name, value in frame.f_locals.items()
        if name in parameters and torch.is_tensor(value)
    ]
