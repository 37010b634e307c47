"""The pages as they are made from the bank, before any engine sees them."""

import json
import re

import pytest

from backprep.bank import near_miss_messages, source
from backprep.bank.near_misses import near_misses
from backprep.bank.question import BankError
from backprep.bank.questions import bank_root, load_questions, read_question
from backprep.evidence import record_near_misses
from backprep.evidence.origin import Origin
from backprep.site import (
    answer,
    catalogue,
    handwritten,
    lint,
    policy,
    question,
    true_values,
)
from backprep.site.page import Data, Page, link, url
from backprep.site.pages import navigation, pages

QUESTIONS = load_questions()


def predict(root):
    """The small bank's question, as one that asks what is printed."""
    page = root / "questions/autograd/double.md"
    page.write_text(page.read_text().replace("kind: code", "kind: predict"))
    return read_question("autograd/double", root)


def test_no_two_pages_have_one_place():
    places = [item.uri for item in pages(QUESTIONS)]
    assert len(places) == len(set(places))


def test_pages_written_by_hand_are_complete_before_any_engine_sees_them():
    root = bank_root()
    for uri in [*handwritten.uris(root), *handwritten.uris(root, "guides")]:
        text = handwritten.completed((root / "docs" / uri).read_text(), uri, root)
        assert "<!-- measured" not in text
        assert re.search(r"^\{\{ *example", text, re.MULTILINE) is None
    page = handwritten.completed((root / "docs/amp.md").read_text(), "amp.md", root)
    assert "50 to 100% faster" in page
    assert "amp-amd-epyc-2-cores-light.svg" in page


def test_an_address_is_a_folder():
    assert url("index.md") == ""
    assert url("questions/amp/index.md") == "questions/amp/"
    assert url("questions/amp/train_step.md") == "questions/amp/train_step/"


def test_a_page_refers_to_another_from_where_it_is():
    assert link("index.md", "questions/amp/index.md") == "questions/amp/"
    assert link("questions/index.md", "questions/amp/x.md") == "amp/x/"
    assert link("questions/amp/x.md", "index.md") == "../../../"


def test_every_page_of_the_bank_is_in_the_navigation_but_no_answer():
    def leaves(item):
        if isinstance(item, str):
            return [item]
        values = item.values() if isinstance(item, dict) else item
        return [leaf for value in values for leaf in leaves(value)]

    shown = leaves(navigation(QUESTIONS, bank_root()))
    for item in pages(QUESTIONS):
        if isinstance(item, Page):
            assert (item.uri in shown) != item.hidden


@pytest.mark.parametrize("one", QUESTIONS, ids=str)
def test_what_near_misses_are_told_was_recorded_of_today_s_files(one):
    recorded = near_miss_messages.messages(one)
    assert recorded, "run make outputs"
    for wrong in near_misses(one):
        titles = set(map(source.check_title, wrong.fails))
        assert set(recorded[wrong.name]) == titles


def test_what_was_recorded_of_other_files_is_not_shown(small_bank):
    (one,) = load_questions(small_bank)
    (wrong, *_) = near_misses(one)
    told = {wrong.name: {"is right": "it is wrong"}}
    record_near_misses.write(one, told, Origin({}, "a machine", "2026-11-25"))
    assert "it is wrong" in answer.page(one).body
    one.checks_path.write_text(one.checks_path.read_text() + "\n# changed\n")
    assert "it is wrong" not in answer.page(one).body


def test_the_catalogue_says_where_each_question_is():
    found = json.loads(catalogue.data(QUESTIONS).content)
    assert [entry["id"] for entry in found] == [one.id for one in QUESTIONS]
    assert found[0]["url"] == f"questions/{QUESTIONS[0].id}/"


def test_a_predict_question_asks_for_the_names_and_keeps_their_values(small_bank):
    one = predict(small_bank)
    one.solution_path.write_text(
        'PREDICTIONS = {"first": 12.5, "second": "an error"}\n'
    )
    page = question.page(one)
    assert "first" in page.body
    assert "12.5" not in page.markdown
    assert json.loads(true_values.data(one).content) == {
        "first": 12.5,
        "second": "an error",
    }


def test_predictions_that_would_have_to_be_computed_are_refused(small_bank):
    one = predict(small_bank)
    one.solution_path.write_text("PREDICTIONS = dict(first=1 + one())\n")
    with pytest.raises(BankError, match=r"\.py:1: PREDICTIONS"):
        true_values.truth(one)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("# A\n\n``` python\nx = 1\n", 3, "code that nothing ends"),
        ("# A\n\nwrite `x and\n\nmore\n", 3, "nothing closes"),
        ("# A\n\nList<int> of them\n", 3, "<int> is read as HTML"),
        ("# A\n\nsee [this](../other.md)\n", 3, "a link to ../other.md"),
        ("# A\n\nsee [this](https://a.org\n", 3, "without its end"),
        ("---\nkind: code\n---\n# A\n\na <br>\n", 6, "<br> is read as HTML"),
    ],
)
def test_broken_markdown_is_named_by_file_and_line(tmp_path, text, line, said):
    path = tmp_path / "question.md"
    path.write_text(text)
    with pytest.raises(BankError) as problem:
        lint.examine(path)
    assert str(problem.value).startswith(f"{path}:{line}: ")
    assert said in str(problem.value)


def test_code_may_hold_what_prose_may_not(tmp_path):
    path = tmp_path / "question.md"
    path.write_text("`a <b>` and `` ` `` and\n``` text\n<br> `\n```\n")
    lint.examine(path)


def test_the_policy_lets_the_page_s_own_inline_scripts_run_and_no_others():
    html = '<meta charset="utf-8"><script>one()</script><script src="a.js"></script>'
    said = policy.policy(html)
    assert said.count("'sha256-") == 1
    assert "unsafe" not in said
    assert f'content="{said}"' in policy.enforced(html)


def test_data_is_no_page():
    kinds = {item.uri: type(item) for item in pages(QUESTIONS)}
    assert kinds["assets/data/questions.json"] is Data


def test_other_right_answers_are_shown_whole_and_folded(small_bank):
    (one,) = load_questions(small_bank)
    assert "right-answers" not in answer.page(one).body
    one.right_answers_path.write_text(
        "import torch\n\n\n"
        "def _twice(x):\n    return x + x\n\n\n"
        "def _thrice(x):\n    return x + x + x\n\n\n"
        '@torch.no_grad()\ndef adds_it_up(x):\n    """Reads `x` twice."""\n'
        "    return _twice(x)\n"
    )
    (folded,) = re.findall(
        r"<details class=\"bp-right.*?</details>", answer.page(one).body, re.DOTALL
    )
    assert "<summary>1 other right answer</summary>" in answer.page(one).body
    title = "<strong>Adds it up</strong> Reads <code>x</code> twice."
    assert f"<summary>{title}</summary>" in folded
    (code,) = re.findall(r"```.*?\n(.*?)\n```", folded, re.DOTALL)
    assert code == (
        "def _twice(x):\n    return x + x\n\n\n"
        "@torch.no_grad()\ndef adds_it_up(x):\n    return _twice(x)"
    )
