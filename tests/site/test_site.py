"""The built site: whole, and silent about the answers."""

import json
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from backprep import bank

ROOT = Path(__file__).parents[2]
QUESTIONS = bank.load()


def telling_lines(question):
    """Lines of the solution that its starter does not show."""
    from backprep.starter import starter

    start = {line.strip() for line in starter(question).splitlines()}
    lines = {line.strip() for line in question.solution.read_text().splitlines()}
    return [line for line in lines - start if len(line) > 25]


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_every_question_has_a_page_and_an_answer_apart(site, question):
    page = (site / "questions" / question.id / "index.html").read_text()
    assert question.title in page
    answer = (site / "solutions" / question.id / "index.html").read_text()
    assert '<meta name="robots" content="noindex">' in answer


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_a_question_s_page_shows_nothing_of_the_solution(site, question):
    html = (site / "questions" / question.id / "index.html").read_text()
    text = unescape(re.sub(r"<[^>]+>", "", html))
    shown = {line.strip() for line in text.splitlines()}
    assert shown & set(telling_lines(question)) == set()


def test_the_search_finds_questions_and_no_answers(site):
    index = json.loads((site / "search/search_index.json").read_text())
    places = [entry["location"] for entry in index["docs"]]
    assert any(place.startswith("questions/autograd/gradient") for place in places)
    assert [place for place in places if place.startswith("solutions/")] == []


def test_the_sitemap_names_no_answers(site):
    sitemap = (site / "sitemap.xml").read_text()
    assert "questions/autograd/gradient/" in sitemap
    assert "solutions/" not in sitemap


def test_no_page_asks_another_site_for_anything(site):
    wanted = re.compile(r'<(?:script|img|link)[^>]+(?:src|href)="(https?://[^"]+)"')
    found = {
        url
        for path in site.rglob("*.html")
        for url in wanted.findall(path.read_text())
        if not url.startswith("http://127.0.0.1:8000/")
    }
    assert found == set()


def test_a_page_that_names_a_missing_example_stops_the_build(tmp_path):
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    for name in ("backprep", "questions", "solutions", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    with (tmp_path / "docs/index.md").open("a") as page:
        page.write("\n{{ example: a/b.py }}\n")
    line = len((tmp_path / "docs/index.md").read_text().splitlines())
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"docs/index.md:{line}: " in done.stderr
    assert "docs/examples/a/b.py is missing" in done.stderr


def test_pages_show_examples_with_their_output(site):
    answer = unescape((site / "solutions/autograd/gradient/index.html").read_text())
    assert "docs/examples/autograd/gradient.py" in answer
    assert "tensor([4., 6., 8.])" in answer
    assert list(site.rglob("*.py")) == []
