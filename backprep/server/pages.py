"""The pages of the built site, as files, with what the judge adds to them."""

from __future__ import annotations

from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

KEPT = "public, max-age=31536000, immutable"
ASKED_AGAIN = "no-cache"


class Pages:
    """Serves the folder `site`.

    Every page says, in its head, that a judge is here and which token is its own:
    a page of another origin cannot read it. Nothing outside the folder is served.
    """

    def __init__(self, site: Path, token: str) -> None:
        self.site = site.resolve()
        self.mark = f'<meta name="backprep-judge" content="{escape(token)}">'

    def answer(self, request: Request) -> Response:
        name = request.path_params["path"]
        path = (self.site / name).resolve()
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
        text = text.replace("<head>", f"<head>{self.mark}", 1)
        return HTMLResponse(text, status, {"cache-control": ASKED_AGAIN})

    def _missing(self) -> Response:
        missing = self.site / "404.html"
        if missing.is_file():
            return self._page(missing, 404)
        return HTMLResponse("<!doctype html><title>Not found</title>Not found", 404)
