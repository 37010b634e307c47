"""The editor in the page: CodeMirror, from npm, where Node is there.

`python -m backprep.site.editor` bundles it into `build`, and shortens the site's own
scripts with the same tool, unless that was done already.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from backprep.bank.question import read_text
from backprep.bank.questions import bank_root
from backprep.site import scripts
from backprep.site.page import Data

URI = "assets/editor.js"
SOURCE = Path("docs", "_editor")
FILES = (".npmrc", "package.json", "package-lock.json", "editor.js")
BUILT = Path("build", "editor")
ESBUILD = BUILT / "node_modules" / ".bin" / "esbuild"
NOTICE = "/* CodeMirror 6, (c) Marijn Haverbeke and others, MIT licence */"
OPTIONS = ("--bundle", "--format=esm", "--minify", f"--banner:js={NOTICE}")


class EditorError(Exception):
    """The editor cannot be built; pages use a plain text area then."""


def data(root: Path) -> Data:
    """The editor as a file of the site."""
    return Data(URI, read_text(_bundle(root)))


def is_built(root: Path) -> bool:
    """Whether the editor is there, built from the sources as they are."""
    return (root / SOURCE).is_dir() and _bundle(root).is_file()


def build(root: Path) -> Path:
    """Bundle the editor, unless that was done. Raises EditorError."""
    path = _bundle(root)
    if not is_built(root):
        _bundle_anew(root, path)
    esbuild = root / ESBUILD
    if esbuild.exists() and (command := scripts.command(root, str(esbuild))):
        _run(root, *command)
    return path


def _bundle_anew(root: Path, path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise EditorError("npm is not installed")
    folder = root / BUILT
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(root / SOURCE / name, folder / name)
    _run(folder, npm, "ci", "--silent", "--no-audit", "--no-fund")
    made = folder / "bundle.js"
    _run(folder, str(root / ESBUILD), "editor.js", *OPTIONS, f"--outfile={made.name}")
    for old in folder.glob("editor-*.js"):
        old.unlink()
    made.rename(path)


def _bundle(root: Path) -> Path:
    """Where the bundle lies; its name says what it was built from."""
    whole = b"".join((root / SOURCE / name).read_bytes() for name in FILES)
    return root / BUILT / f"editor-{hashlib.sha256(whole).hexdigest()[:12]}.js"


def _run(folder: Path, *command: str) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "NODE_ENV": "development"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise EditorError(f"{Path(command[0]).name}: {(said or ['it failed'])[0]}")


def main() -> None:
    """Bundle the editor, or say why the page does without it."""
    try:
        build(bank_root())
    except (EditorError, OSError) as error:
        print(f"The editor in the page is a plain text area here: {error}.")


if __name__ == "__main__":
    main()
