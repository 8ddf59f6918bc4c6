"""The ledger receipts: journals of clients' own, and those behind invoices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.clock import SECOND, Instant
from simulator.systems.base import Answer, Request
from simulator.systems.books.vouchers import Voucher, VoucherState
from simulator.systems.office import Site
from simulator.systems.procountor.protocol import date_time
from simulator.systems.procountor.wire.answers import Violation, in_json, message, refuse_all, refused
from simulator.systems.procountor.wire.bodies import BLANK, Bodies
from simulator.systems.procountor.wire.booking import difference, postings_of, reconcile
from simulator.systems.procountor.wire.dimensions import DimensionRegister
from simulator.systems.procountor.wire.paging import answer_batch, flag
from simulator.systems.procountor.wire.receiptrules import CLOSED, ReceiptRules, closed, unbalanced, with_cents

BASE_ID = 10_000_000
JOURNAL_INVOICE_BASE_ID = 30_000_000
"""Every journal has an invoice behind it that nobody sees; its identifier is of use for attachments alone."""

JOURNAL = "JOURNAL"
STATUS: dict[VoucherState, str] = {"draft": "UNFINISHED", "valid": "APPROVED", "void": "INVALIDATED"}
KEPT = (
    "name", "receiptDate", "vatType", "vatStatus", "vatProcessing", "invoiceNotes", "accountantsNotes",
    "transactionDescription", "receiptValidity", "periodStartDate", "periodEndDate", "partnerId", "partnerCode",
    "depreciation", "vatDate",
)  # fmt: skip
KEPT_OF_ROW = (
    "transactionType", "account", "accountingValue", "vatPercent", "vatType", "vatStatus", "description",
    "balanceCode", "partnerId", "dimensionItemValues", "vatDeductionPercent", "startDate", "endDate", "isMade",
)  # fmt: skip
CHANGEABLE = {"JOURNAL", "SALES_INVOICE", "PURCHASE_INVOICE", "TRAVEL_INVOICE", "BILL_OF_CHARGES"}
MISSING = "Ledger receipt not found."


def wrong_status(status: str) -> str:
    """Say that something cannot be done in a status."""
    return f"SIM_WRONG_STATUS: the status is {status}"


def given(value: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Return the members of a value that were given, null being none."""
    return {name: value[name] for name in names if value.get(name) is not None}


class Receipts:
    """Keeps the receipts."""

    def __init__(self, site: Site, bodies: Bodies, dimensions: DimensionRegister) -> None:
        """Book into the books of *site*."""
        self.site = site
        self.rules = ReceiptRules(site, dimensions)
        self._bodies = bodies
        self._find_item = dimensions.find
        self._rows = 0

    # ------------------------------------------------------------------------------------------------ reading

    def voucher(self, key: int) -> Voucher | None:
        """Return a receipt by its identifier."""
        return self.site.ledger.journal.by_key.get(key - BASE_ID)

    def asked(self, key: str) -> Voucher:
        """Return the receipt that a path names. Raises RefusedError if there is none."""
        voucher = self.voucher(int(key))
        if voucher is None:
            raise refused(404, MISSING)
        return voucher

    def status_of(self, voucher: Voucher) -> str:
        """Return the status of a receipt; that of one behind an invoice is the invoice's."""
        return str(voucher.details.get("status") or STATUS[voucher.state])

    def get(self, _request: Request, _now: Instant, keys: str) -> Answer:
        """Answer one receipt, or several."""

        def find(key: int) -> dict[str, Any] | None:
            voucher = self.voucher(key)
            return None if voucher is None else self.show(voucher)

        return answer_batch(keys, find, MISSING)

    def show(self, voucher: Voucher) -> dict[str, Any]:
        """Return a receipt as the interface shows it."""
        rows = [
            {name: value for name, value in row.items() if name != "isMade"} for row in voucher.details["transactions"]
        ]
        return {
            "id": BASE_ID + voucher.key,
            "type": voucher.series,
            "status": self.status_of(voucher),
            **voucher.details["receipt"],
            "invoiceId": voucher.details.get("invoiceId", JOURNAL_INVOICE_BASE_ID + voucher.key),
            "receiptNumber": voucher.number,
            "invoiceNumber": voucher.details.get("invoiceNumber", voucher.number),
            "version": date_time(voucher.changed),
            "transactions": rows,
            "attachments": [],
        }

    # ------------------------------------------------------------------------------------------------ writing

    def create(self, request: Request, now: Instant) -> Answer:
        """Save a journal, unfinished."""
        receipt, found = self._bodies.read(request, "ledgerreceipt.json")
        if receipt.get("type") not in {JOURNAL, None}:
            found.append(("type", f"SIM_RECEIPT_TYPE: only a {JOURNAL} can be created, no {receipt['type']}"))
        receipt = self._judged(request, receipt, found, must_balance=self.site.readings["unbalanced"] == "save")
        return in_json(self.show(self.add(JOURNAL, receipt, now)))

    def _judged(
        self, request: Request, receipt: dict[str, Any], found: list[Violation], *, must_balance: bool
    ) -> dict[str, Any]:
        makes_row = flag(request, "createReconciliation")
        found += self.rules.violations(receipt, must_balance=must_balance and not makes_row)
        refuse_all(found)
        rows = [with_cents(row) for row in receipt["transactions"]]
        if makes_row:
            reconcile(self.site.ledger, rows)
        return {**receipt, "transactions": rows}

    def add(
        self, series: str, receipt: Mapping[str, Any], now: Instant, *, state: VoucherState = "draft", **details: Any
    ) -> Voucher:
        """Book a receipt that was found good."""
        date = str(receipt["receiptDate"])
        year = self.site.ledger.calendar.year_of(date)
        voucher = self.site.ledger.journal.add(
            series, "" if year is None else year.begin, date, (), now, state=state, details=details
        )
        self.fill(voucher, receipt)
        return voucher

    def fill(self, voucher: Voucher, receipt: Mapping[str, Any]) -> None:
        """Put what a receipt says into its voucher."""
        rows = list(self._numbered(receipt["transactions"], voucher))
        voucher.details["receipt"] = given(receipt, KEPT)
        voucher.details["transactions"] = rows
        voucher.date = str(receipt["receiptDate"])
        voucher.description = str(receipt.get("transactionDescription") or receipt["name"])
        voucher.postings = tuple(postings_of(self.site.ledger, receipt, rows, self._find_item))

    def _numbered(self, rows: list[dict[str, Any]], voucher: Voucher) -> Iterator[dict[str, Any]]:
        known = {row["id"] for row in voucher.details.get("transactions", ())}
        for row in rows:
            key = row.get("id")
            if key in known:
                known.discard(key)
            else:
                self._rows += 1
                key = self._rows
            yield {"id": key, **given(row, KEPT_OF_ROW)}

    def change(self, request: Request, now: Instant, key: str) -> Answer:
        """Replace a receipt as a whole."""
        voucher = self.asked(key)
        receipt, found = self._bodies.read(request, "ledgerreceipt.json")
        status = self.status_of(voucher)
        if voucher.series not in CHANGEABLE or status in {"INVALIDATED", "PAYMENT_DENIED"}:
            raise refused(403, wrong_status(status))
        if receipt.get("type") not in {voucher.series, None}:
            found.append(("type", f"SIM_RECEIPT_TYPE: the receipt is a {voucher.series}, no {receipt['type']}"))
        version = receipt.get("version")
        if version is None:
            found.append(("version", BLANK.format("version")))
        elif version != date_time(voucher.changed):
            found.append(("version", f"SIM_STALE_VERSION: the latest version is {date_time(voucher.changed)}"))
        if closed(self.site, voucher.date):
            found.append(("", CLOSED))
        must_balance = self.site.readings["unbalanced"] == "save" or (
            voucher.state == "valid" and self.site.readings["unbalanced"] != "never"
        )
        self.fill(voucher, self._judged(request, receipt, found, must_balance=must_balance))
        touch(voucher, now)
        return in_json(self.show(voucher))

    def set_dimensions(self, request: Request, now: Instant, key: str, row_key: str) -> Answer:
        """Replace the dimensions of one row."""
        voucher = self.asked(key)
        values, found = self._bodies.read(request, "dimensionvalues.json")
        row = next((row for row in voucher.details["transactions"] if str(row["id"]) == row_key), None)
        if row is None:
            raise refused(404, "Transaction not found.")
        status = self.status_of(voucher)
        if voucher.series not in CHANGEABLE or status in {"INVALIDATED", "PAYMENT_DENIED"}:
            raise refused(403, wrong_status(status))
        if closed(self.site, voucher.date):
            found.append(("", CLOSED))
        changed = {**row, "dimensionItemValues": values.get("dimensionItemValues")}
        refuse_all([*found, *self.rules.of_dimensions("", changed)])
        rows = [changed if one is row else one for one in voucher.details["transactions"]]
        self.fill(voucher, {**voucher.details["receipt"], "transactions": rows})
        touch(voucher, now)
        return in_json(self.show(voucher))

    # ----------------------------------------------------------------------------------------------- statuses

    def approve(self, _request: Request, now: Instant, key: str) -> Answer:
        """Approve a journal: from now on it is in the books."""
        voucher = self._journal(key, {"UNFINISHED"})
        missing = difference(voucher.details["transactions"])
        if missing and self.site.readings["unbalanced"] != "never":
            raise refused(403, unbalanced(missing), "transactions")
        return self._set(voucher, "valid", now, "The receipt was approved.")

    def unfinished(self, _request: Request, now: Instant, key: str) -> Answer:
        """Take a journal out of the books again."""
        voucher = self._journal(key, {"UNFINISHED", "APPROVED", "INVALIDATED"})
        return self._set(voucher, "draft", now, "The receipt was marked as unfinished.")

    def invalidate(self, _request: Request, now: Instant, key: str) -> Answer:
        """Invalidate a journal that is unfinished."""
        return self._set(self._journal(key, {"UNFINISHED"}), "void", now, "The receipt was marked as invalidated.")

    def _journal(self, key: str, statuses: set[str]) -> Voucher:
        voucher = self.asked(key)
        if voucher.series != JOURNAL:
            raise refused(403, f"SIM_RECEIPT_TYPE: this is for a {JOURNAL}, no {voucher.series}")
        status = self.status_of(voucher)
        if status not in statuses:
            raise refused(403, wrong_status(status))
        if closed(self.site, voucher.date):
            raise refused(403, CLOSED)
        return voucher

    def _set(self, voucher: Voucher, state: VoucherState, now: Instant, text: str) -> Answer:
        voucher.state = state
        touch(voucher, now)
        return message(text)


def touch(voucher: Voucher, now: Instant) -> None:
    """Give a receipt a version that it did not have before, even where time stands still."""
    voucher.changed = max(now, voucher.changed + SECOND)
