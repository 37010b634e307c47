"""Whether a browser has an answer already, so that it need not be sent again."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import Response


def unless_known(request: Request, response: Response) -> Response:
    """The response, with what tells it from others; without its body where the
    request says that the browser has it."""
    # weak, since it is the same whether it is compressed or not
    etag = f'W/"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    response.headers["etag"] = etag
    response.headers.setdefault("cache-control", "no-cache")
    known = request.headers.get("if-none-match", "")
    if etag not in [tag.strip() for tag in known.split(",")]:
        return response
    # what it says replaces what the browser keeps: the policy, above all
    kept = {
        name: value
        for name, value in response.headers.items()
        if name not in ("content-length", "content-type")
    }
    return Response(status_code=304, headers=kept)
