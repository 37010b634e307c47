"""What is shown of a question that is being worked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Input, Static

from backprep.judge.verdict import Verdict
from backprep.screen import keys, markdown
from backprep.screen.all_keys import all_keys
from backprep.screen.clock_face import ClockFace
from backprep.screen.keys import PAUSED
from backprep.screen.predictions import Predictions
from backprep.screen.question_state import LEVELS, QuestionState
from backprep.terminal import verdict_lines

if TYPE_CHECKING:
    from backprep.screen.app import Practice


class QuestionView(Screen[None]):
    """Draws the state of a question, and moves about in it; changes nothing else."""

    def __init__(self, question_state: QuestionState, word: str) -> None:
        super().__init__()
        self.question_state = question_state
        self.coach = question_state.coach
        self.question = question_state.question
        self.busy = ""
        """What is being waited for."""
        self._word = word

    @property
    def practice(self) -> Practice:
        return cast("Practice", self.app)

    def compose(self) -> ComposeResult:
        with Horizontal(id="head"):
            yield Static(id="title", markup=False)
            yield ClockFace(id="clock", markup=False)
        with Horizontal(id="body"):
            with VerticalScroll(id="reading"):
                yield Static(id="prompt")
                yield Static(id="hints")
            with VerticalScroll(id="work"):
                if self.question_state.predicting:
                    yield Predictions(self.question, self.coach.answers)
                yield Static(id="checks")
        yield Static(id="word", markup=False)
        yield Static(id="trouble", markup=False)
        yield Static(id="path", markup=False)
        yield Static(id="keys", markup=False)

    def on_resize(self) -> None:
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Redraw what is cut to the width."""
        self._draw_checks()
        self.draw_state()

    def draw(self) -> None:
        """Show what is so."""
        if not self.is_attached:
            return
        dark = self.practice.current_theme.dark
        prompt = markdown.markdown(self.question.prompt, dark)
        hints = [
            f"**Hint {level}, {LEVELS[level - 1]}.** {text}"
            for level, text in self.question_state.hints
        ]
        self._update("title", self.question_state.title)
        self.query_one("#prompt", Static).update(prompt)
        self.query_one("#hints", Static).update(
            markdown.markdown("\n\n".join(hints), dark)
        )
        self._draw_checks()
        self.draw_state()

    def draw_state(self) -> None:
        """Show what changes from second to second."""
        question_state, now = self.question_state, self.question_state.situation
        worked = question_state.verdict is not None or question_state.predicting
        self.set_class(worked, "-worked")
        self.query_one(ClockFace).turn(question_state.remaining, now.state == PAUSED)
        self._update("word", self.busy or self._word or question_state.sentence)
        self._update("trouble", self.coach.trouble)
        self.query_one("#trouble").display = bool(self.coach.trouble)
        self._update("path", question_state.path)
        in_a_field = isinstance(self.focused, Input)
        width = self.practice.size.width - 2
        line = Text(no_wrap=True)
        for sign, word in keys.IN_A_FIELD if in_a_field else keys.line(now, width):
            line.append(sign, style="bold")
            line.append(f" {word}  ")
        self.query_one("#keys", Static).update(line)

    def say(self, word: str) -> None:
        """Put a sentence where the eye is; it stays until there is another."""
        self._word = word
        if self.is_attached:
            self.draw_state()

    def show_verdict(self, verdict: Verdict) -> None:
        self.question_state.verdict = verdict
        self._word = ""
        self.add_class("-checks")
        self.draw()
        outcomes = [check.outcome for check in verdict.checks]
        first = next((n for n, o in enumerate(outcomes) if o in ("failed", "error")), 0)
        # what is wrong should be seen without a key; the line before says more comes
        self.query_one("#work").scroll_to(y=max(0, first - 1), animate=False)
        # once it is laid out, its width is known
        self.call_after_refresh(self._draw_checks)

    def show_hint(self) -> None:
        """The last hint stands below the prompt."""
        self.remove_class("-checks")
        self.draw()
        reading = self.query_one("#reading", VerticalScroll)
        self.call_after_refresh(reading.scroll_end, animate=False)

    def _update(self, name: str, text: str) -> None:
        self.query_one(f"#{name}", Static).update(Text.from_ansi(text))

    def _draw_checks(self) -> None:
        checks, verdict = self.query_one("#checks", Static), self.question_state.verdict
        if verdict is None:
            checks.update("")
            return
        lines = verdict_lines.body(
            verdict,
            self.question.answer_path(self.coach.answers),
            unicode=self.practice.unicode,
            width=max(40, (checks.size.width or self.practice.size.width) - 1),
        )
        checks.update(Text.from_ansi("\n".join(lines)))

    # keys that only look

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

    def action_clock(self) -> None:
        face = self.query_one(ClockFace)
        face.hidden = not face.hidden
        self.draw_state()

    def action_dark(self) -> None:
        self.practice.switch_light()
        self.draw()

    def action_all_keys(self) -> None:
        self.practice.push_screen(all_keys(self.question_state.situation))
