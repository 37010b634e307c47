"""No sequence of calls shows the text of an answer before its time.

Assistants that call at random, over questions of every kind, are told a great deal.
None of it may be a telling line of a solution, a model answer, a near miss, another
right answer or a true value, of a question that neither passed nor was revealed.
"""

import ast
import random
import re

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from backprep.bank import source
from backprep.bank.model_answer import model_answer
from backprep.bank.question import read_text
from backprep.bank.questions import load_questions
from backprep.bank.starter import starter
from backprep.tutor.readings import readings
from tests.tool.event_loop import run
from tests.tool.tutor.conftest import Candidate, text

CALLS = 150
TELLING = 24
"""Characters from which a line of code gives something away."""
SENTENCE = 40
"""Characters from which a line of prose does."""


def plain(words):
    """A text without what may be laid out in another way."""
    return re.sub(r"[\s`\\'\"]+", " ", words)


def lines(words, least):
    return {
        line
        for one in words.splitlines()
        if len(line := plain(one).strip(" ,")) >= least
    }


def without_docstrings(code):
    """A verdict may say a near miss's consequence, and a starter has docstrings."""
    for said in source.docstrings(code).values():
        code = code.replace(said, "")
    return code


def true_values(question):
    values = next(
        source.assigned(source.parse(read_text(question.solution_path)), "PREDICTIONS"),
        None,
    )
    if values is None:
        return set()
    pairs = zip(values.keys, values.values, strict=True)
    return {plain(f"{ast.unparse(k)}: {ast.unparse(v)}").strip() for k, v in pairs}


class Secrets:
    """What may not be told of a question, part by part; `elsewhere` are the words of
    other questions and of what everybody may read."""

    def __init__(self, question, elsewhere):
        answer = model_answer(question)
        rubric = [*answer.rubric.must, *answer.rubric.nice, *answer.follow_ups]
        self.rubric = lines("\n".join(rubric), SENTENCE)
        self.rest = true_values(question)
        for words in (answer.said, answer.sources):
            self.rest |= lines(words, SENTENCE)
        for path in code_files(question):
            self.rest |= lines(without_docstrings(read_text(path)), TELLING)
        self.rubric = {line for line in self.rubric if line not in elsewhere}
        self.rest = {line for line in self.rest if line not in elsewhere}


def code_files(question):
    paths = (
        question.solution_path,
        question.near_misses_path,
        question.right_answers_path,
    )
    return [path for path in paths if path.exists()]


@pytest.fixture(scope="module")
def secrets():
    """Of every question, by its id."""
    questions = load_questions()
    shown, hidden = [], {}
    for question in questions:
        shown += [question.text, starter(question), read_text(question.checks_path)]
        shown += source.docstrings(read_text(question.near_misses_path)).values()
        parts = [*code_files(question), question.model_answer_path]
        hidden[question.id] = plain("\n".join(map(read_text, parts)))
    public = plain("\n".join(shown))
    return {
        question.id: Secrets(
            question,
            " ".join([public, *(w for q, w in hidden.items() if q != question.id)]),
        )
        for question in questions
    }


def of_every_kind(questions, drawn):
    kinds = {}
    for question in drawn.sample(questions, len(questions)):
        kinds.setdefault(question.kind, []).append(question)
    return [question for found in kinds.values() for question in found[:2]]


class Assistant:
    """Calls whatever there is, with whatever arguments, and knows what is open."""

    def __init__(self, seed, coach, judge, secrets):
        self.drawn = random.Random(seed)
        self.coach, self.judge = coach, judge
        self.questions = of_every_kind(list(coach.questions.values()), self.drawn)
        self.secrets = secrets
        self.leaks = []
        self.open, self.handed_in = set(), set()
        self.candidate = Candidate()
        self.told = 0

    def name(self):
        question = self.drawn.choice(self.questions)
        ways = [question.id] * 6 + [question.slug, f"../solutions/{question.id}.py"]
        return question, self.drawn.choice([*ways, f"solutions/{question.id}.md"])

    def calls(self):
        question, name = self.name()
        level = self.drawn.randint(0, 4)
        words = " ".join(["I would say that it depends on the mode."] * 4)
        code = self.drawn.choice(
            [
                starter(question),
                "import solutions",
                "x = (",
                read_text(question.solution_path),
            ]
        )
        return question, [
            ("list_questions", {"words": question.slug[:4]}),
            ("read_question", {"question": name}),
            ("what_next", {}),
            ("history", {"question": name}),
            ("kept_answer", {"question": name, "number": level}),
            ("mock_interview", {"seed": level, "minutes": 60}),
            ("begin_attempt", {"question": name}),
            ("pause_attempt", {"question": name}),
            ("hint", {"question": name, "level": level}),
            ("judge_answer", {"question": name}),
            ("try_code", {"question": name, "code": code}),
            ("reveal_answer", {"question": name}),
            ("rubric", {"question": name}),
            ("hand_in", {"question": name, "explanation": words}),
            ("no_such_tool", {"question": name}),
        ]

    def acts(self, question):
        """What the candidate does in the meantime."""
        path = question.answer_path(self.coach.answers)
        if path.exists() and self.drawn.random() < 0.5:
            path.write_text(f"mine = {self.drawn.random()}\n")
        self.judge.says = "passed" if self.drawn.random() < 0.15 else "failed"
        self.candidate.says = self.drawn.choice(["accept", "decline", "cancel"])
        self.candidate.yes = self.drawn.random() < 0.3

    def knows(self, question, tool, result):
        """What a call has opened, by what happened and not by what is told."""
        if result.is_error:
            return
        consented = self.candidate.says == "accept" and self.candidate.yes
        if tool == "reveal_answer" and consented and self.candidate.asked:
            self.open.add(question.id)
        if tool == "judge_answer" and self.judge.says == "passed":
            self.open.add(question.id)
        if tool == "hand_in" and consented and self.candidate.asked:
            self.handed_in.add(question.id)

    async def one(self, client):
        question, calls = self.calls()
        self.acts(question)
        tool, arguments = self.drawn.choice(calls)
        self.candidate.asked.clear()
        result = await client.call_tool(tool, arguments)
        self.knows(question, tool, result)
        self.look(f"{tool} {arguments}", f"{text(result)} {result.structured_content}")

    def look(self, call, words):
        """Nothing that is closed may be in these words."""
        self.told += 1
        words = plain(words)
        for question, secrets in self.secrets.items():
            closed = set() if question in self.open else secrets.rest
            if question not in self.open | self.handed_in:
                closed = closed | secrets.rubric
            found = [line for line in closed if line in words]
            if found:
                self.leaks.append((call, question, found[:3]))


@pytest.mark.parametrize("seed", range(4))
def test_no_sequence_of_calls_shows_what_is_closed(seed, server, coach, judge, secrets):
    assistant = Assistant(seed, coach, judge, secrets)

    async def session():
        async with Client(server, elicitation_callback=assistant.candidate) as client:
            for _ in range(CALLS):
                await assistant.one(client)

    run(session())
    assert not assistant.leaks
    assert assistant.told >= CALLS


def test_there_is_something_to_find(coach, judge, secrets):
    """The tests here would see a leak of each part of each question."""
    assistant = Assistant(0, coach, judge, secrets)
    for question in coach.questions.values():
        assert secrets[question.id].rest, question
        assert secrets[question.id].rubric, question
        for path in (*code_files(question), question.model_answer_path):
            assistant.leaks.clear()
            assistant.look(path, read_text(path))
            assert assistant.leaks, path


def test_resources_and_prompts_show_nothing(server, coach, judge, secrets):
    assistant = Assistant(0, coach, judge, secrets)

    async def session():
        async with Client(server) as client:
            for resource in (await client.list_resources()).resources:
                (content,) = (await client.read_resource(resource.uri)).contents
                assistant.look(resource.uri, content.text)
            for uri in ("backprep://topics/..%2F..%2Fsolutions", "file:///etc/passwd"):
                with pytest.raises(MCPError):
                    await client.read_resource(uri)
            for prompt in (await client.list_prompts()).prompts:
                for question in coach.questions:
                    given = await client.get_prompt(prompt.name, {"question": question})
                    assistant.look(prompt.name, given.messages[0].content.text)
            assistant.look("tools", str(await client.list_tools()))

    run(session())
    assert not assistant.leaks
    assert assistant.told > len(readings())
