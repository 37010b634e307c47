"""A function as a row of statements that can be compared with another's."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from backprep.site.spelling import comparable

Function = ast.FunctionDef | ast.AsyncFunctionDef
_Container = ast.Call | ast.Dict | ast.List | ast.Tuple


@dataclass(frozen=True)
class Word:
    """A piece of a statement; a local name has a place, for it can be another's."""

    text: str
    local: bool = False
    line: int = 0
    start: int = 0
    end: int = 0


_BLOCKS = {"body", "orelse", "finalbody", "handlers"}
_NOT_COMPARED = {
    "annotation",
    "ctx",
    "decorator_list",
    "kind",
    "returns",
    "type_comment",
}
_HOLE = Word("...")


@dataclass(frozen=True)
class Statement:
    """A simple statement, the header of a compound one, or an element on its own."""

    words: tuple[Word, ...]
    first: int
    last: int
    parent: int | None
    element: bool = False
    anchor: bool = False
    """Whether it heads a loop, a branch or a function."""
    guard: bool = False
    """Whether it heads nothing but an error."""

    def key(self, names: Mapping[str, str]) -> tuple[str, ...]:
        """What it says once its local names are those of another function."""
        return tuple(
            names.get(w.text, w.text) if w.local else w.text for w in self.words
        )

    @property
    def shape(self) -> tuple[str, ...]:
        """What it says whatever its local names are."""
        return tuple("" if word.local else word.text for word in self.words)

    @property
    def own_last(self) -> int:
        """Its last line without those of elements that stand for themselves."""
        return self.first if _HOLE in self.words else self.last

    @property
    def names(self) -> list[str]:
        """Its local names, in the order of `shape`."""
        return [word.text for word in self.words if word.local]


def statements(
    function: Function, text: str, helpers: Mapping[str, Function] | None = None
) -> Sequence[Statement]:
    """Those of its body in order, with the helpers' own where it calls one.

    A statement over several lines is one for its head and one for each element.
    Annotations, docstrings, messages of errors and the order of keywords are not
    compared.
    """
    rows = _Rows(text.splitlines(), helpers or {}, _Names.of(function))
    rows.body(_body(function), None)
    return rows.row


@dataclass(frozen=True)
class _Names:
    """What names stand for in a function: its own, and a helper's for arguments."""

    local: frozenset[str]
    helper: str = ""
    bound: Mapping[str, tuple[Word, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        function: Function,
        helper: str = "",
        bound: Mapping[str, tuple[Word, ...]] | None = None,
    ) -> _Names:
        parameters = {argument.arg for argument in _parameters(function)}
        found = set()
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            elif isinstance(node, ast.arg):
                found.add(node.arg)
            elif isinstance(node, Function) and node is not function:
                found.add(node.name)
        return cls(frozenset(found - parameters), helper, bound or {})

    def words(self, name: str, node: ast.AST) -> Iterable[Word]:
        if name in self.bound:
            return self.bound[name]
        if name not in self.local:
            return [Word(name)]
        line, start = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
        own = f"{name}@{self.helper}" if self.helper else name
        return [Word(own, True, line, start, start + len(name))]


@dataclass
class _Rows:
    """Writes the statements of nested blocks one after another."""

    lines: Sequence[str]
    helpers: Mapping[str, Function]
    names: _Names
    row: list[Statement] = field(default_factory=list)

    def body(self, body: Sequence[ast.stmt], parent: int | None) -> None:
        for node in body:
            if isinstance(node, ast.Import | ast.ImportFrom | ast.Nonlocal):
                continue
            if any(getattr(node, name, None) for name in _BLOCKS):
                self.compound(node, parent)
            elif not self.called(node, parent):
                for single in _singles(node):
                    self.simple(single, parent)

    def called(self, node: ast.stmt, parent: int | None) -> bool:
        """Write what helpers do that it calls; whether that is all that it does."""
        for call in ast.walk(node):
            helper = self.helper(call)
            if helper:
                assert isinstance(call, ast.Call)
                self.inside(helper, call).body(_body(helper, steps=True), parent)
                if getattr(node, "value", None) is call:
                    return isinstance(node, ast.Expr)
        return False

    def helper(self, node: ast.AST) -> Function | None:
        if not isinstance(node, ast.Call):
            return None
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        return self.helpers.get(name)

    def inside(self, helper: Function, call: ast.Call) -> _Rows:
        parameters = [p.arg for p in _parameters(helper) if p.arg != "self"]
        given = [tuple(self.words(argument)) for argument in call.args]
        bound = dict(zip(parameters, given, strict=False))
        names = _Names.of(helper, helper.name, bound)
        return _Rows(self.lines, self.helpers, names, self.row)

    def simple(self, node: ast.stmt, parent: int | None) -> None:
        value = getattr(node, "value", None)
        elements = _elements(value) if isinstance(value, _Container) else []
        self.split(node, node.lineno, node.end_lineno or 0, elements, parent)

    def compound(self, node: ast.stmt, parent: int | None) -> None:
        head = len(self.row)
        body = _body(node) if isinstance(node, Function) else getattr(node, "body", [])
        last = max(node.lineno, body[0].lineno - 1)
        if self.lines[node.lineno - 1].lstrip().startswith("@"):
            last = node.lineno
        items = [*node.items] if isinstance(node, ast.With) else []
        anchor = not isinstance(node, ast.With | ast.Try)
        self.split(node, node.lineno, last, items, parent, anchor)
        self.body(body, head)
        for handler in getattr(node, "handlers", []):
            self.block(handler, handler.lineno, handler.body, parent)
        self.rest("else", getattr(node, "orelse", []), head, parent)
        self.rest("finally", getattr(node, "finalbody", []), head, parent)

    def rest(
        self, word: str, body: list[ast.stmt], head: int, parent: int | None
    ) -> None:
        if not body:
            return
        line = body[0].lineno
        if self.lines[line - 1].lstrip().startswith("elif"):
            self.body(body, head)
            return
        while not self.lines[line - 1].lstrip().startswith(f"{word}:"):
            line -= 1
        self.block(ast.Constant(word), line, body, parent)

    def block(
        self, node: ast.AST, line: int, body: list[ast.stmt], parent: int | None
    ) -> None:
        start = len(self.row)
        self.row.append(Statement(tuple(self.words(node)), line, line, parent))
        self.body(body, start)

    def split(
        self,
        node: ast.stmt,
        first: int,
        last: int,
        elements: Sequence[ast.AST],
        parent: int | None,
        anchor: bool = False,
    ) -> None:
        if first == last or len(elements) < 2:
            elements = []
        head = len(self.row)
        holes = frozenset(part for element in elements for part in _parts(element))
        words = tuple(self.words(node, holes))
        guard = isinstance(node, ast.If) and isinstance(node.body[0], ast.Raise)
        self.row.append(Statement(words, first, last, parent, False, anchor, guard))
        for element in elements:
            lines = [line for part in _parts(element) for line in _lines(part)]
            words = tuple(self.words(element))
            self.row.append(Statement(words, min(lines), max(lines), head, True))

    def words(
        self, node: object, holes: frozenset[ast.AST] = frozenset()
    ) -> Iterator[Word]:
        """The pieces of a node, without what is innocent wherever it stands."""
        if isinstance(node, list):
            if any(item in holes for item in node):
                yield _HOLE
            for item in node:
                yield from self.words(item, holes)
            yield Word("]")
        elif not isinstance(node, ast.AST):
            yield Word(repr(node))
        elif node in holes:
            return
        elif isinstance(node, ast.Name):
            yield from self.names.words(node.id, node)
        elif isinstance(node, ast.arg):
            yield from self.names.words(node.arg, node)
        elif (helper := self.helper(node)) and isinstance(helper.body[-1], ast.Return):
            assert isinstance(node, ast.Call)
            yield from self.inside(helper, node).words(helper.body[-1].value)
        else:
            node = comparable(node)
            yield Word(type(node).__name__)
            for name, value in ast.iter_fields(node):
                if isinstance(node, ast.Subscript) and name == "slice":
                    yield from self.entries([node.slice], holes)
                elif isinstance(node, ast.Dict) and name == "keys":
                    yield from self.entries(node.keys, holes)
                elif isinstance(node, ast.Call) and name == "args":
                    yield Word("(")
                    yield from self.words(value, holes)
                elif isinstance(node, Function) and name == "name":
                    yield from self.names.words(node.name, node)
                elif name not in _NOT_COMPARED and not (
                    name in _BLOCKS and isinstance(value, list)
                ):
                    yield from self.words(value, holes)

    def entries(
        self, keys: Sequence[ast.AST | None], holes: frozenset[ast.AST]
    ) -> Iterator[Word]:
        """The names of a dict's entries: a near miss may have other ones."""
        if any(key in holes for key in keys):
            yield _HOLE
        for key in keys:
            if isinstance(key, ast.Constant) and key not in holes:
                end = key.end_col_offset or 0
                text = (
                    f'"{key.value}"' if isinstance(key.value, str) else repr(key.value)
                )
                yield Word(
                    text, isinstance(key.value, str), key.lineno, key.col_offset, end
                )
            else:
                yield from self.words(key, holes)


def _body(function: Function, steps: bool = False) -> list[ast.stmt]:
    """Its body, under `with torch.no_grad()` where a decorator says so.

    `steps` are all before the last `return`.
    """
    body = function.body[1:] if ast.get_docstring(function) else function.body
    if steps and isinstance(body[-1], ast.Return):
        body = body[:-1]
    for decorator in function.decorator_list:
        if body and ast.unparse(decorator) == "torch.no_grad()":
            block = ast.With([ast.withitem(decorator)], body)
            body = [ast.copy_location(block, decorator)]
    return body


def _parameters(function: Function) -> list[ast.arg]:
    given = function.args
    return [*given.posonlyargs, *given.args, *given.kwonlyargs]


def _singles(node: ast.stmt) -> Iterator[ast.stmt]:
    """`a, b = c, d` and `a = b = c` as two assignments."""
    if isinstance(node, ast.AnnAssign) and node.value:
        yield ast.copy_location(ast.Assign([node.target], node.value), node)
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            pairs: list[tuple[ast.expr, ast.expr]] = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=False))
            for name, value in pairs:
                yield ast.copy_location(ast.Assign([name], value), node)
    else:
        yield node


def _elements(node: _Container) -> list[ast.AST]:
    """What stands on a line of its own in a call or a display over many lines."""
    if isinstance(node, ast.Call):
        return [*node.args, *node.keywords]
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return [ast.Dict([key], [value]) for key, value in pairs]
    return [*node.elts]


def _parts(element: ast.AST) -> list[ast.AST]:
    if isinstance(element, ast.Dict) and not hasattr(element, "lineno"):
        return [part for part in [*element.keys, *element.values] if part]
    return [element]


def _lines(node: ast.AST) -> Iterator[int]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.expr | ast.keyword):
            yield inner.lineno
            yield inner.end_lineno or inner.lineno


def first_line(function: Function) -> int:
    """The line on which what it does begins."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[0].lineno
