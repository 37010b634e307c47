"""Autograd's graph of a polynomial, with the gradient that went along each edge."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor

from backprep.plots import style
from backprep.plots.style import Scheme
from solutions.autograd.gradient import gradient

NAME = "autograd-polynomial"
X = (1.0, 2.0, 3.0)


@dataclass
class Node:
    """An operation of the backward graph."""

    name: str
    """As autograd calls it."""
    makes: str
    """What its forward operation computed."""


@dataclass
class Graph:
    """What a backward pass went through."""

    nodes: dict[Any, Node] = field(default_factory=dict)
    edges: dict[tuple[Any, Any], list[float]] = field(default_factory=dict)
    """The gradient that the first node sent to the second."""
    result: list[float] = field(default_factory=list)

    @property
    def leaf(self) -> Any:
        return next(k for k, v in self.nodes.items() if v.name == "AccumulateGrad")


def graph() -> Graph:
    """The graph of `(x**2 + 2*x + 1).sum()`, walked while `gradient` runs."""
    found = Graph()

    def polynomial(x: Tensor) -> Tensor:
        square = x**2
        double = 2 * x
        both = square + double
        plus_one = both + 1
        y = plus_one.sum()
        makes = {
            square.grad_fn: "x²",
            double.grad_fn: "2x",
            both.grad_fn: "x² + 2x",
            plus_one.grad_fn: "x² + 2x + 1",
            y.grad_fn: "the sum",
        }
        _walk(y.grad_fn, makes, found)
        return y

    found.result = gradient(polynomial, torch.tensor(X)).tolist()
    return found


def _walk(node: Any, makes: dict[Any, str], found: Graph) -> None:
    if node in found.nodes:
        return
    name = node.name().rpartition("::")[2]
    found.nodes[node] = Node(name, makes.get(node, "x"))
    targets = [target for target, _ in node.next_functions]

    def note(sent: tuple[Tensor | None, ...], received: tuple[Tensor, ...]) -> None:
        for target, value in zip(targets, sent, strict=True):
            if target is not None and value is not None:
                found.edges[node, target] = value.tolist()

    if targets:
        node.register_hook(note)
    for target in filter(None, targets):
        _walk(target, makes, found)


def draw(folder: Path) -> list[Path]:
    """Write the picture, light and dark; its paths."""
    found = graph()
    return style.write(NAME, lambda scheme: _figure(found, scheme), folder)


PLACES = {
    "the sum": (0, 4),
    "x² + 2x + 1": (0, 3),
    "x² + 2x": (0, 2),
    "x²": (-1.2, 1),
    "2x": (1.2, 1),
    "x": (0, 0),
}


def _figure(found: Graph, scheme: Scheme) -> Figure:
    figure, (axes,) = style.figure(4.8, width=style.NARROW)
    axes.set(xlim=(-2.6, 2.6), ylim=(-0.75, 4.45))
    axes.set_axis_off()
    places = {key: PLACES[node.makes] for key, node in found.nodes.items()}
    for (sender, receiver), sent in found.edges.items():
        (x0, y0), (x1, y1) = places[sender], places[receiver]
        axes.annotate(
            "",
            (x1, y1 + 0.24),
            (x0, y0 - 0.24),
            arrowprops={"arrowstyle": "-|>", "color": scheme.colours[1], "lw": 1.6},
        )
        left = x0 + x1 < 0
        aside = 0.12 if x0 == x1 else 0.32
        axes.text(
            (x0 + x1) / 2 + (-aside if left else aside),
            (y0 + y1) / 2,
            _numbers(sent),
            color=scheme.colours[1],
            ha="right" if left else "left",
            va="center",
        )
    for key, node in found.nodes.items():
        x, y = places[key]
        axes.text(
            *(x, y, f"{node.makes}\n{node.name}"),
            ha="center",
            va="center",
            linespacing=1.4,
            bbox={
                "boxstyle": "round,pad=0.5",
                "facecolor": "none",
                "edgecolor": scheme.ink,
            },
        )
    axes.text(
        *(0, -0.6, f"they add up to {_numbers(found.result)}"),
        ha="center",
        color=scheme.colours[1],
        weight="bold",
    )
    return figure


def _numbers(value: float | list[float]) -> str:
    if isinstance(value, list):
        return f"[{', '.join(f'{number:g}' for number in value)}]"
    return f"{value:g}"
