"""What happens in a world as server-sent events: `GET /_sim/events`."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator
from typing import Any

from simulator.clock import SECOND, show_instant
from simulator.contract.jsontext import dumps
from simulator.web.control.calls import Call, Reply
from simulator.web.control.events import Listening, Streams
from simulator.web.control.journal import entry_at
from simulator.world.commands import show_clock
from simulator.world.engine import Fired
from simulator.world.journal import Entry, Query
from simulator.world.world import World

MESSAGES_MAX = 1_000
RECORDS_MAX = 500
"""Of these at most so many on records: a burst of them is counted rather than told one by one."""
EFFECTS_MAX = 10
TEXT_MAX = 1_000
"""Characters of a path or an identifier: whatever a client sends is kept for every reader by itself."""
RETRY_MILLISECONDS = 2_000
MARGIN_SECONDS = 0.001
"""A timer may go off a moment early, when nothing is due yet."""
KEEP_ALIVE = b": keep-alive\n\n"


class Reader(Listening):
    """What one subscriber has still to be told; bounded, so that a slow one costs no memory and is let go."""

    def __init__(self, world: World) -> None:
        """Start with nothing to tell."""
        super().__init__(world)
        self._messages: deque[bytes] = deque()
        self._omitted = 0

    def hear(self, name: str, thing: Any) -> None:
        """Queue a message, or let go of a reader that is too slow: it comes back and asks from where it was."""
        if self.ended:
            return
        if name == "records":
            self._hear_records(thing)
        elif len(self._messages) >= MESSAGES_MAX:
            self.end("too slow: messages were lost, connect again")
        elif isinstance(thing, Entry):
            self._messages.append(entry_message(thing))
        else:
            # After a reset the entries are numbered from 1 again.
            self._messages.append(message(name, thing, number=0 if name == "world" else None))
        self.wake()

    def _hear_records(self, fired: list[Fired]) -> None:
        room = max(0, RECORDS_MAX - len(self._messages))
        for event in fired[:room]:
            shown = event.show()
            self._messages.append(message("record", {**shown, "identifier": shown["identifier"][:TEXT_MAX]}))
        self._omitted += max(0, len(fired) - room)

    def take(self) -> bytes:
        """Return everything that is to be told now."""
        told = b"".join(self._messages)
        self._messages.clear()
        if self._omitted:
            told += message("omitted", {"records": self._omitted})
            self._omitted = 0
        return told


def message(name: str, data: Any, number: int | None = None) -> bytes:
    """Return one event of the stream; a *number* lets a reader that comes back say how far it was."""
    head = f"event: {name}\n" if number is None else f"id: {number}\nevent: {name}\n"
    return b"%bdata: %b\n\n" % (head.encode(), dumps(data))


def entry_message(entry: Entry) -> bytes:
    """Return an entry of the journal as an event, without what may be long: that is asked for by its number."""
    shown: dict[str, Any] = {"number": entry.number, "at": show_instant(entry.at), "operation": entry.operation or None}
    if entry.kind == "command":
        return message("command", shown, entry.number)
    effects = [
        {"effect": effect.what, "kind": effect.kind, "identifier": effect.identifier[:TEXT_MAX]}
        for effect in entry.effects[:EFFECTS_MAX]
    ]
    shown |= {
        "method": entry.method,
        "path": entry.path[:TEXT_MAX],
        "query": entry.query[:TEXT_MAX].decode("utf-8", "replace"),
        "status": entry.status,
        "outcome": entry.outcome,
        "violations": len(entry.violations),
        "effects": effects,
        "effectCount": len(entry.effects),
    }
    return message("wire" if entry.kind == "wire" else "exchange", shown, entry.number)


def events(call: Call) -> Reply:
    """Follow a world: `GET /_sim/events`."""
    world = call.look()
    after = int(call.last_event) if call.last_event.isdecimal() and len(call.last_event) < 16 else None  # noqa: PLR2004
    return Reply(stream=feed(call.streams, world, after))


async def feed(streams: Streams, world: World, after: int | None) -> AsyncGenerator[bytes, None]:
    """Yield what happens in a world, until the reader is gone or told that it is the end.

    While somebody looks on, due events happen when they are due, and not only at the next request.
    """
    reader = Reader(world)
    with streams.listening(reader):
        journal, last = world.journal, world.journal.last
        yield b"retry: %d\n\n" % RETRY_MILLISECONDS + message("hello", _hello(world, after))
        for number in range(last if after is None else _start(world, after), last):
            # The journal moves on while the reader takes its time.
            if (entry := entry_at(journal, number + 1)) is not None:
                yield entry_message(entry)
        while True:
            if told := reader.take():
                yield told
            if reader.ended:
                break
            if not await reader.pause(_seconds(world, streams.keep_alive)) and not world.arrive():
                yield KEEP_ALIVE
    yield message("end", {"reason": reader.ended})


def _hello(world: World, after: int | None) -> dict[str, Any]:
    last = world.journal.last
    return {
        "world": world.identity,
        "clock": show_clock(world),
        "last": last,
        "missed": 0 if after is None else world.journal.missing(Query(after=_start(world, after))),
    }


def _start(world: World, after: int) -> int:
    # Who saw more entries than there are saw them before a reset.
    return after if after <= world.journal.last else 0


def _seconds(world: World, keep_alive: float) -> float:
    due = world.engine.next_due
    wait = None if due is None else world.clock.real_time_until(due)
    return keep_alive if wait is None else min(keep_alive, wait / SECOND + MARGIN_SECONDS)
