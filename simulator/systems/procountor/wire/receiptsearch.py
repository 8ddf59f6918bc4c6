"""Searches among the ledger receipts, and among the journals alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.clock import Instant
from simulator.systems.base import Answer, Request
from simulator.systems.books.vouchers import Voucher
from simulator.systems.office import Site
from simulator.systems.procountor.protocol import date_time
from simulator.systems.procountor.wire.answers import in_json
from simulator.systems.procountor.wire.paging import listed, page_of, paging, spans
from simulator.systems.procountor.wire.receipts import BASE_ID, JOURNAL, STATUS, Receipts

TYPES = frozenset({
    "JOURNAL", "PURCHASE_INVOICE", "SALES_INVOICE", "PERIODIC_TAX_RETURN", "TRAVEL_INVOICE", "BILL_OF_CHARGES",
    "VAT_FORM", "SALARY", "EMPLOYER_CONTRIBUTION", "PURCHASE_ORDER", "SALES_ORDER", "BANK_STATEMENT_AS_RECEIPT",
    "RECEIPT_FOR_OPENING_ACCOUNTS", "REFERENCE_PAYMENT", "TRACKING_PERIOD_OPENING_RECEIPT", "VAT_SUMMARY",
})  # fmt: skip
STATUSES = frozenset({
    "EMPTY", "UNFINISHED", "NOT_SENT", "SENT", "RECEIVED", "PAID", "PAYMENT_DENIED", "VERIFIED", "APPROVED",
    "INVALIDATED", "PAYMENT_QUEUED", "PARTLY_PAID", "PAYMENT_SENT_TO_BANK", "MARKED_PAID", "STARTED", "INVOICED",
    "OVERRIDDEN", "DELETED", "UNSAVED", "PAYMENT_TRANSACTION_REMOVED",
})  # fmt: skip
JOURNAL_STATUSES = frozenset(STATUS.values())
SPANS = {
    "date": ("startDate", "endDate", False),
    "created": ("createdStartDate", "createdEndDate", True),
    "version": ("versionStartDate", "versionEndDate", True),
}
KEYS: Mapping[str, Callable[[Voucher], Any]] = {
    "id": lambda voucher: BASE_ID + voucher.key,
    "date": lambda voucher: voucher.date,
    "created": lambda voucher: voucher.created,
    "version": lambda voucher: voucher.changed,
}


class ReceiptSearch:
    """Finds receipts."""

    def __init__(self, site: Site, receipts: Receipts) -> None:
        """Look through the books of *site*."""
        self.site = site
        self.receipts = receipts

    def receipts_found(self, request: Request, _now: Instant) -> Answer:
        """Answer a page of the receipts that are searched for."""
        page = paging(request)
        found = self._found(request, listed(request, "types", TYPES), listed(request, "status", STATUSES))
        total = len(found)
        results = [self._hit(voucher) for voucher in page.cut(found, KEYS)]
        return page_of(results, page, total, shows_total=self.site.readings["total_count"] == "shown")

    def journals_found(self, request: Request, _now: Instant) -> Answer:
        """Answer all journals that are searched for, the newest first."""
        found = self._found(request, {JOURNAL}, listed(request, "statuses", JOURNAL_STATUSES))
        results = [self._journal(voucher) for voucher in reversed(found)]
        return in_json(results if self.site.readings["journals_shape"] == "array" else {"results": results})

    def _found(self, request: Request, types: set[str], statuses: set[str]) -> list[Voucher]:
        when = spans(request, SPANS)
        return [
            voucher
            for voucher in self.site.ledger.journal.by_key.values()
            if (not types or voucher.series in types)
            and (not statuses or self.receipts.status_of(voucher) in statuses)
            and (not when.ends or when.take(times_of(voucher)))
        ]

    def _hit(self, voucher: Voucher) -> dict[str, Any]:
        shown = self.receipts.show(voucher)
        names = ("id", "type", "status", "name", "receiptDate", "receiptNumber", "invoiceNumber", "version")
        return {**{name: shown[name] for name in names}, "created": date_time(voucher.created)}

    def _journal(self, voucher: Voucher) -> dict[str, Any]:
        shown = self.receipts.show(voucher)
        return {
            "id": shown["invoiceId"],
            "ledgerReceiptId": shown["id"],
            **({"partnerId": shown["partnerId"]} if "partnerId" in shown else {}),
            "type": JOURNAL,
            "status": shown["status"],
            "invoiceNumber": shown["invoiceNumber"],
            "date": voucher.date,
            "created": date_time(voucher.created),
            "version": shown["version"],
            "counterParty": {"counterPartyAddress": {"name": shown["name"]}},
        }


def times_of(thing: Any) -> dict[str, str]:
    """Return when something is dated, and when it was made and changed."""
    return {"date": thing.date, "created": date_time(thing.created), "version": date_time(thing.changed)}
