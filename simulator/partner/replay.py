"""Feeds what a world went through to a fresh one: the answers must be the same, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from simulator.clock import Instant
from simulator.contract.jsontext import dumps, loads
from simulator.partner.messages import Request
from simulator.partner.service import Service
from simulator.world import commands
from simulator.world.journal import Entry
from simulator.world.world import Setup, World


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry whose answer came out otherwise this time."""

    entry: Entry
    status: int
    answer: bytes


def replay(
    service: Service, world: World, setup: Setup, opened: Instant, entries: Iterable[Entry]
) -> Iterator[Difference]:
    """Empty *world*, set it up as the other was when it opened, carry out the entries, and yield each difference."""
    world.clear(setup, opened)
    world.clock.freeze()
    for entry in entries:
        if entry.kind == "command":
            answer, status = (
                dumps(commands.run(world, entry.operation, loads(entry.body), entry.at)),
                0,
            )
        else:
            request = Request(entry.method, entry.path, entry.query, entry.headers, entry.body, entry.oversized)
            given = service.handle(world, request, entry.at)
            status = given.status
            answer = b"".join(given.pieces) if given.pieces is not None else given.body
            if given.pieces is not None:
                answer = world.journal.entries[-1].answer_note.encode()
        if (status, answer) != (entry.status, entry.answer or entry.answer_note.encode()):
            yield Difference(entry, status, answer)
