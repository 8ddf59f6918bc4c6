"""What happens to a world at a time that its scenario names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.clock import Instant
from simulator.systems.base import merged
from simulator.world.engine import Fired
from simulator.world.matching import matches
from simulator.world.scenario import Event

if TYPE_CHECKING:
    from simulator.world.world import World

LEDGER = "ledger"


def carry_out(world: World, event: Event, at: Instant) -> Fired:
    """Let an event happen, and say what it was."""
    do = event.do
    if "expire_key" in do:
        world.key_expires = at
        # Not whose key: fed to another world, the log comes out the same.
        return Fired(at, "key expired", "key", "")
    if "books" in do:
        world.arrange(merged(world.words, do["books"]))
        return Fired(at, "books changed", "system", world.setup.system)
    return _change_document_status(world, do, at)


def _change_document_status(world: World, do: Mapping[str, Any], at: Instant) -> Fired:
    wanted, match = do["document_status"], do.get("match", {})
    changed = 0
    # A contract of the user's own may have no ledgers.
    shelf = world.shelves.get(LEDGER)
    for record in shelf.all.values() if shelf is not None else ():
        if record.state == "synced" and (not match or matches(match, record.document())):
            record.document_status, record.has_document_status = wanted, True
            record.looked_at = None
            record.note(at, "document status changed", "scenario", f"documentStatus is {wanted!r} now")
            changed += 1
    return Fired(at, f"documentStatus changed to {wanted!r}", LEDGER, f"{changed} records")
