"""The kinds of faults by their names in a scenario, and how an exchange meets one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from simulator.web.control.events import Streams
from simulator.web.faults.delay import delay
from simulator.web.faults.empty import empty
from simulator.web.faults.exchange import Exchange, WireFaultError
from simulator.web.faults.garbage import garbage
from simulator.web.faults.hang import hang
from simulator.web.faults.hold import BrokenOffError, Hold
from simulator.web.faults.malformed_json import malformed_json
from simulator.web.faults.reset import reset
from simulator.web.faults.slow import slow
from simulator.web.faults.truncated import truncated
from simulator.world.world import World

KINDS: dict[str, Callable[[Exchange], Awaitable[None]]] = {
    "delay": delay,
    "slow": slow,
    "reset": reset,
    "empty": empty,
    "truncated": truncated,
    "garbage": garbage,
    "malformed-json": malformed_json,
    "hang": hang,
}


async def inflict(exchange: Exchange, world: World, streams: Streams) -> None:
    """Let an exchange meet its fault. Raises WireFaultError where that needs a connection and there is none.

    If the client leaves meanwhile, the world goes or the server stops, the exchange ends there, unanswered.
    """
    hold, wire = Hold(world), exchange.wire
    exchange.wait = hold.wait
    if wire is not None:
        wire.hold(hold.leave)
    try:
        with streams.listening(hold):
            await KINDS[exchange.fault.kind](exchange)
    except BrokenOffError as reason:
        if wire is None:
            raise WireFaultError(exchange.fault, str(reason)) from reason
        wire.finish()
    finally:
        if wire is not None:
            wire.release()
