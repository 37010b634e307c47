"""What a prompt's code printed where a library was installed that need not be here.

`docs/data/printed/<question>.json` keeps it, as
`python -m backprep.evidence.record_printed` recorded it.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from backprep.bank.question import BankError, Question

FOLDER = Path("docs", "data", "printed")
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TENSORFLOW = re.compile(r"^ *(?:import|from) (?:tensorflow|keras)\b", re.MULTILINE)


def blocks(question: Question) -> list[str]:
    """The blocks of Python that the question's prompt shows."""
    return CODE.findall(question.prompt)


def is_kept(code: str) -> bool:
    """Whether what a block prints is looked up, and not found out by running it."""
    return TENSORFLOW.search(code) is not None


def path(question: Question) -> Path:
    """Where it is kept."""
    return question.root / FOLDER / f"{question.id}.json"


def digest(code: str) -> str:
    """Tells whether a record is of this code."""
    return hashlib.sha256(code.encode()).hexdigest()


def kept(question: Question, code: str) -> dict[str, Any]:
    """By name, what the block printed. Raises BankError where that is not known."""
    try:
        record = json.loads(path(question).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        record = {}
    if record.get("code_sha256") != digest(code):
        raise BankError(
            f"{path(question)} is not of the code that {question.prompt_path} shows; "
            "run make outputs where TensorFlow is installed."
        )
    return dict(record["printed"])
