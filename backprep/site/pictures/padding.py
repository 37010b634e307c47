"""A batch of texts before and after padding."""

from __future__ import annotations

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from backprep.plots import style
from backprep.plots.style import Scheme
from solutions.data_loading.text_dataset import TextDataset, make_loader

NAME = "data_loading-padding"
TEXTS = [[7, 2, 9], [4], [3, 8, 8, 1, 6], [5, 2]]


def batch() -> tuple[list[list[int]], list[list[int]]]:
    """The texts in the order of a batch, and the batch that the loader made of them."""
    dataset = TextDataset(TEXTS, labels=range(len(TEXTS)))
    padded, order = next(iter(make_loader(dataset, batch_size=len(TEXTS))))
    return [TEXTS[i] for i in order.tolist()], padded.tolist()


def draw(folder: Path) -> list[Path]:
    """Write the picture, light and dark; its paths."""
    texts, padded = batch()
    return style.write(NAME, lambda scheme: _figure(texts, padded, scheme), folder)


def _figure(texts: list[list[int]], padded: list[list[int]], scheme: Scheme) -> Figure:
    figure, (before, after) = style.figure(2.2, columns=2, width=style.NARROW)
    lengths = [len(text) for text in texts]
    _cells(before, texts, lengths, scheme)
    _cells(after, padded, lengths, scheme)
    before.set_title("Texts of the dataset")
    after.set_title(f"One tensor, {len(padded)} by {len(padded[0])}")
    return figure


def _cells(
    axes: Axes, rows: list[list[int]], lengths: list[int], scheme: Scheme
) -> None:
    for y, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        for x, number in enumerate(row):
            word = x < length
            colour = scheme.colours[0] if word else scheme.faint
            axes.add_patch(
                Rectangle(
                    (x + 0.04, y + 0.04),
                    *(0.92, 0.92),
                    facecolor=colour if word else "none",
                    edgecolor=colour,
                    alpha=0.3 if word else 1,
                    linestyle="-" if word else "--",
                )
            )
            axes.text(
                *(x + 0.5, y + 0.5, str(number)),
                ha="center",
                va="center",
                weight="bold" if word else "normal",
            )
    axes.set(xlim=(0, max(lengths)), ylim=(len(rows), 0), aspect="equal")
    axes.set_axis_off()
