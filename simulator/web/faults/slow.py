"""`slow`: the head of the answer comes at once, and its body dribbles."""

from __future__ import annotations

from simulator.clock import SECOND, Duration
from simulator.web.delivery import stream
from simulator.web.faults.exchange import Exchange

DEFAULT: Duration = 10 * SECOND
DROPS_MAX = 100
"""Short bodies come byte by byte, longer ones in so many pieces."""


async def slow(exchange: Exchange) -> None:
    """Send the body in small pieces, evenly over the time; what has no body comes late as a whole.

    Of a long list the first piece dribbles, and the rest follows: it is not gathered in memory for this.
    """
    time, answer = exchange.time(DEFAULT), exchange.answer
    body = exchange.body()
    if not body:
        await exchange.wait(time)
        await exchange.deliver()
        return
    await exchange.send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    drops = min(len(body), DROPS_MAX)
    for number in range(1, drops + 1):
        await exchange.wait(time * number // drops)
        piece = body[len(body) * (number - 1) // drops : len(body) * number // drops]
        await exchange.send({"type": "http.response.body", "body": piece, "more_body": True})
    await stream(exchange.send, answer.pieces or iter(()))
