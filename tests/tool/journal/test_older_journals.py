"""A journal that an earlier version wrote is read, and goes on."""

import sqlite3
from datetime import UTC, datetime

import pytest

from backprep.journal.history import History
from backprep.journal.journal import Journal

TABLES = """
CREATE TABLE events (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL,
    line TEXT NOT NULL
);
CREATE INDEX events_in_order ON events (seq, id);
CREATE TABLE pulse (attempt TEXT PRIMARY KEY, at TEXT NOT NULL, elapsed REAL NOT NULL);
CREATE TABLE checkpoint (
    one INTEGER PRIMARY KEY CHECK (one = 1), row INTEGER NOT NULL,
    version INTEGER NOT NULL, state TEXT NOT NULL
);
CREATE TABLE imports (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL);
INSERT INTO imports VALUES (1, 0);
INSERT INTO checkpoint VALUES (1, 2, 2, '{"planned": {}}\n[]');
PRAGMA user_version = 1;
"""
ATTEMPT = "ab" * 16
LINE = (
    '{{"id": "{id}", "seq": {seq}, "at": "2026-11-25T10:0{seq}:00.000+01:00", '
    '"kind": "{kind}", "question": "autograd/gradient", "attempt": "{attempt}", '
    '"data": {{"elapsed": {elapsed}, {data}}}}}'
)
STARTED = '"minutes": 10, "mock": null, "from": "terminal"'
RAN = '"verdict": "passed", "passed": 7, "total": 7, "failed": [], "seconds": 0.1'
FINISHED = '"outcome": "passed", "edited": true, "snapshot": null'


@pytest.fixture
def older(tmp_path):
    lines = [
        (ATTEMPT, "started", 0.0, STARTED),
        ("0" * 32, "ran", 60.5, RAN),
        ("1" * 32, "finished", 60.5, FINISHED),
    ]
    with sqlite3.connect(tmp_path / "journal.db") as connection:
        connection.executescript(TABLES)
        for seq, (identity, kind, elapsed, data) in enumerate(lines, 1):
            line = LINE.format(
                id=identity,
                seq=seq,
                attempt=ATTEMPT,
                kind=kind,
                elapsed=elapsed,
                data=data,
            )
            connection.execute(
                "INSERT INTO events (id, seq, line) VALUES (?, ?, ?)",
                (identity, seq, line),
            )
    connection.close()
    return tmp_path


def test_its_attempts_are_what_they_were(older):
    journal = Journal(older)
    history = History()
    history.follow(journal)
    (attempt,) = history.attempts.values()
    assert journal.notice == ""
    assert (attempt.passed_after, attempt.timed, attempt.in_time) == (60.5, True, True)
    assert history.planned is None


def test_what_is_written_now_comes_after_it(older):
    journal = Journal(older)
    history = History()
    history.follow(journal)
    event = journal.append(
        "reset", at=datetime(2026, 11, 26, tzinfo=UTC), attempt=ATTEMPT
    )
    assert event.seq == 4
    assert history.follow(journal) == [event]
