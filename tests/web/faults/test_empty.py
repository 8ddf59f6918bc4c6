"""`empty`: the connection ends in good order, without a byte."""

from __future__ import annotations

from tests.web.faults.plug import Server, document, request


def test_the_connection_is_closed_without_a_byte(server: Server, key: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, "POST", body=document(), kind="empty"))
        assert plug.rest() == (b"", None)


def test_it_stays_a_good_end_when_more_comes_in_than_is_read(plain: Server, key: str) -> None:
    head = request(key, "POST", kind="empty").removesuffix(b"\r\n")
    with plain.plug() as plug:
        plug.send(head, b"Content-Type: application/json\r\nContent-Length: 5000000\r\n\r\n", b"x" * 100_000)
        plain.arrived(key)
        plug.send(b"y" * 100_000)
        assert plug.rest() == (b"", None)


def test_what_came_behind_is_not_carried_out(server: Server, key: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, kind="empty"), request(key, "POST", body=document()))
        assert plug.rest() == (b"", None)
    assert server.control(key, "GET", "/records")["records"] == []
