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


def bar(page):
    return page.locator("backprep-bar")


def press_in_bar(page, name):
    bar(page).get_by_role("button", name=name, exact=True).first.click()


def choose(page, name):
    """Press what is in the bar's menu."""
    page.locator(".backprep-bar-menu > summary").click()
    page.locator(".backprep-bar-items").get_by_role("button", name=name).click()


def clock(page):
    return page.get_by_role("timer", name="Time left of the interview")


def heading(page):
    return page.get_by_role("heading", level=2)


def begin(page, **wish):
    """Plan an interview and come to its first question."""
    plan(page, **wish)
    press(page, "Start the clock")
    expect(page.get_by_text("Write what")).to_be_visible()
    expect(page.locator(".bp-desk")).to_be_visible()


def end(page):
    choose(page, "End the interview")
    press(page, "End it")
    expect(page.locator(".backprep-mock-table")).to_be_visible()


def saved(page):
    with page.expect_download() as download:
        press(page, "Save as Markdown")
    return download.value.path().read_text()


def begin_code(page):
    """Come to the question whose answer is written."""
    begin(page, minutes=60)
    for _ in range(2):
        title = page.locator(".bp-reading h1").inner_text()
        press_in_bar(page, "Next question")
        if page.get_by_role("button", name="Leave it").is_visible():
            press(page, "Leave it")
        expect(page.locator(".bp-reading h1")).not_to_have_text(title)
    expect(page.get_by_label("Your answer to autograd/gradient")).to_be_visible()


def test_the_plan_is_shown_before_the_clock_starts(page, events):
    lines = plan(page)
    kinds = [line.split(",")[0] for line in lines]
    assert kinds == ["explain", "predict", "code", "debug"]
    expect(page.get_by_text("4 questions, 45 of 45 minutes, seed 7.")).to_be_visible()
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
    expect(page.locator(".bp-reading h1")).to_be_focused()
    page.locator(".backprep-bar-menu > summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="End the interview").focus()
    for key in ("Enter", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name="Mock interview of")).to_be_focused()
    page.get_by_role("button", name="Another interview").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Minutes")).to_be_focused()


def test_where_nothing_fits_it_says_so(page):
    page.get_by_label("Minutes").fill("5")
    page.get_by_label("Mixed precision").check()
    press(page, "Plan the interview")
    expect(
        page.get_by_text("No question of these topics fits into 5 minutes.")
    ).to_be_visible()
    press(page, "Choose again")
    expect(page.get_by_label("Minutes")).to_be_visible()


def test_one_is_said_as_one(page):
    plan(page, minutes=5, seed=1, topics=["Autograd"])
    expect(page.get_by_text("1 question, 5 of 5 minutes, seed 1.")).to_be_visible()


def test_the_time_of_a_question_counts_before_its_element_has_come(page):
    held = []
    page.route("**/predict.js", lambda route: held.append(route))
    plan(page, minutes=60)
    press(page, "Start the clock")
    for number in (1, 2):
        expect(page.get_by_text(f"Question {number} of 5")).to_be_visible()
        expect(page.locator(".bp-desk")).to_be_visible()
        page.clock.run_for(3 * MINUTE)
        if number == 1:
            press_in_bar(page, "Next question")
    expect(clock(page)).to_have_text("54 min")
    held.pop().continue_()


def test_an_interview_from_the_plan_to_the_debrief(page, events):
    plan(page, minutes=60)
    press(page, "Start the clock")
    # all of this bank's questions fit into an hour; the spoken ones come first
    seen = []
    for number in range(1, 6):
        expect(page.get_by_text(f"Question {number} of 5")).to_be_visible()
        expect(page.locator(".bp-desk")).to_be_visible()
        seen.append(page.locator(".bp-reading h1").inner_text())
        assert SECRET not in page.content()
        expect(page.get_by_text("Hint")).to_have_count(0)
        page.clock.run_for(3 * MINUTE)
        press_in_bar(page, "Next question" if number < 5 else "Go to the debrief")
        for choice in ("They pass", "Leave it"):
            if page.get_by_role("button", name=choice).is_visible():
                press(page, choice)
    expect(heading(page).first).to_have_text("Mock interview of Wed 25 Nov 2026, 12:00")
    assert len(set(seen)) == 5
    expect(page.get_by_text("3 of 5 passed, 15:0")).to_be_visible()
    kinds = [event["kind"] for event in events(page)]
    assert kinds[0] == "mock_started"
    assert kinds[-1] == "mock_finished"
    mock = events(page)[0]["id"]
    started = [event for event in events(page) if event["kind"] == "started"]
    assert {event["data"]["mock"] for event in started} == {mock}


def test_nothing_that_helps_is_fetched_before_the_debrief(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    begin(page, minutes=8, seed=2, topics=["Autograd"])
    press_in_bar(page, "Start talking")
    page.clock.run_for(MINUTE)
    assert not [url for url in asked if "/hints/" in url or "/solutions/" in url]
    for name in ("Hints", "Follow-ups", "Answer"):
        expect(page.get_by_role("tab", name=name)).to_have_count(0)
    for name in ("hints", "reveal", "follow-ups", "grade"):
        expect(page.locator(f"backprep-{name}")).to_have_count(0)
    press_in_bar(page, "Done talking")
    expect(page.locator(".backprep-mock-table")).to_be_visible()
    assert [url for url in asked if "/solutions/autograd/leaf/" in url]


def test_the_questions_own_page_gives_no_hint_meanwhile(page, open_page, events):
    begin(page, minutes=8, seed=2, topics=["Autograd"])
    other = open_page("questions/autograd/leaf/")
    other.get_by_role("tab", name="Hints").click()
    expect(other.get_by_text("A mock interview gives no hints.")).to_be_visible()
    expect(other.get_by_role("button", name="Show hint")).to_have_count(0)
    press_in_bar(other, "Back to the interview")
    expect(other.get_by_role("button", name="Go on")).to_be_visible()
    assert [event["kind"] for event in events(page)] == ["mock_started", "started"]


def test_the_question_stands_beside_its_desk(page):
    begin_code(page)
    reading = page.locator(".bp-reading").bounding_box()
    desk = page.locator(".bp-desk").bounding_box()
    assert abs(reading["y"] - desk["y"]) < 1
    assert reading["x"] + reading["width"] <= desk["x"] + 1
    expect(page.get_by_role("heading", name="Mock interview")).to_be_hidden()
    expect(page.get_by_role("separator", name="Width of the question")).to_be_visible()


def test_the_clock_of_the_interview_is_in_the_bar(page):
    begin(page, minutes=60)
    expect(clock(page)).to_have_text("60 min")
    page.clock.run_for(5.5 * MINUTE)
    press_in_bar(page, "Next question")
    expect(page.get_by_text("Question 2 of 5")).to_be_visible()
    expect(clock(page)).to_have_text("55 min")


def test_the_clock_can_be_paused(page):
    begin(page, minutes=60)
    choose(page, "Pause")
    page.clock.run_for(30 * MINUTE)
    expect(clock(page)).to_have_text("60 min")
    press_in_bar(page, "Resume")
    page.clock.run_for(MINUTE + 1000)
    expect(clock(page)).to_have_text("59 min")


def test_a_paused_question_is_the_open_one_after_a_reload(page):
    begin_code(page)
    choose(page, "Pause")
    expect(page.get_by_role("button", name="Resume").first).to_be_visible()
    page.reload()
    press(page, "Go on")
    expect(page.locator(".bp-reading h1")).to_have_text("The gradient of any function")


def test_other_pages_show_its_time_and_lead_back(page):
    begin(page, minutes=60)
    page.clock.run_for(10 * MINUTE)
    page.goto("./")
    expect(clock(page)).to_have_text("50 min")
    page.clock.run_for(MINUTE + 1000)
    expect(clock(page)).to_have_text("49 min")
    bar(page).get_by_role("link", name="Back to the mock interview").click()
    expect(page.get_by_text("An interview is under way")).to_be_visible()
    page.goto("questions/amp/step/")
    way = bar(page).get_by_role("link", name="Back to the mock interview, 49 min")
    expect(way).to_be_visible()


def test_its_draft_is_not_the_questions_own(page, open_page):
    own = open_page("questions/autograd/gradient/")
    editor = own.get_by_label("Your answer to autograd/gradient")
    editor.fill("own = 1")
    own.clock.run_for(2000)
    expect(own.get_by_text("Kept in this browser.")).to_be_visible()
    own.close()
    begin_code(page)
    editor = page.get_by_label("Your answer to autograd/gradient")
    expect(editor).to_have_value("def answer():\n    raise NotImplementedError\n")
    editor.fill("mock = 1")
    page.reload()
    press(page, "Go on")
    expect(editor).to_have_value("mock = 1")
    kept = page.evaluate("localStorage.getItem('backprep:draft:autograd/gradient')")
    assert kept == "own = 1"


def test_what_was_typed_last_is_kept_when_the_question_is_left(page):
    begin_code(page)
    page.get_by_label("Your answer to autograd/gradient").fill("last = 1")
    press_in_bar(page, "Next question")
    press(page, "They do not")
    expect(page.get_by_text("Question 4 of 5")).to_be_visible()
    drafts = page.evaluate("Object.entries(localStorage)")
    assert "last = 1" in [text for name, text in drafts if ":draft:" in name]


def test_a_spoken_question_is_spoken_and_graded_in_the_debrief(page, events):
    begin(page, minutes=8, seed=2, topics=["Autograd"])
    expect(page.get_by_text("Say your answer as you would")).to_contain_text(
        "2 minutes"
    )
    press_in_bar(page, "Start talking")
    page.clock.run_for(MINUTE + 500)
    expect(page.get_by_role("timer", name="Time to talk")).to_have_text("1:00")
    press_in_bar(page, "Done talking")
    expect(page.get_by_role("cell", name="not finished")).to_be_visible()
    page.get_by_label("names the leaf").check()
    press(page, "Grade it")
    expect(page.get_by_role("cell", name="failed")).to_be_visible()
    finished = [event for event in events(page) if event["kind"] == "finished"]
    assert finished[0]["data"]["outcome"] == "failed"
    assert finished[0]["data"]["elapsed"] == pytest.approx(60, abs=2)
    text = saved(page)
    assert (
        text
        == """\
# Mock interview of Wed 25 Nov 2026, 12:00

**0 of 1 passed**, 1:00 of 8:00, seed 2.

| Question | Outcome | Time | First run | Checks or points |
|---|---|---|---|---|
| leaf | failed | 1:00 of 8:00 |  | 1 of 2 must-haves |

## Not said

- leaf, must have: says why
- leaf, nice to have: mentions hooks

## Follow-ups to think about

- leaf: Why?

## Next

- leaf: 1 of 2 must-haves missed; comes again on Thu 26 Nov
"""
    )
    for name in ("Not said", "Follow-ups to think about", "Next"):
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


def test_done_talking_leads_on(page):
    begin(page, minutes=60)
    press_in_bar(page, "Start talking")
    press_in_bar(page, "Done talking")
    expect(page.get_by_text("Question 2 of 5")).to_be_visible()


def test_an_answer_that_waits_for_its_rubric_is_not_lost(page):
    begin(page, minutes=8, seed=2, topics=["Autograd"])
    press_in_bar(page, "Start talking")
    press_in_bar(page, "Done talking")
    expect(page.get_by_label("names the leaf")).to_be_visible()
    page.goto("mock/")
    expect(page.get_by_label("names the leaf")).to_be_visible()


def test_the_phases_are_said_softly(page):
    begin(page, minutes=20, seed=1, topics=["Mixed precision"])
    phase = page.locator(".backprep-mock-phase")
    expect(phase).to_contain_text("Clarify")
    minutes = page.locator(".bp-minutes").inner_text()
    long = int(minutes.split()[0])
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
        expect(phase).to_be_in_viewport()


def test_it_survives_a_reload(page):
    begin(page)
    first = page.locator(".bp-reading h1").inner_text()
    page.clock.run_for(2.5 * MINUTE)
    page.reload()
    expect(page.get_by_text("It began on Wed 25 Nov 2026, 12:00: 42:3")).to_be_visible()
    press(page, "Go on")
    expect(page.locator(".bp-reading h1")).to_have_text(first)
    expect(clock(page)).to_have_text("43 min")


def test_it_can_be_ended_early_and_looked_at_again(page):
    begin(page)
    end(page)
    expect(page.get_by_role("cell", name="not reached")).to_have_count(3)
    expect(page.get_by_role("group", name="What did you say?")).to_have_count(1)
    press(page, "Another interview")
    expect(page.get_by_role("heading", name="Earlier debriefs")).to_be_visible()
    expect(page.get_by_text("45 minutes, 0 of 4 passed")).to_be_visible()
    press(page, "Wed 25 Nov 2026, 12:00")
    expect(heading(page).first).to_have_text("Mock interview of Wed 25 Nov 2026, 12:00")


def test_a_prediction_is_checked_inside_the_interview(page):
    begin(page, minutes=5, seed=1, topics=["Autograd"])
    for name, value in (
        ("leaf", "True"),
        ("shape", "(2, 3)"),
        ("loss", "0.25"),
        ("dtype", '"torch.float32"'),
    ):
        page.get_by_label(name, exact=True).fill(value)
    press_in_bar(page, "Check")
    expect(page.get_by_text("All 4 right.")).to_be_visible()
    press_in_bar(page, "Go to the debrief")
    expect(page.get_by_role("cell", name="4 of 4")).to_be_visible()
    expect(page.get_by_text("passed in")).to_be_visible()


def test_time_up_is_said_and_nothing_is_taken_away(page):
    begin(page, minutes=60)
    page.clock.run_for(60.2 * MINUTE)
    expect(page.get_by_text("Time is up. Finish your sentence")).to_be_visible()
    expect(page.get_by_text("Write what")).to_be_visible()
    expect(clock(page)).to_have_text("overtime")
    press_in_bar(page, "Go to the debrief")
    expect(page.get_by_role("cell", name="not reached")).to_have_count(4)


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


def test_a_question_of_an_interview_gives_its_answer_in_the_debrief(page):
    begin(page)
    question = page.locator("[question][minutes]").first.get_attribute("question")
    page.goto(f"questions/{question}/")
    page.get_by_role("tab", name="Answer").click()
    page.get_by_role("button", name="Reveal the answer").click()
    expect(page.get_by_text("gives no answers before its debrief")).to_be_visible()
