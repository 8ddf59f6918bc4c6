"""A client of the control API in process, which checks every answer against the table before it hands it on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from simulator.contract.jsontext import dumps, loads
from simulator.settings import Settings
from simulator.web.app import App
from simulator.web.asgi import Message, Scope
from simulator.web.control.problems import ProblemError
from simulator.web.control.table import Table
from simulator.world.world import World
from tests.documents import PREFIX

HOST = "127.0.0.1:8480"
KEY = "test-control"
Headers = Mapping[str, str | None]


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return loads(self.body, 200)

    @property
    def problem(self) -> str:
        """The name of the problem."""
        return str(self.json["type"]).removeprefix("urn:cfis-simulator:")


class Client:
    """Sends requests to an application of its own."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.app = App(settings or Settings(clock="virtual"))
        self.table = Table(self.app.contract)

    @property
    def world(self) -> World:
        """The world of the usual key."""
        return self.app.worlds.world(KEY)

    def call(self, method: str, target: str, value: Any = None, *, headers: Headers | None = None,
             body: bytes = b"") -> Answer:  # fmt: skip
        """Send a request, by default with the usual key; a *value* is sent as JSON."""
        return asyncio.run(self.send(method, target, value, headers=headers, body=body))

    def get(self, target: str, headers: Headers | None = None) -> Any:
        """The value of an answer that must be good."""
        answer = self.call("GET", target, headers=headers)
        assert answer.status == 200, answer.body
        return answer.json

    def post(self, target: str, value: Any = None, *, status: int = 200) -> Any:
        """The value of an answer that must be good."""
        answer = self.call("POST", target, value)
        assert answer.status == status, answer.body
        return answer.json

    def submit(self, document: Mapping[str, Any], key: str = KEY) -> Answer:
        """Submit a ledger through the partner API."""
        return self.call("POST", f"{PREFIX}/ledger", {"ledgers": document}, headers={"x-api-key": key})

    async def send(self, method: str, target: str, value: Any = None, *, headers: Headers | None = None,
                   body: bytes = b"") -> Answer:  # fmt: skip
        """The same as `call`, inside a running loop."""
        if value is not None:
            body, headers = dumps(value), {"content-type": "application/json", **(headers or {})}
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        scope = scope_of(method, target, headers)
        await self.app(scope, receive, send)
        start, *rest = sent
        answer = Answer(
            start["status"],
            {name.decode(): value.decode() for name, value in start["headers"]},
            b"".join(message["body"] for message in rest),
        )
        if scope["path"].startswith("/_sim"):
            self.check(scope, answer)
        return answer

    def check(self, scope: Scope, answer: Answer) -> None:
        """Assert that an answer of the control API is one that the table has."""
        assert answer.headers["cache-control"] == "no-store"
        if scope["method"] == "HEAD" or answer.status == 204:
            assert answer.body == b""
            return
        validator = self.app.contract.schemas.validator
        operation = None
        try:
            operation = self.table.find(scope)[0].operations.get(scope["method"])
        except ProblemError:
            assert answer.status in {400, 401, 404}
        assert int(answer.headers["content-length"]) == len(answer.body)
        rows = [row for row in operation.answers if row.status == answer.status] if operation else []
        if rows:
            assert answer.headers["content-type"] == "application/json"
            fits(validator(rows[0].schema, closed=True), answer.json)
            return
        assert answer.headers["content-type"] == "application/problem+json"
        fits(validator("control/problem.json", closed=True), answer.json)
        assert answer.json["status"] == answer.status == self.table.errors[answer.problem]
        if operation:
            assert answer.problem in operation.errors

    @asynccontextmanager
    async def follow(self, headers: Headers | None = None, target: str = "/_sim/events") -> AsyncIterator[Stream]:
        """Open a stream of events, and leave it as a browser does."""
        stream = Stream()
        scope = scope_of("GET", target, headers)
        task = asyncio.create_task(self.app(scope, stream.receive, stream.send))
        try:
            yield stream
        finally:
            stream.leave()
            await task


class Stream:
    """The reader's end of a stream of events."""

    def __init__(self) -> None:
        self.messages: asyncio.Queue[Message] = asyncio.Queue()
        self.left = asyncio.Event()
        self.flowing = asyncio.Event()
        self.flowing.set()
        self.start: Message = {}
        self.asked = False
        self._text = ""

    async def receive(self) -> Message:
        if not self.asked:
            self.asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        await self.flowing.wait()
        await self.messages.put(message)

    def leave(self) -> None:
        self.flowing.set()
        self.left.set()

    async def block(self) -> str:
        """The next block of lines, which ends with an empty one; empty at the end of the stream."""
        while "\n\n" not in self._text:
            message = await asyncio.wait_for(self.messages.get(), 20)
            if message["type"] == "http.response.start":
                self.start = message
                continue
            self._text += message["body"].decode()
            if not message.get("more_body"):
                return ""
        block, _, self._text = self._text.partition("\n\n")
        return block

    async def event(self) -> tuple[str, Any, str]:
        """The name, the data and the id of the next event; what is no event is passed over."""
        while block := await self.block():
            lines = dict(line.split(": ", 1) for line in block.splitlines())
            if "event" in lines:
                return lines["event"], json.loads(lines["data"]), lines.get("id", "")
        return "", None, ""

    async def until(self, name: str) -> tuple[Any, str]:
        """The data and the id of the next event of a name."""
        while True:
            found, data, number = await self.event()
            assert found, f"the stream ended before {name}"
            if found == name:
                return data, number


def scope_of(method: str, target: str, headers: Headers | None = None) -> Scope:
    """The scope of a request as a server hands it on; a header that is None is not sent."""
    raw, _, query = target.partition("?")
    given = {"host": HOST, "x-api-key": KEY, **(headers or {})}
    return {
        "type": "http",
        "method": method,
        "scheme": "http",
        "path": unquote(raw),
        "raw_path": raw.encode(),
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items() if value is not None],
    }


def fits(validator: Any, value: Any) -> None:
    """Assert that a value fits a schema."""
    assert [error.message for error in validator.iter_errors(value)] == []


def amounts(value: Any) -> list[Decimal]:
    """Every decimal in a value."""
    if isinstance(value, Decimal):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [amount for part in parts for amount in amounts(part)]
