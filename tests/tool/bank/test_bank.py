"""Reading the bank: what is found, and what is said of a broken file."""

import os
import re

import pytest

from backprep.bank.question import LEVELS, BankError
from backprep.bank.questions import (
    UnknownQuestion,
    bank_root,
    find_question,
    load_questions,
)
from backprep.bank.topics import load_topics


def spoil(root, old, new):
    path = root / "questions/autograd/double.md"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def problem(root):
    with pytest.raises(BankError) as caught:
        load_questions(root)
    return str(caught.value)


def test_reads_what_a_question_consists_of(small_bank):
    (question,) = load_questions(small_bank)
    assert question.id == "autograd/double"
    assert (question.kind, question.level, question.minutes) == ("code", "easy", 10)
    assert question.title == "Twice as much"
    assert question.prompt == "Write `double(x)`."
    assert question.hints == ["One.", "Two.", "Three."]
    assert question.follow_ups == ["Why?"]
    assert question.check_names[0] == "test_doubles"


def test_topics_come_in_their_order_and_levels_rise():
    questions = load_questions()
    order_of_study = list(load_topics(bank_root()))
    order = [order_of_study.index(q.topic) for q in questions]
    assert order == sorted(order)
    for topic in order_of_study:
        levels = [LEVELS.index(q.level) for q in questions if q.topic == topic]
        assert levels == sorted(levels)


def test_another_edition_is_no_second_question(small_bank):
    page = small_bank / "questions/autograd/double.md"
    page.with_name("double.zh.md").write_text(page.read_text())
    assert len(load_questions(small_bank)) == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "level: easy",
            "level: simple",
            r"double\.md:3: front matter: level is 'simple'",
        ),
        (
            "minutes: 10",
            "minutes: ten",
            r"double\.md:4: front matter: minutes is 'ten'",
        ),
        ("minutes: 10", "minutes: 900", r"from 5 to 60"),
        ("kind: code\n", "", r"no kind; expected one of code, debug"),
        ("kind: code", "kind: [code", r"double\.md:\d+: front matter: "),
        ("kind: code", "kind: code\nauthor: me", r"front matter: author is 'me'"),
        ("kind: code", "kind: debug", r"no starter; expected a near miss's name"),
        ("# Twice as much", "Twice as much", r"double\.md: no title"),
        ("---\nkind: code", "kind: code", r"double\.md:1: no front matter"),
    ],
)
def test_a_bad_front_matter_is_named_with_file_and_line(small_bank, old, new, said):
    spoil(small_bank, old, new)
    assert re.search(said, problem(small_bank))


def test_a_slug_must_be_an_identifier(small_bank):
    page = small_bank / "questions/autograd/double.md"
    page.rename(page.with_name("two-fold.md"))
    assert '"two-fold" cannot name a Python module' in problem(small_bank)


def test_a_topic_needs_its_page(small_bank):
    (small_bank / "questions/autograd/index.md").unlink()
    assert "questions/autograd/index.md is missing" in problem(small_bank)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("order: 1", "order: first", "index.md:2: front matter: order is 'first'"),
        ("order: 1", "tags: []", "index.md:1: front matter: no order"),
        (
            "order: 1",
            "order: 1\ntags: word",
            "index.md:3: front matter: tags is 'word'",
        ),
        (
            "order: 1",
            f"order: 1\nsummary: {'long ' * 40}",
            "index.md:3: front matter: summary is 'long",
        ),
        (
            "order: 1",
            "order: 1\nsummary: [a, b]",
            "expected a sentence of 140 characters at most",
        ),
        ("# Autograd", "Autograd", "index.md: no title"),
    ],
)
def test_a_topics_page_is_checked(small_bank, old, new, said):
    page = small_bank / "questions/autograd/index.md"
    page.write_text(page.read_text().replace(old, new))
    assert said in problem(small_bank)


def test_every_topic_of_the_bank_says_what_its_questions_ask():
    for topic in load_topics(bank_root()).values():
        assert topic.summary.endswith((".", "?"))


def test_two_topics_may_not_have_one_place(small_bank):
    another_topic(small_bank, order=1)
    assert "both have order 1" in problem(small_bank)


def test_a_topic_is_where_its_order_says(small_bank):
    another_topic(small_bank, order=0x7FFF)
    assert list(load_topics(small_bank)) == ["autograd", "amp"]
    page = small_bank / "questions/amp/index.md"
    page.write_text(page.read_text().replace("order: 32767", "order: 9"))
    first = small_bank / "questions/autograd/index.md"
    first.write_text(first.read_text().replace("order: 1", "order: 10"))
    assert list(load_topics(small_bank)) == ["amp", "autograd"]


def another_topic(root, order=2):
    """A folder for a second topic, with its page."""
    page = root / "questions/amp/index.md"
    page.parent.mkdir()
    page.write_text(f"---\norder: {order}\n---\n\n# Mixed precision\n")
    return page.parent


def test_two_questions_may_not_have_one_name(small_bank):
    page = small_bank / "questions/autograd/double.md"
    other = another_topic(small_bank) / "double.md"
    other.write_text(page.read_text())
    assert "have one name" in problem(small_bank)


def test_a_page_must_be_utf8(small_bank):
    (small_bank / "questions/autograd/double.md").write_bytes(b"---\n\xff\xfe")
    assert "is not UTF-8 (byte 4)" in problem(small_bank)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_page_that_cannot_be_read_is_named(small_bank):
    (small_bank / "questions/autograd/double.md").chmod(0)
    assert "cannot be read: Permission denied" in problem(small_bank)


def test_a_folder_without_questions_is_named(tmp_path):
    assert "has no questions" in problem(tmp_path)


def test_a_missing_part_is_named_where_it_is_needed(small_bank):
    (question,) = load_questions(small_bank)
    question.checks_path.unlink()
    with pytest.raises(BankError, match=r"test_double\.py is missing"):
        question.check_names  # noqa: B018


class TestFind:
    questions = load_questions()

    @pytest.mark.parametrize("name", ["autograd/gradient", "gradient", "gradi"])
    def test_takes_an_id_a_slug_and_a_beginning(self, name):
        questions = [q for q in self.questions if q.topic == "autograd"]
        assert find_question(name, questions).slug == "gradient"

    @pytest.mark.parametrize("name", ["gradent", "autograd/gradent", "gardient"])
    def test_asks_about_a_typo(self, name):
        with pytest.raises(UnknownQuestion, match="Did you mean autograd/grad"):
            find_question(name, self.questions)

    def test_lists_what_an_ambiguous_name_fits(self):
        with pytest.raises(UnknownQuestion, match="fits"):
            find_question("a", self.questions)

    @pytest.mark.parametrize("name", ["", "../../etc/passwd", "zzzzzz"])
    def test_says_so_where_nothing_is_near(self, name):
        with pytest.raises(UnknownQuestion, match="There is no question"):
            find_question(name, self.questions)
