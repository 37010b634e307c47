"""The sources and corrections, as they are folded for a reader."""

import pytest

from backprep.bank.question import BankError
from backprep.site.ledger import folded

TABLE = """\
| The notes say | Today | Shown by |
|---|---|---|
| `a` | true: it is | `tests/a.py::test_one`<br>`tests/a.py::test_two` |
| `b` | false: it is not | source: [b](https://b.org), read 2026-11-23 |
| `c` | imprecise: almost | `tests/a.py::test_one` |
"""


def test_what_is_corrected_is_told_apart_from_what_holds():
    page = folded(f"# Title\n\n{TABLE}")
    assert "<summary>2 claims corrected: 1 false, 1 imprecise</summary>" in page
    assert "<summary>1 claim confirmed</summary>" in page
    assert page.startswith("# Title")


def test_checks_are_counted_and_sources_are_shown():
    page = folded(TABLE)
    assert page.count("*Shown by 2 checks.*") == 1
    assert page.count("*Shown by 1 check.*") == 1
    assert "Source: [b](https://b.org), read 2026-11-23" in page
    assert "::" not in page


@pytest.mark.parametrize("today", ["perhaps", "true | more"])
def test_a_row_that_is_no_claim_is_named(today):
    with pytest.raises(BankError, match=r"seed-ledger\.md: expected claim"):
        folded(TABLE.replace("true: it is", today))
