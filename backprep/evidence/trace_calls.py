"""Run an example, and print as JSON which calls of PyTorch its solution made.

`python -m backprep.evidence.trace_calls EXAMPLE.py SOLUTION.MODULE` traces the first
run of each call, and says of it the code, the tensors that went in and those that came
out.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import runpy
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from backprep.evidence.calls import Call

NAME = "_traced_"
"""What stands before each call of a traced module."""
PLAIN = {
    *("__init__", "buffers", "modules", "parameters", "named_buffers"),
    *("named_parameters", "dim", "numel", "size", "item", "tolist", "finfo"),
    *("is_complex", "is_enabled", "is_floating_point", "is_available"),
    *("device_count", "no_grad", "enable_grad", "inference_mode", "cpu", "min", "max"),
}
"""Methods and functions that are called everywhere and show nothing."""

Place = tuple[int, int, int, int]
"""Line and column at which a call begins and ends."""


class Trace:
    """The first run of each call."""

    def __init__(self) -> None:
        self._found: dict[Place, Call] = {}

    def __call__(
        self,
        code: str,
        place: Place,
        function: Callable[..., Any],
        /,
        *given: Any,
        **named: Any,
    ) -> Any:
        """Do what the call would have done, and note it."""
        owner = getattr(function, "__self__", None)
        takes = tensors([owner, *given, *named.values()])
        result = function(*given, **named)
        name = getattr(function, "__name__", "")
        if is_pytorch(function) and name not in PLAIN:
            self._found.setdefault(place, Call(code, takes, tensors([result])))
        return result

    @property
    def calls(self) -> list[Call]:
        """In the order of the code, each once.

        What only makes an argument of another call stands there already.
        """
        shown: dict[str, Call] = {}
        for place, call in sorted(self._found.items()):
            if call.takes or not any(_within(place, other) for other in self._found):
                shown.setdefault(call.code, call)
        return list(shown.values())


def _within(inner: Place, outer: Place) -> bool:
    return inner != outer and outer[:2] <= inner[:2] and inner[2:] <= outer[2:]


def is_pytorch(function: Callable[..., Any]) -> bool:
    """Whether PyTorch defines it, or it is a module of layers."""
    owner = type(getattr(function, "__self__", None)).__module__
    named = (getattr(function, "__module__", None) or "", owner)
    return isinstance(function, nn.Module) or any(
        name.partition(".")[0] == "torch" for name in named
    )


def tensors(values: Iterable[Any]) -> str:
    """The shape of each tensor among these, and the dtype where it is not float32."""
    return ", ".join(filter(None, map(_tensor, values)))


def _tensor(value: Any) -> str:
    if isinstance(value, nn.utils.rnn.PackedSequence):
        return _tensor(value.data)
    if isinstance(value, Tensor):
        dtype = "" if value.dtype == torch.float32 else f" {value.dtype}"
        return f"{tuple(value.shape)}{dtype.replace('torch.', '')}"
    return tensors(value) if isinstance(value, tuple | list) else ""


class _Traced(ast.NodeTransformer):
    """Hands each call to the trace."""

    def visit_Call(self, node: ast.Call) -> ast.Call:
        place = (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
        about = [ast.Constant(ast.unparse(node)), _expression(repr(place))]
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            return node  # it looks at who calls it
        traced = ast.Name(NAME, ast.Load())
        return ast.Call(traced, [*about, node.func, *node.args], node.keywords)


def _expression(code: str) -> ast.expr:
    return ast.parse(code, mode="eval").body


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, trace: Trace) -> None:
        super().__init__(name, path)
        self.trace = trace

    def get_code(self, fullname: str) -> CodeType:
        tree = _Traced().visit(ast.parse(self.get_data(self.path)))
        code: CodeType = compile(ast.fix_missing_locations(tree), self.path, "exec")
        return code

    def exec_module(self, module: ModuleType) -> None:
        setattr(module, NAME, self.trace)
        super().exec_module(module)


class _Finder(MetaPathFinder):
    def __init__(self, name: str, trace: Trace) -> None:
        self.name = name
        self.trace = trace

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: object = None
    ) -> ModuleSpec | None:
        if name != self.name:
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is not None and spec.origin is not None:
            spec.loader = _Loader(name, spec.origin, self.trace)
        return spec


def traced(example: str, module: str) -> list[Call]:
    """The calls that `module` makes when the script `example` runs."""
    trace = Trace()
    sys.meta_path.insert(0, _Finder(module, trace))
    with contextlib.redirect_stdout(io.StringIO()):
        runpy.run_path(example, run_name="__main__")
    return trace.calls


if __name__ == "__main__":
    print(json.dumps([vars(call) for call in traced(sys.argv[1], sys.argv[2])]))
