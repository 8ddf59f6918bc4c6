"""A connection that is held reads on and keeps the order; one that is doomed takes nothing more."""

from __future__ import annotations

import pytest

from simulator.web.faults.line import HELD_BYTES_MAX
from simulator.web.protocol import Protocol
from tests.web.faults.plug import Server, document, request


def test_more_than_a_held_connection_keeps_waits_and_is_answered_in_order(server: Server, key: str) -> None:
    behind = [request(key, target=f"/api/v1/partner/{number:0>1000}") for number in range(HELD_BYTES_MAX // 300)]
    with server.plug() as plug:
        plug.send(request(key, kind="delay"))
        server.arrived(key)
        plug.send(*behind)
        server.control(key, "GET", "/clock")
        assert plug.so_far() == b""
        server.advance(key, "5s")
        assert plug.answer() == (204, b"")
        for _ in behind:
            assert plug.answer()[0] == 404
        plug.send(request(key))
        assert plug.answer()[0] == 204
    paths = [
        entry["request"]["path"]
        for entry in server.control(key, "GET", "/journal?limit=1000")["entries"]
        if entry["operation"] is None
    ]
    assert paths == [f"/api/v1/partner/{number:0>1000}" for number in range(len(behind))]


def test_a_request_that_is_half_there_when_it_is_held_is_put_together(server: Server, key: str) -> None:
    whole = request(key, target="/api/v1/partner/nothing")
    with server.plug() as plug:
        plug.send(request(key, kind="delay"), whole[:40])
        server.arrived(key)
        plug.send(whole[40:60])
        server.control(key, "GET", "/clock")
        server.advance(key, "5s")
        assert plug.answer() == (204, b"")
        plug.send(whole[60:])
        assert plug.answer()[0] == 404


def test_headers_beyond_the_bound_are_refused_behind_a_held_exchange_too(plain: Server, key: str) -> None:
    with plain.plug() as plug:
        plug.send(request(key, kind="delay"))
        plain.arrived(key)
        plug.send(b"GET / HTTP/1.1\r\nx: " + b"y" * 40_000)
        plain.control(key, "GET", "/clock")
        plain.advance(key, "5s")
        assert plug.answer() == (204, b"")
        plug.send(b"y" * 40_000)
        assert plug.until(b"\r\n").startswith(b"HTTP/1.1 431 ")


def test_a_closing_connection_takes_nothing_more(server: Server, key: str) -> None:
    last = request(key, kind="delay").replace(b"Host:", b"Connection: close\r\nHost:")
    with server.plug() as plug:
        plug.send(last)
        server.arrived(key)
        plug.send(request(key))
        server.control(key, "GET", "/clock")
        server.advance(key, "5s")
        received, error = plug.rest()
    assert (received.count(b"HTTP/1.1 "), error) == (1, None)
    assert len(server.control(key, "GET", "/journal")["entries"]) == 1


def test_a_client_that_pumps_into_a_connection_that_hangs_is_noticed_when_it_leaves(server: Server, key: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, kind="hang"))
        server.arrived(key)
        plug.send(request(key, "POST", body=document()) * (8 * HELD_BYTES_MAX // len(document())))
        assert server.listening() == 1
    assert server.ends(key)
    assert len(server.control(key, "GET", "/journal")["entries"]) == 1


def test_a_client_is_not_called_silent_while_it_is_held(
    server: Server, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Protocol, "patience", 0.05)
    server.control(key, "PUT", "/world", {"clock": {"mode": "real"}})
    half = request(key, "POST", body=document())[:-10]
    with server.plug() as plug:
        plug.send(request(key, kind="delay", time="250ms"), half)
        assert plug.until(b"\r\n").startswith(b"HTTP/1.1 204 ")
