"""Vouchers: what was booked, as postings on accounts that come to zero."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from simulator.clock import Instant
from simulator.systems.money import ZERO

VoucherState = Literal["draft", "valid", "void"]
"""A draft is kept and not yet booked; a void one was booked and is no longer."""


@dataclass(frozen=True, slots=True)
class Posting:
    """A ledger row: an amount on an account. Debit is positive, credit negative."""

    account: str
    amount: Decimal
    """In the company's currency, with at most two decimals."""
    description: str = ""
    vat_code: str = ""
    vat_percent: Decimal = ZERO
    dimensions: tuple[tuple[str, str], ...] = ()
    """(dimension, item) of each."""
    is_made: bool = False
    """Whether the system made it, as it makes VAT and rounding rows."""


@dataclass(slots=True)
class Voucher:
    """A voucher with its postings; *details* are what the wire of its system keeps beside."""

    key: int
    series: str
    number: int
    date: str
    postings: tuple[Posting, ...]
    created: Instant
    changed: Instant
    description: str = ""
    state: VoucherState = "valid"
    details: dict[str, Any] = field(default_factory=dict)


class Journal:
    """The vouchers by key, and their numbers: each series counts from 1 in each fiscal year."""

    def __init__(self) -> None:
        """Start empty."""
        self.by_key: dict[int, Voucher] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self._taken: set[tuple[str, str, int]] = set()

    def next_number(self, series: str, year: str) -> int:
        """Return the number that the next voucher of a series gets."""
        number = self._numbers.get((series, year), 0) + 1
        while (series, year, number) in self._taken:
            number += 1
        return number

    def is_taken(self, series: str, year: str, number: int) -> bool:
        """Say whether a voucher of that number is there."""
        return (series, year, number) in self._taken

    def add(
        self,
        series: str,
        year: str,
        date: str,
        postings: Iterable[Posting],
        now: Instant,
        *,
        number: int | None = None,
        description: str = "",
        state: VoucherState = "valid",
        details: dict[str, Any] | None = None,
    ) -> Voucher:
        """Store a voucher; without a *number* it gets the next of its series."""
        if number is None:
            number = self.next_number(series, year)
            self._numbers[series, year] = number
        self._taken.add((series, year, number))
        voucher = Voucher(
            key=len(self.by_key) + 1,
            series=series,
            number=number,
            date=date,
            postings=tuple(postings),
            created=now,
            changed=now,
            description=description,
            state=state,
            details=details or {},
        )
        self.by_key[voucher.key] = voucher
        return voucher

    def move(self, voucher: Voucher, former_year: str, series: str, year: str, number: int | None = None) -> None:
        """Give a voucher another series, year or number; without a *number* it gets the next of its new series."""
        self._taken.discard((voucher.series, former_year, voucher.number))
        if number is None:
            number = self.next_number(series, year)
            self._numbers[series, year] = number
        self._taken.add((series, year, number))
        voucher.series, voucher.number = series, number

    def between(self, begin: str, end: str) -> list[Voucher]:
        """Return the vouchers of a span of dates, both included, in the order of their keys."""
        return [voucher for voucher in self.by_key.values() if begin <= voucher.date <= end]

    def balances(self, begin: str = "0000-01-01", end: str = "9999-12-31") -> dict[str, Decimal]:
        """Return the sum of each account over the valid vouchers of a span of dates."""
        sums: dict[str, Decimal] = {}
        for voucher in self.between(begin, end):
            if voucher.state == "valid":
                for posting in voucher.postings:
                    sums[posting.account] = sums.get(posting.account, ZERO) + posting.amount
        return sums
