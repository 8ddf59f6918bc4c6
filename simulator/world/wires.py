"""Somebody speaks to an accounting system directly: the books of the world answer, and the journal remembers."""

from __future__ import annotations

import logging

from simulator.clock import Instant
from simulator.systems.base import Answer, Request
from simulator.world.journal import REDACTED, Entry
from simulator.world.showing import DOOR_SECRETS
from simulator.world.world import World

log = logging.getLogger(__name__)

FOREIGN_SECRETS = DOOR_SECRETS - {"authorization"}
"""Secrets of the simulator's own doors and of proxies. A client that sends every header everywhere brings them, too;
no system reads them, so they are not kept. What a system does read is kept: without it nothing could be replayed."""

FAILED = Answer(500, b"The simulator itself failed; its log has the trace. Please report it.", "text/plain")
FULL = "The simulator holds at most {} bytes in a world (--world-bytes-max). POST /_sim/reset empties it."


def speak(world: World, system: str, request: Request, at: Instant | None = None) -> Answer:
    """Let a system answer a request at an instant (the clock's by default), and log both.

    A mistake of ours there is a 500 that says so, and is logged like any other answer.
    """
    world.arrive(at)
    answer = _answer(world, system, request)
    path, _, query = request.target.partition("?")
    world.log(
        Entry(
            at=world.now,
            kind="wire",
            operation=system,
            method=request.method,
            path=path,
            query=query.encode("latin-1", "replace"),
            headers=[
                (name.encode("latin-1"), REDACTED if name.lower() in FOREIGN_SECRETS else value.encode("latin-1"))
                for name, value in request.headers
            ],
            body=request.body,
            status=answer.status,
            # As the door sends them: what no header holds is replaced.
            answer_headers=[
                (name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in answer.show_headers()
            ],
            answer=answer.body,
            outcome="answered",
            origin=request.origin,
            received=request.received,
        )
    )
    return answer


def _answer(world: World, system: str, request: Request) -> Answer:
    books = world.books_of(system)
    most = world.settings.world_bytes_max
    # What is only looked up takes no room.
    if request.body and world.size + len(request.body) > most:
        return Answer(507, FULL.format(most).encode(), "text/plain")
    try:
        return books.answer(request, world.now)
    except Exception:
        log.exception("the simulator itself failed on %s %s", request.method, request.target[:200])
        return FAILED


def request_of(entry: Entry) -> Request:
    """Return the request that an entry remembers."""
    return Request(
        method=entry.method,
        target=f"{entry.path}?{entry.query.decode('latin-1')}" if entry.query else entry.path,
        headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in entry.headers],
        body=entry.body,
        origin=entry.origin,
        mount=f"/{entry.operation}",
        received=entry.received,
    )
