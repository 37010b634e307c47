"""What happened to an attempt outside its screen, in sentences."""

from __future__ import annotations

from backprep.journal.attempt import Attempt

GONE = "The journal holds this attempt no more; Enter begins another."


def news(before: Attempt, now: Attempt) -> str:
    """What makes `now` another attempt than `before`; empty where nothing that
    shows does."""
    said = []
    if now.revealed and not before.revealed:
        said.append("The answer was revealed elsewhere: the attempt counts as Again.")
    if now.time_was_up and not before.time_was_up:
        said.append("Time is up: your answer was kept as it was then.")
    for level in now.hints:
        if level not in before.hints:
            said.append(f"Hint {level} was shown elsewhere; it is below the prompt.")
    if now.finished and not before.finished:
        how = "passed" if now.passed else "was ended"
        said.append(f"The attempt {how} elsewhere.")
    elif before.running and not now.running:
        said.append("The attempt was paused elsewhere; Enter goes on.")
    elif now.running and not before.running:
        said.append("The attempt was taken up again elsewhere.")
    return " ".join(said)
