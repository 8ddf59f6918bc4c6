"""`reset`: the connection breaks with a RST, which a client sees as ECONNRESET."""

from __future__ import annotations

from simulator.web.faults.exchange import Exchange


async def reset(exchange: Exchange) -> None:
    """Break the connection: before a byte of the answer, or with `at: during` in the middle of it."""
    line = exchange.line
    if exchange.fault.at == "during":
        await exchange.send_half()
    line.reset()
