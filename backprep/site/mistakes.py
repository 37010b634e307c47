"""Which lines of a near miss are its mistake, as a diff from the reference.

Every near miss says which checks reject it, so a statement is suspect only while
some check rejects all near misses that have it. What the reference has as well is
innocent, for no check rejects the reference; and so is what near misses share that
no one check rejects. What a near miss leaves out is judged in the same way.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from backprep.bank import source
from backprep.site.alignment import Version, partners, renaming
from backprep.site.statements import Function, Statement, first_line, statements

_COMMON = 3
"""So many near misses do not make one mistake."""


@dataclass(frozen=True)
class Line:
    """A line of a diff: its sign is "+", "-" or a space."""

    sign: str
    text: str


def diffs(
    near_misses: str, reference: str, fails: Mapping[str, frozenset[str]]
) -> dict[str, list[Line]]:
    """The code of each near miss by its name, with signs at its mistake alone.

    `fails` says which checks reject it. Where most of a function is its own, nothing
    can be told apart, and it has no signs.
    """
    nodes = {n.name: n for n in source.definitions(near_misses) if n.name in fails}
    text = near_misses.splitlines()
    own: dict[str, set[int]] = {
        name: _wrong_entries(node, source.tree(reference))
        for name, node in nodes.items()
    }
    missing: dict[str, dict[int, list[str]]] = {name: {} for name in nodes}
    for path, function, helpers in _functions(reference):
        row = statements(function, reference, helpers)
        written = {
            name: Version(found, statements(found, near_misses), fails[name])
            for name, node in nodes.items()
            if not _has_methods_of_its_own(node, reference)
            and (found := _find(node, path))
        }
        trial = _Trial(Version(function, row, frozenset()), [*written.values()])
        for name, version in written.items():
            own[name] |= trial.own_lines(version)
            places = trial.missing_lines(version, text, reference.splitlines())
            for line, code in places:
                missing[name].setdefault(line, []).extend(code)
    return {
        name: [*_lines(node, text, own[name], missing[name])]
        for name, node in nodes.items()
    }


@dataclass(frozen=True, eq=False)
class _Trial:
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
        value = version.row[n].key({})[3:]
        return _is_empty(value) or any(
            _holds(statement.key(names), value) for statement in self.model.row
        )

    def is_said(self, version: Version, n: int) -> bool:
        """Whether the reference says it with a value in the place of its name."""
        names = renaming(self.model, version)
        said = {statement.key(names) for statement in self.model.row}
        values = {
            s.words[1].text: s.key({})[3:]
            for s in version.row[:n]
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
        inherits = any(_overridden(version, n) for n in range(rows))
        return inherits or own <= min(rows / 2, max(4, rows * 2 / 5))

    def own_lines(self, version: Version) -> set[int]:
        """The lines of a near miss that are its mistake."""
        if not self.told_apart(version):
            return set()
        rows = [version.row[n] for n in self.suspects(version)]
        return {line for s in rows for line in range(s.first, s.own_last + 1)}

    def missing(self, version: Version) -> list[int]:
        """The reference's statements that no version without the mistake lacks."""
        if any(_overridden(version, n) for n in range(len(version.row))):
            return []
        names = renaming(self.model, version)
        same, back = partners(self.model, version), partners(version, self.model)
        keys = [statement.key({}) for statement in version.row]
        own = self.suspects(version)
        innocent = [key for n, key in enumerate(keys) if n not in own]
        moved = {keys[n] for n in own}
        # one error stands for all that the reference raises
        topics = {
            _topic(key)
            for n, key in enumerate(keys)
            if n not in own and (n not in back or key[0] == "Raise")
        }
        found = set()
        for n, statement in enumerate(self.model.row):
            key = statement.key(names)
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
        key = self.model.row[n].key(renaming(self.model, version))
        keys = [statement.key({}) for statement in version.row]
        wrong = {_topic(keys[n]) for n in self.suspects(version)}
        return key not in keys and _topic(key) not in wrong

    def blocks_around(self, n: int, version: Version) -> Iterator[int]:
        """The headers without which a missing statement has no meaning."""
        keys = [statement.key({}) for statement in version.row]
        above = self.model.row[n].parent
        while above is not None and above not in partners(self.model, version):
            if self.model.row[above].key(renaming(self.model, version)) not in keys:
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
        subject = _subject(self.model.row[n].key(renaming(self.model, version)))
        beside = {at, row[at].parent if at >= 0 else None}
        last = at
        for m in range(at + 1, end):
            if _subject(row[m].key({})) == subject:
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
    return any(
        isinstance(node, ast.Call)
        and node.lineno == version.row[n].first
        and node.args
        and ast.unparse(node.func) == f"super().{version.function.name}"
        for node in ast.walk(version.function)
    )


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


def _lines(
    node: source.Definition,
    text: Sequence[str],
    own: set[int],
    missing: Mapping[int, Sequence[str]],
) -> Iterator[Line]:
    """All lines of a definition but its docstring, and what is missing between."""
    said: range | tuple[()] = ()
    if ast.get_docstring(node, clean=False) is not None:
        last = node.body[0].end_lineno or 0
        said = range(node.body[0].lineno, last + 1 + (not text[last].strip()))
    decorators = [d for d in node.decorator_list if "fails" not in ast.unparse(d)]
    first = min(part.lineno for part in [node, *decorators])
    for n in range(first, (node.end_lineno or 0) + 1):
        if n not in said:
            yield Line("+" if n in own else " ", text[n - 1])
        for line in missing.get(n, []):
            yield Line("-", line)


def _functions(
    text: str,
) -> Iterator[tuple[tuple[str, ...], Function, Mapping[str, Function]]]:
    """The reference's functions by where near misses write them, and its helpers."""
    helpers = {
        node.name: node
        for node in ast.walk(source.tree(text))
        if isinstance(node, Function) and re.match("_[^_]", node.name)
    }
    public = [n for n in source.definitions(text) if not n.name.startswith("_")]
    for node in public:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        for function in inside:
            if isinstance(function, Function):
                method = () if function is node else (function.name,)
                yield (node.name, *method), function, helpers
                if node is public[-1]:
                    yield method, function, helpers


def _find(node: ast.AST, path: Sequence[str]) -> Function | None:
    for name in path:
        inside = [] if isinstance(node, Function) else getattr(node, "body", [])
        found = [n for n in inside if getattr(n, "name", "") == name]
        if not found:
            return None
        node = found[0]
    return node if isinstance(node, Function) else None


def _has_methods_of_its_own(node: source.Definition, reference: str) -> bool:
    """Whether what the reference says may stand in a place that it does not have."""
    known = {getattr(n, "name", "") for n in ast.walk(source.tree(reference))}
    inside = node.body if isinstance(node, ast.ClassDef) else []
    return any(isinstance(n, Function) and n.name not in known for n in inside)


def _wrong_entries(node: source.Definition, reference: ast.Module) -> set[int]:
    """The lines of entries that are not those of the reference's dict."""
    right = [*_entries(reference.body)]
    found: set[int] = set()
    for written in node.body if right else []:
        if isinstance(written, ast.Assign | ast.AnnAssign):
            entries = [*_entries([written])]
            known = {(ast.unparse(key), ast.unparse(value)) for key, value in right}
            for key, value in entries:
                if (ast.unparse(key), ast.unparse(value)) not in known:
                    found |= {*range(key.lineno, (value.end_lineno or 0) + 1)}
            if not entries:
                first, last = written.lineno, written.end_lineno or 0
                found |= {*range(first + 1, last)} or {first}
    return found


def _entries(body: Sequence[ast.stmt]) -> Iterator[tuple[ast.expr, ast.expr]]:
    for node in body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            for inner in ast.walk(node.value):
                if isinstance(inner, ast.Dict):
                    for key, value in zip(inner.keys, inner.values, strict=True):
                        if key:
                            yield key, value
