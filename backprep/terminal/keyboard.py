"""Single keys of a terminal, in the order in which they are pressed."""

from __future__ import annotations

import os
import re
import signal
import sys
import termios
import tty
from types import TracebackType
from typing import NoReturn

CONTROL_CHARACTERS = 6
"""Where the attributes of a terminal list them."""
RESIZED = ""
"""What comes in place of a key when the terminal has another size."""
END = "\x04"
"""Ctrl-D, and what a terminal that is gone gives."""
INTERRUPT = "\x03"
"""Ctrl-C."""
OF_A_KEY = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|O.|.)?", re.DOTALL)
"""What arrows and their like send, which is nobody's letter."""


class Keyboard:
    """Takes keys as they come, without Enter and without an echo, while it is open.

    What is pressed before it is asked for waits its turn, Ctrl-C among it: it cannot
    break into what is done between two keys.
    """

    def __init__(self) -> None:
        self._input = sys.stdin.fileno()
        self._waiting: list[str] = []

    def __enter__(self) -> Keyboard:
        self._before = termios.tcgetattr(self._input)
        tty.setcbreak(self._input, termios.TCSADRAIN)
        now = termios.tcgetattr(self._input)
        now[CONTROL_CHARACTERS][termios.VINTR] = os.fpathconf(
            self._input, "PC_VDISABLE"
        ).to_bytes(1, sys.byteorder)
        termios.tcsetattr(self._input, termios.TCSADRAIN, now)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        termios.tcsetattr(self._input, termios.TCSADRAIN, self._before)

    def pressed(self) -> str:
        """The next key, or RESIZED. Raises KeyboardInterrupt."""
        while not self._waiting:
            try:
                read = self._read()
            except _Resized:
                return RESIZED
            if not read:
                return END
            text = read.decode(errors="replace")
            self._waiting.extend(OF_A_KEY.sub("", text))
        key = self._waiting.pop(0)
        if key == INTERRUPT:
            raise KeyboardInterrupt
        return key

    def _read(self) -> bytes:
        before = signal.signal(signal.SIGWINCH, _resized)
        try:
            return os.read(self._input, 256)
        finally:
            signal.signal(signal.SIGWINCH, before)


class _Resized(Exception):
    """It happened while a key was waited for."""


def _resized(*_: object) -> NoReturn:
    raise _Resized
