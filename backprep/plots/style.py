"""One look for every picture, in the site's two colour schemes.

The same numbers give the same bytes: no date, no random ids. Text stays text, so
it can be searched, and the background is the page's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import matplotlib
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure

WIDTH = 6.4
"""Inches; wider pictures have unreadable text on a telephone."""
NARROW = 4.8
"""For what has room in it: the text stays as large as the page's there."""


@dataclass(frozen=True)
class Scheme:
    """The colours of a picture, for a light page or a dark one."""

    name: str
    ink: str
    """Text and axes."""
    faint: str
    """Grid lines, and what should recede."""
    colours: tuple[str, ...]
    """After Okabe and Ito: told apart by colour-blind readers, 3:1 on the page."""


LIGHT = Scheme(
    "light", "#24292f", "#c9ced6", ("#0072b2", "#c85200", "#00805d", "#a23b8c")
)
DARK = Scheme(
    "dark", "#e2e6ee", "#4a5060", ("#56b4e9", "#f0a030", "#2bc59a", "#e08bc0")
)


def figure(
    height: float, rows: int = 1, columns: int = 1, width: float = WIDTH
) -> tuple[Figure, list[Axes]]:
    """A figure of that size in inches, and its axes."""
    made = Figure(figsize=(width, height), layout="constrained")
    return made, list(made.subplots(rows, columns, squeeze=False).flat)


def write(name: str, draw: Callable[[Scheme], Figure], folder: Path) -> list[Path]:
    """Draw `<name>-light.svg` and `<name>-dark.svg` into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for scheme in (LIGHT, DARK):
        path = folder / f"{name}-{scheme.name}.svg"
        path.write_text(svg(draw, scheme), encoding="utf-8")
        paths.append(path)
    return paths


def svg(
    draw: Callable[[Scheme], Figure], scheme: Scheme, background: str = "none"
) -> str:
    """The picture in one scheme, as the text of an SVG file."""
    file = StringIO()
    with matplotlib.rc_context(_settings(scheme)):
        draw(scheme).savefig(
            file,
            format="svg",
            facecolor=background,
            metadata={"Date": None, "Creator": None},
        )
    return file.getvalue()


def _settings(scheme: Scheme) -> dict[Any, Any]:
    ink = dict.fromkeys(
        (
            "text.color",
            "axes.edgecolor",
            "axes.labelcolor",
            "axes.titlecolor",
            "xtick.color",
            "ytick.color",
        ),
        scheme.ink,
    )
    return {
        **ink,
        "axes.axisbelow": True,
        "axes.facecolor": "none",
        "axes.prop_cycle": cycler(color=scheme.colours),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlelocation": "left",
        "axes.titlesize": 11,
        "figure.facecolor": "none",
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial", "Helvetica"],
        "font.size": 10,
        "grid.color": scheme.faint,
        "grid.linewidth": 0.6,
        "legend.frameon": False,
        "savefig.facecolor": "none",
        "savefig.format": "svg",
        "svg.fonttype": "none",
        "svg.hashsalt": "backprep",
    }
