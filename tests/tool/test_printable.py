"""Nothing that came from outside commands a terminal, or fails to be written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprep.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("\ud800", r"\ud800"),
        ("\x9b31m", r"\x9b31m"),
        ("\x7f\r\0", r"\x7f\r\x00"),
    ],
)
def test_what_would_command_a_terminal_is_shown(text, shown):
    assert printable(text) == shown


def test_lines_tabs_and_every_language_stay_as_they_are():
    text = "größer\n\t是 ✓ 🙂"
    assert printable(text) == text


@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_written_and_stays_the_same_the_second_time(text):
    shown = printable(text)
    shown.encode()
    assert all(c in "\n\t" or c >= " " for c in shown)
    assert printable(shown) == shown
