"""The comparison: its rows are whole, and its page shows what was recorded."""

import pytest

from backprep.bank.question import BankError
from backprep.bank.questions import bank_root
from backprep.evidence import examples
from backprep.site import comparison_rows
from backprep.site.comparison import page

ROOT = bank_root()
ROW = """\
speed:
  title: Speed
  pytorch: fast
  tensorflow: fast too
  verdict: same
  claim: Both are fast.
  say: It depends.
  sources:
    - {title: A talk, url: https://example.org, of: somebody, read: 2026-11-25}
"""


@pytest.fixture
def write(tmp_path):
    """Write the file of rows, and give the folder that it is in."""

    def write(text):
        path = tmp_path / comparison_rows.ROWS
        path.parent.mkdir(parents=True)
        path.write_text(text)
        return tmp_path

    return write


def test_a_row_without_a_check_says_as_of_when(write):
    (row,) = comparison_rows.rows(write(ROW))
    assert str(row.as_of) == "2026-11-25"
    assert row.scripts == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("verdict: same", "verdict: maybe", "verdict is 'maybe'; expected same or"),
        ("claim:", "claims:", "row speed has .*claims.*; expected name, title"),
        ("  say: It depends.\n", "", "row speed has .*; expected .*say"),
        ("read: 2026", "seen: 2026", "a source of speed has .*seen; expected .*read"),
        (ROW[ROW.index("  sources") :], "", "neither check nor sources; give it one"),
        ("title: Speed", "title: [", "is not YAML"),
    ],
)
def test_a_broken_row_is_named_with_what_it_should_be(write, old, new, said):
    assert old in ROW
    with pytest.raises(BankError, match=rf"comparison\.yml.*{said}"):
        comparison_rows.rows(write(ROW.replace(old, new)))


def test_the_page_shows_every_row_with_its_code_and_its_recorded_output():
    body = page(ROOT).body
    for row in comparison_rows.rows(ROOT):
        assert f"[{row.title}](#{row.name})" in body
        assert f"{{ #{row.name} }}" in body
        for name in row.scripts:
            example = examples.load(ROOT, name)
            assert example.code in body
            assert example.output in body


def test_the_page_names_versions_and_machine():
    body = page(ROOT).body
    record = examples.load(ROOT, "comparison/gradients/in_tensorflow").record
    assert f"tensorflow {record.origin.versions['tensorflow']}" in body
    assert record.origin.machine in body
