"""Calls an ASGI application without a socket: what was sent in, what came out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.web.asgi import ASGI, Message


@dataclass(frozen=True)
class Response:
    """What an application answered."""

    status: int
    headers: dict[str, str]
    body: bytes
    pieces: int

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def call(
    app: ASGI,
    method: str,
    target: str,
    *,
    headers: Iterable[tuple[str, str]] = (),
    body: bytes | Sequence[bytes] = b"",
    disconnect: bool = False,
) -> Response | None:
    """Send one request; a sequence of bytes arrives in as many pieces. None if nothing was answered."""
    path, _, query = target.partition("?")
    pieces = [body] if isinstance(body, bytes) else list(body)
    incoming: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": number < len(pieces) - 1 or disconnect}
        for number, piece in enumerate(pieces)
    ]
    incoming.append({"type": "http.disconnect"})
    sent: list[Message] = []

    async def receive() -> Message:
        return incoming.pop(0) if len(incoming) > 1 else incoming[0]

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Message = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
        "server": ("127.0.0.1", 8480),
        "scheme": "http",
        "http_version": "1.1",
        "root_path": "",
    }
    asyncio.run(_run(app, scope, receive, send))
    if not sent:
        return None
    start, *bodies = sent
    return Response(
        status=start["status"],
        headers={name.decode().lower(): value.decode() for name, value in start["headers"]},
        body=b"".join(message.get("body", b"") for message in bodies),
        pieces=len(bodies),
    )


async def _run(app: ASGI, scope: Message, receive: Any, send: Any) -> None:
    await app(scope, receive, send)
