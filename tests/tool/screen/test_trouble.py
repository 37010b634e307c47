"""A journal that cannot be written: one sentence, and the attempt goes on."""

import sqlite3
from types import SimpleNamespace

import pytest

from backprep.journal import database
from backprep.journal import journal as journals
from backprep.journal.journal import JournalError
from tests.tool.screen.player import play


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ("database or disk is full", "no room left on the disk"),
        ("attempt to write a readonly database", "cannot be written"),
        ("database is locked", "locked for"),
    ],
)
def test_the_attempt_goes_on_and_is_written_later(
    problem, said, coach, gradient, judge, clock, monkeypatch
):
    append = journals.Journal.append
    broken = True

    def fails(self, *arguments, **options):
        if broken:
            raise self._database._explained(sqlite3.OperationalError(problem))
        return append(self, *arguments, **options)

    monkeypatch.setattr(journals.Journal, "append", fails)

    async def scenario(user):
        nonlocal broken
        await user.begins()
        await user.sees("The journal was not written", said)
        await user.works(clock, 60)
        await user.sees("9 min left", said)
        await user.press("h", "h")
        await user.sees("Hint 1, a nudge.")
        broken = False
        judge.says = "passed"
        gradient.answer_path(coach.answers).write_text("mine = 1\n")
        await user.press("enter")
        await user.sees("Good: passed in 1:00 of 10:00, one hint.")
        assert not user.says("The journal was not written")

    play(coach, gradient, scenario)
    assert [event.kind for _, event in coach.journal.events()] == [
        *("started", "hinted", "ran", "finished"),
    ]


def test_a_really_locked_journal_leaves_the_keys_alive(
    coach, gradient, clock, journal, monkeypatch
):
    monkeypatch.setattr(database, "PATIENCE", 0.2)
    coach.journal.close()  # to be opened with less patience

    async def scenario(user):
        await user.begins()
        other = sqlite3.connect(journal.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await user.press("p")
        await user.press("question_mark")
        await user.sees("All keys")
        await user.press("escape")
        await user.sees("paused", "locked for")
        other.execute("ROLLBACK")
        await user.press("enter")
        await user.until(lambda: user.state == "working")
        assert not user.says("locked for")

    play(coach, gradient, scenario)
    kinds = [event.kind for _, event in coach.journal.events()]
    assert kinds == ["started", "paused", "resumed"]


def test_what_is_lost_at_the_end_is_said(coach, gradient, monkeypatch):
    async def scenario(user):
        await user.begins()

        def fails(self, *arguments, **options):
            raise JournalError("The journal was not written: no room.")

        monkeypatch.setattr(journals.Journal, "append", fails)
        await user.leaves("q")

    app = play(coach, gradient, scenario)
    assert app.said[-1] == "The journal was not written: no room."


@pytest.fixture
def disk(monkeypatch):
    """Has room for the journal as long as it is not `full`."""
    disk = SimpleNamespace(full=False)
    append = journals.Journal.append

    def appended(self, *arguments, **options):
        if disk.full:
            raise JournalError("The journal was not written: no room.")
        return append(self, *arguments, **options)

    monkeypatch.setattr(journals.Journal, "append", appended)
    return disk


def test_a_pass_that_is_not_written_is_said_and_written_as_soon_as_it_can_be(
    coach, gradient, judge, disk
):
    async def scenario(user):
        await user.begins()
        gradient.answer_path(coach.answers).write_text("mine = 1\n")
        disk.full, judge.says = True, "passed"
        await user.press("enter")
        await user.sees("Good: passed", "The journal was not written")
        await user.beat()
        await user.sees("Good: passed", "The journal was not written")
        disk.full = False
        await user.beat()
        assert not user.says("The journal was not written")

    play(coach, gradient, scenario)
    kinds = [event.kind for _, event in coach.journal.events()]
    assert kinds == ["started", "ran", "finished"]


def test_what_waits_is_written_on_the_way_out(coach, gradient, disk):
    disk.full = True

    async def scenario(user):
        await user.begins()
        await user.press("x", "x")
        await user.sees("no review")
        disk.full = False
        await user.leaves("q")

    app = play(coach, gradient, scenario)
    assert not any("not written" in line for line in app.said)
    kinds = [event.kind for _, event in coach.journal.events()]
    assert kinds == ["started", "finished"]
