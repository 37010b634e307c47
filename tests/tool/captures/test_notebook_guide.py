"""The guide on notebooks shows what a cell is told, and has every magic."""

import re

from backprep.captures import notebook
from backprep.notebook.magics import BackprepMagics


def test_the_guide_shows_what_a_cell_is_told():
    """Write it anew: make captures"""
    page = notebook.PAGE.read_text()
    assert notebook.filled(page) == page
    assert "Looks like: marks the tensor it was given." in page


def test_the_guide_has_every_magic():
    page = notebook.PAGE.read_text()
    shown = {*re.findall(r"^(?:\| `)?%%?(\w+)", page, re.MULTILINE)} - {"load_ext"}
    known = {name for names in BackprepMagics.magics.values() for name in names}
    assert shown == known
