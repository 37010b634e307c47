"""The report on a cohort, as a teacher opens it: a file, without a server."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from backprep.grading import report
from backprep.grading.names import own_names
from backprep.grading.summary import summarize
from tests.tool.grading import cohorts

pytestmark = pytest.mark.xdist_group("browser")

NOT_ATTEMPTED = "autograd/gradient"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1366])
def test_axe_finds_nothing(browser, tmp_path, scheme, width):
    cohorts.make(tmp_path, ["Ada", "Bo"], (NOT_ATTEMPTED,))
    path = report.write(summarize(tmp_path), tmp_path, own_names(["Ada", "Bo"]))
    page = browser.new_page(
        color_scheme=scheme, viewport={"width": width, "height": 800}
    )
    page.goto(path.as_uri())
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    page.close()
