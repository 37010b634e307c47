"""What to practise next, and why."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from backprep.bank.question import Question
from backprep.clock import day_in_words, minutes_and_seconds
from backprep.practice.progress import Progress
from backprep.practice.schedule import Due


class Suggestion(NamedTuple):
    """A question, and why it is the one in a sentence."""

    question: Question
    reason: str


def due_today(progress: Progress) -> list[Due]:
    """What is due, the longest overdue first."""
    today = progress.clock.now().date()
    known = [
        due for due in progress.due().values() if due.question in progress.questions
    ]
    return sorted(
        (due for due in known if due.on <= today),
        key=lambda due: (due.on, due.question),
    )


def suggest(progress: Progress, skipped: Collection[str] = ()) -> Suggestion:
    """The unfinished attempt, else of the aim the review that is due, else the next
    question on its path, else the same of the rest of the bank, else the one that is
    due first; `skipped` are not asked for now, unless they are all."""
    if set(progress.questions) <= set(skipped):
        skipped = ()
    for attempt in progress.unfinished():
        if attempt.mock is None and attempt.question not in skipped:
            left = progress.remaining(attempt.id)
            time = minutes_and_seconds(abs(left))
            how = f"{time} left" if left > 0 else f"{time} over time"
            return Suggestion(
                progress.questions[attempt.question], f"Unfinished: {how}."
            )
    today = progress.clock.now().date()
    aim, path = progress.aim, progress.path
    waiting = [due for due in due_today(progress) if due.question not in skipped]
    tried = {*progress.history.tried, *skipped}
    lead, following = "", f'The next one on the path of "{aim.title}".'
    if not aim.parts:
        following = "The next one on the path."
    others = [one for one in progress.questions.values() if one not in path]
    for some in (path, others):
        for due in waiting:
            if progress.questions[due.question] in some:
                since = f"since {day_in_words(due.on, today)}"
                since = "today" if due.on == today else since
                reason = f"{lead}Due for review {since}."
                return Suggestion(progress.questions[due.question], reason)
        for question in some:
            if question.id not in tried:
                return Suggestion(question, f"{lead}{following}")
        lead, following = (
            f'All of "{aim.title}" is tried. ',
            "The next one of the bank.",
        )
    dates = {question: due.on for question, due in progress.due().items()}
    rest = [question for question in progress.questions if question not in skipped]
    first = min(rest, key=lambda question: dates.get(question, date.min))
    when = day_in_words(dates[first], today) if first in dates else "never reviewed"
    return Suggestion(
        progress.questions[first],
        f"No question is due today; this one is first: {when}.",
    )
