"""Hatchling: the wheel carries the bank, topic by topic as `questions` has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BankHook(BuildHookInterface[Any]):
    """Puts what the commands and the site need into the package, as `_bank`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files to a wheel; an editable install has them in the clone."""
        if version == "editable":
            return
        root = Path(self.root)
        topics = sorted(path.parent.name for path in root.glob("questions/*/index.md"))
        carried = [
            "questions",
            "solutions",
            "docs",
            "mkdocs.yml",
            "tests/__init__.py",
            "tests/conftest.py",
            "tests/helpers",
            "tests/test_every_question.py",
            *(f"tests/{topic}" for topic in topics),
        ]
        build_data["force_include"] |= {
            str(root / name): f"backprep/_bank/{name}" for name in carried
        }
