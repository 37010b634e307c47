"""A Markdown extension: custom elements are blocks, and code has a copy button."""

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor

ELEMENTS = (
    "filter",
    "follow-ups",
    "hints",
    "judge",
    "mock",
    "next",
    "predict",
    "progress",
    "reveal",
    "rubric",
    "timer",
)


CODE = "<pre><span></span><code>"
COPY = '<button type="button" class="bp-copy" aria-label="Copy"></button>'


class _Copy(Postprocessor):
    """A script gives the button its work, on this page and on one that lifts it."""

    def run(self, text: str) -> str:
        return text.replace(CODE, CODE.replace("<code>", f"{COPY}<code>"))


class _Elements(Extension):
    def extendMarkdown(self, md: Markdown) -> None:
        md.block_level_elements += [f"backprep-{name}" for name in ELEMENTS]
        # after the blocks of code are put where they belong, which has 30
        md.postprocessors.register(_Copy(), "backprep-copy", 5)


def makeExtension() -> Extension:
    return _Elements()
