"""What the judge replies is waited for until a deadline, and safe to show."""

import json
import os

import pytest

from backprep.judge.pipes import Pipes
from backprep.judge.protocol import Ending
from backprep.judge.replies import NoReply, replies


@pytest.fixture
def ends():
    """How to read what is said, and where to say it."""
    ours, theirs = os.pipe()
    with os.fdopen(theirs, "wb", buffering=0) as said:
        pipes = Pipes()
        pipes.listen("replies", os.fdopen(ours, "rb"))
        yield lambda seconds: pipes.next(seconds)[1], said


def test_who_says_nothing_is_not_waited_for(ends):
    with pytest.raises(NoReply):
        list(replies(ends[0], first=0.01, limit=60))


def test_texts_of_every_depth_are_made_safe(ends):
    ours, theirs = ends
    said = Ending(1.0, output="\x1b]0;\ud800").as_record() | {"names": [{"n": "\x07"}]}
    theirs.write(json.dumps(said).encode() + b"\n")
    (reply,) = replies(ours, first=60, limit=60)
    assert reply["output"] == r"\x1b]0;\ud800"
    assert reply["names"] == [{"n": r"\x07"}]


def test_who_stops_in_the_middle_is_out_of_time(ends, monkeypatch):
    monkeypatch.setattr("backprep.judge.replies.MARGIN", 0.01)
    monkeypatch.setattr("backprep.judge.replies.GRACE", 0.0)
    ours, theirs = ends
    theirs.write(b'{"event": "ready"}\n')
    ready, ended = replies(ours, first=60, limit=0.01)
    assert ready == {"event": "ready"}
    assert (ended["event"], ended["timed_out"]) == ("ended", True)


def test_a_reply_that_comes_in_parts_is_one(ends):
    ours, theirs = ends
    theirs.write(b'{"event": "re')
    theirs.write(b'ady"}\n')
    theirs.close()
    assert list(replies(ours, first=60, limit=60)) == [{"event": "ready"}]
