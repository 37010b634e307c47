"""Cards in the page: turned over, graded, and gone through to the end."""

import json

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")

GRADIENT = "autograd/gradient"
DAY = "2026-11-24"
STARTED = {"elapsed": 0, "minutes": 10, "mock": None, "from": "terminal"}
FINISHED = {"elapsed": 400, "outcome": "passed", "edited": True, "snapshot": None}


def lines(*events):
    """What the browser keeps: each event a kind, its data and its day."""
    return "".join(
        json.dumps(
            {
                "id": f"{seq:032x}",
                "seq": seq,
                "at": f"{day}T10:00:00.000+01:00",
                "kind": kind,
                "question": data.get("question", GRADIENT),
                "attempt": f"{1:032x}" if kind in ("started", "finished") else "",
                "data": data,
            }
        )
        + "\n"
        for seq, (kind, data, day) in enumerate(events, 1)
    )


ATTEMPTED = [("started", STARTED, DAY), ("finished", FINISHED, DAY)]


def graded(card, rating, day=DAY, **more):
    return ("card_graded", {"card": card, "rating": rating, **more}, day)


@pytest.fixture
def open_cards(context, open_page):
    """Opens the cards, in a browser that keeps these events."""
    pages = []

    def open_cards(*events, path="cards/"):
        kept = json.dumps(lines(*events))
        context.add_init_script(
            f"localStorage['backprep:v1'] ??= {kept}"  # a reload keeps what is there
        )
        page = open_page(path)
        pages.append(page)
        return page

    yield open_cards
    for page in pages:
        assert page.problems == []


def grades(events):
    return [
        (event["question"], event["data"]["card"], event["data"]["rating"])
        for event in events
        if event["kind"] == "card_graded"
    ]


def press(page, name):
    page.get_by_role("button", name=name).click()


def test_cards_of_questions_that_were_not_attempted_come_when_asked_for(open_cards):
    page = open_cards()
    expect(page.get_by_text("No cards yet.")).to_be_visible()
    press(page, "Take those of all questions")
    expect(page.get_by_text("3 new")).to_be_visible()
    expect(page.get_by_text("Why one?")).to_be_visible()


def test_one_thinks_turns_over_grades_and_goes_on(open_cards, events):
    page = open_cards(*ATTEMPTED)
    expect(page.get_by_text("2 new")).to_be_visible()
    expect(page.get_by_text("Because of one.")).to_have_count(0)
    press(page, "Show the answer")
    answer = page.get_by_role("region", name="Answer")
    expect(answer).to_be_focused()
    expect(answer).to_have_text("Because of one.")
    expect(page.get_by_role("button", name="Again tomorrow")).to_be_visible()
    press(page, "Good")
    expect(page.get_by_text("Why two?")).to_be_visible()
    expect(page.get_by_text("Because of two")).to_have_count(0)
    expect(page.get_by_text("1 new · 1 seen")).to_be_visible()
    press(page, "Show the answer")
    expect(page.locator(".bp-card-back code")).to_have_text("two")
    press(page, "Again")
    # it comes until it is known, and its day is settled
    expect(page.get_by_text("1 due · 2 seen")).to_be_visible()
    press(page, "Show the answer")
    page.get_by_role("button", name="Hard", exact=True).click()
    said = page.get_by_text("2 cards, 1 known. 1 comes tomorrow.")
    expect(said).to_be_focused()
    assert grades(events(page)) == [
        (GRADIENT, "11111111", "good"),
        (GRADIENT, "22222222", "again"),
        (GRADIENT, "22222222", "hard"),
    ]


def test_the_keyboard_is_enough(open_cards, events):
    page = open_cards(*ATTEMPTED)
    expect(page.get_by_text("Why one?")).to_be_visible()
    page.keyboard.press("3")  # nothing is graded before it is turned over
    page.keyboard.press(" ")
    expect(page.get_by_text("Because of one.")).to_be_visible()
    page.keyboard.press(" ")
    page.keyboard.press("4")
    expect(page.get_by_text("Why two?")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Because of two")).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_text("2 cards, 2 known.")).to_be_visible()
    assert [rating for *_, rating in grades(events(page))] == ["easy", "hard"]
    page.keyboard.press("?")
    expect(page.get_by_text("Again, Hard, Good, Easy")).to_be_visible()


def test_letters_typed_elsewhere_grade_nothing(open_cards, events):
    page = open_cards(*ATTEMPTED)
    press(page, "Show the answer")
    page.keyboard.press("Control+3")
    page.get_by_role("link", name="The gradient of any function").focus()
    page.keyboard.press("5")
    expect(page.get_by_text("Because of one.")).to_be_visible()
    assert grades(events(page)) == []


def test_what_is_due_comes_first_and_what_is_gone_never(open_cards):
    page = open_cards(
        *ATTEMPTED, graded("22222222", "again"), graded("00000000", "again")
    )
    expect(page.get_by_text("1 due · 1 new")).to_be_visible()
    expect(page.get_by_text("Why two?")).to_be_visible()
    link = page.get_by_role("link", name="The gradient of any function")
    expect(link).to_have_attribute("href", f"{page.url[:-6]}questions/{GRADIENT}/")


def test_a_reload_goes_on_where_one_was(open_cards):
    page = open_cards(*ATTEMPTED)
    press(page, "Show the answer")
    press(page, "Again")
    expect(page.get_by_text("Why two?")).to_be_visible()
    page.reload()
    expect(page.get_by_text("1 due · 1 new")).to_be_visible()
    expect(page.get_by_text("Why two?")).to_be_visible()


def test_what_another_tab_graded_is_not_asked_again(open_cards):
    page = open_cards(*ATTEMPTED)
    expect(page.get_by_text("Why one?")).to_be_visible()
    other = open_cards(*ATTEMPTED)
    press(other, "Show the answer")
    press(other, "Good")
    expect(page.get_by_text("Why two?")).to_be_visible()


def test_cards_that_cannot_be_fetched_are_asked_for_again(context, open_cards):
    context.route("**/cards/deck/", lambda route: route.abort(), times=1)
    page = open_cards(*ATTEMPTED)
    expect(page.get_by_text("The cards could not be fetched.")).to_be_visible()
    page.problems.clear()  # the browser's own word on it
    press(page, "Try again")
    expect(page.get_by_text("Why one?")).to_be_visible()


@pytest.mark.parametrize("plan", [False, True])
def test_home_and_progress_count_what_is_due(open_cards, plan):
    planned = ("planned", {"date": "2026-12-14", "minutes": 60, "question": ""}, DAY)
    known = [graded("11111111", "again"), graded("22222222", "again")]
    gone = graded("00000000", "again")
    page = open_cards(*ATTEMPTED, *known, gone, *([planned] if plan else []), path="")
    line = page.locator(".backprep-next-line")
    expect(line).to_contain_text("2 cards.")
    expect(line.get_by_role("link")).to_have_attribute("href", f"{page.url}cards/")
    page.goto("progress/")
    part = page.get_by_text("2 of 3 seen; known 0 of 2 times.")
    expect(part).to_contain_text("2 cards due today, about 1 minute.")
    day = page.locator(".backprep-plan-today")
    if plan:
        expect(day).to_contain_text("2 cards due · 1 min")


def test_who_has_no_card_fetches_nothing_of_them(open_cards):
    page = open_cards(*ATTEMPTED, path="")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(page.locator(".backprep-next-foot")).to_contain_text("passed")
    assert [url for url in asked if url.endswith(("cards.json", "deck/"))] == []
