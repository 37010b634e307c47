"""`backprep review`: what is due, why, and as far as the minutes go."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprep.journal.grading import Review
from backprep.practice import due_today
from backprep.practice.schedule import Due
from tests.tool.strategies import questions

DAY = 24 * 3600
TODAY = date(2026, 11, 25)


@pytest.fixture
def a_day_of_everything(practise):
    """Each row of the table from attempt to due date, as far as a clock can tell."""
    practise("autograd/gradient", 8)
    practise("autograd/leaky_graph", 16)
    practise("amp/train_step", 5, "revealed")
    practise("amp/saved_bytes", 15, hints=2)
    practise("save_load/round_trip", 16)
    practise("save_load/checkpoint", 1, "abandoned")


def test_nothing_is_due_before_the_first_attempt(command):
    done = command("review")
    assert done.exit_code == 0
    assert "No question is due today." in done.stdout
    assert "To go on with a new one: backprep practice" in done.stdout


def test_the_next_day_what_went_badly_is_due(command, clock, a_day_of_everything):
    clock.work(DAY)
    said = command("review").stdout
    assert "amp/train_step" in said
    assert "Again on Wed 25 Nov: revealed before it passed. Due today." in said
    assert "save_load/round_trip" in said
    assert "Again on Wed 25 Nov: passed in 16:00 of 10:00, no hints." in said
    for later in ("gradient ", "leaky_graph", "saved_bytes", "checkpoint"):
        assert later not in said
    assert "To begin: backprep practice" in said


def test_it_is_due_until_it_is_done(command, clock, a_day_of_everything, practise):
    clock.work(3 * DAY)
    assert "Due since Thu 26 Nov." in command("review").stdout
    practise("amp/train_step", 10)
    assert "amp/train_step" not in command("review").stdout


def test_the_future_is_one_line(command, a_day_of_everything):
    assert command("review").stdout.endswith("Tomorrow 2, within a week 5.\n")


def test_the_minutes_are_those_of_the_plan_unless_others_are_said(
    command, clock, a_day_of_everything
):
    clock.work(DAY)
    command("plan", "--date", "2026-12-14", "--minutes", 25)
    assert json.loads(command("review", "--json").stdout)["minutes"] == 25
    row = json.loads(command("review", "--minutes", 20, "--json").stdout)
    assert [one["question"] for one in row["now"]] == ["amp/train_step"]
    assert [one["question"] for one in row["later"]] == ["save_load/round_trip"]
    said = command("review", "--minutes", 20).stdout
    assert "Due too, when there is time: save_load/round_trip" in said


def test_one_that_takes_longer_than_the_minutes_is_shown_all_the_same(
    command, clock, a_day_of_everything
):
    clock.work(DAY)
    said = command("review", "--minutes", 5).stdout
    assert "It alone takes more than your 5 minutes." in said


def test_an_interview_that_is_over_calls_nothing_back(command, clock, practise):
    command("plan", "--date", "2026-12-14")
    for _ in range(3):
        practise("autograd/gradient", 8)
        clock.work(6 * DAY)
    clock.work(DAY)
    assert "Due since Sun 13 Dec." not in command("review").stdout
    on = json.loads(command("plan", "--date", "2027-01-30", "--json").stdout)
    assert on["days"][0]["date"] == "2026-12-14"
    assert "No question is due today." in command("review").stdout


@given(
    questions(),
    st.lists(st.integers(-20, 20), min_size=30, max_size=30),
    st.one_of(st.none(), st.integers(5, 120)),
)
def test_what_is_due_is_either_now_or_later(bank, days, minutes):
    due = [
        Due(q.id, TODAY + timedelta(days=n), Review(q.id, TODAY, "good"), 1)
        for q, n in zip(bank, days, strict=False)
    ]
    by_id = {q.id: q for q in bank}
    today = due_today.today(due, by_id, TODAY, minutes)
    assert {d.question for d in [*today.now, *today.later]} == {
        d.question for d in due if d.on <= TODAY
    }
    used = sum(by_id[d.question].minutes for d in today.now)
    assert minutes is None or used <= minutes or len(today.now) == 1
    assert today.tomorrow <= today.week <= len(due)
