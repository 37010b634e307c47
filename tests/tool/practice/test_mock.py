"""Which questions a mock interview asks, and what each minute is for."""

from hypothesis import given
from hypothesis import strategies as st

from backprep.bank.questions import load_questions
from backprep.practice import mock
from tests.tool.strategies import question, questions

minutes = st.integers(5, 180)
seeds = st.integers(0, 9999)


@given(questions(), minutes, seeds)
def test_a_set_fits_its_minutes_and_asks_nothing_twice(bank, minutes, seed):
    chosen = mock.choose(bank, minutes, seed)
    assert sum(q.minutes for q in chosen) <= minutes
    assert len({q.id for q in chosen}) == len(chosen)
    fits = any(q.minutes <= minutes for q in bank)
    assert bool(chosen) is fits


@given(questions(), minutes, seeds, st.randoms())
def test_a_partner_gets_the_same_set_from_the_same_seed(bank, minutes, seed, random):
    elsewhere = list(bank)
    random.shuffle(elsewhere)
    assert mock.choose(bank, minutes, seed) == mock.choose(elsewhere, minutes, seed)


@given(questions(), seeds)
def test_with_time_enough_something_is_to_say_to_write_and_to_mend(bank, seed):
    roles = {mock.role(q) for q in mock.choose(bank, 180, seed)}
    assert roles >= {mock.role(q) for q in bank} - {"to predict"}


@given(questions(), minutes, seeds)
def test_no_time_is_left_for_another_question(bank, minutes, seed):
    chosen = mock.choose(bank, minutes, seed)
    left = minutes - sum(q.minutes for q in chosen)
    assert all(q in chosen or q.minutes > left for q in bank)


def test_only_the_topics_asked_for_are_in_it():
    chosen = mock.choose(load_questions(), 60, 7, ["autograd", "amp"])
    assert {q.topic for q in chosen} <= {"autograd", "amp"}


def test_other_seeds_give_other_sets():
    sets = {
        tuple(map(str, mock.choose(load_questions(), 45, seed))) for seed in range(20)
    }
    assert len(sets) > 5


def test_talk_comes_first_and_mending_last():
    made = [
        question(1, kind="debug"),
        question(2, kind="code"),
        question(3, kind="explain"),
    ]
    kinds = [q.kind for q in mock.choose(made, 30, 0)]
    assert kinds == ["explain", "code", "debug"]


def test_when_time_is_short_writing_is_kept_and_mending_dropped():
    made = [
        question(1, kind="debug"),
        question(2, kind="code"),
        question(3, kind="explain"),
    ]
    assert [q.kind for q in mock.choose(made, 20, 0)] == ["explain", "code"]
    assert [q.kind for q in mock.choose(made, 10, 0)] == ["code"]


def test_the_phases_come_in_their_order_and_the_last_stays():
    words = [mock.phase(minute * 60, 20) for minute in range(30)]
    assert list(dict.fromkeys(words)) == list(mock.PHASES)
    assert words[0] == "clarify"
    assert words[10] == "code"
    assert words[-1] == "follow-up"


def test_each_question_begins_when_the_one_before_is_over():
    made = [question(1, minutes=10), question(2, minutes=25), question(3)]
    assert mock.beginnings(made) == [0, 10, 35]
