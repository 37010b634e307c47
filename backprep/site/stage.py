"""Write the site's sources out as files, for an engine that reads only files.

`python -m backprep.site.stage` fills `build/docs`, and `build/zensical.yml` names it.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from backprep.bank.questions import bank_root, load_questions
from backprep.site import handwritten
from backprep.site.page import Page
from backprep.site.pages import navigation, pages

NOT_PUBLISHED = ("_*", "data", "examples", "css")


def stage(root: Path) -> Path:
    """Fill `build/docs` afresh; the path of the settings that build it."""
    questions = load_questions(root)
    docs = root / "build" / "docs"
    shutil.rmtree(docs, ignore_errors=True)
    shutil.copytree(root / "docs", docs, ignore=shutil.ignore_patterns(*NOT_PUBLISHED))
    for item in pages(questions):
        file = docs / item.uri
        file.parent.mkdir(parents=True, exist_ok=True)
        text = item.markdown if isinstance(item, Page) else item.content
        file.write_text(text, encoding="utf-8")
    for uri in [*handwritten.uris(root), *handwritten.uris(root, "guides")]:
        text = (docs / uri).read_text(encoding="utf-8")
        (docs / uri).write_text(
            handwritten.completed(text, uri, root), encoding="utf-8"
        )
    settings: dict[str, Any] = yaml.load(
        (root / "mkdocs.yml").read_text(encoding="utf-8"), _Loader
    )
    for key in ("hooks", "exclude_docs", "validation", "watch", "strict"):
        settings.pop(key, None)
    settings |= {
        "docs_dir": "docs",
        "site_dir": "zensical-site",
        "nav": navigation(questions, root),
    }
    settings["theme"]["custom_dir"] = "../docs/_overrides"
    settings["theme"]["variant"] = "classic"
    path = root / "build" / "zensical.yml"
    path.write_text(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True))
    return path


class _Loader(yaml.SafeLoader):
    """Reads `!ENV [NAME, default]` as its default."""


def _default(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    assert isinstance(node, yaml.SequenceNode)
    return loader.construct_sequence(node)[-1]


_Loader.add_constructor("!ENV", _default)


if __name__ == "__main__":
    print(stage(bank_root()))
