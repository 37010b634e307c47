"""Rules that every question keeps.

`pytest tests/test_every_question.py -k SLUG` says what a question still lacks.
"""

import ast
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from backprep import testing
from backprep.bank import source, starter
from backprep.bank.aims import EVERYTHING, load_aims
from backprep.bank.cards import cards
from backprep.bank.demands import demands, stands_in
from backprep.bank.near_misses import near_misses
from backprep.bank.question import Question, numbered, read_text, sections
from backprep.bank.questions import bank_root, load_questions
from backprep.bank.right_answers import right_answers
from backprep.bank.topics import load_topics
from backprep.evidence import examples
from backprep.judge import client
from backprep.judge.verdict import Verdict

ROOT = bank_root()
QUESTIONS = load_questions()
TOPICS = load_topics(ROOT)


def each(questions: list[Question]) -> pytest.MarkDecorator:
    """With pytest-xdist a question's tests share a process, and so its verdicts."""
    return pytest.mark.parametrize(
        "question",
        [pytest.param(q, marks=pytest.mark.xdist_group(q.id)) for q in questions],
        ids=str,
    )


every_question = each(QUESTIONS)
every_question_in_code = each(
    [q for q in QUESTIONS if "other right answers" in q.parts]
)


@dataclass(frozen=True)
class Verdicts:
    """What the judge says of everything that a question brings along."""

    solution: Verdict
    starter: Verdict
    known: dict[str, Verdict]
    """By name, of the near misses and the other right answers."""


@pytest.fixture(scope="session")
def starters(tmp_path_factory):
    folder = tmp_path_factory.mktemp("starters")
    for question in QUESTIONS:
        path = question.answer_path(folder)
        path.parent.mkdir(exist_ok=True)
        path.write_text(starter.starter(question))
    return folder


@pytest.fixture(scope="session")
def verdicts(request, starters):
    """Asks for a question's verdicts, of all questions at once, two at a time."""
    alone = not hasattr(request.config, "workerinput")
    with ThreadPoolExecutor(2 if alone else 1) as pool:
        asked = {}

        def ask(question: Question) -> Callable[[], Verdicts]:
            solution = pool.submit(client.judge, question, ROOT / "solutions")
            start = pool.submit(client.judge, question, starters)
            known = pool.submit(client.judge_known_answers, question)
            return lambda: Verdicts(solution.result(), start.result(), known.result())

        def verdicts_on(question: Question) -> Verdicts:
            if question.id not in asked:
                asked[question.id] = ask(question)
            return asked[question.id]()

        if alone:  # with pytest-xdist the next question may be another process's
            wanted = {
                item.callspec.params["question"]
                for item in request.session.items
                if "verdicts" in item.fixturenames
            }
            asked |= {q.id: ask(q) for q in QUESTIONS if q in wanted}
        yield verdicts_on
        pool.shutdown(cancel_futures=True)


def failing(verdict: Verdict) -> set[str]:
    return {c.name for c in verdict.checks if c.outcome not in ("passed", "skipped")}


def skipped(verdict: Verdict) -> set[str]:
    return {c.name for c in verdict.checks if c.outcome == "skipped"}


def described(verdict: Verdict) -> str:
    return "\n".join(f"{c.name}: {c.outcome}: {c.message}" for c in verdict.checks)


def test_each_question_has_its_parts_and_no_file_is_left_over():
    patterns = [
        "solutions/*/*.py",
        "solutions/*/*.md",
        *(f"tests/{topic}/*.py" for topic in TOPICS),
    ]
    found = {
        path
        for pattern in patterns
        for path in ROOT.glob(pattern)
        if not path.name.endswith(".zh.md")
    }
    needed = {p for q in QUESTIONS for p in q.parts.values() if p != q.prompt_path}
    missing = sorted(str(p.relative_to(ROOT)) for p in needed - found)
    left_over = sorted(str(p.relative_to(ROOT)) for p in found - needed)
    assert (missing, left_over) == ([], [])


def test_an_aim_is_a_part_of_the_bank():
    for aim in load_aims(ROOT).values():
        path = aim.path(QUESTIONS)
        assert path, f"{aim.title} has no question"
        assert aim is EVERYTHING or len(path) < len(QUESTIONS), (
            f"{aim.title} is the whole bank"
        )


def test_a_question_is_found_by_other_words():
    """Its own words are in the index already: tags add what else people type."""
    assert [q.id for q in QUESTIONS if not q.tags] == []
    assert [topic.name for topic in TOPICS.values() if not topic.tags] == []


@every_question
def test_the_prompt_quotes_the_signatures(question):
    solution = read_text(question.solution_path)
    public = source.public_names(solution)
    calls = [
        source.call_signature(node)
        for node in source.definitions(solution)
        if node.name in public
    ]
    constants = set(public) - {node.name for node in source.definitions(solution)}
    prompt = " ".join(question.prompt.split())
    absent = [call for call in [*calls, *constants] if f"`{call}`" not in prompt]
    assert absent == [], "the prompt must quote these exactly"


@every_question
def test_the_prompt_is_whole(question):
    assert 3 <= len(question.title) <= 60
    assert len(question.prompt.split()) >= 40, "say why it comes up and what to write"
    assert len(question.hints) == 3, "a nudge, the approach, the key line"
    assert 2 <= len(question.follow_ups) <= 5


@every_question
def test_no_line_begins_a_list_by_accident(question):
    """Where a sentence ends in a number, a line break before it makes an item of it."""
    text = question.text + read_text(question.model_answer_path)
    assert re.findall(r"^ +\d+[.)] .*", text, re.MULTILINE) == []


@every_question
def test_the_prompt_and_hints_hold_no_line_of_the_solution(question):
    text = read_text(question.solution_path)
    start = starter.emptied(text)
    lines = {line.strip() for line in text.splitlines()}
    secret = lines - set(map(str.strip, start.splitlines()))
    telling = {line for line in secret if len(line) > 12 and re.search(r"[=(]", line)}
    assert [line for line in telling if line in question.text] == []


@every_question
def test_the_model_answer_has_a_rubric_answers_and_sources(question):
    text = read_text(question.model_answer_path)
    assert list(sections(text)) == ["Rubric", "Follow-ups", "Sources"]
    rubric = sections(text)["Rubric"]
    assert re.search(r"^### Must have\n+- ", rubric, re.MULTILINE)
    assert re.search(r"^### Nice to have\n+- ", rubric, re.MULTILINE)
    answers = numbered(text, "Follow-ups")
    assert len(answers) == len(question.follow_ups), "one answer for each follow-up"
    sources = sections(text)["Sources"]
    assert re.search(r"https://\S+", sources)
    assert re.search(r"\b20\d\d-\d\d-\d\d\b", sources), "say when it was read"


@every_question
def test_the_follow_ups_make_cards(question):
    """A card has a screen of a phone."""
    found = cards([question])
    assert len({card.id for card in found}) == len(question.follow_ups)
    block = re.compile(r"^\s*(#|```|\||!\[|<)|\{\{", re.MULTILINE)
    for card in found:
        assert card.front.endswith(("?", ".")), card.front
        assert 10 < len(card.front) < 200, card.front
        assert 20 < len(card.back) < 700, card.front
        assert not block.search(card.front), card.front


@every_question
def test_the_model_answer_shows_what_code_prints(question):
    """A predict question's answer is what its code prints already."""
    directives = examples.WELL_FORMED.finditer(read_text(question.model_answer_path))
    shown = [directive[1] for directive in directives]
    lengths = [
        len([line for line in examples.load(ROOT, name).code.splitlines() if line])
        for name in shown
    ]
    assert shown or question.kind == "predict", "name an example, as its guide says"
    assert [n for n in lengths if not 5 <= n <= 25] == [], "a reader takes in 25 lines"


@every_question
def test_the_prompt_shows_no_example(question):
    """What code prints belongs to the answer."""
    assert examples.DIRECTIVE.findall(question.text) == []


@every_question
def test_the_solution_is_short_and_opens_with_its_idea(question):
    text = read_text(question.solution_path)
    tree = ast.parse(text)
    docstring = ast.get_docstring(tree) or ""
    assert 2 <= len(docstring.splitlines()) <= 8
    if question.kind != "explain":
        code = [
            line
            for line in ast.unparse(tree).splitlines()
            if line.strip() and not line.startswith(("import ", "from "))
        ]
        assert len(code) <= 60


@pytest.mark.parametrize(
    "question", [q for q in QUESTIONS if q.kind == "predict"], ids=str
)
def test_predictions_can_be_read_without_running_them(question):
    (node,) = source.tree(read_text(question.solution_path)).body[1:]
    assert ast.unparse(node.target) == "PREDICTIONS"
    for value in ast.literal_eval(node.value).values():
        parts = value if isinstance(value, list) else [value]
        assert {type(part) for part in parts} <= set(testing.PLAIN)


@every_question
def test_there_are_enough_checks_and_near_misses(question):
    assert 5 <= len(question.check_names) <= 10
    assert 4 <= len(near_misses(question)) <= 12


@every_question
def test_every_check_gives_advice(question):
    text = read_text(question.checks_path)
    mute = [
        node.name
        for node in source.definitions(text)
        if node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert mute == [], "the docstring is shown when the check fails"


@every_question
def test_every_check_rests_on_a_sentence_of_the_prompt(question):
    """Nobody is asked for what the prompt does not say."""
    named = demands(question)
    assert [name for name, sentences in named.items() if not sentences] == []
    absent = {
        name: [s for s in sentences if not stands_in(s, question) or len(s) < 15]
        for name, sentences in named.items()
    }
    assert {name: said for name, said in absent.items() if said} == {}


@every_question
def test_every_near_miss_tells_its_consequence(question):
    assert [w.name for w in near_misses(question) if not w.consequence] == []


@every_question
def test_the_solution_passes(question, verdicts):
    verdict = verdicts(question).solution
    assert verdict.verdict == "passed", verdict.summary + "\n" + described(verdict)


@every_question
def test_the_starter_passes_no_check(question, verdicts):
    """A debug question's starter is a near miss, which may pass some."""
    verdict = verdicts(question).starter
    if question.kind == "debug":
        assert verdict.verdict == "failed"
    else:
        passed = [c.name for c in verdict.checks if c.outcome == "passed"]
        assert passed == [], "these pass without any work"
        assert verdict.verdict == "not attempted"


@every_question
def test_each_near_miss_fails_exactly_the_checks_it_names(question, verdicts):
    judged = verdicts(question).known
    wrong = {
        w.name: f"names {sorted(w.fails)}\n"
        f"fails {sorted(failing(judged[w.name]))}\n{described(judged[w.name])}"
        for w in near_misses(question)
        if failing(judged[w.name]) != w.fails - skipped(judged[w.name])
    }
    assert not wrong, "\n\n".join(f"{name} {text}" for name, text in wrong.items())


@every_question
def test_each_near_miss_is_called_by_its_own_name(question, verdicts):
    """What its checks say is what was recorded of it, and of no other one."""
    judged = verdicts(question).known
    called = {
        wrong.name: judged[wrong.name].summary
        for wrong in near_misses(question)
        if not judged[wrong.name].summary.startswith(f"Looks like: {wrong.title}. ")
    }
    assert called == {}, "run make outputs; if that is not enough, let a check say more"


@every_question
def test_each_near_miss_fails_some_checks_and_not_all(question):
    """One that fails all is no near miss: it may only have a typo."""
    everything = set(question.check_names)
    bad = [w.name for w in near_misses(question) if not set() < w.fails < everything]
    assert bad == []


@every_question
def test_every_check_rejects_a_near_miss(question):
    rejected = set().union(*(w.fails for w in near_misses(question)))
    assert set(question.check_names) - rejected == set()


@every_question_in_code
def test_there_are_two_to_four_other_right_answers(question):
    """What is predicted or explained has one answer; code has many."""
    names = [answer.name for answer in right_answers(question)]
    assert 2 <= len(names) <= 4
    taken = {wrong.name for wrong in near_misses(question)}
    assert taken.isdisjoint(names), "a near miss has that name"


@every_question_in_code
def test_every_right_answer_says_what_it_trades(question):
    mute = [answer.name for answer in right_answers(question) if not answer.trade]
    assert mute == [], "the docstring is shown above its code"


@every_question_in_code
def test_every_right_answer_passes(question, verdicts):
    judged = verdicts(question).known
    rejected = {
        answer.name: f"{judged[answer.name].summary}\n{described(judged[answer.name])}"
        for answer in right_answers(question)
        if judged[answer.name].verdict != "passed"
    }
    assert not rejected, "\n\n".join(f"{n} {text}" for n, text in rejected.items())


def bodies(question: Question, node: source.Definition) -> frozenset[str]:
    """The statements of what is defined in the place of the solution's names."""
    names = source.public_names(read_text(question.solution_path))
    inside = [item for item in node.body if getattr(item, "name", None) in names]
    standing = inside if isinstance(node, ast.ClassDef) and inside else [node]
    return frozenset(
        "\n".join(map(ast.dump, one.body[ast.get_docstring(one) is not None :]))
        for one in standing
    )


@every_question_in_code
def test_every_right_answer_is_another_one(question):
    """Another docstring above the same statements is not another answer."""
    solution = source.public_definitions(read_text(question.solution_path))
    seen = frozenset().union(*(bodies(question, node) for node in solution))
    again = []
    for answer in right_answers(question):
        own = bodies(question, source.definition(read_text(answer.path), answer.name))
        again += [answer.name] if own <= seen else []
        seen |= own
    assert again == []
