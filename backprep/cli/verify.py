"""`backprep verify`: the rules that hold for every question of a bank."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import click

from backprep.bank.questions import bank_root, own_root
from backprep.cli.options import QuestionName
from backprep.evidence import outputs
from backprep.exit_codes import NOT_PASSED, PASSED


@click.command()
@click.argument("question", type=QuestionName(), required=False)
def verify(question: Any) -> None:
    """Say what a question, or the whole bank, still lacks.

    Runs every solution, starter, near miss and other right answer through every check,
    and reads every text: a near miss that passes, a right answer that fails, a hint
    that gives a line away, a missing file. In a bank of your own it first records what
    the examples print.
    """
    rules = own_root() / "tests" / "test_every_question.py"
    chosen = ["-k", f"[{question.id}] or has_its_parts"] if question else []
    if bank_root() != own_root():
        for line in outputs.record(bank_root()):
            click.echo(line)
    done = subprocess.run(
        [
            sys.executable,
            *("-m", "pytest", "--quiet", "--no-header", "--tb=short"),
            *("-p", "no:cacheprovider", "--import-mode=importlib"),
            *("-c", os.devnull, f"--rootdir={own_root()}", str(rules), *chosen),
        ],
        cwd=bank_root(),
        check=False,
    )
    sys.exit(PASSED if done.returncode == 0 else NOT_PASSED)
