"""The ways through the site: lists, long pages, anchors, and dead addresses."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")

PHONE = {"width": 390, "height": 844}
REFERENCE = ["amp/", "comparison/", "seed-ledger/", "about/"]
WIDTH = "document.documentElement.scrollWidth"
HEIGHT = "document.documentElement.scrollHeight"


@pytest.mark.parametrize(
    "path", ["", "questions/", "questions/amp/", "mock/", "progress/", *REFERENCE]
)
def test_a_page_fits_the_narrowest_phone(open_page, path):
    page = open_page(viewport={"width": 320, "height": 640})
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate(WIDTH) == 320


@pytest.mark.parametrize("path", REFERENCE)
def test_a_reference_page_can_be_scrolled_through_on_a_phone(open_page, path):
    page = open_page(viewport=PHONE)
    page.goto(path)
    assert page.evaluate(HEIGHT) < 16 * PHONE["height"]


def test_the_sources_are_folded_and_say_what_is_inside(page):
    page.goto("seed-ledger/")
    folded = page.locator("details.bp-claims", has_text="corrected:").first
    assert folded.locator("summary").inner_text().split(":")[0].endswith("corrected")
    number = int(folded.locator("summary").inner_text().split()[0])
    assert folded.locator(".bp-claim").count() == number
    folded.locator("summary").click()
    expect(folded.locator(".bp-claim").first).to_be_visible()
    assert "::" not in page.locator("article").inner_text()


def test_a_long_page_lists_its_sections_where_nothing_stands_beside_it(open_page):
    page = open_page(viewport=PHONE)
    page.goto("seed-ledger/")
    page.get_by_text("On this page").click()
    page.locator(".bp-contents").get_by_role("link", name="The training loop").click()
    page.wait_for_url("**/#the-training-loop")


@pytest.mark.parametrize("width", [390, 1366])
def test_an_anchor_lands_below_the_header(open_page, width):
    page = open_page(viewport={"width": width, "height": 700}, reduced_motion="reduce")
    page.goto("amp/#what-never-shrinks")
    page.wait_for_load_state("networkidle")
    header = page.locator(".md-header").bounding_box()
    heading = page.locator("#what-never-shrinks").bounding_box()
    below = heading["y"] - (header["y"] + header["height"])
    assert 0 <= below < 60


def test_what_the_keyboard_goes_back_to_is_not_under_the_header(open_page):
    page = open_page(viewport={"width": 1366, "height": 500}, reduced_motion="reduce")
    page.goto("questions/")
    page.locator(".backprep-filter-form:not([hidden])").wait_for()
    page.locator("table.bp-all tbody tr a").last.focus()
    for _ in range(24):
        page.keyboard.press("Shift+Tab")
        header = page.locator(".md-header").bounding_box()
        link = page.locator(":focus").bounding_box()
        assert link["y"] >= header["y"] + header["height"]


def test_a_choice_that_nothing_fits_says_so_and_can_be_cleared(page):
    page.goto("questions/?topic=autograd&kind=measure")
    page.get_by_text("No question fits this choice.").wait_for()
    page.get_by_role("button", name="Clear the choice").click()
    assert page.locator("table.bp-all tbody tr:visible").count() > 10
    assert page.get_by_label("Topic").evaluate("it => it === document.activeElement")
    expect(page.get_by_text("No question fits this choice.")).to_be_hidden()
    assert page.problems == []


def test_the_fields_of_a_page_look_alike(page):
    page.goto("progress/")
    page.locator("[type=date]").wait_for()
    looks = page.locator(".md-typeset input:not([type=file])").evaluate_all(
        "fields => fields.map(field => getComputedStyle(field))"
        ".map(({ borderRadius, borderColor, minHeight, backgroundColor }) =>"
        " [borderRadius, borderColor, minHeight, backgroundColor].join())"
    )
    page.goto("questions/")
    page.locator(".backprep-filter-form:not([hidden])").wait_for()
    looks += page.locator(".md-typeset select").evaluate_all(
        "fields => fields.map(field => getComputedStyle(field))"
        ".map(({ borderRadius, borderColor, minHeight, backgroundColor }) =>"
        " [borderRadius, borderColor, minHeight, backgroundColor].join())"
    )
    assert len(looks) >= 6
    assert len(set(looks)) == 1


@pytest.fixture
def lost(site, open_page):
    """What a host shows for an address that leads nowhere."""
    page = open_page()
    page.route(
        "**/questions/autograd/gradiant/",
        lambda route: route.fulfill(path=site / "404.html", content_type="text/html"),
    )
    page.goto("questions/autograd/gradiant/")
    return page


def test_a_page_that_is_not_there_says_what_may_be_meant(lost, address):
    link = lost.locator("#backprep-lost a").first
    assert link.inner_text() == "The gradient of any function"
    link.click()
    lost.wait_for_url(f"{address}questions/autograd/gradient/")
    assert lost.problems == []


def test_a_page_that_is_not_there_leads_to_what_is(lost, address, site):
    hrefs = lost.locator("article a").evaluate_all("links => links.map(a => a.href)")
    folders = [site / href.removeprefix(address) for href in hrefs]
    assert len(folders) >= 5
    assert all((folder / "index.html").is_file() for folder in folders)
