"""The candidate's answers, importable as `backprep.answers.<topic>.<slug>`.

The folder is named by `BACKPREP_ANSWERS`, so that a DataLoader worker that was
spawned, and knows an answer by its module's name alone, finds the same one.
"""

import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType

FOLDER = "BACKPREP_ANSWERS"

__path__: list[str] = []  # makes this module a package


def module_name(topic: str, slug: str) -> str:
    """The name under which a candidate's answer is imported."""
    return f"{__name__}.{topic}.{slug}"


class _Uncached(importlib.machinery.SourceFileLoader):
    """Compiles at every load: a cached file saved twice in a second is stale."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


class _Finder:
    @staticmethod
    def find_spec(
        fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(f"{__name__}."):
            return None
        folder = Path(os.environ.get(FOLDER, "answers"), *fullname.split(".")[2:])
        if folder.is_dir():
            spec = ModuleSpec(fullname, None, is_package=True)
            spec.submodule_search_locations = [str(folder)]
            return spec
        file = str(folder.with_suffix(".py"))
        return importlib.util.spec_from_file_location(
            fullname, file, loader=_Uncached(fullname, file)
        )


sys.meta_path.insert(0, _Finder)
