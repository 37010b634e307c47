"""`backprep doctor`: whether everything that practice needs works here."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from backprep.bank.pasting import as_option
from backprep.bank.question import BankError
from backprep.bank.questions import bank_root, load_questions
from backprep.cli.options import answers_option
from backprep.clock import SystemClock, counted
from backprep.exit_codes import BROKEN, PASSED
from backprep.journal.journal import Journal, JournalError, Pulse, home
from backprep.judge import client, errors, ways
from backprep.judge.system import System
from backprep.terminal import console


@click.command()
@answers_option
def doctor(answers: Path) -> None:
    """Look whether everything works here, and say what mends what does not."""
    healthy = True
    for finding in examine(answers):
        sign = {True: ("✓", "+"), False: ("✗", "x")}[finding.ok][not console.unicode()]
        click.secho(f"{sign} {finding.text}", fg="green" if finding.ok else "red")
        if finding.remedy:
            click.echo(f"    {finding.remedy}")
        healthy = healthy and finding.ok
    sys.exit(PASSED if healthy else BROKEN)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, and what mends it where it is not well."""

    ok: bool
    text: str
    remedy: str = ""


DEVICE = """
import torch
names = ["cpu"]
if torch.cuda.is_available():
    names.append(f"cuda ({torch.cuda.get_device_name()})")
if torch.backends.mps.is_available():
    names.append("mps")
print(torch.__version__, "on", ", ".join(names))
"""


def examine(answers: Path) -> Iterator[Finding]:
    """What was found, as it is found; a finding that is not ok says what mends it."""
    yield _python()
    torch = _torch()
    yield torch
    yield _tensorflow()
    yield _bank()
    yield _workspace(answers)
    yield from _journal()
    yield _watcher()
    yield _editor()
    yield from _way()
    if torch.ok:
        yield from _verdicts()


def _python() -> Finding:
    return Finding(True, f"Python {sys.version.split()[0]} ({sys.executable})")


def _torch() -> Finding:
    if importlib.util.find_spec("torch") is None:
        return Finding(False, "torch is not installed", "pip install torch")
    done = subprocess.run(
        [sys.executable, "-c", DEVICE], capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["it says nothing"]
        remedy = "pip install --force-reinstall torch"
        return Finding(False, f"torch cannot be imported: {last[0]}", remedy)
    return Finding(True, f"torch {done.stdout.strip()}")


def _tensorflow() -> Finding:
    for name in ("tensorflow-cpu", "tensorflow"):
        try:
            return Finding(True, f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    return Finding(
        True,
        "TensorFlow is not installed; the comparison shows PyTorch's side only",
        "to run the other: pip install tensorflow-cpu",
    )


def _bank() -> Finding:
    try:
        questions = load_questions()
    except BankError as error:
        remedy = "mend that file; the bank that came along can be installed again"
        return Finding(False, str(error), remedy)
    return Finding(True, f"{counted(len(questions), 'question')} in {bank_root()}")


def _workspace(answers: Path) -> Finding:
    folder = answers
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        there = "is there" if answers.is_dir() else "can be made"
        return Finding(True, f"the folder {answers} {there}")
    return Finding(
        False,
        f"the folder {answers} cannot be written in",
        "use --answers with a folder of your own",
    )


def _journal() -> Iterator[Finding]:
    try:
        journal = Journal(home())
        count = sum(1 for _ in journal.events())
        if not journal.read_only:
            journal.beat("doctor", Pulse(SystemClock().now(), 0.0))
    except JournalError as error:
        yield Finding(False, str(error), "see the sentence above")
        return
    if journal.read_only:
        newer = "install the newer backprep here, too, from its clone or wheel"
        yield Finding(False, journal.notice, newer)
    else:
        held = counted(count, "event")
        yield Finding(True, f"the journal {journal.path} holds {held}", journal.notice)
    for aside in journal.set_aside:
        yield Finding(
            False,
            f"a journal was set aside: {aside}",
            "events may be missing since; once you no longer need it: "
            f"rm {shlex.quote(str(aside))}*",
        )


def _watcher() -> Finding:
    import watchfiles

    stop = threading.Event()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "saved.py")
        writer = threading.Timer(0.2, file.write_text, args=["saved"])
        writer.start()
        begun = time.monotonic()
        found = watchfiles.watch(
            folder, step=20, stop_event=stop, rust_timeout=3000, yield_on_timeout=True
        )
        changes = next(found)
        seconds = time.monotonic() - begun - 0.2
        stop.set()
        writer.join()
    if changes:
        return Finding(True, f"the watcher sees a save after {seconds:.2f} s")
    return Finding(
        False,
        "the watcher sees no saves in the temporary folder",
        "set WATCHFILES_FORCE_POLLING=true",
    )


def _editor() -> Finding:
    for name in ("VISUAL", "EDITOR"):
        if os.environ.get(name):
            return Finding(True, f"the editor is {os.environ[name]} (${name})")
    return Finding(
        True,
        "no editor is named; every command prints the file's path",
        "to name one: export EDITOR=...",
    )


def _way() -> Iterator[Finding]:
    """How answers are judged here, and what that cannot do."""
    forks = ways.chosen().forks
    system = System.found()
    if forks:
        yield Finding(True, "answers are judged by forks of a warm process")
    else:
        why = "as asked" if system.forks_safely else "this system has no safe fork"
        yield Finding(True, f"answers are judged in a fresh process each: {why}")
    for sentence in system.lacks(fresh=not forks):
        yield Finding(True, sentence)


def _verdicts() -> Iterator[Finding]:
    """A verdict on a reference solution in a fresh process, and in a warm one where
    that is the way here."""
    question = load_questions()[0]
    solutions = question.root / "solutions"
    both = (("fresh", False), ("warm", True))
    for name, daemon in both if ways.chosen().forks else both[:1]:
        try:
            if daemon:
                client.judge(question, solutions)  # starts it
            begun = time.monotonic()
            verdict = client.judge(question, solutions, daemon=daemon)
        except errors.JudgeError as error:
            yield Finding(False, str(error), "see the sentence above")
            continue
        seconds = time.monotonic() - begun
        ok = verdict.verdict == "passed"
        remedy = (
            "" if ok else f"backprep check {question.id}{as_option(solutions)} --full"
        )
        yield Finding(
            ok, f"a {name} verdict took {seconds:.2f} s: {verdict.verdict}", remedy
        )
