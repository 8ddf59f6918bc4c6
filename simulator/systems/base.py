"""What CFIS, a developer's own client and an accounting system say to each other, whatever the wire looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol
from urllib.parse import parse_qsl, unquote

from simulator.chance import derived
from simulator.clock import Instant

Verdict = Literal["accepted", "rejected", "unreachable"]
"""`rejected` is permanent and fails the record; `unreachable` is transient and is tried again."""

Headers = Sequence[tuple[str, str]]
"""Names and values in their order; the names of a request that arrived are in lower case."""


@dataclass
class Request:
    """One HTTP request on the wire of a system."""

    method: str
    target: str
    """Path and query as they stand in the request line, the mount (`/netvisor`) included."""
    headers: Headers = ()
    body: bytes = b""
    origin: str = "http://localhost"
    """Scheme and host, as the caller knows them."""
    mount: str = ""
    received: Instant | None = None
    """When it arrived by the machine's own clock; None if CFIS itself sent it, in the time of its world."""

    @property
    def url(self) -> str:
        """Return the whole address, as the caller wrote it."""
        return self.origin + self.target

    @property
    def query(self) -> str:
        """Return the query as it was sent, without the question mark."""
        return self.target.partition("?")[2]

    @cached_property
    def path(self) -> str:
        """Return the path below the mount, decoded; it begins with a slash."""
        return unquote(self.target.partition("?")[0]).removeprefix(self.mount) or "/"

    @cached_property
    def parameters(self) -> list[tuple[str, str]]:
        """Return the parameters of the query, decoded, in their order; empty values are kept."""
        return parse_qsl(self.query, keep_blank_values=True)

    def parameter(self, name: str, default: str = "") -> str:
        """Return the first value of a parameter."""
        return next((value for given, value in self.parameters if given == name), default)

    def header(self, name: str) -> str | None:
        """Return the first value of a header, whose *name* is in lower case; None if it was not sent."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, str]:
        # Backwards, so that the first of a name is the one that stays.
        return {name.lower(): value for name, value in reversed(self.headers)}

    @property
    def media_type(self) -> str:
        """Return the media type of the body in lower case, without its parameters."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a system answers."""

    status: int
    body: bytes = b""
    media_type: str = ""
    headers: Headers = ()

    def show_headers(self) -> list[tuple[str, str]]:
        """Return all headers, that of the media type first."""
        return [*([("content-type", self.media_type)] if self.media_type else []), *self.headers]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request that CFIS sent to a system, and the answer."""

    request: Request
    answer: Answer

    @property
    def size(self) -> int:
        """Return about how many bytes it occupies."""
        sent, answered = self.request, self.answer
        headers = sum(len(name) + len(value) + HEADER_BYTES for name, value in (*sent.headers, *answered.headers))
        return EXCHANGE_BYTES + len(sent.target) + len(sent.body) + len(answered.body) + headers


EXCHANGE_BYTES = 500
"""What an exchange costs beside its texts, about."""
HEADER_BYTES = 100


@dataclass(frozen=True, slots=True)
class Reply:
    """How an accounting system answered a push, with the very messages that went over its wire."""

    verdict: Verdict
    reason: str = ""
    media_type: str = ""
    sent: bytes | None = None
    """What a system without a wire was handed; None if that is the document itself."""
    answered: bytes | None = None
    exchanges: tuple[Exchange, ...] = ()
    """What went over the wire of a system that has one, in order."""

    @property
    def size(self) -> int:
        """Return about how many bytes the messages occupy that only this reply holds."""
        return sum(exchange.size for exchange in self.exchanges)


@dataclass(frozen=True, slots=True)
class Tenant:
    """The client company in an accounting system: one a world, known by the world's identity.

    Everything that names the company or lets somebody in is made from the identity, so that it is the same in
    every run. It is no secret: it opens a simulator.
    """

    identity: str

    def letters(self, purpose: str, length: int = 32) -> str:
        """Return letters and digits for a purpose, as keys and passwords are made of."""
        return derived(self.identity, purpose, length)

    def digits(self, purpose: str, length: int) -> str:
        """Return digits for a purpose, the first of which is no zero."""
        number = int(derived(self.identity, purpose, 16), 36) % (9 * 10 ** (length - 1))
        return str(10 ** (length - 1) + number)

    @property
    def business_id(self) -> str:
        """Return a Finnish business ID with its check digit, such as 1234567-1."""
        seed = int(self.digits("business-id", 7))
        for number in range(seed, seed + 11):
            digits = [int(digit) for digit in str(number).zfill(7)[-7:]]
            rest = sum(digit * weight for digit, weight in zip(digits, BUSINESS_ID_WEIGHTS, strict=True)) % 11
            # A rest of 1 is never given out: its check digit would be 10.
            if rest != 1:
                return f"{''.join(map(str, digits))}-{11 - rest if rest else 0}"
        raise AssertionError("of eleven numbers in a row some have a check digit")


BUSINESS_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2)


NOBODY = Tenant("")
"""For whom books are opened only to see whether their words fit."""


def merged(words: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the words of books with changes; null takes a word away, so that its default holds again."""
    return {name: value for name, value in {**words, **changes}.items() if value is not None}


class Books(Protocol):
    """The books of one client in an accounting system."""

    def push(self, kind: str, document: bytes, member: str, now: Instant, /) -> Reply:
        """Book a document of a kind; *member* names where it stands in the JSON bytes, if not at the top."""

    def answer(self, request: Request, now: Instant, /) -> Answer:
        """Answer a request of somebody who speaks to the system directly."""

    def arrange(self, words: Mapping[str, Any], /) -> None:
        """Set the books up anew in the words that changed; what was booked stays. Raises SettingError."""

    @property
    def size(self) -> int:
        """Return about how many bytes the books occupy with all that is in them."""

    def show(self) -> dict[str, Any]:
        """Return the books as a JSON object."""


class System(Protocol):
    """An accounting system: what it is called, and a way to open books in it."""

    @property
    def name(self) -> str:
        """Return the name by which a world chooses it; its mount is a slash and this."""

    @property
    def title(self) -> str:
        """Return what it is called."""

    @property
    def has_wire(self) -> bool:
        """Say whether it can be spoken to directly, below its mount."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return what is known of it, as its `about.json` says; empty for one without a wire."""

    def open_books(self, words: Mapping[str, Any], tenant: Tenant, /) -> Books:
        """Return new books. Raises SettingError if *words* do not fit."""

    def identity_of(self, request: Request, /) -> str:
        """Return the identity of the world that the credentials of a request name; empty if they name none."""

    def stranger(self, request: Request, /) -> Answer:
        """Answer a request whose credentials name no world, as the system answers strangers."""

    def credentials(self, tenant: Tenant, base_url: str, /) -> dict[str, Any]:
        """Return base URL and credentials with which a client of the system reaches the books of *tenant*."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a connector makes of a system's answers."""

    verdict: Verdict
    reason: str = ""


ACCEPTED = Result("accepted")
BUSY = frozenset({429, 502, 503, 504})
"""The HTTP statuses of a system that will answer later: what it was sent is tried again."""


@dataclass(slots=True)
class Line:
    """The connection of CFIS to a system: sends a request to the wire, and remembers what was said."""

    wire: Any
    now: Instant
    exchanges: list[Exchange] = field(default_factory=list)

    def send(self, request: Request) -> Answer:
        """Send a request; return the answer."""
        answer: Answer = self.wire.answer(request, self.now)
        self.exchanges.append(Exchange(request, answer))
        return answer
