"""The control API as an ASGI application: finds the call in the table, reads its arguments, writes its answer.

Its own small dispatch rather than a framework's routes: an identifier may hold any character, slashes
included, and so the path must be taken apart before it is decoded.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import Any

from simulator.contract.jsontext import dumps
from simulator.errors import ContractError, SimulatorError
from simulator.settings import Settings
from simulator.web.asgi import ASGI, DisconnectedError, Header, Receive, Scope, Send, send_answer
from simulator.web.control import (
    arguments,
    clock,
    docs,
    feed,
    health,
    journal,
    records,
    scenarios,
    systems,
    wait,
    worlds,
)
from simulator.web.control.calls import Call, Handler, Reply
from simulator.web.control.events import Streams
from simulator.web.control.problems import ProblemError, problem_of
from simulator.web.control.table import Table
from simulator.world.worlds import KEY_PREFIX, Worlds

HANDLERS: dict[str, Handler] = {
    "index": docs.index,
    "live": health.live,
    "ready": health.ready,
    "list_worlds": worlds.list_worlds,
    "show_world": worlds.show,
    "configure": worlds.configure,
    "remove_world": worlds.remove,
    "reset": worlds.reset,
    "show_scenario": scenarios.show,
    "load_scenario": scenarios.load,
    "drop_scenario": scenarios.drop,
    "add_rule": scenarios.add_rule,
    "remove_rule": scenarios.remove_rule,
    "show_clock": clock.show,
    "advance": clock.advance,
    "settle": clock.settle,
    "freeze": clock.freeze,
    "resume": clock.resume,
    "list_records": records.list_records,
    "show_record": records.show,
    "add_record": records.add,
    "outcome": records.outcome,
    "expire_key": worlds.expire_key,
    "credentials": systems.credentials,
    "list_journal": journal.list_journal,
    "wait_for_journal": wait.wait,
    "show_entry": journal.show_entry,
    "verdict": journal.verdict,
    "export": journal.export,
    "replay": journal.replay,
    "list_strays": journal.list_strays,
    "events": feed.events,
    "list_readings": docs.readings,
    "contract": docs.contract,
    "openapi": docs.openapi,
    "control_openapi": docs.control,
}
"""What carries out each call, by its name in the table."""

COMMON_HEADERS: list[Header] = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
"""Nothing here is true for longer than a moment, and nothing is anything but what it says it is."""


def control_app(worlds: Worlds, settings: Settings, streams: Streams) -> ASGI:
    """Return the control API over *worlds*. Raises ContractError if table and handlers do not fit each other."""
    return ControlAPI(worlds, settings, streams)


class ControlAPI:
    """The ASGI application."""

    def __init__(self, worlds: Worlds, settings: Settings, streams: Streams) -> None:
        """Read the table. Raises ContractError if it has a call that nothing carries out."""
        self.worlds = worlds
        self.streams = streams
        self.table = Table(worlds.contract)
        self._limits = settings.body_bytes_max, settings.json_depth_max
        for name in self.table.operations:
            if name not in HANDLERS:
                raise ContractError(f"nothing carries out the call {name!r}", where="control/operations.json")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            reply = await self._reply(scope, receive)
            if reply.stream is None or scope["method"] == "HEAD":
                await _send_value(send, reply, is_head=scope["method"] == "HEAD")
            else:
                await _send_stream(receive, send, reply.stream)
        except ProblemError as problem:
            await _send_problem(send, problem, is_head=scope["method"] == "HEAD")
        except SimulatorError as error:
            await _send_problem(send, problem_of(error), is_head=scope["method"] == "HEAD")
        except DisconnectedError:
            return

    async def _reply(self, scope: Scope, receive: Receive) -> Reply:
        place, values = self.table.find(scope)
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        allow = (b"allow", place.allowed().encode())
        if method == "OPTIONS":
            return Reply(status=204, headers=[allow])
        operation = place.operations.get(method)
        if operation is None:
            detail = f"{method[:40]} is not among the methods of {self.table.prefix}{place.path}."
            advice = f"There are {place.allowed()}."
            raise ProblemError("method-not-allowed", detail, advice=advice, headers=[allow])
        contract = self.worlds.contract
        call = Call(self.table, self.worlds, self.streams)
        call.given = arguments.parameters(contract, operation, values, scope["query_string"])
        call.last_event = _header(scope, b"last-event-id")
        call.base_url = f"{scope.get('scheme', 'http')}://{_header(scope, b'host')}"
        if operation.needs_key:
            call.key = self._key(scope)
        if len(operation.request_media_types) > 1:
            call.text = await arguments.text(operation, scope, receive, self._limits)
        elif operation.request_schema:
            call.body = await arguments.body(contract, operation, scope, receive, self._limits)
        reply = HANDLERS[operation.name](call)
        return reply if isinstance(reply, Reply) else await reply

    def _key(self, scope: Scope) -> str:
        key = _header(scope, b"x-api-key")
        if self.worlds.opens(key):
            return key
        detail = "X-Api-Key opens no world." if key else "X-Api-Key is missing: it names the world that is meant."
        raise ProblemError(
            "no-key",
            detail,
            where="header:x-api-key",
            advice=f"Send X-Api-Key with a key that starts with {KEY_PREFIX}, such as {KEY_PREFIX}key.",
            headers=[(b"www-authenticate", b'ApiKey realm="cfis-simulator"')],
        )


def _header(scope: Scope, wanted: bytes) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == wanted), "")


async def _send_problem(send: Send, problem: ProblemError, *, is_head: bool) -> None:
    status, headers, body = problem.answer()
    await _send_body(send, status, headers, body, is_head=is_head)


async def _send_value(send: Send, reply: Reply, *, is_head: bool) -> None:
    if reply.stream is not None:
        await send_answer(send, 200, STREAM_HEADERS, b"")
    elif reply.value is None:
        await send_answer(send, reply.status, [*COMMON_HEADERS, *reply.headers], b"")
    else:
        headers = [(b"content-type", b"application/json"), *reply.headers]
        await _send_body(send, reply.status, headers, dumps(reply.value), is_head=is_head)


async def _send_body(send: Send, status: int, headers: Iterable[Header], body: bytes, *, is_head: bool) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send_answer(send, status, [*headers, length, *COMMON_HEADERS], b"" if is_head else body)


STREAM_HEADERS: list[Header] = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    # A proxy that gathers answers before it passes them on would keep a stream for ever.
    (b"x-accel-buffering", b"no"),
    *COMMON_HEADERS,
]


async def _send_stream(receive: Receive, send: Send, stream: AsyncGenerator[bytes, None]) -> None:
    """Send pieces until there are no more or nobody takes them."""
    async with aclosing(stream):
        # A stream that cannot start is a problem like any other, so its head waits for its first piece.
        piece = await anext(stream)
        await send({"type": "http.response.start", "status": 200, "headers": STREAM_HEADERS})
        gone = asyncio.ensure_future(_gone(receive))
        try:
            while piece:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await _piece(stream, gone)
        finally:
            gone.cancel()
        await send({"type": "http.response.body", "body": b""})


async def _piece(stream: AsyncGenerator[bytes, None], gone: asyncio.Future[None]) -> bytes:
    """Return the next piece; empty if there is none, or if the reader went away."""
    following = asyncio.ensure_future(_next(stream))
    both: set[asyncio.Future[Any]] = {following, gone}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        # Nothing may still be in the stream when it is closed, not even when the server cancels this very task.
        following.cancel()
        await asyncio.wait({following})
    return b"" if following.cancelled() else following.result()


async def _next(stream: AsyncGenerator[bytes, None]) -> bytes:
    return await anext(stream, b"")


async def _gone(receive: Receive) -> None:
    """Return when the reader has gone away."""
    while (await receive())["type"] != "http.disconnect":
        pass
