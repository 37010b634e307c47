"""What the questions of one sitting share, and are given from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from backprep.screen.save_watcher import SaveWatcher, Watcher
from backprep.terminal import console


@dataclass
class Surroundings:
    """Made before the screen is, while the output still is the terminal's."""

    unicode: bool
    """Whether the terminal has the signs for passed and failed."""
    watch: Callable[..., Watcher]
    """Watches the saves of an answer; called as `SaveWatcher` is."""
    judge_is_starting: bool = False
    """Whether the judge is being started, and has not judged yet."""

    @classmethod
    def found(cls) -> Surroundings:
        """Those of this terminal and this disk."""
        return cls(console.unicode(), SaveWatcher)
