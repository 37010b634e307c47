"""Which lines of a near miss are its mistake, as a diff from the reference.

Every near miss says which checks reject it, so a statement is suspect only while
some check rejects all near misses that have it. What the reference has as well is
innocent, for no check rejects the reference; and so is what near misses share that
no one check rejects. What a near miss leaves out is judged in the same way.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from backprep.bank import source
from backprep.site.statements import Function, Statement, statements


@dataclass(frozen=True)
class Line:
    """A line of a diff: its sign is "+", "-" or a space."""

    sign: str
    text: str


def diffs(
    near_misses: str, reference: str, fails: Mapping[str, frozenset[str]]
) -> dict[str, list[Line]]:
    """The code of each near miss by its name, with signs at its mistake alone.

    `fails` says which checks reject it. Where too little of a function has a partner
    in the reference, its lines have no signs.
    """
    right = source.tree(reference)
    nodes = {n.name: n for n in source.definitions(near_misses) if n.name in fails}
    found = {name: _Signs() for name in nodes}
    for path, function in _functions(right, _principal(reference)):
        model = _Version(
            statements(function, reference, _helpers(right)), frozenset(), function
        )
        written = {
            name: _Version(statements(own, near_misses), fails[name], own)
            for name, node in nodes.items()
            for own in [_function(node, path)]
            if own
        }
        versions = [model, *written.values()]
        for name, version in written.items():
            found[name].add(version, model, versions, reference.splitlines())
    return {name: found[name].lines(nodes[name], near_misses) for name in nodes}


@dataclass(frozen=True, eq=False)
class _Version:
    """A function as the reference or a near miss writes it."""

    row: Sequence[Statement]
    fails: frozenset[str]
    function: Function


@lru_cache(maxsize=1024)
def _renaming(one: _Version, other: _Version) -> Mapping[str, str]:
    """Which local name of `one` is which of `other`: the pairs that agree most."""
    pairs: Counter[tuple[str, str]] = Counter()
    shapes = [[statement.shape for statement in v.row] for v in (one, other)]
    for a, b in _matches(*shapes):
        pairs.update(zip(one.row[a].names, other.row[b].names, strict=True))
    found: dict[str, str] = {}
    for (a, b), _ in sorted(pairs.items(), key=lambda item: (-item[1], item[0])):
        if a not in found and b not in found.values():
            found[a] = b
    return found


@lru_cache(maxsize=1024)
def _partners(one: _Version, other: _Version) -> Mapping[int, int]:
    """Which statement of `one` is which of `other`, in order, in the same blocks."""
    names = _renaming(one, other)
    keys = [s.key(names) for s in one.row], [s.key({}) for s in other.row]
    found: dict[int, int] = {}
    back: dict[int, int] = {}
    for a, b in _matches(*keys):
        above = _ancestor(one, a, found)
        if (None if above is None else found[above]) == _ancestor(other, b, back):
            found[a], back[b] = b, a
    return found


def _ancestor(version: _Version, n: int, known: Mapping[int, int]) -> int | None:
    """The nearest block around a statement that has a partner."""
    above = version.row[n].parent
    while above is not None and above not in known:
        above = version.row[above].parent
    return above


def _matches(one: Sequence[object], other: Sequence[object]) -> Iterator[tuple[int, int]]:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for block in matcher.get_matching_blocks():
        for n in range(block.size):
            yield block.a + n, block.b + n


def _has(version: _Version, one: _Version, n: int) -> bool:
    """Whether a statement of `one` is anywhere in `version`."""
    key = one.row[n].key(_renaming(one, version))
    return any(statement.key({}) == key for statement in version.row)


def _suspects(version: _Version, versions: Sequence[_Version]) -> set[int]:
    """Statements that no innocent version shares."""
    found = set()
    for n in range(len(version.row)):
        having = [v.fails for v in versions if v is version or n in _partners(version, v)]
        if frozenset.intersection(*having):
            found.add(n)
    return found


def _missing(
    version: _Version, model: _Version, versions: Sequence[_Version], own: set[int]
) -> list[int]:
    """The reference's statements that no innocent version does without."""
    names = _renaming(model, version)
    innocent = {s.key({}) for n, s in enumerate(version.row) if n not in own}
    found = []
    for n, statement in enumerate(model.row):
        if n in _partners(model, version) or statement.key(names) in innocent:
            continue
        without = [v.fails for v in versions if v is version or not _has(v, model, n)]
        if frozenset.intersection(*without):
            found.append(n)
    return found


class _Signs:
    """What to write before and between the lines of a near miss."""

    def __init__(self) -> None:
        self.own: set[int] = set()
        self.missing: dict[int, list[str]] = {}

    def add(
        self,
        version: _Version,
        model: _Version,
        versions: Sequence[_Version],
        right: Sequence[str],
    ) -> None:
        """The signs of one function."""
        own = _suspects(version, versions)
        missing = _missing(version, model, versions, own)
        lost = len(missing)
        if lost > len(model.row) / 2 or len(own) > len(version.row) / 2:
            pass #TODO
        for n in own:
            statement = version.row[n]
            self.own |= {*range(statement.first, statement.last + 1)}
        for n in missing:
            ...

    def lines(self, node, text):
        rows = text.splitlines()
        return [Line("+" if n in self.own else " ", rows[n-1]) for n in range(node.lineno, node.end_lineno+1)]
def _functions(tree, principal):
    for node in tree.body:
        if isinstance(node, Function):
            yield (node.name,), node
            if node.name == principal: yield (), node
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, Function):
                    yield (node.name, inner.name), inner
                    if node.name == principal: yield (inner.name,), inner
def _function(node, path):
    for name in path:
        node = next((i for i in getattr(node,"body",[]) if getattr(i,"name","")==name), None)
        if node is None or isinstance(node, Function) and name != path[-1]: return None
    return node if isinstance(node, Function) else None
def _helpers(tree):
    return {n.name: n for n in ast.walk(tree) if isinstance(n, Function) and n.name.startswith("_") and not n.name.startswith("__")}
def _principal(text):
    names = [n.name for n in source.definitions(text) if not n.name.startswith("_")]
    return names[-1] if names else ""
