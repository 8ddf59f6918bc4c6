"""Feeds what a world went through to a fresh one: the answers must be the same, byte for byte."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from simulator.clock import Instant
from simulator.contract.jsontext import loads
from simulator.partner.messages import Request
from simulator.partner.service import STREAMED, Service
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
    for entry in entries:
        # The clock keeps its mode, which answers tell, and each entry brings its instant with it.
        world.reach(entry.at)
        status, answer = _again(service, world, entry)
        if (status, answer) != (entry.status, entry.answer or entry.answer_note.encode()):
            yield Difference(entry, status, answer)


def _again(service: Service, world: World, entry: Entry) -> tuple[int, bytes]:
    if entry.kind == "command":
        commands.run(world, entry.operation, loads(entry.body, sys.maxsize), entry.at)
        return 0, world.journal.entries[-1].answer
    request = Request(entry.method, entry.path, entry.query, entry.headers, entry.body, entry.oversized)
    answer = service.handle(world, request, entry.at)
    if answer.pieces is None:
        return answer.status, answer.body
    # A long answer that the client did not take to its end left no digest to compare with.
    if entry.answer_note != STREAMED:
        deque(answer.pieces, maxlen=0)
    return answer.status, world.journal.entries[-1].answer_note.encode()
