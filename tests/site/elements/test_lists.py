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
        press(page, "Start")
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


def test_who_comes_first_finds_what_the_page_says_by_itself(open_page):
    page = open_page("")
    page.get_by_role("link", name="Start").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "The gradient of any function"
    )


def test_an_attempt_under_way_can_be_gone_on_with(open_page):
    page = open_page("questions/autograd/gradient/")
    press(page, "Start")
    page.clock.run_for(2 * MINUTE)
    press(page, "Pause")
    page.goto("")
    entry = page.get_by_role("listitem").first
    expect(entry).to_contain_text("The gradient of any function")
    expect(entry).to_contain_text("Unfinished: 8:00 left")


def test_what_is_due_is_listed_from_its_day_on(context, open_page, pass_a_question):
    pass_a_question()
    page = open_page("")
    expect(page.get_by_text("No question is due today.")).to_be_visible()
    entries = page.get_by_role("listitem")
    expect(entries.first).to_contain_text("What is a leaf")
    expect(entries.first).to_contain_text("Next on the path")
    expect(page.get_by_text("1 of 5 questions passed")).to_be_visible()
    expect(page.get_by_role("link", name="Plan for your interview")).to_be_visible()
    context.clock.fast_forward(8 * DAY)
    page.reload()
    expect(page.get_by_text("Due today: 1 question, 10 minutes.")).to_be_visible()
    expect(entries.first).to_contain_text("The gradient of any function")
    expect(entries.first).to_contain_text("Due since Sun 29 Nov")
    page.goto("questions/")
    expect(page.locator("backprep-state").first).to_have_text("↻ due")


def test_a_page_that_lay_open_overnight_follows_the_day(
    context, open_page, pass_a_question
):
    pass_a_question()
    page = open_page("")
    lists = open_page("questions/")
    expect(page.get_by_text("No question is due today.")).to_be_visible()
    context.clock.fast_forward(8 * DAY)
    for one in (page, lists):
        one.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_text("Due today: 1 question, 10 minutes.")).to_be_visible()
    expect(lists.locator("backprep-state").first).to_have_text("↻ due")


def test_the_first_page_shows_today_s_part_of_the_plan(open_page, pass_a_question):
    pass_a_question()
    page = open_page("progress/")
    page.get_by_label("Interview on").fill("2026-11-28")
    page.get_by_label("Minutes a day").fill("40")
    press(page, "Plan for it")
    days = page.locator(".backprep-plan-day").first.get_by_role("link")
    titles = days.all_inner_texts()
    page.goto("")
    line = page.locator(".backprep-next-line")
    expect(line).to_contain_text("3 days until your interview on Sat 28 Nov. Today: ")
    expect(page.locator(".backprep-next-link")).to_have_text(titles[:3])
    assert page.problems == []


def test_a_topic_says_how_much_of_it_is_passed(open_page, pass_a_question):
    page = open_page("")
    topic = page.locator("backprep-topic")
    expect(topic).to_have_text("3 questions")
    pass_a_question()
    expect(topic).to_have_text("1 of 3 passed")


def test_a_question_given_up_is_not_begun(open_page):
    page = open_page("questions/autograd/gradient/")
    lists = open_page("questions/")
    state = lists.locator("backprep-state").first
    press(page, "Start")
    expect(state).to_have_text("◐ begun")
    page.locator(".backprep-bar-menu > summary").click()
    press(page.locator(".backprep-bar-items"), "Give up")
    page.locator(".backprep-ask").get_by_role("button", name="Give up").click()
    expect(state).to_have_text("◆ given up")


def test_elements_that_come_later_come_to_life(open_page):
    """As they do after instant navigation."""
    page = open_page("progress/")
    page.evaluate(
        """document.querySelector("main").innerHTML =
        '<backprep-state question="amp/step"></backprep-state>'"""
    )
    expect(page.locator("backprep-state")).to_have_text("○ not begun")
    page.evaluate("document.querySelector('main').replaceChildren()")
    page.clock.run_for(30 * MINUTE)
    assert page.problems == []


def test_a_page_fetches_only_what_it_shows(open_page):
    page = open_page("questions/autograd/gradient/")
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    fetched = page.evaluate(
        "performance.getEntriesByType('resource').map(entry => entry.name)"
    )
    for heavy in ("fsrs", "schedule", "mock", "progress", "predict", "solutions"):
        assert not any(heavy in url for url in fetched)
