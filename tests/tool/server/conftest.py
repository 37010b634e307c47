"""The server over a tiny site, with the clock and the judge of the practice tests."""

import contextlib
import threading

import pytest
from anyio import ClosedResourceError
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from backprep.bank.starter import starter
from backprep.judge.verdict import not_attempted
from backprep.server.app import create
from backprep.workspace import answer_file
from tests.tool.fakes import FakeJudge

HOST = "127.0.0.1:8000"
TOKEN = "the-token"
LIVE = f"ws://{HOST}/api/live"
QUESTION = "autograd/gradient"
ANSWER = f"/api/answers/{QUESTION}"
ATTEMPT = "a" * 32


def event(kind, data=None, identity=None):
    """An event of the attempt, as a page sends it."""
    return {
        "id": identity
        or ("a" * 32 if kind == "started" else f"{kind:x>32}".encode().hex()[:32]),
        "kind": kind,
        "question": QUESTION,
        "attempt": ATTEMPT,
        "data": {"elapsed": 0, **(data or {})},
    }


STARTED = event("started", {"minutes": 10, "mock": None, "from": "site"})


class Judge(FakeJudge):
    """Judges at every save, the starter's too, which is no attempt."""

    def __call__(self, question, answers, **options):
        if answer_file.read(question.answer_path(answers)) == starter(question):
            return not_attempted(question, "Not started.")
        return super().__call__(question, answers, **options)


@pytest.fixture
def judge():
    return Judge()


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "site"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><head></head>home")
    (folder / "404.html").write_text("<!doctype html><head></head>lost")
    (folder / "assets" / "bundle.0123abcd.min.js").write_text("1")
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
def app(coach, site):
    return create(coach, site, [HOST, "localhost:8000"], TOKEN)


@pytest.fixture
def client(app):
    """A browser on one of the server's own pages."""
    headers = {
        "x-backprep-token": TOKEN,
        "origin": f"http://{HOST}",
        "content-type": "application/json",
    }
    with TestClient(app, base_url=f"http://{HOST}", headers=headers) as client:
        yield client


class Page:
    """An open page: what it was told, in its order."""

    def __init__(self, connection):
        self.messages = []
        self._came = threading.Condition()
        self._connection = connection
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        with contextlib.suppress(WebSocketDisconnect, ClosedResourceError):
            while True:
                message = self._connection.receive_json()
                with self._came:
                    self.messages.append(message)
                    self._came.notify_all()

    def told(self, kind, fits=lambda message: True):
        """The first message of a kind that fits, once it has come."""

        def found():
            return [m for m in self.messages if m["type"] == kind and fits(m)]

        with self._came:
            assert self._came.wait_for(found, 30), f"no {kind} in {self.messages}"
            return found()[0]

    def told_event(self, kind):
        """The first event of a kind, once it has come."""

        def of_kind(message):
            return [e for e in message["events"] if e["kind"] == kind]

        return of_kind(self.told("events", of_kind))[0]


@pytest.fixture
def open_page(client):
    with contextlib.ExitStack() as stack:

        def open_one():
            page = stack.enter_context(client.websocket_connect(LIVE))
            page.send_json({"token": "the-token"})
            assert page.receive_json() == {"type": "hello"}
            return Page(page)

        yield open_one


@pytest.fixture
def page(open_page):
    """A page that listens."""
    return open_page()
