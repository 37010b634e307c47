"""A made-up cohort whose truth is known: the bank's own near misses, recorded."""

import json
import random
from collections import Counter
from dataclasses import asdict, dataclass, field

from backprep.bank import source
from backprep.bank.near_miss_messages import messages
from backprep.bank.near_misses import near_misses
from backprep.bank.question import read_text
from backprep.bank.questions import load_questions
from backprep.grading.results import COHORT, SCHEMA, VERDICTS, Cohort, Graded
from backprep.judge.verdict import Check, Verdict, not_attempted, of_the_whole


@dataclass
class Truth:
    """What a report of the cohort must say."""

    made: dict = field(default_factory=dict)
    """By question and near miss: the people who made it."""
    rejected: Counter = field(default_factory=Counter)
    """By question and check: how many answers it rejects."""
    endings: dict = field(default_factory=dict)
    """By person and question: the verdict."""


def graded(person, verdict, mistake=None):
    """A verdict as it stands among the results."""
    return Graded(
        person,
        verdict.question,
        "0" * 64,
        "1" * 64,
        {"backprep": "0.3.0", "torch": "2.13.0", "python": "3.11.7"},
        "2026-11-29T08:00:00+00:00",
        "this machine",
        verdict.as_json(),
        mistake,
    )


def passed(question):
    checks = [Check(name, "passed") for name in question.check_names]
    return Verdict(question.id, "passed", 1.25, checks)


def near_miss(question, wrong):
    """The verdict on a near miss of the bank, with what its checks said."""
    advice = source.docstrings(read_text(question.checks_path))
    told = messages(question).get(wrong.name, {})
    checks = [
        Check(name, "failed", told.get(Check(name).title, "failed"), 3, advice[name])
        if name in wrong.fails
        else Check(name, "passed")
        for name in question.check_names
    ]
    summary = f"Looks like: {wrong.title}. {wrong.consequence}"
    return Verdict(question.id, "failed", 1.5, checks, summary=summary)


def write(folder, people, found, questions=None, problems=()):
    """The results of a cohort, as a run leaves them."""
    folder.mkdir(exist_ok=True)
    questions = questions or [question.id for question in load_questions()]
    cohort = {"schema": SCHEMA, **asdict(Cohort(people, questions, problems))}
    (folder / COHORT).write_text(json.dumps(cohort))
    lines = [json.dumps({"schema": SCHEMA, **asdict(one)}) for one in found]
    (folder / VERDICTS).write_text("".join(f"{line}\n" for line in lines))


def make(folder, people, skipped=()):
    """A class that answers all questions but those in `skipped`: about half pass."""
    drawn, truth, found = random.Random(7), Truth(), []
    for question in load_questions():
        if question.id in skipped:
            continue
        wrong = near_misses(question)
        known = {one.name: near_miss(question, one) for one in wrong}
        right = passed(question)
        for person in people:
            verdict, mistake = right, None
            draw = drawn.random()
            if draw < 0.06:
                verdict = not_attempted(question, "The starter is unchanged.")
            elif draw < 0.08:
                verdict = of_the_whole(
                    question, "timeout", "It ran past 30 s.", outcome="error"
                )
            elif draw < 0.5 and wrong:
                # some mistakes are common
                at = min(int(drawn.expovariate(0.8)), len(wrong) - 1)
                mistake = wrong[at].name
                verdict = known[mistake]
                truth.made.setdefault((question.id, mistake), []).append(person)
            truth.endings[person, question.id] = verdict.verdict
            truth.rejected.update(
                (question.id, check.title) for check in verdict.checks if check.rejects
            )
            found.append(graded(person, verdict, mistake))
    write(folder, people, found)
    return truth
