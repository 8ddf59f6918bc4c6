"""`slow`: the head at once, then the body drop by drop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from simulator.clock import SECOND, Duration
from simulator.partner.messages import Answer
from simulator.web.asgi import Message
from simulator.web.faults.exchange import Exchange
from simulator.web.faults.slow import DROPS_MAX, slow
from simulator.world.scenario import Fault
from tests.web.faults.plug import Server, document, request


def test_the_head_comes_at_once_and_the_body_byte_by_byte(server: Server, key: str) -> None:
    with server.plug() as plug:
        plug.send(request(key, "POST", body=document(), kind="slow", time="81s"))
        server.arrived(key)
        head = plug.until(b"\r\n\r\n")
        assert b"content-length: 81" in head
        assert plug.so_far() == b""
        server.advance(key, "9999ms")
        assert plug.until(b'{"message') == b'{"message'
        server.advance(key, "1ms")
        assert plug.until(b'"') == b'"'
        server.control(key, "GET", "/clock")
        assert plug.so_far() == b""
        server.advance(key, "71s")
        assert plug.until(b'"}').endswith(b'synchronization."}')
        plug.send(request(key))
        assert plug.answer()[0] == 200


def told(answer: Answer, method: str = "GET", duration: Duration | None = None) -> tuple[list[Message], list[Duration]]:
    """What is sent, and the times that are waited for."""
    sent: list[Message] = []
    waits: list[Duration] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def wait(until: Duration | None) -> None:
        assert until is not None
        waits.append(until)

    asyncio.run(slow(Exchange(send, method, answer, Fault("slow", "after", duration), wait=wait)))
    return sent, waits


@pytest.mark.parametrize("size", [1, 2, DROPS_MAX, DROPS_MAX + 1, 12_345])
def test_every_byte_comes_once_in_pieces_that_are_even_in_size_and_time(size: int) -> None:
    body = bytes(number % 251 for number in range(size))
    sent, waits = told(Answer(200, [], body))
    pieces = [message["body"] for message in sent[1:-1]]
    assert b"".join(pieces) == body
    assert len(pieces) == len(waits) == min(size, DROPS_MAX)
    assert max(map(len, pieces)) - min(map(len, pieces)) <= 1
    assert waits == sorted(waits)
    assert waits[-1] == 10 * SECOND
    assert sent[-1] == {"type": "http.response.body", "body": b""}


@pytest.mark.parametrize(("answer", "method"), [(Answer(204, []), "GET"), (Answer(200, [], b"body"), "HEAD")])
def test_what_has_no_body_comes_late_as_a_whole(answer: Answer, method: str) -> None:
    sent, waits = told(answer, method, 7 * SECOND)
    assert waits == [7 * SECOND]
    assert [message.get("body") for message in sent] == [None, b""]


def test_of_a_long_list_the_first_piece_dribbles_and_the_rest_follows() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"abc"
        yield b"defgh"

    sent, waits = told(Answer(200, [], pieces=pieces()), duration=3 * SECOND)
    assert waits == [SECOND, 2 * SECOND, 3 * SECOND]
    assert [message.get("body") for message in sent] == [None, b"a", b"b", b"c", b"defgh", b""]
