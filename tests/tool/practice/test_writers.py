"""Whatever any writer can write, an export holds and an import takes in."""

import contextlib
import tempfile
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import click
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backprep.bank.questions import load_questions
from backprep.cli.main import cli
from backprep.journal import event_rules, exchange
from backprep.journal.history import History
from backprep.journal.journal import Journal
from backprep.practice.coach import Coach
from backprep.server.events import checked
from backprep.server.guard import Refused
from tests.tool.fakes import FakeClock, FakeJudge
from tests.tool.strategies import TOPICS

QUESTIONS = [q for q in load_questions() if q.topic == "autograd"]


def accepted(command, option, value):
    """What the command line makes of an option's value; None where it refuses."""
    context = click.Context(cli)
    (found,) = (
        parameter
        for parameter in cli.get_command(context, command).params
        if option in parameter.opts
    )
    try:
        return found.type_cast_value(context, value)
    except click.UsageError:
        return None


numbers = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True).map(str),
    st.integers(-(10**30), 10**30).map(str),
    st.sampled_from(["0.9", "1e-320", "1440", "1441", "nan", "inf", "0", "1_0", "x"]),
)
offsets = st.integers(-86_340, 86_340).map(lambda s: timezone(timedelta(seconds=s)))
walls = st.datetimes(datetime(1970, 1, 2), datetime(2199, 1, 1), timezones=offsets)
json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(st.text(max_size=5), inside, max_size=3)
    ),
    max_leaves=8,
)
names = [*event_rules.RULES, *event_rules.OTHERS]
fields = sorted(
    {"elapsed"}.union(*event_rules.RULES.values(), *event_rules.OTHERS.values())
)
said_by_a_page = st.fixed_dictionaries(
    {
        "id": st.integers(0, 2**128 - 1).map(lambda n: f"{n:032x}"),
        "kind": st.sampled_from(names),
        "question": st.sampled_from(["", QUESTIONS[0].id]),
        "data": st.dictionaries(
            st.sampled_from(fields),
            json_values
            | st.sampled_from([0.5, 3, "asked", "passed", [True], ["a"], "2026-12-14"]),
        ),
    }
)
moves = st.one_of(
    st.tuples(st.just("practice"), numbers),
    st.tuples(st.just("mock"), st.tuples(numbers, numbers)),
    st.tuples(st.just("plan"), st.tuples(numbers, st.dates())),
    st.tuples(st.just("page"), said_by_a_page),
    st.tuples(st.just("clock"), walls),
    st.tuples(st.just("work"), st.floats(0, 1e6)),
    st.tuples(st.just("verdict"), st.sampled_from(["passed", "failed"])),
    st.tuples(
        st.sampled_from(["pause", "resume", "tick", "reveal", "time_up", "reset"]),
        st.none(),
    ),
    st.tuples(st.just("hint"), st.integers(1, 3)),
    st.tuples(st.just("finish"), st.sampled_from(["failed", "gave up", "abandoned"])),
)


class User:
    """Does what the command line, the screen and a page let one do."""

    def __init__(self, folder):
        self.clock, self.judge = FakeClock(), FakeJudge()
        self.coach = Coach(
            Journal(folder / "home"),
            folder / "answers",
            QUESTIONS,
            clock=self.clock,
            judge=self.judge,
        )
        self.question = QUESTIONS[0]

    def does(self, name, value):
        attempt = self.coach.under_way(self.question)
        match name:
            case "practice":
                if (minutes := accepted("practice", "--minutes", value)) is not None:
                    self.coach.begin(self.question, minutes=minutes)
            case "mock":
                minutes = accepted("mock", "--minutes", value[0])
                seed = accepted("mock", "--seed", value[1])
                if minutes is not None and seed is not None:
                    ids = [question.id for question in QUESTIONS]
                    self.coach.begin_mock(minutes, list(TOPICS), seed, ids)
            case "plan":
                minutes = accepted("plan", "--minutes", value[0])
                today = self.clock.now().date()
                ahead = date.fromordinal(today.toordinal() + value[1].day)
                if minutes is not None:
                    self.coach.plan(ahead, minutes)
            case "page":
                self.hears({"attempt": attempt.id if attempt else "", **value})
            case "clock":
                self.clock.wall = value
            case "work":
                self.clock.work(value)
            case "verdict":
                path = self.question.answer_path(self.coach.answers)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f"mine = {self.clock.awake}\n")
                self.judge.says = value
                self.coach.judge(self.question)
            case "hint" | "finish" if attempt:
                getattr(self.coach, name)(attempt.id, value)
            case _ if attempt:
                getattr(self.coach, name)(attempt.id)

    def hears(self, said):
        if said["kind"] in event_rules.BEGINNINGS:
            said["attempt"] = said["id"]
        with contextlib.suppress(Refused, KeyError):
            self.coach.take_in(checked(said))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(moves, max_size=15))
def test_an_export_is_taken_in_whole(script):
    with tempfile.TemporaryDirectory() as folder:
        user = User(Path(folder))
        for move in script:
            user.does(*move)
        assert user.coach.trouble == ""
        exported = list(user.coach.journal.lines())
        events, problems = exchange.read(exported, {})
        assert problems == []
        other = Journal(Path(folder) / "other")
        assert other.merge(events) == len(exported)
        assert list(other.lines()) == exported
        history = History()
        history.follow(other)
        assert history.attempts == user.coach.history.attempts
        assert history.planned == user.coach.history.planned
        for journal in (other, user.coach.journal):
            journal.close()


@pytest.mark.parametrize("minutes", ["nan", "inf", "0", "-1", "1441", "x"])
def test_minutes_that_are_none_are_refused(minutes):
    assert accepted("practice", "--minutes", minutes) is None


def test_less_than_a_minute_is_a_time(tmp_path):
    user = User(tmp_path)
    user.does("practice", "0.9")
    (line,) = user.coach.journal.lines()
    assert exchange.read([line], {})[1] == []
