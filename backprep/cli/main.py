"""The command `backprep`: its commands by name, and every way out of them."""

from __future__ import annotations

import os
import sys

import click

from backprep import __version__
from backprep.cli.lazy import LazyGroup
from backprep.cli.options import bank_option, fail
from backprep.exit_codes import BROKEN, INTERRUPTED, NOT_PASSED, USAGE

COMMANDS = {
    name: f"backprep.cli.{name}:{name}"
    for name in (
        "bench",
        "cards",
        "check",
        "doctor",
        "grade",
        "hint",
        "history",
        "journal",
        "mcp",
        "mock",
        "new",
        "notebook",
        "plan",
        "practice",
        "reset",
        "reveal",
        "review",
        "serve",
        "show",
        "start",
        "stats",
        "verify",
    )
} | {"list": "backprep.cli.list:list_questions"}


@click.group(
    cls=LazyGroup,
    commands_in=COMMANDS,
    params=[bank_option],
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="backprep")
@click.pass_context
def cli(context: click.Context) -> None:
    """Practise PyTorch interview questions whose answers run.

    Begin with `backprep list`, then `backprep start QUESTION`, write your answer,
    and `backprep check QUESTION`. A question's name may be shortened.
    """
    if os.environ.get("BACKPREP_JUDGE"):
        from backprep.judge.ways import chosen

        chosen()
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        context.color = False


def main() -> None:
    """Run the command; every way out has its sentence and its exit code."""
    from backprep.bank.question import BankError

    try:
        cli(standalone_mode=False)
    except click.Abort:
        fail("Stopped.", INTERRUPTED)
    except KeyboardInterrupt:
        fail("Stopped.", INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE)
    except BankError as error:
        fail(str(error), BROKEN)
    except BrokenPipeError:
        # the reader has gone, as `head` does; nothing is left to say to it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(NOT_PASSED)
    except Exception as error:
        from backprep.files import FileProblem
        from backprep.journal.journal import JournalError
        from backprep.judge.errors import JudgeError, WrongWay

        if isinstance(error, WrongWay):
            fail(str(error), USAGE)
        if isinstance(error, JournalError | JudgeError | FileProblem):
            fail(str(error), BROKEN)
        raise
