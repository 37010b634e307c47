"""The near miss that an answer looks like: what its checks saw is the evidence.

That the same checks fail is not enough, since many mistakes have that in common. They
must have said the same: the same values, calls and errors.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from backprep.bank.near_miss_messages import messages
from backprep.bank.near_misses import NearMiss, near_misses
from backprep.bank.question import Question
from backprep.judge.verdict import Check

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")
PLACE = re.compile(r" \(\w+\.py:\d+\)")


def said(question: Question, checks: Sequence[Check]) -> str:
    """What the summary of a failed answer says; nothing where nobody can tell."""
    wrong = near_miss(question, checks)
    return f"Looks like: {wrong.title}. {wrong.consequence}" if wrong else ""


def near_miss(question: Question, checks: Sequence[Check]) -> NearMiss | None:
    """The only one of which the checks that were run said what they say now."""
    seen = {check.title: check.message for check in checks if check.rejects}
    skipped = {check.title for check in checks if check.outcome == "skipped"}
    recorded = messages(question)
    alike = [
        wrong
        for wrong in near_misses(question)
        if (told := recorded.get(wrong.name, {})).keys() - skipped == seen.keys()
        and all(same(told[title], seen[title]) for title in seen)
    ]
    return alike[0] if len(alike) == 1 else None


def same(one: str, other: str) -> bool:
    """Whether two messages say the same, on another line and another processor.

    Integers and words must be identical; other numbers agree to the last digit that
    is written, or to one part in 100,000.
    """
    one, other = PLACE.sub("", one), PLACE.sub("", other)
    if NUMBER.split(one) != NUMBER.split(other):
        return False
    pairs = zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
    return all(a == b or _close(a, b) for a, b in pairs)


def _close(one: str, other: str) -> bool:
    if not (_is_inexact(one) and _is_inexact(other)):
        return False
    written = max(_last_digit(one), _last_digit(other))
    return math.isclose(float(one), float(other), rel_tol=1e-5, abs_tol=1.5 * written)


def _is_inexact(number: str) -> bool:
    return "." in number or "e" in number


def _last_digit(number: str) -> float:
    """What one more in the last written digit is worth."""
    mantissa, _, exponent = number.partition("e")
    decimals = len(mantissa.partition(".")[2])
    return float(10.0 ** (int(exponent or 0) - decimals))
