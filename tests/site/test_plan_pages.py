"""The home page and the plan, for who comes first and for who has practised."""

import json
import random
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from backprep.bank.cards import cards
from backprep.bank.questions import bank_root, load_questions
from backprep.bank.topics import load_topics
from tests.site.test_browser import SCHEMES, violations

pytestmark = pytest.mark.xdist_group("browser")

QUESTIONS = load_questions()
PAGES = ["", "progress/"]
SIZES = [(390, 844), (1366, 768)]
HEAVY = ("fsrs", "schedule", "agenda", "plan.js", "progress")
NOTE_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries())
        window.shifts.push([value, ...sources.map(({ node }) => node?.outerHTML)]);
}).observe({ type: "layout-shift", buffered: true });
"""


def practised(plan=True):
    """What a browser keeps after a few days of practice, and an attempt under way."""
    draw = random.Random(0)
    now = datetime.now().astimezone()
    events = []

    def write(kind, question, attempt, data, at):
        identity = f"{draw.getrandbits(128):032x}"
        event = {
            "id": identity,
            "seq": len(events) + 1,
            "at": at.isoformat(timespec="milliseconds"),
            "kind": kind,
            "question": question,
            "attempt": identity if attempt is None else attempt,
            "data": data,
        }
        events.append(event)
        return identity

    for n, one in enumerate(QUESTIONS[:7]):
        at = now - timedelta(days=8 - n)
        begun = {"elapsed": 0, "minutes": one.minutes, "mock": None, "from": "site"}
        attempt = write("started", one.id, None, begun, at)
        if n == 6:
            write("paused", one.id, attempt, {"elapsed": 60, "reason": "asked"}, at)
            continue
        outcome = draw.choice(["passed", "passed", "failed", "gave up"])
        end = {"elapsed": 400, "outcome": outcome, "edited": True, "snapshot": None}
        write("finished", one.id, attempt, end, at)
        for card in cards([one]):
            told = {"card": card.id, "rating": "again"}
            write("card_graded", one.id, "", told, at)
    if plan:
        day = (now + timedelta(days=9)).date().isoformat()
        write("planned", "", "", {"date": day, "minutes": 45}, now)
    return "".join(f"{json.dumps(event)}\n" for event in events)


@pytest.fixture
def visit(open_page):
    def visit(path, kept="", **options):
        page = open_page(reduced_motion="reduce", **options)
        page.add_init_script(NOTE_SHIFTS)
        page.add_init_script(f"localStorage.setItem('backprep:v1', {json.dumps(kept)})")
        page.goto(path)
        page.wait_for_load_state("networkidle")
        return page

    return visit


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize(
    "kept",
    ["", practised(), practised(plan=False)],
    ids=["nothing", "a plan", "no plan"],
)
@pytest.mark.parametrize("path", PAGES)
def test_nothing_moves_while_the_page_comes(visit, path, kept, size):
    width, height = size
    page = visit(path, kept, viewport={"width": width, "height": height})
    assert page.evaluate("window.shifts") == []
    too_wide = (
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    assert not page.evaluate(too_wide)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_full_of_practice_is_accessible(visit, path, scheme):
    page = visit(path, practised(), color_scheme=scheme)
    for details in page.locator("main details").all():
        details.evaluate("details => { details.open = true; }")
    assert violations(page) == []
    assert page.problems == []


def test_who_comes_first_fetches_no_schedule(visit):
    page = visit("")
    fetched = page.evaluate(
        "performance.getEntriesByType('resource').map(entry => entry.name)"
    )
    assert not [url for url in fetched if any(heavy in url for heavy in HEAVY)]


def test_the_home_page_says_how_long_it_is_and_what_today_holds(visit):
    page = visit("", practised())
    line = page.locator(".backprep-next-line").inner_text()
    assert line.startswith("9 days until your interview on ")
    assert page.locator(".backprep-next-list li").count() == 3
    assert "left" in page.locator(".backprep-next-list li").first.inner_text()
    cards = page.locator("backprep-topic").all_inner_texts()
    of = sum(q.topic == "autograd" for q in load_questions())
    assert cards[0].endswith(f"of {of} passed")


def test_without_scripts_the_home_page_leads_to_all_of_it(open_page):
    page = open_page(java_script_enabled=False)
    page.goto("")
    first = page.locator(".backprep-next-list a").first
    assert first.inner_text() == f"Start here: {QUESTIONS[0].title}"
    for topic in load_topics(bank_root()).values():
        card = page.locator(".bp-topics li").filter(has_text=topic.title).first
        assert topic.summary in card.inner_text()
    page.get_by_role("link", name="Plan for your interview").click()
    expect(page.get_by_text("This page needs scripts")).to_be_visible()
