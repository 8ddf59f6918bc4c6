"""Feeds what a world went through to a fresh one: the answers must be the same, byte for byte."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from simulator.clock import Instant
from simulator.contract.contract import Contract
from simulator.contract.jsontext import loads
from simulator.errors import SimulatorError
from simulator.partner.messages import Request
from simulator.partner.service import STREAMED, Service
from simulator.settings import Settings
from simulator.systems.base import Tenant
from simulator.world import commands
from simulator.world.journal import Entry
from simulator.world.journalfile import Log
from simulator.world.setup import Setup
from simulator.world.wires import request_of, speak
from simulator.world.world import World

SHOWN_MAX = 1_000
TEXT_MAX = 10_000
KEY = "test-replay"


class Part(NamedTuple):
    """What came out otherwise: status, answer or decision of a request, or the result of a command."""

    what: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry whose answer came out otherwise this time."""

    entry: Entry
    status: int
    answer: bytes
    decision: str = ""

    def parts(self) -> list[Part]:
        """Return what is otherwise, each with what was and what is."""
        entry = self.entry
        found = []
        if self.status != entry.status:
            found.append(Part("status", str(entry.status), str(self.status)))
        if self.answer != _told(entry):
            what = "result" if entry.kind == "command" else "answer"
            found.append(Part(what, _text(_told(entry)), _text(self.answer)))
        if self.decision != entry.decision:
            found.append(Part("decision", entry.decision or "none", self.decision or "none"))
        return found


def compare(log: Log, contract: Contract, settings: Settings) -> dict[str, Any]:
    """Replay a log in a world of its own, and return what came out otherwise as a JSON object."""
    service = Service(contract)
    world = World(KEY, log.setup, settings, contract, Tenant(log.tenant) if log.tenant else None)
    shown: list[dict[str, Any]] = []
    count = 0
    for difference in replay(service, world, log.setup, log.opened, log.entries):
        entry = difference.entry
        for part in difference.parts():
            count += 1
            if len(shown) < SHOWN_MAX:
                shown.append({"number": entry.number, "operation": entry.operation, **part._asdict()})
    return {
        "entries": len(log.entries),
        "same": count == 0,
        "count": count,
        "differences": shown,
        "complete": log.complete,
    }


def replay(
    service: Service, world: World, setup: Setup, opened: Instant, entries: Iterable[Entry]
) -> Iterator[Difference]:
    """Empty *world*, set it up as the other was when it opened, carry out the entries, and yield each difference."""
    world.clear(setup, opened)
    for entry in entries:
        # The clock keeps its mode, which answers tell, and each entry brings its instant with it.
        world.reach(entry.at)
        status, answer, decision = _again(service, world, entry)
        if (status, answer, decision) != (entry.status, _told(entry), entry.decision):
            yield Difference(entry, status, answer, decision)


def _told(entry: Entry) -> bytes:
    return entry.answer or entry.answer_note.encode()


def _text(data: bytes) -> str:
    text = data.decode("utf-8", "replace")
    return text if len(text) <= TEXT_MAX else f"{text[:TEXT_MAX]}…"


def _again(service: Service, world: World, entry: Entry) -> tuple[int, bytes, str]:
    if entry.kind == "command":
        try:
            commands.run(world, entry.operation, loads(entry.body, sys.maxsize), entry.at)
        except SimulatorError as error:
            # It was carried out once, so this is a difference like any other.
            return 0, str(error).encode(), ""
        return 0, world.journal.entries[-1].answer, ""
    if entry.kind == "wire":
        said = speak(world, entry.operation, request_of(entry), entry.at)
        return said.status, said.body, ""
    request = Request(entry.method, entry.path, entry.query, entry.headers, entry.body, entry.oversized)
    answer = service.handle(world, request, entry.at)
    written = world.journal.entries[-1]
    if answer.pieces is None:
        return answer.status, answer.body, written.decision
    # A long answer that the client did not take to its end left no digest to compare with.
    if entry.answer_note != STREAMED:
        deque(answer.pieces, maxlen=0)
    return answer.status, written.answer_note.encode(), written.decision
