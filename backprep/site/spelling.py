"""The same code, however it is spelled."""

from __future__ import annotations

import ast

# what torch takes for the same
_SYNONYMS = {
    "correction=1": None,
    "unbiased=True": None,
    "unbiased=False": ast.keyword("correction", ast.Constant(0)),
}


def comparable(node: ast.AST) -> ast.AST:
    """The same node with its keywords in order, and an error without its message."""
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        return ast.Raise(node.exc.func, node.cause)
    if isinstance(node, ast.JoinedStr):
        values = [v for v in node.values if not isinstance(v, ast.Constant)]
        return ast.JoinedStr(values)
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
        return _lerp(node) or node
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "square":
        assert isinstance(node.func, ast.Attribute)
        return ast.BinOp(node.func.value, ast.Pow(), ast.Constant(2))
    if isinstance(node, ast.Call):
        keywords = [
            _SYNONYMS.get(ast.unparse(keyword), keyword) for keyword in node.keywords
        ]
        kept = [keyword for keyword in keywords if keyword]
        return ast.Call(
            node.func, node.args, sorted(kept, key=lambda keyword: keyword.arg or "")
        )
    return node


def _lerp(node: ast.AugAssign) -> ast.Expr | None:
    """`a += weight * (b - a)` as `a.lerp_(b, weight)`."""
    match node.value:
        case ast.BinOp(weight, ast.Mult(), ast.BinOp(end, ast.Sub(), start)):
            if ast.unparse(start) == ast.unparse(node.target):
                method = ast.Attribute(start, "lerp_", ast.Load())
                return ast.Expr(ast.Call(method, [end, weight], []))
    return None
