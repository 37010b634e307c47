"""Build the study site of the bank: `python -m backprep.site.build FOLDER`.

In a clone `mkdocs build` does the same; an installed bank has the hook elsewhere.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from mkdocs.commands import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException

from backprep.bank.questions import bank_root, own_root


def build(root: Path, folder: Path) -> None:
    """Build the site of the bank in `root` into `folder`.

    A bank of one's own has questions and no site: it gets the frame of the one that
    came along, whose guides may link to pages that are not there. Raises
    MkDocsException and OSError.
    """
    if root == own_root():
        _build(root, folder, strict=True)
        return
    with tempfile.TemporaryDirectory() as name:
        whole = Path(name)
        shutil.copy(own_root() / "mkdocs.yml", whole)
        shutil.copytree(own_root() / "docs", whole / "docs")
        for part in ("questions", "solutions", "tests", "docs"):
            if (root / part).is_dir():
                shutil.copytree(root / part, whole / part, dirs_exist_ok=True)
        _build(whole, folder, strict=False)


def _build(root: Path, folder: Path, *, strict: bool) -> None:
    config = load_config(
        str(root / "mkdocs.yml"),
        hooks=[str(Path(__file__).with_name("mkdocs_hook.py"))],
        site_dir=str(folder),
        strict=strict,
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
    except (MkDocsException, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
