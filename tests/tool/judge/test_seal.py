"""A record is believed once, in its turn, and from who has the key."""

import pytest

from backprep.judge.seal import Seal

KEY = "00" * 16
START = {"event": "start", "check": "test_one"}
READY = {"event": "ready"}


def test_records_are_opened_in_their_order():
    here, there = Seal(KEY), Seal(KEY)
    lines = [here.put_on(READY), here.put_on(START)]
    assert [there.opened(line.rstrip(b"\n")) for line in lines] == [READY, START]


def test_a_record_is_not_believed_twice():
    here, there = Seal(KEY), Seal(KEY)
    line = here.put_on(START).rstrip(b"\n")
    assert there.opened(line) == START
    assert there.opened(line) is None


def test_a_record_with_another_s_seal_is_not_believed():
    mark, _ = Seal(KEY).put_on(READY).split(b" ", 1)
    assert Seal(KEY).opened(mark + b' {"event": "end"}') is None
    assert Seal(KEY).opened(Seal("11" * 16).put_on(READY).rstrip(b"\n")) is None


@pytest.mark.parametrize(
    "line", [b"", b"text", b"x []", b"x {}", b"\xff {", b"x " + b"[" * 99_999]
)
def test_what_is_no_record_is_not_believed_and_takes_no_turn(line):
    here, there = Seal(KEY), Seal(KEY)
    assert there.opened(line) is None
    assert there.opened(here.put_on(READY).rstrip(b"\n")) == READY


def test_the_streams_of_known_answers_count_for_themselves():
    here, there = Seal(KEY), Seal(KEY)
    one, other = START | {"known": "one"}, START | {"known": "other"}
    lines = [here.put_on(record) for record in (one, other)]
    assert there.opened(lines[1].rstrip(b"\n")) == other
    assert there.opened(lines[0].rstrip(b"\n")) == one
