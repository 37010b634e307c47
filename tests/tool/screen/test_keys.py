"""The table of keys: what each does, why it does not, and which are always said."""

import re
from itertools import product

import pytest

from backprep.screen.key_line import BETWEEN, key_line, matters, offered
from backprep.screen.keys import FINISHED, KEYS, PAUSED, READY, WORKING, Situation

FLAGS = (False, True)


def situations():
    """Every combination; what is finished is earned."""
    parts = (("", False), ("prompt", True), ("checks", True), ("prompt", False))
    for state, *flags in product((READY, WORKING, PAUSED, FINISHED), *[FLAGS] * 7):
        for other_part, one_part in parts:
            now = Situation(state, *flags, other_part, one_part)
            if now.earned or state != FINISHED:
                yield now


@pytest.mark.parametrize("columns", [60, 80, 100])
def test_the_line_has_every_key_that_matters_and_where_the_rest_is(columns):
    for now in situations():
        line = key_line(now, columns - 2)
        assert line[-1] == ("?", "keys")
        assert len(BETWEEN.join(f"{sign} {word}" for sign, word in line)) <= columns - 2
        signs = {sign for sign, _ in line}
        wanted = {key.sign for key in offered(now) if matters(key, now)}
        assert wanted <= signs, now


@pytest.mark.parametrize("columns", [60, 80, 100])
def test_where_one_part_hides_the_other_the_line_says_how_to_turn(columns):
    for now in situations():
        if now.one_part and now.state != READY:
            assert ("Tab", now.other_part) in key_line(now, columns - 2)


def test_enter_does_something_in_every_situation():
    assert all(offered(now)[0].key == "enter" for now in situations())


def test_no_key_helps_in_an_interview():
    for now in situations():
        if now.mock:
            words = {key.use(now).word for key in offered(now)}
            assert not words & {"hint", "reveal", "compare", "follow-ups"}


def test_a_key_does_something_or_says_in_one_sentence_why_not():
    for now in situations():
        for key in KEYS:
            word, why_not = key.use(now)
            assert bool(word) != bool(why_not), (key.sign, now)
            if why_not:
                assert re.fullmatch(r"[A-Z][^.!?]+\.", why_not), why_not


def test_a_reason_names_no_key_that_does_nothing_either():
    for now in situations():
        for key in KEYS:
            for sign in re.findall(r"\b([a-z]) (?:\w+s)\b", key.use(now).why_not):
                named = next((k for k in KEYS if k.sign == sign), None)
                if named is not None and named.key != key.key:
                    assert named.use(now).word, (key.use(now).why_not, now)
