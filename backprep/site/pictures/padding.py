"""A batch of texts before and after padding."""

from __future__ import annotations

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from backprep.plots import style
from backprep.plots.style import Scheme
from backprep.site.pictures.cells import cell
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
            cell(axes, x, y, str(number), scheme, filled=x < length)
    axes.set(xlim=(0, max(lengths)), ylim=(len(rows), 0), aspect="equal")
    axes.set_axis_off()
