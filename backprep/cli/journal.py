"""`backprep journal`: carry the record of practice to another machine and back."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import click

from backprep.cli.options import fail
from backprep.clock import counted
from backprep.exit_codes import BROKEN

SHOWN = 20
"""Problems of a file that are named; of more it is said how many they are."""


@click.group()
def journal() -> None:
    """Write the record of your practice to a file, or take one in."""


@journal.command(name="export")
@click.argument("file", type=click.Path(path_type=Path), required=False)
def export_journal(file: Path | None) -> None:
    """Write all events as JSON Lines, to FILE or to the terminal.

    The answers kept with them are not in it. As long as a journal that was set
    aside lies beside it, events may be missing: that is said, and the exit code
    is 3.
    """
    from backprep.files import write_new
    from backprep.journal.journal import Journal, home

    ours = Journal(home())
    lines = list(ours.lines())
    text = "".join(f"{line}\n" for line in lines)
    if file is None:
        click.echo(text, nl=False)
    else:
        write_new(file, text)
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
@click.argument("file", type=click.File(encoding="utf-8", errors="replace"))
def import_journal(file: IO[str]) -> None:
    """Take in the events of FILE; those that are there already stay as they are."""
    from backprep.journal import exchange
    from backprep.journal.journal import Journal, home

    ours = Journal(home())
    known = {event.id: event for _, event in ours.events()}
    if ours.notice:
        click.echo(ours.notice, err=True)
    events, problems = exchange.read(file, known)
    if problems:
        listed = [f"  {problem}" for problem in problems[:SHOWN]]
        if len(problems) > SHOWN:
            listed.append(f"  and {len(problems) - SHOWN} more")
        raise click.UsageError(
            f"{file.name} was not taken in; mend these lines or remove them:\n"
            + "\n".join(listed)
        )
    added = ours.merge(events)
    are = "is" if added == 1 else "are"
    click.echo(
        f"{counted(added, 'event')} {are} new, "
        f"{len(events) - added} {'was' if len(events) - added == 1 else 'were'} there "
        "already."
    )
