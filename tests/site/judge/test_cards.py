"""Cards in the page with the judge: one journal with the terminal."""

import json

import pytest
from playwright.sync_api import expect

from backprep.bank.cards import cards
from tests.site.judge.conftest import GRADIENT

pytestmark = pytest.mark.xdist_group("browser")

ONE, TWO, *_ = cards([GRADIENT])


def exported(server):
    lines = server.backprep("journal", "export").stdout.splitlines()
    return [json.loads(line) for line in lines]


def test_what_the_page_grades_the_terminal_knows_and_the_other_way_round(
    open_page, server
):
    page = open_page("cards/")
    page.get_by_role("button", name="Take those of all questions").click()
    page.get_by_role("button", name="Show the answer").click()
    with page.expect_response("**/api/journal") as answered:
        page.get_by_role("button", name="Again").click()
    assert answered.value.ok
    (event,) = exported(server)
    assert (event["kind"], event["attempt"]) == ("card_graded", "")
    assert event["data"]["rating"] == "again"
    told = json.loads(server.backprep("cards", "--json").stdout)
    assert [card["card"] for card in told["cards"]] == [event["data"]["card"]]
    # and what comes into the journal elsewhere comes into the page
    expect(page.get_by_text("1 seen")).to_be_visible()
    expect(page.get_by_text("1 due · 19 new")).to_be_visible()
    known = {**event, "id": "ab" * 16, "seq": 2}
    known["data"] = {**event["data"], "rating": "good"}
    path = server.home.parent / "events.jsonl"
    path.write_text(f"{json.dumps(known)}\n")
    assert server.backprep("journal", "import", str(path)).returncode == 0
    expect(page.locator(".backprep-cards-count")).to_have_text("19 new · 1 seen")
    assert page.problems == []
