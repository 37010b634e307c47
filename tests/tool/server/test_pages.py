"""What a page can have done, and what it is told."""

import os
import shutil
import threading
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from backprep.judge.errors import JudgeError
from backprep.server.app import create
from tests.tool.server.conftest import (
    ANSWER,
    ATTEMPT,
    HOST,
    QUESTION,
    STARTED,
    TOKEN,
    event,
)


@pytest.fixture
def begun(client, coach, page):
    """The answer's file, once the page was told that it is there."""
    client.post("/api/journal", json=STARTED)
    page.told("file", lambda message: message["exists"])
    page.told("verdict")
    return coach.answers / f"{QUESTION}.py"


def test_a_page_says_that_a_judge_is_here(client):
    text = client.get("/").text
    assert '<meta name="backprep-judge" content="the-token">' in text


def test_what_is_not_there_is_the_site_s_own_page(client):
    response = client.get("/nothing/")
    assert (response.status_code, "lost" in response.text) == (404, True)


def test_files_with_a_hash_in_their_name_are_kept_by_the_browser(client):
    headers = client.get("/assets/bundle.0123abcd.min.js").headers
    assert "immutable" in headers["cache-control"]
    assert client.get("/").headers["cache-control"] == "no-cache"


@pytest.fixture
def built(site):
    """A site as the build leaves it, for another address."""
    home = "http://127.0.0.1:8000/study/"
    head = f'<link rel="canonical" href="{home}">'
    (site / "index.html").write_text(f"<!doctype html><head>{head}</head>{home}")
    urls = f"<urlset><url><loc>{home}</loc></url><url><loc>{home}amp/</loc></url>"
    (site / "sitemap.xml").write_text(f"{urls}</urlset>")
    scripts = site / "assets" / "0123456789ab" / "js"
    scripts.mkdir(parents=True)
    (scripts / "one.js").write_text("1")
    (site / "picture.svg").write_text("<svg/>")
    return site


@pytest.fixture
def at_localhost(coach, built):
    app = create(coach, built, [HOST, "localhost:8000"], TOKEN)
    with TestClient(app, base_url="http://localhost:8000") as client:
        yield client


def test_the_sitemap_names_the_host_that_it_was_asked_by(at_localhost):
    text = at_localhost.get("/sitemap.xml").text
    assert "<loc>http://localhost:8000/</loc>" in text
    assert "<loc>http://localhost:8000/amp/</loc>" in text
    assert "127.0.0.1" not in text


def test_a_page_s_address_is_its_own_and_its_words_stay(at_localhost):
    text = at_localhost.get("/").text
    assert '<link rel="canonical" href="http://localhost:8000/">' in text
    assert "http://127.0.0.1:8000/study/" in text


def test_the_folder_with_a_hash_is_kept_by_the_browser(at_localhost):
    response = at_localhost.get("/assets/0123456789ab/js/one.js")
    assert "immutable" in response.headers["cache-control"]


def test_a_page_of_an_earlier_build_gets_the_scripts_of_this_one(at_localhost):
    response = at_localhost.get("/assets/ba9876543210/js/one.js")
    assert (response.status_code, response.text) == (200, "1")
    assert response.headers["cache-control"] == "no-cache"
    assert at_localhost.get("/assets/ba9876543210/js/two.js").status_code == 404
    climbs = "/assets/ba9876543210/%2e%2e/%2e%2e/%2e%2e/secret.txt"
    assert at_localhost.get(climbs).status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/sitemap.xml", "/picture.svg", "/api/journal", ANSWER]
)
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_what_a_browser_has_is_not_sent_again(at_localhost, path, encoding):
    headers = {"x-backprep-token": TOKEN, "accept-encoding": encoding}
    first = at_localhost.get(path, headers=headers)
    headers["if-none-match"] = first.headers["etag"]
    again = at_localhost.get(path, headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    policy = "content-security-policy"
    assert again.headers[policy] == first.headers[policy]
    assert again.headers["etag"] == first.headers["etag"]


def test_what_changed_is_sent_again(at_localhost, built):
    tag = at_localhost.get("/").headers["etag"]
    page = built / "index.html"
    page.write_text(page.read_text() + "more")
    again = at_localhost.get("/", headers={"if-none-match": tag})
    assert (again.status_code, "more" in again.text) == (200, True)


def test_beginning_writes_the_starter_and_says_where(client, coach):
    answer = client.post(f"{ANSWER}/begin", json={}).json()
    path = coach.answers / "autograd" / "gradient.py"
    assert answer["path"] == str(path)
    assert answer["link"] == f"vscode://file{path}"
    assert path.read_text() == answer["text"]
    assert "NotImplementedError" in answer["text"]


def test_beginning_leaves_an_answer_as_it_is(client, coach):
    client.post(f"{ANSWER}/begin", json={})
    (coach.answers / f"{QUESTION}.py").write_text("mine")
    assert client.post(f"{ANSWER}/begin", json={}).json()["text"] == "mine"


def test_a_page_saves_what_it_has_seen(client, coach):
    seen = client.post(f"{ANSWER}/begin", json={}).json()
    said = {"text": "mine", "digest": seen["digest"]}
    saved = client.put(ANSWER, json=said).json()
    assert (saved["conflict"], saved["text"]) == (False, "mine")
    assert (coach.answers / f"{QUESTION}.py").read_text() == "mine"


def test_a_page_s_save_is_judged_unless_it_is_only_kept(client, begun, page, judge):
    asked = len(judge.asked)
    digest = client.get(ANSWER).json()["digest"]
    said = {"text": "half", "digest": digest, "judge": False}
    kept = client.put(ANSWER, json=said).json()
    page.told("file", lambda message: message["text"] == "half")
    assert len(judge.asked) == asked
    client.put(ANSWER, json={"text": "whole", "digest": kept["digest"]})
    page.told("verdict", lambda message: message["verdict"]["passed"])
    assert len(judge.asked) == asked + 1


def test_a_page_overwrites_nothing_that_it_has_not_seen(client, coach):
    seen = client.post(f"{ANSWER}/begin", json={}).json()
    path = coach.answers / f"{QUESTION}.py"
    path.write_text("the editor's")
    said = {"text": "the page's", "digest": seen["digest"]}
    saved = client.put(ANSWER, json=said).json()
    assert (saved["conflict"], saved["text"]) == (True, "the editor's")
    assert path.read_text() == "the editor's"


def test_a_save_is_judged_and_told(begun, page):
    begun.write_text("mine")
    page.told("file", lambda message: message["text"] == "mine")
    assert page.told("running")["question"] == QUESTION
    verdict = page.told("verdict", lambda m: m["verdict"]["passed"])["verdict"]
    assert (verdict["verdict"], verdict["passed"], verdict["total"]) == ("failed", 1, 2)
    assert page.told_event("ran")["attempt"] == ATTEMPT


def test_starting_over_keeps_the_answer(client, begun, page):
    begun.write_text("mine")
    page.told("file", lambda message: message["text"] == "mine")
    kept = client.post(f"{ANSWER}/reset", json={}).json()["kept"]
    assert Path(kept).read_text() == "mine"
    assert "NotImplementedError" in begun.read_text()
    assert page.told_event("reset")["attempt"] == ATTEMPT


def test_an_editor_that_replaces_the_file_is_noticed(begun, page):
    fresh = begun.with_suffix(".new")
    fresh.write_text("mine")
    fresh.replace(begun)
    page.told("verdict", lambda message: message["verdict"]["passed"])


def test_a_deleted_file_is_told(begun, page):
    begun.unlink()
    page.told("file", lambda message: not message["exists"])


def test_a_judge_that_cannot_work_is_told(coach, page, begun, monkeypatch):
    def broken(*_, **__):
        raise JudgeError("the judge cannot start here.")

    monkeypatch.setattr(coach, "_judge", broken)
    begun.write_text("mine")
    assert page.told("trouble")["message"] == "the judge cannot start here."


def test_an_untouched_starter_is_not_judged(client, page, begun, judge):
    client.post(f"{ANSWER}/run", json={})
    page.told("verdict", lambda m: m["verdict"]["verdict"] == "not attempted")
    assert judge.asked == []


def test_an_event_of_a_page_is_in_the_journal_under_its_id(client, coach):
    client.post("/api/journal", json=STARTED)
    ((_, found),) = coach.journal.events()
    assert (found.id, found.kind, found.attempt) == (ATTEMPT, "started", ATTEMPT)
    assert coach.driven() == [ATTEMPT], "its time runs here"


def test_an_event_that_comes_twice_counts_once(client, coach):
    for _ in range(2):
        client.post("/api/journal", json=STARTED)
    assert len(list(coach.journal.events())) == 1


def test_the_end_of_an_attempt_keeps_the_answer(client, coach):
    client.post("/api/journal", json=STARTED)
    (coach.answers / f"{QUESTION}.py").write_text("mine")
    data = {"outcome": "gave up", "edited": False, "snapshot": None}
    client.post("/api/journal", json=event("finished", data))
    *_, (_, finished) = coach.journal.events()
    assert finished.data["edited"] is True
    assert coach.snapshots.get(finished.data["snapshot"]) == "mine"


def test_all_pages_are_told_of_what_the_terminal_does(client, new_coach, page):
    other = new_coach()
    attempt = other.begin(other.questions[QUESTION])
    assert page.told_event("started")["id"] == attempt.id


def test_ten_pages_are_all_told(client, open_page):
    pages = [open_page() for _ in range(10)]
    client.post("/api/journal", json=STARTED)
    assert {page.told_event("started")["id"] for page in pages} == {ATTEMPT}


def test_a_page_that_opens_later_gets_all_events(client):
    client.post("/api/journal", json=STARTED)
    found = client.get("/api/journal").json()
    assert [event["kind"] for event in found["events"]] == ["started"]


def test_a_server_that_ends_pauses_what_runs(app, coach):
    headers = {"x-backprep-token": "the-token", "origin": "http://127.0.0.1:8000"}
    with TestClient(app, base_url="http://127.0.0.1:8000", headers=headers) as client:
        client.post("/api/journal", json=STARTED)
    *_, (_, last) = coach.journal.events()
    assert (last.kind, last.data["reason"]) == ("paused", "closed")


def test_a_folder_of_answers_that_goes_away_comes_back(client, coach, begun, page):
    shutil.rmtree(coach.answers)
    page.told("file", lambda message: not message["exists"])
    client.post(f"{ANSWER}/begin", json={})
    begun.write_text("mine again")
    page.told("file", lambda message: message["text"] == "mine again")
    page.told("verdict")


def test_a_page_s_policy_is_sent_as_a_header_that_lets_it_listen(client, site):
    tag = (
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; connect-src 'self'\">"
    )
    (site / "index.html").write_text(f"<!doctype html><head>{tag}</head>home")
    response = client.get("/")
    assert "http-equiv" not in response.text
    assert response.headers["content-security-policy"] == (
        "default-src 'none'; "
        "connect-src 'self' ws://127.0.0.1:8000 ws://localhost:8000; "
        "frame-ancestors 'none'"
    )


def test_what_is_asked_of_a_page_without_its_text_is_answered(client):
    response = client.head("/")
    assert (response.status_code, response.text) == (200, "")


def test_a_page_that_opens_later_gets_the_last_verdict(client, begun, page):
    begun.write_text("mine")
    page.told("verdict", lambda message: message["verdict"]["passed"])
    verdict = client.get(ANSWER).json()["verdict"]
    assert (verdict["verdict"], verdict["total"]) == ("failed", 2)


def test_the_judge_is_warm_before_it_is_needed(coach, site):
    warm = threading.Event()
    app = create(coach, site, ["127.0.0.1:8000"], "the-token", warm.set)
    with TestClient(app, base_url="http://127.0.0.1:8000"):
        assert warm.wait(10)


def test_the_events_of_a_browser_are_taken_over_with_their_own_times(client, coach):
    at = "2026-11-20T10:00:00.000+01:00"
    said = {"events": [{**STARTED, "seq": 1, "at": at}]}
    assert client.post("/api/journal/import", json=said).json() == {"added": 1}
    assert client.post("/api/journal/import", json=said).json() == {"added": 0}
    (_, started), (_, paused) = coach.journal.events()
    assert (started.at, paused.kind) == (at, "paused"), "nobody keeps its time"


@pytest.mark.parametrize("events", [None, [5], [{}], [{**STARTED, "seq": 0}]])
def test_a_take_over_is_whole_or_refused(client, coach, events):
    good = {**STARTED, "seq": 1, "at": "2026-11-20T10:00:00.000+01:00"}
    said = {"events": events and [good, *events]}
    response = client.post("/api/journal/import", json=said)
    assert response.status_code == 400
    assert response.json()["error"].endswith(".")
    assert list(coach.journal.events()) == []


def test_a_file_that_a_page_cannot_show_is_not_overwritten(client, coach):
    seen = client.post(f"{ANSWER}/begin", json={}).json()
    path = coach.answers / f"{QUESTION}.py"
    path.write_bytes(b"\xff")
    digest = client.get(ANSWER).json()["digest"]
    assert digest != seen["digest"]
    response = client.put(ANSWER, json={"text": "mine", "digest": digest})
    assert "not UTF-8" in response.json()["error"]
    assert path.read_bytes() == b"\xff"


def test_an_attempt_that_a_dead_server_left_running_is_paused(new_coach, site, clock):
    dead = new_coach()
    attempt = dead.begin(dead.questions[QUESTION])
    clock.work(60)  # without a sign of life
    app = create(new_coach(), site, ["127.0.0.1:8000"], "the-token")
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        headers = {"x-backprep-token": "the-token"}
        events = client.get("/api/journal", headers=headers).json()["events"]
    assert [(e["kind"], e["data"].get("reason")) for e in events] == [
        ("started", None),
        ("paused", "lost"),
    ]
    assert events[1]["attempt"] == attempt.id


def test_a_fifo_in_place_of_an_answer_holds_nothing_up(client, coach, begun, page):
    begun.unlink()
    os.mkfifo(begun)
    page.told("file", lambda message: not message["exists"])
    page.told("trouble", lambda message: "is a FIFO" in message["message"])
    refused = client.put(ANSWER, json={"text": "mine", "digest": ""})
    assert "is a FIFO" in refused.json()["error"]
    assert "is a FIFO" in client.post(f"{ANSWER}/begin", json={}).json()["error"]
    begun.unlink()
    begun.write_text("mine again")
    page.told("file", lambda message: message["text"] == "mine again")
