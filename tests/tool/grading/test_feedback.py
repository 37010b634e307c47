import pytest

from backprep.bank.near_misses import near_misses
from backprep.bank.question import read_text
from backprep.bank.questions import load_questions, read_question
from backprep.grading import feedback
from backprep.grading.feedback import file_names
from backprep.grading.names import own_names
from backprep.grading.summary import summarize
from backprep.judge.verdict import of_the_whole
from tests.tool.grading import cohorts
from tests.tool.tutor.test_nothing_leaks import TELLING, lines, plain

QUESTION = "autograd/gradient"


@pytest.fixture(scope="module")
def told(cohort, tmp_path_factory):
    """By person: their feedback."""
    out = tmp_path_factory.mktemp("feedback")
    names = own_names(cohort.people)
    feedback.write(summarize(cohort.folder), out, names)
    called = file_names(cohort.people, names)
    return {person: (out / called[person]).read_text() for person in cohort.people}


def test_each_person_is_told_their_own_verdicts(cohort, told):
    for person, text in told.items():
        ends = [e for (p, _), e in cohort.truth.endings.items() if p == person]
        assert f"Passed: {ends.count('passed')} of {len(load_questions())}" in text


def test_a_named_mistake_comes_with_its_consequence_and_advice(cohort, told):
    for (question_id, name), people in cohort.truth.made.items():
        question = read_question(question_id)
        wrong = next(one for one in near_misses(question) if one.name == name)
        text = told[people[0]]
        assert f"**{wrong.title}**. {wrong.consequence}" in text


def test_advice_is_said_once_for_each_check(tmp_path):
    question = read_question(QUESTION)
    wrong = near_misses(question)[0]
    verdict = cohorts.near_miss(question, wrong)
    found = [cohorts.graded("Ada", verdict, wrong.name)]
    cohorts.write(tmp_path, ["Ada"], found, [QUESTION])
    feedback.write(summarize(tmp_path), tmp_path / "out", own_names(["Ada"]))
    text = (tmp_path / "out" / "Ada.md").read_text()
    for check in verdict.checks:
        if check.rejects:
            assert text.count(check.advice) == 1
    assert "Looks like" not in text


def test_no_line_of_a_solution_is_told(told):
    questions = load_questions()
    public = plain("\n".join(f"{q.text}\n{feedback.starter(q)}" for q in questions))
    secret = set()
    for question in questions:
        for path in (question.solution_path, question.right_answers_path):
            if path.exists():
                secret |= lines(read_text(path), TELLING)
    everything = plain("\n".join(told.values()))
    assert [s for s in secret if s in everything and s not in public] == []


def test_a_message_that_quotes_a_solution_is_left_out(tmp_path):
    question = read_question(QUESTION)
    stolen = read_text(question.solution_path)
    verdict = of_the_whole(question, "error", stolen, outcome="error")
    cohorts.write(tmp_path, ["Ada"], [cohorts.graded("Ada", verdict)], [QUESTION])
    feedback.write(summarize(tmp_path), tmp_path / "out", own_names(["Ada"]))
    text = (tmp_path / "out" / "Ada.md").read_text()
    assert feedback.WITHHELD in text
    assert not [line for line in lines(stolen, TELLING) if line in plain(text)]


def test_no_message_is_markup(tmp_path):
    question = read_question(QUESTION)
    said = "x\n```\n<script>alert(1)</script>\n# Passed\x1b[2J"
    verdict = of_the_whole(question, "error", said, outcome="error")
    cohorts.write(tmp_path, ["Ada"], [cohorts.graded("Ada", verdict)], [QUESTION])
    feedback.write(summarize(tmp_path), tmp_path / "out", own_names(["Ada"]))
    text = (tmp_path / "out" / "Ada.md").read_text()
    assert "\x1b" not in text
    assert "    <script>" in text
    assert "\n# Passed" not in text
    assert "\n```" not in text


def test_every_name_gets_a_safe_file_of_its_own():
    people = [
        "Ada",
        "ada",
        "../../etc/passwd",
        "a/b",
        "a_b",
        "CON",
        "",
        "..",
        "李",
        "x\ny",
        "x y",
        "e\u0301",
        "é",
        "n" * 300,
        "n" * 301,
        ".hidden",
    ]
    called = file_names(people, own_names(people))
    assert len({name.casefold() for name in called.values()}) == len(people)
    for name in called.values():
        assert "/" not in name
        assert not name.startswith((".", "con."))
        assert len(name.encode()) < 255
    assert called["李"] == "李.md"
