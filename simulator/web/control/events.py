"""Whoever listens to a world: woken when something happens, bounded in number, ended when the server stops."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from simulator.errors import BoundError
from simulator.world.world import World

LISTENERS_MAX = 1_000
KEEP_ALIVE_SECONDS = 15.0
STOPPING = "the server stops"


class Listening:
    """Somebody who waits for what happens in a world."""

    def __init__(self, world: World) -> None:
        """Get ready; nothing is heard before `Streams.listening`."""
        self.world = world
        self.ended = ""
        """Why there is nothing more to wait for; empty as long as there is."""
        self.loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()

    def hear(self, name: str, thing: Any) -> None:
        """Take note of something: called by the world while it works, so it must be quick and must not fail."""
        raise NotImplementedError

    def wake(self) -> None:
        """Let `pause` return."""
        self._woken.set()

    def end(self, reason: str) -> None:
        """Let there be nothing more to wait for; the first reason stands."""
        self.ended = self.ended or reason
        self.wake()

    async def pause(self, seconds: float | None) -> bool:
        """Wait until woken, at most so long; say whether it was so. None: however long it takes."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return False
        self._woken.clear()
        return True


class Streams:
    """All who listen, on all worlds of a server."""

    def __init__(self, keep_alive: float = KEEP_ALIVE_SECONDS) -> None:
        """Start with nobody; *keep_alive* is how long a stream may be silent, in seconds."""
        self.keep_alive = keep_alive
        self.closed = False
        self._listening: set[Listening] = set()

    @contextmanager
    def listening(self, one: Listening) -> Iterator[None]:
        """Let somebody hear what happens in their world, as long as the block runs. Raises BoundError."""
        if len(self._listening) >= LISTENERS_MAX:
            raise BoundError(
                f"there are {LISTENERS_MAX} open streams and waits, which is the most.", advice="Close some."
            )
        if self.closed:
            one.end(STOPPING)
        self._listening.add(one)
        one.world.listeners.append(one.hear)
        try:
            yield
        finally:
            one.world.listeners.remove(one.hear)
            self._listening.discard(one)

    def tell(self, world: World, change: str) -> None:
        """Tell the listeners of a world what became of it as a whole: `reset`, or `removed`, which ends them."""
        for one in tuple(self._listening):
            if one.world is world:
                one.hear("world", {"change": change})
                if change == "removed":
                    one.end("the world was removed")

    def close(self) -> None:
        """End all of them, as an open stream would keep the server from stopping. From any thread, or a signal."""
        self.closed = True
        for one in tuple(self._listening):
            try:
                one.loop.call_soon_threadsafe(one.end, STOPPING)
            except RuntimeError:  # its loop is closed, and nobody waits there any more
                continue
