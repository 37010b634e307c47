"""How long the site takes to build, beside plain Material with the same pages.

A bank of the size asked for is made of copies of the real questions. Plain Material
gets the very same Markdown as files, with its navigation pruned.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from backprep.bank.question import Question
from backprep.bank.questions import load_questions
from backprep.site.page import Page
from backprep.site.pages import pages

ROOT = Path(__file__).parents[1]
EXTENSIONS = [
    *["admonition", "attr_list", "md_in_html", "tables"],
    *["pymdownx.details", "pymdownx.highlight", "pymdownx.superfences"],
    "backprep.site.elements",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[50, 500, 2000])
    sizes = parser.parse_args().sizes
    print("questions   ours   plain   ratio   a page, of ours")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            ours, plain = Path(folder, "ours"), Path(folder, "plain")
            multiply(ours, size)
            count = write_plain(plain, ours)
            own, theirs = build(ours), build(plain)
            each = 1000 * own / count
            print(
                f"{size:9} {own:5.1f} s {theirs:5.1f} s {own / theirs:7.2f}"
                f"   {each:.1f} ms of {count}",
                flush=True,
            )


def multiply(root: Path, size: int) -> None:
    """A bank of `size` questions in `root`, with all that the site is built of."""
    shutil.copytree(ROOT / "docs", root / "docs")
    for name in ("mkdocs.yml", "backprep"):
        (root / name).symlink_to(ROOT / name)
    real = load_questions(ROOT)
    for topic in {q.topic for q in real}:
        for tree in ("questions", "solutions", "tests"):
            (root / tree / topic).mkdir(parents=True)
        index = Path("questions", topic, "index.md")
        shutil.copy(ROOT / index, root / index)
    for number in range(size):
        question = real[number % len(real)]
        copy = Question(
            root,
            question.topic,
            f"{question.slug}_{number}",
            *(question.kind, question.level, question.minutes, question.starter),
            question.text,
        )
        for name, path in question.parts.items():
            shutil.copy(path, copy.parts[name])


def write_plain(root: Path, bank_root: Path) -> int:
    """The same pages for Material alone; how many there are."""
    docs = root / "docs"
    shutil.copytree(
        bank_root / "docs", docs, ignore=shutil.ignore_patterns("_*", "data", "css")
    )
    count = len(list(docs.rglob("*.md")))
    for item in pages(load_questions(bank_root)):
        file = docs / item.uri
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(item.markdown if isinstance(item, Page) else item.content)
        count += isinstance(item, Page)
    settings = {
        "site_name": "plain",
        "theme": {
            "name": "material",
            "font": False,
            "features": ["navigation.prune"],
        },
        "plugins": ["search"],
        "markdown_extensions": EXTENSIONS,
    }
    (root / "mkdocs.yml").write_text(yaml.safe_dump(settings))
    return count


def build(root: Path) -> float:
    """The processor's seconds that MkDocs takes; others may use the machine."""
    before = os.times()
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(root / "site")],
        cwd=root,
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"},
    )
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


if __name__ == "__main__":
    main()
