"""`backprep grade`: the verdicts on the answers of a whole cohort."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import click

from backprep.cli.options import FilePath, fail
from backprep.exit_codes import BROKEN, INTERRUPTED, USAGE

NEEDED = "cryptography", "distributed"


@click.command()
@click.argument("submissions", type=FilePath())
@click.option(
    "--out",
    type=FilePath(),
    required=True,
    help="The folder of the results; a run that was stopped goes on there.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Judge on the Dask cluster of this scheduler, like tcp://10.0.0.1:8786.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Judge in N processes here; without it, in one for each core.",
)
def grade(
    submissions: Path, out: Path, scheduler: str | None, workers: int | None
) -> None:
    """Judge the answers of a cohort: a folder or a zip for each person.

    SUBMISSIONS/PERSON/TOPIC/SLUG.py is a person's answer to a question. Verdicts are
    added to OUT/verdicts.jsonl as they come; what has not changed since is not judged
    again.
    """
    if not all(map(importlib.util.find_spec, NEEDED)):
        raise click.UsageError(
            'Dask is not installed: pip install "backprep[grade]" installs it.'
        )
    if scheduler and workers:
        raise click.UsageError(
            "--workers counts processes on this machine, and --scheduler judges on "
            "others: name one of them."
        )

    from backprep.grading import run
    from backprep.grading.results import CannotGoOn, GradingError
    from backprep.terminal.grading_progress import GradingProgress

    with GradingProgress() as progress:
        try:
            run.grade(submissions, out, progress, scheduler, workers)
        except GradingError as error:
            fail(str(error), BROKEN if isinstance(error, CannotGoOn) else USAGE)
        except KeyboardInterrupt:
            fail(
                f"Stopped: {progress.so_far}. The same command goes on from there.",
                INTERRUPTED,
            )
