"""Two ways to a verdict: which is taken where, and that both say the same."""

import os
from dataclasses import replace

import pytest

from backprep.bank.near_misses import near_misses
from backprep.bank.questions import load_questions, read_question
from backprep.judge import client, errors, ways
from backprep.judge.stop import Stop
from backprep.judge.system import System

EVERYTHING = System(True, True, True, True, True, True)
GRADIENT = read_question("autograd/gradient")


@pytest.fixture
def system(monkeypatch):
    """Have another system stand for this one."""

    def have(**features):
        other = replace(EVERYTHING, **features)
        monkeypatch.setattr(System, "found", classmethod(lambda cls: other))
        return other

    return have


@pytest.mark.parametrize(
    ("missing", "forks"),
    [
        ({}, True),
        ({"fork": False}, False),
        ({"unix_sockets": False}, False),
        ({"file_locks": False}, False),
        ({"proc": False}, False),
        ({"resource_limits": False}, True),
    ],
)
def test_the_system_decides(system, missing, forks):
    system(**missing)
    assert ways.chosen({}).forks is forks


def test_the_variable_decides_over_it(system):
    system()
    assert not ways.chosen({"BACKPREP_JUDGE": "fresh"}).forks
    system(proc=False)
    assert ways.chosen({"BACKPREP_JUDGE": "fork"}).forks


def test_what_is_not_there_is_not_taken(system):
    system(fork=False)
    with pytest.raises(errors.WrongWay, match="not all here; unset BACKPREP_JUDGE"):
        ways.chosen({"BACKPREP_JUDGE": "fork"})


def test_another_word_is_a_wrong_use(backprep):
    done = backprep("list", BACKPREP_JUDGE="thread")
    assert done.returncode == 2
    assert done.stderr == "BACKPREP_JUDGE is 'thread'; set it to fork or fresh.\n"


def test_what_a_system_lacks_is_said_only_there(system):
    assert list(EVERYTHING.lacks(fresh=False)) == []
    (watched,) = EVERYTHING.lacks(fresh=True)
    assert "ends the process that watches it" in watched
    windows = replace(EVERYTHING, process_groups=False, proc=False)
    memory, left = windows.lacks(fresh=True)
    assert memory.startswith("memory is not limited here")
    assert left.startswith("processes that an answer starts may run on")


# one near miss of each question, the first dozen of them
NEAR_MISSES = [near_misses(question)[0] for question in load_questions()[::4]][:12]


@pytest.mark.parametrize("wrong", NEAR_MISSES, ids=lambda wrong: wrong.name)
def test_both_ways_say_the_same_of_a_near_miss(wrong, monkeypatch):
    question = next(q for q in load_questions() if wrong in near_misses(q))
    monkeypatch.setattr(client, "known_answers", lambda question: [wrong])
    said = []
    for way in ("fork", "fresh"):
        monkeypatch.setenv("BACKPREP_JUDGE", way)
        verdict = client.judge_known_answers(question)[wrong.name]
        said.append({**verdict.as_dict(), "seconds": 0.0})
    assert said[0]["verdict"] == "failed"
    assert said[0] == said[1]


def test_a_fresh_verdict_can_be_given_up(fresh_way, tmp_path):
    path = GRADIENT.answer_path(tmp_path)
    path.parent.mkdir()
    path.write_text("while True:\n    pass\n")
    stop = Stop()
    with pytest.raises(errors.Stopped):
        client.judge(GRADIENT, tmp_path, notify=lambda text: stop.set(), stop=stop)


def test_several_known_answers_are_judged_one_by_one(
    small_bank, monkeypatch, fresh_way
):
    monkeypatch.setenv("BACKPREP_BANK", str(small_bank))
    found = client.judge_known_answers(read_question("autograd/double"))
    assert {name: verdict.verdict for name, verdict in found.items()} == {
        "adds_one": "failed",
        "detaches": "failed",
    }


def test_a_fresh_process_has_no_key_to_find(fresh_way, tmp_path):
    """What the order said is neither in its environment nor on its command line."""
    path = GRADIENT.answer_path(tmp_path)
    path.parent.mkdir()
    path.write_text(
        "import os, sys\nprint(sys.argv[1:], [n for n in os.environ if 'KEY' in n])\n"
        + GRADIENT.solution_path.read_text()
    )
    verdict = client.judge(GRADIENT, tmp_path)
    assert verdict.verdict == "passed"
    assert verdict.output.startswith("[]")
    assert os.environ["BACKPREP_JUDGE"] == "fresh"
