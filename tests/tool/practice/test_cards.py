"""Which cards come today and on the days to come, and whose grades count."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from backprep.bank.cards import cards
from backprep.bank.questions import load_questions
from backprep.journal import event_rules
from backprep.journal.event import Event
from backprep.journal.grading import Graded
from backprep.journal.history import WORTH_KEEPING, History
from backprep.journal.journal import Journal
from backprep.practice.cards import Tally, deck, forecast, in_words, minutes, tally

QUESTIONS = load_questions()
CARDS = cards(QUESTIONS)
ONE, TWO, THREE, *_ = CARDS
TODAY = date(2026, 11, 25)
TRIED = {ONE.question.id}
DAY = 24 * 3600


def graded(card, rating, days_ago=0, hour=10):
    day = TODAY - timedelta(days=days_ago)
    return Graded(card.key, f"{day}T{hour:02}:00:00.000+01:00", rating)


def found(graded, tried=(), **more):
    return deck(CARDS, graded, tried, TODAY, **more)


def test_without_an_attempt_there_is_no_card():
    assert found([]).cards == []


def test_an_attempt_brings_the_cards_of_its_question():
    assert found([], TRIED).new == [c for c in CARDS if c.question is ONE.question]


def test_a_card_falls_due_as_a_question_does():
    assert found([graded(ONE, "again", 1)]).due == [ONE]
    assert found([graded(ONE, "good", 1)]).due == []
    assert found([graded(ONE, "good", 30)]).due == [ONE]


def test_what_has_been_due_longest_comes_first():
    assert found([graded(ONE, "again", 1), graded(TWO, "again", 5)]).due == [TWO, ONE]


def test_only_the_first_grade_of_a_day_counts():
    later = [graded(ONE, "again", 1), graded(ONE, "easy", 1, hour=11)]
    assert found(later).due == [ONE]


def test_one_that_was_not_known_comes_again_today_until_it_is():
    missed = [graded(ONE, "again"), graded(TWO, "again")]
    assert found(missed).again == [ONE, TWO]
    assert found([*missed, graded(ONE, "again", hour=11)]).again == [TWO, ONE]
    assert found([*missed, graded(ONE, "hard", hour=11)]).again == [TWO]
    assert found([graded(ONE, "again", 1)]).again == []


def test_new_cards_have_a_limit_for_the_day():
    everything = {question.id for question in QUESTIONS}
    assert len(found([], everything).new) == 20
    begun = [graded(ONE, "good"), graded(TWO, "again"), graded(THREE, "good", 9)]
    assert len(found(begun, everything, new_a_day=5).new) == 3
    assert found(begun, everything, new_a_day=2).new == []
    assert found(begun, everything, new_a_day=0).again == [TWO]


def test_new_cards_are_mixed_by_topic():
    some = {question.id for question in QUESTIONS}
    topics = [card.question.topic for card in found([], some).new]
    assert all(one != next for one, next in pairwise(topics))


def test_a_card_that_the_bank_no_longer_has_is_passed_over():
    gone = Graded("autograd/gradient#00000000", "2026-11-24T10:00:00+01:00", "again")
    today = Graded("gone/away#12345678", "2026-11-25T10:00:00+01:00", "again")
    assert found([gone, today]).cards == []
    assert forecast(CARDS, [gone, today], TODAY, date(2026, 12, 5)) == {}


def test_nothing_falls_due_past_the_eve_of_the_interview():
    easy = [graded(ONE, "easy")]
    interview = TODAY + timedelta(days=3)
    eve = interview - timedelta(days=1)
    assert forecast(CARDS, easy, TODAY, interview) == {eve: 1}
    assert deck(CARDS, easy, (), eve, interview).due == [ONE]


def test_the_days_to_come_hold_what_is_due_and_comes_back():
    days = forecast(CARDS, [graded(ONE, "again", 3)], TODAY, date(2026, 12, 25))
    assert min(days) == TODAY
    assert len(days) > 1
    assert max(days) < date(2026, 12, 25)


@pytest.mark.parametrize(
    ("told", "tomorrow", "said"),
    [
        (Tally(0, 0, 0), 3, "No card graded."),
        (Tally(1, 1, 0), 0, "1 card, 1 known."),
        (
            Tally(12, 9, 3),
            1,
            "12 cards, 9 known. 3 come again today. 1 comes tomorrow.",
        ),
    ],
)
def test_the_end_in_words(told, tomorrow, said):
    assert in_words(told, tomorrow) == said


def test_known_is_what_was_known_the_first_time():
    grades = [("again", ONE), ("good", TWO), ("good", ONE), ("again", THREE)]
    assert tally([graded(card, rating) for rating, card in grades]) == Tally(3, 1, 1)


def test_a_card_takes_half_a_minute():
    assert [minutes(number) for number in (0, 1, 2, 3)] == [0, 1, 1, 2]


# in the journal


def grade(journal, card, rating, at):
    told = {"card": card.id, "rating": rating}
    journal.append("card_graded", at=at, question=card.question.id, data=told)


def test_a_grade_is_kept_in_the_journal(coach, journal):
    coach.grade_card(ONE, "hard")
    (event,) = (event for _, event in journal.events())
    assert (event.kind, event.question) == ("card_graded", ONE.question.id)
    assert event.data == {"card": ONE.id, "rating": "hard"}
    event_rules.check(event)
    assert [one.question for one in coach.history.card_reviews] == [ONE.key]
    assert coach.history.tried == set()


def test_a_grade_of_another_name_is_refused(coach):
    with pytest.raises(ValueError, match="perfect is not a rating: choose again, hard"):
        coach.grade_card(ONE, "perfect")


def test_a_grade_belongs_to_no_attempt(coach, practise, clock):
    practise(ONE.question.id, 5)
    before = coach.history.of(ONE.question.id)
    coach.grade_card(ONE, "again")
    assert coach.history.of(ONE.question.id) == before
    clock.work(DAY)
    assert coach.deck().due == [ONE]
    assert ONE.key not in coach.due()


def test_two_machines_come_to_the_same_whichever_takes_in_the_other(tmp_path, clock):
    """The same card on both: the first of the day counts, by the journal's order."""
    here, there = Journal(tmp_path / "here"), Journal(tmp_path / "there")
    for journal, ratings in ((here, ("again", "good")), (there, ("easy", "hard"))):
        for rating in ratings:
            grade(journal, ONE, rating, clock.now())
    both = []
    for one, other in ((here, there), (there, here)):
        merged = Journal(tmp_path / f"merged {len(both)}")
        merged.merge(event for _, event in one.events())
        merged.merge(event for _, event in other.events())
        assert merged.merge(event for _, event in one.events()) == 0
        history = History()
        history.follow(merged)
        both.append((history.cards, history.card_reviews))
    assert both[0] == both[1]
    cards, reviews = both[0]
    assert len(cards) == 4
    assert len(reviews) == 1


def test_grades_are_in_a_kept_state(journal, clock):
    for n in range(WORTH_KEEPING):
        grade(journal, CARDS[n % 9], "good", clock.now())
    first, again = History(), History()
    first.follow(journal)
    assert again.follow(journal) == []
    assert again.cards == first.cards
    assert len(again.card_reviews) == 9


def test_an_unknown_card_of_a_newer_bank_is_an_event(coach):
    at, told = "2026-11-24T10:00:00+01:00", {"card": "0" * 8, "rating": "again"}
    event = Event("ab" * 16, 1, at, "card_graded", "gone/away", data=told)
    coach.journal.merge([event])
    coach.sync()
    assert coach.deck().cards == []
