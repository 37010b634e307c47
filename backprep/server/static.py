"""The pages of the built site, as files, with what the judge adds to them.

A browser keeps the files that have a hash in their address, and asks for every other
again, which costs it next to nothing where that is the same.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable
from html import escape, unescape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from backprep.server.headers import ALONE, POLICY
from backprep.server.texts import refusal
from backprep.server.validators import unless_known

KEPT = "public, max-age=31536000, immutable"
ASKED_AGAIN = "no-cache"
HASHED = re.compile(r"(.*/)?[^/]+\.[0-9a-f]{8}\.min\.[a-z]+|assets/[0-9a-f]{12}/.+")
"""Material puts a hash in the names of what it brings along, and the site's own
scripts lie in a folder that has one."""
OTHER_BUILD = re.compile(r"assets/[0-9a-f]{12}/(.+)")
HOME = re.compile(r'<link rel="canonical" href="([^"]*)">')
POLICY_TAG = re.compile(
    r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">\s*', re.IGNORECASE
)


class Pages:
    """Serves the folder `site`.

    Every page says, in its head, that a judge is here and which token is its own:
    a page of another origin cannot read it. The policy that a page brings is sent as
    a header, which can forbid more, and lets it listen at `hosts`. Where a page or the
    sitemap says the address that the site was built for, it says the one by which it
    was asked for, since instant navigation goes by that. Nothing outside the folder is
    served.
    """

    def __init__(self, site: Path, hosts: Iterable[str], token: str) -> None:
        self.site = site.resolve()
        self.live = " ".join(f"ws://{host}" for host in hosts)
        self.mark = f'<meta name="backprep-judge" content="{escape(token)}">'
        self.built_for = _canonical(self.site / "index.html")

    def answer(self, request: Request) -> Response:
        """The file that a path names, the site's own page where there is none."""
        name = request.path_params["path"]
        if "\0" in name:
            return refusal("A path cannot hold a null byte.", 400)
        try:
            path = (self.site / name).resolve()
            path.stat()
        except FileNotFoundError:
            if (path := self._of_this_build(name)) is None:
                return self._missing(request)
            name = ""  # its address is not its own, and is not kept
        except OSError as error:
            return refusal(f"The path cannot be used: {error.strerror}.", 400)
        except UnicodeEncodeError:
            return refusal("A path cannot hold half a character.", 400)
        if not path.is_relative_to(self.site):
            return self._missing(request)
        if path.is_dir():
            if name and not name.endswith("/"):
                return RedirectResponse(f"{request.url.path}/")
            path /= "index.html"
        if not path.is_file():
            return self._missing(request)
        if path.suffix == ".html":
            return self._page(request, path, 200)
        if HASHED.fullmatch(name):
            return FileResponse(path, headers={"cache-control": KEPT})
        content = path.read_bytes()
        if name == "sitemap.xml":
            content = self._at_home(request, content.decode(), "<loc>").encode()
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        headers = {"cache-control": ASKED_AGAIN}
        response = Response(content, headers=headers, media_type=kind)
        return unless_known(request, response)

    def _of_this_build(self, name: str) -> Path | None:
        """What a page of an earlier build asks for, as it is now."""
        if (other := OTHER_BUILD.fullmatch(name)) is None:
            return None
        folders = (self.site / "assets").glob("[0-9a-f]" * 12)
        found = ((folder / other[1]).resolve() for folder in folders)
        return next((path for path in found if path.is_file()), None)

    def _page(self, request: Request, path: Path, status: int) -> Response:
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
        text = self._at_home(request, text, '"')
        response = HTMLResponse(text, status, headers)
        return unless_known(request, response) if status == 200 else response

    def _at_home(self, request: Request, text: str, before: str) -> str:
        """The text with the own address for the one that the site was built for."""
        if not self.built_for:
            return text
        own = f"http://{request.headers['host']}/"
        return text.replace(f"{before}{self.built_for}", f"{before}{own}")

    def _missing(self, request: Request) -> Response:
        missing = self.site / "404.html"
        if missing.is_file():
            return self._page(request, missing, 404)
        return HTMLResponse("<!doctype html><title>Not found</title>Not found", 404)


def _canonical(page: Path) -> str:
    """The address that a page says is its own; "" where it says none."""
    found = HOME.search(page.read_text(encoding="utf-8")) if page.is_file() else None
    return unescape(found[1]) if found else ""
