"""Formulas: LaTeX between ```math and ``` in a text, MathML on its page."""

from __future__ import annotations

import re
from html import unescape
from itertools import groupby
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from latex2mathml.converter import Converter
from pymdownx.superfences import SuperFencesException

LANGUAGE = "math"
FORBIDDEN = {"class", "href", "id", "style"}
"""What a formula may not set: it looks as its page does, and keeps its policy."""


class FormulaError(Exception):
    """A formula cannot be read; the message says why, and what to do."""


def mathml(latex: str) -> str:
    """A formula as a block, with its LaTeX for those who copy it.

    Raises FormulaError.
    """
    braces = re.findall(r"\\.|([{}])", latex, re.DOTALL)
    if braces.count("{") != braces.count("}"):
        raise FormulaError("a formula with a brace too many or too few; pair them")
    try:
        math = Converter(display="block").convert_to_element(latex)
    except Exception as error:  # it raises whatever it trips over
        name = type(error).__name__.removesuffix("Error")
        words = re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()
        raise FormulaError(
            f"a formula that cannot be read ({words}); mend its LaTeX"
        ) from None
    for element in math.iter():
        _must_be_known(element)
        # the library writes a sign as the text of its entity
        element.text = unescape(element.text or "") or None
        if element.tag == "mrow":
            element[:] = _with_words(element)
    meaning = Element("semantics")
    meaning.extend(math)
    SubElement(meaning, "annotation", encoding="application/x-tex").text = latex
    math[:] = [meaning]
    return tostring(math, encoding="unicode")


def fence(src: str, **_: Any) -> str:
    """What Markdown calls for such a fence: the formula, which scrolls by itself
    where it is too wide, and in which no search looks."""
    try:
        formula = mathml(src.strip())
    except FormulaError as error:  # of any other, the fence would be shown as it is
        raise SuperFencesException(str(error)) from None
    return f'<div class="bp-math" data-search-exclude>{formula}</div>'


def _must_be_known(element: Element) -> None:
    """Raise FormulaError at what the library did not understand, and put as it was."""
    text = element.text or ""
    if "\\" in text:
        raise FormulaError(f"{text} in a formula is not known; write it otherwise")
    if text == "&" or element.get("linebreak"):
        raise FormulaError(
            r"a formula with & or \\ in no environment that is known; "
            r"align*, split, cases and pmatrix are"
        )
    for name in FORBIDDEN.intersection(element.keys()):
        raise FormulaError(f"a formula that sets {name}; leave that to the page")


def _with_words(row: Element) -> list[Element]:
    """The parts of a row, with upright letters joined, which are read as a word."""
    parts: list[Element] = []
    for upright, found in groupby(row, lambda e: e.get("mathvariant") == "normal"):
        letters = list(found)
        if upright and len(letters) > 1 and {e.tag for e in letters} == {"mi"}:
            word = Element("mi")
            word.text = "".join(e.text or "" for e in letters)
            letters = [word]
        parts += letters
    return parts
