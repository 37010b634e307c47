"""One question being worked at."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.binding import Binding, BindingType

from backprep.bank.model_answer import model_answer
from backprep.bank.question import Question
from backprep.clock import minutes_and_seconds
from backprep.journal import grading
from backprep.practice.coach import Coach
from backprep.practice.interview import Interview
from backprep.screen import keys
from backprep.screen.answer_page import answer_page
from backprep.screen.follow_ups import FollowUps
from backprep.screen.judging import Judging
from backprep.screen.messages import (
    Leave,
    NextInInterview,
    NextQuestion,
    OpenEditor,
    Reopen,
)
from backprep.screen.question_state import LEVELS, QuestionState
from backprep.screen.rubric_page import RubricPage
from backprep.screen.surroundings import Surroundings
from backprep.workspace.answer_file import way_back


class QuestionScreen(Judging):
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
        self._at_once = at_once

    def on_mount(self) -> None:
        if self._at_once:
            self.call_after_refresh(self.action_enter)

    async def action_press(self, name: str) -> None:
        """What a key does, or why it does nothing."""
        if not self.is_drawable:
            return  # the key came before there was something to see
        key = keys.BY_NAME[name]
        why_not = key.use(self.situation).why_not
        self.say_aside(why_not)
        if not why_not:
            await self.run_action(key.action)

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
