"""How a command is printed, so that it can be pasted into a shell."""

from __future__ import annotations

import shlex
from pathlib import Path

from backprep.bank.questions import bank_root, own_root

ANSWERS = Path("answers")
"""The folder of answers, where no other is named."""


def as_option(answers: Path = ANSWERS) -> str:
    """What a command must be given to use the same bank and folder of answers."""
    options = []
    if bank_root() != own_root():
        options += ["--bank", str(bank_root())]
    if answers != ANSWERS:
        options += ["--answers", str(answers)]
    return f" {shlex.join(options)}" if options else ""
