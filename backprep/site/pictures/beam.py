"""A beam of two on its way: what it keeps in each step, and what it drops."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from backprep.plots import style
from backprep.plots.style import Scheme
from solutions.generation.beam_search import beam_search

NAME = "generation-beam"
WORDS = ("end", "the", "a", "cat", "dog")
END = 0
CHANCES = (
    (1.00, 0.00, 0.00, 0.00, 0.00),  # after the end
    (0.02, 0.00, 0.00, 0.50, 0.48),  # after "the"
    (0.02, 0.00, 0.00, 0.03, 0.95),  # after "a"
    (0.10, 0.50, 0.40, 0.00, 0.00),  # after "cat"
    (0.90, 0.05, 0.05, 0.00, 0.00),  # after "dog"
)
"""Of each next word, after each word."""
PROMPT = (WORDS.index("cat"),)
STEPS = 3

Text = tuple[int, ...]


@dataclass(frozen=True)
class Search:
    """What a beam search saw."""

    live: list[list[Text]]
    """The rows that each call of the model got."""
    best: Text
    """The text that it gave back, behind the prompt."""


def search(num_beams: int = 2) -> Search:
    """Run the reference answer and note what it asks the model."""
    chances = torch.tensor(CHANCES)
    live: list[list[Text]] = []

    def model(tokens: Tensor) -> Tensor:
        live.append([tuple(row) for row in tokens.tolist()])
        return chances.log()[tokens]

    found, _ = beam_search(model, torch.tensor(PROMPT), num_beams, STEPS, END)
    return Search(live, PROMPT + tuple(found))


def probability(text: Text) -> float:
    """Of a text, given its first word."""
    result = 1.0
    for word, following in pairwise(text):
        result *= CHANCES[word][following]
    return result


def draw(folder: Path) -> list[Path]:
    """Write the picture, light and dark; its paths."""
    made = search()
    return style.write(NAME, lambda scheme: _figure(made, scheme), folder)


def _figure(made: Search, scheme: Scheme) -> Figure:
    figure, (axes,) = style.figure(3.4)
    places: dict[Text, float] = {PROMPT: 0.0}
    for depth, rows in enumerate(made.live):
        kept = made.live[depth + 1] if depth + 1 < len(made.live) else [made.best]
        rows = sorted(rows, key=places.__getitem__)
        texts = [
            (*row, word)
            for row in rows
            for word in range(len(WORDS))
            if CHANCES[row[-1]][word]
        ]
        for n, text in enumerate(texts):
            places[text] = n - (len(texts) - 1) / 2
            _step(axes, text, places, scheme, kept=text in kept)
    axes.text(*(0.25, 0, WORDS[PROMPT[0]]), ha="right", va="center", weight="bold")
    axes.set(xlim=(0, STEPS + 0.4), ylim=(3.1, -3.1))
    axes.set_axis_off()
    return figure


def _step(
    axes: Axes, text: Text, places: dict[Text, float], scheme: Scheme, kept: bool
) -> None:
    """The line from a text without its last word, and that word."""
    depth, y, parent = len(text) - 1, places[text], places[text[:-1]]
    axes.plot(
        [depth - 0.7, depth - 0.25],
        [parent, y],
        color=scheme.colours[0] if kept else scheme.faint,
        linewidth=2 if kept else 1,
        linestyle="-" if kept else "--",
    )
    axes.text(
        *(depth - 0.2, y, f"{WORDS[text[-1]]} {probability(text):.3f}"),
        va="center",
        weight="bold" if kept else "normal",
    )
