"""The coach's table, row by row: what an attempt's clock does, what a verdict is."""

import os
import signal
import subprocess
import sys
from datetime import datetime

import pytest

from backprep.bank.questions import bank_root
from backprep.journal.journal import Journal


def kinds(coach):
    return [event.kind for _, event in coach.journal.events()]


@pytest.fixture
def path(gradient, coach):
    path = gradient.answer_path(coach.answers)
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def save(path):
    """Write an answer that is not the starter."""
    return lambda text="mine = 1\n": path.write_text(text)


@pytest.fixture
def saved_on(path, save, clock):
    """Write it on the day that the clock shows."""

    def saved(text="mine = 1\n"):
        save(text)
        os.utime(path, (clock.now().timestamp(),) * 2)

    return saved


def test_a_run_has_the_time_at_which_it_began(coach, clock, gradient, judge, save):
    attempt = coach.begin(gradient)
    save()
    clock.work(100)
    judge.says, judge.meanwhile = "passed", lambda: clock.work(20)
    judged = coach.judge(gradient)
    assert coach.attempt(attempt.id).passed_after == 100
    assert judged.said.startswith("Good: passed in 1:40 of 10:00")


def test_a_pass_in_a_pause_has_no_time(coach, clock, gradient, judge, save, work_on):
    attempt = coach.begin(gradient)
    save()
    work_on(attempt, 2)
    coach.pause(attempt.id)
    clock.work(70)
    judge.says = "passed"
    assert coach.judge(gradient).said.startswith("Hard: passed with no clock running.")
    attempt = coach.attempt(attempt.id)
    assert (attempt.outcome, attempt.timed, attempt.in_time) == ("passed", False, False)


def test_a_pass_that_was_asked_for_before_the_pause_has_its_time(
    coach, clock, gradient, judge, save
):
    attempt = coach.begin(gradient)
    save()
    clock.work(60)
    judge.says, judge.meanwhile = "passed", lambda: coach.pause(attempt.id)
    coach.judge(gradient)
    assert coach.attempt(attempt.id).passed_after == 60


def test_a_failure_in_a_pause_is_a_run_and_ends_nothing(coach, gradient, save):
    attempt = coach.begin(gradient)
    save()
    coach.pause(attempt.id)
    coach.judge(gradient)
    assert coach.attempt(attempt.id).runs == 1
    assert not coach.attempt(attempt.id).finished


KILLED = """
import os, signal, sys, time
from pathlib import Path
from backprep.bank.questions import load_questions
from backprep.journal.journal import Journal
from backprep.practice.coach import Coach

folder = Path(sys.argv[1])
coach = Coach(Journal(folder / "home"), folder / "answers", load_questions())
attempt = coach.begin(coach.questions["autograd/gradient"])
coach.tick(attempt.id)
print(attempt.id, flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def elsewhere(tmp_path):
    """Another process that is at an attempt, and its attempt's id."""
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(bank_root())},
    )
    yield process, process.stdout.readline().strip()
    process.kill()
    process.communicate()


def in_four_seconds(journal, clock):
    """By the clock that all go by."""
    (_, event), *_ = journal.events()
    at = datetime.fromisoformat(event.at)
    clock.set_wall((at - clock.now()).total_seconds())
    clock.work(4)


def test_a_kill_stops_the_clock_however_soon_one_goes_on(
    elsewhere, tmp_path, new_coach, clock
):
    process, attempt_id = elsewhere
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    in_four_seconds(Journal(tmp_path / "home"), clock)
    coach = new_coach()
    coach.resume(attempt_id)
    assert coach.elapsed(attempt_id) < 1
    assert kinds(coach) == ["started", "paused", "resumed"]


def test_a_process_that_is_there_keeps_the_clock_running(
    elsewhere, tmp_path, new_coach, clock
):
    _, attempt_id = elsewhere
    in_four_seconds(Journal(tmp_path / "home"), clock)
    coach = new_coach()
    coach.resume(attempt_id)
    assert coach.elapsed(attempt_id) > 3.5
    assert kinds(coach) == ["started"]


def test_a_pass_after_a_kill_has_no_time(
    coach, new_coach, clock, gradient, judge, save, work_on
):
    attempt = coach.begin(gradient)
    save()
    work_on(attempt, 10)
    clock.work(1800)  # nobody is there
    judge.says = "passed"
    later = new_coach()
    assert later.judge(gradient).said.startswith("Hard: passed with no clock running.")
    assert later.attempt(attempt.id).elapsed == 10


def test_two_processes_at_one_attempt_count_a_save_once(
    coach, new_coach, clock, gradient, judge, save
):
    attempt = coach.begin(gradient)
    other = new_coach()
    other.resume(attempt.id)
    for text, runs in [("first = 1\n", 1), ("second = 2\n", 2), ("first = 1\n", 3)]:
        save(text)
        # each begins before the other has written
        judge.meanwhile = lambda: other.judge(gradient)
        coach.judge(gradient)
        other.judge(gradient)
        assert coach.attempt(attempt.id).runs == runs
        assert other.attempt(attempt.id).runs == runs


def test_one_text_that_comes_out_otherwise_is_another_run(coach, gradient, judge, save):
    attempt = coach.begin(gradient)
    save()
    coach.judge(gradient)
    judge.says = "passed"
    coach.judge(gradient)
    assert coach.attempt(attempt.id).runs == 2


def test_sleep_is_left_out(coach, clock, gradient, judge, save, work_on):
    attempt = coach.begin(gradient)
    save()
    work_on(attempt, 60)
    clock.sleep(3600)
    coach.tick(attempt.id)
    judge.says = "passed"
    coach.judge(gradient)
    assert coach.attempt(attempt.id).passed_after == 60


def test_overtime_runs_on_and_what_was_there_is_in_time(
    coach, clock, gradient, judge, save, work_on
):
    attempt = coach.begin(gradient)
    save()
    work_on(attempt, 600)
    coach.time_up(attempt.id)
    work_on(attempt, 60)
    save("better = 2\n")
    judge.says = "passed"
    coach.judge(gradient)
    assert coach.attempt(attempt.id).passed_after == 660
    assert coach.finished(attempt.id).rating == "hard"


def test_a_passed_attempt_counts_no_more(coach, gradient, judge, save):
    attempt = coach.begin(gradient)
    save()
    judge.says = "passed"
    coach.judge(gradient)
    before = kinds(coach)
    save("and = 2\n")
    assert coach.run(attempt.id).verdict == "passed"
    assert kinds(coach) == before


# no clock at all


def test_a_pass_without_an_attempt_is_known(
    coach, new_coach, gradient, judge, saved_on
):
    saved_on()
    judge.says = "passed"
    said = coach.judge(gradient, origin="check").said
    assert said == "Hard: passed with no clock running. Next: Fri 27 Nov."
    (attempt,) = new_coach().history.of(gradient.id)
    assert (attempt.outcome, attempt.timed, attempt.origin) == (
        "passed",
        False,
        "check",
    )
    assert attempt.checks == (2, 2)
    assert gradient.id in coach.history.tried
    assert [review.rating for review in coach.history.reviews] == ["hard"]
    (event,) = [event for _, event in coach.journal.events()]
    assert coach.snapshots.get(event.data["snapshot"]) == "mine = 1\n"


def test_it_is_one_pass_however_often_it_is_judged(
    coach, clock, gradient, judge, saved_on
):
    saved_on()
    judge.says = "passed"
    coach.judge(gradient)
    said = coach.judge(gradient).said
    assert said == "Counted already as passed on Wed 25 Nov."
    saved_on("polished = 1\n")
    coach.judge(gradient)
    clock.work(3 * 86_400)
    coach.judge(gradient)
    assert len(coach.history.attempts) == 1


def test_what_is_written_again_on_another_day_is_another_pass(
    coach, clock, gradient, judge, saved_on
):
    saved_on()
    judge.says = "passed"
    coach.judge(gradient)
    clock.work(3 * 86_400)
    saved_on()
    coach.judge(gradient)
    assert len(coach.history.attempts) == 2
    assert len(coach.history.reviews) == 2


def test_two_processes_that_judge_one_save_count_one_pass(
    coach, new_coach, gradient, judge, saved_on
):
    saved_on()
    judge.says = "passed"
    other = new_coach()
    judge.meanwhile = lambda: other.judge(gradient)
    coach.judge(gradient)
    assert kinds(coach) == ["passed_untimed"]


def test_a_pass_on_the_clock_is_not_counted_again_without_it(
    coach, gradient, judge, saved_on
):
    coach.begin(gradient)
    saved_on()
    judge.says = "passed"
    coach.judge(gradient)
    coach.judge(gradient)
    assert kinds(coach) == ["started", "ran", "finished"]


def test_a_pass_after_an_attempt_that_failed_is_one_without_a_clock(
    coach, gradient, judge, saved_on
):
    attempt = coach.begin(gradient)
    saved_on()
    coach.finish(attempt.id, "failed")
    judge.says = "passed"
    coach.run(attempt.id)
    assert kinds(coach) == ["started", "finished", "passed_untimed"]


def test_what_was_revealed_is_no_pass_until_it_is_written_on_another_day(
    coach, clock, gradient, judge, saved_on
):
    attempt = coach.begin(gradient)
    coach.reveal(attempt.id)
    coach.finish(attempt.id, "gave up")
    saved_on()
    judge.says = "passed"
    assert coach.judge(gradient).said.startswith("Not counted: the answer was revealed")
    clock.work(86_400)
    assert coach.judge(gradient).said.startswith("Not counted: the answer was revealed")
    saved_on()
    assert coach.judge(gradient).said.startswith("Hard: ")


def test_a_failure_without_an_attempt_is_nothing(coach, gradient, judge, save):
    save()
    assert coach.judge(gradient).said == ""
    assert kinds(coach) == []


def test_an_untouched_starter_is_no_pass(coach, judge):
    from backprep.workspace import answer_file

    debug = next(q for q in coach.questions.values() if q.kind == "debug")
    answer_file.start(debug, coach.answers)
    judge.says = "passed"
    assert coach.judge(debug).said == ""
    assert kinds(coach) == []


def test_the_banks_own_solutions_are_nobodys_pass(journal, gradient, clock, judge):
    from backprep.practice.coach import Coach

    judge.says = "passed"
    solutions = gradient.root / "solutions"
    coach = Coach(journal, solutions, [gradient], clock=clock, judge=judge)
    assert coach.judge(gradient).said == ""
    assert kinds(coach) == []


def test_a_mock_interview_has_its_answers_elsewhere(coach, gradient, judge, save):
    mock = coach.begin_mock(20, [], 1, [gradient.id])
    attempt = coach.begin(gradient, mock=mock)
    save()
    judge.says = "passed"
    coach.judge(gradient)
    assert not coach.attempt(attempt.id).finished
    assert kinds(coach)[-1] == "passed_untimed"


def test_one_of_the_site_has_them_in_a_folder_of_its_own(
    coach, gradient, judge, save, clock
):
    save()
    clock.work(60)
    mock = coach.begin_mock(20, [], 1, [gradient.id])
    attempt = coach.begin(gradient, mock=mock, origin="site")
    folder = coach.answers / "mock" / "20261125-100100"
    assert coach.folder(attempt) == folder
    assert not coach.edited(attempt.id), "it begins from blank"
    judge.says = "passed"
    coach.run(attempt.id)
    assert coach.attempt(attempt.id).runs == 0
    gradient.answer_path(folder).write_text("mine = 1\n")
    coach.run(attempt.id)
    assert coach.attempt(attempt.id).outcome == "passed"
    *_, (_, finished) = coach.journal.events()
    assert coach.snapshots.get(finished.data["snapshot"]) == "mine = 1\n"


def test_a_mock_of_the_site_that_the_terminal_goes_on_with_is_in_the_same_folder(
    coach, gradient, new_coach
):
    from backprep.practice.coach import Coach

    mock = coach.begin_mock(20, [], 1, [gradient.id])
    attempt = coach.begin(gradient, mock=mock, origin="site")
    folder = coach.folder(attempt)
    held = Coach(coach.journal, folder, [gradient])
    assert held.folder(held.attempt(attempt.id)) == folder
