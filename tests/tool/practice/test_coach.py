"""The life of an attempt, by a clock that only the test moves."""

import pytest

from backprep.journal.journal import JournalError
from backprep.judge.errors import Stopped
from backprep.judge.stop import Stop
from backprep.practice.suggest import suggest
from backprep.workspace import answer_file


def kinds(coach):
    return [event.kind for _, event in coach.journal.events()]


def test_time_runs_from_the_start(coach, clock, gradient):
    attempt = coach.begin(gradient)
    clock.work(20)
    assert coach.elapsed(attempt.id) == 20
    assert coach.remaining(attempt.id) == 600 - 20


def test_a_pause_stops_the_clock(coach, clock, gradient, work_on):
    attempt = coach.begin(gradient)
    work_on(attempt, 10)
    coach.pause(attempt.id)
    clock.work(500)
    assert coach.elapsed(attempt.id) == 10
    coach.resume(attempt.id)
    clock.work(5)
    assert coach.elapsed(attempt.id) == 15


def test_beginning_again_goes_on_with_what_is_unfinished(coach, gradient):
    first = coach.begin(gradient)
    assert coach.begin(gradient).id == first.id
    assert kinds(coach) == ["started"]


def test_a_killed_attempt_resumes_with_the_time_it_had(
    coach, new_coach, clock, gradient, work_on
):
    attempt = coach.begin(gradient)
    work_on(attempt, 100)
    clock.work(7200)  # nobody is there
    later = new_coach()
    assert later.elapsed(attempt.id) == 100
    later.resume(attempt.id)
    assert later.elapsed(attempt.id) == 100
    clock.work(3)
    assert later.elapsed(attempt.id) == 103
    assert kinds(later) == ["started", "paused", "resumed"]


def test_two_processes_go_by_one_time(coach, new_coach, clock, gradient, work_on):
    attempt = coach.begin(gradient)
    work_on(attempt, 50)
    clock.work(2)
    other = new_coach()
    other.resume(attempt.id)
    assert other.elapsed(attempt.id) == coach.elapsed(attempt.id) == 52
    other.pause(attempt.id)
    clock.work(10)
    coach.tick(attempt.id)
    assert coach.elapsed(attempt.id) == other.elapsed(attempt.id) == 52
    assert coach.driven() == other.driven() == []


def test_sleep_is_noticed_and_not_counted(coach, clock, gradient, work_on):
    attempt = coach.begin(gradient)
    work_on(attempt, 60)
    clock.sleep(3600)
    assert coach.tick(attempt.id) == 3600
    assert coach.elapsed(attempt.id) == 60
    assert coach.tick(attempt.id) == 0


def test_sleep_can_be_counted_after_all(coach, clock, gradient, work_on):
    attempt = coach.begin(gradient)
    work_on(attempt, 60)
    clock.sleep(120)
    coach.count(attempt.id, coach.tick(attempt.id))
    assert coach.elapsed(attempt.id) == 180


def test_a_process_that_stood_still_is_noticed(coach, clock, gradient, work_on):
    attempt = coach.begin(gradient)
    work_on(attempt, 10)
    clock.work(90)
    assert coach.tick(attempt.id) == 90
    assert coach.elapsed(attempt.id) == 10


@pytest.mark.parametrize("seconds", [-7200, 7200])
def test_setting_the_wall_clock_changes_no_time(
    coach, new_coach, clock, gradient, work_on, seconds
):
    attempt = coach.begin(gradient)
    work_on(attempt, 30)
    clock.set_wall(seconds)
    work_on(attempt, 30)
    assert coach.elapsed(attempt.id) == 60
    other = new_coach()
    other.resume(attempt.id)
    assert other.elapsed(attempt.id) == 60


def test_a_run_is_written_with_its_time(coach, clock, gradient, work_on):
    attempt = coach.begin(gradient)
    gradient.answer_path(coach.answers).write_text("mine")
    work_on(attempt, 12)
    coach.run(attempt.id)
    attempt = coach.attempt(attempt.id)
    assert (attempt.runs, attempt.first_run_passed) == (1, False)
    *_, (_, event) = coach.journal.events()
    assert event.data["elapsed"] == 12
    assert event.data["failed"] == ["test_one"]


def test_an_untouched_starter_is_no_run(coach, gradient, judge):
    attempt = coach.begin(gradient)
    judge.says = "not attempted"
    coach.run(attempt.id)
    assert kinds(coach) == ["started"]


def test_the_first_pass_finishes_the_attempt(coach, gradient, judge, work_on):
    attempt = coach.begin(gradient)
    gradient.answer_path(coach.answers).write_text("mine")
    work_on(attempt, 100)
    judge.says = "passed"
    coach.run(attempt.id)
    assert coach.attempt(attempt.id).outcome == "passed"
    judge.says = "failed"
    coach.run(attempt.id)
    assert kinds(coach) == ["started", "ran", "finished"]
    assert "passed in 1:40 of 10:00" in str(coach.finished(attempt.id))


def test_time_up_keeps_and_judges_the_answer_as_in_time(
    coach, clock, gradient, judge, work_on
):
    attempt = coach.begin(gradient)
    gradient.answer_path(coach.answers).write_text("mine")
    judge.says = "passed"
    work_on(attempt, 600)
    verdict = coach.time_up(attempt.id)
    assert verdict.verdict == "passed"
    assert coach.finished(attempt.id).rating == "good"
    assert gradient.answer_path(coach.answers).read_text() == "mine"
    (digest,) = {
        event.data["snapshot"]
        for _, event in coach.journal.events()
        if event.kind == "time_up"
    }
    assert coach.snapshots.get(digest) == "mine"


def test_time_up_comes_once_and_ends_nothing(coach, gradient, work_on):
    attempt = coach.begin(gradient)
    gradient.answer_path(coach.answers).write_text("mine")
    work_on(attempt, 600)
    assert coach.time_up(attempt.id).verdict == "failed"
    assert coach.time_up(attempt.id) is None
    work_on(attempt, 5)
    assert coach.remaining(attempt.id) == -5
    assert not coach.attempt(attempt.id).finished


def test_time_up_does_not_judge_an_untouched_starter(coach, gradient, judge, work_on):
    attempt = coach.begin(gradient)
    work_on(attempt, 600)
    assert coach.time_up(attempt.id) is None
    assert judge.asked == []


def test_a_reveal_keeps_the_answer_and_costs_the_pass(coach, gradient, judge):
    attempt = coach.begin(gradient)
    gradient.answer_path(coach.answers).write_text("mine")
    coach.reveal(attempt.id)
    coach.reveal(attempt.id)
    judge.says = "passed"
    coach.run(attempt.id)
    assert kinds(coach) == ["started", "revealed", "ran", "finished"]
    assert coach.finished(attempt.id).rating == "again"


def test_a_missed_must_have_fails_a_spoken_question(coach, gradient):
    attempt = coach.begin(gradient)
    finish = coach.rubric(attempt.id, [True, False], [True])
    assert (finish.rating, coach.attempt(attempt.id).outcome) == ("again", "failed")


def test_the_rating_moves_by_one_step(coach, gradient, judge, work_on):
    attempt = coach.begin(gradient)
    gradient.answer_path(coach.answers).write_text("mine")
    work_on(attempt, 500)
    judge.says = "passed"
    coach.run(attempt.id)
    assert coach.regrade(attempt.id, "hard").rating == "hard"
    with pytest.raises(ValueError, match="choose hard or good"):
        coach.regrade(attempt.id, "again")


def test_reset_keeps_the_answer(coach, gradient):
    attempt = coach.begin(gradient)
    gradient.answer_path(coach.answers).write_text("mine")
    path, kept = coach.reset(attempt.id)
    assert kept.read_text() == "mine"
    assert "NotImplementedError" in path.read_text()


def test_what_the_journal_refuses_is_kept_and_written_later(
    coach, new_coach, gradient, judge, monkeypatch
):
    attempt = coach.begin(gradient)
    gradient.answer_path(coach.answers).write_text("mine")
    append = coach.journal.append

    def refuse(*_, **__):
        raise JournalError("There is no room left.")

    monkeypatch.setattr(coach.journal, "append", refuse)
    coach.hint(attempt.id, 1)
    judge.says = "failed"
    coach.run(attempt.id)
    assert coach.trouble == "There is no room left."
    assert (coach.attempt(attempt.id).hints, coach.attempt(attempt.id).runs) == (
        (1,),
        1,
    )
    monkeypatch.setattr(coach.journal, "append", append)
    coach.hint(attempt.id, 2)
    assert coach.trouble == ""
    assert kinds(coach) == ["started", "hinted", "ran", "hinted"]
    assert new_coach().attempt(attempt.id) == coach.attempt(attempt.id)


def test_the_unfinished_attempt_comes_before_all(coach, clock, gradient, work_on):
    other = coach.questions["amp/train_step"]
    attempt = coach.begin(other)
    work_on(attempt, 60)
    coach.pause(attempt.id)
    assert suggest(coach) == (other, "Unfinished: 19:00 left.")


def test_what_is_due_comes_before_what_is_new(coach, clock, gradient, judge):
    attempt = coach.begin(gradient)
    gradient.answer_path(coach.answers).write_text("mine")
    judge.says = "passed"
    coach.run(attempt.id)
    assert suggest(coach).reason == "The next one on the path."
    clock.work(86400 * 5)
    question, reason = suggest(coach)
    assert (question, reason) == (gradient, "Due for review since Sun 29 Nov.")


def test_an_interview_date_is_remembered(coach, new_coach, clock):
    from datetime import date

    coach.plan(date(2026, 12, 14), 60)
    assert new_coach().history.interview == date(2026, 12, 14)


def test_an_attempt_of_a_mock_is_its_own(coach, gradient):
    practice = coach.begin(gradient)
    mock = coach.begin_mock(20, [], 1, [])
    attempt = coach.begin(gradient, mock=mock)
    assert attempt.id != practice.id
    coach.finish_mock(mock)
    assert coach.history.mocks[mock].ended


@pytest.fixture
def full(coach, monkeypatch):
    """The disk is full, until this is called."""
    append = coach.journal.append

    def refuse(*_, **__):
        raise JournalError("There is no room left.")

    monkeypatch.setattr(coach.journal, "append", refuse)
    return lambda: monkeypatch.setattr(coach.journal, "append", append)


def test_a_pass_that_was_shown_is_written_at_the_next_tick(
    coach, new_coach, gradient, judge, full
):
    attempt = coach.begin(gradient)
    gradient.answer_path(coach.answers).write_text("mine")
    judge.says = "passed"
    coach.run(attempt.id)
    assert coach.attempt(attempt.id).outcome == "passed"
    coach.tick(attempt.id)
    assert coach.trouble == "There is no room left."
    full()
    coach.tick(attempt.id)
    assert coach.trouble == ""
    assert kinds(coach) == ["started", "ran", "finished"]
    assert new_coach().attempt(attempt.id) == coach.attempt(attempt.id)


def test_what_waits_can_be_written_when_one_leaves(coach, gradient, full):
    coach.begin(gradient)
    coach.write()
    assert coach.trouble == "There is no room left."
    full()
    coach.write()
    assert (coach.trouble, kinds(coach)) == ("", ["started"])


def test_an_answer_that_could_not_be_kept_is_kept_later(coach, gradient, clock):
    attempt = coach.begin(gradient)
    gradient.answer_path(coach.answers).write_text("mine")
    coach.snapshots.folder.write_text("a file where the folder should be")
    coach.reveal(attempt.id)
    assert "could not be kept" in coach.trouble
    coach.snapshots.folder.unlink()
    coach.tick(attempt.id)
    assert coach.trouble == ""
    *_, (_, event) = coach.journal.events()
    assert coach.snapshots.get(event.data["snapshot"]) == "mine"


def test_damage_in_the_middle_of_an_attempt_is_said_and_takes_nothing_away(
    coach, new_coach, gradient, work_on
):
    attempt = coach.begin(gradient)
    work_on(attempt, 5)
    coach.journal.close()
    coach.journal.path.write_text("this is not a database\n")
    work_on(attempt, 5)
    assert "The journal was damaged" in coach.trouble
    coach.hint(attempt.id, 1)
    assert new_coach().attempt(attempt.id) == coach.attempt(attempt.id)


def given_up(coach, question, text):
    """An attempt that ended, and the answer that it left."""
    attempt = coach.begin(question)
    question.answer_path(coach.answers).write_text(text)
    coach.finish(attempt.id, "gave up")


def test_the_next_attempt_begins_from_blank_and_the_old_answer_is_kept(coach, gradient):
    given_up(coach, gradient, "old = 1\n")
    attempt = coach.begin(gradient)
    assert not coach.edited(attempt.id)
    kept = answer_file.last_kept(gradient, coach.answers)
    assert kept.path.read_text() == "old = 1\n"


def test_the_old_answer_stays_for_who_asks_for_it(coach, gradient):
    given_up(coach, gradient, "old = 1\n")
    assert coach.edited(coach.begin(gradient, keep=True).id)
    assert answer_file.last_kept(gradient, coach.answers) is None


def test_what_was_written_before_any_attempt_stays(coach, gradient):
    path, _ = answer_file.start(gradient, coach.answers)
    path.write_text("in progress = 1\n")
    coach.begin(gradient)
    assert path.read_text() == "in progress = 1\n"


def test_going_on_with_an_attempt_puts_nothing_aside(coach, gradient):
    given_up(coach, gradient, "old = 1\n")
    attempt = coach.begin(gradient)
    path = gradient.answer_path(coach.answers)
    path.write_text("half = 1\n")
    coach.pause(attempt.id)
    coach.begin(gradient)
    assert path.read_text() == "half = 1\n"


def test_a_run_that_was_given_up_too_late_counts_for_nothing(coach, gradient, judge):
    attempt = coach.begin(gradient)
    gradient.answer_path(coach.answers).write_text("mine = 1\n")
    stop = Stop()
    judge.says, judge.meanwhile = "passed", stop.set
    with pytest.raises(Stopped):
        coach.run(attempt.id, stop=stop)
    assert kinds(coach) == ["started"]


def test_a_mock_interview_gives_no_hints(coach, gradient):
    attempt = coach.begin(gradient, mock=coach.begin_mock(20, [], 1, [gradient.id]))
    with pytest.raises(ValueError, match="gives no hints"):
        coach.hint(attempt.id, 1)
    assert kinds(coach) == ["mock_started", "started"]
