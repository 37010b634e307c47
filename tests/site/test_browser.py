"""The site in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from backprep.bank.questions import bank_root, find_question, load_questions
from backprep.bank.topics import load_topics

pytestmark = pytest.mark.xdist_group("browser")

QUESTIONS = load_questions()
OF_KINDS = list({q.kind: f"questions/{q.id}/" for q in QUESTIONS}.values())
KINDS_OF_PAGE = [
    "",
    "questions/",
    "questions/autograd/",
    *OF_KINDS,
    "solutions/autograd/gradient/",
    "solutions/model_building/multi_head_attention/",
    "solutions/autograd/",
    "mock/",
    "cards/",
    "cards/deck/",
    "progress/",
    "guides/practice/",
    "one_page/",
    "amp/",
    "comparison/",
    "seed-ledger/",
    "about/",
    "404.html",
]
SCHEMES = ["light", "dark"]


def violations(page):
    """What axe finds, as text that says where."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [(v["id"], v["nodes"][0]["html"][:200]) for v in found]


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_every_question_opens(page, question):
    page.goto(f"questions/{question.id}/")
    assert page.locator("h1").inner_text().startswith(question.title)
    expect(page.locator("code").first).to_be_visible()
    assert page.problems == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("path", KINDS_OF_PAGE)
def test_a_page_is_accessible_and_keeps_to_its_policy(open_page, path, scheme):
    page = open_page(color_scheme=scheme, reduced_motion="reduce")
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert violations(page) == []
    assert page.problems == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("path", OF_KINDS)
def test_a_revealed_answer_is_accessible(open_page, path, scheme):
    page = open_page(color_scheme=scheme, reduced_motion="reduce")
    page.goto(path)
    page.get_by_role("tab", name="Answer").click()
    page.get_by_role("button", name="Reveal the answer").click()
    page.get_by_role("button", name="Reveal", exact=True).click()
    page.get_by_role("button", name="Hide the answer").wait_for()
    for summary in page.locator("#revealed-answer details > summary").all():
        if summary.is_visible():
            summary.click()
    expect(
        page.get_by_role("heading", name="What people write instead")
    ).to_be_visible()
    assert violations(page) == []
    assert page.problems == []


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_an_answer_is_under_three_screens_until_one_opens_things(open_page, question):
    page = open_page(viewport={"width": 1280, "height": 900})
    page.goto(f"solutions/{question.id}/")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollHeight") < 3 * 900
    expect(page.get_by_role("heading", name="The reference solution")).to_be_visible()
    assert not any(
        one.is_visible() for one in page.locator("details.bp-miss pre").all()
    )


@pytest.mark.parametrize("path", KINDS_OF_PAGE)
def test_a_page_fits_a_phone(open_page, path):
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto(path)
    page.wait_for_load_state("networkidle")
    too_wide = (
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    assert not page.evaluate(too_wide)
    assert violations(page) == []


def test_a_formula_wider_than_a_phone_scrolls_by_itself_and_by_keyboard(open_page):
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto("solutions/model_building/multi_head_attention/")
    formula = page.locator(".bp-math").first
    expect(formula.locator("annotation")).to_have_text(re.compile(r"softmax"))
    expect(formula).not_to_have_attribute("tabindex", "0")
    formula.locator("mi").first.evaluate("name => (name.textContent = 'm'.repeat(99))")
    expect(formula).to_have_attribute("tabindex", "0")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert violations(page) == []
    assert page.problems == []


def test_without_scripts_the_answer_is_a_link_away(open_page):
    page = open_page(java_script_enabled=False)
    page.goto("questions/autograd/gradient/")
    assert "What people write instead" not in page.content()
    page.locator("backprep-hints a").click()
    page.get_by_text("Hint 1").click()
    expect(page.locator("#hint-1 p").first).to_be_visible()
    page.get_by_role("link", name="Back to the question").click()
    page.get_by_role("link", name="Reveal the answer").click()
    expect(
        page.get_by_role("heading", name="What people write instead")
    ).to_be_visible()
    page.get_by_role("link", name="Back to the question").click()
    page.wait_for_url("**/questions/autograd/gradient/")


def test_without_scripts_every_question_is_listed(open_page):
    page = open_page(java_script_enabled=False)
    page.goto("questions/")
    assert page.locator("table.bp-all tbody tr").count() == len(QUESTIONS)


def test_every_topic_lists_its_questions(page):
    for topic in load_topics(bank_root()).values():
        page.goto(f"questions/{topic.name}/")
        assert page.locator("h1").inner_text().startswith(topic.title)
        for question in QUESTIONS:
            if question.topic == topic.name:
                entry = page.locator("article .bp-entries").get_by_text(question.title)
                assert entry.count() == 1


def test_one_goes_through_the_bank_by_next(page):
    page.goto(f"questions/{QUESTIONS[0].id}/")
    page.get_by_role("link", name="Next question").click()
    page.wait_for_url(f"**/questions/{QUESTIONS[1].id}/")
    page.get_by_role("link", name="Previous question").click()
    page.wait_for_url(f"**/questions/{QUESTIONS[0].id}/")
    assert page.problems == []


def test_the_filter_works_by_keyboard_and_survives_a_reload(page):
    page.goto("questions/")
    topic = page.get_by_label("Topic")
    topic.focus()
    page.keyboard.type("Mixed")
    page.keyboard.press("Tab")
    page.keyboard.type("code")
    rows = page.locator("table.bp-all tbody tr:visible")
    wanted = [q.title for q in QUESTIONS if q.topic == "amp" and q.kind == "code"]
    expect(rows).to_have_count(len(wanted))
    assert [row.locator("a").first.inner_text() for row in rows.all()] == wanted
    assert "topic=amp" in page.url
    page.wait_for_load_state("networkidle")  # a reload would cut off what still comes
    page.reload()
    page.locator(".backprep-filter-form:not([hidden])").wait_for()
    expect(rows).to_have_count(len(wanted))
    assert [row.locator("a").first.inner_text() for row in rows.all()] == wanted
    assert page.problems == []


def test_the_search_asks_for_its_index_when_somebody_searches(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("questions/autograd/gradient/")
    page.wait_for_load_state("networkidle")
    assert not any("search_index" in url for url in asked)
    with page.expect_request(lambda request: "search_index" in request.url):
        page.keyboard.press("/")


def test_nothing_of_an_answer_is_fetched_before_it_is_asked_for(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("questions/autograd/gradient/")
    page.wait_for_load_state("networkidle")
    costly = ("solutions/", "truth/", "hints/", "cards/deck/", "data/cards")
    assert not any(part in url for url in asked for part in costly)


def test_code_is_copied_by_its_button(open_page):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    question = find_question("which_dtype", QUESTIONS)
    page.goto(f"questions/{question.id}/")
    page.locator(".bp-prompt .bp-copy").first.click()
    page.locator(".bp-copy[aria-label=Copied]").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("import torch\n")
    assert copied in question.prompt
