"""Which lines of a near miss are its mistake, as a diff from the reference.

Every near miss says which checks reject it, so a statement is suspect only while
some check rejects all near misses that have it. What the reference has as well is
innocent, for no check rejects the reference; and so is what near misses share that
no one check rejects. What a near miss leaves out is judged in the same way.
"""

from __future__ import annotations

import ast
import re
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
    in the reference, it has no signs.
    """
    nodes = {n.name: n for n in source.definitions(near_misses) if n.name in fails}
    signs = {name: _Signs(near_misses.splitlines()) for name in nodes}
    right = reference.splitlines()
    for path, function, helpers in _functions(reference):
        row = statements(function, reference, helpers)
        model = _Version(function, row, frozenset())
        written = {
            name: _Version(own, statements(own, near_misses), fails[name])
            for name, node in nodes.items()
            if (own := _find(node, path))
        }
        for name, version in written.items():
            signs[name].add(version, model, [model, *written.values()], right)
    values = _values(source.tree(reference))
    for name, node in nodes.items():
        signs[name].own |= _wrong_entries(node, values)
    return {name: signs[name].lines(node) for name, node in nodes.items()}


@dataclass(frozen=True, eq=False)
class _Version:
    """A function as the reference or a near miss writes it."""

    function: Function
    row: Sequence[Statement]
    fails: frozenset[str]


@lru_cache(maxsize=1024)
def _renaming(one: _Version, other: _Version) -> Mapping[str, str]:
    """Which local name of `one` is which of `other`: the pairs that agree most."""
    pairs: Counter[tuple[str, str]] = Counter()
    shapes = [[statement.shape for statement in v.row] for v in (one, other)]
    for a, b in _matches(*shapes):
        pairs.update(zip(one.row[a].names, other.row[b].names, strict=True))
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    for (a, b), _ in sorted(pairs.items(), key=lambda item: (-item[1], item[0])):
        taken = (b, a.partition("@")[2])
        if a not in found and taken not in seen:
            found[a] = b
            seen.add(taken)
    return found


@lru_cache(maxsize=1024)
def _partners(one: _Version, other: _Version) -> Mapping[int, int]:
    """Which statement of `one` is which of `other`, in order, in the same blocks."""
    names = _renaming(one, other)
    keys = [s.key(names) for s in one.row], [s.key({}) for s in other.row]
    anchors = [[n for n, s in enumerate(v.row) if s.anchor] for v in (one, other)]
    heads = _matches(*([k[n] for n in a] for k, a in zip(keys, anchors, strict=True)))
    pairs = [(anchors[0][a], anchors[1][b]) for a, b in heads]
    start = (-1, -1)
    for end in [*pairs, (len(one.row), len(other.row))]:
        between = (k[s + 1 : e] for k, s, e in zip(keys, start, end, strict=True))
        pairs += [(start[0] + 1 + a, start[1] + 1 + b) for a, b in _matches(*between)]
        start = end
    found: dict[int, int] = {}
    back: dict[int, int] = {}
    for a, b in sorted(pairs):
        (above, deep), (other_above, other_deep) = (
            _around(one, a, found),
            _around(other, b, back),
        )
        if deep == other_deep and (
            above == other_above or found.get(above) == other_above
        ):
            found[a], back[b] = b, a
    return found


def _around(
    version: _Version, n: int, known: Mapping[int, int]
) -> tuple[int, int]:
    """The nearest block with a partner, -1 for none, and how many are inside it.

    Where gradients are switched off is no matter of depth.
    """
    deep = 0
    above = version.row[n].parent
    while above is not None and above not in known:
        deep += all(word.text != "'no_grad'" for word in version.row[above].words)
        above = version.row[above].parent
    return (-1 if above is None else above), deep


def _matches(one: Sequence[object], other: Sequence[object]) -> Iterator[tuple[int, int]]:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for block in matcher.get_matching_blocks():
        for n in range(block.size):
            yield block.a + n, block.b + n


def _has(version: _Version, one: _Version, n: int) -> bool:
    """Whether `version` says anywhere what a statement of `one` is about."""
    topic = _topic(one.row[n].key(_renaming(one, version)))
    return any(_topic(statement.key({})) == topic for statement in version.row)


def _topic(key: tuple[str, ...]) -> tuple[str, ...]:
    """What is called, or the name of an entry: the rest is said about it."""
    if key[0] == "Dict" and len(key) > 2:
        return key[:2]
    if key[:2] == ("Expr", "Call"):
        return key[: key.index("(")]
    return key


def _suspects(
    version: _Version, model: _Version, versions: Sequence[_Version]
) -> set[int]:
    """Statements that no innocent version shares."""
    found = set()
    for n in range(len(version.row)):
        if _is_plumbing(version, n, model) or _inherits(version, n):
            continue
        having = [v.fails for v in versions if v is version or n in _partners(version, v)]
        if len(having) < 3 and frozenset.intersection(*having):
            found.add(n)
    return found


def _is_plumbing(version: _Version, n: int, model: _Version) -> bool:
    """Whether it names a value that is empty or the reference's own, or returns one."""
    names = _renaming(model, version)
    words = version.row[n].words
    if words[0].text == "Return" and len(words) == 2:
        return words[1].local
    if words[0].text != "Assign" or not words[1].local:
        return False
    if words[1].text in names.values():
        return False
    value = version.row[n].key({})[3:]
    if _is_empty(value):
        return True
    return any(_holds(statement.key(names), value) for statement in model.row)


def _is_empty(value: Sequence[str]) -> bool:
    """Whether words are a number, an empty display or a call without arguments."""
    return (
        value[0] == "Constant"
        or tuple(value) in {("List", "]"), ("Dict", "]", "]")}
        or (value[0] == "Call" and value[-3:] == ("(", "]", "]") and value.count("(") == 1)
    )


def _holds(words: Sequence[str], part: Sequence[str]) -> bool:
    starts = range(len(words) - len(part) + 1)
    return any(words[start : start + len(part)] == part for start in starts)


def _inherits(version: _Version, n: int) -> bool:
    """Whether a statement calls what its function overrides, with arguments."""
    line = version.row[n].first
    return any(
        isinstance(node, ast.Call)
        and node.lineno == line
        and node.args
        and ast.unparse(node.func) == f"super().{version.function.name}"
        for node in ast.walk(version.function)
    )


def _missing(
    version: _Version, model: _Version, versions: Sequence[_Version], own: set[int]
) -> list[int]:
    """The reference's statements that no innocent version does without."""
    if any(_inherits(version, n) for n in range(len(version.row))):
        return []
    names = _renaming(model, version)
    innocent = [s.key({}) for n, s in enumerate(version.row) if n not in own]
    topics = {*map(_topic, innocent)}
    found = set()
    for n, statement in enumerate(model.row):
        key = statement.key(names)
        if n in _partners(model, version) or _topic(key) in topics:
            continue
        value = key[3 if key[0] == "Assign" else 1 :]
        if key[0] in {"Assign", "Expr", "Return"} and (
            _is_empty(value) or any(_holds(other, value) for other in innocent)
        ):
            continue
        without = [v.fails for v in versions if v is version or not _has(v, model, n)]
        if frozenset.intersection(*without):
            found |= {n, *_blocks_around(model, n, version)}
    return sorted(n for n in found if not (model.row[n].guard and n + 1 not in found))


def _blocks_around(model: _Version, n: int, version: _Version) -> Iterator[int]:
    """The headers without which a missing statement has no meaning."""
    above = model.row[n].parent
    while above is not None and above not in _partners(model, version):
        if not _has(version, model, above):
            yield above
        above = model.row[above].parent


class _Signs:
    """What to write before and between the lines of a near miss."""

    def __init__(self, text: Sequence[str]) -> None:
        self.text = text
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
        own = _suspects(version, model, versions)
        missing = _missing(version, model, versions, own)
        if not any(model.row[n].guard for n in missing):
            own = {n for n in own if not version.row[n].guard}
        inherits = any(_inherits(version, n) for n in range(len(version.row)))
        if len(own) > len(version.row) / 2 and not inherits:
            return
        if len(missing) > len(_partners(model, version)):
            missing = []
        for n in own:
            statement = version.row[n]
            self.own |= {*range(statement.first, statement.own_last + 1)}
        split = {
            statement.parent
            for m, statement in enumerate(model.row)
            if statement.element and m in _partners(model, version)
        }
        missing = [n for n in missing if n not in split]
        for n in missing:
            if not (model.row[n].element and model.row[n].parent in missing):
                self.miss(n, version, model, missing, right, own)

    def miss(
        self, n: int, version: _Version, model: _Version, missing: Sequence[int], right: Sequence[str], own
    ) -> None:
        """Put a line of the reference after the partner of the one before it."""
        partners = _partners(model, version)
        statement = model.row[n]
        before = max((m for m in partners if m < n), default=None)
        line = _start(version.function) - 1
        if before is not None:
            at = partners[before]
            row = version.row
            while (
                at + 1 < len(row)
                and at + 1 not in own
                and at + 1 not in partners.values()
                and row[at + 1].parent in (at, row[at].parent)
                and row[at + 1].element == statement.element
            ):
                at += 1
            partner = row[at]
            line = partner.own_last
            if not statement.element:
                if partner.element and partner.parent is not None:
                    partner = version.row[partner.parent]
                line = partner.last
        while line < (version.function.end_lineno or 0) and not self.text[line].strip():
            line += 1
        lines = _renamed(statement, model, _renaming(model, version), right)
        deep = self.depth(n, version, model, missing)
        shallow = len(lines[0]) - len(lines[0].lstrip())
        self.missing.setdefault(line, []).extend(
            " " * deep + line[shallow:] for line in lines
        )

    def depth(self, n, version, model, missing) -> int:
        partners = _partners(model, version)
        above = model.row[n].parent
        while above is not None and above not in partners and above not in missing:
            above = model.row[above].parent
        if above is None:
            line = self.text[_start(version.function) - 1]
            return len(line) - len(line.lstrip())
        if above in missing:
            return self.depth(above, version, model, missing) + 4
        line = self.text[version.row[partners[above]].first - 1]
        return len(line) - len(line.lstrip()) + 4

    def lines(self, node: source.Definition) -> list[Line]:
        """All lines of a definition and what is missing between them."""
        found = []
        said = ast.get_docstring(node, clean=False) is not None
        docstring = node.body[0] if said else None
        shown = [d for d in node.decorator_list if "fails" not in ast.unparse(d)]
        first = min([node.lineno, *(d.lineno for d in shown)])
        for n in range(first, (node.end_lineno or 0) + 1):
            if not docstring or not docstring.lineno <= n <= (docstring.end_lineno or 0):
                found.append(Line("+" if n in self.own else " ", self.text[n - 1]))
            found += [Line("-", line) for line in self.missing.get(n, [])]
        return found


def _start(function: Function) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[0].lineno


def _renamed(
    statement: Statement, model: _Version, names: Mapping[str, str], lines: Sequence[str]
) -> list[str]:
    """The text of a statement of the reference under the near miss's local names."""
    found = []
    for n in range(statement.first, statement.last + 1):
        line = lines[n - 1]
        if line.lstrip().startswith("@"):
            line = line.replace("@", "with ") + ":"
        places = {w for s in model.row for w in s.words if w.local and w.line == n}
        for word in sorted(places, key=lambda word: -word.start):
            name = names.get(word.text, word.text.partition("@")[0])
            line = line[: word.start] + name + line[word.end :]
        found.append(line)
    return found


def _functions(
    text: str,
) -> Iterator[tuple[tuple[str, ...], Function, Mapping[str, Function]]]:
    """The reference's functions, by where near misses write them."""
    public = source.definitions(text)
    helpers = {
        node.name: node
        for node in ast.walk(source.tree(text))
        if isinstance(node, Function) and re.match("_[^_]", node.name)
    }
    for node in public:
        stands_for_it = node is _principal(public)
        if isinstance(node, Function):
            yield (node.name,), node, helpers
            if stands_for_it:
                yield (), node, helpers
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, Function):
                    yield (node.name, inner.name), inner, helpers
                    if stands_for_it:
                        yield (inner.name,), inner, helpers


def _principal(nodes: Sequence[source.Definition]) -> source.Definition | None:
    public = [node for node in nodes if not node.name.startswith("_")]
    return public[-1] if public else None


def _find(node: ast.AST, path: Sequence[str]) -> Function | None:
    for name in path:
        if isinstance(node, Function):
            return None
        inside = getattr(node, "body", [])
        node = next((n for n in inside if getattr(n, "name", "") == name), ast.Pass())
    return node if isinstance(node, Function) else None


def _values(tree: ast.Module) -> Mapping[str, str]:
    """The entries of the dicts that a module assigns, as text."""
    return {
        ast.unparse(key): ast.unparse(value)
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and isinstance(node.value, ast.Dict)
        for key, value in zip(node.value.keys, node.value.values, strict=True)
        if key
    }


def _wrong_entries(node: source.Definition, values: Mapping[str, str]) -> set[int]:
    """The lines of the entries that differ from those of a dict."""
    found: set[int] = set()
    assigned = [n for n in node.body if isinstance(n, ast.Assign | ast.AnnAssign)]
    for written in assigned if values else []:
        entries = [
            (key, value)
            for inner in ast.walk(written)
            if isinstance(inner, ast.Dict)
            for key, value in zip(inner.keys, inner.values, strict=True)
            if key
        ]
        for key, value in entries:
            if values.get(ast.unparse(key)) != ast.unparse(value):
                found |= {*range(key.lineno, (value.end_lineno or 0) + 1)}
        if not entries:
            first, last = written.lineno, written.end_lineno or 0
            found |= {*range(first + (first < last), last + (first == last))}
    return found
