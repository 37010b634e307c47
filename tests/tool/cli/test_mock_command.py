"""`backprep mock`: what is shown before, written down, and said afterwards."""

import sys
from types import SimpleNamespace

import pytest

from backprep.bank.model_answer import model_answer
from backprep.bank.near_misses import near_misses
from backprep.terminal import console


@pytest.fixture
def held(monkeypatch):
    """Mock interviews that were held: their coach, id, questions and minutes.

    What happens in one is `held.happens(coach, mock, questions)`.
    """
    held = SimpleNamespace(calls=[], happens=lambda coach, mock, questions: None)

    def run_mock(coach, mock, questions, minutes, *, again):
        held.calls.append((coach, mock, [str(q) for q in questions], minutes))
        held.again = again
        held.happens(coach, mock, questions)
        coach.finish_mock(mock)

    screen = SimpleNamespace(run_mock=run_mock)
    monkeypatch.setitem(sys.modules, "backprep.screen", screen)
    monkeypatch.setattr("backprep.screen", screen, raising=False)
    return held


@pytest.fixture
def the_set(coach, monkeypatch):
    """The questions that every seed draws."""
    ids = (
        "pytorch_vs_tensorflow/comparison",
        "training_loop/accumulate_gradients",
        "autograd/leaky_graph",
    )
    chosen = [coach.questions[q] for q in ids]
    monkeypatch.setattr("backprep.practice.mock.choose", lambda *_: chosen)
    return chosen


@pytest.fixture
def at_terminal(command, monkeypatch):
    monkeypatch.setattr(console, "is_terminal", lambda: True)
    return command


def test_the_set_is_shown_before_the_clock_starts(at_terminal, held, the_set):
    done = at_terminal("mock", "--minutes", 45, "--seed", 8, stdin="n\n")
    assert "| 30:00 | leaky_graph | to mend | 15 min |" in done.stdout
    assert "backprep mock --minutes 45 --seed 8" in done.stdout
    assert held.calls == []


def test_who_leaves_is_told_how_to_come_back_to_the_debrief(at_terminal, held, the_set):
    at_terminal("mock", "--seed", 8, "--save", "my debrief.md", stdin="\n")
    assert held.again == "backprep mock --save 'my debrief.md'"


def test_two_partners_are_asked_the_same(at_terminal, held):
    for _ in range(2):
        at_terminal("mock", "--seed", 8, "--topics", "amp, autograd", stdin="\n")
    (_, first, questions, minutes), (_, second, again, _) = held.calls
    assert questions == again
    assert minutes == 45
    assert first != second
    assert {q.split("/")[0] for q in questions} <= {"amp", "autograd"}


def test_without_a_seed_one_is_drawn_and_named(at_terminal, held):
    said = at_terminal("mock", stdin="\n").stdout
    assert "The same for a partner: backprep mock --minutes 45 --seed " in said


def test_an_answer_that_is_there_already_is_out_of_sight(
    at_terminal, held, the_set, tmp_path, practise
):
    practise("autograd/leaky_graph", 5)
    held.happens = lambda coach, mock, questions: [
        coach.begin(q, mock=mock) for q in questions
    ]
    at_terminal("mock", "--seed", 8, stdin="\n")
    coach, *_ = held.calls[0]
    fresh = coach.questions["autograd/leaky_graph"].answer_path(coach.answers)
    assert "mine = 1" not in fresh.read_text()
    kept = tmp_path / "answers/autograd/leaky_graph.py"
    assert kept.read_text() == "mine = 1\n"


@pytest.fixture
def interview(held, the_set, clock, judge):
    """A set of three: missed points, an answer that passes, and none."""

    def happens(coach, mock, questions):
        coach._judge = judge
        said, written, _ = questions
        attempt = coach.begin(said, mock=mock)
        clock.work(9 * 60)
        coach.rubric(attempt.id, [True, True, False, True], [True, False, True, True])
        attempt = coach.begin(written, mock=mock)
        written.answer_path(coach.answers).write_text("mine = 1\n")
        clock.work(12 * 60)
        judge.says = "failed"
        coach.run(attempt.id)
        clock.work(8 * 60)
        judge.says = "passed"
        coach.run(attempt.id)

    held.happens = happens


def test_the_debrief_says_what_became_of_each_question(at_terminal, interview, the_set):
    said = at_terminal("mock", "--seed", 8, stdin="\n").stdout
    assert "# Mock interview of Wed 25 Nov 2026, 10:00" in said
    assert "**1 of 3 passed**, 29:00 of 45:00, seed 8." in said
    assert ("| comparison | failed | 9:00 of 15:00 |  | 3 of 4 must-haves |") in said
    assert (
        "| accumulate_gradients | passed over time | 20:00 of 15:00 | failed | 2 of 2 |"
    ) in said
    assert "| leaky_graph | not reached |  |  |  |" in said
    points = model_answer(the_set[0]).rubric
    for number, point in enumerate(points.must):
        assert (f"- comparison, must have: {point}" in said) is (number == 2)
    assert f"- comparison, nice to have: {points.nice[1]}" in said
    for question in the_set:
        assert f"- {question.slug}: {' '.join(question.follow_ups[0].split())}" in said
    assert "1 of 4 must-haves missed; comes again on Thu 26 Nov" in said
    assert "- leaky_graph: `backprep practice leaky_graph`" in said


def test_the_debrief_is_saved_as_it_was_shown(at_terminal, interview, tmp_path):
    done = at_terminal("mock", "--seed", 8, "--save", "debrief.md", stdin="\n")
    saved = (tmp_path / "debrief.md").read_text()
    assert saved in done.stdout
    assert done.stdout.endswith("The debrief is in debrief.md\n")


def test_a_debrief_overwrites_nothing_and_says_so_before(at_terminal, held, tmp_path):
    (tmp_path / "mine.md").write_text("mine")
    done = at_terminal("mock", "--save", "mine.md", stdin="\n")
    assert done.exit_code == 2
    assert "mine.md is there already" in done.stderr
    assert held.calls == []


def test_one_that_was_left_in_the_middle_goes_on(at_terminal, held):
    def killed(coach, mock, questions):
        coach.begin(questions[0], mock=mock)
        sys.exit(130)

    held.happens = killed
    assert at_terminal("mock", "--seed", 8, stdin="\n").exit_code == 130
    held.happens = lambda coach, mock, questions: None
    said = at_terminal("mock", "--seed", 9, stdin="\n").stdout
    assert "The mock interview of 10:00 on 2026-11-25 is not over." in said
    (coach, first, questions, _), (resumed, second, same, _) = held.calls
    assert (first, questions) == (second, same)
    assert coach.answers == resumed.answers


def test_one_that_is_given_up_is_over(at_terminal, held):
    def killed(coach, mock, questions):
        coach.begin(questions[0], mock=mock)
        sys.exit(130)

    held.happens = killed
    at_terminal("mock", "--seed", 8, stdin="\n")
    held.happens = lambda coach, mock, questions: None
    at_terminal("mock", "--seed", 9, stdin="n\n\n")
    (_, first, *_), (coach, second, *_) = held.calls
    assert first != second
    assert not [a for a in coach.history.attempts.values() if not a.finished]
    assert "not over" not in at_terminal("mock", stdin="n\n").stdout


def test_the_sheet_has_all_that_a_friend_needs_and_starts_nothing(
    command, the_set, journal
):
    done = command("mock", "--interviewer", "--minutes", 50)
    assert done.exit_code == 0
    assert "| 45:00 | | to ask back | 5 min | |" in done.stdout
    assert "clarify until 1:30, plan until 3:45, code until 10:30" in done.stdout
    for question in the_set:
        points = model_answer(question).rubric
        for part in (
            question.prompt,
            *question.hints,
            *question.follow_ups,
            *model_answer(question).follow_ups,
            *(f"- [ ] {point}" for point in [*points.must, *points.nice]),
            *(wrong.consequence for wrong in near_misses(question)),
        ):
            assert part in done.stdout
    assert not list(journal.lines())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--seed", "8"], "--minutes 45 --seed 8 --interviewer, and backprep check"),
        (["--minutes", "4"], "No question fits 4 minutes"),
        (
            ["--topics", "gradients"],
            '"gradients" is not a topic; the topics are tensors',
        ),
        (["--interviewer", "--save", "x"], "A sheet has no debrief to --save"),
    ],
)
def test_what_cannot_be_held_is_a_sentence(backprep, arguments, said):
    done = backprep("mock", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
