"""The ways to a verdict, and which one is taken here.

Where the system offers what it needs, a warm process forks for each verdict; elsewhere
a fresh process is started for each. BACKPREP_JUDGE=fork or =fresh asks for one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Protocol

from backprep.judge.errors import WrongWay
from backprep.judge.protocol import Notify, Order, Reply, silent
from backprep.judge.stop import Stop
from backprep.judge.system import System

VARIABLE = "BACKPREP_JUDGE"


class Way(Protocol):
    """A way to a verdict."""

    forks: bool
    """Whether one order may ask for several known answers."""

    def ask(
        self, order: Order, limit: float, notify: Notify, stop: Stop
    ) -> Iterator[Reply]:
        """The replies to an order; `limit` is the answer's own, in seconds.

        Raises JudgeError, and Stopped where `stop` was set.
        """

    def warm(self, notify: Notify = silent) -> None:
        """Get ready for an order, where that helps. Raises JudgeError."""


class Fork:
    """The warm worker, which forks."""

    forks = True

    def ask(
        self, order: Order, limit: float, notify: Notify, stop: Stop
    ) -> Iterator[Reply]:
        """The replies of the worker, started where there is none."""
        from backprep.judge.warm_worker import ask_worker

        return ask_worker(order, limit, notify, stop)

    def warm(self, notify: Notify = silent) -> None:
        """Start the worker where there is none."""
        from backprep.judge.warm_worker import warm

        warm(notify)


class Fresh:
    """A process for each verdict, which ends with it."""

    forks = False

    def ask(
        self, order: Order, limit: float, notify: Notify, stop: Stop
    ) -> Iterator[Reply]:
        """The replies of a process of its own."""
        from backprep.judge.fresh_process import ask_fresh

        return ask_fresh(order, limit, notify, stop)

    def warm(self, notify: Notify = silent) -> None:
        """Nothing is kept from one verdict to the next."""


def chosen(environment: Mapping[str, str] = os.environ) -> Way:
    """The way that is asked for, else the one that fits the system. Raises WrongWay."""
    system = System.found()
    match environment.get(VARIABLE):
        case None | "":
            return Fork() if system.forks_safely else Fresh()
        case "fresh":
            return Fresh()
        case "fork" if system.forks:
            return Fork()
        case "fork":
            raise WrongWay(
                f"{VARIABLE}=fork needs os.fork, Unix sockets and fcntl, which are not "
                f"all here; unset {VARIABLE}, or set it to fresh."
            )
        case other:
            raise WrongWay(f"{VARIABLE} is {other!r}; set it to fork or fresh.")
