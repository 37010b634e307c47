"""Locks on open files that other processes see, and that end with their holder.

A lock is let go of as its file is closed, or its process ends.
"""

from __future__ import annotations

import os
import random

try:
    import fcntl
except ImportError:
    import msvcrt

    _WHOLE = 1 << 30
    """Bytes: who locks all of them is alone, who locks one is there with others."""

    def lock_alone(fd: int) -> None:
        """Lock a file, or raise BlockingIOError where another process has it locked."""
        os.lseek(fd, 0, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, _WHOLE)  # type: ignore[attr-defined]
        except PermissionError as error:
            raise BlockingIOError(*error.args) from None

    def lock_with_others(fd: int) -> None:
        """Lock a file as others may, too; wait for one who is alone.

        Python has no such lock on Windows: each locks a byte of its own.
        """
        os.lseek(fd, random.SystemRandom().randrange(_WHOLE), os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined]

else:

    def lock_alone(fd: int) -> None:
        """Lock a file, or raise BlockingIOError where another process has it locked."""
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def lock_with_others(fd: int) -> None:
        """Lock a file as others may, too; wait for one who is alone."""
        fcntl.flock(fd, fcntl.LOCK_SH)
