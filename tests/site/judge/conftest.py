"""The study site as `backprep serve` gives it out, with a judge that really judges."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from backprep.bank.questions import read_question

GRADIENT = read_question("autograd/gradient")


class Server:
    """One that can be ended and started again, in the same place."""

    def __init__(self, folder, site, runtime):
        self.answers = folder / "my answers"
        self.site = site
        self.home = folder / "home"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}/"
        self.environment = {
            **os.environ,
            "BACKPREP_HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(runtime),
        }
        self.process = None

    def start(self):
        command = [sys.executable, "-m", "backprep", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--site", self.site, "--answers", self.answers],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(600):
            with contextlib.suppress(OSError), socket.socket() as connection:
                connection.connect(("127.0.0.1", self.port))
                return
            assert self.process.poll() is None, self.process.communicate()[0]
            time.sleep(0.05)
        raise AssertionError("the server does not come up")

    def end(self, how=signal.SIGINT):
        """What it said, and its exit code."""
        self.process.send_signal(how)
        said, _ = self.process.communicate(timeout=30)
        return said, self.process.returncode

    def backprep(self, *arguments):
        """The command line, beside the server."""
        return subprocess.run(
            [sys.executable, "-m", "backprep", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def file(self):
        """The answer to the gradient question."""
        return GRADIENT.answer_path(self.answers)


@pytest.fixture(scope="session")
def runtime(tmp_path_factory):
    """Where the judge's worker has its socket; it is ended with the tests."""
    folder = tmp_path_factory.mktemp("runtime")
    yield folder
    for pid in workers(folder):
        os.kill(pid, signal.SIGKILL)


def workers(runtime):
    """The processes of the worker that has its socket in a folder."""
    found = subprocess.run(
        ["pgrep", "-f", f"backprep.judge.worker {runtime}/"],
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(pid) for pid in found.stdout.split()]


@pytest.fixture
def server(tmp_path, site, runtime):
    server = Server(tmp_path, site, runtime)
    server.start()
    yield server
    if server.process.poll() is None:
        server.end(signal.SIGTERM)


@pytest.fixture
def open_page(browser, server):
    """Open pages of the server that report, in `page.problems`, what went wrong."""
    context = browser.new_context(base_url=server.address)

    def make(path=f"questions/{GRADIENT.id}/"):
        page = context.new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on(
            "console",
            lambda said: said.type == "error" and page.problems.append(said.text),
        )
        page.goto(path)
        return page

    yield make
    context.close()


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture
def begun(page, server):
    """The page of a question that was started, once its file is there."""
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("link", name="Open in VS Code").wait_for()
    assert "NotImplementedError" in server.file.read_text()
    return page


@pytest.fixture
def right():
    return GRADIENT.solution_path.read_text()


@pytest.fixture
def wrong():
    """An answer that fails at a line of its own."""
    return "def gradient(f, x):\n    return f(x).nothing_of_the_kind\n"
