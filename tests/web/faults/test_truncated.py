"""`truncated`: less comes than was promised."""

from __future__ import annotations

import re

import pytest

from tests.web.faults.plug import PAYMENTS, Server, document, payments, request


def test_half_of_what_content_length_promises_comes(server: Server, key: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, "POST", body=document(), kind="truncated"), request(key))
        received, error = plug.rest()
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"content-length: 81" in head
    assert (body, error) == (b'{"message":"The ledger document was rece', None)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_has_no_body_is_cut_where_no_client_takes_it_for_complete(server: Server, key: str, method: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, method, kind="truncated"))
        assert plug.rest() == (b"HTTP/1.1 2", None)


def test_a_long_list_is_cut_too(server: Server, key: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, "POST", PAYMENTS, payments(2_500)))
        assert plug.answer()[0] == 200
        plug.send(request(key, target=PAYMENTS, kind="truncated"))
        received, error = plug.rest()
    head, _, body = received.partition(b"\r\n\r\n")
    promised = re.search(rb"content-length: (\d+)", head)
    assert promised is not None
    assert b"transfer-encoding" not in head
    assert (0 < len(body) < int(promised[1]), error) == (True, None)
