"""Killed at any moment: what was acknowledged is there, and the attempt goes on."""

import json
import os
import signal
import subprocess
import sys

import pytest

from backprep.bank.questions import bank_root

SCRIPT = """
import os, signal, sys
from pathlib import Path
from backprep.bank.questions import load_questions
from backprep.journal import journal
from backprep.judge.verdict import Check, Verdict
from backprep.practice.coach import Coach

folder, fatal, when = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
written = 0
append = journal.Journal.append

def watched(self, *args, **kwargs):
    global written
    if when == "before" and written == fatal:
        os.kill(os.getpid(), signal.SIGKILL)
    event = append(self, *args, **kwargs)
    print(event.line, flush=True)
    written += 1
    if when == "after" and written == fatal:
        os.kill(os.getpid(), signal.SIGKILL)
    return event

journal.Journal.append = watched

def judge(question, answers, **options):
    return Verdict(question.id, says, 0.1, [Check("test_one", says)])

made = journal.Journal(folder / "home")
coach = Coach(made, folder / "answers", load_questions(), judge=judge)
question = coach.questions["autograd/gradient"]
attempt = coach.begin(question)
question.answer_path(coach.answers).write_text("mine")
coach.hint(attempt.id, 1)
coach.pause(attempt.id)
coach.resume(attempt.id)
says = "failed"
coach.run(attempt.id)
coach.time_up(attempt.id)
coach.reveal(attempt.id)
says = "passed"
coach.run(attempt.id)
coach.regrade(attempt.id, "hard")
print("done", flush=True)
"""
WRITTEN = [
    "started",
    "hinted",
    "paused",
    "resumed",
    "ran",
    "time_up",
    "revealed",
    "ran",
    "finished",
    "self_graded",
]


def until_killed(folder, fatal, when):
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder), str(fatal), when],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(bank_root())},
    )


def test_the_script_writes_these_events(tmp_path):
    run = until_killed(tmp_path, -1, "after")
    assert run.returncode == 0, run.stderr
    *lines, last = run.stdout.splitlines()
    assert [json.loads(line)["kind"] for line in lines] == WRITTEN
    assert last == "done"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fatal", range(1, len(WRITTEN)))
def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path, new_coach, fatal, when):
    run = until_killed(tmp_path, fatal, when)
    assert run.returncode == -signal.SIGKILL, run.stderr
    acknowledged = run.stdout.splitlines()
    assert len(acknowledged) == fatal
    coach = new_coach()
    assert list(coach.journal.lines()) == acknowledged
    assert coach.questions["autograd/gradient"].answer_path(coach.answers).is_file()
    (attempt,) = coach.history.attempts.values()
    if not attempt.finished:
        assert coach.begin(coach.questions[attempt.question]).id == attempt.id
        assert coach.attempt(attempt.id).running


def test_a_kill_in_the_middle_of_a_write_leaves_the_journal_whole(tmp_path):
    """The process dies inside the transaction, before it is committed."""
    script = """
import os, signal, sqlite3, sys
from datetime import UTC, datetime
from pathlib import Path
from backprep.journal import journal, tables
made = journal.Journal(Path(sys.argv[1]))
made.append("ran", at=datetime.now(UTC))
insert = tables.insert
def dies(*args, **kwargs):
    insert(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
tables.insert = dies
made.append("ran", at=datetime.now(UTC))
"""
    run = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert run.returncode == -signal.SIGKILL
    from backprep.journal.journal import Journal

    journal = Journal(tmp_path)
    assert journal.notice == ""
    assert len(list(journal.lines())) == 1
