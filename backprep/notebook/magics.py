"""The magics: `%%check`, `%hint`, `%show`, `%reveal` and `%answers`."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from IPython.display import DisplayHandle, display

from backprep.bank.pasting import ANSWERS
from backprep.bank.question import BankError
from backprep.bank.questions import UnknownQuestion
from backprep.files import FileProblem
from backprep.journal.errors import JournalError
from backprep.judge.client import TIMEOUT
from backprep.judge.errors import JudgeError
from backprep.judge.ways import chosen
from backprep.notebook.candidate import Candidate
from backprep.notebook.refused import Refused
from backprep.notebook.report import Prose
from backprep.printable import printable

AGAIN = 300.0
"""Seconds after which the judge is kept from falling asleep."""

SENTENCES = UnknownQuestion, BankError, FileProblem, JournalError, JudgeError
"""Errors whose message is all that there is to say."""


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds > 0):
        raise ArgumentTypeError(f"{text} is not a number of seconds above 0, like 30.")
    return seconds


@magics_class
class BackprepMagics(Magics):
    """The same judge, journal and words as everywhere, in cells."""

    shell: InteractiveShell

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._answers = ANSWERS
        self._known: Candidate | None = None
        threading.Thread(target=_stay_warm, daemon=True).start()

    @property
    def _candidate(self) -> Candidate:
        if self._known is None:
            self._known = Candidate(self._answers)
        return self._known

    @magic_arguments()
    @argument("question", help="The question's name, which may be shortened.")
    @argument(
        "--timeout",
        type=_seconds,
        default=TIMEOUT,
        help="Seconds that the checks may take.",
    )
    @cell_magic
    def check(self, line: str, cell: str) -> None:
        """Judge the cell as the answer to a question, and then run it here."""
        asked = parse_argstring(self.check, line)
        shown = DisplayHandle()
        waiting: list[str] = []

        def notify(text: str) -> None:
            if not waiting:
                shown.display({"text/plain": f"{text} …"}, raw=True)
            waiting.append(text)

        with _in_a_sentence():
            report = self._candidate.check(asked.question, cell, asked.timeout, notify)
        if waiting:
            shown.update(report)
        else:
            shown.display(report)
        if report.verdict.verdict in ("passed", "failed"):
            # it can be imported, which ends in time: the next cells may try it
            self.shell.safe_execfile(str(report.path), self.shell.user_ns)

    @magic_arguments()
    @argument("question", help="The question's name, which may be shortened.")
    @line_magic
    def hint(self, line: str) -> None:
        """Show the hints so far and the next one, which counts in an attempt."""
        asked = parse_argstring(self.hint, line)
        self._show(lambda: self._candidate.hint(asked.question))

    @magic_arguments()
    @argument("question", help="The question's name, which may be shortened.")
    @line_magic
    def show(self, line: str) -> None:
        """Show a question's prompt and what one starts from."""
        asked = parse_argstring(self.show, line)
        self._show(lambda: self._candidate.show(asked.question))

    @magic_arguments()
    @argument("question", help="The question's name, which may be shortened.")
    @argument("--yes", action="store_true", help="Yes, reveal it.")
    @line_magic
    def reveal(self, line: str) -> None:
        """Show the answer: what to say, the code, and what people get wrong."""
        asked = parse_argstring(self.reveal, line)
        self._show(lambda: self._candidate.reveal(asked.question, asked.yes))

    @line_magic
    def answers(self, line: str) -> None:
        """Name the folder of your answers, or say which one it is."""
        with _in_a_sentence():
            if folder := line.strip().strip("\"'"):
                named = Candidate(Path(folder))
                # one who runs this cell again keeps what was written and hinted
                if named.coach.answers != self._candidate.coach.answers:
                    self._known = named
            print(printable(str(self._candidate.coach.answers)))

    def _show(self, work: Callable[[], Prose]) -> None:
        with _in_a_sentence():
            display(work())


@contextlib.contextmanager
def _in_a_sentence() -> Iterator[None]:
    """Whatever goes wrong that a user can do something about is one sentence."""
    try:
        yield
    except KeyboardInterrupt:
        raise Refused("Stopped.") from None
    except SENTENCES as error:
        raise Refused(str(error)) from None


def _stay_warm() -> None:
    """Load torch before the first verdict asks for it, and keep it for the next."""
    while True:
        with contextlib.suppress(JudgeError):  # the next verdict says why
            chosen().warm()
        time.sleep(AGAIN)
