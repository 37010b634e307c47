"""`backprep journal`: carry the record of practice to another machine and back."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from backprep import files
from backprep.cli.options import FilePath, fail
from backprep.clock import counted
from backprep.exit_codes import BROKEN

SHOWN = 20
"""Problems of a file that are named; of more it is said how many they are."""


@click.group()
def journal() -> None:
    """Write the record of your practice to a file, or take one in."""


@journal.command(name="export")
@click.argument("file", type=FilePath(), required=False)
def export_journal(file: Path | None) -> None:
    """Write all events as JSON Lines, to FILE or to the terminal.

    The answers kept with them are not in it. As long as a journal that was set
    aside lies beside it, events may be missing: that is said, and the exit code
    is 3.
    """
    from backprep.journal.journal import Journal, home

    ours = Journal(home())
    lines = list(ours.lines())
    text = "".join(f"{line}\n" for line in lines)
    if file is None:
        click.echo(text, nl=False)
    else:
        files.write_new(file, text)
        click.echo(f"{counted(len(lines), 'event')} in {file}")
    if ours.set_aside:
        names = ", ".join(map(str, ours.set_aside))
        found = f"{ours.notice} " if ours.notice else ""
        fail(
            f"{found}This export holds the {counted(len(lines), 'event')} that could "
            f"be read and may lack some; see {names}, and backprep doctor.",
            BROKEN,
        )


@journal.command(name="import")
@click.argument("file", type=FilePath(allow_dash=True))
def import_journal(file: Path) -> None:
    """Take in the events of FILE; those that are there already stay as they are.

    A FILE of - is the standard input.
    """
    from backprep.journal import exchange
    from backprep.journal.journal import Journal, home

    ours = Journal(home())
    known = {event.id: event for _, event in ours.events()}
    if ours.notice:
        click.echo(ours.notice, err=True)
    events, problems = exchange.read(_lines(file), known)
    if problems:
        listed = [f"  {problem}" for problem in problems[:SHOWN]]
        if len(problems) > SHOWN:
            listed.append(f"  and {len(problems) - SHOWN} more")
        raise click.UsageError(
            f"{file} was not taken in; mend these lines or remove them:\n"
            + "\n".join(listed)
        )
    added = ours.merge(events)
    are = "is" if added == 1 else "are"
    click.echo(
        f"{counted(added, 'event')} {are} new, "
        f"{len(events) - added} {'was' if len(events) - added == 1 else 'were'} there "
        "already."
    )


def _lines(file: Path) -> Iterable[str]:
    """The lines of a file that is one, or of the standard input.

    Only line feeds part them: text may hold what else `splitlines` goes by.
    """
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else files.read(file)
    except FileNotFoundError:
        raise click.UsageError(f"There is no file {file}.") from None
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror}.") from None
    return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", errors="replace")
