"""The site's scripts as they travel: without comments and spaces, where Node is there.

Each stays a file of its own, under its own name; without Node they travel as written.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

SOURCE = Path("docs", "assets", "js")
BUILT = Path("build", "scripts")
OPTIONS = ("--minify", "--format=esm", "--log-level=error")


def shortened(root: Path, path: Path) -> str | None:
    """A script without what only its readers need; None where none was made of it."""
    made = _folder(root) / path.relative_to(root / SOURCE)
    return made.read_text(encoding="utf-8") if made.is_file() else None


def command(root: Path, esbuild: str) -> list[str]:
    """What shortens all scripts; nothing where that was done already."""
    folder = _folder(root)
    if folder.is_dir():
        return []
    shutil.rmtree(root / BUILT, ignore_errors=True)
    scripts = [str(path) for path in _scripts(root)]
    return [esbuild, *scripts, *OPTIONS, f"--outdir={folder}", f"--outbase={SOURCE}"]


def _folder(root: Path) -> Path:
    """Where they lie; its name says what they were made of."""
    whole = hashlib.sha256()
    for path in _scripts(root):
        whole.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    return root / BUILT / whole.hexdigest()[:12]


def _scripts(root: Path) -> list[Path]:
    return sorted((root / SOURCE).rglob("*.js"))
