"""A journal that is damaged: one process mends it, and nobody's event is lost."""

import fcntl
import json
import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from backprep.bank.questions import bank_root
from backprep.journal.database import IMPATIENCE, PATIENCE
from backprep.journal.journal import Journal, JournalError
from backprep.journal.lock import Busy

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from backprep.journal.journal import Journal

sys.stdin.readline()
journal = Journal(Path(sys.argv[1]))
for n in range(int(sys.argv[2])):
    event = journal.append("ran", at=datetime.now(UTC), data={"elapsed": n})
    print(event.line, flush=True)
    list(journal.events())
"""
HOLDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from backprep.journal.journal import Journal

journal = Journal(Path(sys.argv[1]))
list(journal.events())
print("open", flush=True)
sys.stdin.readline()
print(journal.append("ran", at=datetime.now(UTC), data={"elapsed": 1}).line)
"""


def python(script, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(bank_root())},
    )


def fill(journal, number):
    return [
        journal.append("ran", at=NOW, question="autograd/gradient", data={"n": "x" * n})
        for n in range(number)
    ]


def spoil_the_middle(path):
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = os.urandom(4096)
    path.write_bytes(content)


def ids(journal):
    return {event.id for _, event in journal.events()}


@pytest.fixture
def damaged(journal):
    """The folder of a journal with a page in the middle that is noise."""
    fill(journal, 180)
    journal.close()
    spoil_the_middle(journal.path)
    return journal.folder


@pytest.fixture
def salvaged(damaged, tmp_path):
    """What one process alone gets out of it."""
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "journal.db").write_bytes(
        (damaged / "journal.db").read_bytes()
    )
    alone = Journal(tmp_path / "copy")
    found = ids(alone)
    alone.close()
    return found


def test_six_processes_at_once_lose_nothing_that_was_acknowledged(damaged, salvaged):
    writers = [python(WRITER, damaged, 8) for _ in range(6)]
    for writer in writers:
        writer.stdin.write("\n")
        writer.stdin.flush()
    acknowledged = set()
    for writer in writers:
        out, err = writer.communicate(timeout=60)
        assert writer.returncode == 0, err
        acknowledged |= {json.loads(line)["id"] for line in out.splitlines()}
    assert len(acknowledged) == 48
    after = Journal(damaged)
    assert after.notice == ""
    assert acknowledged <= ids(after)
    assert len(salvaged) > 140
    assert salvaged <= ids(after)
    assert len(list(damaged.glob("journal.damaged-*.db"))) == 1


def test_who_holds_the_old_file_open_writes_into_the_new_one(damaged):
    holders = [python(HOLDER, damaged) for _ in range(2)]
    for holder in holders:
        assert holder.stdout.readline() == "open\n"
    acknowledged = set()
    for holder in holders:
        out, err = holder.communicate("\n", timeout=60)
        assert holder.returncode == 0, err
        acknowledged.add(json.loads(out)["id"])
    assert acknowledged <= ids(Journal(damaged))


def test_a_mending_that_was_killed_is_finished_by_the_next(damaged, salvaged):
    """Whatever step it had come to: the new file is there, the old log is away."""
    script = """
import os, signal, sys
from pathlib import Path
from backprep.journal.journal import Journal
replace = Path.replace
def killed(self, target):
    if self.name == "journal.new":
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(self, target)
Path.replace = killed
list(Journal(Path(sys.argv[1])).events())
"""
    run = python(script, damaged)
    run.communicate(timeout=60)
    assert run.returncode == -9
    after = Journal(damaged)
    assert salvaged <= ids(after)
    assert "damaged" in after.notice


def test_a_line_that_is_not_an_event_is_damage_too(journal):
    first, second, third = fill(journal, 3)
    with sqlite3.connect(journal.path) as connection:
        connection.execute(
            "UPDATE events SET line = '{\"id\"' WHERE id = ?", (second.id,)
        )
    assert {first.id, third.id} <= ids(journal)
    assert "The journal was damaged" in journal.notice


def test_an_empty_file_is_set_aside_and_said(journal):
    fill(journal, 1)
    journal.close()
    for path in journal.folder.glob("journal.db*"):
        path.unlink()
    journal.path.touch()
    after = Journal(journal.folder)
    assert "was empty" in after.notice
    (aside,) = journal.folder.glob("journal.empty-*.db")
    assert str(aside) in after.notice
    assert after.set_aside == [aside]


def test_another_programs_file_is_set_aside_and_not_taken_over(tmp_path):
    path = tmp_path / "journal.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
        connection.execute("INSERT INTO recipes VALUES ('soup')")
        connection.execute("PRAGMA user_version = 7")
    connection.close()
    before = path.read_bytes()
    journal = Journal(tmp_path)
    assert "another program" in journal.notice
    (aside,) = journal.set_aside
    assert aside.read_bytes() == before
    fill(journal, 1)


def test_what_came_after_a_row_is_found_after_a_mending_too(journal):
    fill(journal, 5)
    last = max(row for row, _ in journal.events())
    imports = journal.imports
    journal.close()
    content = bytearray(journal.path.read_bytes())
    content[:100] = bytes(100)
    journal.path.write_bytes(content)
    after = Journal(journal.folder)
    assert len(list(after.events(last))) == 5
    assert after.imports != imports


def test_a_new_file_in_the_place_of_one_that_vanished_is_read_from_its_start(journal):
    fill(journal, 5)
    last = max(row for row, _ in journal.events())
    for path in journal.folder.glob("journal.db*"):
        path.unlink()
    (event,) = fill(journal, 1)
    assert [found for _, found in journal.events(last)] == [event]


def test_a_process_that_keeps_the_lock_is_a_sentence(journal, monkeypatch):
    monkeypatch.setattr("backprep.journal.database.PATIENCE", 0.05)
    with (journal.folder / "journal.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(JournalError, match=r"has kept .* busy"):
            fill(journal, 1)
    fill(journal, 1)


def test_who_has_waited_in_vain_does_not_wait_as_long_again(journal, monkeypatch):
    waited = []

    class Kept:
        def held(self, patience):
            waited.append(patience)
            raise Busy

    monkeypatch.setattr(journal._database, "_lock", Kept())
    for _ in range(3):
        with pytest.raises(JournalError, match="busy"):
            fill(journal, 1)
    assert waited == [PATIENCE, IMPATIENCE, IMPATIENCE]


def spoil_the_text(path, old, new):
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))


@pytest.mark.parametrize("noise", [b"noise", b"\xff\xfe\xff\xfe\xff"])
def test_damage_inside_an_event_takes_that_event_alone(journal, noise):
    written = fill(journal, 20)
    journal.append("reset", at=NOW, data={"word": "spoil"})
    journal.close()
    spoil_the_text(journal.path, b'"word": "spoil"', b'"word": ' + noise + b"  ")
    after = Journal(journal.folder)
    assert [event for _, event in after.events()] == written
    assert "20 events could be read" in after.notice


@pytest.mark.parametrize("noise", [b"noise", b"\xff\xfe\xff\xfe\xff"])
def test_damage_inside_what_was_kept_of_the_replay_takes_nothing(journal, noise):
    written = fill(journal, 20)
    journal.keep_checkpoint(5, 1, "spoil")
    journal.close()
    spoil_the_text(journal.path, b"\nspoil", b"\n" + noise)
    after = Journal(journal.folder)
    assert after.checkpoint(1) is None
    assert [event for _, event in after.events()] == written
