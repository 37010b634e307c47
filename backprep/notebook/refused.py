"""Why a magic did not do what it was asked to."""

from __future__ import annotations

from backprep.printable import printable


class Refused(Exception):
    """Ends a cell with one sentence: the cells after it do not run by themselves."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of the way through the code."""
        return [printable(str(self))]
