"""One judging at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from backprep.judge.errors import Stopped
from backprep.judge.stop import Stop
from backprep.judge.verdict import Verdict
from backprep.practice.coach import Coach
from backprep.screen.surroundings import Surroundings

TIME_IS_UP = "Time is up. Your answer is kept as it is now, and judged …"


class Runs:
    """Judges the answer of an attempt, as often as somebody asks.

    A run that is asked for gives up the one before it, except the one at time up:
    for that it waits. `shows` is called, from any thread, when `busy` has changed.
    """

    def __init__(
        self, coach: Coach, surroundings: Surroundings, shows: Callable[[], object]
    ) -> None:
        self.busy = ""
        """What is being waited for, in words; empty while nothing is."""
        self.at_time_up = False
        """Whether the run is the one that time up asks for."""
        self._coach = coach
        self._surroundings = surroundings
        self._shows = shows
        self._stop: Stop | None = None
        self._wanted = False

    def give_up(self) -> None:
        """Give up the run that is going, if one is."""
        if self._stop is not None:
            self._stop.set()

    async def judge(self, attempt_id: str) -> Verdict | None:
        """The verdict on the answer as it is now; None where the run was given up,
        or follows the one at time up. Raises JudgeError."""
        if self.at_time_up:
            self._wanted = True
            return None
        stop = self._begin(
            "loading torch once …"
            if self._surroundings.judge_is_starting
            else "judging …"
        )
        try:
            verdict = await asyncio.to_thread(
                lambda: self._coach.run(attempt_id, notify=self._notify, stop=stop)
            )
        except Stopped:
            return None
        finally:
            self._end(stop)
        if self._stop is not stop:
            return None
        self._surroundings.judge_is_starting = False
        return verdict

    async def judge_at_time_up(self, attempt_id: str) -> Verdict | None:
        """Keep the answer as it is at time up, and judge it as in time; None where
        there is nothing to judge. Raises JudgeError."""
        stop = self._begin(TIME_IS_UP)
        self.at_time_up, self._wanted = True, False
        try:
            return await asyncio.to_thread(self._coach.time_up, attempt_id, stop)
        except Stopped:
            return None
        finally:
            self.at_time_up = False
            self._end(stop)

    def take_wanted(self) -> bool:
        """Whether a run was asked for during the one at time up, said once."""
        wanted, self._wanted = self._wanted, False
        return wanted

    def _begin(self, words: str) -> Stop:
        self.give_up()
        self._stop = stop = Stop()
        self._say(words)
        return stop

    def _end(self, stop: Stop) -> None:
        if self._stop is stop:
            self._say("")

    def _notify(self, text: str) -> None:
        self._say(f"{text} …")

    def _say(self, words: str) -> None:
        self.busy = words
        self._shows()
