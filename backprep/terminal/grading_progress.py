"""How far the grading of a cohort is: a bar in a terminal, lines elsewhere."""

from __future__ import annotations

import sys

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from backprep.clock import counted
from backprep.terminal import console

LINES = 10
"""How many lines a run of any length prints where there is no bar."""


class GradingProgress:
    """Says what a run has to do, what it has done, and what else must be known."""

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        self._bar: Progress | None = None

    def __enter__(self) -> GradingProgress:
        if sys.stdout.isatty() and console.unicode():
            self._bar = Progress(
                TextColumn("judged"),
                BarColumn(),
                MofNCompleteColumn(),
                _Rate(),
                TimeRemainingColumn(elapsed_when_finished=True),
                console=Console(),
            )
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    @property
    def so_far(self) -> str:
        """How much of the work is done."""
        return f"{self.done:,} of {counted(self.total, 'answer')} judged"

    def say(self, sentence: str) -> None:
        """Something that must be known, above the bar."""
        if self._bar is not None and self.total:
            self._bar.console.print(sentence, markup=False, highlight=False)
        else:
            click.echo(sentence, err=True)

    def begin(self, answers: int, unchanged: int) -> None:
        """So many answers are to be judged; others have their verdicts already."""
        self.total = answers
        before = f"; {unchanged:,} judged before have not changed" if unchanged else ""
        click.echo(f"{counted(answers, 'answer')} to judge{before}.")
        if self._bar is not None and answers:
            self._bar.add_task("", total=answers)
            self._bar.start()

    def judged(self, answers: int) -> None:
        """So many more have their verdicts in the results."""
        lines = self.done * LINES // self.total
        self.done += answers
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=self.done)
        elif self.done * LINES // self.total > lines:
            click.echo(f"{self.so_far}.")


class _Rate(ProgressColumn):
    """Answers an hour, as somebody who waits for thousands of them counts."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed * 3600:,.0f} an hour" if speed else "")
