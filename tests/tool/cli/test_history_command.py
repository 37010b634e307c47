"""`backprep history`: what was kept can be seen, compared and had back."""

import subprocess

import pytest

QUESTION = "autograd/gradient"


@pytest.fixture
def two_answers(coach, clock, judge, tmp_path):
    """One answer that was given up at the reveal, and one of the next day."""
    question = coach.questions[QUESTION]
    path = question.answer_path(tmp_path / "answers")
    attempt = coach.begin(question)
    path.write_text("first = 1\n")
    clock.work(60)
    coach.reveal(attempt.id)
    coach.finish(attempt.id, "gave up")
    clock.work(24 * 3600)
    attempt = coach.begin(question)
    path.write_text("second = 2\n")
    clock.work(60)
    judge.says = "passed"
    coach.run(attempt.id)
    return path


def test_without_an_attempt_it_says_how_to_begin(command):
    said = command("history", "gradient").stdout
    assert said == (
        f"No attempt at {QUESTION} yet: backprep practice gradient\n"
        "A check counts as soon as it passes; one that fails, in an attempt.\n"
    )


def test_it_lists_the_attempts_and_what_was_kept_of_each(command, two_answers):
    said = command("history", "gradient").stdout
    assert "Wed 25 Nov 2026, 10:00  Again: revealed before it passed" in said
    assert "    1  10:01  reveal " in said
    assert "    2  10:01  finish " in said
    assert "Thu 26 Nov 2026, 10:01  Good: passed in 1:00 of 10:00, no hints" in said
    assert "    3  10:02  finish " in said
    assert "backprep history gradient --diff 2 3" in said


def test_it_shows_one(command, two_answers):
    assert command("history", "gradient", "--show", 1).stdout.strip() == "first = 1"


def test_it_compares_two(command, two_answers):
    said = command("history", "gradient", "--diff", 1, 3).stdout
    assert "-first = 1\n+second = 2\n" in said
    assert command("history", "gradient", "--diff", 1, 2).stdout == (
        "They are the same.\n"
    )


def test_it_restores_one_beside_the_present_file(command, two_answers, tmp_path):
    said = command("history", "gradient", "--restore", 1).stdout
    restored = two_answers.with_name("gradient.restored-20261125-100100.py")
    assert restored.read_text() == "first = 1\n"
    assert two_answers.read_text() == "second = 2\n"
    copy = said.partition("To go on from it: ")[2]
    subprocess.run(copy, shell=True, cwd=tmp_path, check=True)
    assert two_answers.read_text() == "first = 1\n"


def test_what_was_restored_and_changed_since_stays(command, two_answers, backprep):
    command("history", "gradient", "--restore", 1)
    restored = two_answers.with_name("gradient.restored-20261125-100100.py")
    assert command("history", "gradient", "--restore", 1).exit_code == 0
    restored.write_text("mine = 3\n")
    done = backprep(
        "history", "gradient", "--restore", 1, "--answers", two_answers.parents[1]
    )
    assert done.returncode == 3
    assert "is there already and stays as it is" in done.stderr
    assert restored.read_text() == "mine = 3\n"


def test_an_answer_that_another_machine_kept_is_said_to_be_there(
    command, two_answers, coach, backprep
):
    for path in coach.snapshots.folder.rglob("*.py"):
        path.unlink()
    assert "(kept on another machine)" in command("history", "gradient").stdout
    done = backprep("history", "gradient", "--show", 1)
    assert done.returncode == 3
    assert "cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--show", "4"], "There is no answer 4 to autograd/gradient; they are"),
        (["--show", "0"], "There is no answer 0"),
        (["--diff", "1", "9"], "There is no answer 9"),
        (["--show", "1", "--restore", "1"], "Choose one of --show, --diff and"),
    ],
)
def test_a_number_that_is_not_there_is_a_sentence(
    command, two_answers, arguments, said
):
    done = command("history", "gradient", *arguments)
    assert done.exit_code == 2
    assert said in done.stderr


def test_of_nothing_nothing_can_be_shown(command):
    done = command("history", "gradient", "--show", 1)
    assert done.exit_code == 2
    assert "No answer to autograd/gradient was kept yet." in done.stderr
