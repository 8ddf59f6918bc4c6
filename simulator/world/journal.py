"""What happened in a world, in order: every request with its answer and every command, bounded in number and bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal
from urllib.parse import unquote_plus

from simulator.clock import Duration, Instant, show_instant
from simulator.contract.violations import Violation
from simulator.world import showing
from simulator.world.showing import DOOR_SECRETS, as_text, conceal, show_headers

Headers = Sequence[tuple[bytes, bytes]]

SECRET_HEADERS = frozenset(name.encode() for name in DOOR_SECRETS)
REDACTED = showing.REDACTED.encode()
ENTRY_BYTES = 600
"""What an entry costs beside its bodies and headers, as measured."""
PART_BYTES = 300
"""What one violation or effect costs, about."""
HEADER_BYTES = 140
"""What one header costs beside its name and value: many short ones cost more than one long one."""


def redact(headers: Headers) -> list[tuple[bytes, bytes]]:
    """Return headers without their secrets: what is not kept cannot leak."""
    return [(name, REDACTED if name in SECRET_HEADERS else value) for name, value in headers]


def redact_query(query: bytes, key: str, named: Collection[str]) -> bytes:
    """Return a query without the key as a value, except where a parameter that the contract names has it."""
    parts = query.split(b"&")
    for number, part in enumerate(parts):
        name, equals, value = part.partition(b"=")
        plain = unquote_plus(name.decode("latin-1"))
        if plain == key:
            parts[number] = REDACTED
        elif plain not in named and unquote_plus(value.decode("latin-1")) == key:
            parts[number] = name + equals + REDACTED
    return b"&".join(parts)


@dataclass(slots=True)
class Effect:
    """What a request did to one record: created, replaced, kept, ignored, requeued or refused."""

    what: str
    kind: str
    identifier: str


@dataclass(slots=True)
class Entry:
    """A request and its answer, or a command; `kind` says which.

    A `request` is one to the partner API, a `command` one of the control API, and a `wire` is a request that
    somebody sent to an accounting system directly; its operation is the system.
    """

    at: Instant
    kind: Literal["request", "command", "wire"]
    operation: str
    method: str = ""
    path: str = ""
    query: bytes = b""
    headers: Headers = ()
    body: bytes = b""
    status: int = 0
    outcome: str = ""
    answer_headers: Headers = ()
    answer: bytes = b""
    answer_note: str = ""
    """What stands for the answer where it was too long to be kept."""
    oversized: bool = False
    """Whether the body was larger than the server takes, and not kept."""
    violations: Sequence[Violation] = ()
    effects: Sequence[Effect] = ()
    decision: str = ""
    """The address of the scenario's decision, if there was one."""
    delivery: str = ""
    """What a scenario did to the answer: `scripted`, `lost: reset, after the effect`, ..."""
    retry_after: Duration | None = None
    origin: str = ""
    """Of a wire: scheme and host, as the client knows them; a signature may cover them."""
    received: Instant | None = None
    """Of a wire: when it arrived by the machine's own clock."""
    number: int = 0
    weight: int = 0
    """Its size when it was written into the journal."""
    elapsed: Duration | None = None
    """The machine's own time that the answer took; it is no part of the world's state."""

    @property
    def size(self) -> int:
        """Return about how many bytes the entry occupies."""
        headers = sum(map(len, chain.from_iterable(self.headers))) + HEADER_BYTES * len(self.headers)
        texts = len(self.body) + len(self.answer) + len(self.query) + len(self.path) + len(self.method)
        named = sum(len(effect.identifier) for effect in self.effects)
        return ENTRY_BYTES + texts + headers + named + PART_BYTES * (len(self.violations) + len(self.effects))

    def show(self) -> dict[str, Any]:
        """Return the entry as a JSON object."""
        shown: dict[str, Any] = {
            "number": self.number,
            "at": show_instant(self.at),
            "kind": self.kind,
            "operation": self.operation or None,
        }
        if self.kind == "command":
            return {**shown, "arguments": _text(self.body), "result": _text(self.answer)}
        return {
            **shown,
            "request": {
                **({"origin": self.origin} if self.kind == "wire" else {}),
                "method": self.method,
                "path": self.path,
                "query": conceal(_text(self.query)) if self.kind == "wire" else _text(self.query),
                "headers": _headers(self.headers),
                "body": self._shown(self.body, self.headers),
            },
            "answer": {
                "status": self.status,
                "headers": _headers(self.answer_headers),
                "body": self.answer_note or self._shown(self.answer, self.answer_headers),
            },
            "outcome": self.outcome,
            "decision": self.decision or None,
            "delivery": self.delivery or None,
            "violations": [violation.show() for violation in self.violations],
            "effects": [
                {"effect": effect.what, "kind": effect.kind, "identifier": effect.identifier} for effect in self.effects
            ],
            "elapsedMs": None if self.elapsed is None else self.elapsed / 1000,
        }

    def _shown(self, body: bytes, headers: Headers) -> str:
        text = as_text(body, _media_type(headers))
        # The partner API has its secret in a header; systems have theirs in forms and answers, too.
        return conceal(text) if self.kind == "wire" else text


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _headers(headers: Headers) -> list[list[str]]:
    # Those of a request were redacted when it was logged; those of a wire are kept, as they are needed to replay it.
    return show_headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)


def _media_type(headers: Headers) -> str:
    return next((value.decode("latin-1") for name, value in headers if name == b"content-type"), "")


@dataclass(frozen=True, slots=True)
class Query:
    """Which entries are asked for; what is empty is not asked."""

    kind: str = "request"
    operations: frozenset[str] = frozenset()
    methods: frozenset[str] = frozenset()
    path: str = ""
    statuses: frozenset[int] = frozenset()
    identifier: str = ""
    violations: bool | None = None
    decision: bool | None = None
    """Whether a scenario decided what came of it."""
    after: int = 0

    def takes(self, entry: Entry) -> bool:
        """Say whether an entry is asked for."""
        return (
            entry.number > self.after
            and (self.kind in {"all", entry.kind})
            and (not self.operations or entry.operation in self.operations)
            and (not self.methods or entry.method in self.methods)
            and (not self.path or entry.path == self.path)
            and (not self.statuses or entry.status in self.statuses)
            and (self.violations is None or bool(entry.violations) == self.violations)
            and (self.decision is None or bool(entry.decision) == self.decision)
            and (not self.identifier or any(effect.identifier == self.identifier for effect in entry.effects))
        )


class Journal:
    """The entries that are still kept, numbered from 1 without gaps, and how many are gone."""

    def __init__(self, entries_max: int, bytes_max: int) -> None:
        """Keep at most so many entries and bytes; the newest entry is always kept."""
        self.entries_max = entries_max
        self.bytes_max = bytes_max
        self.entries: deque[Entry] = deque()
        self.bytes = 0
        self.last = 0

    @property
    def evicted(self) -> int:
        """Return how many of the oldest entries are gone."""
        return self.last - len(self.entries)

    def append(self, entry: Entry) -> None:
        """Add an entry, and let the oldest go where a bound is passed."""
        self.last += 1
        entry.number = self.last
        self.entries.append(entry)
        entry.weight = entry.size
        self.bytes += entry.weight
        while len(self.entries) > 1 and (len(self.entries) > self.entries_max or self.bytes > self.bytes_max):
            self.bytes -= self.entries.popleft().weight

    def find(self, query: Query) -> Iterator[Entry]:
        """Yield the kept entries that are asked for, oldest first."""
        return (entry for entry in self.entries if query.takes(entry))

    def missing(self, query: Query) -> int:
        """Return how many entries of the window that is asked for were evicted, and may have matched."""
        return max(0, self.evicted - query.after)
