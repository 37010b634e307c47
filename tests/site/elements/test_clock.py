"""The clock of an attempt."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")

QUESTION = "questions/autograd/gradient/"
MINUTE = 60_000


@pytest.fixture
def page(open_page):
    page = open_page(QUESTION)
    yield page
    assert page.problems == []


def clock(page):
    return page.get_by_role("timer", name="Time left")


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def choose(page, name):
    """Press what is in the bar's menu."""
    page.locator(".backprep-bar-menu > summary").click()
    press(page.locator(".backprep-bar-items"), name)


def status(page):
    return page.locator(".backprep-bar-status")


def test_the_clock_stands_until_the_reader_is_ready(page, events):
    page.clock.run_for(5 * MINUTE)
    expect(clock(page)).to_have_text("10 min")
    assert events(page) == []


def test_it_shows_minutes_then_seconds_with_a_word(page):
    press(page, "Start")
    page.clock.run_for(3.5 * MINUTE)
    expect(clock(page)).to_have_text("7 min")
    page.clock.run_for(4.5 * MINUTE)
    expect(clock(page)).to_have_text("2:00")
    expect(page.locator(".backprep-bar-word")).to_have_text("soon up")
    page.clock.run_for(1.6 * MINUTE)
    expect(clock(page)).to_have_text("0:24")
    expect(page.locator(".backprep-bar-word")).to_have_text("nearly up")


def test_milestones_are_said(page):
    press(page, "Start")
    expect(status(page)).to_have_text("The clock runs: 10 minutes.")
    page.clock.run_for(5 * MINUTE)
    expect(status(page)).to_have_text("Half of the time is gone.")
    page.clock.run_for(3 * MINUTE)
    expect(status(page)).to_have_text("2 minutes left.")


def test_a_pause_does_not_count(page, events):
    press(page, "Start")
    page.clock.run_for(2.5 * MINUTE)
    press(page, "Pause")
    expect(page.locator(".backprep-bar-word")).to_have_text("paused")
    page.clock.run_for(30 * MINUTE)
    press(page, "Resume")
    page.clock.run_for(MINUTE)
    expect(clock(page)).to_have_text("7 min")
    assert [event["kind"] for event in events(page)] == ["started", "paused", "resumed"]
    assert events(page)[1]["data"]["elapsed"] == pytest.approx(150, abs=2)


def test_it_survives_a_reload(page):
    press(page, "Start")
    page.clock.run_for(4.5 * MINUTE)
    page.reload()
    expect(clock(page)).to_have_text("6 min")
    page.clock.run_for(MINUTE)
    expect(clock(page)).to_have_text("5 min")


def test_a_second_tab_goes_by_the_same_time(page, open_page):
    press(page, "Start")
    other = open_page(QUESTION)
    expect(clock(other)).to_have_text("10 min")
    press(other, "Pause")
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    press(page, "Resume")
    expect(other.get_by_role("button", name="Pause")).to_be_visible()
    assert other.problems == []


def test_a_tab_behind_others_loses_no_time(page):
    """Such a tab is woken once a minute."""
    press(page, "Start")
    for _ in range(4):
        page.clock.fast_forward(MINUTE)
    expect(clock(page)).to_have_text("6 min")
    expect(page.get_by_text("Nobody was here")).to_have_count(0)


def test_sleep_is_noticed_and_left_out(page, events):
    press(page, "Start")
    page.clock.run_for(MINUTE)
    page.clock.fast_forward(60 * MINUTE)
    expect(page.get_by_text("Nobody was here for 1:00:")).to_be_visible()
    press(page, "Leave it out")
    expect(clock(page)).to_have_text("9 min")
    assert {"slept"} == {
        event["data"].get("reason")
        for event in events(page)
        if event["kind"] == "paused"
    }


def test_sleep_can_be_counted_after_all(page):
    press(page, "Start")
    page.clock.run_for(MINUTE)
    page.clock.fast_forward(4 * MINUTE)
    press(page, "Count it")
    expect(clock(page)).to_have_text("5 min")


def test_a_page_that_was_closed_is_asked_about_too(page, open_page):
    press(page, "Start")
    page.clock.run_for(2 * MINUTE)
    page.goto("about:blank")
    page.clock.fast_forward(60 * MINUTE)
    page.goto(QUESTION)
    expect(page.get_by_text("Nobody was here for 1:00:")).to_be_visible()
    expect(clock(page)).to_have_text("8 min")


def test_time_up_says_so_and_reveals_nothing(page, events):
    press(page, "Start")
    page.clock.run_for(10 * MINUTE + 2000)
    expect(status(page)).to_contain_text("Time is up.")
    assert "the sentinel of the answer" not in page.content()
    press(page, "Go on in overtime")
    page.clock.run_for(3 * MINUTE)
    expect(clock(page)).to_have_text("3 min over")
    assert [event["kind"] for event in events(page)] == ["started", "time_up"]


def test_time_up_leaves_the_keyboard_where_it_is(page):
    press(page, "Start")
    editor = page.get_by_role("textbox")
    expect(editor).to_be_focused()
    page.clock.run_for(10.1 * MINUTE)
    expect(page.get_by_role("button", name="Go on in overtime")).to_be_visible()
    expect(editor).to_be_focused()


def test_time_is_up_once_in_two_tabs(page, open_page, events):
    press(page, "Start")
    page.clock.run_for(9.9 * MINUTE)
    other = open_page(QUESTION)
    page.clock.run_for(MINUTE / 5)  # in both
    for tab in (page, other):
        expect(clock(tab)).to_have_text("overtime")
    kinds = [event["kind"] for event in events(page)]
    assert kinds == ["started", "time_up"]
    assert other.problems == []


def test_the_clock_can_be_hidden(page):
    press(page, "Start")
    choose(page, "Hide the clock")
    expect(clock(page)).to_be_hidden()
    page.reload()
    expect(clock(page)).to_be_hidden()
    choose(page, "Show the clock")
    expect(clock(page)).to_be_visible()


def test_a_pass_is_graded_with_its_reason_and_day(page):
    press(page, "Start")
    page.clock.run_for(8 * MINUTE + 10_000)
    press(page, "Done")
    press(page, "They pass")
    grade = page.locator("backprep-grade")
    expect(grade).to_contain_text("Good: passed in 8:1")
    expect(grade).to_contain_text("of 10:00, no hints. It comes back on ")
    expect(page.locator("backprep-state").first).to_have_text("✓ passed")


def test_the_rating_is_moved_by_one_step(page, events):
    press(page, "Start")
    page.clock.run_for(MINUTE)
    press(page, "Done")
    press(page, "They pass")
    grade = page.locator("backprep-grade")
    grade.get_by_role("button", name="Change to Easy").click()
    expect(grade).to_contain_text("Easy: passed in 1:0")
    assert events(page)[-1]["data"]["rating"] == "easy"
    grade.get_by_role("button", name="Change to Good").click()
    expect(grade).to_contain_text("Good: passed in")


def test_giving_up_is_asked_first(page, events):
    press(page, "Start")
    choose(page, "Give up")
    press(page, "Go on")
    assert len(events(page)) == 1
    choose(page, "Give up")
    page.locator(".backprep-ask").get_by_role("button", name="Give up").click()
    expect(page.locator("backprep-grade")).to_contain_text("Again: given up")
    assert events(page)[-1]["data"]["outcome"] == "gave up"


def test_all_of_it_works_by_keyboard(page, events):
    start = page.get_by_role("button", name="Start", exact=True)
    expect(start).to_be_visible()
    page.keyboard.press("Tab")
    expect(start).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox")).to_be_focused()
    page.get_by_role("button", name="Done").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="They pass")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Done")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Next question")).to_be_focused()
    assert events(page)[-1]["data"]["outcome"] == "passed"


def test_another_journal_can_take_the_place_of_the_browsers_own(page, events):
    """As that of a local judge does, which keeps the time itself."""
    page.evaluate(
        """async () => {
            const { use } = await import("/below/assets/js/journal/journal.js");
            const { next } = await import("/below/assets/js/journal/event.js");
            const [listeners, told] = [new Set(), []];
            globalThis.told = told;
            let events = [];
            use({
                keepsTime: true,
                events: () => events,
                async append(...what) {
                    told.push(what[0]);
                    events = [...events, next(events, new Date(), ...what)];
                    listeners.forEach(listener => listener());
                    return events.at(-1);
                },
                onChange(listener) {
                    listeners.add(listener);
                    return () => listeners.delete(listener);
                },
            });
        }"""
    )
    press(page, "Start")
    page.clock.fast_forward(4.5 * MINUTE)
    expect(clock(page)).to_have_text("6 min")
    press(page, "Pause")
    assert page.evaluate("told") == ["started", "paused"]
    assert events(page) == []
