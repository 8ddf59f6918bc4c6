"""`reset`: the client sees ECONNRESET, under TLS too, before or in the middle of the answer."""

from __future__ import annotations

import pytest

from tests.web.faults.plug import PAYMENTS, Server, document, payments, request


@pytest.mark.parametrize("at", ["before", "after"])
def test_the_connection_breaks_before_a_byte_of_the_answer(server: Server, key: str, at: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, "POST", body=document(), kind="reset", at=at))
        assert plug.rest() == (b"", ConnectionResetError)


def test_during_means_in_the_middle_of_the_body(server: Server, key: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, "POST", body=document(), kind="reset", at="during"))
        received, error = plug.rest()
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"content-length: 81" in head
    assert body == b'{"message":"The ledger document was rece'
    assert error is ConnectionResetError


def test_without_a_body_the_middle_is_in_the_status_line(server: Server, key: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, kind="reset", at="during"))
        assert plug.rest() == (b"HTTP/1.1 2", ConnectionResetError)


def test_what_came_behind_has_neither_an_answer_nor_an_effect(server: Server, key: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, kind="reset"), request(key, "POST", body=document()))
        assert plug.rest() == (b"", ConnectionResetError)
    assert len(server.control(key, "GET", "/journal")["entries"]) == 1
    assert server.control(key, "GET", "/records")["records"] == []


def test_a_connection_breaks_in_mid_life_after_good_answers(server: Server, key: str) -> None:
    with server.plug() as plug:
        plug.send(request(key))
        assert plug.answer() == (204, b"")
        plug.send(request(key, kind="reset"))
        assert plug.rest() == (b"", ConnectionResetError)


def test_half_of_a_large_body_arrives_whole(server: Server, key: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, "POST", PAYMENTS, payments(900)))
        assert plug.answer()[0] == 200
        plug.send(request(key, target=PAYMENTS))
        status, body = plug.answer()
        assert (status, len(body) > 100_000) == (200, True)
        plug.send(request(key, target=PAYMENTS, kind="reset", at="during"))
        received, error = plug.rest()
    assert received.partition(b"\r\n\r\n")[2] == body[: len(body) // 2]
    assert error is ConnectionResetError
