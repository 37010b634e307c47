"""Keep what a `--benchmark-json` says, and report on the claims: `make bench-amp`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from backprep.bench.claims import report
from backprep.bench.record import of_pytest_benchmark


def main(benchmark_json: Path, folder: Path) -> None:
    """Write a record for each device into the folder."""
    for record in of_pytest_benchmark(
        json.loads(benchmark_json.read_text(encoding="utf-8"))
    ):
        path = record.write(folder)
        print(report(record), f"kept in {path}", sep="\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
