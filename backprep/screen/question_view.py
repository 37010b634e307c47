"""What is shown of a question that is being worked at."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Input, Static

from backprep.judge.verdict import Verdict
from backprep.screen import markdown
from backprep.screen.all_keys import all_keys
from backprep.screen.clock_face import ClockFace
from backprep.screen.guidance import guidance
from backprep.screen.key_line import BETWEEN, IN_A_FIELD, key_line
from backprep.screen.keys import PAUSED, Situation
from backprep.screen.overlay import Overlay
from backprep.screen.predictions import Predictions
from backprep.screen.question_state import LEVELS, QuestionState
from backprep.screen.surroundings import Surroundings
from backprep.terminal import verdict_lines
from backprep.terminal.styled import Line

THEMES = ("textual-light", "textual-dark")


class QuestionView(Screen[None]):
    """Draws the state of a question, and moves about in it; changes nothing else."""

    def __init__(
        self, question_state: QuestionState, surroundings: Surroundings, word: str
    ) -> None:
        super().__init__()
        self.question_state = question_state
        self.coach = question_state.coach
        self.question = question_state.question
        self.surroundings = surroundings
        self.word = word
        """A sentence in place of what there is to do; stays until there is another."""
        self.aside = ""
        """A sentence before that one, which the next key takes away."""

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

    @property
    def is_drawable(self) -> bool:
        """Whether the parts are there: not before the start, not after the end."""
        return self.is_attached and bool(self.query("#keys"))

    @property
    def busy(self) -> str:
        """What is being waited for, in words."""
        return ""

    @property
    def situation(self) -> Situation:
        """What the keys depend on."""
        one_part = self._worked and self.has_class("-narrow") and self.has_class("-low")
        other_part = ""
        if self._worked:
            other_part = "prompt" if self._turned_to_the_checks(one_part) else "checks"
        return self.question_state.situation._replace(
            other_part=other_part, one_part=one_part
        )

    @property
    def _worked(self) -> bool:
        state = self.question_state
        return state.verdict is not None or state.predicting

    def _turned_to_the_checks(self, one_part: bool) -> bool:
        if one_part:
            return self.has_class("-checks")
        return self.focused is not self.query_one("#reading")

    def on_resize(self) -> None:
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Redraw what is cut to the width."""
        if self.is_drawable:
            self._draw_checks()
            self.draw_state()

    def draw(self) -> None:
        """Show all there is."""
        if not self.is_drawable:
            return
        dark = self.app.current_theme.dark
        prompt = markdown.markdown(self.question.prompt, dark)
        hints = [
            f"**Hint {level}, {LEVELS[level - 1]}.** {text}"
            for level, text in self.question_state.hints
        ]
        self._update("title", [(self.question_state.title, "")])
        self.query_one("#prompt", Static).update(prompt)
        self.query_one("#hints", Static).update(
            markdown.markdown("\n\n".join(hints), dark)
        )
        self._draw_checks()
        self.draw_state()

    def draw_state(self) -> None:
        """Show what changes from second to second."""
        if not self.is_drawable:
            return
        state = self.question_state
        self.set_class(self._worked, "-worked")
        paused = state.situation.state == PAUSED
        self.query_one(ClockFace).turn(state.remaining, paused)
        said = self.aside or self.busy or self.word
        self._update("word", [(said, "")] if said else guidance(state))
        self._update("trouble", [(self.coach.trouble, "")])
        self.query_one("#trouble").display = bool(self.coach.trouble)
        self._update("path", [(state.path, "")])
        self.query_one("#keys", Static).update(self._key_line())

    def _key_line(self) -> Text:
        pairs = IN_A_FIELD
        if not isinstance(self.focused, Input):
            pairs = key_line(self.situation, self.app.size.width - 2)
        line = Text(no_wrap=True)
        for sign, word in pairs:
            line.append(sign, style="bold")
            line.append(f" {word}{BETWEEN}")
        return line

    def say(self, word: str) -> None:
        """Put a sentence where the eye is; it stays until there is another."""
        self.word = word
        self.draw_state()

    def say_aside(self, word: str) -> None:
        """The same until the next key is pressed."""
        self.aside = word
        self.draw_state()

    def show_verdict(self, verdict: Verdict) -> None:
        """Show what the judge says, from the first failure on."""
        self.question_state.verdict = verdict
        self.word = ""
        self.add_class("-checks")
        self.draw()
        first = next((n for n, c in enumerate(verdict.checks) if c.rejects), 0)
        # what is wrong should be seen without a key; the line before says more comes
        self.query_one("#work").scroll_to(y=max(0, first - 1), animate=False)
        self.call_after_refresh(self._laid_out)

    def _laid_out(self) -> None:
        self._fit()  # now its width is known
        if (
            self.is_drawable
            and self.situation.one_part
            and not isinstance(self.focused, Input)
        ):
            self.query_one("#work").focus()

    def drop_verdict(self) -> None:
        """Show no verdict any more: the answer is another."""
        self.question_state.verdict = None
        self.remove_class("-checks")
        self.draw()

    def show_hint(self) -> None:
        """The last hint stands below the prompt."""
        self.remove_class("-checks")
        self.draw()
        reading = self.query_one("#reading", VerticalScroll)
        reading.focus()
        self.call_after_refresh(reading.scroll_end, animate=False)

    def _update(self, name: str, line: Line) -> None:
        self.query_one(f"#{name}", Static).update(markdown.lines(line))

    def _draw_checks(self) -> None:
        checks, verdict = self.query_one("#checks", Static), self.question_state.verdict
        if verdict is None:
            checks.update("")
            return
        lines = verdict_lines.body(
            verdict.unaided() if self.question_state.interview else verdict,
            self.question.answer_path(self.coach.answers),
            unicode=self.surroundings.unicode,
            width=max(40, (checks.size.width or self.app.size.width) - 1),
        )
        checks.update(markdown.lines(*lines))

    # keys that only look

    def action_turn(self) -> None:
        """From the prompt to the checks and back; in a form from line to line."""
        fields = list(self.query(Input))
        if self.focused in fields[:-1]:
            fields[fields.index(self.focused) + 1].focus()
            return
        there = self.situation.other_part == "checks"
        self.set_class(there, "-checks")
        target = fields[0] if there and fields else None
        (target or self.query_one("#work" if there else "#reading")).focus()

    def action_leave_field(self) -> None:
        """Out of the form: letters are keys again."""
        self.query_one("#work" if self.has_class("-checks") else "#reading").focus()

    def on_descendant_focus(self) -> None:
        self.draw_state()

    def action_clock(self) -> None:
        """Hide the clock, or show it."""
        face = self.query_one(ClockFace)
        face.hidden = not face.hidden
        self.draw_state()

    def action_dark(self) -> None:
        """From light to dark, or back."""
        self.app.theme = THEMES[not self.app.current_theme.dark]
        self.draw()

    def action_all_keys(self) -> None:
        """Show the page of all keys."""
        self.open(all_keys(self.situation))

    def open(self, overlay: Overlay[None]) -> None:
        """Put something to read over the question, where nothing lies there yet."""
        if self.is_active:
            self.app.push_screen(overlay)
