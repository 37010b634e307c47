import re

import pytest

from backprep.bank.questions import read_question
from backprep.grading import report
from backprep.grading.names import numbers, own_names
from backprep.grading.results import Graded
from backprep.grading.summary import summarize
from tests.tool.grading import cohorts

HOSTILE = '<img src=x onerror="alert(1)">\x1b[2J'
QUESTION = "autograd/gradient"


@pytest.fixture(scope="module")
def page(cohort):
    return report.write(
        summarize(cohort.folder), cohort.folder, own_names(cohort.people)
    ).read_text()


def words(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_each_mistake_names_the_people_who_share_it(cohort, page):
    found = re.findall(r'<span class="mistake">(.*?)</span>.*?</tr>', page, re.DOTALL)
    made = cohort.truth.made
    assert sorted(found) == sorted(name.replace("_", " ") for _, name in made)
    first = page.split('<span class="mistake">')[1].split("</tr>")[0]
    most = max(map(len, made.values()))
    assert re.search(rf"\b{most} of \d+", words(first))
    people = re.findall(r"<bdi>(.*?)</bdi>", first)
    assert people in [
        sorted(p, key=str.casefold) for p in made.values() if len(p) == most
    ]


def test_it_shows_what_each_person_got(cohort, page):
    table = page.split('<table class="grid">')[1].split("</table>")[0]
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", table.split("<tbody>")[1])
    assert len(rows) == len(cohort.people)
    ada = next(row for row in rows if "<bdi>Ada K</bdi>" in row)
    passed = [e for (p, _), e in cohort.truth.endings.items() if p == "Ada K"]
    assert ada.count('<td class="pass">') == passed.count("passed")
    assert ada.endswith(f"<td>{passed.count('passed')}</td></tr>")


def test_it_fetches_nothing_and_runs_nothing(page):
    assert not re.search(r"<script|\son\w+=|(src|href|srcset)=\"?(https?:|//)", page)
    assert "default-src 'none'" in page


def test_the_sites_dark_colours_follow_the_reader(page):
    assert report.FOLLOWS_THE_READER in page
    assert 'data-md-color-scheme="slate"' not in page


def test_words_of_strangers_are_text(tmp_path):
    unread = Graded(HOSTILE, QUESTION, "", "", {}, "", "", None, problem=HOSTILE)
    cohorts.write(tmp_path, [HOSTILE], [unread], [QUESTION], [HOSTILE])
    html = report.write(summarize(tmp_path), tmp_path, own_names([HOSTILE])).read_text()
    assert "<img src=x" not in html
    assert "\x1b" not in html
    assert html.count("&lt;img src=x") >= 3


def test_numbers_hide_every_name(cohort, tmp_path):
    question = read_question(QUESTION)
    found = [cohorts.graded(p, cohorts.passed(question)) for p in cohort.people]
    problems = [f"{cohort.people[0]}/x.py is a link."]
    cohorts.write(tmp_path, cohort.people, found, [QUESTION], problems)
    html = report.write(
        summarize(tmp_path), tmp_path, numbers(cohort.people)
    ).read_text()
    assert not [person for person in cohort.people if person in html]
    assert "Person 001" in html


def test_a_run_that_judged_nothing_has_a_report(tmp_path):
    cohorts.write(tmp_path, [], [], [QUESTION])
    html = report.write(summarize(tmp_path), tmp_path, {}).read_text()
    assert "Nothing has been judged yet" in html
    assert "Questions that nobody attempted" in html
