"""Where an endless answer is said to be: at its loop's first line."""

import pytest

from backprep.judge.loops import running_line

TEXT = """\
def step(x):
    y = x
    return y

def train(x):
    for epoch in range(3):
        while True:
            x = step(
                x
            )

def plain(x):
    return x

while True:
    pass
"""


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        ([2, 8], 7),  # in a call of the innermost loop
        ([9], 7),
        ([13], 13),  # in no loop
        ([13, 8], 7),
        ([16], 15),
        ([], None),
    ],
)
def test_the_innermost_loop_around_is_named(tmp_path, lines, line):
    path = tmp_path / "answer.py"
    path.write_text(TEXT)
    assert running_line(path, lines) == line


def test_without_a_text_that_can_be_read_the_line_itself_is_named(tmp_path):
    assert running_line(tmp_path / "gone.py", [5, 2]) == 5
    (tmp_path / "half.py").write_text("while True\n")
    assert running_line(tmp_path / "half.py", [1]) == 1
