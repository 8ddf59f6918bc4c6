"""Who listens to a world: bounded, told, and ended when the server stops."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from simulator.errors import BoundError
from simulator.web.control import events
from simulator.web.control.events import STOPPING, Listening, Streams
from simulator.world.world import World
from tests.web.control.client import Client


class Notes(Listening):
    """Writes down what it hears."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.heard: list[tuple[str, Any]] = []

    def hear(self, name: str, thing: Any) -> None:
        self.heard.append((name, thing))
        self.wake()


def test_one_hears_its_world_as_long_as_it_listens(client: Client) -> None:
    async def story() -> None:
        streams, one = Streams(), Notes(client.world)
        with streams.listening(one):
            await client.send("POST", "/_sim/clock/freeze")
            assert [name for name, _ in one.heard] == ["command"]
            assert await one.pause(60)
            assert not await one.pause(0)
        await client.send("POST", "/_sim/clock/freeze")
        assert len(one.heard) == 1

    asyncio.run(story())


def test_only_the_listeners_of_a_world_are_told_of_its_change(client: Client) -> None:
    async def story() -> None:
        streams = Streams()
        one, other = Notes(client.world), Notes(client.app.worlds.world("test-other"))
        with streams.listening(one), streams.listening(other):
            streams.tell(client.world, "reset")
            assert (one.heard, one.ended, other.heard) == ([("world", {"change": "reset"})], "", [])
            streams.tell(client.world, "removed")
            assert (one.ended, other.ended) == ("the world was removed", "")

    asyncio.run(story())


def test_closing_ends_all_from_another_thread_and_whoever_comes_later(client: Client) -> None:
    async def story() -> None:
        streams = Streams()
        one, late = Notes(client.world), Notes(client.world)
        with streams.listening(one):
            thread = threading.Thread(target=streams.close)
            thread.start()
            assert await one.pause(60)
            thread.join()
            assert one.ended == STOPPING
            with streams.listening(late):
                assert late.ended == STOPPING
        one.end("later")
        assert one.ended == STOPPING

    asyncio.run(story())


def test_closing_passes_over_a_loop_that_is_gone(client: Client) -> None:
    streams = Streams()
    listening = asyncio.run(_listening(client))
    streams._listening.add(listening)
    streams.close()
    assert listening.ended == ""


async def _listening(client: Client) -> Listening:
    return Notes(client.world)


def test_listeners_are_bounded_in_number(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "LISTENERS_MAX", 1)

    async def story() -> None:
        streams = Streams()
        with streams.listening(Notes(client.world)):
            with pytest.raises(BoundError), streams.listening(Notes(client.world)):
                raise AssertionError
            assert len(client.world.listeners) == 1

    asyncio.run(story())


def test_listening_as_such_hears_nothing(client: Client) -> None:
    async def story() -> None:
        with pytest.raises(NotImplementedError):
            Listening(client.world).hear("world", {})

    asyncio.run(story())
