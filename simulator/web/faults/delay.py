"""`delay`: the answer comes late."""

from __future__ import annotations

from simulator.clock import SECOND, Duration
from simulator.web.faults.exchange import Exchange

DEFAULT: Duration = 5 * SECOND


async def delay(exchange: Exchange) -> None:
    """Answer when the time has passed."""
    await exchange.wait(exchange.time(DEFAULT))
    await exchange.deliver()
