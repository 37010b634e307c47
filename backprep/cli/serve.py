"""`backprep serve`: the study site on this machine, with the judge in its pages."""

from __future__ import annotations

import importlib.util
import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path

import click
import platformdirs

from backprep import files
from backprep.bank.questions import bank_root, is_installed, own_root
from backprep.cli.options import FilePath, answers_option, fail, open_coach
from backprep.exit_codes import BROKEN


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--site",
    type=FilePath(file_okay=False),
    help="The built site; without it, it is built here.",
)
@answers_option
def serve(port: int, site: Path | None, answers: Path) -> None:
    """Serve the study site on this machine, with the judge in its pages.

    A page starts a question, and shows the verdict at every save of your answer,
    whichever editor saves it. Only this machine can reach it.
    """
    import uvicorn

    from backprep.judge.ways import chosen
    from backprep.server.app import create

    folder = site or _built()
    if not (folder / "index.html").is_file():
        raise click.UsageError(
            f"{folder} does not hold a site; `make site` in a clone builds one."
        )
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            free.bind(("127.0.0.1", port))
        except OSError as error:
            click.echo(
                f"Port {port} cannot be used ({error.strerror}); "
                "choose another with --port.",
                err=True,
            )
            sys.exit(BROKEN)
    try:
        answers.mkdir(parents=True, exist_ok=True)
        list(answers.iterdir())
    except OSError as error:
        click.echo(
            f"{answers} cannot be used for answers ({error.strerror}); "
            "name another folder with --answers.",
            err=True,
        )
        sys.exit(BROKEN)
    coach = open_coach(answers)
    hosts = [f"127.0.0.1:{port}", f"localhost:{port}"]
    token = _token(coach.journal.folder)
    config = uvicorn.Config(
        create(coach, folder, hosts, token, chosen().warm),
        host="127.0.0.1",
        port=port,
        log_level="error",
        server_header=False,
        timeout_graceful_shutdown=2,
        ws="websockets-sansio",
    )
    click.echo(f"The study site is on http://127.0.0.1:{port}")
    click.echo(f"Answers are judged as you save them in {answers}. Ctrl-C ends.")
    uvicorn.Server(config).run()


def _built() -> Path:
    """The site of the bank that is here, built now."""
    if not all(map(importlib.util.find_spec, ("material", "latex2mathml"))):
        raise click.UsageError(
            "The study site is built by Material for MkDocs and latex2mathml, which "
            "are not both installed: pip install 'mkdocs<2' "
            "'mkdocs-material>=9.7,<10' 'latex2mathml>=3.81,<4' installs them."
        )
    root = bank_root()
    folder = root / "build" / "site"
    if root != own_root() or is_installed():
        # the bank's folder may not be writable, and is not the place for a site
        bank = files.digest(str(root))[:12]
        folder = Path(platformdirs.user_cache_dir("backprep")) / f"site-{bank}"
    done = subprocess.run(
        [sys.executable, "-m", "backprep.site.build", str(folder.absolute())],
        cwd=root,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        problem = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        fail(f"The site cannot be built: {problem}", BROKEN)
    return folder


def _token(home: Path) -> str:
    """The pages' token: kept, so that pages outlive a restart of the server."""
    path = home / "server-token"
    try:
        return path.read_text()
    except FileNotFoundError:
        token = secrets.token_urlsafe(32)
        with files.in_place_of(path) as temporary:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(token)
        return token
