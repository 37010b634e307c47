"""Pictures follow their numbers, and are the same each time."""

import re
from pathlib import Path

import pytest

from backprep.bench.record import read_all
from backprep.plots import amp, style

ROOT = Path(__file__).parents[3]
COMMITTED = ROOT / "docs/assets/pictures"


def texts(path):
    return re.findall(r"<text [^>]*>([^<]*)</text>", path.read_text())


def line(scheme):
    made, (axes,) = style.figure(2)
    axes.plot([1, 2], color=scheme.colours[0])
    axes.set_title("A line")
    return made


def luminance(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_a_picture_is_drawn_in_both_schemes_and_the_same_each_time(tmp_path):
    first = style.write("line", line, tmp_path / "first")
    assert [path.name for path in first] == ["line-light.svg", "line-dark.svg"]
    second = style.write("line", line, tmp_path / "second")
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
    assert first[0].read_bytes() != first[1].read_bytes()


def test_a_picture_has_its_text_as_text_and_no_background(tmp_path):
    path, _ = style.write("line", line, tmp_path)
    assert "A line" in texts(path)
    assert "fill: #ffffff" not in path.read_text()


@pytest.mark.parametrize(
    ("scheme", "page"), [(style.LIGHT, "#ffffff"), (style.DARK, "#1e2129")]
)
def test_what_is_drawn_stands_out_from_the_page(scheme, page):
    assert contrast(scheme.ink, page) >= 4.5
    assert all(contrast(colour, page) >= 3 for colour in scheme.colours)


@pytest.mark.parametrize("record", read_all(amp.RECORDS), ids=lambda r: r.name)
def test_the_committed_bars_are_those_of_the_committed_numbers(record, tmp_path):
    for path in amp.ratios(record, tmp_path):
        drawn = texts(path)
        assert drawn == texts(COMMITTED / path.name)
        for pair in record.pairs:
            assert {f"{pair.time_ratio:.2f}", f"{pair.kept_ratio:.2f}"} <= set(drawn)


@pytest.mark.parametrize("record", read_all(amp.RECORDS), ids=lambda r: r.name)
def test_a_time_that_is_too_unsteady_recedes(record, tmp_path):
    light, _ = amp.ratios(record, tmp_path)
    unsteady = sum(not pair.steady for pair in record.pairs)
    assert light.read_text().count(f"fill: {style.LIGHT.faint}") == unsteady


def test_the_number_formats_are_those_of_torch(tmp_path):
    for path in amp.number_formats(tmp_path):
        drawn = texts(path)
        assert drawn == texts(COMMITTED / path.name)
        assert any("fp16: 6e-08 to 65504" in text for text in drawn)
