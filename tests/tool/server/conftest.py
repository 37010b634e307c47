"""The server over a tiny site, with the clock and the judge of the practice tests."""

import pytest
from starlette.testclient import TestClient

from backprep.bank.starter import starter
from backprep.judge.verdict import not_attempted
from backprep.server.app import create
from backprep.workspace import answer_file
from tests.tool.fakes import FakeJudge

HOST = "127.0.0.1:8000"
TOKEN = "the-token"


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
