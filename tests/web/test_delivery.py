"""An answer as it should be: whole, in pieces, or its head alone."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from simulator.partner.messages import Answer
from simulator.web.asgi import Message
from simulator.web.delivery import deliver

HEADERS = [(b"content-type", b"application/json")]


def sent(answer: Answer, method: str = "GET") -> list[Any]:
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    asyncio.run(deliver(send, answer, method))
    start, *bodies = messages
    assert (start["status"], start["headers"]) == (answer.status, answer.headers)
    assert [message.get("more_body", False) for message in bodies] == [True] * (len(bodies) - 1) + [False]
    return [message["body"] for message in bodies]


def test_a_short_answer_goes_out_in_one_piece() -> None:
    assert sent(Answer(200, HEADERS, b"{}")) == [b"{}"]
    assert sent(Answer(204, [])) == [b""]


def test_a_long_one_in_many() -> None:
    assert sent(Answer(200, HEADERS, pieces=iter([b"a", b"b"]))) == [b"a", b"b", b""]


@pytest.mark.parametrize("answer", [Answer(200, HEADERS, b"{}"), Answer(200, HEADERS, pieces=iter([b"a"]))])
def test_head_gets_the_head_alone(answer: Answer) -> None:
    assert sent(answer, "HEAD") == [b""]
