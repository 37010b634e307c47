"""A terminal of one's own, with a program in it, for tests."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

PATIENCE = 60.0
ESCAPES = re.compile(
    r"\x1b(?:\[[0-9;?<>=]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[=>PM])"
)


class Terminal:
    """Runs `backprep` with `arguments`; ends it when the test ends."""

    def __init__(self, *arguments, cwd, rows=30, columns=100, **environment):
        self._end, theirs = pty.openpty()
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, size)
        self.raw = b""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "backprep", *arguments],
            cwd=cwd,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={**os.environ, "TERM": "xterm-256color", **environment},
        )
        os.close(theirs)

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self._end is not None:
            os.close(self._end)

    @property
    def text(self):
        return ESCAPES.sub("", self.raw.decode(errors="replace"))

    def types(self, keys):
        os.write(self._end, keys.encode())

    def sees(self, *texts):
        """Wait until all of these were written."""
        until = time.monotonic() + PATIENCE
        while not all(text in self.text for text in texts):
            assert time.monotonic() < until, f"waited for {texts}: {self.text}"
            if not self._read() and self.process.poll() is not None:
                raise AssertionError(f"it ended without {texts}: {self.text}")

    def ends(self):
        """Wait for the program's end, and give its exit code."""
        until = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < until, f"it goes on: {self.text}"
            self._read()
        while self._read():
            pass
        return self.process.returncode

    def closes(self):
        """Close the terminal's window, and give the program's exit code."""
        os.close(self._end)
        self._end = None
        return self.process.wait(PATIENCE)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def _read(self):
        if not select.select([self._end], [], [], 0.1)[0]:
            return b""
        try:
            chunk = os.read(self._end, 1 << 16)
        except OSError:
            return b""  # the other end is closed
        self.raw += chunk
        return chunk
