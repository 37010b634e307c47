"""`backprep serve`, as a user runs it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest


@pytest.fixture
def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def command(tmp_path, site):
    """The command line, with an empty worker's place of its own."""
    environment = {**os.environ, "BACKPREP_HOME": str(tmp_path / "home")}
    environment["XDG_RUNTIME_DIR"] = str(tmp_path)

    def start(*arguments):
        return subprocess.Popen(
            [sys.executable, "-m", "backprep", "serve", *map(str, arguments)],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    yield start
    subprocess.run(
        ["pkill", "-9", "-f", f"backprep.judge.worker {tmp_path}/"], check=False
    )


def outcome(process):
    said, _ = process.communicate(timeout=60)
    return said.strip(), process.returncode


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_ends_when_it_is_asked_to(
    command, site, free_port, how
):
    process = command("--port", free_port, "--site", site)
    address = f"http://127.0.0.1:{free_port}"
    assert process.stdout.readline() == f"The study site is on {address}\n"
    process.stdout.readline()
    with urllib.request.urlopen(_retried(address)) as response:
        assert b"home" in response.read()
    process.send_signal(how)
    said, code = outcome(process)
    assert said in ("", "Stopped.")
    assert code == (130 if how == signal.SIGINT else -signal.SIGTERM)


def _retried(address):
    """The address, once somebody listens there."""
    port = int(address.rpartition(":")[2])
    for _ in range(200):
        with socket.socket() as connection:
            if connection.connect_ex(("127.0.0.1", port)) == 0:
                return address
        time.sleep(0.05)
    raise AssertionError("nobody listens")


def test_a_port_that_is_taken_is_said_in_one_sentence(command, site, free_port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port))
        taken.listen()
        said, code = outcome(command("--port", free_port, "--site", site))
    assert said.startswith(f"Port {free_port} cannot be used")
    assert "--port" in said
    assert (said.count("\n"), code) == (0, 3)


def test_a_folder_without_a_site_is_said(command, tmp_path):
    said, code = outcome(command("--site", tmp_path / "nothing"))
    assert "does not hold a site; `make site` in a clone builds one." in said
    assert code == 2


def test_answers_that_cannot_be_kept_are_said(command, site, tmp_path):
    (tmp_path / "taken").write_text("a file")
    said, code = outcome(command("--site", site, "--answers", tmp_path / "taken"))
    assert "cannot be used for answers" in said
    assert (said.count("\n"), code) == (0, 3)


def test_the_token_is_kept_and_is_nobody_else_s(tmp_path):
    from backprep.cli.serve import _token

    token = _token(tmp_path)
    assert _token(tmp_path) == token
    assert len(token) > 30
    assert (tmp_path / "server-token").stat().st_mode & 0o077 == 0
