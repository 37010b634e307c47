"""What a friend needs who plays the interviewer: one sheet of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from backprep.bank.model_answer import model_answer
from backprep.bank.near_misses import near_misses
from backprep.bank.question import Question
from backprep.clock import in_minutes, minutes_and_seconds
from backprep.practice import mock


def sheet(questions: Sequence[Question], minutes: float, seed: int) -> str:
    """Everything that the candidate may not see. Raises BankError."""
    parts = [
        f"# Interviewer's sheet: {in_minutes(minutes)}, seed {seed}",
        "The candidate sees the prompts and none of the rest. Read each prompt "
        "aloud, let them ask, give a hint only when they are stuck, the first one "
        "first, and write down which.",
        timetable(questions, minutes),
    ]
    for number, question in enumerate(questions, 1):
        parts.append(_about(number, question))
    return "\n\n".join(parts) + "\n"


def timetable(questions: Sequence[Question], minutes: float) -> str:
    """A table in Markdown of when each question begins, and the time that is left."""
    rows = [
        f"| {begins}:00 | {q.slug} | {mock.role(q)} | {q.minutes} min | {q.title} |"
        for begins, q in zip(mock.beginnings(questions), questions, strict=True)
    ]
    if left := minutes - sum(q.minutes for q in questions):
        end = sum(q.minutes for q in questions)
        rows.append(f"| {end}:00 | | to ask back | {left:g} min | |")
    head = "| At | Question | Asked for | Time | Title |\n|---|---|---|---|---|"
    return "\n".join([head, *rows])


def phases(question: Question) -> str:
    """When each phase of a question is over, from its beginning."""
    return ", ".join(
        f"{name} until {minutes_and_seconds(share * question.minutes * 60)}"
        for name, share in mock.PHASES.items()
    )


def _about(number: int, question: Question) -> str:
    answer = model_answer(question)
    points = answer.rubric
    misses = near_misses(question)
    asked = zip_longest(
        question.follow_ups, answer.follow_ups, fillvalue="none is written"
    )
    follow_ups = [
        f"{n}. {text}\n\n   *Answer:* {said}" for n, (text, said) in enumerate(asked, 1)
    ]
    sections = {
        "Watch for": _bullets(f"{m.title}: {m.consequence}" for m in misses),
        "Hints to give": "\n".join(
            f"{n}. {text}" for n, text in enumerate(question.hints, 1)
        ),
        "Must have": _bullets(f"[ ] {point}" for point in points.must),
        "Nice to have": _bullets(f"[ ] {point}" for point in points.nice),
        "Follow-ups": "\n".join(follow_ups),
    }
    below = "\n\n".join(f"### {name}\n\n{text}" for name, text in sections.items())
    return (
        f"## {number}. {question.title}\n\n"
        f"{question.id}, {mock.role(question)}, {question.minutes} minutes: "
        f"{phases(question)}.\n\n{question.prompt}\n\n{below}"
    )


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
