"""Let `python -m backprep` be the command."""

from backprep.cli.main import main

main()
