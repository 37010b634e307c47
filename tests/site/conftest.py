"""The site as it is built, and a browser to look at it."""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def host(tmp_path_factory):
    """A server of files, and its folder: a host on which the site has a path."""
    folder = tmp_path_factory.mktemp("host")
    handler = functools.partial(_Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def address(host):
    """Where the site is served: below a path, as on a host of many sites."""
    return f"{host[1]}study/"


@pytest.fixture(scope="session")
def site(host, address):
    """The folder of the strictly built site."""
    pytest.importorskip("mkdocs", reason="needs MkDocs: pip install --group dev .")
    folder = host[0] / "study"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SITE_URL": address},
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium."""
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with playwright.sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=chromium, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, site, address):
    """Open pages that report, in `page.problems`, what went wrong on them."""
    contexts = []

    def make(**options):
        context = browser.new_context(base_url=address, **options)
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("requestfailed", lambda request: page.problems.append(request.url))
        page.on("console", lambda said: _note(page, said))
        page.on(
            "request",
            lambda request: (
                request.url.startswith((address, "data:", "blob:"))
                or page.problems.append(f"asks another site: {request.url}")
            ),
        )
        return page

    yield make
    for context in contexts:
        context.close()


def _note(page, said):
    if said.type == "error":  # a breach of the page's policy is one
        page.problems.append(said.text)


@pytest.fixture
def page(open_page):
    return open_page()
