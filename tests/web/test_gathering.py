"""A head leaves together with its body, or alone when the turn of the loop is over, but always before the end."""

from __future__ import annotations

import asyncio
from typing import Any

from simulator.web.gathering import Gathering


class Wire(asyncio.Transport):
    """Notes what is done to it."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1)})
        self.done: list[Any] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.done.append(bytes(data))

    def close(self) -> None:
        self.done.append("closed")
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        self.done.append("paused")

    def resume_reading(self) -> None:
        self.done.append("resumed")


def after_a_turn(*steps: tuple[str, *tuple[bytes, ...]], wire: Wire) -> list[Any]:
    """What reached the wire once the steps were taken in one turn of the loop, and the turn was over."""

    async def take() -> None:
        gathering = Gathering(wire, asyncio.get_running_loop())
        for name, *arguments in steps:
            getattr(gathering, name)(*arguments)
        await asyncio.sleep(0)

    asyncio.run(take())
    return wire.done


def test_the_second_piece_takes_the_first_along() -> None:
    assert after_a_turn(("write", b"head"), ("write", b"body"), ("is_closing",), wire=Wire()) == [b"headbody"]


def test_an_empty_body_sends_the_head() -> None:
    assert after_a_turn(("write", b"head"), ("write", b""), wire=Wire()) == [b"head"]


def test_what_stands_alone_is_sent_when_the_turn_is_over() -> None:
    async def take(wire: Wire) -> list[Any]:
        gathering = Gathering(wire, asyncio.get_running_loop())
        gathering.write(b"head")
        before = list(wire.done)
        await asyncio.sleep(0)
        return [before, wire.done]

    assert asyncio.run(take(Wire())) == [[], [b"head"]]


def test_what_waits_is_sent_on_demand_and_only_once() -> None:
    assert after_a_turn(("write", b"head"), ("flush",), ("flush",), wire=Wire()) == [b"head"]


def test_everything_is_sent_before_it_closes_and_nothing_afterwards() -> None:
    done = after_a_turn(("write", b"head"), ("close",), ("write", b"late"), wire=Wire())

    assert done == [b"head", "closed"]


def test_the_rest_is_left_to_the_transport_below() -> None:
    wire = Wire()

    assert after_a_turn(("pause_reading",), ("resume_reading",), wire=wire) == ["paused", "resumed"]
    assert peer_behind(wire) == ("127.0.0.1", 1)


def peer_behind(wire: Wire) -> object:
    async def ask() -> object:
        return Gathering(wire, asyncio.get_running_loop()).get_extra_info("peername")

    return asyncio.run(ask())
