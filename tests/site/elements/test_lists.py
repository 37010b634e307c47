"""What the lists of questions know of the reader, and what is next."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")

MINUTE = 60_000
DAY = 24 * 60 * MINUTE


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def rows(page):
    return page.locator("tbody tr:visible")


@pytest.fixture
def pass_a_question(open_page):
    def pass_a_question(path="questions/autograd/gradient/"):
        page = open_page(path)
        press(page, "Start the clock")
        press(page, "Done")
        press(page, "They pass")
        expect(page.locator("backprep-state")).to_have_text("✓ passed")
        page.close()

    return pass_a_question


def test_the_table_is_filtered_and_the_choice_survives_a_reload(open_page):
    page = open_page("questions/")
    count = page.get_by_role("status")
    expect(count).to_have_text("5 of 5 questions")
    page.get_by_label("Topic").select_option("autograd")
    expect(count).to_have_text("3 of 5 questions")
    page.get_by_label("Kind").select_option("code")
    expect(rows(page)).to_have_count(1)
    assert page.url.endswith("/questions/?topic=autograd&kind=code")
    page.reload()
    expect(count).to_have_text("1 of 5 questions")
    expect(page.get_by_label("Kind")).to_have_value("code")
    press(page, "Show all")
    expect(rows(page)).to_have_count(5)
    assert page.url.endswith("/questions/")
    assert page.problems == []


def test_the_table_is_filtered_by_keyboard(open_page):
    page = open_page("questions/")
    page.get_by_label("Level").focus()
    page.keyboard.type("hard")
    expect(rows(page)).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.get_by_label("State")).to_be_focused()


def test_the_table_is_filtered_by_state(open_page, pass_a_question):
    pass_a_question()
    page = open_page("questions/?state=passed")
    expect(page.get_by_role("status")).to_have_text("1 of 5 questions")
    expect(rows(page)).to_contain_text("✓ passed")
    assert page.problems == []


def test_an_address_that_names_what_is_not_there_shows_all(open_page):
    page = open_page("questions/?topic=cooking&kind=")
    expect(page.get_by_role("status")).to_have_text("5 of 5 questions")


def test_a_state_follows_what_happens_in_another_tab(open_page, pass_a_question):
    page = open_page("questions/")
    expect(page.locator("backprep-state").first).to_have_text("○ not begun")
    pass_a_question()
    expect(page.locator("backprep-state").first).to_have_text("✓ passed")


def test_who_comes_first_is_told_where_to_start(open_page):
    page = open_page("")
    section = page.locator("section", has_text="Start here")
    link = section.get_by_role("link", name="The gradient of any function")
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "The gradient of any function"
    )


def test_an_attempt_under_way_can_be_gone_on_with(open_page):
    page = open_page("questions/autograd/gradient/")
    press(page, "Start the clock")
    page.clock.run_for(2 * MINUTE)
    press(page, "Pause")
    page.goto("")
    section = page.locator("section", has_text="Continue")
    expect(section).to_contain_text("The gradient of any function")
    expect(section).to_contain_text("8:00 left")


def test_what_is_due_is_listed_from_its_day_on(context, open_page, pass_a_question):
    pass_a_question()
    page = open_page("")
    expect(page.locator("section", has_text="Next on the path")).to_contain_text(
        "What is a leaf"
    )
    expect(page.get_by_text("Due today")).to_have_count(0)
    context.clock.fast_forward(8 * DAY)
    page.reload()
    due = page.locator("section", has_text="Due today")
    expect(due).to_contain_text("The gradient of any function")
    expect(due).to_contain_text("due since Sun 29 Nov")
    page.goto("questions/")
    expect(page.locator("backprep-state").first).to_have_text("↻ due")


def test_elements_that_come_later_come_to_life(open_page):
    """As they do after instant navigation."""
    page = open_page("progress/")
    page.evaluate(
        """document.querySelector("main").innerHTML =
        '<backprep-timer question="amp/step" minutes="20"></backprep-timer>'"""
    )
    press(page, "Start the clock")
    expect(page.get_by_role("timer", name="Time left")).to_have_text("20 min")
    page.evaluate("document.querySelector('main').replaceChildren()")
    page.clock.run_for(30 * MINUTE)
    assert page.problems == []


def test_a_page_fetches_only_what_it_shows(open_page):
    page = open_page("questions/autograd/gradient/")
    expect(page.get_by_role("button", name="Start the clock")).to_be_visible()
    fetched = page.evaluate(
        "performance.getEntriesByType('resource').map(entry => entry.name)"
    )
    for heavy in ("fsrs", "schedule", "mock", "progress", "predict", "solutions"):
        assert not any(heavy in url for url in fetched)
