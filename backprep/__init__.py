"""A PyTorch interview question bank whose answers run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__version__ = "0.1.0"


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Give IPython the magics: this is what `%load_ext backprep` calls."""
    from backprep.notebook.magics import BackprepMagics

    shell.register_magics(BackprepMagics(shell))
