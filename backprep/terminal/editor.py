"""The user's own editor."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

WINDOWED = {
    *("atom", "charm", "code", "codium", "cursor", "gedit", "gnome-text-editor"),
    *("gvim", "idea", "kate", "kwrite", "mate", "mousepad", "mvim", "pycharm"),
    *("subl", "windsurf", "xed", "zed"),
}
"""Editors that open a window of their own and leave the terminal alone."""


class Editor(NamedTuple):
    """An editor, and how it is started."""

    command: list[str]
    windowed: bool
    """Whether it opens a window of its own."""

    def on(self, path: Path) -> list[str]:
        """The command that opens a file."""
        return [*self.command, str(path)]


def chosen(environment: Mapping[str, str] = os.environ) -> Editor | None:
    """`$VISUAL`, else `$EDITOR`, else the editor whose terminal this is."""
    for name in ("VISUAL", "EDITOR"):
        if command := _words(environment.get(name, "")):
            return Editor(command, Path(command[0]).name in WINDOWED)
    if environment.get("TERM_PROGRAM") == "vscode" and shutil.which("code"):
        return Editor(["code"], windowed=True)
    return None


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()
