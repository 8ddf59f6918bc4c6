"""The wire below a request: there on a socket and not elsewhere, one for each, and leaving no garbage."""

from __future__ import annotations

import asyncio
import gc
from threading import Event
from typing import Any

import pytest

from simulator.web.app import App
from simulator.web.asgi import Receive, Scope, Send
from simulator.web.faults.wire import EXTENSION, Wire, wire_of
from tests.web.faults.plug import Server, request


@pytest.mark.parametrize("scope", [{}, {"extensions": None}, {"extensions": {}}, {"extensions": {EXTENSION: "other"}}])
def test_a_request_that_came_by_none_has_no_wire(scope: dict[str, Any]) -> None:
    assert wire_of(scope) is None


def test_every_request_over_a_socket_has_a_wire_of_its_own(plain: Server, key: str) -> None:
    app = plain.running.app
    usual, seen = app.partner, list[Wire | None]()

    async def noting(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(wire_of(scope))
        await usual(scope, receive, send)

    app.partner = noting
    try:
        with plain.plug() as plug:
            plug.send(request(key), request(key))
            assert [plug.answer(), plug.answer()] == [(204, b"")] * 2
    finally:
        app.partner = usual
    assert None not in seen
    assert len(set(map(id, seen))) == 2


def test_who_leaves_before_the_hold_begins_is_noticed(plain: Server, key: str) -> None:
    app = plain.running.app
    usual, left = app.partner, Event()

    async def late(scope: Scope, _receive: Receive, _send: Send) -> None:
        wire = wire_of(scope)
        assert wire is not None
        wire.line.transport.abort()
        wire.hold(left.set)
        wire.finish()
        wire.write(b"to nobody")
        await wire.flush()
        wire.reset()
        wire.release()

    app.partner = late
    try:
        with plain.plug() as plug:
            plug.send(request(key))
            assert plug.rest()[0] == b""
            assert left.wait(30)
    finally:
        app.partner = usual


def wires() -> int:
    """How many there are, garbage included."""
    return sum(isinstance(thing, Wire) for thing in gc.get_objects())


def test_a_request_leaves_no_garbage_behind(plain: Server, key: str) -> None:
    gc.collect()
    gc.disable()
    before = wires()
    try:
        with plain.plug() as plug:
            for _ in range(50):
                plug.send(request(key))
                assert plug.answer() == (204, b"")
        assert wires() < before + 5
    finally:
        gc.enable()


def test_an_application_in_process_is_innocent_of_wires() -> None:
    async def story() -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        sent: list[Any] = []
        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
        await App()(scope, receive, send)
        assert sent[0]["status"] == 200

    asyncio.run(story())
