"""What in a near miss is its mistake, and what it leaves out.

Every near miss says which checks reject it, so a statement is suspect only while
some check rejects all near misses that have it. What the reference has as well is
innocent, for no check rejects the reference; and so is what near misses share that
no one check rejects. What a near miss leaves out is judged in the same way.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from backprep.site.alignment import Version, keys, partners, renaming
from backprep.site.statements import Statement, first_line

_COMMON = 3
"""So many near misses do not make one mistake."""


@dataclass(frozen=True, eq=False)
class Trial:
    """One function of the reference, and what the near misses make of it."""

    model: Version
    near_misses: Sequence[Version]

    @cache  # noqa: B019
    def suspects(self, version: Version) -> frozenset[int]:
        """The statements that no version without its mistake shares."""
        found = set()
        for n, statement in enumerate(version.row):
            if self.is_plumbing(version, n) or _overridden(version, n):
                continue
            if self.is_said(version, n):
                continue
            above = statement.parent
            if statement.guard or (above is not None and version.row[above].guard):
                continue
            having = [
                v.fails
                for v in [self.model, *self.near_misses]
                if v is version or n in partners(version, v)
            ]
            if len(having) < _COMMON and frozenset.intersection(*having):
                found.add(n)
        return frozenset(found)

    def is_plumbing(self, version: Version, n: int) -> bool:
        """Whether it names what is empty or the reference's own, or returns a name."""
        words = version.row[n].words
        if words[0].text == "Return" and len(words) == 2:
            return words[1].local
        names = renaming(self.model, version)
        if words[0].text != "Assign" or not words[1].local:
            return False
        if words[1].text in names.values():
            return False
        value = keys(version)[n][3:]
        return _is_empty(value) or any(
            _holds(key, value) for key in keys(self.model, version)
        )

    def is_said(self, version: Version, n: int) -> bool:
        """Whether the reference says it with a value in the place of its name."""
        said = {*keys(self.model, version)}
        values = {
            s.words[1].text: key[3:]
            for s, key in zip(version.row[:n], keys(version), strict=False)
            if s.words[0].text == "Assign" and s.words[1].local
        }
        words = version.row[n].words
        for name in {word.text for word in words if word.local} & values.keys():
            whole = [
                part
                for word in words
                for part in (values[name] if word.text == name else (word.text,))
            ]
            if tuple(whole) in said:
                return True
        return False

    def told_apart(self, version: Version) -> bool:
        """Whether enough is innocent for the rest to stand out."""
        own, rows = len(self.suspects(version)), len(version.row)
        return bool(_calls_of_super(version)) or own <= min(
            rows / 2, max(4, rows * 2 / 5)
        )

    def own_lines(self, version: Version) -> set[int]:
        """The lines of a near miss that are its mistake."""
        if not self.told_apart(version):
            return set()
        rows = [version.row[n] for n in self.suspects(version)]
        return {line for s in rows for line in range(s.first, s.own_last + 1)}

    def missing(self, version: Version) -> list[int]:
        """The reference's statements that no version without the mistake lacks."""
        if _calls_of_super(version):
            return []
        same, back = partners(self.model, version), partners(version, self.model)
        own, said = self.suspects(version), keys(version)
        innocent = [key for n, key in enumerate(said) if n not in own]
        moved = {said[n] for n in own}
        # one error stands for all that the reference raises
        topics = {
            _topic(key)
            for n, key in enumerate(said)
            if n not in own and (n not in back or key[0] == "Raise")
        }
        found = set()
        for n, key in enumerate(keys(self.model, version)):
            if n in same or _topic(key) in topics or _is_named(key, innocent):
                continue
            lacking = [v.fails for v in self.near_misses if self.lacks(v, n)]
            if key in moved or frozenset.intersection(version.fails, *lacking):
                found |= {n, *self.blocks_around(n, version)}
        split = {
            s.parent for n, s in enumerate(self.model.row) if s.element and n in same
        }
        return sorted(n for n in found - split if self.makes_sense(n, found))

    def lacks(self, version: Version, n: int) -> bool:
        """Whether it does without a statement of the reference, mistakes aside."""
        key, said = keys(self.model, version)[n], keys(version)
        wrong = {_topic(said[n]) for n in self.suspects(version)}
        return key not in said and _topic(key) not in wrong

    def blocks_around(self, n: int, version: Version) -> Iterator[int]:
        """The headers without which a missing statement has no meaning."""
        above = self.model.row[n].parent
        while above is not None and above not in partners(self.model, version):
            if keys(self.model, version)[above] not in keys(version):
                yield above
            above = self.model.row[above].parent

    def makes_sense(self, n: int, found: set[int]) -> bool:
        """Not a guard without its error, nor an element of what is shown whole."""
        statement = self.model.row[n]
        if statement.guard:
            return n + 1 in found
        return not (statement.element and statement.parent in found)

    def missing_lines(
        self, version: Version, text: Sequence[str], right: Sequence[str]
    ) -> Iterator[tuple[int, list[str]]]:
        """The lines that are missing, each with the line after which it would stand."""
        missing = self.missing(version) if self.told_apart(version) else []
        for n in missing:
            code = _renamed(self.model, n, renaming(self.model, version), right)
            shallow = _indent(code[0])
            deep = " " * self.depth(n, version, missing, text)
            if n - 1 not in missing or self.model.row[n].parent not in missing:
                line = self.place(n, version)
            while line < (version.function.end_lineno or 0) and not text[line].strip():
                line += 1
            yield line, [deep + part[shallow:] for part in code]

    def place(self, n: int, version: Version) -> int:
        """The line of a near miss after which a line of the reference would stand."""
        same = partners(self.model, version)
        at = max((same[m] for m in same if m < n), default=-1)
        row = version.row
        end = min((m for m in same.values() if m > at), default=len(row))
        subject = _subject(keys(self.model, version)[n])
        beside = {at, row[at].parent if at >= 0 else None}
        last = at
        for m in range(at + 1, end):
            if _subject(keys(version)[m]) == subject:
                last = m - 1
                break
        else:
            while (
                last + 1 < end
                and row[last + 1].parent in beside
                and last + 1 not in self.suspects(version)
            ):
                last += 1
        if last < 0:
            return first_line(version.function) - 1
        if self.model.row[n].element:
            return row[last].own_last
        head = row[last].parent if row[last].element else last
        return row[last if head is None else head].last

    def depth(
        self, n: int, version: Version, missing: Sequence[int], text: Sequence[str]
    ) -> int:
        """How far a line of the reference is indented in the near miss."""
        same = partners(self.model, version)
        above = self.model.row[n].parent
        while above is not None and above not in same and above not in missing:
            above = self.model.row[above].parent
        if above is None:
            return _indent(text[first_line(version.function) - 1])
        if above in same:
            return _indent(text[version.row[same[above]].first - 1]) + 4
        return self.depth(above, version, missing, text) + 4


def _overridden(version: Version, n: int) -> bool:
    """Whether a statement calls what its function overrides, with arguments."""
    return version.row[n].first in _calls_of_super(version)


@lru_cache(maxsize=1024)
def _calls_of_super(version: Version) -> set[int]:
    return {
        node.lineno
        for node in ast.walk(version.function)
        if isinstance(node, ast.Call)
        and node.args
        and ast.unparse(node.func) == f"super().{version.function.name}"
    }


def _topic(key: tuple[str, ...]) -> tuple[str, ...]:
    """What is called, or the name of an entry: the rest is said about it."""
    if key[0] == "Dict":
        return key[:2]
    return key[: key.index("(")] if key[:2] == ("Expr", "Call") else key


def _subject(key: tuple[str, ...]) -> tuple[str, ...]:
    """What a statement assigns, calls or returns."""
    if key[0] in {"Assign", "AugAssign"}:
        return key[:2]
    return key[:1] if key[0] == "Return" else _topic(key)


def _is_named(key: tuple[str, ...], innocent: Sequence[tuple[str, ...]]) -> bool:
    """Whether a value is empty, or a near miss says it under another name."""
    if key[0] == "Assign" and _is_empty(key[3:]):
        return True
    return key[0] in {"Expr", "Return"} and any(_holds(k, key[1:]) for k in innocent)


def _is_empty(value: tuple[str, ...]) -> bool:
    """Whether words are a number, an empty display or a call without arguments."""
    if value[0] == "Call":
        return value[-3:] == ("(", "]", "]") and value.count("(") == 1
    return value[0] == "Constant" or value in {("List", "]"), ("Dict", "]")}


def _holds(words: tuple[str, ...], part: tuple[str, ...]) -> bool:
    starts = range(len(words) - len(part) + 1)
    return any(words[start : start + len(part)] == part for start in starts)


def _renamed(
    model: Version, n: int, names: Mapping[str, str], lines: Sequence[str]
) -> list[str]:
    """The text of a statement of the reference under the near miss's local names."""
    statement: Statement = model.row[n]
    found = []
    for number in range(statement.first, statement.last + 1):
        line = lines[number - 1]
        if line.lstrip().startswith("@"):
            line = line.replace("@", "with ") + ":"
        words = {w for s in model.row for w in s.words if w.local and w.line == number}
        for word in sorted(words, key=lambda word: -word.start):
            name = names.get(word.text, word.text.partition("@")[0])
            line = line[: word.start] + name + line[word.end :]
        found.append(line)
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
