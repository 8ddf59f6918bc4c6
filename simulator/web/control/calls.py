"""A call of the control API, ready to be carried out, and what comes of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.contract.storytext import Text
from simulator.errors import ExpiredError
from simulator.web.asgi import Header
from simulator.web.control.events import Streams
from simulator.web.control.table import Table
from simulator.world import commands
from simulator.world.world import World
from simulator.world.worlds import Worlds

PAGE = 100
"""Items of a list, where the call does not say how many."""


@dataclass(slots=True)
class Call:
    """The arguments of a call, and what it works on."""

    table: Table
    worlds: Worlds
    streams: Streams
    key: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    """The parameters of path and query."""
    body: Mapping[str, Any] = field(default_factory=dict)
    text: Text = field(default_factory=lambda: Text(None))
    """The body of a call that takes YAML, and the places in it."""
    last_event: str = ""
    base_url: str = ""
    """Under which the caller reached the server."""

    def world(self) -> World:
        """Return the world of the key. Raises ExpiredError and BoundError."""
        return self.worlds.world(self.key)

    def look(self) -> World:
        """Return the world at its present time, to be looked at and not changed."""
        world = self.world()
        world.arrive()
        return world

    def anew(self) -> World:
        """Return the world of the key; one that expired is opened anew, as whoever sets a world up wants one."""
        try:
            return self.world()
        except ExpiredError:
            self.worlds.remove(self.key)
            return self.world()

    def run(self, name: str, /, **arguments: Any) -> Reply:
        """Carry out a command on the world with the body's arguments and those of the path."""
        return Reply(commands.run(self.world(), name, {**arguments, **self.body}))

    def limit(self) -> int:
        """Return how many items a page may have."""
        limit: int = self.given.get("limit", PAGE)
        return limit


@dataclass(slots=True)
class Reply:
    """A JSON value with its status, or a stream of bytes."""

    value: Any = None
    status: int = 200
    headers: Sequence[Header] = ()
    stream: AsyncGenerator[bytes, None] | None = None


Handler = Callable[[Call], Reply | Awaitable[Reply]]
