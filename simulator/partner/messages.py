"""Requests and answers of the partner API, free of any web framework."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.contract.violations import Violation
from simulator.world.journal import Effect
from simulator.world.records import Record
from simulator.world.scenario import Fault

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(slots=True)
class Request:
    """A request as it arrived; *oversized* if its body was larger than the server takes, and not kept."""

    method: str
    path: str
    query: bytes = b""
    headers: Headers = ()
    body: bytes = b""
    oversized: bool = False

    def header(self, name: bytes) -> str | None:
        """Return the first value of a header; None if it was not sent."""
        for given, value in self.headers:
            if given == name:
                return value.decode("latin-1")
        return None

    def header_list(self, name: bytes) -> str | None:
        """Return all values of a header that may come in several lines, as one list; None if it was not sent."""
        values = [value.decode("latin-1") for given, value in self.headers if given == name]
        return ", ".join(values) if values else None


@dataclass(slots=True)
class Answer:
    """An answer: its bytes, or where it is long, an iterator over pieces of it."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes = b""
    pieces: Iterator[bytes] | None = None
    fault: Fault | None = None
    """What happens to the answer on the wire, if anything."""


@dataclass(slots=True)
class Outcome:
    """What an operation came to: the name of an answer row or of an error, and the values that fill it."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    violations: Sequence[Violation] = ()
    effects: Sequence[Effect] = ()
    seen: Sequence[Record] = ()
    """The records that the answer shows: the client has seen them if it gets this answer."""
