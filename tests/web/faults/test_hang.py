"""`hang`: no answer, until the client or the server goes, the world ends, or the time is up."""

from __future__ import annotations

import pytest

from simulator.clock import SECOND, stopwatch
from simulator.web.server import GRACE_SECONDS
from tests.web.faults.plug import Certificates, Server, document, request, serving


def test_no_answer_comes_whatever_the_clock_says(server: Server, key: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, "POST", body=document(), kind="hang"))
        server.arrived(key)
        server.advance(key, "1000d")
        server.control(key, "GET", "/clock")
        assert plug.so_far() == b""


@pytest.mark.parametrize("kind", ["hang", "delay", "slow"])
def test_it_ends_when_the_client_leaves_even_with_requests_behind_it(server: Server, key: str, kind: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, kind=kind), request(key), request(key))
        server.arrived(key)
        assert server.listening() == 1
    assert server.ends(key)
    assert len(server.control(key, "GET", "/journal")["entries"]) == 1


def test_with_a_time_the_connection_is_closed_then_without_an_answer(server: Server, key: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, kind="hang", time="1h"))
        server.arrived(key)
        server.advance(key, "59m")
        server.control(key, "GET", "/clock")
        assert plug.so_far() == b""
        server.advance(key, "1m")
        assert plug.rest() == (b"", None)


@pytest.mark.parametrize(("method", "target"), [("POST", "/reset"), ("DELETE", "/world")])
@pytest.mark.parametrize("kind", ["hang", "delay"])
def test_it_ends_without_an_answer_when_the_world_does(
    server: Server, key: str, kind: str, method: str, target: str
) -> None:
    with server.plug() as plug:
        plug.send(request(key, kind=kind))
        server.arrived(key)
        server.control(key, method, target, {} if method == "POST" else None)
        assert plug.rest() == (b"", None)


@pytest.mark.parametrize("is_safe", [False, True], ids=["HTTP", "HTTPS"])
def test_the_server_stops_all_the_same(made: Certificates, *, is_safe: bool) -> None:
    with serving(made if is_safe else None) as server:
        plugs = [server.plug() for _ in range(8)]
        for number, plug in enumerate(plugs):
            plug.send(request(f"test-{number}", kind=["hang", "delay", "slow", "empty"][number % 4]))
            server.arrived(f"test-{number}")
        idle = server.plug()
        began = stopwatch()
    assert stopwatch() - began < GRACE_SECONDS * SECOND
    for plug in [*plugs, idle]:
        assert plug.rest() == (b"", None)
        plug.socket.close()
