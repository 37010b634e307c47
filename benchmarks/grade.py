"""How fast a cohort is graded, and what it costs: `make bench-grade`.

The cohort is made of the bank's own right answers, near misses and starters, so that
the truth is known: every verdict is compared with it. Prints ratios of ways that run
one after the other in the same run, since the machine's speed drifts.
"""

from __future__ import annotations

import argparse
import ast
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from backprep.bank import source
from backprep.bank.near_misses import near_misses
from backprep.bank.question import Question, read_text
from backprep.bank.questions import load_questions
from backprep.bank.starter import starter
from backprep.grading import cluster, results, run
from backprep.grading.equipment import versions
from backprep.grading.task import Judged, now

COMMAND = (sys.executable, "-m", "backprep")


@dataclass(frozen=True)
class Made:
    """An answer, and what its verdict must be."""

    text: str
    verdict: str
    mistake: str | None = None


def answers(question: Question) -> Iterator[Made]:
    """The answers that people of the cohort give to a question."""
    solution = read_text(question.solution_path)
    yield Made(solution, "passed")
    yield Made(starter(question), "not attempted")
    asked = [node.name for node in source.public_definitions(solution)]
    module = _without_the_bank(read_text(question.near_misses_path))
    for wrong in near_misses(question):
        stands_in = STANDS_IN.format(module=module, name=wrong.name, asked=asked)
        yield Made(solution + stands_in, "failed", wrong.name)


STANDS_IN = """

_reference = dict(globals())
exec({module!r}, _reference)
_wrong = _reference[{name!r}]
_names = [n for n in {asked!r} if isinstance(_wrong, type) and n in vars(_wrong)]
globals().update({{n: getattr(_wrong, n) for n in _names}} or {{{asked!r}[-1]: _wrong}})
"""
"""Behind a solution: a near miss, which may use it, under the name that is asked."""


def _without_the_bank(near_misses: str) -> str:
    """Near misses as a candidate could have written them."""
    tree = ast.parse(near_misses)
    renamed = []
    for node in list(tree.body):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            node.decorator_list = []
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module.startswith(("backprep.", "solutions.")):
                tree.body.remove(node)
            if node.module.startswith("solutions."):
                renamed += [f"{n.asname} = {n.name}" for n in node.names if n.asname]
    return "\n".join([*renamed, ast.unparse(tree)])


def hand_in(
    folder: Path, questions: Sequence[Question], people: int
) -> dict[tuple[str, str], Made]:
    """Write a cohort's submissions, no two answers the same; the truth about each."""
    draw = random.Random(0)
    truth = {}
    given = {question.id: list(answers(question)) for question in questions}
    for n in range(people):
        person = f"Person {n}"
        for question in questions:
            made = draw.choice(given[question.id])
            path = question.answer_path(folder / person)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{made.text}\n# {person}\n")
            truth[person, question.id] = made
    return truth


@dataclass(frozen=True)
class Run:
    """What a run of `backprep grade` took."""

    rate: float
    """Verdicts a second, from the first tenth to the last: without what starts once."""
    begin: float
    """Seconds until the first tenth."""
    memory: float
    """Megabytes, at most, of the process that hands out the work."""


def grade(folder: Path, out: Path, workers: int) -> Run:
    """Grade a folder in a process of its own."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [*COMMAND, "grade", folder, "--out", out, "--workers", str(workers)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    said = [
        (time.perf_counter(), int(line.split()[0].replace(",", "")))
        for line in process.stdout
        if " of " in line
    ]
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"backprep grade ended with {status}")
    (first, before), (last, after) = said[0], said[-1]
    rate = (after - before) / (last - first)
    return Run(rate, first - begun, usage.ru_maxrss / 1024)


def mistaken(out: Path, truth: dict[tuple[str, str], Made]) -> list[str]:
    """Each verdict that is not what it must be."""
    found = {(g.person, g.question): g for g in results.read(out)[1]}
    wrong = []
    for key, made in truth.items():
        said = found[key].verdict or {"verdict": found[key].problem}
        if said["verdict"] != made.verdict or found[key].mistake not in (
            made.mistake,
            None,
        ):
            told = f"{said['verdict']}, {found[key].mistake}"
            wrong.append(f"{key[1]}: {told} in place of {made.verdict}, {made.mistake}")
    return wrong


def check_each(folder: Path, truth: dict[tuple[str, str], Made], home: Path) -> float:
    """Verdicts a second of a loop over `backprep check`, with a warm worker."""
    environment = os.environ | {"BACKPREP_HOME": str(home)}
    keys = list(truth)

    def check(person: str, question: str) -> None:
        subprocess.run(
            [*COMMAND, "check", question, "--answers", folder / person],
            check=False,
            capture_output=True,
            env=environment,
        )

    check(*keys[0])
    begun = time.perf_counter()
    for key in keys:
        check(*key)
    return len(keys) / (time.perf_counter() - begun)


def nothing(question_id: str, files: Mapping[str, bytes]) -> Judged:
    """Stands for the judge where only what is around it is measured."""
    checks = [{"name": f"test_{n}", "message": "x" * 200} for n in range(6)]
    verdict = {"verdict": "passed", "checks": checks}
    return Judged(verdict, now(), "this machine", versions())


class Silent:
    """Hears how a run goes, and counts."""

    done = 0

    def say(self, sentence: str) -> None: ...

    def begin(self, answers: int, unchanged: int) -> None: ...

    def judged(self, answers: int) -> None:
        self.done += answers


def handing_out(people: int) -> None:
    """Hand out a cohort's answers to a worker that judges nothing.

    Prints the processor time that each takes of this process, which reads, schedules
    and writes, in seconds; and the most memory, in megabytes.
    """
    with (
        tempfile.TemporaryDirectory() as temporary,
        patch.object(cluster, "judge_answer", nothing),
    ):
        folder = Path(temporary, "submissions")
        hand_in(folder, chosen(10), people)
        heard = Silent()
        begun = time.process_time()
        run.grade(folder, Path(temporary, "results"), heard, workers=1)
        seconds = time.process_time() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(heard.done, seconds / heard.done, memory)


def chosen(number: int) -> list[Question]:
    """Questions that are answered in code, of as many topics as there are."""
    questions = [q for q in load_questions() if q.kind == "code"]
    return questions[:: max(1, len(questions) // number)][:number]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--questions", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument(
        "--handed-out",
        nargs="*",
        type=int,
        default=[100, 1_000],
        help="people with ten answers each, none of which is judged",
    )
    parser.add_argument("--handing-out", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.handing_out:
        handing_out(options.handing_out)
        return
    rates: dict[str, list[float]] = {"check": [], "one": [], "two": []}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "submissions")
        truth = hand_in(folder, chosen(options.questions), options.people)
        few = dict(list(truth.items())[: len(truth) // 4])
        wrong: list[str] = []
        for n in range(options.rounds):
            rates["check"].append(check_each(folder, few, Path(temporary, "home")))
            for name, workers in (("one", 1), ("two", 2)):
                out = Path(temporary, f"{name}-{n}")
                taken = grade(folder, out, workers)
                rates[name].append(taken.rate)
                wrong += mistaken(out, truth)
    print(f"{platform.machine()}, Python {platform.python_version()}, ", end="")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"{len(truth)} answers, {options.rounds} rounds in turn\n")
    loop, one, two = (statistics.median(values) for values in rates.values())
    print(f"a loop over backprep check {loop:6.2f} verdicts a second")
    print(f"backprep grade, 1 process  {one:6.2f}  {one / loop:5.2f} x the loop")
    print(
        f"backprep grade, 2 processes{two:6.2f}  {two / loop:5.2f} x the loop, "
        f"{two / one:.2f} x one process"
    )
    print(f"not what they must be: {len(wrong)}", *wrong, sep="\n  ")
    for people in options.handed_out:
        done = subprocess.run(
            [sys.executable, __file__, "--handing-out", str(people)],
            check=True,
            capture_output=True,
            text=True,
        )
        number, seconds, memory = map(float, done.stdout.split())
        print(
            f"{number:,.0f} verdicts without the judging: {seconds * 1000:.1f} ms of "
            f"processor time each, {seconds * one:.1%} of a verdict; at most "
            f"{memory:.0f} MB"
        )


if __name__ == "__main__":
    main()
