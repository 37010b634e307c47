"""What a page may load and run: its own origin's files, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import re

INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
CHARSET = '<meta charset="utf-8">'


def policy(html: str) -> str:
    """The content security policy of a page, with its inline scripts by hash."""
    hashes = " ".join(dict.fromkeys(map(_hash, INLINE.findall(html))))
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {hashes}".rstrip(),
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def enforced(html: str) -> str:
    """The page with its policy in it, for hosts that send no headers."""
    tag = f'<meta http-equiv="Content-Security-Policy" content="{policy(html)}">'
    return html.replace(CHARSET, f"{CHARSET}\n      {tag}", 1)


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
