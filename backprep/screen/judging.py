"""Saves, runs and the clock of a question that is being worked at."""

from __future__ import annotations

import asyncio

from textual.worker import Worker

from backprep.clock import minutes_and_seconds
from backprep.files import FileProblem
from backprep.screen import keys
from backprep.screen.messages import NextInInterview
from backprep.screen.predictions import Predictions
from backprep.screen.question_state import QuestionState
from backprep.screen.runs import Runs
from backprep.screen.save_watcher import Watcher
from backprep.screen.steps import Steps
from backprep.screen.surroundings import Surroundings
from backprep.workspace import answer_file


class Judging(Steps):
    """Judges the answer when it is saved and when its time is up.

    It looks at the journal and at the clock every second.
    """

    def __init__(
        self,
        question_state: QuestionState,
        surroundings: Surroundings,
        word: str,
    ) -> None:
        super().__init__(question_state, surroundings, word)
        self.interview = question_state.interview
        self.runs = Runs(
            self.coach, surroundings, self._from_any_thread(self.draw_state)
        )
        self._tick: Worker[None] | None = None
        self._watcher: Watcher | None = None
        self._time_up = False

    def on_mount(self) -> None:
        self.draw()
        self.set_interval(1, self.tick)

    def on_unmount(self) -> None:
        self.runs.give_up()
        if self._watcher is not None:
            self._watcher.close()

    @property
    def busy(self) -> str:
        """What is being waited for, in words."""
        return self.runs.busy

    def tick(self) -> Worker[None]:
        """Every second: what happened elsewhere, a sign of life, and the clock.

        Returns what is waiting for the disk.
        """
        if self._tick is None or self._tick.is_finished:
            self._tick = self.run_worker(self._follow_and_tick())
        return self._tick

    async def _follow_and_tick(self) -> None:
        if not self.runs.at_time_up:
            judging = bool(self.runs.busy)
            said = await asyncio.to_thread(self.question_state.follow, judging)
            if said:
                self.word = f"{said} {self.question_state.result}".strip()
                self.draw()
        self.draw_state()
        attempt = self.question_state.attempt
        if attempt is None or not attempt.running or self._left:
            return
        if attempt.id not in self.coach.driven():
            await self._write(self.coach.resume, attempt.id)
        away = await asyncio.to_thread(self.coach.tick, attempt.id)
        if away:
            self.run_worker(self._told(self._away(attempt.id, away)))
        attempt = self.question_state.attempt
        if attempt is not None and attempt.running and not self._time_up:
            self._look_at_the_clock(attempt.id, attempt.time_was_up)

    def _look_at_the_clock(self, attempt_id: str, time_was_up: bool) -> None:
        interview = self.interview
        if interview is not None and interview.remaining <= 0:
            self._time_up = True
            self.run_worker(self._told(self._interview_over(attempt_id)))
        elif self.coach.remaining(attempt_id) <= 0 and not time_was_up:
            self._time_up = interview is None
            self.run_worker(self._told(self._over(attempt_id)))

    async def _over(self, attempt_id: str) -> None:
        """The time is over: nothing is handed in or shown, overtime is offered."""
        await self._judge_at_time_up(attempt_id)
        if self._is_over():
            return
        if self.interview is not None:
            self.say(f"The {self.question.minutes} minutes of this one are over.")
            return
        text = "Time is up. What you have is kept, and nothing is handed in."
        choices = {"enter": "go on in overtime", "x": "end here"}
        answer = await self._ask(text, choices, "go on in overtime")
        if answer == "x" and not self._is_over():
            await self._write(self.coach.finish, attempt_id, "failed")

    async def _judge_at_time_up(self, attempt_id: str) -> None:
        self.keep_the_form()
        verdict = await self.runs.judge_at_time_up(attempt_id)
        self.question_state.acknowledge()
        self.word = ""
        if verdict is not None:
            self.show_verdict(verdict)
        self.draw()
        if self.runs.take_wanted():
            self.judge()

    async def _interview_over(self, attempt_id: str) -> None:
        await self._judge_at_time_up(attempt_id)
        if not self._is_over():
            text = "The interview's time is over. What you have is kept."
            choices = {"enter": "end it", "o": "finish this one in overtime"}
            if await self._ask(text, choices, "end it") == "o":
                return
            await self._write(self.coach.finish, attempt_id, "failed")
        self._go(NextInInterview())

    def _is_over(self) -> bool:
        attempt = self.question_state.attempt
        return attempt is None or attempt.finished

    async def _away(self, attempt_id: str, seconds: float) -> None:
        text = (
            f"Nothing ran here for {minutes_and_seconds(seconds)}; the machine slept, "
            "it seems. That time is not counted."
        )
        counted = await self._ask(text, {"c": "count it after all"}, "leave it out")
        if counted and self.question_state.situation.state == keys.WORKING:
            await self._write(self.coach.count, attempt_id, seconds)

    def _watch(self) -> None:
        if self._watcher is None:
            self._watcher = self.surroundings.watch(
                self.question,
                self.coach.answers,
                saved=self._from_any_thread(self.saved),
                failed=self._from_any_thread(self.say),
            )
        if self.question_state.predicting:
            self.query_one(Predictions).take()

    def saved(self) -> None:
        """The answer was saved: judge it, where there is something to judge."""
        if not self._left:
            self.run_worker(self._told(self._saved()))

    async def _saved(self) -> None:
        state = self.question_state
        if state.predicting and not self.query_one(Predictions).take():
            return  # it was the form that saved
        if state.spoken and state.situation.state != keys.FINISHED:
            return
        edited = await asyncio.to_thread(
            answer_file.edited, self.question, self.coach.answers
        )
        if edited:
            self.judge()
        elif state.verdict is not None:
            self.drop_verdict()
            self.say(
                "Your answer is the starter again; nothing is judged until you edit."
            )

    def judge(self) -> None:
        """Run the checks; a run that is going is given up for this one."""
        state = self.question_state
        if state.attempt_id is None or self._left:
            return
        if state.situation.state == keys.PAUSED:
            self.say_aside(
                "The attempt is paused, and nothing is judged; Enter goes on."
            )
            return
        if state.predicting:
            if self.query_one(Predictions).problem():
                return
            self.keep_the_form()
        self.run_worker(self._told(self._judge(state.attempt_id)))

    async def _judge(self, attempt_id: str) -> None:
        verdict = await self.runs.judge(attempt_id)
        self.question_state.acknowledge()
        if verdict is not None:
            self.show_verdict(verdict)

    def keep_the_form(self) -> None:
        """What is typed is in the file, too, whatever comes."""
        if self.question_state.predicting and self.question_state.attempt is not None:
            try:
                self.query_one(Predictions).keep()
            except FileProblem as error:
                self.say(str(error))

    def on_input_blurred(self) -> None:
        self.keep_the_form()
