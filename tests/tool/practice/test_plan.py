"""What is planned for each day until the interview."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backprep.bank.questions import load_questions
from backprep.journal.grading import RATINGS, Review
from backprep.practice.plan import plan
from tests.tool.strategies import question, questions

TODAY = date(2026, 11, 25)

spans = st.integers(1, 40)
minutes = st.integers(5, 120)
pasts = st.lists(
    st.tuples(st.integers(0, 29), st.integers(0, 20), st.sampled_from(RATINGS)),
    max_size=20,
    unique_by=lambda row: row[:2],
)


def reviews_of(bank, past):
    found = [
        Review(bank[n % len(bank)].id, TODAY - timedelta(days=days), rating)
        for n, days, rating in past
    ]
    unique = {(review.question, review.day): review for review in found}
    return sorted(unique.values(), key=lambda review: review.day)


@given(questions(), pasts, spans, minutes, st.integers(0, 120))
def test_what_holds_for_every_plan(bank, past, span, minutes, worked):
    interview = TODAY + timedelta(days=span)
    reviews = reviews_of(bank, past)
    made = plan(bank, reviews, TODAY, interview, minutes, worked)
    seen = {review.question for review in reviews}
    for n, day in enumerate(made.days):
        assert TODAY <= day.on < interview
        ids = [item.question.id for item in day.items]
        assert len(set(ids)) == len(ids), "twice on one day"
        room = max(0, minutes - worked) if n == 0 else minutes
        assert day.minutes <= room or (len(ids) == 1 and room == minutes)
        for item in day.items:
            assert item.new is (item.question.id not in seen)
        seen |= set(ids)
        topics = [item.question.topic for item in day.items]
        for at in range(1, len(topics)):
            rest = set(topics[at:])
            assert topics[at] != topics[at - 1] or rest == {topics[at]}
    planned = {item.question.id for day in made.days for item in day.items}
    left = {q.id for q in made.left}
    assert planned | left | {r.question for r in reviews} >= {q.id for q in bank}
    assert not left & (planned | {r.question for r in reviews})


@given(questions(), spans, minutes)
def test_what_is_not_listed_as_once_only_comes_twice(bank, span, minutes):
    made = plan(bank, [], TODAY, TODAY + timedelta(days=span), minutes)
    looks = [item.question.id for day in made.days for item in day.items]
    for q in bank:
        if q in made.left:
            assert looks.count(q.id) == 0
        elif q in made.not_again:
            assert looks.count(q.id) == 1
        else:
            assert looks.count(q.id) >= 2


@given(questions())
def test_with_a_day_for_each_look_nothing_is_left(bank):
    interview = TODAY + timedelta(days=2 * len(bank) + 1)
    made = plan(bank, [], TODAY, interview, 60)
    assert (made.left, made.not_again) == ([], [])


@given(questions(), spans)
def test_no_second_look_takes_the_room_of_a_first(bank, span):
    made = plan(bank, [], TODAY, TODAY + timedelta(days=span), 60)
    if made.left:
        shortest = min(q.minutes for q in made.left)
        assert all(60 - day.minutes < shortest for day in made.days)


def test_the_whole_bank_fits_two_months_of_an_hour():
    made = plan(load_questions(), [], TODAY, TODAY + timedelta(days=60), 60)
    assert (made.left, made.not_again, made.too_long) == ([], [], [])


def test_what_is_overdue_comes_first():
    made = [question(n, minutes=30) for n in range(4)]
    reviews = [Review(made[3].id, TODAY - timedelta(days=20), "again")]
    first = plan(made, reviews, TODAY, TODAY + timedelta(days=30), 30).days[0]
    assert [item.question for item in first.items] == [made[3]]


def test_a_question_that_takes_longer_than_a_day_has_it_alone():
    made = [question(1, minutes=45), question(2, minutes=10)]
    done = plan(made, [], TODAY, TODAY + timedelta(days=6), 20)
    assert done.left == []
    assert {len(day.items) for day in done.too_long} == {1}


def test_of_today_what_was_worked_is_gone():
    made = [question(n, minutes=20) for n in range(6)]
    done = plan(made, [], TODAY, TODAY + timedelta(days=9), 60, worked=45)
    assert [len(day.items) for day in done.days[:2]] == [0, 3]


def test_many_that_are_due_on_the_eve_are_spread_over_the_days_before():
    made = [question(n, minutes=20) for n in range(12)]
    days = plan(made, [], TODAY, TODAY + timedelta(days=15), 60).days
    last = [day for day in days if day.on >= TODAY + timedelta(days=11)]
    assert {item.question.id for day in last for item in day.items} == {
        q.id for q in made
    }
