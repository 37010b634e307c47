"""Where the warm worker listens, and which version of the judge it must be."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import sys
import warnings
from pathlib import Path

import platformdirs

from backprep.bank.questions import bank_root
from backprep.judge.errors import JudgeError


def socket_path() -> Path:
    """The worker's socket: one for each user, Python, backprep and bank."""
    folder = runtime_folder()
    key = f"{sys.executable} {Path(__file__).resolve()} {bank_root()}"
    return folder / f"worker-{hashlib.sha256(key.encode()).hexdigest()[:12]}.sock"


def log_path() -> Path:
    """Where a worker writes why it could not start."""
    return socket_path().with_suffix(".log")


def lock_path() -> Path:
    """What a worker holds locked as long as it lives; its process id stands there."""
    return Path(f"{socket_path()}.lock")


def runtime_folder() -> Path:
    """A folder that only this user can enter."""
    with warnings.catch_warnings():
        # it says so where a system has no such folder, and names another
        warnings.simplefilter("ignore")
        folder = Path(platformdirs.user_runtime_dir("backprep"))
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(PermissionError):
            folder.chmod(0o700)
        state = folder.stat()
    except OSError as error:
        raise JudgeError(
            f"{folder} cannot be used for the judge's socket ({error.strerror}); "
            "set XDG_RUNTIME_DIR to a folder of your own, or use --no-daemon."
        ) from None
    if state.st_uid != os.getuid():
        raise JudgeError(
            f"{folder} belongs to another user; set XDG_RUNTIME_DIR to a folder "
            "of your own, or use --no-daemon."
        )
    return folder


def fingerprint() -> str:
    """A digest of Python, torch and what the judge runs of backprep, as they lie on
    the disk.

    Imports none of them. It is made for every verdict, twice, so it looks only into
    the rooms that a worker imports.
    """
    digest = hashlib.sha256(f"{sys.executable} {sys.version}".encode())
    package = Path(__file__).resolve().parents[1]
    for room in (package, package / "bank", package / "judge"):
        with contextlib.suppress(OSError), os.scandir(room) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.name.endswith(".py"):
                    _add(digest, entry.path, entry.stat())
    torch = importlib.util.find_spec("torch")
    if torch is not None and torch.origin is not None:
        version = Path(torch.origin).with_name("version.py")
        with contextlib.suppress(OSError):
            _add(digest, str(version), version.stat())
    return digest.hexdigest()


def _add(digest: hashlib._Hash, path: str, state: os.stat_result) -> None:
    digest.update(f"{path} {state.st_mtime_ns} {state.st_size}".encode())
