"""Change each solution in every small way cosmic-ray knows: `make mutants`.

A mutant that the checks let through is a check that was forgotten, or changes
nothing: then it stands in `equivalent_mutants.toml` with the reason. Questions
whose solution and checks are as they were at the last clean run, which
`mutants_checked.json` records, are left out; `--all` takes them too. Where that
leaves none, the shortest solution is taken: a run always changes something.
"""

import argparse
import ast
import hashlib
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from backprep.bank.question import Question, read_text
from backprep.bank.questions import find_question, load_questions
from backprep.judge import client

HERE = Path(__file__).parent
EQUIVALENT = HERE / "equivalent_mutants.toml"
CHECKED = HERE / "mutants_checked.json"
COSMIC_RAY = Path(sysconfig.get_path("scripts"), "cosmic-ray")

CONFIG = """\
[cosmic-ray]
module-path = ["{module}"]
timeout = 120.0
excluded-modules = []
test-command = "{python} -m backprep check {question} --answers {answers}"

[cosmic-ray.distributor]
name = "local"
"""


@dataclass(frozen=True)
class Mutant:
    """The lines of a solution before and after a change, without their indent."""

    before: str
    after: str

    @classmethod
    def of(cls, diff: str) -> "Mutant":
        lines = diff.splitlines()
        return cls(_changed(lines, "-"), _changed(lines, "+"))


def _changed(lines: list[str], sign: str) -> str:
    kept = [n for n in lines if n.startswith(sign) and not n.startswith(sign * 3)]
    return " ".join(line[1:].strip() for line in kept)


def digest(question: Question) -> str:
    """What a run's outcome depends on."""
    sources = [question.solution_path.read_text(), question.checks_path.read_text()]
    parts = list(map(code_alone, sources))
    parts += sorted(map(repr, equivalent(question)))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def code_alone(source: str) -> str:
    """A module without its comments, its docstrings and the prompt that it quotes."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module)
            and ast.get_docstring(node, clean=False) is not None
        ):
            node.body = node.body[1:]
        if isinstance(node, ast.FunctionDef):
            node.decorator_list = [
                decorator
                for decorator in node.decorator_list
                if not ast.unparse(decorator).startswith("prompt_says(")
            ]
    return ast.dump(tree)


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [COSMIC_RAY, *arguments],
        cwd=folder,
        # an equivalent mutant passes: not in the journal of whoever looks for them
        env={**os.environ, "BACKPREP_HOME": str(folder / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"cosmic-ray {arguments[0]} failed:\n{done.stderr}")
    return done.stdout


def mutate(question: Question) -> tuple[int, list[Mutant]]:
    """How many mutants there are, and which of them the checks let through."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        answer = question.answer_path(folder)
        answer.parent.mkdir()
        answer.write_text(read_text(question.solution_path))
        (folder / "config.toml").write_text(
            CONFIG.format(
                module=answer, python=sys.executable, question=question, answers=folder
            )
        )
        run(folder, "init", "config.toml", "session.sqlite")
        run(folder, "exec", "config.toml", "session.sqlite")
        rows = [
            json.loads(line)
            for line in run(folder, "dump", "session.sqlite").splitlines()
        ]
    unknown = [row for row in rows if row[1] is None]
    if unknown:
        sys.exit(f"{question}: {len(unknown)} mutants were not run")
    survivors = [
        Mutant.of(result["diff"])
        for _, result in rows
        if result["test_outcome"] == "survived"
    ]
    return len(rows), survivors


def equivalent(question: Question) -> set[Mutant]:
    listed = tomllib.loads(EQUIVALENT.read_text()).get(question.id, [])
    return {Mutant(entry["before"], entry["after"]) for entry in listed}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("question", nargs="*")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    questions = load_questions()
    asked = [find_question(name, questions) for name in options.question] or questions
    checked = json.loads(CHECKED.read_text()) if CHECKED.exists() else {}
    changed = [q for q in asked if checked.get(q.id) != digest(q)]
    shortest = min(asked, key=lambda q: q.solution_path.stat().st_size)
    forgotten = 0
    for question in asked if options.all else changed or [shortest]:
        reference = client.judge(question, question.root / "solutions")
        if reference.verdict != "passed":
            sys.exit(f"{question}: the solution itself does not pass")
        count, survivors = mutate(question)
        listed = equivalent(question)
        new = [m for m in dict.fromkeys(survivors) if m not in listed]
        stale = listed - set(survivors)
        print(f"{question}: {count} mutants, {len(survivors)} equivalent", flush=True)
        for mutant in new:
            print(f"  passes: {mutant.before}\n  as:     {mutant.after}")
        for mutant in stale:
            print(f"  listed in {EQUIVALENT.name} and rejected: {mutant.after}")
        forgotten += len(new) + len(stale)
        if not new and not stale:
            checked[question.id] = digest(question)
            CHECKED.write_text(json.dumps(checked, indent=2, sort_keys=True) + "\n")
    sys.exit(1 if forgotten else 0)


if __name__ == "__main__":
    main()
