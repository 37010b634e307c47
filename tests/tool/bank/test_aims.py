"""Aims: what their file may say, and which questions they come to."""

import pytest

from backprep.bank.aims import EVERYTHING, UnknownAim, find_aim, load_aims
from backprep.bank.question import BankError
from backprep.bank.questions import load_questions


@pytest.fixture
def bank(tmp_path):
    """A bank of two topics, and a way to write its aims."""
    for topic, slugs in {"one": ("a", "b"), "two": ("c",)}.items():
        folder = tmp_path / "questions" / topic
        folder.mkdir(parents=True)
        order = len(list((tmp_path / "questions").iterdir()))
        (folder / "index.md").write_text(f"---\norder: {order}\n---\n# {topic}\n")
        for slug in slugs:
            head = "---\nkind: code\nlevel: easy\nminutes: 10\n---\n"
            (folder / f"{slug}.md").write_text(f"{head}# {slug}\n")
    return tmp_path


@pytest.fixture
def write(bank):
    def write(text):
        (bank / "questions" / "aims.toml").write_text(text)
        return load_aims(bank)

    return write


def table(path, title="Some of it", about="Why."):
    return f'[[aims]]\ntitle = "{title}"\nabout = "{about}"\npath = {path}\n'


def test_a_bank_without_a_file_of_aims_is_aimed_at_as_a_whole(bank):
    assert load_aims(bank) == {"everything": EVERYTHING}
    questions = load_questions(bank)
    assert EVERYTHING.path(questions) == questions


def test_an_aim_is_its_topics_and_questions_in_its_order_each_once(bank, write):
    aim = write(table('["two", "one/b", "one"]'))["some of it"]
    ids = [question.id for question in aim.path(load_questions(bank))]
    assert ids == ["two/c", "one/b", "one/a"]


@pytest.mark.parametrize("name", ["some of it", "Some-of-it", " SOME_OF_IT "])
def test_an_aim_is_found_however_it_is_written(write, name):
    assert find_aim(name, write(table('["one"]'))).title == "Some of it"


def test_an_unknown_aim_gets_the_names_that_there_are(write):
    with pytest.raises(UnknownAim) as problem:
        find_aim("none", write(table('["one"]')))
    assert str(problem.value) == (
        '"none" is not an aim; the aims are everything, "some of it".'
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            table('["three"]'),
            "names three, which is not a topic; the topics are one, t",
        ),
        (table('["one/z"]'), "names one/z, which is not a question; one has a, b."),
        (table("[]"), "aim 1 has [] as path; expected a list of topics"),
        (table('["one"]', title=""), "aim 1 has '' as title; expected a short text"),
        (table('["one"]', about="x" * 101), "expected a sentence of 100 characters"),
        ('[[aims]]\ntitle = "A"\n', "aim 1 has no about; expected a sentence"),
        (table('["one"]') + "order = 2\n", "aim 1 has order; expected only title, "),
        (table('["one"]') * 2, 'two aims are called "Some of it"; rename one.'),
        (table('["one"]', title="Everything"), 'two aims are called "Everything"'),
        ("aims = 3\n", "expected one table [[aims]] for each aim."),
        ("aims = [3]\n", "expected one table [[aims]] for each aim."),
        ("goals = []\n", "expected one table [[aims]] for each aim."),
        ("[[aims\n", "not TOML: "),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_that_names_the_file(write, text, said):
    with pytest.raises(BankError) as problem:
        write(text)
    assert "questions/aims.toml: " in str(problem.value)
    assert said in str(problem.value)
    assert "\n" not in str(problem.value)
