"""From an attempt to a rating, and from ratings to the day a question is due."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from backprep.journal import grading
from backprep.journal.attempt import Attempt
from backprep.journal.grading import Review, grade, reviews
from backprep.practice import schedule
from backprep.practice.schedule import due_dates, next_after

MONDAY = date(2026, 11, 23)

PASSED = Attempt(
    "0" * 32,
    "autograd/gradient",
    10.0,
    "2026-11-23T18:00:00+01:00",
    "2026-11-23T18:05:00+01:00",
    elapsed=300.0,
    running=False,
    runs=2,
    first_run_passed=False,
    passed_after=300.0,
    outcome="passed",
    ended="2026-11-23T18:05:00+01:00",
)
NOT_PASSED = replace(PASSED, passed_after=None, outcome="failed", elapsed=600.0)


@pytest.mark.parametrize(
    ("rating", "attempt"),
    [
        ("again", replace(PASSED, revealed_after=200.0)),
        ("again", NOT_PASSED),
        ("again", replace(NOT_PASSED, outcome="gave up")),
        ("again", replace(NOT_PASSED, outcome="abandoned", elapsed=121.0)),
        ("again", replace(NOT_PASSED, must=(True, False))),
        ("again", replace(PASSED, passed_after=900.1)),
        ("hard", replace(PASSED, passed_after=900.0)),
        ("hard", replace(PASSED, passed_after=600.1)),
        ("hard", replace(PASSED, hints=(1, 2))),
        ("hard", replace(PASSED, hints=(3,))),
        ("hard", replace(PASSED, hints=(1,), passed_after=480.1)),
        ("good", replace(PASSED, hints=(1,), passed_after=480.0)),
        ("good", replace(PASSED, passed_after=600.0)),
        ("good", replace(PASSED, passed_after=100.0, first_run_passed=True)),
        ("good", replace(PASSED, must=(True, True))),
        (None, replace(NOT_PASSED, outcome="abandoned", elapsed=120.0)),
        (None, replace(NOT_PASSED, edited=False)),
        (None, replace(PASSED, outcome=None)),
    ],
)
def test_the_table(rating, attempt):
    assert grade(attempt).rating == rating


def test_giving_up_on_an_untouched_starter_is_still_a_review():
    assert grade(replace(NOT_PASSED, outcome="gave up", edited=False)).rating == "again"


EASY = replace(PASSED, passed_after=240.0, first_run_passed=True)


@pytest.mark.parametrize(
    ("attempt", "choices"),
    [
        (EASY, ("hard", "good", "easy")),
        (replace(EASY, passed_after=240.1), ("hard", "good")),
        (replace(EASY, hints=(1,)), ("hard", "good")),
        (replace(EASY, first_run_passed=False), ("hard", "good")),
        (NOT_PASSED, ("again", "hard")),
        (replace(PASSED, hints=(1, 2)), ("again", "hard", "good")),
    ],
)
def test_the_user_moves_a_rating_by_one_step(attempt, choices):
    assert grade(attempt).choices == choices


def test_easy_is_only_what_the_user_says():
    assert grading.chosen(EASY) == "good"
    assert grading.chosen(replace(EASY, graded="easy")) == "easy"
    assert grading.chosen(replace(PASSED, graded="easy")) == "good"


def test_the_reason_is_said():
    assert grade(PASSED).reason == "passed in 5:00 of 10:00, no hints"
    assert grade(replace(PASSED, hints=(1,))).reason.endswith("one hint")


def on(day, attempt=PASSED):
    return replace(attempt, ended=f"{day.isoformat()}T20:00:00+01:00")


def test_only_the_first_graded_attempt_of_a_day_is_a_review():
    glance = replace(NOT_PASSED, outcome="abandoned", elapsed=10.0)
    glance = replace(glance, ended="2026-11-23T08:00:00+01:00")
    failed = replace(NOT_PASSED, ended="2026-11-23T09:00:00+01:00")
    assert reviews([on(MONDAY), failed, glance]) == [
        Review("autograd/gradient", MONDAY, "again")
    ]


def test_the_day_is_the_local_one():
    late = replace(PASSED, ended="2026-11-23T23:30:00-08:00")
    assert reviews([late])[0].day == MONDAY


def test_intervals_are_those_of_fsrs():
    """Worked by fsrs itself at the same hour of each day."""
    from datetime import UTC, datetime

    from fsrs import Card, Rating, Scheduler

    scheduler = Scheduler(
        learning_steps=(),
        relearning_steps=(),
        enable_fuzzing=False,
        desired_retention=0.85,
    )
    card, day, done = Card(), MONDAY, []
    for rating in ("good", "good", "again", "hard", "easy"):
        done.append(Review("q", day, rating))
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        card, _ = scheduler.review_card(card, Rating[rating.capitalize()], noon)
        assert due_dates(done)["q"].on == card.due.date() > day
        day = card.due.date()


def test_nothing_is_due_again_on_the_day_of_its_review():
    for rating in grading.RATINGS:
        assert due_dates([Review("q", MONDAY, rating)])["q"].on > MONDAY


def test_with_an_interview_every_question_falls_due_once_more_before_it():
    done = [Review("q", MONDAY, "easy")]
    assert due_dates(done)["q"].on > MONDAY + timedelta(days=7)
    interview = MONDAY + timedelta(days=7)
    assert due_dates(done, interview)["q"].on == interview - timedelta(days=1)


def test_on_the_day_before_the_interview_nothing_more_can_fall_due():
    done = [Review("q", MONDAY, "easy")]
    assert due_dates(done, MONDAY + timedelta(days=1)) == due_dates(done)


def test_what_a_review_would_lead_to():
    first = Review("q", MONDAY, "good")
    expected = due_dates([first])["q"].on
    assert next_after([], first) == expected
    again = next_after([first], Review("q", expected, "good"))
    assert again > expected


def test_topics_take_turns():
    mixed = schedule.interleaved(["a/1", "a/2", "a/3", "b/1", "c/1"])
    assert mixed == ["a/1", "b/1", "a/2", "c/1", "a/3"]
