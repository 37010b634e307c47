"""Questions that are answered in the page: predictions and spoken answers."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")

MINUTE = 60_000
RIGHT = {"leaf": "True", "shape": "(2, 3)", "loss": "0.25", "dtype": '"torch.float32"'}


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def fill(page, **values):
    for name, value in values.items():
        page.get_by_label(name, exact=True).fill(value)


@pytest.fixture
def predict(open_page):
    page = open_page("questions/autograd/graph/")
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    yield page
    assert page.problems == []


def test_right_predictions_finish_the_attempt(predict, events):
    fill(predict, **RIGHT)
    press(predict.locator("form"), "Check")
    expect(predict.get_by_text("All 4 right.")).to_be_visible()
    expect(predict.get_by_text("✓ right")).to_have_count(4)
    assert [event["kind"] for event in events(predict)] == [
        "started",
        "ran",
        "finished",
    ]
    expect(predict.locator("backprep-grade")).to_contain_text("Good: ")


def test_wrong_predictions_are_marked_and_not_corrected(predict, events):
    fill(predict, **RIGHT | {"leaf": "False", "loss": "0.5"})
    predict.keyboard.press("Enter")
    expect(predict.get_by_text("2 of 4 right.")).to_be_visible()
    expect(predict.get_by_text("✗ wrong")).to_have_count(2)
    expect(predict.get_by_label("leaf")).to_be_focused()
    assert "0.25" not in predict.locator("main").inner_html()
    ran = events(predict)[-1]
    assert ran["data"]["failed"] == ["leaf", "loss"]
    assert (ran["data"]["passed"], ran["data"]["total"]) == (2, 4)


def test_the_truth_is_fetched_by_the_check_and_not_before(predict):
    fetched = []
    predict.on("request", lambda request: fetched.append(request.url))
    fill(predict, **RIGHT)
    assert not any("truth" in url for url in fetched)
    press(predict.locator("form"), "Check")
    expect(predict.get_by_text("All 4 right.")).to_be_visible()
    assert any("truth" in url for url in fetched)


def test_what_is_no_value_is_said_and_not_counted(predict, events):
    fill(predict, **RIGHT | {"dtype": "float32"})
    press(predict.locator("form"), "Check")
    expect(predict.get_by_text('text goes in quotes: "float32"')).to_be_visible()
    expect(predict.get_by_label("dtype")).to_be_focused()
    assert [event["kind"] for event in events(predict)] == ["started"]


def test_the_next_attempt_begins_from_blank(predict, events):
    fill(predict, **RIGHT)
    press(predict.locator("form"), "Check")
    expect(predict.get_by_text("All 4 right.")).to_be_visible()
    fill(predict, leaf="False")  # a check more is practice
    press(predict.locator("form"), "Check")
    expect(predict.get_by_text("3 of 4 right.")).to_be_visible()
    assert len(events(predict)) == 3
    press(predict, "Start again")
    expect(predict.get_by_label("leaf")).to_have_value("")
    expect(predict.get_by_text("✓ right")).to_have_count(0)


def test_a_truth_that_cannot_be_fetched_counts_nothing(predict, events):
    predict.route("**/truth/**", lambda route: route.fulfill(status=500))
    fill(predict, **RIGHT)
    press(predict.locator("form"), "Check")
    expect(predict.get_by_text("nothing was counted")).to_be_visible()
    assert [event["kind"] for event in events(predict)] == ["started"]
    predict.problems.clear()  # of the failed request


@pytest.fixture
def explain(open_page):
    page = open_page("questions/autograd/leaf/")
    press(page, "Start")
    yield page
    assert page.problems == []


def test_one_talks_against_the_clock_and_then_ticks(explain, events):
    clock = explain.get_by_role("timer", name="Time to talk")
    expect(clock).to_have_text("2:00")
    press(explain, "Start talking")
    expect(
        explain.get_by_text("Press Done talking when you are done talking")
    ).to_be_visible()
    assert "names the leaf" not in explain.content()
    explain.clock.run_for(MINUTE)
    expect(clock).to_have_text("1:00")
    press(explain, "Done talking")
    expect(explain.get_by_label("names the leaf")).to_be_visible()
    for point in ("names the leaf", "says why"):
        explain.get_by_label(point).check()
    press(explain, "Grade it")
    expect(explain.get_by_text("2 of 2 must-haves said.")).to_be_focused()
    ticked, finished = events(explain)[-2:]
    assert ticked["data"]["must"] == [True, True]
    assert ticked["data"]["nice"] == [False]
    assert finished["data"]["outcome"] == "passed"


def test_a_missed_must_have_counts_as_failed(explain, events):
    press(explain, "Start talking")
    press(explain, "Done talking")
    explain.get_by_label("names the leaf").check()
    press(explain, "Grade it")
    expect(explain.locator("backprep-grade")).to_contain_text(
        "Again: 1 of 2 must-haves missed."
    )
    assert events(explain)[-1]["data"]["outcome"] == "failed"


def test_talking_too_long_is_said(explain):
    press(explain, "Start talking")
    explain.clock.run_for(2.1 * MINUTE)
    expect(explain.get_by_text("The time to talk is over.")).to_be_visible()
    expect(explain.get_by_role("timer", name="Time to talk")).to_contain_text("over")


def test_one_talks_and_ticks_by_keyboard(explain, events):
    explain.get_by_role("button", name="Start talking").focus()
    explain.keyboard.press("Enter")
    expect(explain.get_by_role("button", name="Done talking")).to_be_focused()
    explain.keyboard.press("Enter")
    expect(explain.get_by_label("names the leaf")).to_be_visible()
    for key in ("Tab", "Space", "Tab", "Space", "Tab", "Tab", "Enter"):
        explain.keyboard.press(key)
    expect(explain.get_by_text("2 of 2 must-haves said.")).to_be_visible()
    assert events(explain)[-1]["data"]["outcome"] == "passed"
