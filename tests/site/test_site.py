"""The built site: whole, and silent about the answers."""

import json
import re
from html import unescape

import pytest

from backprep import bank

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
