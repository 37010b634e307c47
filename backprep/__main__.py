"""Let `python -m backprep` be the command."""

from backprep.cli import main

main()
