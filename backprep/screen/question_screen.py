"""One question being worked at."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.worker import Worker

from backprep.bank.model_answer import rubric
from backprep.bank.question import Question
from backprep.clock import minutes_and_seconds
from backprep.files import FileProblem
from backprep.journal import grading
from backprep.judge.errors import JudgeError, Stopped
from backprep.judge.stop import Stop
from backprep.practice.coach import Coach
from backprep.practice.interview import Interview
from backprep.screen import keys
from backprep.screen.answer_page import answer_page
from backprep.screen.confirm import Confirm
from backprep.screen.follow_ups import FollowUps
from backprep.screen.predictions import Predictions
from backprep.screen.question_state import LEVELS, QuestionState
from backprep.screen.question_view import QuestionView
from backprep.screen.rubric_page import RubricPage
from backprep.screen.save_watcher import SaveWatcher
from backprep.workspace.answer_file import way_back


class QuestionScreen(QuestionView):
    """Drives the attempt at a question through the coach.

    Whatever touches the disk or waits for the judge runs in a thread, so that the
    keys always answer; what is shown follows from the attempt alone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key.key, key.action, show=False) for key in keys.KEYS),
        Binding("escape", "leave_field", show=False),
        Binding("question_mark,f1", "all_keys", show=False),
    ]

    def __init__(
        self,
        coach: Coach,
        question: Question,
        *,
        minutes: float | None = None,
        reason: str = "",
        word: str = "",
        interview: Interview | None = None,
        at_once: bool = False,
    ) -> None:
        super().__init__(
            QuestionState(coach, question, minutes, reason, interview), word
        )
        self.interview = interview
        self._at_once = at_once
        self._flow: Worker[None] | None = None
        self._beat: Worker[None] | None = None
        self._stop: Stop | None = None
        self._saves: SaveWatcher | None = None
        self._time_up = False
        self._keeping = self._wanted = False

    def on_mount(self) -> None:
        self.query_one("#reading").focus()
        self.draw()
        self.set_interval(1, self.beat)
        if self._at_once:
            self.call_after_refresh(self.action_enter)

    def on_unmount(self) -> None:
        self.give_up_the_run()
        if self._saves is not None:
            self._saves.close()

    # one thing at a time

    def flow(self, steps: Coroutine[Any, Any, None]) -> None:
        """Take these steps, unless others are being taken: a key that is pressed
        twice counts once."""
        if self._flow is not None and not self._flow.is_finished:
            steps.close()
            return
        self._flow = self.run_worker(self._told(steps))

    async def _told(self, steps: Coroutine[Any, Any, None]) -> None:
        try:
            await steps
        except (JudgeError, FileProblem) as error:
            self.say(str(error))
        self.draw()

    async def ask(self, text: str, choices: dict[str, str], otherwise: str) -> str:
        return await self.practice.push_screen_wait(Confirm(text, choices, otherwise))

    def beat(self) -> None:
        """Every second: a sign of life, and a look at the clock."""
        if self._beat is None or self._beat.is_finished:
            self._beat = self.run_worker(self._told_beat())
        self.draw_state()

    async def _told_beat(self) -> None:
        attempt = self.question_state.attempt
        if attempt is None or not attempt.running:
            return
        away = await asyncio.to_thread(self.coach.tick, attempt.id)
        if away:
            self.run_worker(self._away(attempt.id, away))
        attempt = self.coach.attempt(attempt.id)
        if attempt.running and not self._time_up:
            remaining = self.coach.remaining(attempt.id)
            interview = self.interview
            if interview is not None and interview.remaining <= 0:
                self._time_up = True
                self.run_worker(self._told(self._interview_over(attempt.id)))
            elif remaining <= 0 and not attempt.time_was_up:
                self._time_up = interview is None
                self.run_worker(self._told(self._over(attempt.id)))

    # beginning, pausing, leaving

    def action_enter(self) -> None:
        match self.question_state.situation.state:
            case keys.READY:
                self.flow(self._begin(blank=self.question_state.old_answer))
            case keys.PAUSED:
                self.flow(self._resume())
            case keys.WORKING if self.question_state.spoken:
                self.flow(self._tick_the_rubric())
            case keys.FINISHED if self.interview is not None:
                self.practice.next_in_interview()
            case _:
                self.judge()

    def action_keep(self) -> None:
        if self.question_state.situation.state == keys.READY:
            self.flow(self._begin(blank=False))

    async def _begin(self, blank: bool) -> None:
        mock = self.question_state.mock_id
        attempt = await asyncio.to_thread(
            lambda: self.coach.begin(
                self.question, minutes=self.question_state.minutes, mock=mock
            )
        )
        self._word = ""
        if blank:
            path, kept = await asyncio.to_thread(self.coach.reset, attempt.id)
            if kept is not None:
                self._word = f"Your old answer is kept. {way_back(path, kept)}"
        self.question_state.attempt_id = attempt.id
        self._time_up = self.coach.remaining(attempt.id) <= 0
        self._saves = SaveWatcher(
            self.question,
            self.coach.answers,
            saved=lambda: self._from_a_thread(self.saved),
            failed=lambda why: self._from_a_thread(self.say, why),
        )
        if self.question_state.predicting:
            self.query_one(Predictions).take()

    async def _resume(self) -> None:
        assert self.question_state.attempt_id is not None
        await asyncio.to_thread(self.coach.resume, self.question_state.attempt_id)
        self._word = ""

    def action_pause(self) -> None:
        self.flow(self.pause())

    async def pause(self, reason: str = "asked") -> None:
        attempt = self.question_state.attempt
        if attempt is not None and attempt.running:
            await asyncio.to_thread(self.coach.pause, attempt.id, reason)
            self._word = ""

    def action_leave(self) -> None:
        self.practice.leave()

    async def close_up(self, reason: str) -> list[str]:
        """Stop the clock, and say how to go on."""
        self.keep_the_form()
        self.give_up_the_run()
        await self.pause(reason)
        attempt = self.question_state.attempt
        if attempt is None or attempt.finished:
            return []
        left = self.coach.remaining(attempt.id)
        time = minutes_and_seconds(abs(left))
        how = "left" if left > 0 else "over time"
        return [
            f"{self.question.id} is paused, with {time} {how}. "
            f"Your answer is in {self.question_state.path}."
        ]

    # running the checks

    def _from_a_thread(self, action: Callable[..., object], *values: object) -> None:
        # the screen may be gone by now
        with contextlib.suppress(RuntimeError):
            self.practice.call_from_thread(action, *values)

    def saved(self) -> None:
        """The answer was saved: judge it, where there is something to judge."""
        if self.question_state.predicting and not self.query_one(Predictions).take():
            return  # it was the form that saved
        if (
            not self.question_state.spoken
            or self.question_state.situation.state == keys.FINISHED
        ):
            self.judge()

    def judge(self) -> None:
        """Run the checks; a run that is going is given up for this one."""
        if self.question_state.attempt_id is None:
            return
        if self.question_state.predicting:
            if self.query_one(Predictions).problem():
                return
            self.keep_the_form()
        if self._keeping:
            self._wanted = True
            return
        self.give_up_the_run()
        self._stop = Stop()
        self.run_worker(
            self._told(self._judge(self.question_state.attempt_id, self._stop))
        )

    def keep_the_form(self) -> None:
        """What is typed is in the file, too, whatever comes."""
        if self.question_state.predicting and self.question_state.attempt is not None:
            try:
                self.query_one(Predictions).keep()
            except FileProblem as error:
                self.say(str(error))

    def on_input_blurred(self) -> None:
        self.keep_the_form()

    def give_up_the_run(self) -> None:
        if self._stop is not None:
            self._stop.set()

    async def _judge(self, attempt_id: str, stop: Stop) -> None:
        self.busy = "loading torch once …" if self.practice.loading else "judging …"
        self.draw_state()
        try:
            verdict = await asyncio.to_thread(
                lambda: self.coach.run(attempt_id, notify=self._notify, stop=stop)
            )
        except Stopped:
            return
        finally:
            if self._stop is stop:
                self.busy = ""
        if self._stop is stop:
            self.practice.loading = False
            self.show_verdict(verdict)

    def _notify(self, text: str) -> None:
        self.busy = f"{text} …"
        self._from_a_thread(self.draw_state)

    def action_edit(self) -> None:
        self.flow(self._edit())

    async def _edit(self) -> None:
        self.say(
            await self.practice.edit(self.question.answer_path(self.coach.answers))
        )

    # help

    def action_hint(self) -> None:
        self.flow(self._hint())

    async def _hint(self) -> None:
        attempt = self.question_state.attempt
        level = self.question_state.next_hint
        if attempt is None or level is None:
            return
        cost = grading.hint_cost(attempt, level)
        text = f"Hint {level} is {LEVELS[level - 1]}. {cost}"
        if await self.ask(text, {"h": "show it"}, "no"):
            await asyncio.to_thread(self.coach.hint, attempt.id, level)
            self.say(f"Hint {level} stands below the prompt.")
            self.show_hint()

    def action_reveal(self) -> None:
        self.flow(self._reveal())

    async def _reveal(self) -> None:
        attempt = self.question_state.attempt
        assert attempt is not None
        text = (
            "Reveal the answer? This ends the attempt, which counts as Again; your "
            "own answer stays as it is."
        )
        if await self.ask(text, {"r": "reveal it"}, "no"):
            self.give_up_the_run()
            await asyncio.to_thread(self.coach.reveal, attempt.id)
            await asyncio.to_thread(self.coach.finish, attempt.id, "gave up")
            self._word = ""
            self.action_compare()

    def action_compare(self) -> None:
        dark = self.practice.current_theme.dark
        self.practice.push_screen(answer_page(self.question, self.coach.answers, dark))

    def action_follow_ups(self) -> None:
        attempt_id = self.question_state.attempt_id
        assert attempt_id is not None

        def asked(number: int) -> None:
            self.run_worker(asyncio.to_thread(self.coach.follow_up, attempt_id, number))

        self.practice.push_screen(FollowUps(self.question, asked))

    # the ends of an attempt

    async def _tick_the_rubric(self) -> None:
        assert self.question_state.attempt_id is not None
        # the talking is over; what takes its time now is looking back
        await asyncio.to_thread(self.coach.pause, self.question_state.attempt_id)
        page = RubricPage(self.question.title, rubric(self.question))
        ticked = await self.practice.push_screen_wait(page)
        if ticked is None:
            await self._resume()
        else:
            await asyncio.to_thread(
                self.coach.rubric, self.question_state.attempt_id, *ticked
            )
            self._word = ""

    async def _over(self, attempt_id: str) -> None:
        """The time is over: nothing is handed in or shown, overtime is offered."""
        await self._keep_at_time_up(attempt_id)
        if self.coach.attempt(attempt_id).finished:
            return
        if self.interview is not None:
            self.say(f"The {self.question.minutes} minutes of this one are over.")
            return
        text = "Time is up. What you have is kept, and nothing is handed in."
        choices = {"enter": "go on in overtime", "x": "end here"}
        if await self.ask(text, choices, "go on in overtime") == "x":
            await asyncio.to_thread(self.coach.finish, attempt_id, "failed")

    async def _keep_at_time_up(self, attempt_id: str) -> None:
        """Judge what there is, as in time; a run that is asked for meanwhile waits."""
        self.keep_the_form()
        self.give_up_the_run()
        self._stop = stop = Stop()
        self._keeping, self._wanted = True, False
        self.busy = "Time is up. Your answer is kept as it is now, and judged …"
        self.draw_state()
        try:
            verdict = await asyncio.to_thread(self.coach.time_up, attempt_id, stop)
        except Stopped:
            return
        finally:
            self._keeping = False
            self.busy = ""
        self._word = ""
        if verdict is not None:
            self.show_verdict(verdict)
        self.draw()
        if self._wanted:
            self.judge()

    async def _interview_over(self, attempt_id: str) -> None:
        await self._keep_at_time_up(attempt_id)
        if not self.coach.attempt(attempt_id).finished:
            text = "The interview's time is over. What you have is kept."
            choices = {"enter": "end it", "o": "finish this one in overtime"}
            if await self.ask(text, choices, "end it") == "o":
                return
            await asyncio.to_thread(self.coach.finish, attempt_id, "failed")
        self.practice.next_in_interview()

    def action_end(self) -> None:
        self.flow(self._end())

    async def _end(self) -> None:
        attempt = self.question_state.attempt
        assert attempt is not None
        text = "End this attempt without a pass? Your answer stays as it is."
        if await self.ask(text, {"x": "end it"}, "no"):
            self.give_up_the_run()
            outcome = "failed" if attempt.time_was_up else "abandoned"
            await asyncio.to_thread(self.coach.finish, attempt.id, outcome)
            self._word = ""

    async def _away(self, attempt_id: str, seconds: float) -> None:
        text = (
            f"Nothing ran here for {minutes_and_seconds(seconds)}; the machine slept, "
            "it seems. That time is not counted."
        )
        if await self.ask(text, {"c": "count it after all"}, "leave it out"):
            await asyncio.to_thread(self.coach.count, attempt_id, seconds)
        self.draw()

    def action_grade(self, step: int) -> None:
        self.flow(self._grade(step))

    async def _grade(self, step: int) -> None:
        assert self.question_state.attempt_id is not None
        finish = self.coach.finished(self.question_state.attempt_id)
        choices = finish.grade.choices
        if finish.rating in choices:
            at = choices.index(finish.rating) + step
            if 0 <= at < len(choices):
                await asyncio.to_thread(
                    self.coach.regrade, self.question_state.attempt_id, choices[at]
                )
        self._word = ""

    def action_blank(self) -> None:
        self.flow(self._blank())

    async def _blank(self) -> None:
        attempt = self.question_state.attempt
        assert attempt is not None
        if not attempt.finished:
            text = "Start over from blank? Your answer is kept aside, and time runs on."
            if not await self.ask(text, {"b": "start over"}, "no"):
                return
        self.give_up_the_run()
        path, kept = await asyncio.to_thread(self.coach.reset, attempt.id)
        word = "There was no answer to keep."
        if kept is not None:
            word = f"Your answer is kept. {way_back(path, kept)}"
        if attempt.finished:
            self.practice.turn_to(self.question, word=word)
        else:
            self.question_state.verdict = None
            self.remove_class("-checks")
            self.say(word)

    def action_next(self) -> None:
        if self.interview is not None:
            self.flow(self._leave_this_one())
        else:
            self.practice.next_question(self.question)

    async def _leave_this_one(self) -> None:
        attempt = self.question_state.attempt
        assert attempt is not None
        text = "Leave this question? It counts as not passed."
        if await self.ask(text, {"n": "leave it"}, "no"):
            self.give_up_the_run()
            await asyncio.to_thread(self.coach.finish, attempt.id, "failed")
            self.practice.next_in_interview()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now."""
        known = [k for k in keys.KEYS if k.action.partition("(")[0] == action]
        return not known or any(
            key.does(self.question_state.situation) for key in known
        )

    def on_input_submitted(self) -> None:
        self.action_enter()
