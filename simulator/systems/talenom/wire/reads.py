"""What Talenom lets be read: vouchers and their images, postings, balances, and the accounts in use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from simulator.systems.base import Answer, Request
from simulator.systems.books.ledger import Ledger
from simulator.systems.books.vouchers import Posting, Voucher
from simulator.systems.money import ZERO
from simulator.systems.office import Site
from simulator.systems.talenom.wire.answers import empty, json_answer, stamp
from simulator.systems.talenom.wire.kept import DIMENSIONS, MEMBERS, KeptPosting, Shelf, folded, kept_of, rows_of
from simulator.systems.talenom.wire.query import Query

PAGE_SIZE = 100
EVENTS_MAX = 10_000
ORIGIN = "Integration"


class Reads:
    """Reads the books of a company."""

    def __init__(self, site: Site, shelf: Shelf) -> None:
        """Read what the vouchers on *shelf* say."""
        self.site = site
        self.shelf = shelf

    @property
    def _ledger(self) -> Ledger:
        return self.site.ledger

    def vouchers(self, request: Request, *, is_paged: bool) -> Answer:
        """List vouchers: as a page that says how many there are, or as a plain array."""
        query = Query(request)
        guids = {guid.lower() for guid in query.texts("id")}
        begin, end = query.date("dateFrom"), query.date("dateTo")
        categories, states = query.texts("category"), query.texts("voucherState")
        index, size = query.integer("pageIndex", 0, 0), query.integer("pageSize", PAGE_SIZE, 1)
        has_postings = query.flag("includePostings")
        query.check()
        known = filter(None, map(self.shelf.find, sorted(guids))) if guids else self.shelf.journal.by_key.values()
        found = [
            voucher
            for voucher in sorted(known, key=lambda one: one.key)
            if self._fits(voucher, categories, states) and _is_between(voucher.date, begin, end)
        ]
        rows = [self._voucher(voucher, has_postings=has_postings) for voucher in _page(found, index * size, size)]
        return json_answer(_paged(rows, index, size, len(found)) if is_paged else rows)

    def _fits(self, voucher: Voucher, categories: frozenset[str], states: frozenset[str]) -> bool:
        kept = kept_of(voucher)
        state = kept.state_in(self._ledger.calendar, voucher.date)
        if categories and kept.category not in categories:
            return False
        if states:
            return state in states
        return state != "Deleted" or self.site.readings["deleted_are_listed"] == "always"

    def _voucher(self, voucher: Voucher, *, has_postings: bool) -> dict[str, Any]:
        kept = kept_of(voucher)
        gross, vat = kept.gross or ZERO, kept.vat or ZERO
        return {
            "id": kept.id,
            "category": kept.category,
            "voucherDate": voucher.date or None,
            "description": kept.description,
            "voucherState": kept.state_in(self._ledger.calendar, voucher.date),
            "voucherNumber": kept.number,
            "invoiceNumber": kept.invoice_number,
            "referenceNumber": kept.reference_number,
            "vatIncludedAmount": gross,
            "vatExcludedAmount": gross - vat,
            "vatAmount": vat,
            "correctionForVoucherId": None,
            "origin": ORIGIN,
            "concern": None,
            "customerComment": kept.comment,
            "createdDateUtc": stamp(voucher.created),
            "updatedDateUtc": stamp(voucher.changed),
            "approvedDateUtc": stamp(kept.approved),
            "lockedDateUtc": stamp(kept.locked),
            "deletedDateUtc": stamp(kept.deleted),
            "postings": [_posting(*row) for row in rows_of(voucher)] if has_postings else None,
            "rowVersion": kept.version,
        }

    def image(self, guid: str) -> Answer:
        """Return the PDF of a voucher."""
        voucher = self.shelf.find(guid)
        image = b"" if voucher is None else kept_of(voucher).image
        return Answer(200, image, "application/pdf") if image else empty(404)

    def events(self, request: Request) -> Answer:
        """List the postings of the general ledger."""
        query = Query(request)
        index, size = query.integer("pageIndex", None, 0), query.integer("pageSize", None, 1, EVENTS_MAX)
        begin, end = query.date("fromDate"), query.date("toDate")
        accounts, category = frozenset(query.list_of("accountNumbers")), query.text("category")
        has_vat = query.flag("isVatInfoIncluded")
        query.check()
        found = [
            (voucher, posting, kept)
            for voucher in self._valid(begin, end)
            if not category or kept_of(voucher).category == category
            for posting, kept in rows_of(voucher)
            if not accounts or posting.account in accounts
        ]
        start = index if self.site.readings["events_page_index"] == "rows" else index * size
        rows = [self._event(*row, has_vat=has_vat) for row in _page(found, start, size)]
        return json_answer(_paged(rows, index, size, len(found)))

    def _event(self, voucher: Voucher, posting: Posting, kept: KeptPosting, *, has_vat: bool) -> dict[str, Any]:
        whole = kept_of(voucher)
        return {
            "id": kept.id,
            "accountNumber": posting.account,
            "description": posting.description or None,
            "voucherDescription": whole.description,
            "credit": posting.amount if posting.amount < 0 else None,
            "debet": posting.amount if posting.amount >= 0 else None,
            "vatCode": posting.vat_code or None if has_vat else None,
            "vatPercentage": posting.vat_percent if has_vat else None,
            "vatIncludedAmount": kept.gross,
            **_dimensions(posting),
            "voucherId": whole.id,
            "vatExcludedAmount": posting.amount,
            "vatAmount": kept.vat,
            "voucherDate": voucher.date,
            "voucherNumber": whole.number,
            "category": whole.category,
            "invoiceNumber": whole.invoice_number,
            "matchKey": kept.match_key or None,
            "voucherState": whole.state_in(self._ledger.calendar, voucher.date),
            "acceptedTimestamp": stamp(whole.approved),
            "referenceNumber": whole.reference_number,
            "concern": None,
        }

    def balances(self, request: Request) -> Answer:
        """Return the balances of accounts at the end of a day; accounts that are not there are left out."""
        query = Query(request)
        date, accounts = query.date("date", is_needed=True), query.list_of("accountNumbers", is_needed=True)
        query.check()
        sums: dict[str, Decimal] = self.shelf.journal.balances(end=date)
        rows = [
            {"account": account, "saldo": sums.get(account, ZERO)}
            for account in dict.fromkeys(accounts)
            if account in self._ledger.chart.accounts
        ]
        return json_answer(rows)

    def used_accounts(self, request: Request) -> Answer:
        """List the accounts that have postings in a span of days."""
        query = Query(request)
        begin, end = query.date("fromDate", is_needed=True), query.date("toDate", is_needed=True)
        query.check()
        accounts = {posting.account for voucher in self._valid(begin, end) for posting in voucher.postings}
        chart = self._ledger.chart.accounts
        rows = [
            {"number": account, "name": chart[account].name if account in chart else None}
            for account in sorted(accounts)
        ]
        return json_answer(rows)

    def _valid(self, begin: str, end: str) -> Iterator[Voucher]:
        for voucher in self.shelf.journal.between(begin or "0000", end or "9999"):
            if voucher.state == "valid":
                yield voucher


def _posting(posting: Posting, kept: KeptPosting) -> dict[str, Any]:
    return {
        "id": kept.id,
        "generatedPosting": posting.is_made,
        "accountNumber": posting.account or None,
        "vatPercentage": kept.percent,
        "description": posting.description or None,
        "vatIncludedAmount": kept.gross,
        "vatExcludedAmount": None if kept.gross is None else posting.amount,
        "vatAmount": kept.vat,
        "matchKey": kept.match_key or None,
        **_dimensions(posting),
        "rowVersion": kept.version,
    }


def _dimensions(posting: Posting) -> dict[str, str | None]:
    given = {MEMBERS[folded(name)]: item for name, item in posting.dimensions}
    return {member: given.get(member) for member in DIMENSIONS}


def _is_between(date: str, begin: str, end: str) -> bool:
    # A draft without a date lies in no span of dates.
    return (not begin or begin <= date) and (not end or "" < date <= end)


def _page(rows: Sequence[Any], start: int, size: int) -> Sequence[Any]:
    return rows[start : start + size]


def _paged(rows: list[dict[str, Any]], index: int, size: int, count: int) -> dict[str, Any]:
    pages = -(-count // size)
    return {"currentPage": index, "pageCount": pages, "pageSize": size, "rowCount": count, "results": rows}
