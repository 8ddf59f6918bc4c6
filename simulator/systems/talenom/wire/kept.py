"""What Talenom keeps of a voucher beside what every system keeps: its GUID, state, numbers, comments and match keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from simulator.clock import Instant
from simulator.systems.books.chart import Calendar
from simulator.systems.books.vouchers import Journal, Posting, Voucher

State = Literal["Draft", "Accepted", "Locked", "Deleted"]
DIMENSIONS = ("costCenter", "costType", "project", "projectType")
DETAILS = "talenom"


@dataclass(slots=True)
class KeptPosting:
    """A posting as it is read back."""

    id: str
    gross: Decimal | None
    """With VAT; None if a draft has no amount yet."""
    vat: Decimal
    percent: Decimal | None
    match_key: str
    version: str


@dataclass(slots=True)
class Kept:
    """A voucher as it is read back."""

    id: str
    category: str
    state: State
    description: str
    number: str | None
    invoice_number: str | None
    reference_number: str | None
    comment: str | None
    gross: Decimal | None
    vat: Decimal | None
    version: str
    postings: tuple[KeptPosting, ...]
    approved: Instant | None = None
    locked: Instant | None = None
    deleted: Instant | None = None
    image: bytes = b""

    def state_in(self, calendar: Calendar, date: str) -> State:
        """Return the state: closing a period locks what was accepted in it."""
        return "Locked" if self.state == "Accepted" and calendar.is_locked(date) else self.state


def kept_of(voucher: Voucher) -> Kept:
    """Return what is kept of a voucher."""
    kept: Kept = voucher.details[DETAILS]
    return kept


def rows_of(voucher: Voucher) -> Iterator[tuple[Posting, KeptPosting]]:
    """Yield each posting with what is kept of it."""
    return zip(voucher.postings, kept_of(voucher).postings, strict=True)


@dataclass
class Shelf:
    """The vouchers of a company by GUID."""

    journal: Journal
    keys: dict[str, int] = field(default_factory=dict)
    """The key of each voucher in the journal."""

    def find(self, guid: str) -> Voucher | None:
        """Return a voucher; the case of its GUID means nothing."""
        key = self.keys.get(guid.lower())
        return None if key is None else self.journal.by_key[key]

    def put(self, voucher: Voucher) -> None:
        """Note a new voucher."""
        self.keys[kept_of(voucher).id] = voucher.key


def folded(name: str) -> str:
    """Return the name of a dimension without case and separators: COST_CENTER is costCenter."""
    return "".join(sign for sign in name.lower() if sign.isalnum())


MEMBERS = {folded(member): member for member in DIMENSIONS}
"""The member of a posting for each dimension, by its folded name."""
