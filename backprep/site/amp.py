"""The measured part of the page on mixed precision, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from backprep.bench.claims import memory_verdict, speed_verdict
from backprep.bench.record import Pair, Record, Result

SPEEDS = "<!-- measured: speeds -->"
MACHINES = "<!-- measured: machines -->"
NO_CUDA = """\
## No GPU yet

Nobody has contributed a run on a CUDA device yet, so this page does not say what mixed
precision saves there. The same code measures it: on such a machine, `make bench-amp`
writes the numbers to `docs/data/amp/`, and `make pictures` draws them.
"""


def fill(markdown: str, records: Sequence[Record]) -> str:
    """The page with what was measured in place of its two marks."""
    for mark, text in ((SPEEDS, speeds(records)), (MACHINES, machines(records))):
        if markdown.count(mark) != 1:
            raise ValueError(f"the page must have {mark} once")
        markdown = markdown.replace(mark, text)
    return markdown


def speeds(records: Sequence[Record]) -> str:
    """A sentence on each machine's slowest and fastest case, of those it timed well."""
    sentences = []
    for record in records:
        steady = [pair for pair in record.pairs if pair.steady]
        if not steady:
            continue
        slow = min(steady, key=lambda pair: pair.speed_up)
        fast = max(steady, key=lambda pair: pair.speed_up)
        sentences.append(
            f"On {record.machine['name']}, steps ran {_in_words(slow)} to "
            f"{_in_words(fast)}, compared with fp32."
        )
    return " ".join(sentences)


def machines(records: Sequence[Record]) -> str:
    """A section for each machine, and what to do about a missing GPU."""
    sections = [section(record) for record in records]
    if not any(record.machine["device"] == "cuda" for record in records):
        sections.append(NO_CUDA)
    return "\n".join(sections)


def section(record: Record) -> str:
    """The picture, whose caption names the machine, and its numbers."""
    name = record.name
    return f"""\
## {record.machine["name"]}

![{_alt(record)}](assets/pictures/amp-{name}-light.svg#only-light)
![{_alt(record)}](assets/pictures/amp-{name}-dark.svg#only-dark)

*{_caption(record)}*

### Do the two claims hold?

{_table(record.pairs, CLAIMS)}

### Time

{_table(record.pairs, TIMES)}

### Bytes

{_table(record.pairs, BYTES)}

### What the lost precision costs

{_table(record.pairs, ERRORS)}
"""


def _in_words(pair: Pair) -> str:
    return f"{pair.speed_up:.1f} times as fast ({pair.name})"


def _alt(record: Record) -> str:
    def span(value: Callable[[Pair], float]) -> str:
        low, high = min(record.pairs, key=value), max(record.pairs, key=value)
        return f"from {value(low):.2f} ({low.name}) to {value(high):.2f} ({high.name})"

    return (
        "Bar charts of mixed precision against fp32. Time of a step: "
        f"{span(lambda p: p.time_ratio)}. Bytes kept by autograd: "
        f"{span(lambda p: p.kept_ratio)}. Bytes of training as a whole: "
        f"{span(lambda p: p.whole_ratio)}."
    )


def _caption(record: Record) -> str:
    m = record.machine
    rounds = sorted(int(r.seconds["rounds"]) for r in record.results)
    parts = [
        m["name"],
        *([f"driver {m['driver']}"] if m["driver"] else []),
        f"torch {m['torch']}",
        f"CPU kernels for {m['cpu_capability']}",
        f"{m['threads']} threads",
        f"medians of {rounds[0]} to {rounds[-1]} steps",
        m["date"],
    ]
    steady = all(pair.steady for pair in record.pairs)
    grey = "" if steady else " Grey: too unsteady for a verdict."
    numbers = f"`docs/data/amp/{record.name}.json`"
    return f"{', '.join(parts)}.{grey} All numbers: {numbers}."


def _kept(result: Result) -> str:
    kept = sorted(result.bytes_kept_by_autograd.items(), key=lambda item: -item[1])
    return " + ".join(f"{n / 1e6:.2f} {dtype}" for dtype, n in kept if n >= 5_000)


def _milliseconds(result: Result) -> str:
    median, iqr = (1e3 * result.seconds[name] for name in ("median", "iqr"))
    return f"{median:.2f} ± {iqr / 2:.2f}"


def _losses(pair: Pair) -> str:
    mixed, fp32 = pair.mixed.loss_after_30_steps, pair.mixed.fp32_loss_after_30_steps
    return f"{mixed:.4g}, fp32 {fp32:.4g}"


def _shift(pair: Pair) -> str:
    answer = "yes" if pair.loss_within_spread else "no"
    spread = pair.mixed.fp32_spread_over_seeds
    return f"{answer}: {pair.loss_shift:.1e} against {spread:.1e}"


Columns = dict[str, Callable[[Pair], str]]

CASE: Columns = {"Case": lambda p: p.name}
CLAIMS: Columns = CASE | {
    "“Half the memory”": lambda p: f"{memory_verdict(p)}: {p.whole_ratio:.2f}",
    "“50 to 100% faster”": lambda p: f"{speed_verdict(p)}: {p.speed_up:.2f} times",
}
TIMES: Columns = CASE | {
    "Step in fp32, ms": lambda p: _milliseconds(p.fp32),
    "Step, ms": lambda p: _milliseconds(p.mixed),
    "Ratio": lambda p: f"{p.time_ratio:.2f}",
}
BYTES: Columns = CASE | {
    "Kept in fp32, MB": lambda p: _kept(p.fp32),
    "Kept, MB": lambda p: _kept(p.mixed),
    "Ratio": lambda p: f"{p.kept_ratio:.2f}",
    "Held anyway, MB": lambda p: (
        f"{p.mixed.bytes_of_parameters_gradients_and_optimizer / 1e6:.2f}"
    ),
}
ERRORS: Columns = CASE | {
    "Gradient's error": lambda p: f"{p.mixed.gradient_relative_l2:.1e}",
    "Cosine": lambda p: f"{p.mixed.gradient_cosine:.5f}",
    "Loss after 30 steps": _losses,
    "Moved less than another seed moves it": _shift,
}


def _table(pairs: Sequence[Pair], columns: Columns) -> str:
    rows = [list(columns), ["---"] * len(columns)]
    rows += [[value(pair) for value in columns.values()] for pair in pairs]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
