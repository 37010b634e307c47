"""Formulas on a page: MathML that a screen reader reads, or a sentence and no page."""

import io
import subprocess
import sys
from xml.etree import ElementTree

import pytest

pytest.importorskip("latex2mathml", reason="needs the extra `site`")
import markdown
from rich.console import Console

from backprep.bank.question import BankError
from backprep.screen.markdown import markdown as on_screen
from backprep.site import formulas, handwritten, lint

NAMES = {"m": "http://www.w3.org/1998/Math/MathML"}
FENCED = "Before\n\n```math\n{}\n```\n"


def shown(text):
    return markdown.markdown(
        text,
        extensions=["md_in_html", "pymdownx.superfences", "backprep.site.elements"],
    )


def read(latex):
    return ElementTree.fromstring(formulas.mathml(latex))


def test_a_fence_of_math_becomes_a_block_that_keeps_its_latex():
    html = shown(FENCED.format(r"\frac{a}{b} < 1"))
    assert '<div class="bp-math" data-search-exclude><math ' in html
    assert 'display="block"' in html
    note = '<annotation encoding="application/x-tex">'
    assert rf"{note}\frac{{a}}{{b}} &lt; 1</annotation>" in html
    assert "```" not in html


def test_other_fences_stay_code():
    assert "<math " not in shown("``` python\nimport math\n```\n")


def test_a_word_is_one_identifier_and_not_spelled_out():
    words = read(r"\mathrm{softmax}(x_{\mathrm{model}})").iterfind(".//m:mi", NAMES)
    assert [word.text for word in words] == ["softmax", "x", "model"]


def test_a_formula_sets_no_style_and_loads_nothing():
    for latex in (r"\style{color:red}{x}", r"\href{javascript:1}{x}", r"\class{a}{b}"):
        with pytest.raises(formulas.FormulaError, match="leave that to the page"):
            formulas.mathml(latex)


@pytest.mark.parametrize(
    ("latex", "said"),
    [
        (r"\frac{a", "a brace too many or too few"),
        (r"a \softmax b", r"\\softmax in a formula is not known"),
        (r"x_i_j", r"cannot be read \(double subscripts\)"),
        (r"\left( x", "cannot be read"),
        (r"\begin{aligned} a &= b \end{aligned}", "in no environment that is known"),
        (r"a \\ b", "in no environment that is known"),
        ("", "cannot be read"),
    ],
)
def test_a_formula_that_cannot_be_read_stops_the_build_by_file_and_line(
    tmp_path, latex, said
):
    path = tmp_path / "question.md"
    path.write_text("---\nlevel: easy\n---\n# A\n\n" + FENCED.format(latex))
    with pytest.raises(BankError, match=said) as problem:
        lint.examine(path)
    assert str(problem.value).startswith(f"{path}:8: ")


def test_a_page_written_by_hand_is_examined_too(tmp_path):
    with pytest.raises(BankError, match=r"docs/page\.md:3: .*not known"):
        handwritten.completed(FENCED.format(r"\wrong"), "page.md", tmp_path)


@pytest.mark.parametrize(
    "latex",
    [
        r"\begin{align*} a &= b \\ c &= d \end{align*}",
        r"\begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}",
        r"\mathcal{L} = -\sum_{i=1}^n \log p_\theta(y_i \mid x_i)",
        r"\hat{m} = \frac{m}{1 - \beta_1^t}, \quad x \in \mathbb{R}^{n \times d}",
        r"\lVert g \rVert_2 \leq \sqrt{\{a\}}",
    ],
)
def test_what_the_bank_is_likely_to_write_is_read(latex):
    assert read(latex).find("m:semantics/m:annotation", NAMES).text == latex


def test_a_terminal_shows_the_latex_as_code():
    out = io.StringIO()
    text = FENCED.format(r"\frac{a}{b}")
    Console(file=out, width=60).print(on_screen(text, dark=False))
    assert r"\frac{a}{b}" in out.getvalue()


def test_no_command_but_the_site_s_loads_what_reads_formulas():
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from backprep.cli.main import cli\n"
        "assert CliRunner().invoke(cli, ['list']).exit_code == 0\n"
        "print(sorted({'latex2mathml', 'tomllib', 'mkdocs'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
