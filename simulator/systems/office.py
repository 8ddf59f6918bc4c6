"""The books of one company in a system that has a wire: what arrives there, and what CFIS sends there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol

from simulator.clock import Instant
from simulator.contract.jsontext import loads
from simulator.contract.readings import Readings
from simulator.systems.about import About
from simulator.systems.base import Answer, Line, Reply, Request, Result, Tenant
from simulator.systems.books.ledger import Ledger
from simulator.systems.books.words import Arrangement, Gate, Words, arrange
from simulator.systems.bucket import Bucket
from simulator.systems.document import LedgerDocument, PaymentDocument, UnmappableError, ledger_of, payment_of

KEPT_TIMES = 6
"""How many times the bytes of a request the books need for what it brought, as measured: from 3 to 12."""
ORIGIN = "http://localhost"
"""Scheme and host under which CFIS calls the systems: it reaches them in process, not over a socket."""


class Wire(Protocol):
    """What a system answers: checks a request, carries it out on the books, and writes the answer."""

    def answer(self, request: Request, now: Instant) -> Answer:
        """Answer a request."""


class Connector(Protocol):
    """What CFIS sends to a system. It sees the system's answers, never its books."""

    def ledger(self, document: LedgerDocument, line: Line) -> Result:
        """Book a ledger document. Raises UnmappableError if it cannot be told to the system."""

    def payment(self, document: PaymentDocument, line: Line) -> Result:
        """Book a payment. Raises UnmappableError if it cannot be told to the system."""


class Site:
    """What wire and connector are given: the company, its books, what holds them up, and the readings."""

    def __init__(self, about: About, tenant: Tenant, words: Words) -> None:
        """Arrange the books. Raises SettingError if *words* do not fit."""
        self.about = about
        self.tenant = tenant
        self.arrangement = Arrangement()
        self.words: dict[str, Any] = {}
        self.given: Words = {}
        self.readings: Readings = {}
        self.bucket: Bucket | None = None
        self.arrange(words)

    @property
    def ledger(self) -> Ledger:
        """Return the books."""
        return self.arrangement.ledger

    @property
    def gate(self) -> Gate:
        """Return what holds every request up."""
        return self.arrangement.gate

    def arrange(self, words: Words) -> None:
        """Set the books up in the words that changed. Raises SettingError; nothing has changed then."""
        complete = self.about.words(words)
        arrange(self.arrangement, complete, self.words)
        rate = self.gate.rate
        if rate is None or self.bucket is None or self.bucket.rate != rate:
            self.bucket = None if rate is None else Bucket(rate)
        self.readings = self.about.choose(complete["readings"])
        self.words, self.given = complete, dict(words)

    def is_too_fast(self, now: Instant) -> bool:
        """Count a request, and say whether it is one too many."""
        return self.bucket is not None and not self.bucket.take(now)


class Office:
    """Books with a wire and a connector."""

    def __init__(self, site: Site, wire: Wire, connector: Connector) -> None:
        """Work with *wire* and *connector*, which both were given *site* or parts of it."""
        self.site = site
        self.wire = wire
        self.connector = connector
        self._taken = 0

    def answer(self, request: Request, now: Instant) -> Answer:
        """Answer a request on the wire."""
        answer = self.wire.answer(request, now)
        self._weigh(request, answer)
        return answer

    def _weigh(self, request: Request, answer: Answer) -> None:
        # Nothing is kept of what was refused, nor of a question.
        if answer.status < HTTPStatus.BAD_REQUEST:
            self._taken += len(request.body)

    @property
    def size(self) -> int:
        """Return about how many bytes the books occupy with all that is in them."""
        return KEPT_TIMES * self._taken

    def push(self, kind: str, document: bytes, member: str, now: Instant) -> Reply:
        """Let the connector book a document over the wire."""
        # Its depth was bounded when it was submitted.
        value = loads(document, sys.maxsize)
        value = value[member] if member else value
        line = Line(self.wire, now)
        try:
            result = self._push(kind, value, line)
        except UnmappableError as error:
            result = Result("rejected", str(error))
        for exchange in line.exchanges:
            self._weigh(exchange.request, exchange.answer)
        return Reply(result.verdict, result.reason, exchanges=tuple(line.exchanges))

    def _push(self, kind: str, value: Mapping[str, Any], line: Line) -> Result:
        if kind == "ledger":
            return self.connector.ledger(ledger_of(value), line)
        if kind == "payment":
            return self.connector.payment(payment_of(value), line)
        return self._announce(value)

    def _announce(self, value: Mapping[str, Any]) -> Result:
        """Note an invoice. Its record names it and says no more, so there is no message to send."""
        register, number = self.site.ledger.receivables, str(value.get("invoiceNumber") or "")
        if number and not register.has(number):
            date = str(value.get("invoiceDate") or "")
            register.add(number, date, date, None)
        return Result("accepted")

    def arrange(self, words: Words) -> None:
        """Set the books up anew in the words that changed. Raises SettingError."""
        self.site.arrange(words)

    def show(self) -> dict[str, Any]:
        """Return the books as a JSON object: the words that were given, and how much is in them."""
        journal, register = self.site.ledger.journal, self.site.ledger.receivables
        booked = {
            "vouchers": len(journal.by_key), "invoices": len(register.invoices), "payments": len(register.payments),
        }  # fmt: skip
        return {**self.site.given, "booked": booked}


@dataclass(frozen=True)
class WireSystem:
    """An accounting system with a wire: its data, and how its parts are made."""

    about: About
    open_parts: Callable[[Site], tuple[Wire, Connector]]
    """Makes wire and connector for a site."""
    name_identity: Callable[[Request], str]
    """Returns the identity that the credentials of a request name, or an empty text."""
    answer_stranger: Callable[[Request], Answer]
    show_credentials: Callable[[Tenant, str], dict[str, Any]]
    has_wire: bool = True

    @property
    def name(self) -> str:
        """Return the name of the system."""
        return self.about.name

    @property
    def title(self) -> str:
        """Return what the system is called."""
        return self.about.title

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return what is known of the system."""
        return self.about.data

    def open_books(self, words: Words, tenant: Tenant) -> Office:
        """Return new books. Raises SettingError if *words* do not fit."""
        site = Site(self.about, tenant, words)
        return Office(site, *self.open_parts(site))

    def identity_of(self, request: Request) -> str:
        """Return the identity of the world that the credentials of a request name; empty if they name none."""
        return self.name_identity(request)

    def stranger(self, request: Request) -> Answer:
        """Answer a request whose credentials name no world."""
        return self.answer_stranger(request)

    def credentials(self, tenant: Tenant, base_url: str) -> dict[str, Any]:
        """Return base URL and credentials with which a client of the system reaches the books of *tenant*."""
        return self.show_credentials(tenant, base_url)
