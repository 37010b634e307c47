"""MkDocs: add the bank's pages to the site, from memory, and examples to the others."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

from backprep import bank, comparison_page, examples
from backprep.pages import pages

SOLUTIONS = "solutions/"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    root = Path(config.config_file_path).parent
    tree: dict[str, list] = {}
    try:
        found = [*pages(bank.load(root)), comparison_page.page(root)]
    except bank.BankError as error:
        raise PluginError(str(error)) from None
    for page in found:
        level = InclusionLevel.NOT_IN_NAV if page.hidden else InclusionLevel.INCLUDED
        file = File.generated(config, page.uri, content=page.markdown, inclusion=level)
        file.edit_uri = f"../{page.source.relative_to(root).as_posix()}"
        files.append(file)
        if page.uri.startswith("questions/"):
            topic = bank.TOPICS[page.uri.split("/")[1]]
            entry = (
                page.uri if page.uri.endswith("index.md") else {page.title: page.uri}
            )
            tree.setdefault(topic, []).append(entry)
    nav = [{topic: entries} for topic, entries in tree.items()]
    config.nav = [
        item
        for entry in config.nav
        for item in (nav if entry == "@questions" else [entry])
    ]
    return files


def on_page_markdown(
    markdown: str, page: Page, config: MkDocsConfig, files: Files
) -> str:
    if page.file.generated_by:  # its examples stand in it already
        return markdown
    root = Path(config.config_file_path).parent
    try:
        return examples.expand(markdown, root, Path(page.file.abs_src_path))
    except bank.BankError as error:
        raise PluginError(str(error)) from None


def on_template_context(
    context: dict, template_name: str, config: MkDocsConfig
) -> dict:
    """Answers stand in no sitemap."""
    if template_name == "sitemap.xml":
        context["pages"] = [
            file for file in context["pages"] if not file.src_uri.startswith(SOLUTIONS)
        ]
    return context
