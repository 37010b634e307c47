"""Who may ask the server for what; decided before anything else is done.

Everything is bound to this machine, but a browser runs the scripts of any site,
and those can send requests here. So a request must name this server as its host
(a name that another site points to this machine does not), come from a page that
this server gave out, and carry the token that stands in that page alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 256 * 1024
"""Bytes that a request may carry."""
TOKEN = "x-backprep-token"
METHODS = {"GET", "POST", "PUT"}


class Refused(Exception):
    """A request is not for us: the status, and why in one sentence."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Guard:
    """Lets only requests of the own pages through to the API.

    `hosts` are the names under which the server is reached, with the port.
    """

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str], token: str) -> None:
        self.app = app
        self.hosts = frozenset(hosts)
        self.token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        try:
            self._admit(scope)
            if scope["type"] == "http" and scope["path"].startswith("/api/"):
                receive = await _limited(scope, receive)
        except Refused as refused:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            answer = JSONResponse({"error": str(refused)}, refused.status)
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _admit(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if host not in self.hosts:
            raise Refused(
                403, f"{host or 'No host'} is not this server; open it as {self._name}."
            )
        if scope["type"] == "websocket":
            self._admit_origin(headers, needed=True)
            return
        if not scope["path"].startswith("/api/"):
            if scope["method"] not in ("GET", "HEAD"):
                raise Refused(400, f"{scope['method']} is not for pages; use GET.")
            return
        if scope["method"] not in METHODS:
            raise Refused(400, f"{scope['method']} is not used here; see the pages.")
        self._admit_origin(headers, needed=scope["method"] != "GET")
        if not secrets.compare_digest(
            headers.get(TOKEN, "").encode(), self.token.encode()
        ):
            raise Refused(
                403, "The token is not that of this server's pages; reload the page."
            )
        kind = headers.get("content-type", "")
        if scope["method"] != "GET" and not kind.startswith("application/json"):
            raise Refused(400, "The request must be JSON (application/json).")

    def _admit_origin(self, headers: Headers, *, needed: bool) -> None:
        origin = headers.get("origin")
        if origin is None and not needed:
            site = headers.get("sec-fetch-site", "same-origin")
            if site != "same-origin":
                raise Refused(403, "Only this server's own pages may ask for this.")
            return
        if origin not in {f"http://{host}" for host in self.hosts}:
            raise Refused(
                403, f"A page of {origin or 'an unknown origin'} may not ask for this."
            )

    @property
    def _name(self) -> str:
        return f"http://{min(self.hosts)}"


async def _limited(scope: Scope, receive: Receive) -> Receive:
    """The request's body, read whole, unless it is too large."""
    size = Headers(scope=scope).get("content-length", "0")
    too_large = Refused(400, f"The request is larger than {LARGEST // 1024} kB.")
    if not size.isdigit() or int(size) > LARGEST:
        raise too_large
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > LARGEST:
            raise too_large
        if message["type"] != "http.request" or not message.get("more_body"):
            break
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
