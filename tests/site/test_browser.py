"""The site in a real browser."""

import pytest

from backprep import bank

pytestmark = pytest.mark.xdist_group("browser")


@pytest.mark.parametrize("question", bank.load(), ids=str)
def test_every_question_opens(page, question):
    page.goto(f"questions/{question.id}/")
    assert page.locator("h1").inner_text().startswith(question.title)
    assert page.locator("code").first.is_visible()
    assert page.problems == []


def test_the_answer_is_a_click_away(page):
    page.goto("questions/autograd/gradient/")
    assert "What people write instead" not in page.content()
    page.get_by_role("link", name="Reveal the answer").click()
    page.wait_for_url("**/solutions/autograd/gradient/")
    assert page.get_by_role("heading", name="What people write instead").is_visible()
    assert page.problems == []


def test_the_search_finds_a_question_and_no_answer(page):
    page.goto("")
    page.keyboard.press("/")
    page.keyboard.type("autocast", delay=20)
    page.locator(".md-search-result__item").first.wait_for()
    links = page.locator(".md-search-result__link")
    targets = [link.get_attribute("href") for link in links.all()]
    assert any("questions/amp" in target for target in targets)
    assert not any("solutions/" in target for target in targets)


def test_every_topic_lists_its_questions(page):
    for topic, title in bank.TOPICS.items():
        page.goto(f"questions/{topic}/")
        assert page.locator("h1").inner_text().startswith(title)
        for question in bank.load():
            if question.topic == topic:
                row = page.locator("article table").get_by_text(question.title)
                assert row.count() == 1
