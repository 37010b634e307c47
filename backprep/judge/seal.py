"""Seals on records: only who holds the key makes one, and each counts once."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Mapping
from typing import cast

from backprep.judge.protocol import Record


class Seal:
    """One end of a stream of sealed records; each end counts for itself.

    The key is not kept, only a state of the digest that it went into. Records of
    different known answers are streams of their own.
    """

    def __init__(self, key: str) -> None:
        self._keyed = hashlib.blake2s(key=bytes.fromhex(key))
        self._count: Counter[str] = Counter()

    def put_on(self, record: Mapping[str, object]) -> bytes:
        """The line that carries a record, its turn in the stream sealed with it."""
        payload = json.dumps(record)
        stream = str(record.get("known", ""))
        line = f"{self._mark(stream, payload)} {payload}\n"
        self._count[stream] += 1
        return line.encode()

    def opened(self, line: bytes) -> Record | None:
        """The record in a line, or None where the seal is not that of its turn."""
        mark, _, payload = line.decode(errors="replace").partition(" ")
        try:
            record = json.loads(payload)
        except (ValueError, RecursionError):
            return None
        if not isinstance(record, dict):
            return None
        stream = str(record.get("known", ""))
        if not hmac.compare_digest(mark.encode(), self._mark(stream, payload).encode()):
            return None
        self._count[stream] += 1
        return cast(Record, record)

    def _mark(self, stream: str, payload: str) -> str:
        digest = self._keyed.copy()
        turn = f"{self._count[stream]} {payload}"
        digest.update(turn.encode(errors="surrogatepass"))
        return digest.hexdigest()
