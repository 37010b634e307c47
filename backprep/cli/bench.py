"""`backprep bench`: measurements of this machine."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from backprep.cli.options import FilePath
from backprep.exit_codes import BROKEN


@click.group()
def bench() -> None:
    """Measure this machine."""


@bench.command()
@click.option(
    "--into",
    type=FilePath(file_okay=False),
    default="amp-benchmark",
    show_default=True,
    help="The folder for the numbers and the picture.",
)
def amp(into: Path) -> None:
    """Measure what mixed precision saves here, in a few minutes."""
    try:
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(
            f"The folder {into} cannot be made: {error.strerror}. "
            "Name another with --into."
        ) from None
    try:
        import torch
    except ImportError as error:
        click.echo(f"torch cannot be imported: {error}. pip install torch", err=True)
        sys.exit(BROKEN)
    from rich.console import Console
    from rich.progress import track

    from backprep.bench.claims import report
    from backprep.bench.machine import machine
    from backprep.bench.measure import measure, plan
    from backprep.bench.modes import DEVICES, missing_device
    from backprep.bench.record import Record
    from backprep.plots.amp import ratios

    console = Console(stderr=True)
    for name in DEVICES:
        if reason := missing_device(name):
            click.echo(f"{name} is skipped: {reason}")
            continue
        device = torch.device(name)
        results = [
            measure(case, mode, device)
            for case, mode in track(
                plan(device), f"Training on {name}", console=console
            )
        ]
        record = Record(machine(device), tuple(results))
        click.echo(report(record))
        for path in (record.write(into), *ratios(record, into)):
            click.echo(path)
