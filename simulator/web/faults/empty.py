"""`empty`: the connection is closed in good order, but without a byte of an answer."""

from __future__ import annotations

from simulator.web.faults.exchange import Exchange


async def empty(exchange: Exchange) -> None:
    """Close without an answer."""
    exchange.line.finish()
