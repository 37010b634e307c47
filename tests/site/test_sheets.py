"""Sheets to print: how long they are on paper, and what they tell to whom."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from backprep.bank.questions import bank_root, find_question, load_questions
from backprep.bank.topics import load_topics

pytestmark = pytest.mark.xdist_group("browser")

TOPICS = load_topics(bank_root())
QUESTIONS = load_questions()
OF_TOPIC = {topic: [q for q in QUESTIONS if q.topic == topic] for topic in TOPICS}


def pages(page):
    """On how many pages it prints, on the paper that its style sheet asks for."""
    return len(re.findall(rb"/Type /Page\b", page.pdf(prefer_css_page_size=True)))


def opened(page):
    return page.locator("details.bp-told[open]").evaluate_all(
        "parts => parts.map(part => part.dataset.question)"
    )


def test_the_one_page_prints_on_two_sheets(page):
    page.goto("one_page/")
    assert pages(page) == 2


@pytest.mark.parametrize("topic", TOPICS)
def test_a_sheet_prints_on_two_or_three_pages_with_all_of_it_open(page, topic):
    page.goto(f"solutions/{topic}/")
    page.get_by_role("button", name="Open all").click()
    closed = page.locator("details.bp-told:not(.backprep-told)")
    closed.first.wait_for(state="detached")
    assert closed.count() == 0
    assert 1 <= pages(page) <= (2 if len(OF_TOPIC[topic]) < 8 else 3)
    assert page.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_is_white_whatever_the_screen_is(open_page, scheme):
    page = open_page(color_scheme=scheme)
    page.goto("one_page/")
    page.emulate_media(media="print", color_scheme=scheme)
    ink = "getComputedStyle(document.querySelector('.bp-sheet p')).color"
    assert page.evaluate(ink) == "rgb(28, 32, 48)"


def test_a_sheet_tells_of_its_topic_s_questions_in_their_order(page):
    page.goto("questions/amp/")
    page.get_by_role("link", name="the topic on a sheet").click()
    titles = page.locator(".bp-sheet h2 > a:not(.headerlink)")
    expect(titles).to_have_text([q.title for q in QUESTIONS if q.topic == "amp"])


def test_what_was_not_tried_stays_folded_until_it_is_asked_for(page):
    page.goto("solutions/autograd/")
    page.get_by_role("button", name="Print").wait_for()
    assert opened(page) == []
    page.get_by_role("button", name="Open all").click()
    assert len(opened(page)) == sum(q.topic == "autograd" for q in QUESTIONS)
    assert page.problems == []


def test_what_an_attempt_was_made_at_is_open(page):
    question = find_question("autograd/gradient", QUESTIONS)
    page.goto(f"questions/{question.id}/")
    page.get_by_role("tab", name="Answer").click()
    page.get_by_role("button", name="Reveal the answer").click()
    page.get_by_role("button", name="Reveal", exact=True).click()
    page.get_by_role("button", name="Hide the answer").wait_for()
    page.goto("solutions/autograd/")
    page.locator("details.bp-told[open]").wait_for()
    assert opened(page) == [question.id]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_open_sheet_is_accessible(open_page, scheme):
    page = open_page(color_scheme=scheme, reduced_motion="reduce")
    page.goto("solutions/amp/")
    page.get_by_role("button", name="Open all").click()
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []


def test_on_paper_stands_what_was_open_and_nothing_else(page):
    page.goto("solutions/autograd/")
    page.get_by_role("button", name="Print").wait_for()
    first, second = page.locator("details.bp-told").all()[:2]
    second.locator("summary").click()
    page.locator("details.backprep-told").wait_for()
    page.emulate_media(media="print")  # at which the theme opens all that is folded
    page.locator("details.bp-told[open]").first.wait_for(state="attached")
    expect(first.locator("summary")).to_be_visible()
    expect(first.locator(".bp-traps")).to_be_hidden()
    expect(second.locator("summary")).to_be_hidden()
    expect(second.locator(".bp-traps")).to_be_visible()
    page.emulate_media(media="screen")
    assert opened(page) == [second.get_attribute("data-question")]
    expect(first.locator(".bp-traps")).to_be_hidden()


def test_without_scripts_a_sheet_opens_by_hand(open_page):
    page = open_page(java_script_enabled=False)
    page.goto("solutions/autograd/")
    page.locator("details.bp-told > summary").first.click()
    expect(page.get_by_text("Thinks that backward overwrites")).to_be_visible()


def test_the_one_page_is_found_from_home(page):
    page.goto("")
    page.get_by_role("link", name="PyTorch on one page").click()
    expect(page.get_by_role("heading", name="PyTorch on one page")).to_be_visible()
