"""What the tools do, and what they say where they do not."""

import json
import threading

import anyio
import anyio.to_thread
import pytest
from mcp import Client

from backprep.bank.question import read_text
from backprep.judge.errors import Stopped
from backprep.judge.verdict import Check, Verdict
from tests.tool.event_loop import run
from tests.tool.tutor.conftest import Candidate

SPOKEN = "save_load/what_pickle_runs"
SAID = " ".join(["A pickle is a program that runs while it is loaded."] * 3)


@pytest.fixture
def told(call):
    """What a tool told that did what was asked."""

    def told(name, candidate=None, **arguments):
        said, refused = call(name, candidate, **arguments)
        assert not refused, said
        return json.loads(said) if said.startswith("{") else said

    return told


@pytest.fixture
def refused(call):
    """Why a tool did not do what was asked."""

    def why(name, candidate=None, **arguments):
        said, is_refused = call(name, candidate, **arguments)
        assert is_refused, said
        assert "Traceback" not in said
        assert "\n" not in said
        return said

    return why


@pytest.fixture
def write(coach):
    """The candidate saves an answer."""

    def write(text="mine = 1\n", question="autograd/gradient"):
        path = coach.questions[question].answer_path(coach.answers)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"words": "dropout"}, "train_vs_eval/dropout"),
        ({"topic": "autograd", "kind": "predict"}, "autograd/grad_accumulates"),
        ({"level": "easy", "words": "GRADIENT of any"}, "autograd/gradient"),
    ],
)
def test_questions_are_searched(call, asked, found):
    said, _ = call("list_questions", **asked)
    assert f'"{found}"' in said
    assert '"amp/which_dtype"' not in said


def test_a_question_is_read_with_what_the_candidate_wrote(told, write):
    assert told("read_question", question="gradient")["answer"] == ""
    write()
    asked = told("read_question", question="gradient")
    assert asked["answer"] == "mine = 1\n"
    assert "Write `gradient(f, x)`" in asked["prompt"]
    assert "raise NotImplementedError" in asked["starter"]
    assert asked["attempt"] is None


def test_an_attempt_begins_pauses_and_goes_on(told, coach, gradient):
    begun = told("begin_attempt", question="gradient")
    assert (begun["running"], begun["left"]) == (True, 600)
    assert not coach.under_way(gradient).running  # each call is a session of its own
    told("begin_attempt", question="gradient")
    assert told("pause_attempt", question="gradient")["running"] is False
    assert len(coach.history.of(gradient.id)) == 1


def test_one_clock_runs_at_a_time(tutor, coach, gradient):
    tutor.begin("gradient")
    tutor.begin("dropout")
    assert not coach.under_way(gradient).running


def test_time_goes_on_and_its_end_is_noticed(tutor, coach, gradient, clock):
    tutor.begin("gradient")
    attempt = coach.under_way(gradient)
    for _ in range(600):
        assert coach.attempt(attempt.id).used < 600
        clock.work(1)
        over = tutor.tick()
    assert over == [attempt.id]
    coach.time_up(attempt.id)
    assert tutor.tick() == []


def test_a_hint_is_written_down_and_says_its_cost(told, coach, gradient):
    told("begin_attempt", question="gradient")
    hint = told("hint", question="gradient", level=2)
    assert hint["text"] == gradient.hints[1]
    assert hint["cost"].startswith("With this hint a pass is Good")
    assert coach.under_way(gradient).hints == (2,)


def test_what_comes_next_is_what_is_unfinished_or_due(
    told, call, coach, gradient, clock
):
    assert told("what_next")["why"] == "The next one on the path."
    told("begin_attempt", question="gradient")
    assert told("what_next")["why"].startswith("Unfinished: ")
    coach.reveal_question(gradient)
    coach.finish(coach.under_way(gradient).id, "gave up")
    clock.sleep(9 * 24 * 3600)
    (due,) = told("what_next")["due"]
    assert due["question"] == gradient.id
    assert "revealed before it passed" in due["why"]


def test_a_file_is_judged_and_a_pass_ends_the_attempt(
    told, coach, gradient, write, judge
):
    told("begin_attempt", question="gradient")
    write()
    assert told("judge_answer", question="gradient")["verdict"] == "failed"
    judge.says = "passed"
    counted = told("judge_answer", question="gradient")["counted"]
    assert counted.startswith("Hard: passed")  # no clock ran between two sessions
    past = told("history", question="gradient")["attempts"]
    assert [(one["outcome"], one["runs"]) for one in past] == [("passed", 2)]


def test_a_text_is_judged_and_the_file_stays(told, coach, gradient, write, judge):
    path = write()
    judge.says = "passed"
    tried = told("try_code", Candidate(), question="gradient", code="x = 1\n")
    assert tried["verdict"] == "passed"
    assert str(path) in tried["counted"]
    assert path.read_text() == "mine = 1\n"
    assert not coach.history.of(gradient.id)


def test_a_text_cannot_say_what_it_reads(call, judge, gradient):
    """It runs where the bank can be read: neither what it prints nor what it raises,
    nor the line that it chose to fail at, is told."""
    secret = read_text(gradient.solution_path)

    def leak(question, answers, **options):
        checks = [Check("test_one", "error", secret, 4711, report=secret)]
        return Verdict(question.id, leak.says, 4711.0, checks, secret, secret)

    judge.instead = leak
    for leak.says in ("passed", "error", "timeout", "crashed", "not attempted"):
        said, _ = call("try_code", Candidate(), question="gradient", code="x = 1\n")
        assert f'"verdict": "{leak.says}"' in said
        assert "def gradient" not in said
        assert "4711" not in said


@pytest.mark.parametrize(
    "candidate", [None, Candidate("decline"), Candidate(yes=False)]
)
def test_a_text_does_not_run_before_the_candidate_agrees(refused, judge, candidate):
    """It could put the solution where the answer is read, or reveal it."""
    assert refused("try_code", candidate, question="gradient", code="x = 1\n")
    assert not judge.asked
    if candidate:
        assert "x = 1" in candidate.asked[0]


def test_guesses_at_a_prediction_are_not_judged(refused):
    code = 'PREDICTIONS = {"loss": "float32"}'
    for question in ("which_dtype", SPOKEN):
        said = refused("try_code", question=question, code=code)
        assert "only what the candidate saved" in said


def test_a_mock_is_drawn_by_its_seed_as_everywhere(call, command):
    sheet, _ = call("mock_interview", minutes=45, seed=7, topics=["autograd", "amp"])
    again, _ = call("mock_interview", minutes=45, seed=7, topics=["amp", "autograd"])
    assert sheet == again
    table = sheet[sheet.index("| At") : sheet.index("## 1.")].strip()
    seeded = ["--seed", 7, "--topics", "amp,autograd", "--interviewer"]
    assert (
        table.splitlines()[2].split("|")[2].strip() in command("mock", *seeded).stdout
    )
    assert "Must have" not in sheet


def test_a_reveal_asks_the_candidate(told, coach, gradient):
    candidate = Candidate()
    answer = told("reveal_answer", candidate, question="gradient")
    assert len(candidate.asked) == 1
    assert "torch.autograd.grad" in answer
    assert coach.history.of(gradient.id)[0].revealed
    told("reveal_answer", candidate, question="gradient")
    assert len(candidate.asked) == 1  # it is open now


@pytest.mark.parametrize(
    "candidate",
    [Candidate("decline"), Candidate("cancel"), Candidate(yes=False)],
    ids=["declines", "cancels", "says no"],
)
def test_what_the_candidate_does_not_reveal_stays_closed(
    refused, coach, gradient, candidate
):
    said = refused("reveal_answer", candidate, question="gradient")
    assert said == "The candidate did not reveal the answer to autograd/gradient."
    assert len(candidate.asked) == 1
    assert not coach.history.of(gradient.id)


def test_a_client_that_cannot_ask_says_the_command(refused, coach):
    said = refused("reveal_answer", question="gradient")
    assert said.endswith(f"backprep reveal gradient --answers {coach.answers}")


def test_the_rubric_of_a_spoken_question_opens_when_it_was_said(refused, told):
    assert "give hand_in what they said" in refused("rubric", question=SPOKEN)
    assert "begin_attempt" in refused("hand_in", question=SPOKEN, explanation=SAID)
    told("begin_attempt", question=SPOKEN)
    assert "20 words" in refused(
        "hand_in", question=SPOKEN, explanation="It is unsafe."
    )
    no = Candidate("decline")
    assert refused("hand_in", no, question=SPOKEN, explanation=SAID)
    assert SAID in no.asked[0]
    assert refused("rubric", question=SPOKEN)
    told("hand_in", Candidate(), question=SPOKEN, explanation=SAID)
    assert told("rubric", question=SPOKEN)["must_have"]
    assert refused("reveal_answer", question=SPOKEN)  # the rest stays closed


def test_only_a_spoken_question_is_handed_in(refused, told):
    told("begin_attempt", question="gradient")
    said = refused("hand_in", question="gradient", explanation=SAID)
    assert said.startswith("autograd/gradient is not explained aloud")


@pytest.mark.parametrize(
    ("tool", "arguments", "why"),
    [
        ("read_question", {"question": "gradent"}, "Did you mean autograd/gradient?"),
        ("read_question", {"question": "../x"}, 'no question "../x"'),
        ("read_question", {"question": "x" * 10_000}, "at most 200 characters"),
        ("read_question", {}, "question: Field required."),
        ("list_questions", {"topic": "../.."}, "is not a topic; the topics are"),
        ("list_questions", {"kind": "essay"}, "kind: Input should be 'code'"),
        ("pause_attempt", {"question": "gradient"}, "No attempt at autograd/gradient"),
        ("hint", {"question": "gradient", "level": 1}, "begin_attempt begins one"),
        ("hint", {"question": "gradient", "level": 4}, "less than or equal to 3"),
        ("hint", {"question": "gradient", "level": "two"}, "level: Input should be"),
        ("judge_answer", {"question": "gradient"}, "There is nothing to judge yet"),
        ("try_code", {"question": "gradient", "code": "x = ("}, "not Python in line 1"),
        ("try_code", {"question": "gradient", "code": "\0"}, "The text is not Python"),
        ("kept_answer", {"question": "gradient", "number": 1}, "there are 0"),
        ("kept_answer", {"question": "gradient", "number": 0}, "number: Input should"),
        ("mock_interview", {"seed": -1}, "seed: Input should be greater than or equal"),
        ("mock_interview", {"seed": "x"}, "seed: Input should be a valid integer"),
        ("mock_interview", {"seed": 2**53}, "less than or equal to 9007199254740991"),
        ("mock_interview", {"minutes": 1}, "No question fits 1 minute; allow more."),
        ("mock_interview", {"topics": ["x"]}, '"x" is not a topic'),
        ("rubric", {"question": "gradient"}, "stays closed until an attempt at it"),
        ("solve", {}, "Unknown tool: solve"),
    ],
)
def test_a_refusal_is_one_sentence(refused, tool, arguments, why):
    assert why in refused(tool, **arguments)


def test_an_attempt_at_another_question_opens_nothing(told, refused, judge, write):
    told("begin_attempt", question="gradient")
    write()
    judge.says = "passed"
    told("judge_answer", question="gradient")
    assert told("rubric", question="gradient")["must_have"]
    assert "stays closed" in refused("rubric", question="dropout")


def test_a_journal_that_cannot_be_written_is_said_and_opens_nothing(
    told, refused, coach, monkeypatch
):
    from backprep.journal.errors import JournalError

    def broken(*_, **__):
        raise JournalError("The disk is full.")

    monkeypatch.setattr(coach.journal, "append", broken)
    assert told("begin_attempt", question="gradient")["notice"] == "The disk is full."
    assert "under way" in refused("rubric", question="gradient")


def test_a_request_that_is_cancelled_gives_its_verdict_up(server, judge, write):
    begun, given_up = threading.Event(), threading.Event()

    def slow(question, answers, *, stop, **options):
        begun.set()
        if stop.wait(30):
            given_up.set()
        raise Stopped

    judge.instead = slow
    write()

    async def session():
        async with (
            Client(server, mode="legacy") as client,
            anyio.create_task_group() as g,
        ):
            g.start_soon(client.call_tool, "judge_answer", {"question": "gradient"})
            assert await anyio.to_thread.run_sync(begun.wait, 30)
            g.cancel_scope.cancel()

    run(session())
    assert given_up.wait(30)


def test_a_client_can_tell_what_only_reads_and_what_may_do_harm(server):
    async def listed():
        async with Client(server) as client:
            return {t.name: t.annotations for t in (await client.list_tools()).tools}

    tools = run(listed())
    assert tools["read_question"].read_only_hint
    assert not tools["begin_attempt"].read_only_hint
    assert not tools["try_code"].read_only_hint
    assert tools["try_code"].destructive_hint
