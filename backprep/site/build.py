"""Build the study site of the bank: `python -m backprep.site.build FOLDER`.

In a clone `mkdocs build` does the same; an installed bank has the hook elsewhere.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mkdocs.commands import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

from backprep.bank.questions import bank_root


def build(root: Path, folder: Path) -> None:
    """Build the site of the bank in `root` into `folder`. Raises MkDocsException."""
    config = load_config(
        str(root / "mkdocs.yml"),
        hooks=[str(Path(__file__).with_name("mkdocs_hook.py"))],
        site_dir=str(folder),
        watch=[],
    )
    config.plugins.on_startup(command="build", dirty=False)
    try:
        mkdocs_build.build(config)
    finally:
        config.plugins.on_shutdown()


def main() -> None:
    """Build into the folder that is named, and say why where it cannot be."""
    (folder,) = sys.argv[1:]
    try:
        build(bank_root(), Path(folder))
    except MkDocsException as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
