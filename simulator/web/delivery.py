"""Sends an answer of the partner API as it should be: in one piece, or a long one in many."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from simulator.partner.messages import Answer
from simulator.web.asgi import Send


async def deliver(send: Send, answer: Answer, method: str) -> None:
    """Send an answer; to HEAD its head alone."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    if answer.pieces is not None and method != "HEAD":
        await stream(send, answer.pieces)
    else:
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else answer.body})


async def stream(send: Send, pieces: Iterator[bytes]) -> None:
    """Send the rest of a body in pieces."""
    for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        # A long list must not keep the others waiting: between two pieces everybody else has a turn.
        await asyncio.sleep(0)
    await send({"type": "http.response.body", "body": b""})
