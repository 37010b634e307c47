"""The comparison in a real browser: two columns where there is room for both."""

import pytest

pytestmark = pytest.mark.xdist_group("browser")


def places(page, width):
    """Where the first row's two scripts and two outputs are, in that order."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("comparison/")
    page.locator(".bp-scripts summary").first.click()
    cells = page.locator(".side-by-side").first.locator("> div").all()
    assert page.problems == []
    return [cell.bounding_box() for cell in cells]


def test_the_scripts_stand_side_by_side_on_a_wide_screen(page):
    code, other_code, output, other_output = places(page, 1280)
    assert code["y"] == other_code["y"]
    assert code["x"] + code["width"] <= other_code["x"]
    assert output["y"] == other_output["y"] >= code["y"] + code["height"]


def test_each_script_has_its_output_below_it_on_a_phone(page):
    code, other_code, output, other_output = places(page, 390)
    tops = [box["y"] for box in (code, output, other_code, other_output)]
    assert tops == sorted(tops)
    assert len({box["x"] for box in (code, output, other_code, other_output)}) == 1
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_table_leads_to_each_row(page):
    page.goto("comparison/")
    page.locator("table a").first.wait_for()
    rows = page.locator("table a").evaluate_all("links => links.map(a => a.hash)")
    assert len(rows) == page.locator("article h2").count()
    for row in rows:
        assert page.locator(row).count() == 1
