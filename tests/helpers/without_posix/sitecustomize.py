"""Takes away what only POSIX systems have, before anything else is imported.

A folder to put on PYTHONPATH: every Python process that is started then does without.
What the standard library and others use of it on this system they keep.
"""

import fcntl
import functools
import os
import signal
import socket
import subprocess
import sys
import types

import platformdirs.unix  # noqa: F401

socket.socketpair = functools.partial(socket.socketpair, socket.AF_UNIX)
subprocess.Popen.kill = lambda self: self.send_signal(9)

GONE = {
    os: "fork forkpty getuid geteuid killpg setsid setpgid getpgid pidfd_open pread "
    "pwrite O_NOFOLLOW O_NONBLOCK O_NOCTTY O_CLOEXEC O_DIRECTORY",
    signal: "SIGKILL SIGALRM SIGXCPU SIGHUP SIGSTOP SIGUSR1 SIGUSR2 alarm setitimer",
    socket: "AF_UNIX send_fds recv_fds",
}
for module, names in GONE.items():
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
for name in ("fcntl", "resource", "pwd", "grp"):
    sys.modules[name] = None


def stat(path, *rest, _stat=os.stat, **options):
    if str(path).startswith("/proc"):
        raise FileNotFoundError(2, "taken away", path)
    return _stat(path, *rest, **options)


os.stat = stat


def locking(fd, mode, count):
    """One byte may be another's neighbour; all of them leave no room."""
    how = fcntl.LOCK_SH if count == 1 else fcntl.LOCK_EX
    try:
        fcntl.flock(fd, how | (fcntl.LOCK_NB if mode == 2 else 0))
    except BlockingIOError:
        raise PermissionError(13, "locked") from None


msvcrt = sys.modules["msvcrt"] = types.ModuleType("msvcrt")
msvcrt.LK_LOCK, msvcrt.LK_NBLCK, msvcrt.locking = 1, 2, locking
