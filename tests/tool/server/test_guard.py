"""Whoever is not one of the server's own pages gets one sentence, and nothing."""

import asyncio
import json

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from backprep.server.app import create
from backprep.server.guard import Guard
from tests.tool import event_loop

LIVE = "ws://127.0.0.1:8000/api/live"
ANSWER = "/api/answers/autograd/gradient"
EVENT = {"id": "0" * 32, "kind": "planned", "question": "", "attempt": ""}
EVENT["data"] = {"date": "2026-12-14", "minutes": 60}


def refused(response, status=(400, 403)):
    assert response.status_code in status, response.text
    error = response.json()["error"]
    assert error.endswith(".")
    assert error.count(". ") == 0
    return error


def nothing_happened(coach):
    return list(coach.journal.events()) == [] and not any(coach.answers.rglob("*.py"))


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "127.0.0.1", "127.0.0.1:9", "", "localhost"],
)
@pytest.mark.parametrize("path", ["/", "/api/journal", ANSWER])
def test_another_host_s_name_gets_nothing(client, coach, host, path):
    """A name that another site points to this machine is not this server."""
    assert "not this server" in refused(client.get(path, headers={"host": host}))


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "https://127.0.0.1:8000", "http://127.0.0.1:9"],
)
def test_a_page_of_another_origin_changes_nothing(client, coach, origin):
    headers = {"origin": origin}
    assert "may not ask" in refused(
        client.post("/api/journal", json=EVENT, headers=headers)
    )
    assert "may not ask" in refused(
        client.post(f"{ANSWER}/begin", json={}, headers=headers)
    )
    assert nothing_happened(coach)


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_a_page_of_another_origin_reads_nothing(client, origin):
    refused(client.get("/api/journal", headers={"origin": origin}))


def test_a_request_that_a_browser_calls_cross_site_reads_nothing(app):
    from starlette.testclient import TestClient

    with TestClient(app, base_url="http://127.0.0.1:8000") as bare:
        headers = {"sec-fetch-site": "cross-site", "x-backprep-token": "the-token"}
        refused(bare.get("/api/journal", headers=headers))


def test_no_answer_allows_other_origins_to_read_it(client):
    for path in ("/", "/api/journal"):
        response = client.get(path)
        assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("token", ["", "wrong", "the-token ", "ünlaut"])
def test_without_the_token_nothing_is_given(client, coach, token):
    headers = {"x-backprep-token": token.encode()}
    assert "reload" in refused(client.get("/api/journal", headers=headers))
    refused(client.post("/api/journal", json=EVENT, headers=headers))
    assert nothing_happened(coach)


@pytest.mark.parametrize(
    "question",
    [
        "../gradient",
        "autograd/..",
        "autograd/nothing",
        "%2e%2e/%2e%2e",
        "a/b/c",
        "autograd",
    ],
)
def test_what_is_no_question_is_refused(client, coach, question):
    refused(client.get(f"/api/answers/{question}"))
    refused(client.post(f"/api/answers/{question}/begin", json={}))
    assert nothing_happened(coach)


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"])
def test_other_methods_are_refused(client, method):
    assert client.request(method, "/api/journal").status_code == 400


def test_pages_are_only_read(client):
    refused(client.post("/", json={}))


def test_a_large_request_is_refused(client, coach):
    said = {"text": "x" * 300_000, "digest": ""}
    assert "larger than 256 kB" in refused(client.put(ANSWER, json=said))
    assert nothing_happened(coach)


def test_a_large_request_that_does_not_say_so_is_refused(client, coach):
    def body():
        for _ in range(40):
            yield b"x" * 10_000

    assert "larger" in refused(client.put(ANSWER, content=body()))
    assert nothing_happened(coach)


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", ""])
def test_what_a_form_could_send_is_refused(client, coach, kind):
    headers = {"content-type": kind}
    refused(client.post("/api/journal", content="{}", headers=headers))
    assert nothing_happened(coach)


@pytest.mark.parametrize("content", ["{", "[]", "1", '"text"', ""])
def test_what_is_no_event_is_refused(client, content):
    refused(client.post("/api/journal", content=content))


@pytest.mark.parametrize(
    "change",
    [
        {"id": "short"},
        {"id": 5},
        {"kind": "nothing"},
        {"data": []},
        {"data": {"date": "tomorrow", "minutes": 60}},
        {"kind": "hinted", "attempt": "f" * 32, "data": {"elapsed": 1, "level": 1}},
        {"kind": "started", "question": "autograd/nothing"},
    ],
)
def test_an_event_that_cannot_be_is_refused(client, coach, change):
    refused(client.post("/api/journal", json={**EVENT, **change}))
    assert nothing_happened(coach)


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.example"}, {"host": "evil.example"}, {"origin": ""}],
)
def test_no_other_page_listens(client, headers):
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(LIVE, headers=headers),
    ):
        pass


@pytest.mark.parametrize("said", [{"token": "wrong"}, {"token": 5}, [], {}])
def test_nobody_listens_without_the_token(client, said):
    with client.websocket_connect(LIVE) as page:
        page.send_json(said)
        with pytest.raises(WebSocketDisconnect):
            page.receive_json()


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/../../secret.txt",
        "/%2Fetc/hosts",
    ],
)
def test_nothing_outside_of_the_site_is_served(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "secret" not in response.text


def test_every_answer_tells_the_browser_to_be_strict(client):
    for path in ("/", "/nothing", "/api/journal"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    "path", ["/%00", "/a%00b", f"/{'a' * 5000}", "/" + "a/" * 3000, "/%ed%a0%80"]
)
def test_a_path_that_no_file_can_have_is_refused_or_missing(client, path):
    response = client.get(path)
    assert response.status_code in (400, 404)
    if response.status_code == 400:
        refused(response)


DEEP = "[" * 100_000 + "]" * 100_000
JUST_TOO_DEEP = "[" * 33 + "]" * 33


@pytest.mark.parametrize("content", [DEEP, JUST_TOO_DEEP, '{"data": ' * 500 + "1"])
@pytest.mark.parametrize("path", ["/api/journal", "/api/journal/import"])
def test_deeply_nested_json_is_refused(client, path, content):
    refused(client.post(path, content=content), [400])


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1" * 5000])
def test_what_is_no_number_in_json_is_refused(client, number):
    refused(client.post("/api/journal", content=f'{{"data": {number}}}'), [400])


@pytest.mark.parametrize("text", ["\ud800", "\x1b]0;a title\x07"])
def test_what_a_request_says_comes_back_as_what_can_be_shown(client, text):
    event = json.dumps({**EVENT, "kind": "started", "question": text})
    error = refused(client.post("/api/journal", content=event), [400])
    assert text not in error
    kind = json.dumps({**EVENT, "kind": text})
    assert text not in refused(client.post("/api/journal", content=kind), [400])
    refused(client.get("/", headers={"host": text.encode(errors="replace")}))


def test_an_answer_with_half_a_character_is_refused(client, coach):
    said = json.dumps({"text": "\ud800", "digest": ""})
    assert "half a character" in refused(client.put(ANSWER, content=said), [400])
    assert nothing_happened(coach)


@pytest.mark.parametrize("said", [DEEP, "{", "\ud800".encode("utf-8", "surrogatepass")])
def test_a_listener_that_says_no_json_is_told_and_may_say_it_again(client, said):
    with client.websocket_connect(LIVE) as page:
        if isinstance(said, str):
            page.send_text(said)
        else:
            page.send_bytes(said)
        told = page.receive_json()
        assert told["type"] == "refused"
        assert told["error"].endswith(".")
        page.send_json({"token": "the-token"})
        assert page.receive_json() == {"type": "hello"}


def test_a_listener_that_says_nothing_is_let_go(coach, site):
    app = create(coach, site, ["127.0.0.1:8000"], "the-token", introduced=0.05)
    headers = {"origin": "http://127.0.0.1:8000"}
    with (
        TestClient(app, base_url="http://127.0.0.1:8000", headers=headers) as client,
        client.websocket_connect(LIVE) as page,
        pytest.raises(WebSocketDisconnect),
    ):
        page.receive_json()


def test_a_request_that_never_arrives_whole_is_refused():
    sent = []

    async def never():
        await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    guard = Guard(None, hosts=["here"], token="t", arriving=0.05)
    headers = [(b"host", b"here"), (b"x-backprep-token", b"t")]
    headers += [(b"origin", b"http://here"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/api/journal"}
    event_loop.run(guard({**scope, "headers": headers}, never, send))
    assert sent[0]["status"] == 400
    assert "did not arrive whole within 0.05 seconds" in sent[1]["body"].decode()
