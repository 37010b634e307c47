"""A verdict in lines: the words, and the style of each."""

from dataclasses import replace
from pathlib import Path

import click
import pytest

from backprep.judge.verdict import Check, Verdict
from backprep.terminal import verdict_lines
from backprep.terminal.styled import changed, painted

PATH = Path("answers/autograd/gradient.py")


@pytest.fixture
def verdict():
    return Verdict(
        "autograd/gradient",
        "failed",
        0.08,
        [
            Check("test_keeps_the_shape", "passed"),
            Check(
                "test_a_batch",
                "failed",
                "shape: got (4, 8)",
                advice="Sum.",
                line=7,
                asked="It returns one number.",
            ),
            Check("test_a_graph", "failed", "w" * 200),
            Check("test_cuda", "skipped", "needs CUDA"),
        ],
        output="seen\n",
    )


def text(lines):
    return ["".join(piece for piece, _ in line) for line in lines]


def test_the_first_failure_is_told_in_full_and_the_others_in_a_line(verdict):
    lines = text(verdict_lines.report(verdict, PATH, unicode=True, width=60))
    assert lines == [
        "autograd/gradient  answers/autograd/gradient.py",
        "  ✓ keeps the shape",
        "  ✗ a batch",
        "      shape: got (4, 8) (gradient.py:7)",
        "      Sum.",
        "      The question says: It returns one number.",
        "  ✗ a graph: " + "w" * 44 + "…",
        "  ○ cuda (skipped: needs CUDA)",
        "",
        "  it printed:",
        "    seen",
        "",
        "not passed: 1 of 4 checks passed, 0.08 s",
    ]


def test_each_piece_has_its_style(verdict):
    lines = verdict_lines.report(verdict, PATH, unicode=True)
    assert lines[0][0] == ("autograd/gradient", "bold")
    assert lines[1] == [("  ✓ keeps the shape", "green")]
    assert lines[-1][0] == ("not passed", "red bold")
    assert ("      Sum.", "cyan") in [line[0] for line in lines if line]


def test_a_verdict_without_signs_is_ascii(verdict):
    lines = verdict_lines.report(verdict, PATH, unicode=False)
    assert "\n".join(text(lines)).isascii()


def test_a_style_is_painted_as_the_terminal_wants_it():
    line = [("not passed", "red bold"), (": 1 of 4", "")]
    wanted = click.style("not passed", fg="red", bold=True) + ": 1 of 4"
    assert painted(line) == wanted
    assert painted([("  it printed:", "dim")]) == click.style("  it printed:", dim=True)


@pytest.mark.parametrize(("sign", "style"), [("+", "green"), ("-", "red"), (" ", "")])
def test_a_line_of_a_diff_has_the_colour_of_its_sign(sign, style):
    assert changed(f"{sign}x = 1") == [(f"{sign}x = 1", style)]


def test_what_an_answer_printed_commands_no_terminal(verdict):
    harmful = replace(verdict, output="\x1b]0;owned\x07\ud800\x9b31m")
    lines = verdict_lines.report(harmful, PATH, unicode=True)
    assert r"\x1b]0;owned\x07\ud800\x9b31m" in "".join(map(painted, lines))
