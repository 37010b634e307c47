"""The journal: nothing that was acknowledged is ever lost."""

import multiprocessing
import re
import sqlite3
from datetime import UTC, datetime

import pytest

from backprep.journal.event import EventError, from_line
from backprep.journal.journal import Journal, JournalError, Pulse

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


def fill(journal, number, question="autograd/gradient"):
    return [
        journal.append("ran", at=NOW, question=question, data={"elapsed": n})
        for n in range(number)
    ]


def events(journal):
    return [event for _, event in journal.events()]


def test_gives_back_what_was_written_in_its_order(journal):
    written = fill(journal, 5)
    assert events(journal) == written
    assert [event.seq for event in written] == [1, 2, 3, 4, 5]


def test_an_event_is_there_for_the_next_process(journal):
    (event,) = fill(journal, 1)
    assert events(Journal(journal.folder)) == [event]


def test_only_what_is_new_comes_after_a_row(journal):
    fill(journal, 3)
    last = max(row for row, _ in journal.events())
    assert list(journal.events(last)) == []
    (event,) = fill(journal, 1)
    assert [event for _, event in journal.events(last)] == [event]


def test_a_line_of_the_export_is_the_event(journal):
    written = fill(journal, 3)
    assert [from_line(line) for line in journal.lines()] == written


def test_merging_adds_what_is_missing_and_nothing_twice(journal, tmp_path):
    other = Journal(tmp_path / "other")
    theirs, ours = fill(other, 3), fill(journal, 2)
    assert journal.merge(theirs) == 3
    assert journal.merge(theirs) == 0
    assert sorted(events(journal), key=lambda e: e.order) == sorted(
        ours + theirs, key=lambda e: e.order
    )


def test_what_is_written_after_a_merge_comes_last(journal, tmp_path):
    other = Journal(tmp_path / "other")
    journal.merge(fill(other, 9))
    (event,) = fill(journal, 1)
    assert events(journal)[-1] == event


def write_many(folder, number):
    journal = Journal(folder)
    for n in range(number):
        journal.append("ran", at=NOW, data={"elapsed": n})


def test_processes_that_write_at_once_lose_nothing(journal):
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=write_many, args=(journal.folder, 40)) for _ in range(3)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    found = events(journal)
    assert len(found) == 120
    assert [event.seq for event in found] == list(range(1, 121))


def test_the_last_sign_of_life_is_kept_and_is_no_event(journal):
    journal.beat("a", Pulse(NOW, 1.5))
    journal.beat("a", Pulse(NOW, 2.5))
    assert journal.pulse("a") == Pulse(NOW, 2.5)
    assert journal.pulse("b") is None
    assert events(journal) == []


def test_a_newer_file_is_read_and_not_written(journal):
    written = fill(journal, 2)
    journal.close()
    with sqlite3.connect(journal.path) as connection:
        connection.execute("PRAGMA user_version = 99")
    newer = Journal(journal.folder)
    assert newer.read_only
    assert "newer backprep" in newer.notice
    assert events(newer) == written
    with pytest.raises(JournalError, match="update backprep"):
        fill(newer, 1)


def torn(path):
    """Overwrite the first page, which says what the file is."""
    content = bytearray(path.read_bytes())
    content[:512] = b"\x00" * 512
    path.write_bytes(content)


def cut(path):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) - 4096])


def replaced(path):
    path.write_text("this is no database\n")


@pytest.mark.parametrize("damage", [torn, cut, replaced])
def test_a_damaged_file_is_set_aside_and_the_rest_recovered(journal, damage):
    written = fill(journal, 60)
    journal.close()  # which empties the write-ahead log into the file
    damage(journal.path)
    mended = Journal(journal.folder)
    found = events(mended)
    assert re.search(r"damaged: \d+ events could be read", mended.notice)
    assert len(list(journal.folder.glob("journal.damaged-*.db"))) == 1
    assert [event for event in written if event in found] == found
    least = {torn: 60, cut: 20, replaced: 0}[damage]
    assert len(found) >= least
    fill(mended, 1)
    assert len(events(Journal(journal.folder))) == len(found) + 1


def test_a_file_that_vanishes_is_begun_anew(journal):
    fill(journal, 1)
    for path in journal.folder.glob("journal.db*"):
        path.unlink()
    fill(journal, 1)
    assert len(events(journal)) == 1


def test_a_locked_journal_says_so(journal, monkeypatch):
    monkeypatch.setattr("backprep.journal.database.PATIENCE", 0.01)
    patient = Journal(journal.folder)
    with sqlite3.connect(journal.path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalError, match=r"has kept .* locked"):
            fill(patient, 1)
        other.rollback()
    fill(patient, 1)


def test_a_full_disk_says_so_and_keeps_what_was_there(journal):
    written = fill(journal, 5)

    def leave_no_room(connection):
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    journal._database.read(leave_no_room)

    def fill_up():
        while True:
            event = journal.append("ran", at=NOW, data={"text": "x" * 2000})
            written.append(event)

    with pytest.raises(JournalError, match="no room left"):
        fill_up()
    assert events(journal) == written


def test_a_folder_that_cannot_be_made_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="Set BACKPREP_HOME"):
        Journal(tmp_path / "file" / "home")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("no json", "not JSON"),
        ("[1]", "not a JSON object"),
        ('{"id": "x"}', "keys"),
        (
            '{"id": "x", "seq": 1, "at": "2026-11-25T10:00:00+00:00", "kind": "ran", '
            '"question": "", "attempt": "", "data": {}}',
            "id is 'x'",
        ),
        (
            f'{{"id": "{"0" * 32}", "seq": true, "at": "2026-11-25T10:00:00+00:00", '
            '"kind": "ran", "question": "", "attempt": "", "data": {}}',
            "seq is True",
        ),
        (
            f'{{"id": "{"0" * 32}", "seq": 1, "at": "2026-11-25T10:00:00", '
            '"kind": "ran", "question": "", "attempt": "", "data": {}}',
            "with its offset",
        ),
    ],
)
def test_a_line_that_is_no_event_is_refused_with_its_reason(line, why):
    with pytest.raises(EventError, match=why):
        from_line(line)
