"""An answer's file between attempts, in a mock interview and while it is judged."""

import threading
from pathlib import Path

import pytest

from backprep.bank.questions import read_question
from backprep.bank.starter import starter
from backprep.files import digest, replace
from backprep.judge.errors import Stopped
from backprep.judge.verdict import Check, Verdict
from tests.tool.server.conftest import ANSWER, QUESTION, STARTED, event

GRADIENT = read_question(QUESTION)
STARTER = starter(GRADIENT)
NEXT, MOCK, OTHER = "b" * 32, "c" * 32, "d" * 32


def begins(identity, question=QUESTION, mock=None):
    """The beginning of another attempt."""
    data = {"minutes": 10, "mock": mock, "from": "site"}
    said = event("started", data, identity)
    return {**said, "attempt": identity, "question": question}


def kinds(coach):
    return [event.kind for _, event in coach.journal.events()]


@pytest.fixture
def path(coach):
    return GRADIENT.answer_path(coach.answers)


@pytest.fixture
def ended(client, path):
    """An attempt that was given up, and the answer that it left."""
    client.post("/api/journal", json=STARTED)
    said = {"text": "old = 1\n", "digest": digest(STARTER), "judge": False}
    client.put(ANSWER, json=said)
    data = {"outcome": "gave up", "edited": False, "snapshot": None}
    client.post("/api/journal", json=event("finished", data))


@pytest.fixture
def looping(judge):
    """A judge whose first verdict never comes: it is given up, or judged as the
    test says."""

    class Looping:
        def __init__(self):
            self.runs, self.release = threading.Event(), threading.Event()
            self.given_up = threading.Event()

        def __call__(self, question, answers, *, stop, **_):
            judge.instead = None
            self.runs.set()
            while not self.release.is_set():
                if stop.wait(0.01):
                    self.given_up.set()
                    raise Stopped
            return Verdict(question.id, "passed", 0.1, [Check("test_one", "passed")])

    judge.instead = looping = Looping()
    yield looping
    looping.release.set()


# from blank


def test_the_next_attempt_begins_from_blank(client, ended, path, page):
    client.post("/api/journal", json=begins(NEXT))
    assert path.read_text() == STARTER
    told = page.told("file", lambda message: message["text"] == STARTER)
    assert told["digest"] == digest(STARTER)
    assert Path(told["kept"]["path"]).read_text() == "old = 1\n"
    assert told["kept"] == client.get(ANSWER).json()["kept"]


def test_a_run_right_after_the_start_does_not_pass(client, coach, ended, judge):
    judge.says = "passed"
    client.post("/api/journal", json=begins(NEXT))
    client.post(f"{ANSWER}/run", json={})
    assert client.get(ANSWER).json()["verdict"]["verdict"] == "not attempted"
    assert not coach.attempt(NEXT).finished


def test_what_was_written_before_any_attempt_stays(client, coach, path):
    client.post(f"{ANSWER}/begin", json={})
    path.write_text("in progress = 1\n")
    client.post("/api/journal", json=STARTED)
    assert path.read_text() == "in progress = 1\n"
    assert client.get(ANSWER).json()["kept"] is None


def test_a_beginning_that_comes_twice_puts_nothing_more_aside(client, ended, path):
    client.post("/api/journal", json=begins(NEXT))
    path.write_text("new = 1\n")
    data = {"outcome": "gave up", "edited": False, "snapshot": None}
    client.post("/api/journal", json={**event("finished", data), "attempt": NEXT})
    client.post("/api/journal", json=begins(NEXT))
    assert path.read_text() == "new = 1\n"


def test_the_old_answer_comes_back(client, ended, path, page, judge):
    client.post("/api/journal", json=begins(NEXT))
    # in one step: a file that is emptied first may be seen, and judged, twice
    replace(path, "new = 1\n")
    page.told("file", lambda message: message["text"] == "new = 1\n")
    page.told("verdict", lambda message: message["verdict"]["passed"])
    asked = len(judge.asked)
    restored = client.post(f"{ANSWER}/restore", json={}).json()
    assert restored["text"] == path.read_text() == "old = 1\n"
    assert Path(restored["kept"]["path"]).read_text() == "new = 1\n"
    page.told("file", lambda message: message["digest"] == restored["digest"])
    assert client.post(f"{ANSWER}/restore", json={}).json()["text"] == "new = 1\n"
    assert len(judge.asked) == asked, "what comes back is not judged by itself"


def test_where_none_was_put_aside_none_comes_back(client):
    response = client.post(f"{ANSWER}/restore", json={})
    assert response.status_code == 400
    assert response.json()["error"] == f"No answer to {QUESTION} was put aside."


def test_a_page_has_the_starter_before_there_is_a_file(client, path):
    found = client.get(ANSWER).json()
    assert (found["exists"], found["starter"], found["edited"]) == (
        False,
        STARTER,
        False,
    )
    client.post("/api/journal", json=STARTED)
    assert client.get(ANSWER).json()["edited"] is False
    path.write_text("mine = 1\n")
    assert client.get(ANSWER).json()["edited"] is True


# the first key


@pytest.mark.parametrize("before", ["nothing", "an old answer"])
def test_the_first_key_begins_the_attempt_and_saves(request, client, path, before):
    if before == "an old answer":
        request.getfixturevalue("ended")
    client.post("/api/journal", json=begins(NEXT))
    said = {"text": f"{STARTER}x", "digest": digest(STARTER), "judge": False}
    saved = client.put(ANSWER, json=said).json()
    assert (saved["conflict"], path.read_text()) == (False, f"{STARTER}x")


def test_a_file_that_was_there_keeps_the_digest_that_the_page_knows(client, path):
    client.post(f"{ANSWER}/begin", json={})
    path.write_text("in progress = 1\n")
    known = client.get(ANSWER).json()["digest"]
    client.post("/api/journal", json=STARTED)
    said = {"text": "more = 1\n", "digest": known, "judge": False}
    assert client.put(ANSWER, json=said).json()["conflict"] is False


@pytest.mark.parametrize("known", [None, STARTER])
@pytest.mark.parametrize("there", [None, STARTER])
def test_an_untouched_starter_and_no_file_are_the_same(client, path, known, there):
    if there is not None:
        client.post(f"{ANSWER}/begin", json={})
    said = {"text": "mine = 1\n", "digest": digest(known)}
    assert client.put(ANSWER, json=said).json()["conflict"] is False
    assert path.read_text() == "mine = 1\n"


@pytest.mark.parametrize("known", [None, STARTER])
def test_what_somebody_wrote_is_never_taken_for_the_starter(client, path, known):
    client.post(f"{ANSWER}/begin", json={})
    path.write_text("in progress = 1\n")
    said = {"text": "mine = 1\n", "digest": digest(known)}
    assert client.put(ANSWER, json=said).json()["conflict"] is True
    assert path.read_text() == "in progress = 1\n"


def test_pages_are_told_the_digest_after_the_start_even_of_the_same_file(client, page):
    client.post(f"{ANSWER}/begin", json={})
    page.told("file", lambda message: message["exists"])
    page.messages.clear()
    client.post("/api/journal", json=STARTED)
    assert page.told("file")["digest"] == digest(STARTER)


# one at a time


def test_what_runs_is_paused_when_another_attempt_starts(client, coach):
    client.post("/api/journal", json=STARTED)
    client.post("/api/journal", json=begins(OTHER, "amp/train_step"))
    assert coach.driven() == [OTHER]
    *_, (_, paused), (_, started) = coach.journal.events()
    assert (paused.kind, paused.data["reason"]) == ("paused", "asked")
    assert started.id == OTHER


def test_what_runs_is_paused_when_another_attempt_goes_on(client, coach):
    client.post("/api/journal", json=STARTED)
    client.post("/api/journal", json=begins(OTHER, "amp/train_step"))
    client.post("/api/journal", json=event("resumed"))
    assert coach.driven() == [STARTED["attempt"]]


def test_an_attempt_of_a_mock_interview_is_not_paused(client, coach, mock):
    client.post("/api/journal", json=STARTED)
    assert set(coach.driven()) == {mock, STARTED["attempt"]}


# a mock interview


@pytest.fixture
def mock(client):
    """The attempt in a mock interview that began after an answer was there."""
    said = {"text": "ordinary = 1\n", "digest": "", "judge": False}
    client.put(ANSWER, json=said)
    data = {"minutes": 20, "topics": [], "seed": 1, "questions": [QUESTION]}
    said = {"id": MOCK, "kind": "mock_started", "question": "", "attempt": MOCK}
    assert client.post("/api/journal", json={**said, "data": data}).status_code == 200
    assert client.post("/api/journal", json=begins(NEXT, mock=MOCK)).status_code == 200
    return NEXT


def test_a_mock_interview_has_a_folder_of_its_own(client, coach, mock, path, page):
    found = client.get(ANSWER).json()
    folder = coach.answers / "mock" / "20261125-100000"
    assert found["path"] == str(GRADIENT.answer_path(folder))
    assert (found["text"], found["edited"]) == (STARTER, False)
    said = {"text": "in the mock = 1\n", "digest": found["digest"]}
    client.put(ANSWER, json=said)
    page.told("verdict", lambda message: message["verdict"]["passed"])
    assert coach.attempt(mock).runs == 1
    assert path.read_text() == "ordinary = 1\n"


def test_a_save_in_the_folder_of_the_mock_interview_is_judged(client, mock, page):
    Path(client.get(ANSWER).json()["path"]).write_text("from outside = 1\n")
    page.told("file", lambda message: message["text"] == "from outside = 1\n")
    page.told("verdict", lambda message: message["verdict"]["passed"])


def test_after_it_the_ordinary_file_is_there_again_and_is_not_judged(
    client, coach, mock, path, page, judge
):
    judge.says = "passed"
    data = {"outcome": "failed", "edited": False, "snapshot": None}
    client.post("/api/journal", json={**event("finished", data), "attempt": mock})
    told = page.told("file", lambda message: message["text"] == "ordinary = 1\n")
    assert told["path"] == client.get(ANSWER).json()["path"] == str(path)
    assert kinds(coach)[-1] == "finished"
    assert judge.asked == []


def test_in_it_a_verdict_gives_no_help(client, mock, judge):
    check = Check(
        "test_one", "failed", "it is 2, and not 3", advice="Look.", asked="It is 3."
    )
    looks_like = Verdict(QUESTION, "failed", 0.1, [check], summary="Looks like: this.")
    judge.instead = lambda *_, **__: looks_like
    Path(client.get(ANSWER).json()["path"]).write_text("mine = 1\n")
    client.post(f"{ANSWER}/run", json={})
    verdict = client.get(ANSWER).json()["verdict"]
    (told,) = verdict["checks"]
    assert verdict["summary"] == told["advice"] == told["asked"] == ""
    assert told["message"] == "it is 2, and not 3"


def test_in_it_hints_are_refused(client, coach, mock):
    hint = {**event("hinted", {"level": 1}), "attempt": mock}
    response = client.post("/api/journal", json=hint)
    assert response.status_code == 400
    assert response.json()["error"] == "A mock interview gives no hints."
    assert kinds(coach) == ["mock_started", "started"]


# runs that loop


def test_a_newer_save_supersedes_a_run_that_loops(
    client, coach, begun_to_loop, looping, page
):
    found = client.get(ANSWER).json()
    assert found["running"] is True
    client.put(ANSWER, json={"text": "better = 1\n", "digest": found["digest"]})
    verdict = page.told("verdict", lambda message: message["verdict"]["passed"])
    assert verdict["verdict"]["verdict"] == "failed"
    assert looping.given_up.wait(30)
    assert coach.attempt(STARTED["attempt"]).runs == 1, "the one that ended"


@pytest.fixture
def begun_to_loop(client, path, looping, page):
    """The file of an answer whose run does not end."""
    client.post("/api/journal", json=STARTED)
    page.told("verdict")
    path.write_text("loops = 1\n")
    assert looping.runs.wait(30)
    return path


def test_a_run_is_cancelled_and_counts_for_nothing(
    client, coach, begun_to_loop, looping, page
):
    assert client.post(f"{ANSWER}/cancel", json={}).json() == {"cancelled": True}
    assert page.told("cancelled")["question"] == QUESTION
    assert looping.given_up.wait(30)
    assert client.get(ANSWER).json()["running"] is False
    assert kinds(coach) == ["started"]
    assert client.post(f"{ANSWER}/cancel", json={}).json() == {"cancelled": False}


def test_the_run_at_time_up_is_waited_for(client, coach, looping, page, work_on):
    short = event("started", {"minutes": 0.1, "mock": None, "from": "site"})
    client.post("/api/journal", json=short)
    said = {"text": "late = 1\n", "digest": digest(STARTER), "judge": False}
    client.put(ANSWER, json=said)
    work_on(coach.attempt(STARTED["attempt"]), 7)
    assert looping.runs.wait(30)
    client.post(f"{ANSWER}/run", json={})
    assert client.post(f"{ANSWER}/cancel", json={}).json() == {"cancelled": False}
    assert not looping.given_up.is_set()
    looping.release.set()
    page.told("verdict", lambda message: message["verdict"]["verdict"] == "passed")
    attempt = coach.attempt(STARTED["attempt"])
    assert (attempt.outcome, attempt.in_time) == ("passed", True)
    page.told("verdict", lambda message: message["verdict"]["verdict"] == "failed")


def test_a_run_that_breaks_does_not_go_on_for_ever(client, judge, page):
    def breaks(*_, **__):
        judge.instead = None
        raise SystemError("out of order")

    client.post("/api/journal", json=STARTED)
    page.told("verdict")
    judge.instead = breaks
    said = {"text": "mine = 1\n", "digest": digest(STARTER), "judge": False}
    client.put(ANSWER, json=said)
    with pytest.raises(SystemError):
        client.post(f"{ANSWER}/run", json={})
    page.told("cancelled")
    assert client.get(ANSWER).json()["running"] is False
