"""The pages of the built site, as files, with what the judge adds to them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape, unescape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from backprep.server.headers import ALONE, POLICY
from backprep.server.texts import refusal

KEPT = "public, max-age=31536000, immutable"
ASKED_AGAIN = "no-cache"
POLICY_TAG = re.compile(
    r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">\s*', re.IGNORECASE
)


class Pages:
    """Serves the folder `site`.

    Every page says, in its head, that a judge is here and which token is its own:
    a page of another origin cannot read it. The policy that a page brings is sent as
    a header, which can forbid more, and lets it listen at `hosts`. Nothing outside
    the folder is served.
    """

    def __init__(self, site: Path, hosts: Iterable[str], token: str) -> None:
        self.site = site.resolve()
        self.live = " ".join(f"ws://{host}" for host in hosts)
        self.mark = f'<meta name="backprep-judge" content="{escape(token)}">'

    def answer(self, request: Request) -> Response:
        """The file that a path names, the site's own page where there is none."""
        name = request.path_params["path"]
        if "\0" in name:
            return refusal("A path cannot hold a null byte.", 400)
        try:
            path = (self.site / name).resolve()
            path.stat()
        except FileNotFoundError:
            return self._missing()
        except OSError as error:
            return refusal(f"The path cannot be used: {error.strerror}.", 400)
        except UnicodeEncodeError:
            return refusal("A path cannot hold half a character.", 400)
        if not path.is_relative_to(self.site):
            return self._missing()
        if path.is_dir():
            if name and not name.endswith("/"):
                return RedirectResponse(f"{request.url.path}/")
            path /= "index.html"
        if not path.is_file():
            return self._missing()
        if path.suffix == ".html":
            return self._page(path, 200)
        # Material puts a hash in the names of what it brings along
        hashed = path.match("*.????????.min.*")
        headers = {"cache-control": KEPT if hashed else ASKED_AGAIN}
        return FileResponse(path, headers=headers)

    def _page(self, path: Path, status: int) -> Response:
        text = path.read_text(encoding="utf-8")
        tag = POLICY_TAG.search(text)
        policy = f"{unescape(tag[1])}; {ALONE}" if tag else ALONE
        connect = "connect-src 'self'"
        headers = {
            "cache-control": ASKED_AGAIN,
            POLICY: policy.replace(connect, f"{connect} {self.live}"),
        }
        text = POLICY_TAG.sub("", text, 1)
        text = text.replace("<head>", f"<head>{self.mark}", 1)
        return HTMLResponse(text, status, headers)

    def _missing(self) -> Response:
        missing = self.site / "404.html"
        if missing.is_file():
            return self._page(missing, 404)
        return HTMLResponse("<!doctype html><title>Not found</title>Not found", 404)
