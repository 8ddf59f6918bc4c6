"""`hang`: the answer never comes."""

from __future__ import annotations

from simulator.web.faults.exchange import Exchange


async def hang(exchange: Exchange) -> None:
    """Hold the connection until the client leaves, or for a time, and close it without an answer."""
    line = exchange.line
    line.take_over()
    await exchange.wait(exchange.fault.duration)
    line.finish()
