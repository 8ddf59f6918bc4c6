"""`garbage`: bytes come that are no HTTP, and the connection is closed."""

from __future__ import annotations

from simulator.chance import draw
from simulator.web.faults.exchange import Exchange

LENGTH = 256
NO_HTTP = b"\xff"
"""No HTTP begins with it, whatever follows."""


async def garbage(exchange: Exchange) -> None:
    """Send the garbage of this decision, then close."""
    exchange.line.write(garbage_of(exchange.seed, exchange.decision))
    exchange.line.finish()


def garbage_of(seed: int, decision: str) -> bytes:
    """Return the garbage of a decision: the same seed gives the same."""
    return NO_HTTP + bytes(int(draw(seed, "garbage", decision, number) * 256) for number in range(1, LENGTH))
