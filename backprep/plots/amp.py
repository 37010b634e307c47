"""Mixed precision: what it saved, the number formats, and a loss scale at work."""

from __future__ import annotations

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from backprep.bank.questions import bank_root
from backprep.bench.record import Pair, Record, read_all
from backprep.plots.style import Scheme, figure, write

RECORDS = bank_root() / "docs/data/amp"


def draw(folder: Path) -> list[Path]:
    """All of them."""
    pictures = [path for record in read_all(RECORDS) for path in ratios(record, folder)]
    return [*pictures, *number_formats(folder), *loss_scale(folder)]


def ratios(record: Record, folder: Path) -> list[Path]:
    """Time and bytes of a step as shares of fp32's."""

    pairs = record.pairs
    cuda = record.machine["device"] == "cuda"
    bytes_of = {
        "kept by autograd": [p.kept_ratio for p in pairs],
        "CUDA's peak" if cuda else "all of training": [p.whole_ratio for p in pairs],
    }

    def picture(scheme: Scheme) -> Figure:
        made, (time, memory) = figure(2 + 0.55 * len(pairs), rows=2)
        time.set_title("Time of a training step, fp32 = 1")
        _bars(time, pairs, {"time": [p.time_ratio for p in pairs]}, scheme)
        for bar, pair in zip(time.patches, pairs, strict=True):
            if not pair.steady:
                bar.set_color(scheme.faint)
        memory.set_title("Bytes, fp32 = 1")
        _bars(memory, pairs, bytes_of, scheme)
        made.legend(handles=memory.containers, loc="outside lower right", ncols=2)
        return made

    return write(f"amp-{record.name}", picture, folder)


def _bars(
    axes: Axes, pairs: list[Pair], groups: dict[str, list[float]], scheme: Scheme
) -> None:
    """One row a pair, in each row a bar of every group, and its number beside it."""
    thickness = 0.8 / len(groups)
    for n, (label, values) in enumerate(groups.items()):
        rows = [row + (n + 0.5) * thickness - 0.4 for row in range(len(pairs))]
        colour = scheme.colours[n]
        axes.barh(rows, values, 0.9 * thickness, color=colour, label=label)
        for row, value in zip(rows, values, strict=True):
            at = axes.get_yaxis_transform()
            axes.text(1.01, row, f"{value:.2f}", va="center", size=9, transform=at)
    axes.set_yticks(range(len(pairs)), [pair.name for pair in pairs])
    axes.tick_params(axis="y", length=0)
    axes.invert_yaxis()
    axes.axvline(1, color=scheme.ink, linewidth=1)
    axes.axvline(0.5, color=scheme.ink, linewidth=1, linestyle=":")
    axes.grid(axis="x")


def number_formats(folder: Path) -> list[Path]:
    """How far apart neighbours are, as a share of their size, over the range."""
    import torch

    formats = {
        "fp32": torch.finfo(torch.float32),
        "fp16": torch.finfo(torch.float16),
        "bf16": torch.finfo(torch.bfloat16),
    }

    def picture(scheme: Scheme) -> Figure:
        made, (axes,) = figure(3.6)
        for (name, info), colour in zip(formats.items(), scheme.colours, strict=False):
            least = info.tiny * info.eps
            size, gap = [least, info.tiny, info.max], [1.0, info.eps, info.eps]
            axes.plot(size[:2], gap[:2], color=colour, linestyle=":")
            axes.plot(size[1:], gap[1:], color=colour, linewidth=2.5, marker="|")
            text = f"{name}: {least:.0e} to {info.max:.5g}, gap {info.eps:.2g}"
            axes.annotate(
                text,
                (1e38, info.eps),
                (0, 6),
                textcoords="offset points",
                ha="right",
                size=9,
            )
        axes.set(xscale="log", yscale="log", xlabel="size of a number")
        axes.set_xticks([10.0**exponent for exponent in range(-45, 31, 15)])
        axes.set_title("Gap to the next number, relative to its size")
        axes.grid()
        return made

    return write("number-formats", picture, folder)


def loss_scale(folder: Path) -> list[Path]:
    """The scale over the steps of a run that overflows."""
    from backprep.bench.loss_scale import history

    moments = history()
    steps = range(len(moments))
    scales = [moment.scale for moment in moments]
    skipped = [step for step in steps if moments[step].skipped]

    def picture(scheme: Scheme) -> Figure:
        made, (axes,) = figure(3)
        blue, orange = scheme.colours[:2]
        axes.step(steps, scales, where="mid", color=blue)
        axes.plot(
            skipped,
            [scales[step] for step in skipped],
            "X",
            color=orange,
            markersize=9,
            label="overflow: the step is skipped",
        )
        axes.set_yscale("log", base=2)
        axes.set(xlabel="step", title="Scale of the loss")
        axes.legend(loc="upper right")
        axes.grid()
        return made

    return write("loss-scale", picture, folder)
