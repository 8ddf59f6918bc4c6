"""`truncated`: Content-Length promises more than comes before the connection is closed."""

from __future__ import annotations

from simulator.web.faults.exchange import Exchange


async def truncated(exchange: Exchange) -> None:
    """Send half of the body, then close."""
    await exchange.send_half()
    exchange.line.finish()
