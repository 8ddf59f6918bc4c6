"""What CFIS remembers: records with their timelines, and look-ups whose cost does not grow with their number."""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from simulator.clock import Instant, show_instant
from simulator.contract.jsontext import loads
from simulator.systems.base import Exchange, Reply
from simulator.world.showing import as_text, conceal, show_headers

State = Literal["pending", "synced", "failed"]

STEPS_MAX = 200
"""Steps kept in a timeline: all of a life with every attempt there can be, and a client's repetitions of it."""

HOLES_MAX = 100


class Step:
    """One step in the life of a record: when, what, and why; for a push also what went over the wire."""

    __slots__ = ("at", "cause", "detail", "reply", "what")

    def __init__(self, at: Instant, what: str, cause: str, detail: str = "", reply: Reply | None = None) -> None:
        self.at, self.what, self.cause, self.detail, self.reply = at, what, cause, detail, reply

    def show(self, record: Record) -> dict[str, Any]:
        """Return the step as a JSON object; a push shows the very messages."""
        shown: dict[str, Any] = {"at": show_instant(self.at), "step": self.what, "cause": self.cause}
        if self.detail:
            shown["detail"] = self.detail
        if self.reply is not None:
            shown["verdict"] = self.reply.verdict
            shown["exchanges"] = _exchanges(self.reply, record.raw)
        return shown


def _exchanges(reply: Reply, raw: bytes) -> list[dict[str, Any]]:
    """Return what went over the wire; a system without one was handed the document as it is."""
    if reply.exchanges:
        return [show_exchange(exchange) for exchange in reply.exchanges]
    if reply.answered is None and reply.sent is None and not reply.media_type:
        return []
    sent = raw if reply.sent is None else reply.sent
    return [
        {
            "sent": {"mediaType": reply.media_type, "body": as_text(sent)},
            "answered": {"mediaType": reply.media_type, "body": as_text(reply.answered or b"")},
        }
    ]


def show_exchange(exchange: Exchange) -> dict[str, Any]:
    """Return a request that CFIS sent to an accounting system, and the answer, as a JSON object."""
    request, answer = exchange.request, exchange.answer
    return {
        "sent": {
            "method": request.method,
            "url": conceal(request.url),
            "headers": show_headers(request.headers),
            "mediaType": request.header("content-type") or "",
            "body": conceal(as_text(request.body, request.header("content-type") or "")),
        },
        "answered": {
            "status": answer.status,
            "headers": show_headers(answer.show_headers()),
            "mediaType": answer.media_type,
            "body": conceal(as_text(answer.body, answer.media_type)),
        },
    }


class Record:
    """One document that CFIS took, and what became of it."""

    __slots__ = (
        "attempts", "date", "document_status", "due", "earlier", "has_document_status", "held_by", "identifier",
        "invoice", "kept", "kind", "looked_at", "looks_left", "member", "number", "raw", "reason", "refusal",
        "settled_at", "state", "steps", "steps_gone", "submitted_at", "unreachable_until",
    )  # fmt: skip

    def __init__(
        self, number: int, kind: str, identifier: str, raw: bytes, member: str, kept: Mapping[str, Any],
        date: str, invoice: str, at: Instant,
    ) -> None:  # fmt: skip
        self.number = number
        self.kind = kind
        self.identifier = identifier
        self.raw = raw
        """The JSON bytes that hold the document: shared with the journal, never copied."""
        self.member = member
        """The member of the bytes' object under which the document stands; empty if it is the whole."""
        self.kept = kept
        self.date = date
        self.invoice = invoice
        self.submitted_at = at
        self.state: State = "pending"
        self.reason = ""
        self.settled_at: Instant | None = None
        self.attempts = 0
        self.due: Instant | None = None
        self.unreachable_until: Instant = 0
        self.refusal = ""
        """Why it will fail when it is pushed, where the contract's rules are left to that moment."""
        self.looked_at: Instant | None = None
        """When the client last saw the record's present state in a status call."""
        self.earlier: Record | None = None
        """The record that had the same identifier before, where a reading allows two."""
        self.looks_left = 0
        """How many more times the client has to look before the record goes on."""
        self.held_by = ""
        """The rule that holds it, or held it last; empty if that was done by hand."""
        self.document_status: str | None = None
        self.has_document_status = False
        """Whether a scenario has given it a documentStatus other than the usual one."""
        self.steps: list[Step] = []
        self.steps_gone = 0

    def document(self) -> Any:
        """Return the document as a value with exact decimals."""
        # Its depth was bounded when it was submitted.
        value = loads(self.raw, sys.maxsize)
        return value[self.member] if self.member else value

    def note(self, at: Instant, what: str, cause: str, detail: str = "", reply: Reply | None = None) -> int:
        """Add a step to the timeline; return how many more bytes of messages it holds now.

        A full one keeps its first step and lets the next oldest go.
        """
        growth = 0 if reply is None else reply.size
        if len(self.steps) == STEPS_MAX:
            gone = self.steps.pop(1).reply
            growth -= 0 if gone is None else gone.size
            self.steps_gone += 1
        self.steps.append(Step(at, what, cause, detail, reply))
        return growth

    def renew(self, raw: bytes, kept: Mapping[str, Any]) -> int:
        """Take new content; return how many more bytes the record holds now."""
        growth = len(raw) - len(self.raw)
        for step in self.steps:
            if step.reply is not None and step.reply.sent is None and not step.reply.exchanges:
                # What was pushed before was the old content, and the timeline goes on to say so.
                step.reply = replace(step.reply, sent=self.raw)
                growth = len(raw)
        self.raw, self.kept = raw, kept
        return growth

    def show(self, *, full: bool = False) -> dict[str, Any]:
        """Return the record as a JSON object; *full* adds its document and its timeline."""
        shown: dict[str, Any] = {
            "kind": self.kind,
            "identifier": self.identifier,
            "number": self.number,
            "state": self.state,
            "reason": self.reason or None,
            "date": self.date or None,
            "invoiceNumber": self.invoice or None,
            "attempts": self.attempts,
            "submittedAt": show_instant(self.submitted_at),
            "settledAt": None if self.settled_at is None else show_instant(self.settled_at),
            "dueAt": None if self.due is None else show_instant(self.due),
            "seenByClient": self.looked_at is not None,
        }
        if full:
            shown["document"] = self.document()
            shown["timeline"] = [step.show(self) for step in self._timeline()]
        return shown

    def _timeline(self) -> list[Step]:
        if not self.steps_gone:
            return self.steps
        first, *rest = self.steps
        gone = Step(first.at, "omitted", "simulator", f"{self.steps_gone} steps are no longer kept")
        return [first, gone, *rest]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a look-up asks for; what is None or empty is not asked."""

    identifiers: frozenset[str] = frozenset()
    invoices: frozenset[str] = frozenset()
    states: frozenset[str] | None = None
    from_date: str = ""
    to_date: str = ""

    def takes(self, record: Record) -> bool:
        """Say whether a record is asked for."""
        return (
            (not self.identifiers or record.identifier in self.identifiers)
            and (not self.invoices or (record.invoice != "" and record.invoice in self.invoices))
            and (self.states is None or record.state in self.states)
            and (not self.from_date or record.date >= self.from_date)
            and (not self.to_date or (record.date != "" and record.date <= self.to_date))
        )


class Shelf:
    """The records of one kind, found by identifier, date, invoice and state without looking at the others."""

    def __init__(self) -> None:
        """Start empty."""
        self.all: dict[int, Record] = {}
        self.by_identifier: dict[str, Record] = {}
        self.by_invoice: dict[str, list[Record]] = {}
        self.by_date: dict[str, list[Record]] = {}
        self.dates: list[str] = []
        self.by_state: dict[str, dict[int, Record]] = {"pending": {}, "failed": {}}
        """The states that a client asks for; what is in neither is synced."""
        self._holes = dict.fromkeys(self.by_state, 0)
        self.doubled: list[Record] = []
        """Records whose identifier was already taken."""

    def add(self, record: Record) -> None:
        """Put a record on the shelf."""
        record.earlier = self.by_identifier.get(record.identifier)
        if record.earlier is not None:
            self.doubled.append(record)
        self.by_identifier[record.identifier] = record
        self.all[record.number] = record
        self.by_state["pending"][record.number] = record
        self._index(record)

    def _index(self, record: Record) -> None:
        if record.date not in self.by_date:
            self.by_date[record.date] = []
            insort(self.dates, record.date)
        _put_in(self.by_date[record.date], record)
        if record.invoice:
            _put_in(self.by_invoice.setdefault(record.invoice, []), record)

    def reindex(self, record: Record, date: str, invoice: str) -> None:
        """Give a record that takes new content its new date and invoice."""
        if (date, invoice) == (record.date, record.invoice):
            return
        _take_out(self.by_date[record.date], record)
        if record.invoice:
            _take_out(self.by_invoice[record.invoice], record)
            if not self.by_invoice[record.invoice]:
                del self.by_invoice[record.invoice]
        record.date, record.invoice = date, invoice
        self._index(record)

    def move(self, record: Record, state: State) -> None:
        """Change the state of a record."""
        for name, members in self.by_state.items():
            if members.pop(record.number, None) is not None:
                self._close_holes(name)
            if name == state:
                self.by_state[name][record.number] = record
        record.state = state

    def _close_holes(self, state: str) -> None:
        # Who walks a dict walks over the holes that removed members left, too. They are closed when they are
        # many, so that a look-up among the few that are pending does not remember the million that were.
        self._holes[state] += 1
        members = self.by_state[state]
        if self._holes[state] > HOLES_MAX + 2 * len(members):
            self.by_state[state], self._holes[state] = dict(members), 0

    def find(self, wanted: Filter) -> list[Record]:
        """Return the records that are asked for, in the order of their numbers."""
        found = [record for record in self._candidates(wanted) if wanted.takes(record)]
        found.sort(key=_number)
        return found

    def _candidates(self, wanted: Filter) -> Iterable[Record]:
        """Return the records of the narrowest index that the question names."""
        if wanted.identifiers:
            return (record for name in wanted.identifiers for record in self._with_identifier(name))
        if wanted.invoices:
            return (record for number in wanted.invoices for record in self.by_invoice.get(number, ()))
        dates: list[str] | None = None
        if wanted.from_date or wanted.to_date:
            start = bisect_left(self.dates, wanted.from_date or "0")
            end = bisect_right(self.dates, wanted.to_date) if wanted.to_date else len(self.dates)
            dates = self.dates[start:end]
        if wanted.states is not None and wanted.states <= set(self.by_state):
            size = sum(len(self.by_state[state]) for state in wanted.states)
            if dates is None or size <= sum(len(self.by_date[date]) for date in dates):
                return (record for state in wanted.states for record in self.by_state[state].values())
        if dates is not None:
            return (record for date in dates for record in self.by_date[date])
        return self.all.values()

    def _with_identifier(self, identifier: str) -> Iterator[Record]:
        record = self.by_identifier.get(identifier)
        while record is not None:
            yield record
            record = record.earlier

    def after(self, number: int, limit: int, states: frozenset[str] | None = None) -> list[Record]:
        """Return up to *limit* records whose number is greater than *number*: a page for a person."""
        wanted = Filter(states=states)
        found: list[Record] = []
        for record in self.find(wanted) if states is not None else self.all.values():
            if record.number > number and wanted.takes(record):
                found.append(record)
                if len(found) == limit:
                    break
        return found


def _number(record: Record) -> int:
    return record.number


def _put_in(records: list[Record], record: Record) -> None:
    # Nearly always it is the newest, which is last without a search.
    if not records or records[-1].number < record.number:
        records.append(record)
    else:
        insort(records, record, key=_number)


def _take_out(records: list[Record], record: Record) -> None:
    # Lists are kept in the order of numbers, so that a record is found without looking at all of them.
    del records[bisect_left(records, record.number, key=_number)]
