"""What people are called in what is written of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from backprep.printable import one_line

Names = Mapping[str, str]
"""By a person's name among the results: the name that is shown."""


def own_names(people: Iterable[str]) -> dict[str, str]:
    """Everybody's own name, on one line and without what commands a terminal."""
    return {person: one_line(person) for person in people}


def numbers(people: Iterable[str]) -> dict[str, str]:
    """A number for each person, in an order that says nothing of their names."""
    drawn = sorted(people, key=digest)
    width = max(3, len(str(len(drawn))))
    return {person: f"Person {n:0{width}}" for n, person in enumerate(drawn, 1)}


def digest(person: str) -> str:
    """What tells a person from all others, in hexadecimal digits."""
    return hashlib.sha256(person.encode(errors="surrogatepass")).hexdigest()


def in_order(people: Iterable[str], names: Names) -> list[str]:
    """People in the order of their shown names: another would tell a number's name."""
    return sorted(people, key=lambda person: names[person].casefold())


def are_own(names: Names) -> bool:
    """Whether people are shown by their own names."""
    return names == own_names(names)
