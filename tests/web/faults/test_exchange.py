"""What a fault finds: the answer as it should be, and the connection or the lack of it."""

from __future__ import annotations

import asyncio

import pytest

from simulator.partner.messages import Answer
from simulator.web.asgi import Message
from simulator.web.faults.exchange import Exchange, WireFaultError
from simulator.world.scenario import Fault


async def ignore(_message: Message) -> None:
    return None


def exchange(answer: Answer, method: str = "GET", fault: Fault | None = None) -> Exchange:
    return Exchange(ignore, method, answer, fault or Fault("reset", "during"))


def test_in_process_there_is_no_line_to_break() -> None:
    with pytest.raises(WireFaultError, match=r"'reset' .* during the effect; there is no connection") as caught:
        _ = exchange(Answer(200, [])).line
    assert isinstance(caught.value, ConnectionError)
    assert (caught.value.kind, caught.value.at) == ("reset", "during")


def test_half_an_answer_is_not_begun_where_it_cannot_be_broken_off() -> None:
    with pytest.raises(WireFaultError):
        asyncio.run(exchange(Answer(200, [], b"{}")).send_half())


def test_the_time_is_the_one_that_is_given_or_the_usual_one() -> None:
    assert exchange(Answer(200, [])).time(5) == 5
    assert exchange(Answer(200, []), fault=Fault("delay", "after", 7)).time(5) == 7
    assert exchange(Answer(200, []), fault=Fault("delay", "after", 0)).time(5) == 0


def test_the_body_is_the_one_that_would_be_sent() -> None:
    assert exchange(Answer(200, [], b"body")).body() == b"body"
    assert exchange(Answer(200, [], b"body"), "HEAD").body() == b""
    long = exchange(Answer(200, [], pieces=iter([b"a", b"b"])))
    assert [long.body(), long.body(), long.body()] == [b"a", b"b", b""]


def test_nothing_waits_before_it_is_told_on_whose_clock() -> None:
    with pytest.raises(NotImplementedError):
        asyncio.run(exchange(Answer(200, [])).wait(1))  # type: ignore[arg-type]
