"""The sentence below the question: what there is to do, or how it went."""

from __future__ import annotations

from backprep.clock import in_minutes
from backprep.practice import mock
from backprep.screen.question_state import QuestionState
from backprep.terminal import verdict_lines
from backprep.terminal.styled import Line

SOFT_WORDS = {
    "clarify": "First ask what is not clear.",
    "plan": "Say your plan before you write.",
    "code": "",
    "test": "Time to try it on cases of your own.",
    "follow-up": "Time for the last touches.",
}
"""For each phase of a mock interview's question."""


def guidance(now: QuestionState) -> Line:
    """The sentence for a question as it is now."""
    attempt = now.attempt
    if attempt is None:
        return [(f"{now.reason} {_invitation(now)}".strip(), "")]
    if attempt.finished:
        return [(now.result, "")]
    if not attempt.running:
        return [("Paused. Enter goes on.", "")]
    line = _task(now)
    if now.interview is not None:
        phase = mock.phase(now.coach.elapsed(attempt.id), now.question.minutes)
        line = [*line, (f" {SOFT_WORDS[phase]}", "")]
    return line


def _task(now: QuestionState) -> Line:
    if now.spoken:
        return [("Say it aloud. Press Enter when done talking.", "")]
    if now.verdict is not None and now.verdict.verdict != "not attempted":
        return verdict_lines.total(now.verdict)
    if now.predicting:
        return [("Fill in what you predict; Enter judges it.", "")]
    return [("Write your answer there; every save is judged.", "")]


def _invitation(now: QuestionState) -> str:
    if now.unfinished is not None:
        return "Enter goes on."
    if now.interview is not None:
        if now.interview.attempts:
            return "Enter goes on with the interview."
        return f"Enter starts the interview: {in_minutes(now.interview.minutes)}."
    minutes = in_minutes(now.minutes or now.question.minutes)
    if now.old_answer:
        return (
            f"Enter starts {minutes} from blank and keeps your old "
            "answer aside; k goes on with it."
        )
    return f"Enter starts the clock: {minutes}."
