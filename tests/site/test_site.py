"""The built site: whole, and silent about the answers."""

import ast
import json
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlparse

import pytest

from backprep.bank import source
from backprep.bank.questions import load_questions, read_question
from backprep.bank.right_answers import known_answers
from backprep.bank.starter import starter
from backprep.site import true_values

ROOT = Path(__file__).parents[2]
QUESTIONS = load_questions()
ANSWERS = re.compile("solutions/|hints/|cards/deck/|assets/[0-9a-f]{12}/truth/")
"""Where hints and answers stand, which nothing fetches before they are asked for."""
EVIDENCE = ("seed-ledger/", "comparison/", "amp/", "one_page/")
"""Pages that show what the libraries do, in lines that some answers share."""


def in_one_line(text):
    return " ".join(text.split())


def words(path):
    """What a file says, without markup and escapes."""
    text = path.read_text(errors="ignore")
    if path.suffix == ".html":
        text = unescape(re.sub(r"<[^>]+>", "", text))
    return in_one_line(text.replace("\\n", "\n").replace('\\"', '"'))


@pytest.fixture(scope="module")
def open_text(site):
    """Everything that the site says outside the answers' own files."""
    files = [
        path
        for path in site.rglob("*")
        if path.is_file()
        and path.suffix not in (".png", ".gz", ".map")
        and not ANSWERS.match(path.relative_to(site).as_posix())
        and not path.relative_to(site).as_posix().startswith(EVIDENCE)
    ]
    return "\n".join(words(path) for path in files)


SHOWN = in_one_line(
    "\n".join("\n".join([starter(q), q.prompt, *q.follow_ups]) for q in QUESTIONS)
)
"""What questions show by themselves, so that it gives nothing away."""


def telling_lines(question):
    """Lines of the solution, the model answer with its rubric, the known answers, and
    the hints."""
    known = [
        ast.get_source_segment(text, node)
        for path in {answer.path for answer in known_answers(question)}
        for text in [path.read_text()]
        for node in source.definitions(text)
    ]
    texts = [
        question.solution_path.read_text(),
        question.model_answer_path.read_text(),
        *known,
        *question.hints,
    ]
    lines = {in_one_line(line) for text in texts for line in text.splitlines()}
    return sorted(line for line in lines if len(line) > 30 and line not in SHOWN)


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_every_question_has_a_page_and_an_answer_apart(site, question):
    page = (site / "questions" / question.id / "index.html").read_text()
    assert question.title in unescape(page)
    answer = (site / "solutions" / question.id / "index.html").read_text()
    assert '<meta name="robots" content="noindex">' in answer


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_no_file_but_the_answer_s_own_holds_a_line_of_it(open_text, question):
    telling = telling_lines(question)
    assert len(telling) > 20
    assert [line for line in telling if line in open_text] == []


@pytest.mark.parametrize(
    "question", [q for q in QUESTIONS if q.kind == "predict"], ids=str
)
def test_what_lines_print_is_in_no_page_before_it_is_asked_for(site, question):
    page = words(site / "questions" / question.id / "index.html")
    (truth,) = site.glob(f"assets/*/truth/{question.id}.json")
    answer = json.loads(truth.read_text())
    assert answer == true_values.truth(question)
    for name, value in answer.items():
        assert name in page
        assert not re.search(rf"{name}\W+{re.escape(str(value))}", page)


def test_the_answers_hold_the_lines_that_are_looked_for(site):
    question = QUESTIONS[0]
    answer = words(site / "solutions" / question.id / "index.html")
    found = [line for line in telling_lines(question) if line in answer]
    assert len(found) > 20


def test_the_search_finds_questions_and_no_answers(site):
    index = json.loads((site / "search/search_index.json").read_text())
    places = [entry["location"] for entry in index["docs"]]
    assert any(place.startswith("questions/autograd/gradient") for place in places)
    assert [place for place in places if ANSWERS.match(place)] == []


def test_the_sitemap_names_no_answers(site):
    sitemap = (site / "sitemap.xml").read_text()
    assert "questions/autograd/gradient/" in sitemap
    assert "solutions/" not in sitemap
    assert "hints/" not in sitemap
    assert "cards/" in sitemap
    assert "cards/deck/" not in sitemap


def test_no_page_asks_another_site_for_anything(site, address):
    wanted = re.compile(r'<(?:script|img|link)[^>]+(?:src|href)="(https?://[^"]+)"')
    found = {
        url
        for path in site.rglob("*.html")
        for url in wanted.findall(path.read_text())
        if not url.startswith(address)
    }
    assert found == set()


@pytest.fixture
def a_copy(tmp_path):
    """What the site is made of, to be spoiled."""
    idle = shutil.ignore_patterns("node_modules", "__pycache__")
    for name in ("docs", "questions", "solutions", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=idle)
    for name in ("mkdocs.yml", "backprep"):
        (tmp_path / name).symlink_to(ROOT / name)


def build(root):
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_page_that_names_a_missing_example_stops_the_build(a_copy, tmp_path):
    with (tmp_path / "docs/amp.md").open("a") as page:
        page.write("\n{{ example: a/b.py }}\n")
    line = len((tmp_path / "docs/amp.md").read_text().splitlines())
    done = build(tmp_path)
    assert done.returncode == 1
    assert f"docs/amp.md:{line}: " in done.stderr
    assert "docs/examples/a/b.py is missing" in done.stderr


def test_pages_show_examples_with_their_output(site):
    answer = unescape((site / "solutions/autograd/gradient/index.html").read_text())
    assert "docs/examples/autograd/gradient.py" in answer
    assert "tensor([4., 6., 8.])" in answer
    assert list(site.rglob("*.py")) == []


def test_every_link_leads_to_a_page(site, address):
    broken = set()
    for path in site.rglob("index.html"):
        here = urljoin(address, path.parent.relative_to(site).as_posix() + "/")
        for target in re.findall(r'(?:href|src)="([^"#][^"]*)"', path.read_text()):
            there = urldefrag(urljoin(here, unescape(target))).url
            if there.startswith(address):
                found = site / urlparse(there).path.removeprefix("/study/")
                if not (found.is_file() or (found / "index.html").is_file()):
                    broken.add((here, target))
    assert broken == set()


def test_every_page_but_the_answers_describes_itself(site):
    described = re.compile(r'<meta name="description" content="([^"]+)"')
    said = {
        path: described.findall(path.read_text())
        for path in site.glob("questions/*/*/index.html")
    }
    assert [path for path, found in said.items() if len(found) != 1] == []
    assert len({found[0] for found in said.values()}) == len(said)


def test_every_page_carries_its_policy(site):
    for path in site.rglob("*.html"):
        html = path.read_text()
        assert html.count('http-equiv="Content-Security-Policy"') == 1
        assert "unsafe-inline" not in html
        assert " style=" not in html


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "## Hints",
            "``` python\n## Hints",
            "gradient.md:{hints}: code that nothing ends",
        ),
        ("level: easy", "level: mild", "gradient.md:3: front matter: level is 'mild'"),
    ],
)
def test_a_broken_question_fails_the_build_by_file_and_line(
    a_copy, tmp_path, old, new, said
):
    page = tmp_path / "questions/autograd/gradient.md"
    text = page.read_text()
    page.write_text(text.replace(old, new))
    done = build(tmp_path)
    assert done.returncode == 1
    hints = text[: text.index("## Hints")].count("\n") + 1
    assert said.format(hints=hints) in done.stderr


def test_of_a_crowded_topic_a_page_shows_its_neighbours_and_leads_on(a_copy, tmp_path):
    question = read_question("autograd/gradient", tmp_path)
    for number in range(30):
        for path in question.parts.values():
            name = path.name.replace("gradient", f"gradient_{number:02}")
            shutil.copy(path, path.with_name(name))
    done = build(tmp_path)
    assert done.returncode == 0, done.stderr
    page = tmp_path / "build/site/questions/autograd/gradient_00/index.html"
    html = page.read_text()
    shown = set(re.findall(r'href="\.\./gradient_(\d\d)/" class="md-nav__link', html))
    assert {"01", "02"} <= shown
    assert 10 < len(shown) < 30
    assert '<link rel="next" href="../gradient_01/">' in html
