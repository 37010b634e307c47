"""Who may ask the server for what; decided before anything else is done.

Everything is bound to this machine, but a browser runs the scripts of any site,
and those can send requests here. So a request must name this server as its host
(a name that another site points to this machine does not), come from a page that
this server gave out, and carry the token that stands in that page alone.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backprep.server.refused import Refused
from backprep.server.texts import refusal

LARGEST = 256 * 1024
"""Bytes that a request may carry."""
TOKEN = "x-backprep-token"
ARRIVING = 10.0
"""Seconds that a request may take to arrive whole."""
METHODS = {"GET", "POST", "PUT"}

TOO_LARGE = Refused(400, f"The request is larger than {LARGEST // 1024} kB.")


class Guard:
    """Lets only requests of the own pages through to the API.

    `hosts` are the names under which the server is reached, with the port; a request
    must be whole within `arriving` seconds.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Iterable[str],
        token: str,
        arriving: float = ARRIVING,
    ) -> None:
        self.app = app
        self.arriving = arriving
        self.hosts = frozenset(hosts)
        self.token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with why not."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        try:
            self._admit(scope)
            if scope["type"] == "http" and scope["path"].startswith("/api/"):
                receive = await _limited(scope, receive, self.arriving)
        except Refused as refused:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            await refusal(refused, refused.status)(scope, receive, send)
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


async def _limited(scope: Scope, receive: Receive, seconds: float) -> Receive:
    """The request's body, read whole, unless it is too large or too slow."""
    size = Headers(scope=scope).get("content-length", "0")
    if not _is_size(size):
        raise TOO_LARGE
    try:
        async with asyncio.timeout(seconds):
            body = await _body(receive)
    except TimeoutError:
        raise Refused(
            400, f"The request did not arrive whole within {seconds:g} seconds."
        ) from None
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        chunk: bytes = message.get("body", b"")
        body += chunk
        if len(body) > LARGEST:
            raise TOO_LARGE
        if message["type"] != "http.request" or not message.get("more_body"):
            return body


def _is_size(text: str) -> bool:
    # a number of so many digits is too large, and no int() is asked to read it
    return text.isascii() and text.isdigit() and len(text) < 12 and int(text) <= LARGEST
