"""The practice screen in a real terminal, from its start to each of its ends."""

import re
import signal

import pytest

from backprep.bank.questions import load_questions
from backprep.journal.journal import Journal
from backprep.practice.coach import Coach
from tests.tool.screen.terminal import Terminal

CTRL_C = "\x03"


@pytest.fixture
def practise(workspace):
    return lambda *arguments, **options: Terminal(
        "practice", *arguments, cwd=workspace, **options
    )


@pytest.fixture
def events(home):
    return lambda: [event for _, event in Journal(home).events()]


def begin(terminal):
    terminal.sees("derivative", "starts the clock")
    terminal.types("\r")
    terminal.sees("min left")


def test_ctrl_c_pauses_says_how_to_go_on_and_ends_with_130(practise, events):
    with practise("gradient") as terminal:
        begin(terminal)
        terminal.types(CTRL_C)
        assert terminal.ends() == 130
        assert "autograd/gradient is paused" in terminal.text
        assert "Go on with: backprep practice" in terminal.text
        assert "Traceback" not in terminal.text
    assert [event.kind for event in events()] == ["started", "paused"]
    assert events()[-1].data["reason"] == "asked"


def test_a_closed_terminal_pauses(practise, events):
    with practise("gradient") as terminal:
        begin(terminal)
        assert terminal.closes() != 0
    assert events()[-1].kind == "paused"
    assert events()[-1].data["reason"] == "closed"


def test_being_asked_to_end_pauses(practise, events):
    with practise("gradient") as terminal:
        begin(terminal)
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.ends() == 128 + signal.SIGTERM
    assert events()[-1].data["reason"] == "closed"


def test_what_was_killed_is_gone_on_with(practise, events, home, workspace):
    with practise("gradient") as terminal:
        begin(terminal)
        terminal.kill()
    with practise() as terminal:
        terminal.sees("autograd/gradient: Unfinished:", "Enter goes on")
        terminal.types("\r")
        terminal.sees("min left", "every save is judged")
        terminal.types("q")
        assert terminal.ends() == 0
    assert [event.kind for event in events()].count("started") == 1
    coach = Coach(Journal(home), workspace / "answers", load_questions())
    (attempt,) = coach.unfinished()
    assert 0 <= coach.elapsed(attempt.id) < attempt.limit


def test_the_first_line_says_which_question_and_why(practise):
    with practise() as terminal:
        terminal.sees("The next one on the path.")
        terminal.types("q")
        assert terminal.ends() == 0


def test_an_editor_of_the_terminal_gets_the_terminal(practise, tmp_path, events):
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "editing $1"\nread line\necho "$line" > "$1"\n')
    editor.chmod(0o755)
    with practise("gradient", EDITOR=str(editor), VISUAL="") as terminal:
        begin(terminal)
        terminal.types("e")
        terminal.sees("editing ")
        terminal.types("mine = 1\n")
        terminal.sees("gradient.py does not define")
        terminal.types("q")
        assert terminal.ends() == 0


def test_no_color_leaves_shades_of_grey(practise):
    with practise("gradient", NO_COLOR="1") as terminal:
        terminal.sees("starts the clock")
        terminal.types("q")
        terminal.ends()
    shades = re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)", terminal.raw)
    assert all(red == green == blue for red, green, blue in shades)


def test_what_has_no_signs_gets_ascii(practise):
    with practise("gradient", PYTHONIOENCODING="ascii") as terminal:
        terminal.sees("starts the clock")
        terminal.types("q")
        terminal.ends()
    assert terminal.raw.isascii()


def test_a_dumb_terminal_is_told_what_to_use(practise):
    with practise("gradient", TERM="dumb") as terminal:
        assert terminal.ends() == 2
    assert "backprep start gradient" in terminal.text
    assert "\x1b" not in terminal.raw.decode()


@pytest.mark.parametrize("arguments", [[], ["gradient"]])
def test_without_a_terminal_it_ends_at_once(arguments, backprep):
    done = backprep("practice", *arguments)
    assert done.returncode == 2
    question = arguments[0] if arguments else load_questions()[0].slug
    assert f"backprep start {question}," in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_without_a_question_it_says_which_one_first(backprep):
    first = backprep("practice").stdout.splitlines()[0]
    assert first == f"{load_questions()[0].id}: The next one on the path."
