"""A mock interview's questions, drawn by a seed, its time and its folder."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from backprep.bank.question import LEVELS, Question
from backprep.journal.history import Mock

SEEDS = 10_000
"""How many there are to choose from where none is named: short ones."""
LARGEST_SEED = 2**53 - 1
"""The largest that a page can count on too."""
ROLES = {"to write": ("code", "measure"), "to say": ("explain",), "to mend": ("debug",)}
"""What an interview asks for, by importance: the last is left out first."""
ORDER = ("explain", "predict", "code", "measure", "debug")
PHASES = {"clarify": 0.10, "plan": 0.25, "code": 0.70, "test": 0.90, "follow-up": 1.0}
"""The share of a question's time at which each phase is over."""


def choose(
    questions: Sequence[Question],
    minutes: float,
    seed: int,
    topics: Collection[str] = (),
) -> list[Question]:
    """A set that fits the minutes: one of each role where the bank has them, then
    whatever else there is time for, other topics first.

    It depends on nothing but what is given: a partner gets the same. Empty where
    no question fits.
    """
    pool = [q for q in questions if not topics or q.topic in topics]
    drawn = sorted(pool, key=lambda q: sha256(f"{seed} {q.id}".encode()).digest())
    roles = [[q for q in drawn if q.kind in kinds] for kinds in ROLES.values()]
    shortest = [min(q.minutes for q in role) for role in roles if role]
    while sum(shortest) > minutes:
        shortest.pop()
    chosen: list[Question] = []
    left = minutes
    for n, role in enumerate([role for role in roles if role][: len(shortest)]):
        others = sum(shortest[n + 1 :])
        chosen.append(next(q for q in role if q.minutes <= left - others))
        left -= chosen[-1].minutes
    for again in (False, True):
        for q in drawn:
            met = q.topic in {c.topic for c in chosen}
            if q not in chosen and q.minutes <= left and met <= again:
                chosen.append(q)
                left -= q.minutes
    return sorted(chosen, key=_place)


def phase(elapsed: float, minutes: float) -> str:
    """What a question's time is for after `elapsed` seconds of its minutes:
    clarify, plan, code, test or follow-up."""
    share = elapsed / (minutes * 60)
    return next((name for name, end in PHASES.items() if share < end), "follow-up")


def role(question: Question) -> str:
    """What is asked for: to write, to say, to mend or to predict."""
    found = [name for name, kinds in ROLES.items() if question.kind in kinds]
    return found[0] if found else f"to {question.kind}"


def beginnings(questions: Sequence[Question]) -> list[int]:
    """The minute at which each question begins, when all take their time."""
    return [sum(q.minutes for q in questions[:n]) for n in range(len(questions))]


def answers_of(mock: Mock, answers: Path) -> Path:
    """Where a mock interview has its answers, so that none is there already: a folder
    in `answers`, unless that is the interview's own."""
    own = Path("mock", f"{datetime.fromisoformat(mock.at):%Y%m%d-%H%M%S}")
    return answers if answers.parts[-2:] == own.parts else answers / own


def _place(question: Question) -> tuple[int, int, int, str]:
    """Where a question comes: talk first, then write, then mend; easy ones first."""
    level = LEVELS.index(question.level)
    return ORDER.index(question.kind), level, question.minutes, question.id
