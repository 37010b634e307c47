"""MkDocs: the bank's pages, made in memory, and what makes every page light."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page as BuiltPage

from backprep.bank.question import BankError
from backprep.bank.questions import load_questions
from backprep.site import handwritten, hashed, policy, scripts
from backprep.site.contents import inserted
from backprep.site.page import Data, Page
from backprep.site.pages import navigation, pages

UNLISTED = ("cards/", "hints/", "solutions/")
SHEETS = "assets/stylesheets/"
UNUSED = re.compile(
    r"assets/javascripts/(lunr/.*|workers/.*|.*\.map)|assets/stylesheets/.*"
)
SHEET_LINK = re.compile(rf'<link rel="stylesheet" href="[^"]*{SHEETS}[^"]*">\s*')
NAMES = {
    # the theme's landmarks, each of which needs a name of its own
    'data-md-component="search" role="dialog"': (
        'data-md-component="search" role="dialog" aria-label="Search"'
    ),
    'class="md-path" aria-label="Navigation"': 'class="md-path" aria-label="Path"',
}
# the theme's search knows no name by its parts, and forgives no typing mistake
THEIR_SEARCH = re.compile(r"assets/javascripts/workers/search\.\w+\.min\.js")
OUR_SEARCH = "assets/js/search/worker.js"
MANY = 24
crowded: dict[Section, list[Any]] = {}
loaded = ""
"""The name of the folder of what pages load."""
enforced: Callable[[str], str] = policy.enforced
NESTED = re.compile(r'<nav class="md-nav" (data-md-level="\d") [^>]*>')


def on_startup(command: str, dirty: bool) -> None:
    """Leave out the policy under `mkdocs serve`: its script reloads the page."""
    global enforced
    enforced = policy.enforced if command == "build" else str


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the bank's pages to those written by hand. Raises PluginError."""
    root = Path(config.config_file_path).parent
    try:
        questions = load_questions(root)
        found = list(pages(questions))
        config.nav = navigation(questions, root)
    except BankError as error:
        raise PluginError(str(error)) from None
    global loaded
    theme = _theme_sheets(files)
    for item in found:
        hidden = isinstance(item, Data) or item.hidden
        content = item.markdown if isinstance(item, Page) else item.content
        file = File.generated(
            config,
            item.uri,
            content=theme + content if item.uri.endswith(".css") else content,
            inclusion=(
                InclusionLevel.NOT_IN_NAV if hidden else InclusionLevel.INCLUDED
            ),
        )
        if isinstance(item, Page):
            file.edit_uri = f"../{item.source.relative_to(root).as_posix()}"
        files.append(file)
    _shorten(files, root)
    loaded = hashed.move(files)
    return files


def on_page_markdown(
    markdown: str, page: BuiltPage, config: MkDocsConfig, files: Files
) -> str:
    """Complete a page written by hand. Raises PluginError."""
    if page.file.generated_by:  # it is complete
        return markdown
    root = Path(config.config_file_path).parent
    try:
        return handwritten.completed(markdown, page.file.src_uri, root)
    except BankError as error:
        raise PluginError(str(error)) from None


def on_page_content(html: str, page: BuiltPage, **_: Any) -> str:
    """List the sections of a long page that may show them."""
    return html if "toc" in page.meta.get("hide", []) else inserted(html, page.toc)


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> None:
    """Remember the topics that have more questions than a navigation can show."""
    crowded.clear()
    for section in {page.parent for page in nav.pages}:
        if isinstance(section, Section) and len(section.children) > MANY:
            crowded[section] = section.children


def on_page_context(
    context: dict[str, Any], page: BuiltPage, config: MkDocsConfig, nav: Navigation
) -> dict[str, Any]:
    """Of a crowded topic show the page's neighbours: all, on each, grow as a square."""
    if page.parent in crowded:
        index, *siblings = crowded[page.parent]
        at = siblings.index(page) if page in siblings else 0
        start = max(0, min(at - MANY // 2, len(siblings) - MANY))
        page.parent.children = [index, *siblings[start : start + MANY]]
    return context


def on_template_context(
    context: dict[str, Any], template_name: str, config: MkDocsConfig
) -> dict[str, Any]:
    """Hints and answers stand in no sitemap."""
    if template_name == "sitemap.xml":
        context["pages"] = [
            file for file in context["pages"] if not file.src_uri.startswith(UNLISTED)
        ]
    return context


def on_post_page(output: str, **_: Any) -> str:
    """One style sheet, no script in the way, landmarks told apart, and the policy."""
    output = SHEET_LINK.sub("", output)
    output = THEIR_SEARCH.sub(OUR_SEARCH, output)
    output = output.replace("<script src=", "<script defer src=")
    for old, new in NAMES.items():
        output = output.replace(old, new)
    output = NESTED.sub(r'<nav class="md-nav" \1 role="none">', output)
    return enforced(hashed.referred(output, loaded))


def on_post_template(output: str, template_name: str, **_: Any) -> str:
    """The theme's own pages, such as 404.html, are treated as the others are."""
    return on_post_page(output) if template_name.endswith(".html") else output


def _shorten(files: Files, root: Path) -> None:
    """Let scripts travel without comments and spaces, where such were made."""
    folder = root / scripts.SOURCE
    for file in files:
        path = Path(file.abs_src_path or "")
        if path.suffix == ".js" and path.is_relative_to(folder):
            short = scripts.shortened(root, path)
            if short is not None:
                file.content_string = short


def _theme_sheets(files: Files) -> str:
    """The theme's style sheets in one, taken out of the files with what else is idle.

    Each costs a request before anything shows.
    """
    idle = [file for file in files if UNUSED.fullmatch(file.src_uri)]
    sheets = sorted(
        file.abs_src_path
        for file in idle
        if file.abs_src_path and file.src_uri.endswith(".css")
    )
    for file in idle:
        files.remove(file)
    text = "\n".join(Path(sheet).read_text(encoding="utf-8") for sheet in sheets)
    return re.sub(r"/\*# sourceMappingURL=.*?\*/", "", text)
