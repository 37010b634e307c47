"""Events from a file: what is taken in can be replayed, and nothing else is."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprep.journal import event_rules, exchange, grading
from backprep.journal.event import KINDS, Event
from backprep.journal.history import History
from backprep.practice import schedule

PROBES = Path(__file__).parents[2] / "events.json"
"""Good and bad events; the scripts of the site are tested by the same table."""
ID = "0" * 31
AT = "2026-11-25T10:31:00.123+01:00"


def started(number=1, **changes):
    values = {
        "id": f"{ID}{number}",
        "seq": number,
        "at": AT,
        "kind": "started",
        "question": "autograd/gradient",
        "attempt": f"{ID}{number}",
        "data": {"elapsed": 0, "minutes": 10, "mock": None, "from": "terminal"},
    }
    return Event(**{**values, **changes})


def problem(line, known=None):
    events, problems = exchange.read([line], known or {})
    assert not events or known
    (found,) = problems
    return found


def test_what_was_exported_is_read_back():
    events = [started(1), started(2)]
    lines = [event.line for event in events]
    assert exchange.read([*lines, "", "\n"], {}) == (events, [])


@pytest.mark.parametrize(
    "probe", json.loads(PROBES.read_text()), ids=lambda probe: probe["about"]
)
def test_a_probe_is_judged_as_the_table_says(probe):
    _, problems = exchange.read([probe["line"]], {})
    assert (problems == []) is probe["good"]


def test_a_line_that_is_there_twice_is_one_event():
    events, problems = exchange.read([started().line] * 2, {})
    assert (len(events), problems) == (1, [])


def test_an_id_with_other_content_is_refused_with_its_line():
    other = started(at="2026-11-26T10:31:00.123+01:00")
    lines = [started(2).line, other.line]
    _, (found,) = exchange.read(lines, {started().id: started()})
    assert found.line == 2
    assert "is another event's id (started, 2026-11-25" in found.reason


def test_the_same_holds_within_one_file():
    _, (found,) = exchange.read([started().line, started(seq=7).line], {})
    assert found.line == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"data": {}}, "its data has no elapsed"),
        ({"data": {"elapsed": -1}}, "elapsed is -1 in its data; expected seconds"),
        ({"data": {"elapsed": float("nan")}}, "NaN is not a number of JSON"),
        ({"data": {"elapsed": 0, "minutes": 0}}, "minutes is 0"),
        ({"data": {"elapsed": 0, "minutes": True}}, "minutes is True"),
        ({"at": "9999-12-31T23:59:59+00:00"}, "expected a year from 1970"),
        ({"question": ""}, "must name a question"),
        ({"question": "\x1b[2J/x"}, "expected a text without control"),
        ({"attempt": f"{ID}9"}, "must name itself"),
        ({"seq": 2**53 - 1}, "seq is 9007199254740991"),
        ({"kind": "planned", "data": {"date": "soon", "minutes": 60}}, "date is 'soo"),
        ({"kind": "ticked", "data": {"elapsed": 0, "must": 5}}, "must is 5"),
        ({"kind": "hinted", "data": {"elapsed": 0, "level": 4}}, "expected 1, 2 or 3"),
    ],
)
def test_what_could_not_be_replayed_is_refused(changes, said):
    assert said in problem(started(**changes).line).reason


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("not json", "it is not JSON"),
        ("[1]", "it is not a JSON object"),
        ("[" * 100_000, "nested too deep"),
        (started().line.replace("terminal", "\\ud800"), "half a character"),
    ],
)
def test_what_is_no_event_is_refused(line, said):
    assert said in problem(line).reason


def test_a_kind_of_a_newer_version_is_kept():
    newer = started(kind="drawn", data={"any": ["thing"]})
    assert exchange.read([newer.line], {}) == ([newer], [])


SPOILT = [-1, 0.5, float("inf"), "", "x", None, True, [1], [None], {}]
NAMES = sorted({n for rules in event_rules.RULES.values() for n in rules} | {"elapsed"})
GOOD = {
    "elapsed": 300,
    "minutes": 10,
    "mock": None,
    "from": "terminal",
    "level": 1,
    "verdict": "passed",
    "passed": 5,
    "total": 5,
    "failed": [],
    "must": [True],
    "nice": [],
    "number": 1,
    "outcome": "failed",
    "edited": True,
    "snapshot": None,
    "rating": "hard",
    "date": "2026-12-14",
    "reason": "asked",
}


@given(
    st.lists(
        st.tuples(
            st.sampled_from(KINDS), st.sampled_from(NAMES), st.sampled_from(SPOILT)
        ),
        max_size=12,
    )
)
def test_whatever_is_taken_in_can_be_replayed_and_graded(rows):
    lines = [started().line]
    for number, (kind, name, spoilt) in enumerate(rows, 2):
        row = json.loads(started().line)
        row |= {"id": f"{number:032x}", "seq": number, "kind": kind}
        lines.append(json.dumps({**row, "data": {**GOOD, name: spoilt}}))
    events, _ = exchange.read(lines, {})
    history = History()
    for event in events:
        history.apply(event)
    reviews = grading.reviews(history.attempts.values())
    assert set(schedule.due_dates(reviews, history.interview)) <= {"autograd/gradient"}
