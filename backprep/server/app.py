"""The server: its routes, and what goes on beside them."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import anyio.to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from backprep.files import FileProblem
from backprep.journal.journal import JournalError
from backprep.judge.errors import JudgeError
from backprep.practice.coach import Coach
from backprep.server.broadcast import Broadcast
from backprep.server.guard import Guard
from backprep.server.headers import SecurityHeaders
from backprep.server.refused import Refused
from backprep.server.service import Service
from backprep.server.static import Pages
from backprep.server.texts import answer, parsed, refusal, written
from backprep.server.validators import unless_known
from backprep.workspace.watch import looks

INTRODUCED = 10.0
"""Seconds in which a page that listens must say its token."""
WARM = 60
"""Seconds after which the judge is asked again to stay warm while a page is open."""


def create(
    coach: Coach,
    site: Path,
    hosts: Sequence[str],
    token: str,
    warm: Callable[[], None] = lambda: None,
    introduced: float = INTRODUCED,
) -> Starlette:
    """The application that serves `site` and judges for it.

    `hosts` are the names, with the port, under which it may be reached; requests
    to the API need `token`. `warm` is called while pages are open, so that the
    next verdict does not wait for the judge to start. A page that listens must have
    said who it is within `introduced` seconds.
    """
    broadcast = Broadcast()
    service = Service(coach, broadcast)
    pages = Pages(site, hosts, token)

    @contextlib.asynccontextmanager
    async def beside(app: Starlette) -> AsyncIterator[None]:
        coach.answers.mkdir(parents=True, exist_ok=True)
        tasks = [
            asyncio.create_task(work)
            for work in (_tick(service), _watch(service), _stay_warm(broadcast, warm))
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await anyio.to_thread.run_sync(service.stop)

    async def listen(websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            async with asyncio.timeout(introduced):
                known = await _knows(websocket, token)
        except TimeoutError:
            known = False
        except WebSocketDisconnect:
            return
        if known:
            await _forward(websocket, broadcast)
        else:
            await websocket.close(1008)

    def route(name: str, action: Callable[[Request], Any], method: str) -> Route:
        return Route(f"/api/{name}", _as_json(action), methods=[method])

    def asked(request: Request) -> Any:
        return service.question(**request.path_params)

    one = "answers/{topic}/{slug}"
    routes = [
        route("journal", lambda r: service.journal(), "GET"),
        route("journal", lambda r: service.write(r.state.said), "POST"),
        route("journal/import", lambda r: service.take_over(r.state.said), "POST"),
        route(one, lambda r: service.answer(asked(r)), "GET"),
        route(one, lambda r: service.save(asked(r), r.state.said), "PUT"),
        route(f"{one}/begin", lambda r: service.begin(asked(r)), "POST"),
        route(f"{one}/reset", lambda r: service.reset(asked(r)), "POST"),
        route(f"{one}/restore", lambda r: service.restore(asked(r)), "POST"),
        route(f"{one}/run", lambda r: service.run(asked(r)), "POST"),
        route(f"{one}/cancel", lambda r: service.cancel(asked(r)), "POST"),
        Route("/api/{path:path}", _unknown, methods=["GET", "POST", "PUT"]),
        WebSocketRoute("/api/live", listen),
        Route("/{path:path}", pages.answer),
    ]
    middleware = [
        Middleware(SecurityHeaders),
        Middleware(Guard, hosts=hosts, token=token),
        Middleware(GZipMiddleware, minimum_size=500),
    ]
    return Starlette(routes=routes, middleware=middleware, lifespan=beside)


def _as_json(action: Callable[[Request], Any]) -> Callable[[Request], Any]:
    """A handler that does `action` in a thread and answers with what it gives."""

    async def handle(request: Request) -> Response:
        body = await request.body()
        try:
            request.state.said = parsed(body) if body else None
            response = answer(await anyio.to_thread.run_sync(action, request))
            return (
                unless_known(request, response) if request.method == "GET" else response
            )
        except Refused as refused:
            return refusal(refused, refused.status)
        except (JournalError, FileProblem) as error:
            return refusal(error, 500)

    return handle


def _unknown(request: Request) -> Response:
    return refusal(f"There is nothing at {request.scope['path']} for that.", 400)


async def _knows(websocket: WebSocket, token: str) -> bool:
    """Whether a page says the token; what is not JSON is refused, and it may go on."""
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect
        try:
            said = parsed(message.get("text") or message.get("bytes") or b"")
        except Refused as refused:
            await _tell(websocket, {"type": "refused", "error": str(refused)})
            continue
        given = said.get("token") if isinstance(said, dict) else None
        return isinstance(given, str) and secrets.compare_digest(
            given.encode(errors="surrogatepass"), token.encode()
        )


async def _tell(websocket: WebSocket, message: dict[str, Any]) -> None:
    await websocket.send_text(written(message))


async def _forward(websocket: WebSocket, broadcast: Broadcast) -> None:
    """Tell a page what happens, until it closes."""
    queue = broadcast.open()

    async def closed() -> None:
        while True:
            if (await websocket.receive())["type"] == "websocket.disconnect":
                return

    gone = asyncio.create_task(closed())
    try:
        await _tell(websocket, {"type": "hello"})
        while not gone.done() and broadcast.holds(queue):
            news = asyncio.create_task(queue.get())
            await asyncio.wait({news, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not news.done():
                news.cancel()
                return
            await _tell(websocket, news.result())
        await websocket.close(1013)  # it comes back, and asks for all of it
    except (WebSocketDisconnect, RuntimeError):
        return  # it closed while it was told
    finally:
        gone.cancel()
        broadcast.close(queue)


async def _tick(service: Service) -> None:
    """Once a second."""
    while True:
        await asyncio.sleep(1)
        await anyio.to_thread.run_sync(service.tick)


async def _stay_warm(broadcast: Broadcast, warm: Callable[[], None]) -> None:
    """Once at the start, then for as long as a page is open."""
    while True:
        with contextlib.suppress(JudgeError):  # the next verdict says why
            await anyio.to_thread.run_sync(warm, abandon_on_cancel=True)
        await asyncio.sleep(WARM)
        while not broadcast.listened_to:
            await asyncio.sleep(0.2)


async def _watch(service: Service) -> None:
    """Judge at every save, at once."""
    stop = threading.Event()

    def follow() -> None:
        for _ in looks(service.coach.answers, stop):
            service.changed()

    try:
        await anyio.to_thread.run_sync(follow, abandon_on_cancel=True)
    finally:
        stop.set()
