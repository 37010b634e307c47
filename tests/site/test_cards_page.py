"""The cards on the real site: what they need, and how they fit a phone."""

import json

import pytest
from playwright.sync_api import expect

from backprep.bank.cards import cards
from backprep.bank.questions import load_questions
from tests.site.test_browser import SCHEMES, violations

pytestmark = pytest.mark.xdist_group("browser")

CARDS = cards(load_questions())
PHONE = {"width": 390, "height": 844}
ALL = "Take those of all questions"
OUT_OF_SIGHT = "document.documentElement.scrollWidth > innerWidth"


def test_the_deck_has_both_sides_of_every_card_in_the_bank_s_order(site):
    deck = (site / "cards/deck/index.html").read_text()
    places = [deck.index(f'data-card="{card.key}"') for card in CARDS]
    assert places == sorted(places)
    assert deck.count('class="bp-card-back"') == len(CARDS)
    assert '<meta name="robots" content="noindex">' in deck
    (listed,) = site.glob("assets/*/data/cards.json")
    assert json.loads(listed.read_text()) == [card.key for card in CARDS]


def test_the_page_itself_holds_no_answer(site):
    page = " ".join((site / "cards/index.html").read_text().split())
    for card in CARDS:
        first_line, *_ = card.back.splitlines()
        assert first_line not in page


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_card_is_accessible_on_both_sides(open_page, scheme):
    page = open_page(color_scheme=scheme, viewport=PHONE, bypass_csp=True)
    page.goto("cards/")
    page.get_by_role("button", name=ALL).click()
    expect(page.get_by_role("button", name="Show the answer")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Easy")).to_be_visible()
    assert violations(page) == []
    assert page.problems == []


def test_a_card_and_its_grades_fit_a_phone(open_page):
    page = open_page(viewport=PHONE)
    page.goto("cards/")
    page.get_by_role("button", name=ALL).click()
    for n in range(5):
        page.get_by_role("button", name="Show the answer").click()
        for name in ("Again", "Hard", "Good", "Easy"):
            box = page.get_by_role("button", name=name).bounding_box()
            assert min(box["width"], box["height"]) >= 44
            assert box["y"] + box["height"] <= PHONE["height"]
        assert not page.evaluate(OUT_OF_SIGHT)
        page.get_by_role("button", name="Good").click()
        expect(page.get_by_text(f"{n + 1} seen")).to_be_visible()
    assert page.problems == []
