"""Worlds from inside: look-ups among many records, a journal at its bound, the price of a fresh world."""

from __future__ import annotations

import gc
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from http import HTTPStatus

from benchmarks.rows import Bar, Row, Scale, ratios, spread
from simulator.clock import SECOND
from simulator.contract.contract import Contract, built_in
from simulator.contract.jsontext import dumps
from simulator.partner.messages import Request
from simulator.partner.service import Service
from simulator.settings import Settings
from simulator.world.records import Record
from simulator.world.setup import setup_from
from simulator.world.world import World
from simulator.world.worlds import Worlds

PAYMENTS = "/api/v1/partner/accounting/payment"
KEY = "test-benchmark"
FEW = 1_000
A_DAY = 10
"""Records of the quiet day that is asked for, however many the other days have."""
QUIET, FIRST = "2025-01-01", date(2025, 1, 2)
DAYS = 364
STRIDE = 7_919
"""A prime: the identifiers that are asked for lie all over the world."""
EXAMPLE = "accounting/examples/payment.minimal.json"


def look_ups(scale: Scale) -> list[Row]:
    """Ask a small and a large world the same questions, in turns."""
    contract = built_in()
    service = Service(contract)
    sizes = (FEW, scale.records)
    print(f"look-ups: making a world of {scale.records:,} records …", file=sys.stderr, flush=True)
    with _garbage_left_alone():
        worlds = [_world_of(contract, size, Settings(clock="virtual")) for size in sizes]
        rows = []
        for what, queries in _questions(sizes).items():
            times: tuple[list[float], list[float]] = [], []
            for number in range(scale.rounds):
                for side in (0, 1) if number % 2 else (1, 0):
                    times[side].append(_time_of(service, worlds[side], queries[side], scale.look_ups))
            title = f"look-up by {what}: {scale.records:,} records"
            rows += [
                Row(f"{title}, to {FEW:,}", "", ratios(times[1], times[0]), Bar(1.5)),
                Row(title, "µs", spread(times[1])),
            ]
        del worlds
    return rows


def _questions(sizes: tuple[int, int]) -> dict[str, list[list[bytes]]]:
    """Return for each sort of look-up the queries that go around, for each of the worlds."""
    names = [[f"paymentIdentifier=PAY-{number * STRIDE % size:09d}" for number in range(FEW)] for size in sizes]
    day = f"fromDate={QUIET}&toDate={QUIET}"
    return {
        "identifier": [[name.encode() for name in side] for side in names],
        "a small day": [[day.encode()] for _ in sizes],
        "status, few pending": [[b"status=0"] for _ in sizes],
    }


def _world_of(contract: Contract, size: int, settings: Settings) -> World:
    """Return a world of so many payments, all synced but the last few.

    They are put on the shelf one by one, as a submission would do it after all its checks: a million checks more
    would only take longer.
    """
    world = World(KEY, setup_from(settings, contract), settings, contract)
    document = contract.files.read(EXAMPLE)["payments"][0]
    days = [(FIRST + timedelta(days=number)).isoformat() for number in range(DAYS)]
    for number in range(size):
        if number == size - A_DAY:
            world.arrive(world.now + SECOND)
        identifier, day = f"PAY-{number:09d}", QUIET if number < A_DAY else days[number % DAYS]
        raw = dumps({**document, "paymentIdentifier": identifier, "paymentDate": day})
        kept = {"invoiceNumber": document["invoiceNumber"], "paymentDate": day}
        record = Record(world.next_number(), "payment", identifier, raw, "", kept, day, "", world.now)
        world.add(record, len(raw), "submit_payment")
    return world


def _time_of(service: Service, world: World, queries: list[bytes], count: int) -> float:
    """Return how long one look-up takes on average, in microseconds."""
    requests = [_request(queries[number % len(queries)]) for number in range(count)]
    began = time.perf_counter()
    for request in requests:
        answer = service.handle(world, request)
        assert answer.status == HTTPStatus.OK, answer.body
    return (time.perf_counter() - began) / count * 1e6


def _request(query: bytes) -> Request:
    return Request("GET", PAYMENTS, query, [(b"host", b"127.0.0.1"), (b"x-api-key", KEY.encode())])


@contextmanager
def _garbage_left_alone() -> Iterator[None]:
    """Keep the collector away: it would walk the million again and again while they are made."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()


def journal(scale: Scale) -> list[Row]:
    """Fill a journal to its bound with look-ups, then send as many again: nothing may grow any more."""
    contract = built_in()
    settings = Settings(clock="virtual", journal_entries_max=scale.entries)
    service, world = Service(contract), _world_of(contract, FEW, settings)
    queries = _questions((FEW, FEW))["identifier"][0]
    sizes = []
    _time_of(service, world, queries, 1)
    tracemalloc.start()
    for _ in range(3):
        for number in range(scale.entries):
            service.handle(world, _request(queries[number % FEW]))
        gc.collect()
        sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    growth = [100 * (later - sizes[0]) / sizes[0] for later in sizes[1:]]
    return [
        Row(f"journal: growth after its bound of {scale.entries:,} entries", "%", spread(growth), Bar(2.0)),
        Row("journal: memory at its bound", "MB", spread([sizes[0] / 1e6])),
        Row("journal: memory an entry", "B", spread([sizes[0] / scale.entries])),
    ]


def fresh_world(scale: Scale) -> list[Row]:
    """Open worlds by new keys: what each takes and weighs."""
    contract = built_in()
    settings = Settings()
    keys = [f"{KEY}-{number}" for number in range(scale.worlds)]
    times = []
    for _ in range(scale.rounds):
        worlds = Worlds(settings, contract)
        gc.collect()
        began = time.perf_counter()
        for key in keys:
            worlds.world(key)
        times.append((time.perf_counter() - began) / scale.worlds * 1e3)
    worlds = Worlds(settings, contract)
    gc.collect()
    tracemalloc.start()
    for key in keys:
        worlds.world(key)
    weight = tracemalloc.get_traced_memory()[0] / scale.worlds / 1e3
    tracemalloc.stop()
    return [
        Row(f"fresh world: time, over {scale.worlds:,}", "ms", spread(times), Bar(1.0)),
        Row(f"fresh world: memory, over {scale.worlds:,}", "kB", spread([weight]), Bar(50.0)),
    ]
