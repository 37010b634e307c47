"""What pages load, below a folder whose name says what is in it.

A browser may keep such a file for ever: other contents have another address. All are in
one folder, so that what one script imports from another by a relative path is there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from mkdocs.structure.files import File

ASSETS = "assets/"
LOADED = re.compile(r"(js|vendor|data|truth)/.+|backprep\.css|editor\.js|favicon\.svg")
REFERENCE = re.compile(
    rf'((?:src=|href=|"search": )"[^"]*?{ASSETS})(?=(?:{LOADED.pattern})")'
)


def move(files: Iterable[File]) -> str:
    """Put the files that pages load below their folder, and give its name."""
    loaded = sorted(
        (
            file
            for file in files
            if LOADED.fullmatch(file.src_uri.removeprefix(ASSETS))
            and file.src_uri.startswith(ASSETS)
        ),
        key=lambda file: file.src_uri,
    )
    whole = hashlib.sha256()
    for file in loaded:
        content = file.content_bytes
        whole.update(f"{file.src_uri} {len(content)}\n".encode() + content)
    name = whole.hexdigest()[:12]
    for file in loaded:
        file.dest_uri = file.url = f"{ASSETS}{name}/{file.src_uri.removeprefix(ASSETS)}"
    return name


def referred(html: str, name: str) -> str:
    """A page whose references are to the files where they are now."""
    return REFERENCE.sub(rf"\g<1>{name}/", html)
