"""One question being worked at."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, ClassVar, ParamSpec, TypeVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.worker import Worker

from backprep.bank.model_answer import model_answer
from backprep.bank.question import Question
from backprep.clock import minutes_and_seconds
from backprep.files import FileProblem
from backprep.journal import grading
from backprep.judge.errors import JudgeError
from backprep.practice.coach import Coach
from backprep.practice.interview import Interview
from backprep.screen import keys
from backprep.screen.answer_page import answer_page
from backprep.screen.confirm import Confirm
from backprep.screen.follow_ups import FollowUps
from backprep.screen.messages import (
    Leave,
    NextInInterview,
    NextQuestion,
    OpenEditor,
    Reopen,
)
from backprep.screen.overlay import Overlay
from backprep.screen.predictions import Predictions
from backprep.screen.question_state import LEVELS, QuestionState
from backprep.screen.question_view import QuestionView
from backprep.screen.rubric_page import RubricPage
from backprep.screen.runs import Runs
from backprep.screen.save_watcher import Watcher
from backprep.screen.surroundings import Surroundings
from backprep.workspace import answer_file
from backprep.workspace.answer_file import way_back

T = TypeVar("T")
P = ParamSpec("P")


class QuestionScreen(QuestionView):
    """Drives the attempt at a question through the coach.

    Whatever touches the disk or waits for the judge runs in a thread, so that the
    keys always answer; what is shown follows from the attempt alone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key.key, f"press('{key.key}')", show=False) for key in keys.KEYS),
        Binding("escape", "leave_field", show=False),
        Binding("question_mark,f1", "all_keys", show=False),
    ]

    def __init__(
        self,
        coach: Coach,
        question: Question,
        surroundings: Surroundings,
        *,
        minutes: float | None = None,
        reason: str = "",
        word: str = "",
        interview: Interview | None = None,
        at_once: bool = False,
    ) -> None:
        state = QuestionState(coach, question, minutes, reason, interview)
        super().__init__(state, surroundings, word)
        self.interview = interview
        self.runs = Runs(coach, surroundings, self._from_any_thread(self.draw_state))
        self._at_once = at_once
        self._steps: Worker[None] | None = None
        self._tick: Worker[None] | None = None
        self._writes: set[asyncio.Future[Any]] = set()
        self._watcher: Watcher | None = None
        self._time_up = False
        self._left = False

    @property
    def busy(self) -> str:
        """What is being waited for, in words."""
        return self.runs.busy

    def on_mount(self) -> None:
        self.query_one("#reading").focus()
        self.draw()
        self.set_interval(1, self.tick)
        if self._at_once:
            self.call_after_refresh(self.action_enter)

    def on_unmount(self) -> None:
        self.runs.give_up()
        if self._watcher is not None:
            self._watcher.close()

    # one thing at a time

    async def action_press(self, name: str) -> None:
        """What a key does, or why it does nothing."""
        if not self.is_drawable:
            return  # the key came before there was something to see
        key = keys.BY_NAME[name]
        why_not = key.use(self.situation).why_not
        self.say_aside(why_not)
        if not why_not:
            await self.run_action(key.action)

    def take(self, steps: Coroutine[Any, Any, None]) -> None:
        """Take these steps, unless others are being taken: a key that is pressed
        twice counts once."""
        if self._left or (self._steps is not None and not self._steps.is_finished):
            steps.close()
            return
        self._steps = self.run_worker(self._told(steps))

    async def _told(self, steps: Coroutine[Any, Any, None]) -> None:
        try:
            await steps
        except (JudgeError, FileProblem) as error:
            self.say(str(error))
        self.draw()

    async def _write(
        self, action: Callable[P, T], *values: P.args, **options: P.kwargs
    ) -> T:
        """Let the coach do something, in a thread. Leaving waits for it, even
        where the steps that it belongs to are given up."""
        act = self.question_state.act
        written = asyncio.ensure_future(
            asyncio.to_thread(act, partial(action, *values, **options))
        )
        self._writes.add(written)
        written.add_done_callback(self._writes.discard)
        return await asyncio.shield(written)

    async def _answer_to(self, overlay: Overlay[T]) -> T | None:
        return await self.app.push_screen_wait(overlay)

    async def _ask(self, text: str, choices: dict[str, str], otherwise: str) -> str:
        return await self._answer_to(Confirm(text, choices, otherwise)) or ""

    async def _confirmed(self, key: str, text: str, word: str) -> bool:
        """Whether the user wants what a key does, which pressing it again says, and
        it still can be done then."""
        if not await self._ask(text, {key: word}, "no"):
            return False
        why_not = keys.BY_NAME[key].use(self.situation).why_not
        self.say_aside(why_not)
        return not why_not

    def _go(self, message: Message) -> None:
        """Leave this screen for good, once."""
        if not self._left:
            self._left = True
            self.post_message(message)

    def _from_any_thread(self, action: Callable[..., object]) -> Callable[..., None]:
        def call(*values: object) -> None:
            # the screen may be gone by now
            with contextlib.suppress(RuntimeError):
                self.app.call_later(action, *values)

        return call

    # every second

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
            await asyncio.to_thread(self.coach.write)
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

    # beginning, pausing, leaving

    def action_enter(self) -> None:
        """Begin, go on, judge, or end the talking."""
        state = self.question_state
        match state.situation.state:
            case keys.READY:
                self.take(self._begin(blank=state.old_answer))
            case keys.PAUSED:
                self.take(self._resume())
            case keys.WORKING if state.spoken:
                self.take(self._tick_the_rubric())
            case keys.FINISHED if self.interview is not None:
                self._go(NextInInterview())
            case _:
                self.judge()

    def action_keep(self) -> None:
        """Begin with the old answer."""
        self.take(self._begin(blank=False))

    async def _begin(self, blank: bool) -> None:
        state = self.question_state
        try:
            self.word = await self._write(state.begin, blank)
        finally:
            if state.attempt_id is not None:
                self._watch()

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

    async def _resume(self) -> None:
        assert self.question_state.attempt_id is not None
        self.word = ""
        await self._write(self.coach.resume, self.question_state.attempt_id)

    def action_pause(self) -> None:
        """Stop the clock, and with it the judging."""
        if self.runs.at_time_up:
            self.say_aside(
                "The answer is being judged as it was at time up; pause then."
            )
        else:
            self.take(self.pause())

    async def pause(self, reason: str = "asked") -> None:
        """Stop the clock, if it runs; nothing is judged while it does not."""
        attempt = self.question_state.attempt
        if attempt is not None and attempt.running:
            self.runs.give_up()
            self.word = ""
            await self._write(self.coach.pause, attempt.id, reason)

    def action_leave(self) -> None:
        """Ask the application to leave."""
        self.post_message(Leave())

    async def close_up(self, reason: str) -> list[str]:
        """Stop the clock, and say how to go on."""
        self._left = True
        self.keep_the_form()
        self.runs.give_up()
        await asyncio.gather(*self._writes, return_exceptions=True)
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

    def on_input_submitted(self) -> None:
        self.aside = ""
        self.action_enter()

    def action_edit(self) -> None:
        """Open the answer in the user's editor."""
        path = self.question.answer_path(self.coach.answers)
        self.post_message(OpenEditor(path))

    # help

    def action_hint(self) -> None:
        """Say what the next hint costs, and show it if it is wanted."""
        self.take(self._hint())

    async def _hint(self) -> None:
        attempt, level = self.question_state.attempt, self.question_state.next_hint
        if attempt is None or level is None:
            return
        cost = grading.hint_cost(attempt, level)
        text = f"Hint {level} is {LEVELS[level - 1]}. {cost}"
        if await self._confirmed("h", text, "show it"):
            await self._write(self.coach.hint, attempt.id, level)
            self.say(f"Hint {level} stands below the prompt.")
            self.show_hint()

    def action_reveal(self) -> None:
        """Show the answer, which ends the attempt, if that is wanted."""
        self.take(self._reveal())

    async def _reveal(self) -> None:
        text = (
            "Reveal the answer? This ends the attempt, which counts as Again; your "
            "own answer stays as it is."
        )
        if await self._confirmed("r", text, "reveal it"):
            self.runs.give_up()
            await self._write(self.question_state.give_up)
            self.word = ""
            self.action_compare()

    def action_compare(self) -> None:
        """Show the answer beside the user's own."""
        dark = self.app.current_theme.dark
        self.open(answer_page(self.question, self.coach.answers, dark))

    def action_follow_ups(self) -> None:
        """Ask the follow-up questions, one by one."""
        attempt_id = self.question_state.attempt_id
        assert attempt_id is not None

        def asked(number: int) -> None:
            self.run_worker(self._write(self.coach.follow_up, attempt_id, number))

        self.open(FollowUps(self.question, asked))

    # the ends of an attempt

    async def _tick_the_rubric(self) -> None:
        attempt_id = self.question_state.attempt_id
        assert attempt_id is not None
        # the talking is over; what takes its time now is looking back
        await self._write(self.coach.pause, attempt_id)
        page = RubricPage(self.question.title, model_answer(self.question).rubric)
        ticked = await self._answer_to(page)
        if self.question_state.situation.state == keys.FINISHED:
            return
        if ticked is None:
            await self._resume()
        else:
            self.word = ""
            await self._write(self.coach.rubric, attempt_id, *ticked)

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

    def action_end(self) -> None:
        """End the attempt without a pass, if that is wanted."""
        self.take(self._end())

    async def _end(self) -> None:
        text = "End this attempt without a pass? Your answer stays as it is."
        if not await self._confirmed("x", text, "end it"):
            return
        attempt = self.question_state.attempt
        assert attempt is not None
        self.runs.give_up()
        outcome = "failed" if attempt.time_was_up else "abandoned"
        self.word = ""
        await self._write(self.coach.finish, attempt.id, outcome)

    async def _away(self, attempt_id: str, seconds: float) -> None:
        text = (
            f"Nothing ran here for {minutes_and_seconds(seconds)}; the machine slept, "
            "it seems. That time is not counted."
        )
        counted = await self._ask(text, {"c": "count it after all"}, "leave it out")
        if counted and self.question_state.situation.state == keys.WORKING:
            await self._write(self.coach.count, attempt_id, seconds)

    def action_grade(self, step: int) -> None:
        """Move the rating by a step."""
        self.take(self._grade(step))

    async def _grade(self, step: int) -> None:
        attempt_id = self.question_state.attempt_id
        assert attempt_id is not None
        finish = self.coach.finished(attempt_id)
        choices = finish.grade.choices
        at = choices.index(finish.rating) + step if finish.rating in choices else -1
        if 0 <= at < len(choices):
            self.word = ""
            await self._write(self.coach.regrade, attempt_id, choices[at])
        else:
            result = self.question_state.result
            self.say_aside(f"{result} The table moves it no further.")

    def action_blank(self) -> None:
        """Start the answer over; asks first in the middle of an attempt."""
        self.take(self._blank())

    async def _blank(self) -> None:
        attempt = self.question_state.attempt
        assert attempt is not None
        text = "Start over from blank? Your answer is kept aside, and time runs on."
        if not attempt.finished and not await self._confirmed("b", text, "start over"):
            return
        attempt = self.question_state.attempt
        assert attempt is not None
        self.runs.give_up()
        self.drop_verdict()
        path, kept = await self._write(self.coach.reset, attempt.id)
        word = "There was no answer to keep."
        if kept is not None:
            word = f"Your answer is kept. {way_back(path, kept)}"
        if attempt.finished:
            self._go(Reopen(self.question, word))
        else:
            self.say(word)

    def action_next(self) -> None:
        """Another question; in an interview, leave this one if that is wanted."""
        if self.interview is not None:
            self.take(self._leave_this_one())
        else:
            self._go(NextQuestion(self.question))

    async def _leave_this_one(self) -> None:
        text = "Leave this question? It counts as not passed."
        if await self._confirmed("n", text, "leave it"):
            attempt_id = self.question_state.attempt_id
            assert attempt_id is not None
            self.runs.give_up()
            await self._write(self.coach.finish, attempt_id, "failed")
            self._go(NextInInterview())
