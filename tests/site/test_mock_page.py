"""The mock interview on the built site: everybody can use each of its states."""

import pytest
from playwright.sync_api import expect

from backprep.bank.questions import load_questions
from backprep.practice.mock import choose

pytestmark = pytest.mark.xdist_group("browser")

MINUTES = 60


def kinds(seed):
    """The kinds that it asks for, up to the first answer to write."""
    found = [question.kind for question in choose(load_questions(), MINUTES, seed)]
    return found[: found.index("code") + 1] if "code" in found else []


SEED = next(s for s in range(1000) if set(kinds(s)) == {"explain", "predict", "code"})


def press(page, name):
    """Press what is in the bar, or in its menu where the window is narrow."""
    bar = page.locator("backprep-bar")
    found = bar.locator("button:visible", has_text=name)
    if found.count() == 0:
        page.locator(".backprep-bar-menu > summary").click()
    found.first.click()


@pytest.mark.parametrize("size", [(390, 844), (1366, 768)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_every_state(open_page, scheme, size):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    viewport = {"width": size[0], "height": size[1]}
    page = open_page(
        color_scheme=scheme,
        viewport=viewport,
        reduced_motion="reduce",
        bypass_csp=True,
    )

    def look():
        expect(page.locator(":not(:defined)")).to_have_count(0)
        page.wait_for_load_state("networkidle")
        found = axe.run(page).response["violations"]
        nodes = [(one["id"], node["html"]) for one in found for node in one["nodes"]]
        # one types into what the editor scrolls; axe does not see that it is focusable
        assert [node for node in nodes if "cm-scroller" not in node[1]] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.goto("mock/")
    expect(page.get_by_role("button", name="Plan the interview")).to_be_visible()
    look()
    page.goto(f"mock/?minutes={MINUTES}&seed={SEED}")
    expect(page.get_by_role("heading", name="The plan")).to_be_visible()
    look()
    page.get_by_role("button", name="Start the clock").click()
    for number, kind in enumerate(kinds(SEED), 1):
        expect(page.get_by_text(f"Question {number} of")).to_be_visible()
        expect(page.locator(f".bp-desk-{kind}")).to_be_visible()
        look()
        if kind == "explain":
            press(page, "Start talking")
            look()
            press(page, "Done talking")
        elif kind == "predict":
            press(page, "Next question")
            look()
            page.get_by_role("button", name="Leave it").click()
    page.goto("./")
    expect(page.get_by_role("link", name="Back to the mock interview")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.goto("mock/")
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    look()
    page.get_by_role("button", name="End it").click()
    expect(page.locator(".backprep-mock-table")).to_be_visible()
    look()
    page.get_by_role("button", name="Another interview").click()
    expect(page.get_by_role("heading", name="Earlier debriefs")).to_be_visible()
    look()
    assert page.problems == []


def test_a_question_has_the_window_for_itself(open_page):
    page = open_page(viewport={"width": 1366, "height": 768})
    page.goto(f"mock/?minutes={MINUTES}&seed={SEED}")
    page.get_by_role("button", name="Start the clock").click()
    expect(page.locator(".bp-desk")).to_be_visible()
    for name in (".md-tabs", ".md-footer"):
        expect(page.locator(name)).to_be_hidden()
    bench = page.locator(".bp-bench").bounding_box()
    assert bench["width"] == pytest.approx(1366, abs=1)
    assert bench["y"] + bench["height"] == pytest.approx(768, abs=1)
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    clock = page.get_by_role("timer", name="Time left of the interview")
    expect(clock).to_be_in_viewport()
