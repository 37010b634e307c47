"""The candidate's answers, importable as `backprep.answers.<topic>.<slug>`.

The folder is named by `BACKPREP_ANSWERS`, so that a DataLoader worker that was
spawned, and knows an answer by its module's name alone, finds the same one.
"""

import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType

FOLDER = "BACKPREP_ANSWERS"

__path__: list[str] = []  # makes this module a package

_beside: dict[Path, dict[str, ModuleType]] = {}
"""By folder, the modules that were imported from it by their own names."""


def module_name(topic: str, slug: str) -> str:
    """The name under which a candidate's answer is imported."""
    return f"{__name__}.{topic}.{slug}"


@contextmanager
def beside(folder: Path) -> Iterator[None]:
    """Inside of the block, what lies in the folder can be imported by its name.

    So it is when Python runs an answer there. After the block the names are free:
    each topic may have a `helper`.
    """
    own = _beside.setdefault(folder, {})
    before = set(sys.modules)
    sys.modules.update(own)
    sys.path.append(str(folder))
    unwritten, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = unwritten
        with suppress(ValueError):  # the answer may have removed it
            sys.path.remove(str(folder))
        # a few of thousands: this is done for every check
        for name in sys.modules.keys() - before:
            if not name.startswith(__name__) and _lies_in(folder, sys.modules[name]):
                own[name] = sys.modules.pop(name)


def _lies_in(folder: Path, module: ModuleType) -> bool:
    known = getattr(module, "__dict__", {})
    places = known.get("__file__"), *known.get("__path__", ())
    return any(str(place).startswith(f"{folder}{os.sep}") for place in places)


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
