"""A Dask cluster, this machine's or another, and the verdicts that come from it.

Scheduling, transport, and trying again where a worker died are Dask's.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import cloudpickle
from distributed import Client, Future, KilledWorker, LocalCluster, as_completed

from backprep.grading import admission
from backprep.grading.equipment import Equipment
from backprep.grading.results import CannotGoOn, GradingError
from backprep.grading.task import Judged, judge_answer, now

AHEAD = 2
"""Tasks for each thread of a worker that wait or run: memory stays what it is, and no
thread waits for the next."""
REACHED = 15
"""Seconds in which a scheduler must answer."""


@dataclass(frozen=True)
class Task:
    """An answer that is to be judged."""

    question: str
    files: Mapping[str, bytes] = field(repr=False)
    about: Any = None
    """Whatever the caller wants to know again with the verdict."""


@contextlib.contextmanager
def this_machine(workers: int | None) -> Iterator[Client]:
    """A cluster of processes on this machine, one for each core or `workers`.

    Only this process can give them work: they talk by TLS, with keys made for the run.
    """
    _be_quiet()
    with _ctrl_c_not_for_them():
        cluster = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            memory_limit=0,  # the judge limits answers; nothing else grows
            dashboard_address="127.0.0.1:0",
            security=True,
            silence_logs=logging.CRITICAL,
        )
    with cluster, Client(cluster) as client:
        yield client


@contextlib.contextmanager
def elsewhere(address: str) -> Iterator[Client]:
    """The cluster of a scheduler. Raises GradingError where there is none."""
    _be_quiet()
    try:
        client = Client(address, timeout=REACHED)
    except (OSError, ValueError, TypeError):
        raise GradingError(
            f"No Dask scheduler answers at {address}; start one with `dask scheduler` "
            "and give its address, like tcp://10.0.0.1:8786."
        ) from None
    with client:
        yield client


class Workers:
    """The workers that may judge with this equipment, those of later among them.

    `tell` is told of each that may not. Raises GradingError where none may.
    """

    def __init__(
        self, client: Client, wanted: Equipment, tell: Callable[[str], None]
    ) -> None:
        self._client = client
        self._tell = tell
        self.versions = wanted.versions
        self._threads: dict[str, int] = {}
        """By the address of each that has been heard of; 0 for one that may not."""
        self.resource = f"backprep-{uuid.uuid4().hex}"
        cloudpickle.register_pickle_by_value(admission)
        client.subscribe_topic(self.resource, self._hear)
        client.register_plugin(
            admission.Admission(self.resource, wanted.bank, wanted.versions),
            name=self.resource,
        )
        for event in client.get_events(self.resource):
            self._hear(event)
        if not self.threads:
            raise CannotGoOn(
                "No worker can judge these answers. Start one with the same backprep, "
                "bank, torch and Python as here, and run the same command again."
            )

    @property
    def threads(self) -> int:
        """How many answers they judge at a time."""
        return sum(self._threads.values())

    def dismiss(self) -> None:
        """End what was started on the workers."""
        self._client.unsubscribe_topic(self.resource)
        self._client.unregister_worker_plugin(self.resource)

    def _hear(self, event: tuple[float, Mapping[str, Any]]) -> None:
        told = event[1]
        address, lacks = str(told["worker"]), str(told["lacks"])
        if address in self._threads:
            return
        self._threads[address] = 0 if lacks else int(told["threads"])
        if lacks:
            self._tell(f"{address} {lacks}: it gets no answers.")


@contextlib.contextmanager
def admitted(
    client: Client, wanted: Equipment, tell: Callable[[str], None]
) -> Iterator[Workers]:
    """The workers that may judge, until the block ends. Raises GradingError."""
    workers = Workers(client, wanted, tell)
    try:
        yield workers
    finally:
        with contextlib.suppress(Exception):  # a scheduler that has gone
            workers.dismiss()


def verdicts(
    client: Client, workers: Workers, tasks: Iterator[Task]
) -> Iterator[tuple[Task, Judged]]:
    """Each task with what came of it, as they come.

    There is no verdict where each worker that had the task died, as often as Dask
    tries. Raises CannotGoOn where the scheduler has gone.
    """
    under_way: dict[object, Task] = {}
    finished = as_completed(loop=client.loop)

    def submit() -> None:
        room = max(1, AHEAD * workers.threads - len(under_way))
        for task in islice(tasks, room):
            future = client.submit(
                judge_answer,
                task.question,
                task.files,
                key=f"backprep-{uuid.uuid4().hex}",
                resources={workers.resource: 1},
            )
            under_way[future.key] = task
            finished.add(future)

    ctrl_c = CtrlC()
    with ctrl_c.kept():
        submit()
        while under_way:
            with ctrl_c.interrupts():
                future = next(finished)
            judged = _result(future, workers)
            yield under_way.pop(future.key), judged
            del future
            submit()


def _result(future: Future[Judged], workers: Workers) -> Judged:
    try:
        judged: Judged = future.result()
    except KilledWorker as killed:
        problem = "each worker that was to judge it died; look at what it does."
        worker = killed.last_worker.address
        return Judged(None, now(), worker, workers.versions, problem=problem)
    except CancelledError:
        raise CannotGoOn(
            "The scheduler does not answer any more. What was judged is kept; the same "
            "command goes on from there."
        ) from None
    return judged


class CtrlC:
    """Ctrl-C that interrupts while something waits, and is kept until then elsewhere.

    Python drops what is raised in a finaliser, and the end of a future runs a long one.
    """

    def __init__(self) -> None:
        self._heard = False
        self._waits = False

    @contextlib.contextmanager
    def kept(self) -> Iterator[None]:
        """Keep Ctrl-C until the block ends, unless it is ignored anyway."""
        before = signal.getsignal(signal.SIGINT)
        if before is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._hear)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    @contextlib.contextmanager
    def interrupts(self) -> Iterator[None]:
        """Raise KeyboardInterrupt in the block, or now if there was a Ctrl-C before."""
        self._waits = True
        try:
            if self._heard:
                raise KeyboardInterrupt
            yield
        finally:
            self._waits = False

    def _hear(self, number: int, frame: object) -> None:
        self._heard = True
        if self._waits:
            raise KeyboardInterrupt


@contextlib.contextmanager
def _ctrl_c_not_for_them() -> Iterator[None]:
    """Processes that are started inside of the block do not hear Ctrl-C.

    A terminal sends it to all of them, and they would die before they can be ended.
    """
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _be_quiet() -> None:
    """Let Dask say nothing of its own: what matters is said in the run's sentences."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)
