"""`malformed-json`: complete HTTP, status 200, and a body that no JSON parser takes."""

from __future__ import annotations

from simulator.partner.answers import JSON
from simulator.partner.messages import Answer
from simulator.web.delivery import deliver
from simulator.web.faults.exchange import Exchange

WITHOUT_BODY = b'{"message":'
"""What is sent for an answer that has no body to be broken."""


async def malformed_json(exchange: Exchange) -> None:
    """Send an answer that says it is well, with a broken body."""
    body = broken(exchange.body())
    kept = [header for header in exchange.answer.headers if header[0] not in {b"content-type", b"content-length"}]
    headers = [*kept, (b"content-type", JSON), (b"content-length", b"%d" % len(body))]
    await deliver(exchange.send, Answer(200, headers, body), exchange.method)


def broken(body: bytes) -> bytes:
    """Return the first half of a body; an object or a list that is not closed is no JSON wherever it is cut."""
    body = body.strip()
    half = body[: (len(body) + 1) // 2]
    return half if half[:1] in {b"{", b"["} else WITHOUT_BODY + half
