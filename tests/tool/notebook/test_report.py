"""A verdict in a cell's output: the terminal's words, as HTML that is safe to show."""

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from backprep.judge.verdict import Check, Verdict
from backprep.notebook import report
from backprep.notebook.report import Report
from backprep.terminal import verdict_lines

PATH = Path("answers/autograd/gradient.py")
CODE = "import torch\n\n\ndef gradient(f, x):\n    return x < 2 & f(x)\n"


class Read(HTMLParser):
    """What a page would have of it: elements that are closed, and what is read out."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.heard = [], [], []
        self.feed(html)
        self.close()
        assert self.open == []
        self.text = " ".join(" ".join(self.heard).split())

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag != "br":
            self.open.append((tag, dict(attributes)))
        if dict(attributes).get("role") == "img":
            self.heard.append(dict(attributes)["aria-label"])

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if not {"role", "aria-hidden"} & self.open[-1][1].keys():
            self.heard.append(data)


@pytest.fixture
def verdict():
    return Verdict(
        "autograd/gradient",
        "failed",
        0.08,
        [
            Check("test_keeps_the_shape", "passed"),
            Check(
                "test_a_batch",
                "failed",
                "shape: got `(4, 8)`",
                advice="Sum.",
                line=5,
                asked="It returns one number.",
            ),
            Check("test_a_graph", "failed", "SyntaxError\n    x <\n      ^"),
            Check("test_cuda", "skipped", "needs CUDA"),
        ],
        output="seen\n",
        summary="Looks like: averages. A batch counts.",
    )


def test_the_text_is_the_terminals_own(verdict):
    lines = verdict_lines.report(verdict, PATH, unicode=True)
    wanted = ["".join(text for text, _ in line) for line in lines]
    shown = Report(verdict, PATH, CODE, ("Counted.",)).text()
    assert shown.splitlines() == [*wanted, "Counted."]


def test_the_html_says_all_of_it(verdict):
    shown = Read(Report(verdict, PATH, CODE, ("Counted.",)).html())
    assert shown.text == (
        "not passed : 1 of 4 checks passed, 0.08 s "
        "Looks like: averages. A batch counts. "
        "failed a batch shape: got (4, 8) (gradient.py:5) "
        "return x < 2 & f(x) Sum. The question says: It returns one number. "
        "failed a graph: SyntaxError x < ^ "
        "1 skipped cuda: needs CUDA 1 passed keeps the shape "
        "it printed: seen Counted."
    )


def test_it_needs_no_script_and_no_style_of_a_page(verdict):
    shown = Read(Report(verdict, PATH, CODE).html())
    assert {tag for tag, _ in shown.tags} <= {
        *("section", "p", "strong", "span", "div", "code", "pre", "q"),
        *("details", "summary", "ul", "li", "br"),
    }
    attributes = {name for _, found in shown.tags for name in found}
    assert attributes <= {"class", "style", "aria-label", "aria-hidden", "role", "open"}


def test_what_an_answer_says_is_text_and_no_html(verdict):
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)> \x1b[31m & `<b>`"
    check = Check("test_a", "failed", f"{evil}\n{evil}", 1, evil, evil, evil)
    spoilt = replace(verdict, checks=[check, check], output=evil, summary=evil)
    html = Report(spoilt, Path(f"{evil}.py"), evil, (evil,)).html()
    assert not {"script", "img", "b"} & {tag for tag, _ in Read(html).tags}
    assert "\x1b" not in html
    assert "\x1b" not in Report(spoilt, PATH, evil).text()


def test_it_is_no_formula(verdict):
    (_, outermost), *_ = Read(Report(verdict, PATH, CODE).html()).tags
    assert {"mathjax_ignore", "tex2jax_ignore"} == {*outermost["class"].split()}
    assert outermost["aria-label"] == "The verdict on autograd/gradient"


def test_a_line_that_the_cell_does_not_have_is_not_shown(verdict):
    assert "return x" not in Report(verdict, PATH, "short\n").html()


def test_what_was_not_judged_is_its_sentence(verdict):
    blank = Verdict("autograd/gradient", "not attempted", 0, [], summary="Not yet.")
    assert Read(Report(blank, PATH, CODE).html()).text == "Not yet."
    assert Report(blank, PATH, CODE).text().endswith("  Not yet.")


@pytest.mark.parametrize("colour", [*report.COLOURS.values(), report.GREY])
@pytest.mark.parametrize("page", ["#ffffff", "#111111"])
def test_signs_can_be_told_from_a_light_page_and_a_dark_one(colour, page):
    lighter, darker = sorted(map(luminance, (colour, page)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 3


def luminance(colour):
    """Relative luminance, by WCAG 2."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
    ]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
