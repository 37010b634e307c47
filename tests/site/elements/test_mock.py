"""The mock interview."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")

MINUTE = 60_000
SECRET = "the sentinel of the answer"


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def page(open_page):
    page = open_page("mock/")
    expect(page.get_by_role("button", name="Plan the interview")).to_be_visible()
    yield page
    assert page.problems == []


def plan(page, minutes=45, seed=7, topics=()):
    page.get_by_label("Minutes").fill(str(minutes))
    page.get_by_label("Seed").fill(str(seed))
    for topic in topics:
        page.get_by_label(topic).check()
    press(page, "Plan the interview")
    return page.locator(".backprep-mock-plan li").all_inner_texts()


def heading(page):
    return page.get_by_role("heading", level=2)


def test_the_plan_is_shown_before_the_clock_starts(page, events):
    lines = plan(page)
    kinds = [line.split(",")[0] for line in lines]
    assert kinds == ["explain", "predict", "code", "debug"]
    expect(page.get_by_text("seed 7. One clock, no hints, no answers.")).to_be_visible()
    assert events(page) == []


def test_a_partner_gets_the_same_set_by_the_address(page, open_page):
    lines = plan(page, minutes=30, seed=12, topics=["Autograd"])
    assert "minutes=30" in page.url
    assert "seed=12" in page.url
    other = open_page(page.url)
    expect(other.locator(".backprep-mock-plan li")).to_have_text(lines)
    assert other.problems == []


def test_the_keyboard_follows_from_step_to_step(page):
    page.get_by_label("Seed").fill("1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The plan")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".backprep-mock-prompt")).to_be_focused()
    page.get_by_role("button", name="End the interview").focus()
    for key in ("Enter", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name="Debrief")).to_be_focused()


def test_where_nothing_fits_it_says_so(page):
    page.get_by_label("Minutes").fill("5")
    page.get_by_label("Mixed precision").check()
    press(page, "Plan the interview")
    expect(
        page.get_by_text("No question of these topics fits into 5 min")
    ).to_be_visible()
    press(page, "Choose again")
    expect(page.get_by_label("Minutes")).to_be_visible()


def test_an_interview_from_the_plan_to_the_debrief(page, events):
    plan(page, minutes=60)
    press(page, "Start the clock")
    # all of this bank's questions fit into an hour; the spoken ones come first
    seen = []
    for number in range(1, 6):
        expect(page.get_by_text(f"Question {number} of 5")).to_be_visible()
        expect(page.get_by_text("Write what")).to_be_visible()
        seen.append(heading(page).inner_text())
        assert SECRET not in page.content()
        expect(page.get_by_text("Hint")).to_have_count(0)
        page.clock.run_for(3 * MINUTE)
        press(page, "Next question")
        if page.get_by_role("button", name="They pass").is_visible():
            press(page, "They pass")
    expect(heading(page).first).to_have_text("Debrief")
    assert len(set(seen)) == 5
    expect(page.get_by_text("of 60 minutes used, seed 7.")).to_be_visible()
    kinds = [event["kind"] for event in events(page)]
    assert kinds[0] == "mock_started"
    assert kinds[-1] == "mock_finished"
    mock = events(page)[0]["id"]
    started = [event for event in events(page) if event["kind"] == "started"]
    assert {event["data"]["mock"] for event in started} == {mock}


def test_what_was_said_is_graded_in_the_debrief_and_saved(page, events):
    plan(page, minutes=8, seed=2, topics=["Autograd"])
    press(page, "Start the clock")
    expect(page.get_by_text("Write what What is a leaf")).to_be_visible()
    page.clock.run_for(2.5 * MINUTE)
    press(page, "Next question")
    expect(page.get_by_text("Not graded yet")).to_be_visible()
    page.get_by_label("names the leaf").check()
    press(page, "Grade it")
    expect(page.get_by_text("Again: 1 of 2 must-haves missed.")).to_be_visible()
    page.get_by_label("Notes").fill("Speak slower.")
    with page.expect_download() as download:
        press(page, "Save as Markdown")
    assert download.value.suggested_filename == "mock-2026-11-25-2.md"
    text = download.value.path().read_text()
    assert "## What is a leaf" in text
    assert "- [x] names the leaf\n- [ ] says why" in text
    assert text.endswith("## Notes\n\nSpeak slower.\n")
    finished = [event for event in events(page) if event["kind"] == "finished"]
    assert finished[0]["data"]["outcome"] == "failed"


def test_the_phases_are_said_softly(page):
    plan(page, minutes=20, seed=1, topics=["Mixed precision"])
    press(page, "Start the clock")
    phase = page.locator(".backprep-mock-phase")
    expect(page.get_by_text("Write what")).to_be_visible()
    expect(phase).to_contain_text("Clarify")
    minutes = page.get_by_text("Question 1 of").inner_text()
    long = 20 if "20 min" in minutes else 12
    for share, word in (
        (0.15, "Plan"),
        (0.4, "Code"),
        (0.8, "Test"),
        (0.95, "Follow-up"),
    ):
        target = share * long * MINUTE
        page.clock.run_for(target - page.evaluate("window.spent ?? 0"))
        page.evaluate("target => { window.spent = target }", target)
        expect(phase).to_contain_text(word)


def test_it_survives_a_reload(page):
    plan(page, minutes=45)
    press(page, "Start the clock")
    expect(page.get_by_text("Write what")).to_be_visible()
    first = heading(page).inner_text()
    page.clock.run_for(2.5 * MINUTE)
    page.reload()
    expect(page.get_by_text("An interview is under way: 42:3")).to_be_visible()
    press(page, "Go on")
    expect(heading(page)).to_have_text(first)
    expect(page.get_by_role("timer")).to_have_text("43 min")


def test_it_can_be_ended_early(page, events):
    plan(page, minutes=45)
    press(page, "Start the clock")
    press(page, "End the interview")
    press(page, "End it")
    expect(heading(page).first).to_have_text("Debrief")
    expect(page.get_by_text("Not attempted.")).to_have_count(3)
    expect(page.get_by_role("group", name="What did you say?")).to_have_count(1)
    press(page, "Another interview")
    expect(page.get_by_role("heading", name="Earlier debriefs")).to_be_visible()
    press(page, "2026-11-25, 45 minutes, seed 7")
    expect(heading(page).first).to_have_text("Debrief")


def test_a_prediction_is_checked_inside_the_interview(page):
    plan(page, minutes=5, seed=1, topics=["Autograd"])
    press(page, "Start the clock")
    expect(heading(page)).to_have_text("What this prints")
    for name, value in (
        ("leaf", "True"),
        ("shape", "(2, 3)"),
        ("loss", "0.25"),
        ("dtype", '"torch.float32"'),
    ):
        page.get_by_label(name, exact=True).fill(value)
    press(page, "Check")
    expect(page.get_by_text("All 4 right.")).to_be_visible()
    press(page, "Next question")
    expect(page.get_by_text("passed in")).to_be_visible()


def test_time_up_is_said_and_nothing_is_taken_away(page):
    plan(page, minutes=8, seed=1)
    press(page, "Start the clock")
    expect(page.get_by_text("Write what")).to_be_visible()
    page.clock.run_for(8.2 * MINUTE)
    expect(page.get_by_text("Time is up. Finish your sentence")).to_be_visible()
    expect(page.get_by_text("Write what")).to_be_visible()


def test_a_question_that_cannot_be_fetched_costs_no_time(page, events):
    plan(page, minutes=8, seed=1)
    page.route("**/questions/autograd/**", lambda route: route.abort())
    press(page, "Start the clock")
    expect(page.get_by_text("The question could not be fetched.")).to_be_visible()
    assert [event["kind"] for event in events(page)] == ["mock_started"]
    page.unroute("**/questions/autograd/**")
    press(page, "Try again")
    expect(page.get_by_text("Write what")).to_be_visible()
    page.problems.clear()  # of the failed request
