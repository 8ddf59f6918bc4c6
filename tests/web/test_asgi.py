"""Reading a body within its bound."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from simulator.web.asgi import DisconnectedError, Message, OversizedError, read_body

LIMIT = 10


def read(messages: Sequence[Message], headers: Sequence[tuple[bytes, bytes]] = ()) -> bytes:
    """Read a body from prepared messages; asking for more than there are is an IndexError."""
    waiting = list(messages)

    async def receive() -> Message:
        return waiting.pop(0)

    return asyncio.run(read_body({"headers": list(headers)}, receive, LIMIT))


def piece(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_in_one_piece_is_returned() -> None:
    assert read([piece(b"0123456789")]) == b"0123456789"


def test_the_pieces_of_a_body_are_joined() -> None:
    assert read([piece(b"012", more=True), piece(b"", more=True), piece(b"345")]) == b"012345"


def test_a_body_of_one_byte_too_many_is_refused() -> None:
    with pytest.raises(OversizedError):
        read([piece(b"0123456789x")])


def test_a_body_that_grows_too_large_is_refused_without_waiting_for_its_end() -> None:
    with pytest.raises(OversizedError):
        read([piece(b"012345", more=True), piece(b"67890", more=True)])


@pytest.mark.parametrize("length", [b"11", b"99999999999999999999", b"-1", b"ten"])
def test_a_length_beyond_the_bound_is_refused_before_anything_is_read(length: bytes) -> None:
    with pytest.raises(OversizedError):
        read([], [(b"content-length", length)])


def test_a_client_that_goes_away_in_the_middle_is_noticed() -> None:
    with pytest.raises(DisconnectedError):
        read([piece(b"012", more=True), {"type": "http.disconnect"}])


def test_a_client_that_is_gone_before_its_first_byte_is_noticed() -> None:
    with pytest.raises(DisconnectedError):
        read([{"type": "http.disconnect"}])
