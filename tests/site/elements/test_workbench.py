"""A question's page as a place to work in, where no judge is."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")

GRADIENT = "questions/autograd/gradient/"
SCALER = "questions/amp/scaler/"
MINE = "def answer():\n    return 1\n"


@pytest.fixture
def page(open_page):
    page = open_page(GRADIENT)
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(bar(page)).to_be_visible()
    yield page
    assert page.problems == []


def bar(page):
    return page.locator("backprep-bar")


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def editor(page):
    return page.locator(".backprep-editor-plain")


def kinds(events):
    return [event["kind"] for event in events]


def write(page, text):
    editor(page).fill(text)


def test_there_is_one_main_action_at_a_time(page):
    main = page.locator(
        "main .backprep-button-main, backprep-bar .backprep-button-main"
    )

    def shown():
        return [one.inner_text() for one in main.all() if one.is_visible()]

    assert shown() == ["Start"]
    press(page, "Start")
    assert shown() == ["Done"]
    press(page, "Pause")
    assert shown() == ["Resume"]
    press(page, "Resume")
    press(page, "Done")
    press(page, "They pass")
    assert shown() == ["Next question"]


def test_the_editor_holds_the_starter_and_typing_begins(page, events):
    assert "NotImplementedError" in editor(page).input_value()
    expect(page.get_by_text("Typing starts the clock.")).to_be_visible()
    assert events(page) == []
    write(page, MINE)
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert kinds(events(page)) == ["started"]
    assert editor(page).input_value() == MINE


def test_what_is_typed_survives_a_reload_at_once(page):
    write(page, MINE)
    page.reload()
    expect(editor(page)).to_have_value(MINE)
    write(page, MINE + "# more\n")
    page.reload()
    expect(editor(page)).to_have_value(MINE + "# more\n")


def test_start_again_begins_from_blank(page):
    write(page, MINE)
    press(page, "Done")
    press(page, "They pass")
    press(page, "Start again")
    expect(editor(page)).to_have_value(re.compile("NotImplementedError"))


def test_the_answer_of_an_earlier_attempt_is_put_away(page):
    write(page, MINE)
    press(page, "Done")
    press(page, "They pass")
    expect(editor(page)).to_have_value(MINE)  # it was just written
    page.reload()
    expect(editor(page)).to_have_value(re.compile("NotImplementedError"))
    press(page, "Show it")
    expect(editor(page)).to_have_value(MINE)


def test_the_bar_leads_back_from_every_page(page, context):
    press(page, "Start")
    page.clock.run_for(120_000)
    page.goto("progress/")
    way = page.get_by_role("link", name="Back to The gradient of any function")
    expect(page.get_by_role("timer", name="Time left")).to_have_text("8 min")
    way.click()
    page.wait_for_url(f"**/{GRADIENT}")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def test_nothing_is_in_the_bar_where_nothing_is_under_way(page):
    page.goto("progress/")
    page.get_by_role("heading", name="progress").wait_for()
    expect(bar(page)).to_be_hidden()


def test_one_attempt_runs_at_a_time(page, events):
    press(page, "Start")
    page.goto(SCALER)
    expect(page.get_by_role("link", name="Back to The gradient")).to_be_visible()
    press(page, "Start")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert kinds(events(page)) == ["started", "paused", "started"]
    expect(page.get_by_role("link", name="Back to")).to_have_count(0)


def test_next_question_leads_to_one_that_was_not_passed(page):
    press(page, "Start")
    press(page, "Done")
    press(page, "They pass")
    press(page, "Next question")
    page.wait_for_url("**/questions/autograd/leaf/")


def test_the_parts_are_tabs_that_the_keyboard_moves_and_a_reload_keeps(page):
    tabs = page.get_by_role("tab")
    expect(page.get_by_role("tabpanel")).to_have_count(1)
    tabs.first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Hints")).to_be_focused()
    expect(page.get_by_role("button", name="Show hint 1 of 3")).to_be_visible()
    page.reload()
    expect(page.get_by_role("tab", name="Hints", selected=True)).to_be_visible()
    page.get_by_role("tab", name="Question").click()
    assert "#" not in page.url


def width(page):
    return page.locator(".bp-reading").bounding_box()["width"]


def test_the_panes_are_resized_by_keyboard_and_mouse_and_stay_so(page):
    line = page.get_by_role("separator", name="Width")
    before = width(page)
    line.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    assert line.get_attribute("aria-valuenow") == "32"
    assert width(page) < before
    box = line.bounding_box()
    page.mouse.move(box["x"], 400)
    page.mouse.down()
    page.mouse.move(700, 400)
    page.mouse.up()
    assert width(page) == pytest.approx(700, abs=15)
    page.reload()
    line.wait_for()
    assert width(page) == pytest.approx(700, abs=15)
    page.keyboard.press("Tab")  # nothing is in the way of the keyboard


def test_a_wide_page_scrolls_in_its_panes_alone(page):
    size = "[document.documentElement.scrollHeight, innerHeight]"
    whole, seen = page.evaluate(size)
    assert whole <= seen + 120  # the small site has a heading above the panes


def test_a_question_mark_lists_the_keys(page):
    page.locator("body").press("?")
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(keys).to_contain_text("Run the checks")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("e")
    expect(editor(page)).to_be_focused()
    page.keyboard.type("?")
    expect(keys).to_be_hidden()


def test_two_tabs_say_the_same(page, open_page):
    press(page, "Start")
    other = open_page(GRADIENT)
    press(other, "Pause")
    said = page.locator(".backprep-bar-status")
    expect(said).to_have_text("")
    expect(page.locator(".backprep-bar-word")).to_have_text("paused")
    press(page, "Resume")
    expect(other.locator(".backprep-bar-status")).to_have_text("")


def test_predictions_survive_a_reload_and_a_way_round(open_page):
    page = open_page("questions/autograd/graph/")
    page.get_by_label("leaf", exact=True).fill("True")
    page.reload()
    expect(page.get_by_label("leaf", exact=True)).to_have_value("True")
    page.goto("progress/")
    page.goto("questions/autograd/graph/")
    expect(page.get_by_label("leaf", exact=True)).to_have_value("True")


def test_a_talk_goes_on_over_a_reload(open_page):
    page = open_page("questions/autograd/leaf/")
    press(page, "Start")
    press(page, "Start talking")
    page.clock.run_for(60_000)
    page.reload()
    clock = page.get_by_role("timer", name="Time to talk")
    expect(clock).to_have_text("1:00")
    press(page, "Done talking")
    expect(page.get_by_label("names the leaf")).to_be_visible()


def test_hints_are_in_no_file_before_they_are_asked_for(page):
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    page.get_by_role("tab", name="Hints").click()
    assert "Hint text" not in page.content()
    assert not any("hints/" in url for url in fetched)
    press(page, "Show hint 1 of 3")
    expect(page.get_by_text("Hint text 1")).to_be_visible()
    assert "Hint text 2" not in page.content()


def test_a_hint_that_cannot_be_fetched_costs_nothing(page, events):
    press(page, "Start")
    page.route("**/hints/**", lambda route: route.abort())
    page.get_by_role("tab", name="Hints").click()
    press(page, "Show hint 1 of 3")
    expect(page.get_by_text("it cost nothing")).to_be_visible()
    assert kinds(events(page)) == ["started"]
    page.problems.clear()  # of the failed request


def test_after_a_pass_the_own_answer_stands_beside_the_reference(page):
    write(page, MINE)
    press(page, "Done")
    press(page, "They pass")
    page.get_by_role("tab", name="Answer").click()
    press(page, "Reveal the answer")
    expect(page.get_by_text("are yours, lines with")).to_be_visible()
    lines = page.locator(".backprep-compare .backprep-diff-line")
    expect(lines.filter(has_text="return 1")).to_have_attribute("data-sign", "-")
    expect(lines.filter(has_text="return 2")).to_have_attribute("data-sign", "+")


def test_an_answer_that_is_still_the_starter_is_not_compared(page):
    press(page, "Start")
    page.get_by_role("tab", name="Answer").click()
    press(page, "Reveal the answer")
    press(page, "Reveal")
    expect(page.get_by_role("region", name="The answer")).to_be_visible()
    expect(page.locator(".backprep-compare")).to_have_count(0)
