"""The desk: one question being worked at."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Input, Static
from textual.worker import Worker

from backprep import report, schedule, workspace
from backprep.attempt import Attempt
from backprep.bank import Question
from backprep.clock import minutes_and_seconds
from backprep.coach import Coach
from backprep.judge import JudgeError, Stop, Stopped
from backprep.rubric import rubric
from backprep.screen import keys, prose
from backprep.screen.all_keys import all_keys
from backprep.screen.answer import answer_page
from backprep.screen.ask import Ask
from backprep.screen.clock_face import ClockFace
from backprep.screen.follow_ups import FollowUps
from backprep.screen.interview import Interview
from backprep.screen.keys import FINISHED, PAUSED, READY, WORKING, Situation
from backprep.screen.predictions import Predictions
from backprep.screen.rubric_page import RubricPage
from backprep.screen.saves import Saves
from backprep.verdict import Verdict
from backprep.workspace import WorkspaceError

if TYPE_CHECKING:
    from backprep.screen.app import Practice

LEVELS = ("a nudge", "the approach", "the key line")


class Desk(Screen[None]):
    """Shows a question and drives the attempt at it through the coach.

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
    ) -> None:
        super().__init__()
        self.coach = coach
        self.question = question
        self.interview = interview
        self.attempt_id: str | None = None
        self.verdict: Verdict | None = None
        self._minutes = minutes
        self._reason = reason
        self._word = word
        self._flow: Worker[None] | None = None
        self._beat: Worker[None] | None = None
        self._stop: Stop | None = None
        self._judging = ""
        self._saves: Saves | None = None
        self._time_up = False
        self._unfinished = next(
            (
                attempt
                for attempt in coach.unfinished()
                if attempt.question == question.id
                and attempt.mock == (interview.id if interview else None)
            ),
            None,
        )
        self._old_answer = (
            self._unfinished is None
            and question.id in coach.history.tried
            and workspace.edited(question, coach.answers)
        )

    # what is so

    @property
    def attempt(self) -> Attempt | None:
        return self.coach.attempt(self.attempt_id) if self.attempt_id else None

    @property
    def practice(self) -> Practice:
        return cast("Practice", self.app)

    @property
    def spoken(self) -> bool:
        return self.question.kind == "explain"

    @property
    def predicting(self) -> bool:
        return self.question.kind == "predict"

    @property
    def path(self) -> str:
        """Where the answer lies, as short as it can be said from here."""
        path = self.question.answer(self.coach.answers)
        return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)

    @property
    def situation(self) -> Situation:
        attempt = self.attempt
        if attempt is None:
            state = READY
        elif attempt.finished:
            state = FINISHED
        else:
            state = WORKING if attempt.running else PAUSED
        choices = schedule.grade(attempt).choices if attempt else ()
        return Situation(
            state,
            spoken=self.spoken,
            mock=self.interview is not None,
            unfinished=self._unfinished is not None,
            old_answer=self._old_answer,
            hints_left=attempt is not None
            and len(attempt.hints) < len(self.question.hints),
            earned=attempt is not None
            and (attempt.finished or attempt.revealed_after is not None),
            gradable=len(choices) > 1 and self.interview is None,
        )

    # how it looks

    def compose(self) -> ComposeResult:
        with Horizontal(id="head"):
            yield Static(id="title", markup=False)
            yield ClockFace(id="clock", markup=False)
        with Horizontal(id="body"):
            with VerticalScroll(id="reading"):
                yield Static(id="prompt")
                yield Static(id="hints")
            with VerticalScroll(id="work"):
                if self.predicting:
                    yield Predictions(self.question, self.coach.answers)
                yield Static(id="checks")
        yield Static(id="word", markup=False)
        yield Static(id="trouble", markup=False)
        yield Static(id="path", markup=False)
        yield Static(id="keys", markup=False)

    def on_mount(self) -> None:
        self.query_one("#reading").focus()
        self.draw()
        self.set_interval(1, self.beat)
        if self.interview is not None and self.interview.attempts:
            # the clock of the whole interview has been started already
            self.call_after_refresh(self.action_enter)

    def on_unmount(self) -> None:
        self.give_up_the_run()
        if self._saves is not None:
            self._saves.close()

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """Show what is so."""
        if not self.is_mounted:
            return
        question, dark = self.question, self.practice.current_theme.dark
        place = f"{self.interview.place(question)}: " if self.interview else ""
        self.query_one("#title", Static).update(f"{place}{question.title}")
        self.query_one("#prompt", Static).update(prose.markdown(question.prompt, dark))
        self.query_one("#hints", Static).update(self._hints(dark))
        self._draw_checks()
        self.draw_state()

    def draw_state(self) -> None:
        """Show what changes from second to second."""
        now = self.situation
        self.set_class(self.verdict is not None or self.predicting, "-worked")
        self.query_one(ClockFace).turn(self._remaining(now), now.state == PAUSED)
        self.query_one("#word", Static).update(
            self._judging or self._word or self._sentence(now)
        )
        trouble = self.query_one("#trouble", Static)
        trouble.update(self.coach.trouble)
        trouble.display = bool(self.coach.trouble)
        self.query_one("#path", Static).update(self.path)
        line = Text(no_wrap=True)
        in_a_field = isinstance(self.focused, Input)
        width = self.practice.size.width - 2
        for sign, word in keys.IN_A_FIELD if in_a_field else keys.line(now, width):
            line.append(sign, style="bold")
            line.append(f" {word}  ")
        self.query_one("#keys", Static).update(line)

    def say(self, word: str) -> None:
        """Put a sentence where the eye is; it stays until the next one."""
        self._word = word
        if self.is_mounted:
            self.draw_state()

    def _remaining(self, now: Situation) -> float | None:
        if now.state == READY and self._unfinished is None:
            return None if self.interview is None else self.interview.remaining
        if now.state == FINISHED and self.interview is None:
            return None
        if self.interview is not None:
            return self.interview.remaining
        attempt = self.attempt or self._unfinished
        assert attempt is not None
        return self.coach.remaining(attempt.id)

    def _sentence(self, now: Situation) -> str | Text:
        attempt = self.attempt
        if attempt is None:
            return self._invitation()
        if attempt.finished:
            passed = "Passed." if attempt.passed else "Not passed."
            if self.interview is not None:
                return f"{passed} Enter goes on."
            return str(self.coach.finished(attempt.id))
        if now.state == PAUSED:
            return "Paused. Enter goes on."
        if self.spoken:
            return "Say it aloud. Press Enter when done talking."
        if self.verdict is not None and self.verdict.verdict != "not attempted":
            return Text.from_ansi(report.total(self.verdict))
        if self.predicting:
            return "Fill in what you predict; Enter judges it."
        return "Write your answer there; every save is judged."

    def _invitation(self) -> str:
        if self._unfinished is not None:
            return f"{self._reason} Enter goes on.".strip()
        minutes = self._minutes or self.question.minutes
        if self._old_answer:
            start = (
                f"Enter starts {minutes:g} minutes from blank and keeps your old "
                "answer aside; k goes on with it."
            )
        elif self.interview is not None:
            start = f"Enter starts the interview: {self.interview.minutes:g} minutes."
        else:
            start = f"Enter starts the clock: {minutes:g} minutes."
        return f"{self._reason} {start}".strip()

    def _hints(self, dark: bool) -> Any:
        attempt = self.attempt
        shown = sorted(attempt.hints) if attempt else []
        parts = [
            f"**Hint {level}, {LEVELS[level - 1]}.** {self.question.hints[level - 1]}"
            for level in shown
        ]
        return prose.markdown("\n\n".join(parts), dark)

    def _draw_checks(self) -> None:
        checks = self.query_one("#checks", Static)
        if self.verdict is None:
            checks.update("")
            return
        lines = report.body(
            self.verdict,
            self.question.answer(self.coach.answers),
            unicode=self.practice.unicode,
            width=max(40, (checks.size.width or self.practice.size.width) - 1),
        )
        checks.update(Text.from_ansi("\n".join(lines)))

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
        except (JudgeError, WorkspaceError) as error:
            self.say(str(error))
        self.draw()

    async def ask(self, text: str, choices: dict[str, str], otherwise: str) -> str:
        return await self.practice.push_screen_wait(Ask(text, choices, otherwise))

    def beat(self) -> None:
        """Every second: a sign of life, and a look at the clock."""
        if self._beat is None or self._beat.is_finished:
            self._beat = self.run_worker(self._told_beat())
        self.draw_state()

    async def _told_beat(self) -> None:
        attempt = self.attempt
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
        match self.situation.state:
            case keys.READY:
                self.flow(self._begin(blank=self._old_answer))
            case keys.PAUSED:
                self.flow(self._resume())
            case keys.WORKING if self.spoken:
                self.flow(self._tick_the_rubric())
            case keys.FINISHED if self.interview is not None:
                self.practice.next_in_interview()
            case _:
                self.judge()

    def action_keep(self) -> None:
        if self.situation.state == READY:
            self.flow(self._begin(blank=False))

    async def _begin(self, blank: bool) -> None:
        mock = self.interview.id if self.interview else None
        attempt = await asyncio.to_thread(
            lambda: self.coach.begin(self.question, minutes=self._minutes, mock=mock)
        )
        self._word = ""
        if blank:
            path, kept = await asyncio.to_thread(self.coach.reset, attempt.id)
            self._word = f"Your old answer is kept. To get it back: cp {kept} {path}"
        self.attempt_id = attempt.id
        self._time_up = self.coach.remaining(attempt.id) <= 0
        self._saves = Saves(self.question, self.coach.answers, self._saved)
        if self.predicting:
            self.query_one(Predictions).take()

    async def _resume(self) -> None:
        assert self.attempt_id is not None
        await asyncio.to_thread(self.coach.resume, self.attempt_id)
        self._word = ""

    def action_pause(self) -> None:
        self.flow(self.pause())

    async def pause(self, reason: str = "asked") -> None:
        attempt = self.attempt
        if attempt is not None and attempt.running:
            await asyncio.to_thread(self.coach.pause, attempt.id, reason)
            self._word = ""

    def action_leave(self) -> None:
        self.practice.leave()

    async def close_up(self, reason: str) -> list[str]:
        """Stop the clock, and say how to go on."""
        self.give_up_the_run()
        await self.pause(reason)
        attempt = self.attempt
        if attempt is None or attempt.finished:
            return []
        left = self.coach.remaining(attempt.id)
        time = minutes_and_seconds(abs(left))
        how = "left" if left > 0 else "over time"
        return [
            f"{self.question.id} is paused, with {time} {how}. "
            f"Your answer is in {self.path}."
        ]

    # running the checks

    def _saved(self) -> None:
        self.practice.call_from_thread(self.saved)

    def saved(self) -> None:
        """The answer was saved: judge it, where there is something to judge."""
        if self.predicting:
            self.query_one(Predictions).take()
        if not self.spoken or self.situation.state == FINISHED:
            self.judge()

    def judge(self) -> None:
        """Run the checks; a run that is going is given up for this one."""
        if self.attempt_id is None:
            return
        if self.predicting:
            try:
                if self.query_one(Predictions).put():
                    return
            except WorkspaceError as error:
                self.say(str(error))
                return
        self.give_up_the_run()
        self._stop = Stop()
        self.run_worker(self._told(self._judge(self.attempt_id, self._stop)))

    def give_up_the_run(self) -> None:
        if self._stop is not None:
            self._stop.set()

    async def _judge(self, attempt_id: str, stop: Stop) -> None:
        self._judging = "loading torch once …" if self.practice.loading else "judging …"
        self.draw_state()
        try:
            verdict = await asyncio.to_thread(
                lambda: self.coach.run(attempt_id, notify=self._notify, stop=stop)
            )
        except Stopped:
            return
        finally:
            if self._stop is stop:
                self._judging = ""
        if self._stop is stop:
            self.practice.loading = False
            self._show(verdict)

    def _notify(self, text: str) -> None:
        self._judging = f"{text} …"
        self.practice.call_from_thread(self.draw_state)

    def _show(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self._word = ""
        self.add_class("-checks")
        self.draw()
        outcomes = [check.outcome for check in verdict.checks]
        first = next((n for n, o in enumerate(outcomes) if o in ("failed", "error")), 0)
        # what is wrong should be seen without a key; the line before says more comes
        self.query_one("#work").scroll_to(y=max(0, first - 1), animate=False)
        # once it is laid out, its width is known
        self.call_after_refresh(self._draw_checks)

    def action_edit(self) -> None:
        self.flow(self._edit())

    async def _edit(self) -> None:
        self.say(await self.practice.edit(self.question.answer(self.coach.answers)))

    # help

    def action_hint(self) -> None:
        self.flow(self._hint())

    async def _hint(self) -> None:
        attempt = self.attempt
        assert attempt is not None
        level = next(
            n for n in range(1, len(self.question.hints) + 1) if n not in attempt.hints
        )
        cost = schedule.hint_cost(attempt, level)
        text = f"Hint {level} is {LEVELS[level - 1]}. {cost}"
        if await self.ask(text, {"h": "show it"}, "no"):
            await asyncio.to_thread(self.coach.hint, attempt.id, level)
            self.say(f"Hint {level} stands below the prompt.")
            self.remove_class("-checks")
            self.call_after_refresh(
                self.query_one("#reading", VerticalScroll).scroll_end, animate=False
            )

    def action_reveal(self) -> None:
        self.flow(self._reveal())

    async def _reveal(self) -> None:
        attempt = self.attempt
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
        attempt_id = self.attempt_id
        assert attempt_id is not None

        def asked(number: int) -> None:
            self.run_worker(asyncio.to_thread(self.coach.follow_up, attempt_id, number))

        self.practice.push_screen(FollowUps(self.question, asked))

    # the ends of an attempt

    async def _tick_the_rubric(self) -> None:
        assert self.attempt_id is not None
        # the talking is over; what takes its time now is looking back
        await asyncio.to_thread(self.coach.pause, self.attempt_id)
        page = RubricPage(self.question.title, rubric(self.question))
        ticked = await self.practice.push_screen_wait(page)
        if ticked is None:
            await self._resume()
        else:
            await asyncio.to_thread(self.coach.rubric, self.attempt_id, *ticked)
            self._word = ""

    async def _over(self, attempt_id: str) -> None:
        """The time is over: nothing is handed in or shown, overtime is offered."""
        self.say("Time is up. Your answer is kept as it is now …")
        verdict = await asyncio.to_thread(self.coach.time_up, attempt_id)
        if verdict is not None:
            self._show(verdict)
        self._word = ""
        if self.coach.attempt(attempt_id).finished:
            return
        self.draw()
        if self.interview is not None:
            self.say(f"The {self.question.minutes} minutes of this one are over.")
            return
        text = "Time is up. What you have is kept, and nothing is handed in."
        choices = {"enter": "go on in overtime", "x": "end here"}
        if await self.ask(text, choices, "go on in overtime") == "x":
            await asyncio.to_thread(self.coach.finish, attempt_id, "failed")

    async def _interview_over(self, attempt_id: str) -> None:
        self.say("The time is over. Your answer is kept as it is now …")
        verdict = await asyncio.to_thread(self.coach.time_up, attempt_id)
        if verdict is not None:
            self._show(verdict)
        self._word = ""
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
        attempt = self.attempt
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
        assert self.attempt_id is not None
        finish = self.coach.finished(self.attempt_id)
        choices = finish.grade.choices
        if finish.rating in choices:
            at = choices.index(finish.rating) + step
            if 0 <= at < len(choices):
                await asyncio.to_thread(
                    self.coach.regrade, self.attempt_id, choices[at]
                )
        self._word = ""

    def action_blank(self) -> None:
        self.flow(self._blank())

    async def _blank(self) -> None:
        attempt = self.attempt
        assert attempt is not None
        if not attempt.finished:
            text = "Start over from blank? Your answer is kept aside, and time runs on."
            if not await self.ask(text, {"b": "start over"}, "no"):
                return
        self.give_up_the_run()
        path, kept = await asyncio.to_thread(self.coach.reset, attempt.id)
        word = f"Your answer is kept. To get it back: cp {kept} {path}"
        if attempt.finished:
            self.practice.at_desk(self.question, word=word)
        else:
            self.verdict = None
            self.remove_class("-checks")
            self.say(word)

    def action_next(self) -> None:
        if self.interview is not None:
            self.flow(self._leave_this_one())
        else:
            self.practice.next_question(self.question)

    async def _leave_this_one(self) -> None:
        attempt = self.attempt
        assert attempt is not None
        text = "Leave this question? It counts as not passed."
        if await self.ask(text, {"n": "leave it"}, "no"):
            self.give_up_the_run()
            await asyncio.to_thread(self.coach.finish, attempt.id, "failed")
            self.practice.next_in_interview()

    # what only looks

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something now."""
        known = [k for k in keys.KEYS if k.action.partition("(")[0] == action]
        return not known or any(key.does(self.situation) for key in known)

    def action_turn(self) -> None:
        """From the prompt to the checks and back; in a form from line to line."""
        fields = list(self.query(Input))
        if self.focused in fields[:-1]:
            fields[fields.index(self.focused) + 1].focus()
            return
        reading = self.query_one("#reading")
        there = self.focused is reading
        self.set_class(there, "-checks")
        target = fields[0] if there and fields else None
        (target or self.query_one("#work" if there else "#reading")).focus()

    def action_leave_field(self) -> None:
        self.query_one("#work" if self.has_class("-checks") else "#reading").focus()

    def on_descendant_focus(self) -> None:
        self.draw_state()

    def on_input_submitted(self) -> None:
        self.action_enter()

    def action_clock(self) -> None:
        face = self.query_one(ClockFace)
        face.hidden = not face.hidden
        self.draw_state()

    def action_dark(self) -> None:
        self.practice.switch_light()
        self.draw()

    def action_all_keys(self) -> None:
        self.practice.push_screen(all_keys(self.situation))
