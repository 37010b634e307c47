"""What a mock interview came to, as one page of Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from backprep.bank.model_answer import model_answer
from backprep.bank.pasting import as_option
from backprep.bank.question import Question
from backprep.clock import day_in_words, minutes_and_seconds
from backprep.journal import grading
from backprep.journal.attempt import Attempt
from backprep.journal.history import Mock
from backprep.practice.schedule import Due


def debrief(
    mock: Mock,
    questions: Sequence[Question],
    attempts: Mapping[str, Attempt],
    due: Mapping[str, Due],
) -> str:
    """`mock` is what was written down of it, `attempts` are by question.

    Raises BankError.
    """
    passed = sum(q.id in attempts and attempts[q.id].passed for q in questions)
    used = sum(attempt.elapsed for attempt in attempts.values())
    begun = datetime.fromisoformat(mock.at)
    rows = [_row(question, attempts.get(question.id)) for question in questions]
    parts = [
        f"# Mock interview of {begun:%a} {begun.day} {begun:%b %Y, %H:%M}",
        f"**{passed} of {len(questions)} passed**, {minutes_and_seconds(used)} of "
        f"{minutes_and_seconds(mock.minutes * 60)}, seed {mock.seed}.",
        "\n".join(
            [
                "| Question | Outcome | Time | First run | Checks or points |",
                "|---|---|---|---|---|",
                *rows,
            ]
        ),
    ]
    missed = [
        f"- {question.slug}, {point}"
        for question in questions
        if (attempt := attempts.get(question.id))
        for point in _missed(question, attempt)
    ]
    if missed:
        parts.append("## Not said\n\n" + "\n".join(missed))
    to_think_of = [
        f"- {question.slug}: {' '.join(text.split())}"
        for question in questions
        for text in _not_asked(question, attempts.get(question.id))[:1]
    ]
    parts.append("## Follow-ups to think about\n\n" + "\n".join(to_think_of))
    parts.append(
        "## Next\n\n" + "\n".join(_next(questions, attempts, due, begun.date()))
    )
    return "\n\n".join(parts) + "\n"


def outcome(attempt: Attempt | None) -> str:
    """How it ended, in a word or two."""
    if attempt is None:
        return "not reached"
    if attempt.outcome is None:
        return "not finished"
    if attempt.outcome == "passed" and not attempt.timed:
        return "passed untimed"
    if attempt.outcome == "passed" and not attempt.in_time:
        return "passed over time"
    return attempt.outcome


def _row(question: Question, attempt: Attempt | None) -> str:
    cells = [question.slug, outcome(attempt), "", "", ""]
    if attempt is not None:
        used = minutes_and_seconds(attempt.used)
        cells[2] = f"{used} of {minutes_and_seconds(attempt.limit)}"
        first = {None: "", True: "passed", False: "failed"}
        cells[3] = first[attempt.first_run_passed]
        if attempt.checks is not None:
            cells[4] = f"{attempt.checks[0]} of {attempt.checks[1]}"
        elif attempt.must:
            cells[4] = f"{sum(attempt.must)} of {len(attempt.must)} must-haves"
    return f"| {' | '.join(cells)} |"


def _missed(question: Question, attempt: Attempt) -> list[str]:
    """The points of the rubric that were not ticked, the must-haves first."""
    points = model_answer(question).rubric
    both = (
        ("must have", points.must, attempt.must),
        ("nice to have", points.nice, attempt.nice),
    )
    return [
        f"{kind}: {point}"
        for kind, texts, said in both
        for point, was_said in zip(texts, said, strict=False)
        if not was_said
    ]


def _not_asked(question: Question, attempt: Attempt | None) -> list[str]:
    asked = attempt.followed_up if attempt else ()
    return [text for n, text in enumerate(question.follow_ups, 1) if n not in asked]


def _next(
    questions: Sequence[Question],
    attempts: Mapping[str, Attempt],
    due: Mapping[str, Due],
    today: date,
) -> list[str]:
    lines = []
    for question in questions:
        attempt = attempts.get(question.id)
        if attempt is None or not attempt.finished:
            command = f"backprep practice {question.slug}{as_option()}"
            lines.append(f"- {question.slug}: `{command}`")
            continue
        line = f"- {question.slug}: {grading.grade(attempt).reason}"
        if question.id in due:
            line += f"; comes again on {day_in_words(due[question.id].on, today)}"
        lines.append(line)
    return lines
