"""`backprep grade`: the verdicts on the answers of a whole cohort."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backprep.cli.options import FilePath, fail
from backprep.exit_codes import BROKEN, INTERRUPTED, USAGE

if TYPE_CHECKING:
    from backprep.grading.gradebook import Rule

NEEDED = "cryptography", "distributed", "jinja2"


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
@click.option(
    "--csv", "gradebook", type=FilePath(), help="Write everybody's points as CSV."
)
@click.option(
    "--points",
    type=click.Choice(["passed", "checks"]),
    default="passed",
    show_default=True,
    help="For --csv: one for each answer that passed, or the share of its checks.",
)
@click.option(
    "--feedback", type=FilePath(), help="Write a Markdown file for each person there."
)
@click.option("--anonymous", is_flag=True, help="Show numbers in place of names.")
def grade(
    submissions: Path,
    out: Path,
    scheduler: str | None,
    workers: int | None,
    gradebook: Path | None,
    points: Rule,
    feedback: Path | None,
    anonymous: bool,
) -> None:
    """Judge the answers of a cohort: a folder or a zip for each person.

    SUBMISSIONS/PERSON/TOPIC/SLUG.py is a person's answer to a question. Verdicts are
    added to OUT/verdicts.jsonl as they come; what has not changed since is not judged
    again. OUT/index.html reports on all of them.
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
    # said before anything is judged
    if gradebook and gradebook.is_dir():
        raise click.UsageError(f"{gradebook} is a folder; --csv needs a file's name.")
    if feedback and feedback.exists() and not feedback.is_dir():
        raise click.UsageError(
            f"{feedback} is a file; --feedback needs a folder's name."
        )

    from backprep.grading import run
    from backprep.grading.results import CannotGoOn, GradingError
    from backprep.terminal.grading_progress import GradingProgress

    progress = GradingProgress()
    try:
        with progress:
            run.grade(submissions, out, progress, scheduler, workers)
        written = _write(out, gradebook, points, feedback, anonymous)
    except GradingError as error:
        fail(str(error), BROKEN if isinstance(error, CannotGoOn) else USAGE)
    except KeyboardInterrupt:
        fail(
            f"Stopped: {progress.so_far}. The same command goes on from there.",
            INTERRUPTED,
        )
    click.echo(written)


def _write(
    out: Path, gradebook: Path | None, points: Rule, feedback: Path | None, anon: bool
) -> str:
    """Write what was asked for of the results, and say where the report is."""
    from backprep.grading import feedback as feedback_files
    from backprep.grading import gradebook as gradebook_file
    from backprep.grading import names, report
    from backprep.grading.summary import summarize

    summary = summarize(out)
    people = summary.cohort.people
    shown = names.numbers(people) if anon else names.own_names(people)
    page = report.write(summary, out, shown)
    if gradebook:
        gradebook_file.write(summary, gradebook, points, shown)
    if feedback:
        feedback_files.write(summary, feedback, shown)
    return f"{page} shows how they did."
