"""The few words of ASGI that the doors share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGI = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]


class OversizedError(Exception):
    """The body is larger than the bound; what was read of it is gone."""


class DisconnectedError(Exception):
    """The client went away before it had sent its body."""


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """Return the body of a request. Raises OversizedError and DisconnectedError.

    A body that says beforehand that it is too large is not waited for; the server passes over what comes of it.
    """
    for name, value in scope["headers"]:
        if name == b"content-length" and (not value.isdigit() or int(value) > limit):
            raise OversizedError
    message = await receive()
    if not message.get("more_body") and message["type"] == "http.request" and len(message["body"]) <= limit:
        return bytes(message["body"])
    pieces: list[bytes] = []
    size = 0
    while True:
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        piece = message.get("body", b"")
        size += len(piece)
        if size > limit:
            raise OversizedError
        pieces.append(piece)
        if not message.get("more_body"):
            return b"".join(pieces)
        message = await receive()


async def send_answer(send: Send, status: int, headers: Iterable[Header], body: bytes) -> None:
    """Send an answer in one piece."""
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})
