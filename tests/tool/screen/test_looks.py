"""What the screen shows in its corners: the clock, plain ASCII; and the editor."""

import pytest

from backprep.screen.clock_face import face
from backprep.terminal.ascii import in_ascii
from backprep.terminal.editor import chosen


@pytest.mark.parametrize(
    ("remaining", "shown"),
    [
        (600, ("10 min left", "calm")),
        (599, ("10 min left", "calm")),
        (121, ("3 min left", "calm")),
        (120, ("2:00 left", "soon")),
        (0.4, ("0:01 left", "soon")),
        (0, ("0:00 over time", "over")),
        (-134, ("2:14 over time", "over")),
    ],
)
def test_the_clock_counts_minutes_until_the_last_two(remaining, shown):
    assert face(remaining) == shown


def test_everything_can_be_said_in_ascii():
    assert in_ascii("✓ one … │ two │ • “three”") == '+ one . | two | * "three"'
    assert in_ascii("日").isascii()


@pytest.mark.parametrize(
    ("environment", "command", "windowed"),
    [
        ({"VISUAL": "hx", "EDITOR": "vi"}, ["hx"], False),
        ({"EDITOR": "emacs -nw"}, ["emacs", "-nw"], False),
        ({"EDITOR": "/usr/bin/code --wait"}, ["/usr/bin/code", "--wait"], True),
    ],
)
def test_the_users_editor_is_taken(environment, command, windowed):
    assert chosen(environment) == (command, windowed)


def test_no_editor_is_made_up():
    assert chosen({}) is None
