"""A coach with a clock that tests move, and a judge that says what they want."""

from datetime import datetime, timedelta, timezone

import pytest
from click.testing import CliRunner

from backprep import bank
from backprep.cli import cli
from backprep.clock import SystemClock
from backprep.coach import Coach
from backprep.journal import Journal
from backprep.verdict import Check, Verdict

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


@pytest.fixture
def command(tmp_path, clock, home, monkeypatch):
    """Run a command in this process, by the test's clock and over its journal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "88")
    for name in ("now", "monotonic", "boottime"):
        monkeypatch.setattr(SystemClock, name, staticmethod(getattr(clock, name)))

    def run(*arguments, stdin=""):
        done = CliRunner().invoke(cli, list(map(str, arguments)), input=stdin)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run


@pytest.fixture
def practise(coach, clock, judge, tmp_path):
    """Work at a question for some minutes, with an answer that is no starter."""

    def practise(question, minutes, outcome="passed", hints=0, **beginning):
        attempt = coach.begin(coach.questions[question], **beginning)
        coach.questions[question].answer(tmp_path / "answers").write_text("mine = 1\n")
        clock.work(minutes * 60)
        for level in range(1, hints + 1):
            coach.hint(attempt.id, level)
        if outcome == "revealed":
            coach.reveal(attempt.id)
            outcome = "gave up"
        if outcome in ("passed", "failed"):
            judge.says = outcome
            coach.run(attempt.id)
        coach.finish(attempt.id, outcome)
        return coach.attempt(attempt.id)

    return practise
