"""Write into the guide on planning what its commands say, and draw its picture.

    python -m backprep.captures.guide

The journal is made up: two weeks over a part of the bank, by a clock that stands
still. The same is written each time, and a test compares.
"""

from __future__ import annotations

import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random
from unittest.mock import patch

from click.testing import CliRunner

from backprep.bank import questions
from backprep.bank.model_answer import model_answer
from backprep.bank.question import Question
from backprep.bank.questions import load_questions
from backprep.captures.still_clock import StillClock
from backprep.cli import options
from backprep.cli.main import cli
from backprep.clock import SystemClock
from backprep.journal.journal import Journal
from backprep.judge.verdict import Check, Verdict
from backprep.plots import style
from backprep.plots.progress import progress
from backprep.practice.coach import Coach
from backprep.practice.debrief import debrief

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = DOCS / "guides" / "plan_and_review.md"
PICTURE = DOCS / "assets" / "progress"
BLOCK = re.compile(r"```console\n\$ (?P<command>.+)\n(?:(?!```).*\n)*```")
QUESTIONS = (
    "autograd/gradient",
    "autograd/leaky_graph",
    "model_building/text_classifier",
    "training_loop/accumulate_gradients",
    "data_loading/text_dataset",
    "train_vs_eval/predict",
    "save_load/round_trip",
    "save_load/checkpoint",
    "amp/saved_bytes",
    "amp/train_step",
    "pytorch_vs_tensorflow/comparison",
    "pytorch_vs_tensorflow/port_dense",
)
DAYS = 14
TODAY = datetime(2026, 11, 25, 18, 0, tzinfo=timezone(timedelta(hours=1)))


class Story:
    """Somebody's two weeks, and a mock interview on the last day."""

    def __init__(self, folder: Path) -> None:
        self.clock = StillClock(TODAY - timedelta(days=DAYS))
        self.random = Random(11)
        everything = {question.id: question for question in load_questions()}
        self.questions = [everything[name] for name in QUESTIONS]
        self.passes = False
        self.coach = Coach(
            Journal(folder / "home"),
            Path("answers"),
            self.questions,
            clock=self.clock,
            judge=self.judge,
        )

    def judge(self, question: Question, *_: object, **__: object) -> Verdict:
        names = question.check_names
        right = len(names) if self.passes else len(names) - 2
        checks = [
            Check(name, "passed" if n < right else "failed")
            for n, name in enumerate(names)
        ]
        verdict = "passed" if self.passes else "failed"
        return Verdict(question.id, verdict, 0.1, checks)

    def tell(self) -> None:
        begun = list(self.questions[:8])
        for day in range(DAYS - 1):
            for question in self.random.sample(begun, self.random.randrange(4)):
                self.practise(question)
            self.clock.wall = TODAY - timedelta(days=DAYS - day - 1)
        self.interview()
        self.clock.wall = TODAY

    def practise(self, question: Question, mock: str | None = None) -> None:
        attempt = self.coach.begin(question, mock=mock)
        path = question.answer_path(self.coach.answers)
        path.write_text(f"# {self.clock.now():%d %B}\n{path.read_text()}")
        self.clock.work(round(question.minutes * 60 * self.random.uniform(0.4, 0.9)))
        if question.kind == "explain":
            points = model_answer(question).rubric
            must = [n != 1 for n in range(len(points.must))]
            self.coach.rubric(attempt.id, must, [True] * len(points.nice))
            return
        if mock is None and self.random.random() < 0.3:
            self.coach.hint(attempt.id, 1)
        self.run(attempt.id, 0.4)
        if not self.coach.attempt(attempt.id).finished:
            self.clock.work(
                round(question.minutes * 60 * self.random.uniform(0.1, 0.5))
            )
            self.run(attempt.id, 0.7)
        if not self.coach.attempt(attempt.id).finished:
            if mock is None:
                self.coach.reveal(attempt.id)
            self.coach.finish(attempt.id, "gave up")

    def run(self, attempt: str, chance: float) -> None:
        self.passes = self.random.random() < chance
        self.coach.run(attempt)

    def interview(self) -> None:
        asked = [
            question
            for question in self.questions
            if question.slug in ("comparison", "accumulate_gradients", "leaky_graph")
        ]
        asked.sort(key=lambda q: ("explain", "code", "debug").index(q.kind))
        names = [question.id for question in asked]
        mock = self.coach.begin_mock(45, [], 7, names)
        for question in asked:
            self.practise(question, mock)
        self.coach.finish_mock(mock)
        attempts = self.coach.history.attempts.values()
        of_mock = {a.question: a for a in attempts if a.mock == mock}
        known = self.coach.history.mocks[mock]
        text = debrief(known, asked, of_mock, self.coach.due())
        Path("debrief.md").write_text(text)


@contextmanager
def told() -> Iterator[Story]:
    """The story's folder is the current one, its clock and questions are all."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        here = Path.cwd()
        os.chdir(folder)
        stack.callback(os.chdir, here)
        home = {"BACKPREP_HOME": str(folder / "home"), "COLUMNS": "88"}
        stack.enter_context(patch.dict(os.environ, home))
        story = Story(folder)
        story.tell()
        for module in (questions, options):
            stack.enter_context(
                patch.object(module, "load_questions", lambda: story.questions)
            )
        for name in ("now", "monotonic", "boottime"):
            reading = staticmethod(getattr(story.clock, name))
            stack.enter_context(patch.object(SystemClock, name, reading))
        yield story


def filled(page: str) -> str:
    """The page with each command's output below it."""
    with told():
        return BLOCK.sub(lambda block: _block(block["command"]), page)


def pictures(folder: Path) -> list[Path]:
    """The picture of `backprep stats --plot`, in both schemes."""
    with told() as story:
        attempts = list(story.coach.history.attempts.values())
    return style.write(
        PICTURE.name, lambda scheme: progress(attempts, QUESTIONS, scheme), folder
    )


def _block(command: str) -> str:
    name, *arguments = shlex.split(command)
    if name == "cat":
        output = Path(arguments[0]).read_text()
    else:
        assert name == "backprep", command
        output = CliRunner().invoke(cli, arguments).output
    return f"```console\n$ {command}\n{output.rstrip()}\n```"


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text()))
    pictures(PICTURE.parent)
