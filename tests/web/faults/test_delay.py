"""`delay`: the answer comes when the world's clock says so, and everything else goes on."""

from __future__ import annotations

import pytest

from simulator.clock import MILLISECOND, SECOND, stopwatch
from tests.web.faults.plug import GUARD_SECONDS, Server, document, request


def test_the_answer_comes_when_the_clock_has_passed_the_delay_and_not_before(server: Server, key: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, "POST", body=document(), kind="delay", time="10m"))
        server.arrived(key)
        server.advance(key, "9m59s")
        server.control(key, "GET", "/clock")
        assert plug.so_far() == b""
        server.advance(key, "1s")
        status, body = plug.answer()
    assert (status, body[:12]) == (200, b'{"message":"')


def test_without_a_time_it_takes_five_seconds(server: Server, key: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, kind="delay"))
        server.arrived(key)
        server.advance(key, "4999ms")
        server.control(key, "GET", "/clock")
        assert plug.so_far() == b""
        server.advance(key, "1ms")
        assert plug.answer() == (204, b"")


def test_settling_moves_the_clock_past_a_delay_too(plain: Server, key: str) -> None:
    with plain.plug() as plug:
        plug.send(request(key, "POST", body=document(), kind="delay", time="1s"))
        plain.arrived(key)
        plain.control(key, "POST", "/clock/settle", {})
        assert plug.answer()[0] == 200


def test_the_connection_stays_and_what_came_behind_is_answered_after_it(server: Server, key: str) -> None:
    missing = request(key, target="/api/v1/partner/nothing")
    with server.plug() as plug:
        plug.send(request(key, "POST", body=document(), kind="delay"), missing)
        server.arrived(key)
        plug.send(request(key))
        server.control(key, "GET", "/clock")
        assert plug.so_far() == b""
        server.advance(key, "5s")
        assert [plug.answer()[0] for _ in range(3)] == [200, 404, 200]
        plug.send(missing)
        assert plug.answer()[0] == 404
    operations = [entry["operation"] for entry in server.control(key, "GET", "/journal")["entries"]]
    assert operations == ["submit_ledger", None, "ledger_status", None]


def test_others_are_answered_meanwhile(server: Server, key: str) -> None:
    with server.plug() as plug, server.plug() as other:
        plug.send(request(key, kind="delay"))
        server.arrived(key)
        other.send(request(key))
        assert other.answer() == (204, b"")
        assert plug.so_far() == b""


@pytest.mark.parametrize(("mode", "time", "least"), [("real", "60ms", 60), ("x60", "3s", 50)])
def test_a_clock_that_runs_brings_the_answer_by_itself(
    server: Server, key: str, mode: str, time: str, least: int
) -> None:
    server.control(key, "PUT", "/world", {"clock": {"mode": mode}})
    with server.plug() as plug:
        began = stopwatch()
        plug.send(request(key, kind="delay", time=time))
        assert plug.answer() == (204, b"")
        assert least * MILLISECOND <= stopwatch() - began < GUARD_SECONDS * SECOND
