"""A coach with a clock that tests move, and a judge that says what they want."""

from datetime import datetime, timedelta, timezone

import pytest

from backprep import bank, workspace
from backprep.coach import Coach
from backprep.journal import Journal
from backprep.starter import starter
from backprep.verdict import Check, Verdict, not_attempted

HERE = timezone(timedelta(hours=1))


class FakeClock:
    """Stands still unless a test moves it."""

    def __init__(self):
        self.wall = datetime(2026, 11, 25, 10, 0, tzinfo=HERE)
        self.awake = 1000.0
        self.asleep = 0.0

    def now(self):
        return self.wall

    def monotonic(self):
        return self.awake

    def boottime(self):
        return self.awake + self.asleep

    def work(self, seconds):
        self.wall += timedelta(seconds=seconds)
        self.awake += seconds

    def sleep(self, seconds):
        self.wall += timedelta(seconds=seconds)
        self.asleep += seconds

    def set_wall(self, seconds):
        """Somebody sets the clock, by so much."""
        self.wall += timedelta(seconds=seconds)


class FakeJudge:
    """Gives the verdict that `says` names, and remembers what it was asked."""

    def __init__(self):
        self.says = "failed"
        self.asked = []

    def __call__(self, question, answers, **options):
        self.asked.append(question.id)
        if workspace.read(question.answer(answers)) == starter(question):
            return not_attempted(question, "Not started.")
        outcome = "passed" if self.says == "passed" else "failed"
        checks = [Check("test_one", outcome), Check("test_two", "passed")]
        return Verdict(question.id, self.says, 0.1, checks)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def judge():
    return FakeJudge()


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "home")
    yield journal
    journal.close()


@pytest.fixture
def new_coach(tmp_path, clock, judge):
    """Another coach on the same journal, as another process would have it."""

    def new(journal=None):
        journal = journal or Journal(tmp_path / "home")
        answers = tmp_path / "answers"
        return Coach(journal, answers, bank.load(), clock=clock, judge=judge)

    return new


@pytest.fixture
def coach(new_coach, journal):
    return new_coach(journal)


@pytest.fixture
def gradient(coach):
    return coach.questions["autograd/gradient"]


@pytest.fixture
def work_on(coach, clock):
    """Work at an attempt for some seconds, with a tick in each."""

    def work(attempt, seconds, coach=coach):
        for _ in range(seconds):
            clock.work(1)
            assert coach.tick(attempt.id) == 0

    return work
