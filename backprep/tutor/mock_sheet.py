"""A mock interview for an assistant that plays the interviewer: nothing to spoil."""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Sequence

from backprep.bank.aims import EVERYTHING, Aim
from backprep.bank.pasting import as_option
from backprep.bank.question import Question
from backprep.clock import in_minutes
from backprep.practice.interviewer_sheet import phases, timetable
from backprep.practice.mock import SEEDS, choose, role
from backprep.tutor.refused import Refused


def mock_sheet(
    questions: Sequence[Question],
    minutes: int,
    topics: Sequence[str],
    seed: int | None,
    aim: Aim = EVERYTHING,
) -> str:
    """The questions of an aim that a seed draws, as `backprep mock` draws them, with
    their times and prompts, in Markdown. Raises Refused."""
    number = secrets.randbelow(SEEDS) if seed is None else seed
    wanted = sorted(set(topics))
    chosen = choose(aim.path(questions), minutes, number, wanted)
    if not chosen:
        raise Refused(f"No question fits {in_minutes(minutes)}; allow more.")
    again = f"backprep mock --minutes {minutes} --seed {number}{as_option()}"
    again += f" --topics {','.join(wanted)}" if wanted else ""
    again += f" --aim {shlex.quote(aim.name)}" if aim.parts else ""
    return "\n\n".join(
        [
            f"# Mock interview: {in_minutes(minutes)}, seed {number}",
            "Read each prompt aloud and let the candidate ask back. Begin an attempt "
            "at each question when you come to it; an interview gives no hints. The "
            "rubric and the follow-ups of a question open when it passes, and those of "
            "a spoken question when its answer is handed in. The same questions in a "
            f"terminal: `{again}`.",
            timetable(chosen, minutes),
            *(_about(number, question) for number, question in enumerate(chosen, 1)),
        ]
    )


def _about(number: int, question: Question) -> str:
    return (
        f"## {number}. {question.title}\n\n"
        f"{question.id}, {role(question)}, {question.minutes} minutes: "
        f"{phases(question)}.\n\n{question.prompt}"
    )
