"""What the bank's own checks import: how near misses and predictions are judged."""

from __future__ import annotations

import importlib.util
import linecache
import math
import warnings
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from backprep.bank import printed as kept_prints
from backprep.bank.question import BankError, Question
from backprep.bank.questions import read_question

if TYPE_CHECKING:
    import pytest

Answer = TypeVar("Answer", bound=Callable[..., object])


def fails(*checks: str) -> Callable[[Answer], Answer]:
    """Mark a near miss with exactly the checks that must reject it.

    `backprep.bank.near_misses` reads the names from the text, so that no
    near miss has to be run to know them.
    """

    def mark(answer: Answer) -> Answer:
        return answer

    return mark


def prompt_says(*sentences: str) -> Callable[[Answer], Answer]:
    """Mark a check with the sentences of the prompt that it rests on, word for word.

    `backprep.bank.demands` reads them from the text; a rule of the bank holds that
    each stands in the prompt, so that no check asks for more than the prompt does.
    """

    def mark(check: Answer) -> Answer:
        return check

    return mark


def needs(library: str) -> pytest.MarkDecorator:
    """Mark a check as not verified where `library` is not installed."""
    import pytest

    return pytest.mark.skipif(
        importlib.util.find_spec(library) is None, reason=f"{library} is not installed"
    )


PLAIN = (bool, int, float, str, type(None))


class Mispredicted(AssertionError):
    """What is wrong with a prediction, and its name."""

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message)
        self.name = name


def printed(question: Question) -> dict[str, Any]:
    """What the `print(name, value)` in the prompt's code print, by their names.

    The code is run, but for blocks that need TensorFlow: what these printed is kept.
    """
    blocks = kept_prints.blocks(question)
    if not blocks:
        raise BankError(
            f"{question.prompt_path} shows 0 blocks of Python; it must show the code "
            "whose output is to be predicted."
        )
    found: dict[str, Any] = {}
    for code in blocks:
        kept = kept_prints.is_kept(code)
        found |= kept_prints.kept(question, code) if kept else run(code, question)
    return found


def run(code: str, question: Question) -> dict[str, Any]:
    """Run a block of the question's prompt: what it prints, by the names.

    A process runs it once, however many checks ask.
    """
    return dict(_run(code, f"<{question.id}>"))


@cache
def _run(code: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def note(name: str, value: object) -> None:
        found[name] = plain(value)

    # TensorFlow reads the source of what it traces
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(code, name, "exec"), {"print": note})
    return found


def plain(value: Any) -> Any:
    """A value as one writes it down: a tensor's numbers, a dtype's name, "inf"."""
    import torch

    if torch.is_tensor(value):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, torch.dtype | str):
        return str(value).removeprefix("torch.")
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def complete(predictions: Any, question_id: str) -> None:
    """Assert that there is a value for each printed name, and no other name."""
    expected = printed(read_question(question_id))
    for name in expected:
        _written(predictions, name)
    for name in predictions:
        if name not in expected:
            raise Mispredicted(
                f"PREDICTIONS has {name!r}, which the code does not print", name
            )


def agree(predictions: Any, question_id: str, *names: str) -> None:
    """Assert that what was predicted for these names is what happens.

    What happens is not told: the next guess is to be one, too.
    """
    expected = printed(read_question(question_id))
    for name in names:
        value, wanted = _written(predictions, name), expected[name]
        if isinstance(value, str) and wanted in ("inf", "-inf", "nan"):
            value = value.lower().removeprefix("+")
        if isinstance(value, str) and _is_dtype(wanted) and not _is_dtype(value):
            raise Mispredicted(
                f"`{name}`: {value!r} is not a dtype; write its name in PyTorch, "
                'such as "float64"',
                name,
            )
        if isinstance(value, str) and not isinstance(wanted, str):
            raise Mispredicted(f"`{name}` is text; write it without quotes", name)
        if isinstance(wanted, bool) and not isinstance(value, bool):
            raise Mispredicted(f"`{name}` is {value!r}; write True or False", name)
        if value != wanted or isinstance(value, bool) != isinstance(wanted, bool):
            raise Mispredicted(f"`{name}` is not {value!r}", name)


def _is_dtype(value: Any) -> bool:
    import torch

    named = isinstance(value, str) and getattr(torch, value, None)
    return isinstance(named, torch.dtype)


def _written(predictions: Any, name: str) -> Any:
    """The prediction of this name, if it is one."""
    if type(predictions) is not dict:
        kind = type(predictions).__name__
        raise Mispredicted(
            f"PREDICTIONS is a {kind}; write a dict from the names in the code to "
            "values",
            name,
        )
    if name not in predictions:
        raise Mispredicted(f"PREDICTIONS has no `{name}`, which the code prints", name)
    if predictions[name] is ...:
        raise Mispredicted(f"`{name}` is still `...`: what does its line print?", name)
    value = plain(predictions[name])
    for part in value if isinstance(value, list) else [value]:
        if type(part) not in PLAIN:
            raise Mispredicted(
                f"`{name}` holds a {type(part).__name__}; write a number, a list of "
                "numbers, True, False, None or text",
                name,
            )
    return value
