"""The application: it opens questions, and every way out of it is through here."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import threading
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import LineFilter

from backprep.bank.question import Question
from backprep.exit_codes import BROKEN, INTERRUPTED, PASSED
from backprep.practice.coach import Coach
from backprep.practice.interview import Interview
from backprep.practice.suggest import suggest
from backprep.screen import markdown
from backprep.screen.ascii import Ascii
from backprep.screen.messages import (
    Leave,
    NextInInterview,
    NextQuestion,
    OpenEditor,
    Reopen,
)
from backprep.screen.question_screen import QuestionScreen
from backprep.screen.surroundings import Surroundings
from backprep.terminal.editor import chosen

if TYPE_CHECKING:
    from textual.types import CSSPathType

LIGHT_BACKGROUNDS = ("7", "15")
"""As COLORFGBG numbers them."""
PATIENCE = 8.0
"""Seconds after which a closed terminal is not waited for any more."""

Warm = Callable[[Callable[[str], None]], object]


class Practice(App[int]):
    """Runs until the user leaves; returns the program's exit code."""

    CSS_PATH: ClassVar[CSSPathType | None] = "style.tcss"
    TITLE = "backprep"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "interrupt", show=False, priority=True),
        Binding("ctrl+q", "leave", show=False, priority=True),
    ]

    def __init__(
        self,
        coach: Coach,
        question: Question,
        *,
        minutes: float | None = None,
        reason: str = "",
        interview: Interview | None = None,
        surroundings: Surroundings | None = None,
        warm: Warm | None = None,
        again: str = "backprep practice",
    ) -> None:
        """Practise `question` first.

        `minutes` and `reason` are of this question: the time that it may take, its
        own unless it is given, and why it is this one. `warm` starts the judge, and
        tells the function that it is given when that takes a while. `again` is the
        command to go on with, which is said to whoever leaves.
        """
        super().__init__()
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]
        self.VERTICAL_BREAKPOINTS = [(0, "-low"), (28, "-high")]
        self.coach = coach
        self.interview = interview
        self.surroundings = surroundings or Surroundings.found()
        self.said: list[str] = []
        """What to print when the screen is gone."""
        self.question_screen = self._screen_for(
            question, minutes=minutes, reason=reason
        )
        self._warm = warm
        self._again = again
        self._skipped: set[str] = set()
        self._editing = False
        self._leaving = False
        self._ascii = Ascii(enabled=not self.surroundings.unicode)
        light = os.environ.get("COLORFGBG", "").rpartition(";")[2] in LIGHT_BACKGROUNDS
        self.theme = "textual-light" if light else "textual-dark"

    def on_mount(self) -> None:
        self.console.push_theme(markdown.STYLES)
        self.push_screen(self.question_screen)
        self.call_after_refresh(self._painted)
        loop = asyncio.get_running_loop()
        for name in ("SIGHUP", "SIGTERM", "SIGINT"):
            if number := getattr(signal, name, None):
                # Windows takes none here; the terminal's keys end it there, too
                with contextlib.suppress(NotImplementedError):
                    loop.add_signal_handler(number, self._signalled, number)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), *[self._ascii] * self._ascii.enabled]

    def _painted(self) -> None:
        """What takes long begins when the prompt is there to be read."""
        if self._warm is not None:
            threading.Thread(target=self._warm_up, daemon=True).start()

    def _warm_up(self) -> None:
        from backprep.judge.errors import JudgeError

        assert self._warm is not None

        def starting(text: str) -> None:
            self.surroundings.judge_is_starting = True

        try:
            self._warm(starting)
        except JudgeError as error:
            self.call_from_thread(self.question_screen.say, str(error))

    # from question to question

    def _screen_for(self, question: Question, **options: Any) -> QuestionScreen:
        return QuestionScreen(
            self.coach,
            question,
            self.surroundings,
            interview=self.interview,
            **options,
        )

    def on_reopen(self, message: Reopen) -> None:
        self._open(self._screen_for(message.question, word=message.word))

    def on_next_question(self, message: NextQuestion) -> None:
        # what is left unbegun is not offered again
        self._skipped.add(message.left.id)
        question, reason = suggest(self.coach, self._skipped)
        self._open(self._screen_for(question, reason=reason))

    def on_next_in_interview(self, message: NextInInterview) -> None:
        assert self.interview is not None
        if self.interview.over:
            self.run_worker(self._end_interview(self.interview.id))
        else:
            # the one clock goes on as soon as the next prompt is on the screen
            self._open(self._screen_for(self.interview.left[0], at_once=True))

    async def _end_interview(self, mock_id: str) -> None:
        await asyncio.to_thread(self.coach.finish_mock, mock_id)
        self.exit(PASSED)

    def _open(self, question_screen: QuestionScreen) -> None:
        if self._leaving:
            return
        self._note_the_end()
        while self.screen is not self.question_screen:  # what lies over it goes too
            self.pop_screen()
        self.question_screen = question_screen
        self.switch_screen(question_screen)

    def _note_the_end(self) -> None:
        attempt = self.question_screen.question_state.attempt
        if self.interview is None and attempt is not None and attempt.finished:
            finish = self.coach.finished(attempt.id)
            self.said.append(f"{attempt.question}  {finish}")

    # ways out

    def action_interrupt(self) -> None:
        self.leave(INTERRUPTED)

    def action_leave(self) -> None:
        self.leave()

    def on_question_leave(self, message: Leave) -> None:
        self.leave()

    def leave(self, code: int = PASSED, reason: str = "asked") -> None:
        """Pause what runs, then end with `code`. Once is enough."""
        if not self._leaving:
            self._leaving = True
            self.run_worker(self._leave(code, reason))

    async def _leave(self, code: int, reason: str) -> None:
        self._note_the_end()
        left = await self.question_screen.close_up(reason)
        if left:
            self.said += [*left, f"Go on with: {self._again}"]
        await asyncio.to_thread(self.coach.write)
        if self.coach.trouble:
            self.said.append(self.coach.trouble)
        self.exit(code)

    def _fatal_error(self) -> None:
        """After an error of this program's own: its story goes to a file."""
        path = self.coach.journal.folder / "error.txt"
        with contextlib.suppress(OSError):
            path.write_text(traceback.format_exc())
        attempt = self.question_screen.question_state.attempt
        if attempt is not None and attempt.running:
            self.coach.pause(attempt.id, "closed")
        self.said.append(
            f"The screen ended by an error of its own, which {path} tells. Your answer "
            f"is in {self.question_screen.question_state.path} and the attempt is "
            f"kept: {self._again}"
        )
        self.exit(BROKEN)

    def _signalled(self, number: int) -> None:
        if number == signal.SIGINT:
            if not self._editing:
                self.leave(INTERRUPTED)
            return
        code = 128 + number
        # the terminal may be gone, and with it whoever would wait
        timer = threading.Timer(PATIENCE, os._exit, [code])
        timer.daemon = True
        timer.start()
        self.leave(code, "closed")

    # the terminal

    def on_open_editor(self, message: OpenEditor) -> None:
        if not self._editing:
            self._editing = True
            self.run_worker(self._edit(message.path))

    async def _edit(self, path: Path) -> None:
        try:
            self.question_screen.say(await self._edited(path))
        finally:
            self._editing = False

    async def _edited(self, path: Path) -> str:
        """Open a file in the user's editor, and say what came of it."""
        editor = chosen()
        if editor is None:
            return f"No editor is named: set $EDITOR, or open {path} yourself."
        command = editor.on(path)
        try:
            if editor.windowed:
                quiet = subprocess.DEVNULL
                subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
                return f"{command[0]} has opened {path}."
            with self.batch_update(), self.suspend():
                done = await asyncio.to_thread(subprocess.run, command, check=False)
        except OSError as error:
            return f"{command[0]} cannot be started: {error.strerror}; set $EDITOR."
        if done.returncode:
            return f"{command[0]} ended with exit code {done.returncode}."
        return ""
