"""Every element can be used by everybody: axe finds nothing in any of its states."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def look(browser, small_site_address):
    """Goes to a page, presses these buttons, and asks axe."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(base_url=small_site_address, bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(5000)

    def look(path, *buttons):
        page.goto(path)
        for name in buttons:
            role = "tab" if name.startswith("tab ") else "button"
            name = name.removeprefix("tab ")
            page.get_by_role(role, name=name, exact=True).first.click()
            expect(page.get_by_text("is being fetched")).to_have_count(0)
        expect(page.locator(":not(:defined)")).to_have_count(0)
        found = axe.run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["target"]) for one in found] == []

    yield look
    context.close()


@pytest.mark.parametrize(
    ("path", "buttons"),
    [
        ("", []),
        ("questions/", []),
        ("questions/autograd/gradient/", []),
        ("questions/autograd/gradient/", ["Start", "Done"]),
        ("questions/autograd/gradient/", ["Start", "tab Hints", "Show hint 1 of 3"]),
        (
            "questions/autograd/gradient/",
            ["tab Answer", "Reveal the answer", "Reveal"],
        ),
        ("questions/autograd/gradient/", ["Start", "Done", "They pass"]),
        ("questions/autograd/graph/", ["Start", "Check"]),
        ("questions/autograd/leaf/", ["Start", "Start talking"]),
        ("mock/", []),
        ("mock/?minutes=60&seed=3", []),
        ("mock/?minutes=60&seed=3", ["Start the clock"]),
        ("progress/", ["Reset"]),
        ("cards/", []),
        ("cards/", ["Take those of all questions", "Show the answer"]),
    ],
)
def test_axe_finds_nothing(look, path, buttons):
    look(path, *buttons)
