"""A mock interview in the page with the judge: files of its own, and no help."""

import json

import pytest
from playwright.sync_api import expect

from backprep.bank.questions import load_questions
from backprep.bank.starter import starter
from backprep.practice.mock import choose
from tests.site.judge.conftest import GRADIENT
from tests.site.judge.test_judge import NEARLY

pytestmark = pytest.mark.xdist_group("browser")

SLOW = 30_000
"""Milliseconds that a judge may take that has to load torch first."""


def events(server):
    lines = server.backprep("journal", "export").stdout.splitlines()
    return [json.loads(line) for line in lines]


def state(page):
    return page.locator(".backprep-judge-state")


def press(page, name):
    page.locator("backprep-bar").get_by_role("button", name=name, exact=True).click()


def choice(seed):
    found = choose(load_questions(), GRADIENT.minutes, seed, ["autograd"])
    return [question.id for question in found]


SEED = next(seed for seed in range(1000) if choice(seed) == [GRADIENT.id])
"""One that asks this question alone."""
WISH = f"mock/?minutes={GRADIENT.minutes}&topics=autograd&seed={SEED}"


@pytest.fixture
def held(open_page, server):
    """An interview at its question, to which there was an answer before, and its
    own file."""
    server.file.parent.mkdir(parents=True)
    server.file.write_text("before = 1\n")
    page = open_page(WISH)
    page.get_by_role("button", name="Start the clock").click()
    page.get_by_role("link", name="Open in VS Code").wait_for()
    (folder,) = (server.answers / "mock").iterdir()
    yield page, GRADIENT.answer_path(folder)
    assert server.file.read_text() == "before = 1\n"
    assert page.problems == []


def test_the_answer_is_begun_from_blank_in_a_folder_of_its_own(held):
    page, path = held
    assert path.read_text() == starter(GRADIENT)
    expect(page.locator(".cm-content")).to_contain_text("NotImplementedError")
    expect(page.locator(".cm-content")).not_to_contain_text("before")
    assert page.locator(".backprep-desk-file code").get_attribute("title") == str(path)


def test_a_pass_ends_the_question_and_leads_on(held, server, right):
    page, path = held
    path.write_text(right)
    expect(state(page)).to_contain_text("✓ Passed", timeout=SLOW)
    expect(page.get_by_text("The clock stands still until you go on.")).to_be_visible()
    # the file of the interview stays the one in sight
    expect(page.locator(".backprep-desk-file code")).to_have_attribute(
        "title", str(path)
    )
    expect(page.get_by_text("Compare with the reference")).to_have_count(0)
    press(page, "Go to the debrief")
    expect(page.get_by_text("1 of 1 passed")).to_be_visible()
    kinds = [event["kind"] for event in events(server)]
    assert kinds == ["mock_started", "started", "ran", "finished", "mock_finished"]


def test_after_the_pass_the_editor_is_at_rest(held, right):
    page, path = held
    path.write_text(right)
    expect(state(page)).to_contain_text("✓ Passed", timeout=SLOW)
    page.locator(".backprep-editor[inert]").wait_for()
    expect(page.locator(".cm-content")).not_to_contain_text("before")
    expect(page.get_by_text("The file is gone")).to_have_count(0)


def test_a_verdict_gives_no_help(held):
    page, path = held
    path.write_text(NEARLY)
    expect(state(page)).to_contain_text("fail", timeout=SLOW)
    expect(page.get_by_text("Looks like")).to_have_count(0)
    expect(page.locator(".backprep-verdict-advice")).to_have_count(0)


def test_leaving_asks_and_counts_as_not_passed(held, server):
    page, _ = held
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("# last\n")
    press(page, "Go to the debrief")
    expect(page.get_by_text("Leave this question?")).to_be_visible()
    page.get_by_role("button", name="Leave it").click()
    expect(page.get_by_role("cell", name="failed")).to_be_visible()
    (finished,) = [event for event in events(server) if event["kind"] == "finished"]
    assert finished["data"]["outcome"] == "failed"
    assert finished["data"]["edited"] is True


def test_nothing_starts_over(held):
    page, _ = held
    page.locator(".backprep-bar-menu > summary").click()
    items = page.locator(".backprep-bar-items")
    expect(items.get_by_role("button", name="End the interview")).to_be_visible()
    for name in ("Start over", "Give up", "Bring back the answer before"):
        expect(items.get_by_role("button", name=name)).to_have_count(0)


def test_a_mock_interview_of_the_terminal_is_not_the_pages(open_page, server, tmp_path):
    at = "2026-11-25T10:00:00.000+01:00"
    identity = "ab" * 16
    plan = {"minutes": 20, "topics": [], "seed": 1, "questions": ["autograd/gradient"]}
    begun = {"elapsed": 0, "minutes": 10, "mock": identity, "from": "terminal"}
    written = [
        (identity, "mock_started", "", identity, plan),
        ("cd" * 16, "started", "autograd/gradient", "cd" * 16, begun),
    ]
    lines = [
        json.dumps(
            {
                "id": one,
                "seq": seq,
                "at": at,
                "kind": kind,
                "question": question,
                "attempt": attempt,
                "data": data,
            }
        )
        for seq, (one, kind, question, attempt, data) in enumerate(written, 1)
    ]
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join(lines) + "\n")
    done = server.backprep("journal", "import", str(path))
    assert done.returncode == 0, done.stderr
    page = open_page("mock/")
    expect(page.get_by_role("button", name="Plan the interview")).to_be_visible()
    expect(page.get_by_role("button", name="Go on")).to_have_count(0)
