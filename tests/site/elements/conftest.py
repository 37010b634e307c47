"""The elements on a small site of their own, in a real browser."""

import functools
import http.server
import json
import threading

import pytest

from backprep.journal import exchange
from tests.site.elements import small_site

EARLIER = "2026-11-25T11:59:00+01:00"
NOON = "2026-11-25T12:00:00+01:00"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def small_site_address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("elements") / "below"
    small_site.build(folder)
    handler = functools.partial(_Quiet, directory=folder.parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/below/"
        server.shutdown()


@pytest.fixture
def context(browser, small_site_address):
    """A browser whose clock stands at noon and is moved by the test alone."""
    context = browser.new_context(
        base_url=small_site_address, timezone_id="Europe/Berlin", locale="en-GB"
    )
    context.clock.install(time=EARLIER)
    context.clock.pause_at(NOON)
    yield context
    context.close()


@pytest.fixture
def open_page(context):
    """Opens pages that keep what went wrong on them in `page.problems`."""

    def open_page(path):
        page = context.new_page()
        page.set_default_timeout(5000)
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("console", lambda said: note(page, said))
        page.goto(path)
        return page

    def note(page, said):
        if said.type == "error":
            page.problems.append(said.text)

    return open_page


@pytest.fixture
def events():
    """The events that a page's browser keeps; the command line would take them all."""

    def events(page):
        text = page.evaluate("localStorage.getItem('backprep:v1') ?? ''")
        _, problems = exchange.read(text.splitlines(), {})
        assert problems == []
        return [json.loads(line) for line in text.splitlines()]

    return events
