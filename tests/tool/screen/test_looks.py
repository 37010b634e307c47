"""What the screen shows in its corners: the clock, the keys, plain ASCII."""

from itertools import product

import pytest

from backprep.screen import keys
from backprep.screen.ascii import in_ascii
from backprep.screen.clock_face import face
from backprep.screen.keys import Situation
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


def situations():
    states = (keys.READY, keys.WORKING, keys.PAUSED, keys.FINISHED)
    for state, *flags in product(states, *[(False, True)] * 7):
        yield Situation(state, *flags)


def test_the_line_of_keys_fits_and_always_says_where_the_rest_is():
    for now in situations():
        line = keys.line(now, 58)
        assert line[-1] == ("?", "keys")
        assert len("  ".join(f"{sign} {word}" for sign, word in line)) <= 58


def test_enter_does_something_in_every_situation():
    assert all(keys.offered(now)[0].key == "enter" for now in situations())


def test_no_key_helps_in_an_interview():
    for now in situations():
        if now.mock:
            words = {key.does(now) for key in keys.offered(now)}
            assert not words & {"hint", "reveal", "compare", "follow-ups"}


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
