"""A bad day in virtual time: many documents go through outage, retries, failures and recovery, and all are booked."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from benchmarks.rows import FULL, Bar, Row, Scale, spread
from simulator.contract.contract import Contract, built_in
from simulator.contract.jsontext import dumps, loads
from simulator.partner.messages import Request
from simulator.partner.service import Service
from simulator.settings import Settings
from simulator.systems.catalogue import DEFAULT, wires
from simulator.web.server import tune_collector
from simulator.world import commands
from simulator.world.scenario import scenario_from
from simulator.world.setup import setup_from, telling
from simulator.world.world import World

KEY = "test-benchmark"
LEDGER = "/api/v1/partner/accounting/ledger"
HEADERS = ((b"host", b"127.0.0.1"), (b"x-api-key", KEY.encode()), (b"content-type", b"application/json"))
EXAMPLE = "accounting/examples/ledger.json"
SYNCED, FAILED = 1, 2
ROUNDS_MAX = 20
ROUNDS = 3

STORY: dict[str, Any] = {
    "format": 1,
    "name": "a-bad-day",
    "seed": 7,
    "rules": [
        {
            "name": "answer-lost",
            "when": {"operation": "submit_ledger", "chance": 0.05},
            "fault": {"kind": "reset", "at": "after"},
        },
        {
            "name": "overloaded",
            "when": {"operation": "submit_ledger", "chance": 0.05},
            "respond": {"status": 503, "retry_after": "1s"},
        },
        {"name": "down", "when": {"sync": "any", "until": "10m"}, "outcomes": ["unreachable"]},
        {
            "name": "refused-once",
            "when": {"sync": "any", "chance": 0.1},
            "outcomes": [{"failed": "The accounting system refused the document"}, "push"],
        },
    ],
}


def bad_day(scale: Scale) -> list[Row]:
    """Tell the bad day a few times, with the garbage collector as `serve` has it."""
    tune_collector()
    told = [story_of_ten_thousand(scale.story) for _ in range(ROUNDS)]
    title = f"{scale.story:,} records through outage, retries and recovery"
    bar = Bar(3.0 * scale.story / FULL.story)
    return [
        Row(title, "s", spread(one.seconds for one in told), bar),
        Row(f"{title}: a push", "µs", spread(one.seconds / one.pushes * 1e6 for one in told)),
    ]


def wired_days(scale: Scale) -> list[Row]:
    """Tell the bad day once with each accounting system behind CFIS, whose messages are built, checked and read."""
    tune_collector()
    bar = Bar(3.0 * scale.story / FULL.story)
    rows = []
    for name in wires():
        told = [story_of_ten_thousand(scale.story, name) for _ in range(ROUNDS)]
        rows.append(Row(f"{scale.story:,} records, booked in {name}", "s", spread(one.seconds for one in told), bar))
    return rows


@dataclass(frozen=True)
class Told:
    """How long it took, and what happened meanwhile."""

    seconds: float
    records: int
    requests: int
    pushes: int
    decisions: int
    resubmitted: int
    hours: float
    """In virtual time."""


def story_of_ten_thousand(records: int = 10_000, system: str = DEFAULT) -> Told:
    """Deliver so many ledgers on a bad day until every one is booked, once; return how long that took."""
    contract = built_in()
    settings = Settings(clock="virtual", journal_entries_max=10 * records)
    story = scenario_from({**STORY, "system": system}, contract)
    world = World(KEY, telling(setup_from(settings, contract), story, contract), settings, contract)
    service = Service(contract)
    requests = _submissions(contract, records)
    gc.collect()
    began = time.perf_counter()
    for request in requests.values():
        _deliver(service, world, request)
    commands.run(world, "settle", {})
    resubmitted = 0
    for _ in range(ROUNDS_MAX):
        failed = _with_status(service, world, FAILED)
        if not failed:
            break
        for identifier in failed:
            _deliver(service, world, requests[identifier])
        resubmitted += len(failed)
        commands.run(world, "settle", {})
    seconds = time.perf_counter() - began
    return _told(service, world, records, seconds, resubmitted)


def _submissions(contract: Contract, records: int) -> dict[str, Request]:
    document = contract.files.read(EXAMPLE)["ledgers"]
    names = [f"LGR-{number:06d}" for number in range(records)]
    return {
        name: Request("POST", LEDGER, b"", HEADERS, dumps({"ledgers": {**document, "ledgerIdentifier": name}}))
        for name in names
    }


def _deliver(service: Service, world: World, request: Request) -> None:
    """Submit until the answer says that it is stored, the way a client does that keeps its identifiers."""
    for _ in range(ROUNDS_MAX):
        answer = service.handle(world, request)
        if answer.fault is None and answer.status == HTTPStatus.OK:
            return
    raise AssertionError("a document never got through")


def _with_status(service: Service, world: World, status: int) -> list[str]:
    """Ask for the identifiers of the documents with a status, in one call."""
    answer = service.handle(world, Request("GET", LEDGER, b"status=%d" % status, HEADERS))
    body = answer.body if answer.pieces is None else b"".join(answer.pieces)
    return [item["sourceIdentifier"] for item in loads(body)["ledgers"]] if body else []


def _told(service: Service, world: World, records: int, seconds: float, resubmitted: int) -> Told:
    shelf, journal = world.shelves["ledger"], world.journal
    assert len(_with_status(service, world, SYNCED)) == len(shelf.all) == records, "every document once, and booked"
    entries = [entry for entry in journal.entries if entry.kind == "request"]
    pushes = sum(step.reply is not None for record in shelf.all.values() for step in record.steps)
    return Told(
        seconds=seconds,
        records=records,
        requests=len(entries),
        pushes=pushes,
        decisions=len(world.engine.director.decisions) + world.engine.director.decisions_lost,
        resubmitted=resubmitted,
        hours=(world.now - world.opened) / 3_600_000_000,
    )
