"""`backprep cards`: in a terminal, as lines, as JSON; and who else counts cards."""

import json
import subprocess
import sys

import pytest

from backprep.bank.cards import cards
from backprep.bank.questions import read_question
from backprep.journal.journal import Journal
from backprep.terminal import card_screen
from backprep.terminal.card_screen import CardScreen
from backprep.terminal.keyboard import Keyboard
from tests.tool.screen.terminal import Terminal

QUESTION = read_question("autograd/gradient")
ONE, TWO, *_ = CARDS = cards([QUESTION])
DAY = 24 * 3600
CTRL_C = "\x03"


def begins(text):
    """A text's first words, which stand on one line of the screen."""
    return " ".join(text.replace("`", "").split()[:4])


@pytest.fixture
def attempted(practise):
    """The question was attempted, so that its cards are there."""
    practise(QUESTION.id, 8)


@pytest.fixture
def go_through(workspace, attempted):
    return lambda *arguments, **more: Terminal(
        "cards", *arguments, cwd=workspace, **more
    )


@pytest.fixture
def grades(home):
    """What the journal says of cards."""
    return lambda: [
        (event.data["card"], event.data["rating"])
        for _, event in Journal(home).events()
        if event.kind == "card_graded"
    ]


def test_who_has_attempted_nothing_is_told_where_cards_come_from(command):
    said = command("cards").stdout
    assert "No cards yet. New ones come with the questions that you attempt." in said
    assert "To take those of all questions: backprep cards --all" in said


def test_without_a_terminal_both_sides_are_plain_lines(command, attempted):
    said = command("cards").stdout
    for card in CARDS:
        for side in (card.front, card.back):
            assert all(line.strip() in said for line in side.splitlines())
    assert "\x1b" not in said
    assert said.count(QUESTION.id) == len(CARDS)


def test_a_program_gets_one_object(command, attempted, coach):
    coach.grade_card(ONE, "again")
    told = json.loads(command("cards", "--json").stdout)
    counts = {"due": 0, "new": len(CARDS) - 1, "again": 1}
    assert {name: told[name] for name in counts} == counts
    assert [card["why"] for card in told["cards"]] == ["new"] * told["new"] + ["again"]
    last = told["cards"][-1]
    assert (last["card"], last["question"]) == (ONE.id, QUESTION.id)
    assert set(last) == {"card", "question", "why", "front", "back"}


def test_a_topic_a_limit_and_all_choose_the_cards(command, attempted):
    def number(*options):
        return len(json.loads(command("cards", "--json", *options).stdout)["cards"])

    assert number("amp") == 0
    assert number("autograd") == len(CARDS)
    assert number("--new", 2) == 2
    assert number("--all") == 20
    assert number("amp", "--all", "--new", 5) == 5


def test_a_topic_that_there_is_not_is_named(command):
    done = command("cards", "autogrd")
    assert done.exit_code == 2
    assert '"autogrd" is not a topic; the topics are tensors,' in done.stderr


def test_new_cards_beyond_the_limit_are_told_of(command, attempted):
    said = command("cards", "--new", 0).stdout
    assert f"{len(CARDS)} more wait: backprep cards --new 10" in said


def test_when_nothing_is_due_it_says_so(command, attempted, coach):
    for card in CARDS:
        coach.grade_card(card, "easy")
    assert command("cards").stdout.startswith("No card is due today.")


# in a terminal


def test_one_thinks_turns_over_grades_and_sees_what_it_came_to(go_through, grades):
    with go_through() as terminal:
        terminal.sees(begins(ONE.front), "Space show the answer", "4 cards left")
        assert begins(ONE.back) not in terminal.text
        terminal.types("3")  # nothing is graded before it is turned over
        terminal.types(" ")
        terminal.sees(begins(ONE.back), "1 Again", "2 Hard", "3 Good", "4 Easy")
        terminal.types("1")
        for card, key in zip(CARDS[1:], "234", strict=True):
            terminal.sees(begins(card.front), "1 seen")
            terminal.types("\r")
            terminal.sees(begins(card.back))
            terminal.types(key)
        terminal.sees("1 card left")  # the one that was not known
        terminal.types(" 3")
        assert terminal.ends() == 0
        assert "4 cards, 3 known." in terminal.text
        assert "tomorrow." in terminal.text
    order = [ONE, *CARDS[1:], ONE]
    ratings = ["again", "hard", "good", "easy", "good"]
    assert grades() == [(c.id, r) for c, r in zip(order, ratings, strict=True)]


@pytest.mark.parametrize(("key", "code"), [("q", 0), (CTRL_C, 130)])
def test_one_ends_it_at_any_card_and_keeps_what_was_graded(
    go_through, grades, key, code
):
    with go_through("autograd") as terminal:
        terminal.sees(begins(ONE.front))
        terminal.types(" ")
        terminal.sees("1 Again")
        terminal.types("1")
        terminal.sees(begins(TWO.front))
        terminal.types(key)
        assert terminal.ends() == code
        assert "1 card, 0 known. 1 comes again today." in terminal.text
        assert "4 cards are left for today: backprep cards autograd" in terminal.text
        assert "Traceback" not in terminal.text
    assert grades() == [(ONE.id, "again")]


def test_a_card_leads_to_its_question(go_through):
    with go_through() as terminal:
        terminal.sees(QUESTION.title)
        terminal.types("o")
        terminal.sees("backprep show gradient", "backprep practice gradient")


def test_it_is_readable_on_a_narrow_terminal_with_ascii_alone(go_through):
    narrow = {"columns": 60, "COLUMNS": "60", "PYTHONIOENCODING": "ascii"}
    with go_through(**narrow) as terminal:
        terminal.sees("4 cards left")
        terminal.types(" ")
        terminal.sees("4 Easy", "q end")
        assert terminal.text.isascii()
        assert max(map(len, terminal.text.splitlines())) <= 60
        terminal.types("q")
        assert terminal.ends() == 0


def test_when_the_minutes_are_over_the_card_in_hand_is_the_last(
    coach, clock, attempted, monkeypatch
):
    keys = iter("  4 4")

    class Pressed(Keyboard):
        def __init__(self):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *problem):
            pass

        def pressed(self):
            key = next(keys)
            clock.work(50 if key == " " else 0)
            return key

    monkeypatch.setattr(card_screen, "Keyboard", Pressed)
    screen = CardScreen(coach, coach.deck, 2)
    screen.go_through()
    assert [one.rating for one in screen.graded] == ["easy", "easy"]
    assert list(keys) == []


# elsewhere


def test_review_plan_and_stats_count_what_is_due(command, attempted, coach, clock):
    for card, rating in zip(CARDS, ["again", "again", "good", "easy"], strict=True):
        coach.grade_card(card, rating)
    told = json.loads(command("review", "--json").stdout)
    assert told["cards"] == {"due": 2, "minutes": 1}
    clock.work(DAY)
    said = command("review").stdout
    assert "2 cards due, about 1 minute: backprep cards\n" in said
    planned = command("plan", "--date", "2026-12-14").stdout
    assert "cards    1 min  2 cards" in planned
    today = json.loads(command("plan", "--json").stdout)["days"][0]
    assert today["cards"] == {"due": 2, "minutes": 1}
    assert sum(one["minutes"] for one in today["questions"]) == today["minutes"] <= 59
    stats = json.loads(command("stats", "--json").stdout)["cards"]
    assert stats.pop("cards") > 200
    assert stats == {"seen": 4, "due": 2, "known": {"count": 2, "of": 4}}
    assert "4 of" in command("stats").stdout
    assert "seen, 2 due; known 2 of 4 times" in command("stats").stdout


def test_who_has_no_cards_reads_nothing_of_them(command, attempted):
    for name in (["review"], ["stats"], ["plan", "--date", "2026-12-14"]):
        assert "card" not in command(*name).stdout


def test_it_needs_neither_torch_nor_a_screen(workspace):
    script = (
        "import sys; from backprep.cli.main import cli; "
        "cli(['cards', '--all', '--json'], standalone_mode=False); "
        "print(sorted({'torch', 'textual', 'mkdocs'} & set(sys.modules)), "
        "file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=workspace,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == "[]\n"
    assert json.loads(done.stdout)["new"] == 20
