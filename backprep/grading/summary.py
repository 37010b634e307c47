"""What the verdicts of a cohort come to: counts of people, by question and mistake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from backprep.bank import source
from backprep.bank.near_misses import NearMiss, near_misses
from backprep.bank.question import Question
from backprep.bank.questions import load_questions
from backprep.grading import results
from backprep.grading.results import Cohort, Graded, GradingError

BINS = 10
"""How many ranges of equal width the histogram has."""


@dataclass(frozen=True)
class Mistake:
    """A near miss of the bank, and the people whose answers are like it."""

    question: Question
    near_miss: NearMiss
    people: Sequence[str]
    attempts: int
    """How many people attempted the question."""


@dataclass(frozen=True)
class CheckCount:
    """A check of a question, and how many answers it rejects."""

    title: str
    rejected: int


@dataclass(frozen=True)
class QuestionSummary:
    """How a cohort did on one question."""

    question: Question
    graded: Mapping[str, Graded]
    """By person, those of whom an answer was found."""

    @cached_property
    def endings(self) -> Counter[str]:
        """How many answers ended in each verdict, and how many without one."""
        return Counter(ending(graded) for graded in self.graded.values())

    @property
    def attempts(self) -> int:
        """How many people attempted it."""
        return len(self.graded) - self.endings["not attempted"]

    @property
    def passed(self) -> int:
        """How many people passed it."""
        return self.endings["passed"]

    @cached_property
    def checks(self) -> Sequence[CheckCount]:
        """Its checks, first the one that rejects the most answers."""
        rejected = Counter(
            check["name"]
            for graded in self.graded.values()
            for check in rejecting(graded)
        )
        names = self.question.check_names
        return [
            CheckCount(source.check_title(name), rejected[name])
            for name in sorted(names, key=lambda name: -rejected[name])
        ]

    @cached_property
    def mistakes(self) -> Sequence[Mistake]:
        """The mistakes that were found, first the one that most people share."""
        made: dict[str, list[str]] = {}
        for person, graded in self.graded.items():
            if graded.mistake:
                made.setdefault(graded.mistake, []).append(person)
        known = {wrong.name: wrong for wrong in near_misses(self.question)}
        found = [
            Mistake(self.question, known[name], people, self.attempts)
            for name, people in made.items()
            if name in known
        ]
        return sorted(found, key=lambda mistake: -len(mistake.people))


@dataclass(frozen=True)
class Summary:
    """A cohort and its verdicts, arranged by question and person."""

    cohort: Cohort
    graded: Sequence[Graded]
    questions: Sequence[QuestionSummary]

    @cached_property
    def by_person(self) -> Mapping[str, Mapping[str, Graded]]:
        """By person and the question's id."""
        found: dict[str, dict[str, Graded]] = {p: {} for p in self.cohort.people}
        for graded in self.graded:
            found[graded.person][graded.question] = graded
        return found

    @cached_property
    def mistakes(self) -> Sequence[Mistake]:
        """The mistakes of all questions, first the one that most people share."""
        found = [mistake for part in self.questions for mistake in part.mistakes]
        return sorted(found, key=lambda m: (-len(m.people), m.attempts))

    @cached_property
    def not_attempted(self) -> Sequence[Question]:
        """The questions that nobody attempted."""
        return [part.question for part in self.questions if not part.attempts]

    @cached_property
    def without_answers(self) -> Sequence[str]:
        """The people who attempted nothing."""
        return [
            person
            for person, graded in self.by_person.items()
            if all(ending(one) == "not attempted" for one in graded.values())
        ]

    @cached_property
    def histogram(self) -> Sequence[int]:
        """How many people passed each tenth of all checks, from the lowest up.

        Who passed them all is in the last.
        """
        total = sum(len(part.question.check_names) for part in self.questions)
        counts = [0] * BINS
        for graded in self.by_person.values():
            verdicts = [one.verdict for one in graded.values() if one.verdict]
            passed = sum(verdict["passed"] for verdict in verdicts)
            ran = total - sum(map(skipped, verdicts))
            counts[min(passed * BINS // max(ran, 1), BINS - 1)] += 1
        return counts


def summarize(folder: Path) -> Summary:
    """The results in a folder, in the words of today's bank. Raises GradingError."""
    cohort, graded = results.read(folder)
    bank = {question.id: question for question in load_questions()}
    if unknown := [name for name in cohort.questions if name not in bank]:
        raise GradingError(
            f"{folder} has results for {unknown[0]}, which is not in this bank; "
            "use the bank that graded it, or grade again into another folder."
        )
    by_question: dict[str, dict[str, Graded]] = {name: {} for name in cohort.questions}
    for one in graded:
        if one.question in by_question:
            by_question[one.question][one.person] = one
    kept = [one for one in graded if one.question in by_question]
    parts = [QuestionSummary(bank[name], found) for name, found in by_question.items()]
    return Summary(cohort, kept, parts)


def ending(graded: Graded | None) -> str:
    """How an answer ended: its verdict, "not judged" or "not attempted"."""
    if graded is None:
        return "not attempted"
    return graded.verdict["verdict"] if graded.verdict else "not judged"


def skipped(verdict: Mapping[str, Any]) -> int:
    """How many checks of a verdict need what is not installed where it was judged."""
    return sum(check["outcome"] == "skipped" for check in verdict["checks"])


def rejecting(graded: Graded) -> list[dict[str, Any]]:
    """The checks that reject an answer, as the verdict has them."""
    checks = graded.verdict["checks"] if graded.verdict else []
    return [check for check in checks if check["outcome"] in ("failed", "error")]
