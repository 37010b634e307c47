"""Run the judge over every near miss, and record what its checks say.

`python -m backprep.evidence.record_near_misses [QUESTION…]` records what has changed,
or only the questions named.
"""

from __future__ import annotations

import sys

from backprep.bank import near_miss_messages
from backprep.bank.near_misses import near_misses
from backprep.bank.question import BankError, Question
from backprep.bank.questions import UnknownQuestion, find_question, load_questions
from backprep.evidence.origin import Origin, write_record
from backprep.judge import client, errors


def caught(question: Question) -> near_miss_messages.Messages:
    """What each check that rejects a near miss says of it."""
    verdicts = client.judge_known_answers(question)
    return {
        wrong.name: {
            check.title: check.message
            for check in verdicts[wrong.name].checks
            if check.rejects
        }
        for wrong in near_misses(question)
    }


def write(
    question: Question, caught: near_miss_messages.Messages, origin: Origin
) -> None:
    """Record what was `caught`, and where."""
    inputs = near_miss_messages.inputs(question)
    record = {"inputs": inputs, "near_misses": caught}
    write_record(near_miss_messages.path(question), record, origin)


def main(names: list[str]) -> None:
    """Record the questions named, or those whose files have changed."""
    questions = load_questions()
    wanted = [find_question(name, questions) for name in names] or [
        q for q in questions if not near_miss_messages.messages(q)
    ]
    for question in wanted:
        found = caught(question)
        path = near_miss_messages.path(question)
        if all(len(found[w.name]) == len(w.fails) for w in near_misses(question)):
            write(question, found, Origin.here())
            print(f"recorded {path}")
        else:
            print(f"{path}: left as it is, since not every check runs here")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (BankError, UnknownQuestion, errors.JudgeError) as error:
        sys.exit(str(error))
