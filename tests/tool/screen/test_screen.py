"""The practice screen, key by key, with a clock that only the test moves."""

import threading

import pytest

from backprep.bank.questions import load_questions
from backprep.judge.verdict import Check, Verdict
from backprep.workspace import answer_file
from tests.tool.screen.player import Player, play


@pytest.fixture
def kinds(coach):
    """What the journal holds."""
    return lambda: [event.kind for _, event in coach.journal.events()]


@pytest.fixture
def write(coach, gradient):
    """Save an answer to the question."""

    def write(text="mine = 1\n", question=gradient):
        path = question.answer_path(coach.answers)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write


def test_the_clock_starts_when_the_user_is_ready(coach, gradient, clock, kinds):
    async def scenario(user):
        await user.sees("Show me that you can get a derivative", "10 minutes")
        await user.works(clock, 60)
        assert kinds() == []
        await user.begins()
        await user.sees("10 min left")

    play(coach, gradient, scenario, reason="The next one on the path.")
    assert kinds() == ["started"]


def test_says_why_it_is_this_question(coach, gradient):
    async def scenario(user):
        await user.sees("Due for review today.")

    play(coach, gradient, scenario, reason="Due for review today.")


def test_from_a_failure_over_a_hint_to_a_pass_and_a_follow_up(
    coach, gradient, judge, clock, write, kinds
):
    async def scenario(user):
        await user.begins()
        write()
        user.question_screen.saved()
        await user.sees("✗ one", "✓ two", "not passed: 1 of 2 checks passed")
        await user.press("h")
        await user.sees("Hint 1 is a nudge.", "Good within 8:00")
        assert not coach.attempt(user.question_screen.question_state.attempt_id).hints
        await user.press("h")
        await user.sees("backward() writes into every leaf")
        judge.says = "passed"
        await user.works(clock, 240)
        await user.press("enter")
        await user.sees("Good: passed in 4:00 of 10:00, one hint. Next: Sun 29 Nov.")
        await user.press("f")
        number = len(gradient.follow_ups)
        await user.sees(f"Follow-up 1 of {number}", "Why must the thing")
        assert not user.says("Reverse mode")
        await user.press("enter")
        await user.sees("Reverse mode pushes one vector")
        await user.press("enter")
        await user.sees(f"Follow-up 2 of {number}")
        await user.press("escape")
        await user.sees("Good: passed in 4:00")

    play(coach, gradient, scenario)
    assert kinds() == [
        *("started", "ran", "hinted", "ran", "finished"),
        *("followed_up", "followed_up"),
    ]


def test_never_goes_on_by_itself_after_a_pass(coach, gradient, judge, clock, write):
    async def scenario(user):
        judge.says = "passed"
        await user.begins()
        write()
        await user.press("enter")
        await user.sees("Good: passed", "follow-ups", "compare", "next", "from blank")
        await user.works(clock, 3600)
        assert user.question_screen.question is gradient
        await user.press("n")
        await user.until(lambda: user.question_screen.question is not gradient)
        assert user.state == "ready"

    play(coach, gradient, scenario)


def test_a_hint_that_is_declined_costs_nothing(coach, gradient, kinds):
    async def scenario(user):
        await user.begins()
        await user.press("h")
        await user.sees("Hint 1 is a nudge.")
        await user.press("escape")
        await user.sees("every save is judged")

    play(coach, gradient, scenario)
    assert kinds() == ["started"]


def test_enter_runs_anew_while_a_run_goes_on(coach, gradient, judge, write):
    started = []

    def judge_that_loops(question, answers, *, stop, **options):
        from backprep.judge.errors import Stopped

        started.append(stop)
        if len(started) == 1:
            assert stop.wait(20)
            raise Stopped
        return Verdict(question.id, "failed", 0.1, [Check("test_two", "failed")])

    judge.instead = judge_that_loops

    async def scenario(user):
        await user.begins()
        write()
        await user.press("enter")
        await user.until(lambda: len(started) == 1)
        await user.sees("judging")
        await user.press("question_mark")
        await user.sees("All keys")
        await user.press("escape")
        await user.press("enter")
        await user.sees("✗ two")

    play(coach, gradient, scenario)
    assert coach.attempt(next(iter(coach.history.attempts))).runs == 1


def test_time_up_keeps_and_judges_what_is_there_and_offers_overtime(
    coach, gradient, judge, clock, write, kinds
):
    async def scenario(user):
        await user.begins()
        path = write("late = 1\n")
        await user.works(clock, 601)
        await user.sees("Time is up.", "Enter go on in overtime")
        assert path.read_text() == "late = 1\n"
        assert kinds() == ["started", "time_up", "ran"]
        await user.press("enter")
        await user.works(clock, 59)
        await user.sees("1:00 over time")
        judge.says = "passed"
        await user.press("enter")
        await user.sees("Hard: passed in 11:00 of 10:00, no hints.")

    play(coach, gradient, scenario)
    (event,) = [e for _, e in coach.journal.events() if e.kind == "time_up"]
    assert coach.snapshots.get(event.data["snapshot"]) == "late = 1\n"


def test_an_answer_that_is_right_at_time_up_is_in_time(
    coach, gradient, judge, clock, write
):
    async def scenario(user):
        judge.says = "passed"
        await user.begins()
        write()
        await user.works(clock, 599)
        clock.work(2)  # noticed a second late
        await user.beat()
        await user.sees("Good: passed in 10:00 of 10:00, no hints.")

    play(coach, gradient, scenario)


def test_a_run_that_is_wanted_meanwhile_waits_for_the_one_at_time_up(
    coach, gradient, judge, clock, write
):
    asked, release = [], threading.Event()

    def passes_late(question, answers, **options):
        asked.append(question)
        assert release.wait(20)
        return Verdict(question.id, "passed", 0.1, [Check("test_two", "passed")])

    judge.instead = passes_late

    async def scenario(user):
        await user.begins()
        write()
        await user.works(clock, 590)
        clock.work(11)
        await user.beat()
        await user.until(lambda: len(asked) == 1)
        await user.sees("Time is up.")
        await user.press("enter")
        assert len(asked) == 1
        release.set()
        await user.sees("Good: passed in 10:00 of 10:00, no hints.")

    play(coach, gradient, scenario)


def test_an_attempt_can_end_when_the_time_is_up(coach, gradient, clock, write):
    async def scenario(user):
        await user.begins()
        write()
        await user.works(clock, 601)
        await user.sees("Time is up.")
        await user.press("x")
        await user.sees("Again: not passed in 10:01 of 10:00.")

    play(coach, gradient, scenario)


def test_reveal_asks_once_and_shows_all_that_is_hidden(coach, gradient, write, kinds):
    async def scenario(user):
        await user.begins()
        write("def mine(): ...\n")
        await user.press("r")
        await user.sees("Reveal the answer?", "counts as Again")
        await user.press("escape")
        assert kinds() == ["started"]
        await user.press("r")
        await user.sees("Reveal the answer?")
        await user.press("r")
        await user.sees("What to say", "I make a leaf of my own", "x was marked: False")
        assert not user.says("{{")
        assert not user.says("#only-")
        await user.sees("The reference solution", "-def mine(): ...", "Must have")
        await user.sees("Other right answers", "torch.func.vjp(f, x.detach())")
        await user.press("escape")
        await user.sees("Again: revealed before it passed. Next: Thu 26 Nov.")

    play(coach, gradient, scenario, size=(100, 340))
    assert kinds() == ["started", "revealed", "finished"]


def test_the_answer_is_compared_with_the_own_one(coach, gradient, judge, write):
    async def scenario(user):
        judge.says = "passed"
        await user.begins()
        write("def mine(): ...\n")
        await user.press("enter")
        await user.sees("Good")
        await user.press("c")
        await user.sees("-def mine(): ...", "+def gradient(", "marks the tensor")

    play(coach, gradient, scenario, size=(100, 340))


def test_a_pause_stops_the_clock_until_enter(coach, gradient, clock):
    async def scenario(user):
        await user.begins()
        await user.works(clock, 60)
        await user.press("p")
        await user.sees("9 min left, paused")
        await user.works(clock, 600)
        await user.sees("9 min left, paused")
        await user.press("enter")
        await user.until(lambda: user.state == "working")
        await user.sees("9 min left")

    play(coach, gradient, scenario)


def test_leaving_pauses_and_says_how_to_go_on(coach, gradient, clock, kinds):
    async def scenario(user):
        await user.begins()
        await user.works(clock, 60)
        await user.leaves("q")

    app = play(coach, gradient, scenario)
    assert app.return_value == 0
    assert app.said[0].startswith("autograd/gradient is paused, with 9:00 left.")
    assert "backprep practice" in app.said[1]
    assert kinds() == ["started", "paused"]


def test_ctrl_c_pauses_and_ends_with_130(coach, gradient, kinds):
    async def scenario(user):
        await user.begins()
        await user.press("h")
        await user.leaves("ctrl+c")

    app = play(coach, gradient, scenario)
    assert app.return_value == 130
    assert kinds() == ["started", "paused"]


def test_what_was_killed_goes_on_with_the_time_that_was_left(
    coach, new_coach, gradient, clock
):
    async def until_killed(user):
        await user.begins()
        await user.works(clock, 100)
        user.app.exit()  # nobody pauses

    async def later(user):
        await user.sees("8:20 left.", "Enter goes on")
        await user.begins()
        await user.works(clock, 10)
        assert (
            coach_later.remaining(user.question_screen.question_state.attempt_id) == 490
        )

    play(coach, gradient, until_killed)
    clock.work(7200)
    coach_later = new_coach()
    play(coach_later, gradient, later, reason="Unfinished: 8:20 left.")


def passed_before(coach, judge, question, text):
    judge.says = "passed"
    attempt = coach.begin(question)
    question.answer_path(coach.answers).write_text(text)
    coach.run(attempt.id)
    judge.says = "failed"


def test_the_old_answer_is_hidden_at_the_next_attempt(coach, gradient, judge, tmp_path):
    passed_before(coach, judge, gradient, "old = 1\n")

    async def scenario(user):
        await user.sees("from blank", "keeps your old answer aside")
        await user.begins()
        assert not answer_file.edited(gradient, coach.answers)
        await user.sees("To get it back: cp")

    play(coach, gradient, scenario)
    (kept,) = (coach.answers / ".kept").rglob("*.py")
    assert kept.read_text() == "old = 1\n"


def test_the_old_answer_can_be_gone_on_with(coach, gradient, judge):
    passed_before(coach, judge, gradient, "old = 1\n")

    async def scenario(user):
        await user.press("k")
        await user.until(lambda: user.state == "working")

    play(coach, gradient, scenario)
    assert gradient.answer_path(coach.answers).read_text() == "old = 1\n"


def test_again_from_blank_keeps_the_answer(coach, gradient, judge, write):
    async def scenario(user):
        judge.says = "passed"
        await user.begins()
        write("good = 1\n")
        await user.press("enter")
        await user.sees("Good")
        await user.press("b")
        await user.sees("Your answer is kept. To get it back: cp")
        assert user.state == "ready"
        await user.begins()

    play(coach, gradient, scenario)
    (kept,) = (coach.answers / ".kept").rglob("*.py")
    assert kept.read_text() == "good = 1\n"
    assert len(coach.history.attempts) == 2


def test_starting_over_in_the_middle_asks_first(coach, gradient, write):
    async def scenario(user):
        await user.begins()
        write("half = 1\n")
        await user.press("b")
        await user.sees("Start over from blank?")
        await user.press("escape")
        assert gradient.answer_path(coach.answers).read_text() == "half = 1\n"

    play(coach, gradient, scenario)


def test_one_key_moves_the_rating_by_one_step(coach, gradient, judge, clock, write):
    async def scenario(user):
        judge.says = "passed"
        await user.begins()
        write()
        await user.works(clock, 300)
        await user.press("enter")
        await user.sees("Good: passed in 5:00")
        await user.press("minus")
        await user.sees("Hard: passed in 5:00")
        await user.press("minus")
        await user.sees("Hard: passed in 5:00")
        await user.press("plus")
        await user.sees("Good: passed in 5:00")
        await user.press("plus")
        await user.sees("Good: passed in 5:00")

    play(coach, gradient, scenario)


def test_sleep_is_asked_about_and_can_be_counted(coach, gradient, clock):
    async def scenario(user):
        await user.begins()
        await user.works(clock, 60)
        clock.sleep(120)
        await user.beat()
        await user.sees("2:00", "the machine slept", "not counted")
        assert coach.elapsed(user.question_screen.question_state.attempt_id) == 60
        await user.press("c")
        await user.until(
            lambda: coach.elapsed(user.question_screen.question_state.attempt_id) == 180
        )

    play(coach, gradient, scenario)


def test_leaving_a_question_ends_it_without_a_review(coach, gradient):
    async def scenario(user):
        await user.begins()
        await user.press("x")
        await user.sees("End this attempt without a pass?")
        await user.press("x")
        await user.sees("no review")

    play(coach, gradient, scenario)


def test_a_finished_attempt_is_judged_as_practice(coach, gradient, judge, write, kinds):
    async def scenario(user):
        judge.says = "passed"
        await user.begins()
        write()
        await user.press("enter")
        await user.sees("Good")
        judge.says = "failed"
        user.question_screen.saved()
        await user.sees("✗ one", "Good")

    play(coach, gradient, scenario)
    assert kinds() == ["started", "ran", "finished"]


def test_the_clock_can_be_hidden(coach, gradient):
    async def scenario(user):
        await user.begins()
        await user.sees("10 min left")
        await user.press("t")
        assert not user.says("min left")
        await user.press("t")
        await user.sees("10 min left")

    play(coach, gradient, scenario)


def test_light_and_dark_are_a_key_apart(coach, gradient):
    async def scenario(user):
        dark = user.app.current_theme.dark
        await user.press("d")
        assert user.app.current_theme.dark is not dark
        await user.sees("Show me that you can get a derivative")

    play(coach, gradient, scenario)


@pytest.mark.parametrize(("ground", "dark"), [("0;15", False), ("15;0", True)])
def test_follows_what_the_terminal_says_of_its_background(
    ground, dark, coach, gradient, monkeypatch
):
    monkeypatch.setenv("COLORFGBG", ground)

    async def scenario(user):
        assert user.app.current_theme.dark is dark

    play(coach, gradient, scenario)


def test_a_small_terminal_shows_one_part_and_turns_to_the_other(
    coach, gradient, write, monkeypatch
):
    monkeypatch.chdir(coach.answers.parent)

    async def scenario(user):
        await user.begins()
        write()
        user.question_screen.saved()
        await user.sees("✗ one", " answers/autograd/gradient.py", "? keys")
        assert not user.says("Show me that you can get")
        await user.press("tab")
        await user.sees("Show me that you can get")
        await user.press("tab")
        await user.sees("✗ one")

    play(coach, gradient, scenario, size=(60, 18))


def test_a_large_terminal_shows_both_side_by_side_after_a_resize(
    coach, gradient, write
):
    async def scenario(user):
        await user.begins()
        write()
        user.question_screen.saved()
        await user.sees("✗ one")
        await user.pilot.resize_terminal(200, 60)
        await user.sees("✗ one", "Show me that you can get")
        await user.pilot.resize_terminal(60, 18)
        await user.sees("✗ one", "? keys")

    play(coach, gradient, scenario, size=(60, 18))


def test_without_an_editor_the_path_is_said(coach, gradient, monkeypatch):
    for name in ("VISUAL", "EDITOR", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)

    async def scenario(user):
        await user.begins()
        await user.press("e")
        await user.sees("No editor is named: set $EDITOR, or open")

    play(coach, gradient, scenario)


def test_an_editor_with_a_window_is_started_beside(
    coach, gradient, monkeypatch, tmp_path
):
    opened = tmp_path / "opened"
    editor = tmp_path / "code"
    editor.write_text(f'#!/bin/sh\necho "$@" > {opened}\n')
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", f"{editor} --wait")

    async def scenario(user):
        await user.begins()
        await user.press("e")
        await user.until(lambda: opened.exists() and opened.read_text())

    play(coach, gradient, scenario)
    assert opened.read_text().split() == [
        "--wait",
        str(gradient.answer_path(coach.answers)),
    ]


def test_a_broken_judge_is_said_in_a_sentence(coach, gradient, judge, write):
    from backprep.judge.errors import JudgeError

    def has_no_torch(question, answers, **options):
        raise JudgeError("torch is not installed here; pip install torch mends that.")

    judge.instead = has_no_torch

    async def scenario(user):
        await user.begins()
        write()
        await user.press("enter")
        await user.sees("torch is not installed here")
        assert user.state == "working"

    play(coach, gradient, scenario)


def test_all_of_it_is_there_for_every_question_at_every_size(coach):
    async def scenario(user: Player):
        for size in ((60, 18), (200, 60)):
            await user.pilot.resize_terminal(*size)
            await user.pilot.pause()
            await user.sees("? keys", user.question_screen.question.title)

    for question in load_questions()[:4]:
        play(coach, question, scenario)


def test_what_an_answer_says_commands_no_terminal(coach, gradient, judge, write):
    def judge_of_the_harmful(question, answers, **options):
        checks = [Check("test_two", "failed", "\x1b]0;owned\x07")]
        return Verdict(question.id, "failed", 0.1, checks, output="\x1b[31m\ud800")

    judge.instead = judge_of_the_harmful

    async def scenario(user):
        await user.begins()
        write("\x1b[2J\n")
        await user.press("enter")
        await user.sees(r"\x1b]0;owned\x07", r"\x1b[31m\ud800")
        assert "\x1b" not in user.text()
        await user.press("x", "x")
        await user.until(lambda: user.state == "finished")
        await user.press("c")
        await user.sees(r"-\x1b[2J")

    play(coach, gradient, scenario, size=(100, 340))
