"""What is on a long page, for screens that have no room for it beside the page."""

from __future__ import annotations

from html import escape

from mkdocs.structure.toc import TableOfContents

FEW = 3
END_OF_TITLE = "</h1>"


def inserted(html: str, toc: TableOfContents) -> str:
    """The page with its sections listed below its title, where it has many."""
    sections = [section for title in toc for section in title.children]
    if len(sections) <= FEW:
        return html
    items = "".join(
        f'<li><a href="#{section.id}">{escape(section.title, quote=False)}</a></li>'
        for section in sections
    )
    contents = (
        '<details class="bp-contents" data-search-exclude>'
        f"<summary>On this page</summary><ul>{items}</ul></details>"
    )
    return html.replace(END_OF_TITLE, f"{END_OF_TITLE}\n{contents}", 1)
