"""Grade a cohort: read what was handed in, judge what is new, write it down."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO, Protocol

from backprep.bank.question import Question
from backprep.bank.questions import load_questions
from backprep.grading.cluster import Task, admitted, elsewhere, this_machine, verdicts
from backprep.grading.equipment import Equipment, checks_digest
from backprep.grading.results import (
    HERE,
    Cohort,
    Graded,
    GradingError,
    records,
    writing,
)
from backprep.grading.submissions import Answer, submissions
from backprep.grading.task import Judged, now


class Audience(Protocol):
    """Who is told how a run goes."""

    def say(self, sentence: str) -> None:
        """Something that must be known."""

    def begin(self, answers: int, unchanged: int) -> None:
        """So many answers are to be judged; others have their verdicts already."""

    def judged(self, answers: int) -> None:
        """So many more have their verdicts in the results."""


Signature = tuple[str, str, tuple[tuple[str, str], ...], str | None]
"""What an answer's verdict depends on: where it is the same, so is the verdict."""


@dataclass
class _Group:
    """Answers to one question that are the same, byte for byte."""

    question: str
    answer: str
    people: list[str]
    place: tuple[int, int]
    """Where their text lies in the spool."""


@dataclass
class _Found:
    """What the cohort has handed in; the texts lie in an unnamed file.

    No answer that is judged can change a neighbour's, and memory stays what it is.
    """

    spool: IO[bytes]
    groups: dict[tuple[str, str], _Group] = field(default_factory=dict)
    unread: list[Answer] = field(default_factory=list)

    def add(self, answer: Answer) -> None:
        """Keep an answer's text, once."""
        if answer.problem:
            self.unread.append(answer)
            return
        key = answer.question.id, answer.digest
        if group := self.groups.get(key):
            group.people.append(answer.person)
            return
        begin = self.spool.seek(0, 2)
        size = self.spool.write(pickle.dumps(dict(answer.files)))
        self.groups[key] = _Group(*key, [answer.person], (begin, size))

    @property
    def answers(self) -> int:
        """How many answers can be judged."""
        return sum(len(group.people) for group in self.groups.values())

    def files(self, group: _Group) -> dict[str, bytes]:
        """What to write to have an answer judged."""
        begin, size = group.place
        self.spool.seek(begin)
        files: dict[str, bytes] = pickle.loads(self.spool.read(size))
        return files


def grade(
    folder: Path,
    out: Path,
    audience: Audience,
    scheduler: str | None = None,
    workers: int | None = None,
) -> None:
    """Judge every answer in a folder of submissions that has no verdict in `out` yet.

    It is done on the cluster of `scheduler`, else in so many processes of this
    machine, where None is one for each core. Raises GradingError.
    """
    if out.resolve().is_relative_to(folder.resolve()):
        raise GradingError(
            f"{out} lies in the folder of submissions; name another for the results."
        )
    questions = load_questions()
    problems: list[str] = []
    handed_in = submissions(folder, problems)
    with tempfile.TemporaryFile() as spool:
        found = _Found(spool)
        for submission in handed_in:
            for answer in submission.answers(questions, problems):
                found.add(answer)
        if not (found.groups or found.unread):
            raise GradingError(
                f"No submission in {folder} holds an answer to a question of the bank: "
                "each needs <topic>/<slug>.py in it."
            )
        cohort = Cohort(
            [submission.person for submission in handed_in],
            [question.id for question in questions],
            problems,
        )
        with writing(out) as writer:
            known = {(g.person, g.question): _signature(g) for g in records(out)}
            writer.begin(cohort)
            for problem in problems:
                audience.say(problem)
            bench = _Bench(questions, known)
            for graded in map(bench.unread, found.unread):
                if bench.is_new(graded):
                    writer.add(graded)
            todo = bench.new(found.groups.values())
            answers = sum(len(group.people) for group in todo)
            audience.begin(answers, found.answers - answers)
            if not todo:
                return
            tasks = (Task(group.question, found.files(group), group) for group in todo)
            opened = elsewhere(scheduler) if scheduler else this_machine(workers)
            with (
                opened as client,
                admitted(client, bench.equipment, audience.say) as eligible,
            ):
                for task, judged in verdicts(client, eligible, tasks):
                    if not scheduler:
                        judged = replace(judged, worker=HERE)
                    for person in task.about.people:
                        writer.add(bench.graded(person, task.about, judged))
                    audience.judged(len(task.about.people))


class _Bench:
    """What this run judges with, and what was judged with the same before."""

    def __init__(
        self,
        questions: Sequence[Question],
        known: Mapping[tuple[str, str], Signature],
    ) -> None:
        self.known = known
        self.checks = {question.id: checks_digest(question) for question in questions}
        self.equipment = Equipment.with_checks(self.checks.values())

    def new(self, groups: Iterable[_Group]) -> list[_Group]:
        """The groups without the people whose verdict is known."""
        versions = tuple(sorted(self.equipment.versions.items()))
        found = []
        for group in groups:
            wanted = group.answer, self.checks[group.question], versions, None
            people = [
                person
                for person in group.people
                if self.known.get((person, group.question)) != wanted
            ]
            if people:
                found.append(replace(group, people=people))
        return found

    def is_new(self, graded: Graded) -> bool:
        """Whether it was not said before."""
        return self.known.get((graded.person, graded.question)) != _signature(graded)

    def unread(self, answer: Answer) -> Graded:
        """What is said of an answer that could not be read."""
        return Graded(
            answer.person,
            answer.question.id,
            answer="",
            checks=self.checks[answer.question.id],
            versions=self.equipment.versions,
            judged_at=now(),
            worker=HERE,
            verdict=None,
            problem=answer.problem,
        )

    def graded(self, person: str, group: _Group, judged: Judged) -> Graded:
        """What is said of one person's answer that was judged."""
        checks = self.checks[group.question]
        return Graded(person, group.question, group.answer, checks, **asdict(judged))


def _signature(graded: Graded) -> Signature:
    versions = tuple(sorted(graded.versions.items()))
    return graded.answer, graded.checks, versions, graded.problem
