"""A diff as HTML: one element a line, in the colours of other code."""

from __future__ import annotations

from collections.abc import Sequence

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from backprep.site.mistakes import Line

_TAGS = {" ": "span", "+": "ins", "-": "del"}
_LEXER = PythonLexer(stripnl=False, stripall=False)


def html(lines: Sequence[Line]) -> str:
    """The lines in a `pre`; without signs, there is no column for them."""
    code = "\n".join(line.text for line in lines)
    coloured = highlight(code, _LEXER, HtmlFormatter(nowrap=True)).splitlines()
    shown = "".join(
        f"<{_TAGS[line.sign]}>{text}\n</{_TAGS[line.sign]}>"
        for line, text in zip(lines, coloured, strict=True)
    )
    signed = any(line.sign != " " for line in lines)
    kind = "bp-diff bp-signed" if signed else "bp-diff"
    return (
        f'<div class="highlight"><pre class="{kind}"><code>{shown}</code></pre></div>'
    )
