"""How a client of an accounting system reaches the books of this world."""

from __future__ import annotations

from simulator.systems.catalogue import system_named, wires
from simulator.web.control.calls import Call, Reply


def credentials(call: Call) -> Reply:
    """Return base URL and credentials of every accounting system; they are the same for the same key in every run."""
    world = call.look()
    return Reply(
        {
            "world": world.identity,
            "system": world.setup.system,
            "systems": {
                name: system_named(name).credentials(world.tenant, f"{call.base_url}/{name}") for name in wires()
            },
        }
    )
