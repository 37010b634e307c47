"""The page on mixed precision, as a reader sees it."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from backprep.bench.record import read_all

pytestmark = pytest.mark.xdist_group("browser")

ROOT = Path(__file__).parents[2]
RECORDS = read_all(ROOT / "docs/data/amp")
SHOWN = """
images => images.filter(image => image.offsetParent)
    .map(image => [image.src.split("/").pop(), image.naturalWidth > 0, image.alt])
"""


@pytest.fixture(params=["light", "dark"])
def scheme(request):
    return request.param


@pytest.fixture
def amp_page(open_page, scheme):
    page = open_page(color_scheme=scheme)
    page.goto("amp/")
    return page


def test_each_picture_is_shown_once_and_for_the_reader_s_scheme(amp_page, scheme):
    shown = amp_page.locator("article img").evaluate_all(SHOWN)
    names = [f"amp-{record.name}" for record in RECORDS]
    names += ["number-formats", "loss-scale"]
    assert [name for name, _, _ in shown] == [
        f"{name}-{scheme}.svg#only-{scheme}" for name in names
    ]
    assert all(loaded and len(alt) > 100 for _, loaded, alt in shown)


def test_everyone_can_read_it(amp_page):
    violations = Axe().run(amp_page, "article").response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in violations] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_each_machine_has_its_numbers_and_its_name(page, record):
    page.goto("amp/")
    text = page.locator("article").inner_text()
    assert record.machine["torch"] in text
    for pair in record.pairs:
        assert f"{pair.speed_up:.2f} times" in text
        assert f"{pair.mixed.gradient_relative_l2:.1e}" in text
