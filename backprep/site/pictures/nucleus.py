"""The nucleus: which tokens stay, and what they are drawn with."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from backprep.plots import style
from backprep.plots.style import Scheme
from solutions.generation.sample_next import next_distribution

NAME = "generation-nucleus"
WORDS = ("cat", "dog", "fish", "bird", "axolotl")
PROBABILITIES = (0.45, 0.30, 0.15, 0.07, 0.03)
TOP_P = 0.8


@dataclass(frozen=True)
class Token:
    """One token of the vocabulary, before and after the cut."""

    word: str
    before: float
    """The sum of the tokens that are more likely."""
    probability: float
    after_cut: float
    """Its probability in the distribution that is drawn from; 0 if it was cut off."""

    @property
    def crosses(self) -> bool:
        """Whether the running sum reaches `TOP_P` with this token."""
        return self.before < TOP_P <= self.before + self.probability


def tokens() -> list[Token]:
    """From the likeliest down."""
    logits = torch.tensor([PROBABILITIES]).log()
    after = next_distribution(logits, top_p=TOP_P)[0].tolist()
    before = accumulate(PROBABILITIES[:-1], initial=0.0)
    return [
        Token(*one) for one in zip(WORDS, before, PROBABILITIES, after, strict=True)
    ]


def draw(folder: Path) -> list[Path]:
    """Write the picture, light and dark; its paths."""
    made = tokens()
    return style.write(NAME, lambda scheme: _figure(made, scheme), folder)


def _figure(made: list[Token], scheme: Scheme) -> Figure:
    figure, (running, drawn) = style.figure(2.8, columns=2)
    running.set_title("The running sum")
    drawn.set_title("What is drawn from")
    _bars(
        running, made, [t.before for t in made], [t.probability for t in made], scheme
    )
    running.axhline(TOP_P, color=scheme.ink, linewidth=1, linestyle="--")
    at = running.get_yaxis_transform()
    running.text(0.01, TOP_P + 0.02, f"top_p {TOP_P}", transform=at)
    _bars(drawn, made, [0.0] * len(made), [t.after_cut for t in made], scheme)
    for x, token in enumerate(made):
        drawn.text(x, token.after_cut + 0.02, f"{token.after_cut:.2f}", ha="center")
    return figure


def _bars(
    axes: Axes,
    made: list[Token],
    bottoms: list[float],
    heights: list[float],
    scheme: Scheme,
) -> None:
    for x, (token, bottom, height) in enumerate(
        zip(made, bottoms, heights, strict=True)
    ):
        kept, crossing, cut = scheme.colours[0], scheme.colours[1], scheme.faint
        colour = crossing if token.crosses else kept if token.after_cut else cut
        axes.bar(x, height, bottom=bottom, color=colour)
    axes.set_xticks(range(len(made)), [token.word for token in made])
    axes.set(ylim=(0, 1.05))
    axes.grid(axis="y")
