"""Waits until enough entries of the journal match: `POST /_sim/journal/wait`."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Any

from simulator.clock import MINUTE, SECOND, Duration, parse_duration, show_duration
from simulator.errors import SettingError
from simulator.web.control.calls import Call, Reply
from simulator.web.control.events import Listening
from simulator.web.control.journal import entry_at, query_from
from simulator.world.journal import Entry, Query
from simulator.world.world import World

TIMEOUT_DEFAULT = "10s"
TIMEOUT_MAX: Duration = MINUTE
"""A connection that is silent for longer is taken for dead by what stands in between."""


class Waiter(Listening):
    """Gathers the entries that match until there are enough."""

    def __init__(self, world: World, query: Query, count: int) -> None:
        """Start with what has already happened."""
        super().__init__(world)
        self.query = query
        self.count = count
        self.evicted = world.journal.missing(query)
        # Numbers and not entries: what the journal lets go must not be kept alive here.
        self.found = [entry.number for entry in islice(world.journal.find(query), count)]

    @property
    def is_met(self) -> bool:
        """Say whether there are enough."""
        return len(self.found) >= self.count

    def hear(self, name: str, thing: Any) -> None:
        """Take an entry that matches; after a reset start over, as the journal did."""
        if isinstance(thing, Entry):
            if len(self.found) < self.count and self.query.takes(thing):
                self.found.append(thing.number)
            if self.is_met:
                self.wake()
        elif name == "world" and not self.is_met:
            self.found.clear()
            self.query, self.evicted = replace(self.query, after=0), 0

    def show(self) -> dict[str, Any]:
        """Return what came of it."""
        entries = [entry for number in self.found if (entry := entry_at(self.world.journal, number)) is not None]
        gone = self.evicted + len(self.found) - len(entries)
        return {
            "met": self.is_met,
            "count": len(self.found),
            "wanted": self.count,
            "entries": [entry.show() for entry in entries],
            "next": self.found[-1] if self.found else self.query.after,
            "evicted": gone,
            "complete": gone == 0,
            "ended": None if self.is_met else self.ended or None,
        }


async def wait(call: Call) -> Reply:
    """Answer when enough entries match, or when the time is up."""
    timeout = parse_duration(call.body.get("timeout", TIMEOUT_DEFAULT))
    if timeout > TIMEOUT_MAX:
        raise SettingError(
            f"the wait is longer than {show_duration(TIMEOUT_MAX)}.", where="timeout", advice="Wait again instead."
        )
    match = {**call.body.get("match", {}), "after": call.body.get("after", 0)}
    waiter = Waiter(call.look(), query_from(call.worlds.contract, match), int(call.body.get("count", 1)))
    if not waiter.is_met:
        with call.streams.listening(waiter):
            await waiter.pause(timeout / SECOND)
    return Reply(waiter.show())
