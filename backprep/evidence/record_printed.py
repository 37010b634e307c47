"""Run the code of prompts that needs TensorFlow, and keep what it prints.

`python -m backprep.evidence.record_printed` rewrites a record only where the code has
changed or prints something else.
"""

from __future__ import annotations

import sys

from backprep.bank import printed
from backprep.bank.question import BankError, Question
from backprep.bank.questions import load_questions
from backprep.evidence import outputs
from backprep.evidence.origin import Origin, write_record
from backprep.testing import run


def record(question: Question, code: str) -> bool:
    """Keep what a block of the question's prompt prints; whether that was news."""
    found = run(code, question)
    try:
        if printed.kept(question, code) == found:
            return False
    except BankError:
        pass
    origin = Origin.here(tensorflow=outputs.tensorflow_version())
    whole = {"code_sha256": printed.digest(code), "printed": found}
    write_record(printed.path(question), whole, origin)
    return True


def main() -> None:
    """Bring the records up to date, and say which were written."""
    for question in load_questions():
        for code in filter(printed.is_kept, printed.blocks(question)):
            path = printed.path(question).relative_to(question.root)
            if not outputs.has_tensorflow():
                print(f"{path}: skipped, {outputs.NEEDS_TENSORFLOW}")
            elif record(question, code):
                print(f"{path}: written")


if __name__ == "__main__":
    try:
        main()
    except BankError as error:
        sys.exit(str(error))
