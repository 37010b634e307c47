"""How a question, a folder and a bank are named, and named again in what is printed."""

import os
import re
import shlex

import pytest

from backprep.bank.questions import read_question

ODD = "b $(touch pwned)"


@pytest.fixture
def odd_answers(workspace, write_answer):
    """Answers in a folder whose name does something when a shell reads it."""
    path = write_answer()
    (workspace / "answers").rename(workspace / ODD)
    return workspace / ODD / path.relative_to(workspace / "answers")


@pytest.mark.parametrize(
    "name",
    [
        "answers/autograd/gradient.py",
        "./answers/autograd/gradient.py",
        "questions/autograd/gradient.md",
        "Gradient",
        "AUTOGRAD/GRADIENT",
    ],
)
def test_a_question_goes_by_its_file_and_in_any_case(backprep, write_answer, name):
    write_answer()
    done = backprep("check", name)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("autograd/gradient ")


def test_a_file_in_another_folder_is_not_taken_for_the_answer(
    backprep, write_answer, odd_answers
):
    write_answer("wrong = 1\n")
    named = f"{ODD}/autograd/gradient.py"
    refused = backprep("check", named)
    assert refused.returncode == 2
    assert "is not the answer to autograd/gradient in answers" in refused.stderr
    for order in (["--answers", ODD, named], [named, "--answers", ODD]):
        assert backprep("check", *order).returncode == 0


@pytest.mark.parametrize("command", ["start", "reset", "hint", "history"])
def test_a_printed_command_can_be_pasted(backprep, odd_answers, command):
    said = backprep(command, "gradient", "--answers", ODD).stdout
    printed = re.findall(r"\b(?:cp|backprep) .*", said)
    words = [word for line in printed for word in shlex.split(line)]
    assert any(word.startswith(ODD) for word in words), printed


def test_a_hint_counts_for_the_answers_that_are_named(backprep, workspace):
    """The folder of answers is the attempt's, wherever it is."""
    done = backprep("hint", "gradient", "2", "--answers", ODD)
    assert done.returncode == 0
    assert f"backprep hint gradient 3 --answers {shlex.quote(ODD)}" in done.stdout


def test_a_relative_link_is_put_aside_with_what_it_leads_to(backprep, workspace):
    theirs = workspace / "elsewhere.py"
    theirs.write_text("theirs = 1\n")
    link = workspace / "answers/autograd/gradient.py"
    link.parent.mkdir(parents=True)
    link.symlink_to("../../elsewhere.py")
    assert backprep("reset", "gradient").returncode == 0
    (kept,) = (workspace / "answers/.kept").rglob("*.py")
    assert kept.read_text() == "theirs = 1\n"
    assert theirs.read_text() == "theirs = 1\n"
    assert not link.is_symlink()
    assert "raise NotImplementedError" in link.read_text()


def test_a_bank_of_ones_own(backprep, workspace):
    made = backprep("new", "linear_algebra/outer", "--bank", "my bank")
    assert made.returncode == 0, made.stderr
    bank = workspace / "my bank"
    option = f" --bank {shlex.quote(str(bank))}"
    assert f"backprep verify outer{option}" in made.stdout
    assert read_question("linear_algebra/outer", bank).topic_title == "Linear algebra"
    listed = backprep("list", "--bank", bank)
    assert "outer" in listed.stdout
    assert "gradient" not in listed.stdout
    started = backprep("--bank", bank, "start", "outer")
    assert f"backprep check outer{option}" in started.stdout
    answer = workspace / "answers/linear_algebra/outer.py"
    answer.write_text((bank / "solutions/linear_algebra/outer.py").read_text())
    assert backprep("check", "outer", "--bank", bank).returncode == 0
    second = backprep("new", "calculus/inner", "--bank", bank)
    assert second.returncode == 0
    assert "order: 2" in (bank / "questions/calculus/index.md").read_text()


def test_the_rules_say_what_a_bank_still_lacks(backprep, workspace):
    backprep("new", "linear_algebra/outer", "--bank", "mine")
    lacking = backprep("verify", "outer", "--bank", "mine")
    assert lacking.returncode == 1
    assert "name an example" in lacking.stdout


def test_a_topic_with_a_typing_mistake_is_not_made(backprep):
    done = backprep("new", "autogard/x")
    assert done.returncode == 2
    assert '"autogard/x" names no topic' in done.stderr


ESCAPE = "\x1b]0;evil\x07"


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", ESCAPE],
        ["start", "gradient", "--answers", ESCAPE],
        ["list", "--bank", ESCAPE],
        ["mock", "--topics", ESCAPE],
        ["new", f"autograd/{ESCAPE}"],
        ["journal", "import", ESCAPE],
        ["plan", "--date", "2030-01-01", "--ics", ESCAPE],
    ],
)
def test_what_a_terminal_would_obey_is_refused_and_shown(backprep, arguments):
    done = backprep(*arguments)
    assert done.returncode == 2
    assert "\x1b" not in done.stdout + done.stderr
    assert "\\x1b]0;evil" in done.stderr


def test_a_kept_answer_is_shown_with_its_escapes(backprep, write_answer):
    text = read_question("autograd/gradient").solution_path.read_text()
    write_answer(f"{text}\n# {ESCAPE}\n")
    assert backprep("check", "gradient").returncode == 0
    shown = backprep("history", "gradient", "--show", "1").stdout
    assert "\\x1b]0;evil" in shown
    assert "\x1b" not in shown


def test_a_reveal_counts_for_one_who_only_checks(backprep, write_answer):
    """The solution that was shown is no pass of one's own."""
    backprep("reveal", "gradient", "--yes")
    write_answer()
    assert "revealed before it passed" in backprep("check", "gradient").stdout
    assert "Again: revealed before it passed" in backprep("history", "gradient").stdout


def test_looking_at_the_answer_after_a_pass_changes_nothing(backprep, write_answer):
    write_answer()
    backprep("check", "gradient")
    before = backprep("history", "gradient").stdout
    backprep("reveal", "gradient", "--yes")
    assert backprep("history", "gradient").stdout == before


def test_an_interview_is_not_held_for_a_file_that_cannot_be_written(backprep):
    done = backprep("mock", "--save", "nowhere/debrief.md")
    assert done.returncode == 2


def test_a_pipe_is_no_journal(backprep, workspace):
    os.mkfifo(workspace / "pipe")
    done = backprep("journal", "import", "pipe")
    assert done.returncode == 3
    assert "pipe is a FIFO; a file is expected there." in done.stderr


def test_a_file_in_the_place_of_a_topics_folder_is_named(backprep, workspace):
    (workspace / "answers").mkdir()
    (workspace / "answers/autograd").write_text("")
    said = backprep("start", "gradient").stderr
    assert "a part of its path is a file, not a folder" in said
