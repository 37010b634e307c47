"""When the answer to a question may be shown: the one rule, and the only place of it.

It is open once an attempt at the question passed, or the user revealed it, and closed
again while another attempt is under way that did neither.
"""

from __future__ import annotations

from backprep.bank.pasting import as_option
from backprep.bank.question import Question
from backprep.journal.attempt import Attempt
from backprep.practice.coach import Coach
from backprep.tutor.refused import Refused


def why_closed(coach: Coach, question: Question) -> str:
    """Why the answer may not be shown now, in a sentence; "" where it may."""
    attempts = coach.history.of(question.id)
    going = [attempt for attempt in attempts if not attempt.finished]
    if any(not _is_open(attempt) for attempt in going):
        return (
            f"The answer to {question.id} stays closed: an attempt at it is under way, "
            "which has neither passed nor been revealed."
        )
    if not any(_is_open(attempt) for attempt in attempts):
        return (
            f"The answer to {question.id} stays closed until an attempt at it passes "
            "or the candidate reveals it."
        )
    return ""


def must_be_open(coach: Coach, question: Question) -> None:
    """Raises Refused where the answer may not be shown now."""
    if why := why_closed(coach, question):
        raise Refused(why)


def reveals(question: Question, coach: Coach) -> str:
    """The command with which the candidate reveals the answer in a terminal."""
    return f"backprep reveal {question.slug}{as_option(coach.answers)}"


def is_kept_closed(coach: Coach, question: Question, attempt_id: str) -> bool:
    """Whether an answer that was kept of an attempt would give away the present one:
    of an attempt that passed or was revealed, while the question is closed."""
    attempt = coach.history.find(attempt_id)
    earlier = attempt is not None and attempt.finished and _is_open(attempt)
    return earlier and bool(why_closed(coach, question))


def _is_open(attempt: Attempt) -> bool:
    return attempt.passed or attempt.revealed
