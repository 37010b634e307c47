"""A Markdown extension: custom elements are blocks, code has a copy button, and
```math begins a formula."""

import re

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from pymdownx.superfences import (
    SuperFencesCodeExtension,
    default_reset,
    default_validator,
)

from backprep.site import formulas

ELEMENTS = (
    "aim",
    "cards",
    "filter",
    "follow-ups",
    "grade",
    "hints",
    "judge",
    "mock",
    "next",
    "predict",
    "progress",
    "reveal",
    "rubric",
    "sheet",
    "split",
    "tabs",
)

# what stands in them before a script takes over is the same on every page, or a hint
UNSEARCHED = re.compile(r"<(backprep-(?!follow-ups\b)[\w-]+)")
BLOCK = re.compile(r'<div class="([^"]*\bhighlight)">')
CODE = "<pre><span></span><code>"
COPY = '<button type="button" class="bp-copy" aria-label="Copy"></button>'


class _Finish(Postprocessor):
    """Gives code a button, and keeps from the search what could be part of an answer.

    A script gives the button its work. What an example says in code may be a line of
    some answer.
    """

    def run(self, text: str) -> str:
        text = UNSEARCHED.sub(r"<\1 data-search-exclude", text)
        text = BLOCK.sub(r'<div class="\1" data-search-exclude>', text)
        return text.replace(CODE, CODE.replace("<code>", f"{COPY}<code>"))


class _Elements(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        md.block_level_elements += [f"backprep-{name}" for name in ELEMENTS]
        # after the blocks of code are put where they belong, which has 30
        md.postprocessors.register(_Finish(), "backprep-code", 5)
        for other in md.registeredExtensions:
            if isinstance(other, SuperFencesCodeExtension):
                other.extend_super_fences(
                    formulas.LANGUAGE, formulas.fence, default_validator, default_reset
                )


def makeExtension() -> Extension:
    """What Markdown calls to load this extension."""
    return _Elements()
