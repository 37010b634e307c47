"""What stands in a test for the clock, the judge and the watcher."""

from datetime import datetime, timedelta, timezone

from backprep.captures.still_clock import StillClock
from backprep.judge.verdict import Check, Verdict

HERE = timezone(timedelta(hours=1))


class FakeClock(StillClock):
    """Ten in the morning, until a test moves it."""

    def __init__(self):
        super().__init__(datetime(2026, 11, 25, 10, 0, tzinfo=HERE))


class FakeJudge:
    """Gives the verdict that `says` names, and remembers what it was asked.

    What is to happen while it judges is `meanwhile`; it happens once.
    """

    def __init__(self):
        self.says = "failed"
        self.instead = None
        """Another judge, to ask in place of this one."""
        self.asked = []
        self.meanwhile = None

    def __call__(self, question, answers, **options):
        self.asked.append(question.id)
        if meanwhile := self.meanwhile:
            self.meanwhile = None
            meanwhile()
        if self.instead is not None:
            return self.instead(question, answers, **options)
        outcome = "passed" if self.says == "passed" else "failed"
        checks = [Check("test_one", outcome), Check("test_two", "passed")]
        return Verdict(question.id, self.says, 0.1, checks)


class NoSaves:
    """A watcher that sees nothing: the test says when an answer was saved."""

    def __init__(self, *_, **__):
        pass

    def close(self):
        pass
