"""What other commands do to an attempt that is not over counts for its grade."""

import json

import pytest

from backprep.journal import journal as journals
from backprep.journal.journal import JournalError
from backprep.judge import client as judging


@pytest.fixture
def answer(gradient, tmp_path):
    """An answer that is not the starter."""
    path = gradient.answer_path(tmp_path / "answers")
    path.parent.mkdir(parents=True)
    path.write_text("mine = 1\n")
    return path


@pytest.fixture
def attempt(coach, gradient, work_on, answer):
    """One at which the screen is, in another process."""
    attempt = coach.begin(gradient)
    work_on(attempt, 60)
    return attempt


@pytest.fixture
def now(coach, attempt):
    """The attempt as the journal knows it by then."""

    def now():
        coach.sync()
        return coach.attempt(attempt.id)

    return now


@pytest.fixture
def check(command, judge, monkeypatch):
    """`backprep check gradient` with the test's judge."""
    monkeypatch.setattr(judging, "judge", judge)
    return lambda *options: command("check", "gradient", *options)


def test_a_hint_counts_and_says_its_cost_before(command, now):
    said = command("hint", "gradient", 2).stdout
    assert said.startswith("With this hint a pass is Good within 8:00, and Hard after")
    assert now().hints == (2,)


def test_a_reveal_counts(command, now):
    command("reveal", "gradient", "--yes")
    assert now().revealed
    assert now().revealed_after == 60


def test_a_reset_is_written_down_and_keeps_the_answer(command, now, journal, answer):
    said = command("reset", "gradient").stdout
    assert "To get it back: cp " in said
    assert "mine" not in answer.read_text()
    assert [event.kind for _, event in journal.events()][-1] == "reset"


def test_a_run_counts_and_a_pass_finishes_the_attempt(check, now, judge):
    assert check().exit_code == 1
    assert now().first_run_passed is False
    judge.says = "passed"
    said = check().stdout
    assert now().outcome == "passed"
    assert said.splitlines()[-1].startswith("Good: passed in 1:00 of 10:00, no hints.")


def test_json_stays_one_object(check, now, judge):
    judge.says = "passed"
    done = check("--json")
    assert json.loads(done.stdout)["verdict"] == "passed"
    assert now().outcome == "passed"


def test_without_an_attempt_nothing_is_written(check, command, answer, journal):
    assert check().exit_code == 1
    command("hint", "gradient")
    assert not list(journal.lines())


def test_an_attempt_of_a_mock_interview_is_left_alone(check, coach, gradient, answer):
    attempt = coach.begin(gradient, mock="ab" * 16)
    check()
    coach.sync()
    assert coach.attempt(attempt.id).runs == 0


def test_no_journal_is_made_by_a_hint(backprep, home):
    assert backprep("hint", "gradient").returncode == 0
    assert not home.exists()


def test_a_journal_that_fails_changes_no_verdict(check, attempt, judge, monkeypatch):
    def fails(*_, **__):
        raise JournalError("The journal was not written: no room.")

    monkeypatch.setattr(journals.Journal, "append", fails)
    judge.says = "passed"
    done = check("--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["verdict"] == "passed"
    assert done.stderr == "The journal was not written: no room.\n"


def test_a_journal_that_cannot_be_opened_changes_no_verdict(
    check, attempt, home, judge
):
    (home / "journal.db").unlink()
    (home / "journal.db").mkdir()
    judge.says = "passed"
    done = check("--json")
    assert done.exit_code == 0
    assert done.stderr.count("\n") == 1
