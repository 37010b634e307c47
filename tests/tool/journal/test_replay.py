"""Whatever happens, in whatever order: properties of the events."""

import copy
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backprep.journal.attempt import Attempt, from_state, replay
from backprep.journal.event import Event, from_line
from backprep.journal.event_rules import BEGINNINGS
from backprep.journal.history import History
from backprep.journal.journal import Journal
from backprep.practice.coach import Coach
from tests.tool.fakes import HERE, FakeClock, FakeJudge

QUESTIONS = ("autograd/gradient", "amp/train_step")
START = datetime(2026, 11, 25, 10, 0, tzinfo=HERE)

MOVES = ["begin", "pause", "resume", "tick", "fail", "pass", "hint", "reveal"]
MOVES += ["time_up", "finish", "restart", "regrade"]
# with one that no version knows
WRITTEN = ["started", "paused", "resumed", "ran", "hinted", "revealed", "time_up"]
WRITTEN += ["ticked", "followed_up", "finished", "self_graded", "planned", "later"]
WRITTEN += ["passed_untimed"]

moves = st.one_of(
    st.tuples(st.just("work"), st.integers(1, 29)),
    st.tuples(st.just("sleep"), st.integers(1, 4000)),
    st.tuples(st.just("set_wall"), st.integers(-4000, 4000)),
    st.tuples(
        st.sampled_from(MOVES),
        st.integers(0, 1),
    ),
)


@pytest.fixture
def play(new_bank_questions):
    """Let random moves happen to a coach; `after` sees it after each of them."""

    def run(script, after):
        with tempfile.TemporaryDirectory() as folder:
            clock, judge = FakeClock(), FakeJudge()

            def new():
                journal = Journal(Path(folder) / "home")
                answers = Path(folder) / "answers"
                return Coach(
                    journal, answers, new_bank_questions, clock=clock, judge=judge
                )

            coach = new()
            for name, value in script:
                coach = _move(coach, new, clock, judge, name, value)
                after(coach, name)

    return run


@pytest.fixture(scope="module")
def new_bank_questions():
    from backprep.bank.questions import load_questions

    return [question for question in load_questions() if question.id in QUESTIONS]


def _move(coach, new, clock, judge, name, value):
    if name in ("work", "sleep", "set_wall"):
        getattr(clock, name)(value)
        for attempt_id in coach.driven() if name == "work" else ():
            coach.tick(attempt_id)  # as while somebody is at work
        return coach
    if name == "begin":
        coach.begin(coach.questions[QUESTIONS[value]])
        return coach
    if name == "restart":
        coach.journal.close()
        return new()
    attempts = list(coach.history.attempts.values())
    if not attempts:
        return coach
    attempt = attempts[-1 - value % len(attempts)]
    if name in ("fail", "pass"):
        judge.says = "failed" if name == "fail" else "passed"
        coach.run(attempt.id)
    elif name == "hint":
        coach.hint(attempt.id, value + 1)
    elif name == "finish":
        coach.finish(attempt.id, ("gave up", "abandoned")[value])
    elif name == "regrade":
        if attempt.finished and (choices := coach.finished(attempt.id).grade.choices):
            coach.regrade(attempt.id, choices[value % len(choices)])
    else:
        getattr(coach, name)(attempt.id)
    return coach


random_sequences = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


@random_sequences
@given(st.lists(moves, max_size=25))
def test_replay_equals_the_state_in_memory(play, script):
    def after(coach, name):
        fresh = replay(event for _, event in coach.journal.events())
        assert fresh == coach.history.attempts

    play(script, after)


@random_sequences
@given(st.lists(moves, max_size=25))
def test_the_time_left_never_grows(play, script):
    seen = {}

    def after(coach, name):
        for attempt_id in coach.history.attempts:
            left = coach.remaining(attempt_id)
            # what nobody was there to see since the last sign of life is a pause
            known = name in ("restart", "resume", "begin", "set_wall", "work", "sleep")
            if attempt_id in seen and not known:
                assert left <= seen[attempt_id] + 1e-3
            written = (
                coach.attempt(attempt_id).limit - coach.attempt(attempt_id).elapsed
            )
            assert left <= written + 1e-3
            seen[attempt_id] = left

    play(script, after)


@random_sequences
@given(st.lists(moves, max_size=25))
def test_what_is_written_of_the_time_only_grows(play, script):
    seen = {}

    def after(coach, name):
        for attempt_id, attempt in coach.history.attempts.items():
            assert attempt.elapsed >= seen.get(attempt_id, 0.0)
            seen[attempt_id] = attempt.elapsed

    play(script, after)


ids = st.integers(0, 2**128 - 1).map(lambda n: f"{n:032x}")


@st.composite
def events(draw):
    """Events of a few attempts, as several journals may hold them."""
    attempt = f"{draw(st.integers(0, 2)):032x}"
    kind = draw(st.sampled_from(WRITTEN))
    at = START + timedelta(seconds=draw(st.integers(0, 100_000)))
    data = {"elapsed": draw(st.floats(0, 10_000)), "minutes": 10}
    data["verdict"] = draw(st.sampled_from(["passed", "failed"]))
    data["outcome"] = draw(st.sampled_from(["passed", "failed", "gave up"]))
    data["level"] = data["number"] = draw(st.integers(1, 3))
    data["date"] = "2026-12-14"
    identity = attempt if kind in BEGINNINGS else draw(ids)
    seq = draw(st.integers(1, 50))
    return Event(
        identity, seq, at.isoformat(), kind, "autograd/gradient", attempt, data
    )


event_lists = st.lists(events(), max_size=30, unique_by=lambda event: event.id)


def merged(*lists):
    """A new journal that took these in, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder))
        for some in lists:
            journal.merge(some)
        history = History()
        history.follow(journal)
        found = list(journal.lines()), history.attempts, history.planned
        journal.close()
    return found


@random_sequences
@given(event_lists, st.randoms())
def test_merging_does_not_depend_on_order_and_can_be_repeated(some, random):
    cut = random.randint(0, len(some))
    one, other = some[:cut], some[cut:]
    expected = merged(one, other)
    assert merged(other, one) == expected
    assert merged(one, other, one, other) == expected
    shuffled = copy.copy(some)
    random.shuffle(shuffled)
    assert merged(shuffled) == expected


@given(events())
def test_an_event_survives_its_line(event):
    assert from_line(event.line) == event


@random_sequences
@given(event_lists)
def test_an_attempt_survives_its_kept_state(some):
    import json

    for attempt in replay(sorted(some, key=lambda event: event.order)).values():
        assert isinstance(attempt, Attempt)
        assert from_state(json.loads(json.dumps(attempt.as_state()))) == attempt


def test_a_kept_state_gives_what_replay_gives(tmp_path, monkeypatch):
    monkeypatch.setattr("backprep.journal.history.WORTH_KEEPING", 10)
    journal = Journal(tmp_path)
    for n in range(40):
        kind = "started" if n % 4 == 0 else ("hinted", "ran", "finished")[n % 4 - 1]
        attempt = f"{n // 4:032x}"
        journal.append(
            kind,
            at=START + timedelta(minutes=n),
            question="autograd/gradient",
            attempt=attempt,
            data={"minutes": 10, "elapsed": n, "verdict": "passed"},
            identity=attempt if kind == "started" else None,
        )
    first, second = History(), History()
    assert len(first.follow(journal)) == 40
    assert second.follow(journal) == [], "all of it came from the kept state"
    assert second.attempts == first.attempts


@random_sequences
@given(event_lists, st.integers(1, 20))
def test_a_kept_state_knows_what_matters_without_being_read(some, kept_after):
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder))
        journal.merge(some)
        whole = History()
        whole.follow(journal)
        with mock.patch("backprep.journal.history.WORTH_KEEPING", kept_after):
            History().follow(journal)
        later = History()
        later.follow(journal)
        journal.close()
    assert list(later.unfinished) == list(whole.unfinished)
    assert set(later.tried) == set(whole.tried)
    assert later.reviews == whole.reviews
    assert later.attempts == whole.attempts
    assert list(later.attempts) == list(whole.attempts)
    assert later.reviews == whole.reviews
