"""Hints, the answer and the follow-ups: nothing in sight before it is asked for."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")

QUESTION = "questions/autograd/gradient/"
SECRET = "the sentinel of the answer"


@pytest.fixture
def page(open_page):
    page = open_page(QUESTION)
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    yield page
    assert page.problems == []


TABS = {"Show hint": "Hints", "Reveal the": "Answer", "Show the answer": "Follow-ups"}


def press(page, name):
    for start, tab in TABS.items():
        if name.startswith(start):
            page.get_by_role("tab", name=tab).click()
    page.get_by_role("button", name=name, exact=True).click()


def kinds(events):
    return [event["kind"] for event in events]


def test_hints_come_one_at_a_time_with_their_cost(page, events):
    press(page, "Start")
    cost = page.locator(".backprep-hints-cost")
    expect(page.get_by_text("Hint text 1")).to_be_hidden()
    expect(cost).to_have_text(
        "With this hint a pass is Good within 8:00, and Hard after that."
    )
    press(page, "Show hint 1 of 3")
    expect(page.get_by_text("Hint text 1")).to_be_visible()
    expect(page.get_by_text("Hint 1: a nudge")).to_be_focused()
    expect(page.get_by_text("Hint text 2")).to_be_hidden()
    expect(cost).to_contain_text("Hard at best")
    press(page, "Show hint 2 of 3")
    press(page, "Show hint 3 of 3")
    expect(cost).to_be_hidden()
    levels = [e["data"]["level"] for e in events(page) if e["kind"] == "hinted"]
    assert levels == [1, 2, 3]


def test_hints_stay_in_sight_after_a_reload_and_hide_at_the_next_attempt(page):
    press(page, "Start")
    press(page, "Show hint 1 of 3")
    expect(page.get_by_text("Hint text 1")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Hint text 1")).to_be_visible()
    press(page, "Done")
    press(page, "They pass")
    press(page, "Start again")
    expect(page.get_by_text("Hint text 1")).to_be_hidden()


def test_a_hint_read_before_the_clock_runs_counts_for_the_attempt(page, events):
    press(page, "Show hint 1 of 3")
    assert events(page) == []
    press(page, "Start")
    expect(page.get_by_text("Hint text 1")).to_be_visible()
    assert kinds(events(page)) == ["started", "hinted"]


def test_the_answer_is_asked_for_once_and_then_fetched(page, events):
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    press(page, "Start")
    press(page, "Reveal the answer")
    press(page, "Not yet")
    assert SECRET not in page.content()
    assert not any("solutions" in url for url in fetched)
    press(page, "Reveal the answer")
    press(page, "Reveal")
    region = page.get_by_role("region", name="The answer")
    expect(region).to_contain_text(SECRET)
    expect(region).to_be_focused()
    assert kinds(events(page)) == ["started", "revealed", "finished"]
    expect(page.locator("backprep-grade")).to_contain_text(
        "Again: revealed before it passed. It comes back on Thu 26 Nov."
    )
    expect(page.locator("backprep-state")).to_have_text("◇ revealed")
    press(page, "Hide the answer")
    expect(region).to_be_hidden()
    press(page, "Reveal the answer")
    expect(region).to_be_visible()


def test_after_a_pass_the_answer_costs_nothing(page, events):
    press(page, "Start")
    press(page, "Done")
    press(page, "They pass")
    press(page, "Reveal the answer")
    expect(page.get_by_role("region", name="The answer")).to_contain_text(SECRET)
    assert kinds(events(page)) == ["started", "finished"]


def test_without_an_attempt_the_reveal_makes_one(page, events):
    press(page, "Reveal the answer")
    press(page, "Reveal")
    expect(page.get_by_role("region", name="The answer")).to_be_visible()
    assert events(page)[-1]["data"]["outcome"] == "gave up"


def test_the_next_attempt_hides_the_answer_again(page):
    press(page, "Reveal the answer")
    press(page, "Reveal")
    expect(page.get_by_text(SECRET)).to_be_visible()
    press(page, "Start again")
    expect(page.get_by_text(SECRET)).to_have_count(0)
    assert SECRET not in page.content()


def test_the_lifted_answer_keeps_its_links_and_its_own_ids(page):
    press(page, "Reveal the answer")
    press(page, "Reveal")
    region = page.get_by_role("region", name="The answer")
    link = region.get_by_role("link", name="The rubric")
    assert link.get_attribute("href") == "#revealed-rubric"
    assert region.locator("#revealed-rubric").count() == 1
    mock = region.get_by_role("link", name="A mock").get_attribute("href")
    assert mock.endswith("/below/mock/")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(n => n.id)")
    assert len(ids) == len(set(ids))


def test_the_rubric_of_the_answer_can_be_ticked(page):
    press(page, "Reveal the answer")
    press(page, "Reveal")
    page.get_by_label("names the leaf").check()
    expect(page.get_by_role("checkbox")).to_have_count(3)


def test_an_answer_that_cannot_be_fetched_leaves_its_link(page, events):
    page.route("**/solutions/**", lambda route: route.abort())
    press(page, "Reveal the answer")
    press(page, "Reveal")
    expect(page.get_by_text("could not be fetched")).to_be_visible()
    expect(page.get_by_role("link", name="Reveal the answer")).to_be_visible()
    assert events(page) == []
    page.unroute("**/solutions/**")
    press(page, "Reveal the answer")
    press(page, "Reveal")
    expect(page.get_by_text(SECRET)).to_be_visible()
    page.problems.clear()  # of the failed request


def test_it_all_works_by_keyboard(page):
    page.get_by_role("tab", name="Question").focus()
    page.keyboard.press("End")
    expect(page.get_by_role("tab", name="Answer")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Not yet")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Reveal the answer")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="The answer")).to_be_focused()


def test_each_follow_up_has_an_answer_of_its_own(page, events):
    press(page, "Start")
    press(page, "Done")
    press(page, "They pass")
    press(page, "Show the answer to follow-up 2")
    answer = page.get_by_role("region", name="The answer to follow-up 2")
    expect(answer).to_have_text("Then two.")
    expect(answer).to_be_focused()
    assert "Because of one." not in page.content()
    assert events(page)[-1]["kind"] == "followed_up"
    assert events(page)[-1]["data"]["number"] == 2


def test_while_the_question_is_open_a_follow_up_asks_first(page):
    press(page, "Show the answer to follow-up 1")
    press(page, "Not yet")
    assert "Because of one." not in page.content()
    press(page, "Show the answer to follow-up 1")
    press(page, "Show it")
    expect(page.get_by_text("Because of one.")).to_be_visible()


def test_without_scripts_the_content_is_there(browser, small_site_address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{small_site_address}{QUESTION}")
    expect(page.get_by_role("link", name="Reveal the answer")).to_be_visible()
    expect(page.get_by_role("link", name="Hints").last).to_be_visible()
    expect(page.get_by_text("asks for in 10 minutes.")).to_be_visible()
    expect(page.get_by_text("raise NotImplementedError")).to_be_visible()
    context.close()
