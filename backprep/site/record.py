"""Run the judge over every near miss, and record what its checks say.

`python -m backprep.site.record [QUESTION…]` records what has changed, or only that.
"""

from __future__ import annotations

import sys
from datetime import date

from backprep import bank, judge
from backprep.bank import Question
from backprep.bench import machine
from backprep.site import captured

REJECTED = ("failed", "error")


def caught(question: Question) -> captured.Messages:
    """What each check that rejects a near miss says of it."""
    return {
        name: {
            check.title: check.message
            for check in verdict.checks
            if check.outcome in REJECTED
        }
        for name, verdict in judge.judge_near_misses(question).items()
    }


def main(names: list[str]) -> None:
    questions = bank.load()
    wanted = [bank.find(name, questions) for name in names] or [
        q for q in questions if not captured.messages(q)
    ]
    for question in wanted:
        captured.write(
            question,
            caught(question),
            versions=machine.versions(),
            machine=machine.cpu(),
            recorded=date.today().isoformat(),
        )
        print(f"recorded {captured.path(question)}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (bank.BankError, bank.UnknownQuestion, judge.JudgeError) as error:
        sys.exit(str(error))
