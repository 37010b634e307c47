"""The server: its routes, and what goes on beside them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any

import anyio.to_thread
import watchfiles
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from backprep.coach import Coach
from backprep.server.desk import Desk
from backprep.server.guard import Guard, Refused
from backprep.server.headers import SecurityHeaders
from backprep.server.hub import Hub
from backprep.server.pages import Pages

SETTLED = 30
"""Milliseconds without another change after which a save is taken to be whole."""


def create(coach: Coach, site: Path, hosts: Iterable[str], token: str) -> Starlette:
    """The application that serves `site` and judges for it.

    `hosts` are the names, with the port, under which it may be reached; requests
    to the API need `token`.
    """
    hub = Hub()
    desk = Desk(coach, hub)
    pages = Pages(site, token)

    @contextlib.asynccontextmanager
    async def beside(app: Starlette) -> AsyncIterator[None]:
        coach.answers.mkdir(parents=True, exist_ok=True)
        tasks = [asyncio.create_task(_tick(desk)), asyncio.create_task(_watch(desk))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await anyio.to_thread.run_sync(desk.stop)

    async def listen(websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            said = await websocket.receive_json()
        except (WebSocketDisconnect, ValueError, KeyError):
            return
        given = said.get("token") if isinstance(said, dict) else None
        if not isinstance(given, str) or not secrets.compare_digest(
            given.encode(), token.encode()
        ):
            await websocket.close(1008)
            return
        await _forward(websocket, hub)

    def answers(name: str, action: Callable[[Request], Any], method: str) -> Route:
        return Route(f"/api/{name}", _as_json(action), methods=[method])

    def asked(request: Request) -> Any:
        return desk.question(**request.path_params)

    one = "answers/{topic}/{slug}"
    routes = [
        answers("journal", lambda r: desk.journal(), "GET"),
        answers("journal", lambda r: desk.write(r.state.said), "POST"),
        answers(one, lambda r: desk.answer(asked(r)), "GET"),
        answers(one, lambda r: desk.save(asked(r), r.state.said), "PUT"),
        answers(f"{one}/begin", lambda r: desk.begin(asked(r)), "POST"),
        answers(f"{one}/run", lambda r: desk.run(asked(r)), "POST"),
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
        from backprep.journal import JournalError
        from backprep.workspace import WorkspaceError

        body = await request.body()
        try:
            request.state.said = json.loads(body) if body else None
        except ValueError:
            return JSONResponse({"error": "The request is no JSON."}, 400)
        try:
            result = await anyio.to_thread.run_sync(action, request)
        except Refused as refused:
            return JSONResponse({"error": str(refused)}, refused.status)
        except (JournalError, WorkspaceError) as error:
            return JSONResponse({"error": str(error)}, 500)
        return JSONResponse(result)

    return handle


def _unknown(request: Request) -> Response:
    path = request.url.path
    return JSONResponse({"error": f"There is nothing at {path} for that."}, 400)


async def _forward(websocket: WebSocket, hub: Hub) -> None:
    """Tell a page what happens, until it closes."""
    queue = hub.open()

    async def closed() -> None:
        while True:
            if (await websocket.receive())["type"] == "websocket.disconnect":
                return

    gone = asyncio.create_task(closed())
    try:
        await websocket.send_json({"type": "hello"})
        while not gone.done():
            news = asyncio.create_task(queue.get())
            await asyncio.wait({news, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not news.done():
                news.cancel()
                return
            await websocket.send_json(news.result())
    except (WebSocketDisconnect, RuntimeError):
        return  # it closed while it was told
    finally:
        gone.cancel()
        hub.close(queue)


async def _tick(desk: Desk) -> None:
    """Once a second; saves too, which the watch no longer sees where the folder
    itself was deleted and made anew."""
    while True:
        await asyncio.sleep(1)
        await anyio.to_thread.run_sync(desk.tick)
        await anyio.to_thread.run_sync(desk.changed)


async def _watch(desk: Desk) -> None:
    """Judge at every save, at once."""
    async for _ in watchfiles.awatch(desk.coach.answers, step=SETTLED, debounce=200):
        await anyio.to_thread.run_sync(desk.changed)
