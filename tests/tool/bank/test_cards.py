"""Cards: which they are, whatever happens to the follow-ups around them."""

from dataclasses import replace

import pytest

from backprep.bank.cards import cards
from backprep.bank.question import BankError
from backprep.bank.questions import load_questions, read_question

TEXT = """\
# Twice as much

Write `double(x)`.

## Follow-ups

1. Why is it *twice* the value, and
   not the value?
2. What if `x` is a list?
"""


@pytest.fixture
def question(small_bank):
    return replace(read_question("autograd/double", small_bank), text=TEXT)


def ids(question):
    return [card.id for card in cards([question])]


def test_every_card_of_the_bank_has_a_key_of_its_own():
    found = cards(load_questions())
    assert len({card.key for card in found}) == len(found)


def test_a_card_is_the_same_whatever_comes_before_it(question):
    first, second = ids(question)
    more = TEXT.replace("2. What", "3. What").replace("1. Why", "1. How?\n2. Why")
    assert ids(replace(question, text=more))[1:] == [first, second]
    turned = "# T\n\n## Follow-ups\n\n1. What if `x` is a list?\n2. Else?\n"
    assert ids(replace(question, text=turned))[0] == second


def test_a_card_is_the_same_however_its_lines_break(question):
    rewrapped = TEXT.replace("and\n   not", "and not")
    assert ids(replace(question, text=rewrapped)) == ids(question)


def test_another_question_is_another_card(question):
    first, second = ids(question)
    reworded = ids(replace(question, text=TEXT.replace("a list", "a tuple")))
    assert reworded[0] == first
    assert reworded[1] != second


def test_the_same_words_are_another_card_at_another_question(question):
    twin = replace(question, slug="twin")
    assert ids(twin) == ids(question)
    assert not {c.key for c in cards([twin])} & {c.key for c in cards([question])}


def test_the_back_is_the_answer_of_the_same_number(question):
    question.model_answer_path.write_text(
        "Twice.\n\n## Rubric\n\n## Follow-ups\n\n1. So.\n2. Then\n   not.\n"
    )
    assert [card.back for card in cards([question])] == ["So.", "Then\n   not."]


def test_a_follow_up_without_an_answer_is_said_to_have_none(question):
    _, second = cards([question])
    with pytest.raises(BankError, match="does not answer follow-up 2; write"):
        second.back  # noqa: B018
