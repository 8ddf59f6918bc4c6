"""The vouchers that were imported, by their numbers, and how they are shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from simulator.clock import Instant
from simulator.systems.books.chart import FiscalYear
from simulator.systems.books.ledger import Ledger
from simulator.systems.books.vouchers import Posting, Voucher
from simulator.systems.fivaldi.wire.company import DIMENSIONS_MAX, slots
from simulator.systems.fivaldi.wire.entries import Entry, Import
from simulator.systems.fivaldi.wire.registers import voucher_type
from simulator.systems.fivaldi.wire.vat import number_of
from simulator.systems.office import Site


class VoucherStore:
    """Numbers vouchers, keeps them in the journal of the books, and finds them."""

    def __init__(self, site: Site) -> None:
        """Store in the books of *site*."""
        self.site = site
        self.by_number: dict[str, Voucher] = {}
        self.by_original: dict[str, Voucher] = {}

    def add(
        self, given: Import, year: FiscalYear, entries: Sequence[Entry], postings: Sequence[Posting], now: Instant
    ) -> str:  # fmt: skip
        """Store a voucher; return its number."""
        journal, is_running = self.site.ledger.journal, self.site.readings["voucher_numbers"] == "running"
        series, span = ("", "") if is_running else (str(given.type_id), str(given.month))
        counted: int | None = None
        number = _number(given, journal.next_number(series, span), is_running=is_running)
        while number in self.by_number:
            # With four digits in the counter, the number of one type may look like that of another.
            counted = (counted or journal.next_number(series, span)) + 1
            number = _number(given, counted, is_running=is_running)
        details = {"number": number, "given": given, "entries": entries, "year": year.key}
        voucher = journal.add(
            series, span, given.date, postings, now, number=counted, description=given.original, details=details
        )
        self.by_number[number] = voucher
        if given.original:
            self.by_original[given.original] = voucher
        return number

    def show(self, voucher: Voucher, entries: Sequence[Entry] | None = None) -> dict[str, Any]:
        """Return a voucher with its entries, or with those of them that are named."""
        ledger, given = self.site.ledger, voucher.details["given"]
        kind = voucher_type(ledger, given.type_id)
        return {
            "voucherType": given.type_id,
            "voucherTypeName": kind.name if kind else None,
            "voucherNumber": voucher.details["number"],
            "voucherDate": voucher.date,
            "dueDate": None,
            "accountingPeriod": given.month,
            "fiscalYearId": str(voucher.details["year"]),
            "customerId": None,
            "customerName": None,
            "isDeleted": voucher.state == "void",
            "voucherEntries": [
                _show_entry(entry, ledger) for entry in (voucher.details["entries"] if entries is None else entries)
            ],
        }

    def between(self, begin: str, end: str) -> Iterator[Voucher]:
        """Yield the vouchers of a span of dates, both included."""
        yield from self.site.ledger.journal.between(begin, end)


def _number(given: Import, counted: int, *, is_running: bool) -> str:
    """Return a voucher's number: type, year and month, and a counter of three digits, as in 802206001."""
    return str(counted) if is_running else f"{given.type_id}{given.month % 10000:04d}{counted:03d}"


def _show_entry(entry: Entry, ledger: Ledger) -> dict[str, Any]:
    items = dict(entry.dimensions)
    known = slots(ledger.dimensions)
    dimension: dict[str, Any] = {}
    for slot in range(1, DIMENSIONS_MAX + 1):
        dimension[f"dimension{slot}"] = items.get(slot)
        # What an item is called in words nobody said, so its code stands for its name.
        dimension[f"dimension{slot}Name"] = items.get(slot) if slot <= len(known) else None
    return {
        "entryNumber": entry.number,
        "description": entry.description or None,
        "amount": entry.amount,
        "balanceCode": number_of(entry.balance_code),
        "accountNumber": number_of(entry.account),
        "accountName": _name(ledger, entry.account),
        "dimension": dimension,
        "vat": {
            "vatCode": entry.vat_code or None,
            "vatAmount": entry.vat_amount,
            "vatAccount": entry.vat_account or None,
            "vatAccountName": _name(ledger, entry.vat_account),
            "vatAccount2": entry.vat_account2 or None,
            "vatAccount2Name": _name(ledger, entry.vat_account2),
        },
    }


def _name(ledger: Ledger, number: str) -> str | None:
    account = ledger.chart.accounts.get(number)
    return account.name if account else None
