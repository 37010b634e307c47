"""MkDocs: add the bank's pages to the site, from memory."""

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel

from backprep import bank
from backprep.site import policy
from backprep.site.page import Data
from backprep.site.pages import navigation, pages

SOLUTIONS = "solutions/"
NAMES = {
    # the theme's landmarks, each of which needs a name of its own
    'data-md-component="search" role="dialog"': (
        'data-md-component="search" role="dialog" aria-label="Search"'
    ),
    'class="md-path" aria-label="Navigation"': 'class="md-path" aria-label="Path"',
}
NESTED = re.compile(r'<nav class="md-nav" (data-md-level="\d") [^>]*>')


def on_startup(command: str, dirty: bool) -> None:
    # a page under `mkdocs serve` gets a script to reload itself
    global enforced
    enforced = policy.enforced if command == "build" else str


def on_files(files: Files, config: MkDocsConfig) -> Files:
    root = Path(config.config_file_path).parent
    try:
        questions = bank.load(root)
        found = list(pages(questions))
        config.nav = navigation(questions, root)
    except bank.BankError as error:
        raise PluginError(str(error)) from None
    for item in found:
        hidden = isinstance(item, Data) or item.hidden
        file = File.generated(
            config,
            item.uri,
            content=item.content if isinstance(item, Data) else item.markdown,
            inclusion=(
                InclusionLevel.NOT_IN_NAV if hidden else InclusionLevel.INCLUDED
            ),
        )
        if not isinstance(item, Data):
            file.edit_uri = f"../{item.source.relative_to(root).as_posix()}"
        files.append(file)
    return files


def on_template_context(
    context: dict[str, Any], template_name: str, config: MkDocsConfig
) -> dict[str, Any]:
    """Answers stand in no sitemap."""
    if template_name == "sitemap.xml":
        context["pages"] = [
            file for file in context["pages"] if not file.src_uri.startswith(SOLUTIONS)
        ]
    return context


def on_post_page(output: str, **_: Any) -> str:
    """Tell the theme's landmarks apart, and say what the page may load."""
    for old, new in NAMES.items():
        output = output.replace(old, new)
    return enforced(NESTED.sub(r'<nav class="md-nav" \1 role="none">', output))


def on_post_template(output: str, template_name: str, **_: Any) -> str:
    return on_post_page(output) if template_name.endswith(".html") else output
