"""MkDocs: put what was measured into the page on mixed precision."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from backprep.bench import page as measured
from backprep.bench.record import read_all


def on_page_markdown(
    markdown: str, page: Page, config: MkDocsConfig, files: Files
) -> str:
    if page.file.src_uri != "amp.md":
        return markdown
    return measured.fill(markdown, read_all(Path(config.docs_dir) / "data/amp"))
