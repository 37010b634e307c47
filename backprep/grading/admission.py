"""Which workers of a Dask cluster may judge: those that have what is wanted.

Dask carries this module's code to the workers as it is, since a worker may have no
backprep. A worker that may judge says so by a resource, which every task asks for; Dask
starts the same on a worker that joins later.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Mapping
from typing import Any

from distributed import Worker, WorkerPlugin


class Admission(WorkerPlugin):
    """Compares what a worker has with what is wanted, and gets its judge ready.

    It logs an event of the topic `name`: what the worker lacks, if anything, and how
    many threads it has.
    """

    def __init__(self, name: str, bank: str, versions: Mapping[str, str]) -> None:
        self.name = name
        self.bank = bank
        self.versions = dict(versions)
        self.folder = ""
        """Where the socket of this worker's own judge lies."""

    async def setup(self, worker: Worker) -> None:
        """Offer the resource, or say why not."""
        lacks = self._lacks() or await asyncio.to_thread(self._cannot_judge)
        if not lacks:
            await worker.set_resources(**{self.name: worker.state.nthreads})
        told: dict[str, Any] = {
            "worker": worker.address,
            "lacks": lacks,
            "threads": worker.state.nthreads,
        }
        await worker.scheduler.log_event(topic=self.name, msg=told)

    def _lacks(self) -> str:
        try:
            from backprep.grading.equipment import Equipment

            wanted = Equipment(self.bank, self.versions)
            return Equipment.of_this_process().lacks(wanted)
        except ImportError:
            return "has no backprep that can grade"

    def _cannot_judge(self) -> str:
        from backprep.judge.errors import JudgeError
        from backprep.judge.ways import chosen

        # the warm process is not shared: an answer that ends it disturbs no other
        self.folder = tempfile.mkdtemp(prefix="backprep-")
        os.environ["XDG_RUNTIME_DIR"] = self.folder
        try:
            chosen().warm()
        except JudgeError as error:
            return f"cannot judge ({error})"
        return ""

    def teardown(self, worker: Worker) -> None:
        """End this worker's judge."""
        if self.folder:
            from backprep.judge.warm_worker import end_worker

            end_worker()
            shutil.rmtree(self.folder, ignore_errors=True)
