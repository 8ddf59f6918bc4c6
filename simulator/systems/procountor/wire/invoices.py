"""The calls on invoices but searches and payments: save, change, and lead from one status to the next."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any

from simulator.clock import Instant
from simulator.systems.base import Answer, Request
from simulator.systems.books.invoices import Invoice, InvoiceState
from simulator.systems.books.vouchers import VoucherState
from simulator.systems.office import Site
from simulator.systems.procountor.protocol import date_time
from simulator.systems.procountor.wire.answers import in_json, message, refuse_all, refused
from simulator.systems.procountor.wire.bodies import BLANK, Bodies
from simulator.systems.procountor.wire.booking import difference
from simulator.systems.procountor.wire.invoiceregister import PURCHASE, SALES, InvoiceRegister, status_of, touch
from simulator.systems.procountor.wire.invoicerules import InvoiceRules, check_digit
from simulator.systems.procountor.wire.invoicetotals import receipt_of, total_of
from simulator.systems.procountor.wire.paging import answer_batch
from simulator.systems.procountor.wire.receiptrules import CLOSED, closed, unbalanced
from simulator.systems.procountor.wire.receipts import BASE_ID as RECEIPT_BASE_ID
from simulator.systems.procountor.wire.receipts import Receipts, wrong_status
from simulator.systems.procountor.wire.receipts import touch as touch_receipt

MISSING = "Invoice not found."
SERVER_SIDE = frozenset({
    "id", "status", "paymentDate", "invoiceNumber", "ledgerReceiptId", "attachments", "invoiceSumInfo", "creatorId",
    "version", "sum", "invoiceOperatorInfo",
})  # fmt: skip
VOUCHER_STATES: dict[InvoiceState, VoucherState] = {"draft": "draft", "open": "valid", "paid": "valid", "void": "void"}
BOOKED = {SALES, PURCHASE}
"""What has a ledger receipt here; orders and claims are kept and not booked."""
CIRCULATED = frozenset({PURCHASE, "TRAVEL_INVOICE", "BILL_OF_CHARGES"})
UNPAID = frozenset({"UNFINISHED", "RECEIVED", "VERIFIED", "NOT_SENT", "SENT", "APPROVED"})
Names = AbstractSet[str]


class Invoices:
    """Keeps the invoices."""

    def __init__(self, site: Site, bodies: Bodies, receipts: Receipts, register: InvoiceRegister) -> None:
        """Keep them in the books of *site*."""
        self.site = site
        self.register = register
        self._bodies = bodies
        self._receipts = receipts
        self._rules = InvoiceRules(site)

    def asked(self, key: str, now: Instant) -> Invoice:
        """Return the invoice that a path names. Raises RefusedError if there is none."""
        invoice = self.register.by_id(int(key), now)
        if invoice is None:
            raise refused(404, MISSING)
        return invoice

    def get(self, _request: Request, now: Instant, keys: str) -> Answer:
        """Answer one invoice, or several."""

        def find(key: int) -> dict[str, Any] | None:
            invoice = self.register.by_id(key, now)
            return None if invoice is None else self.register.show(invoice)

        return answer_batch(keys, find, MISSING)

    # ------------------------------------------------------------------------------------------------- saving

    def create(self, request: Request, now: Instant) -> Answer:
        """Save an invoice, unfinished."""
        body, found = self._bodies.read(request, "invoice.json")
        refuse_all([*found, *self._rules.violations(body)])
        invoice = self.register.add(body, total_of(body), now)
        self._keep(invoice, body, now)
        return in_json(self.register.show(invoice))

    def change(self, request: Request, now: Instant, key: str) -> Answer:
        """Replace an invoice as a whole."""
        invoice = self.asked(key, now)
        body, found = self._bodies.read(request, "invoice.json")
        status = status_of(invoice)
        if status != "UNFINISHED" and not (status == "RECEIVED" and invoice.details["type"] in CIRCULATED):
            raise refused(403, wrong_status(status))
        version = body.get("version")
        if version is None:
            found.append(("version", BLANK.format("version")))
        elif version != date_time(invoice.details["changed"]):
            found.append(("version", f"SIM_STALE_VERSION: the latest is {date_time(invoice.details['changed'])}"))
        if body.get("type") not in {invoice.details["type"], None}:
            found.append(("type", f"SIM_INVOICE_TYPE: the invoice is a {invoice.details['type']}"))
        refuse_all([*found, *self._rules.violations(body)])
        former = invoice.details.get("body", {}).get("partnerId")
        body["partnerId"] = former
        invoice.date, invoice.due = body["date"], body["paymentInfo"]["dueDate"]
        invoice.amount, invoice.currency = total_of(body), body["paymentInfo"]["currency"]
        invoice.details["original"] = str(body.get("originalInvoiceNumber") or "")
        self.register.note_original(invoice)
        self._keep(invoice, body, now)
        touch(invoice, now)
        return in_json(self.register.show(invoice))

    def _keep(self, invoice: Invoice, body: dict[str, Any], now: Instant) -> None:
        rows = [
            {"id": invoice.key * 1_000_000 + place, **{name: value for name, value in row.items() if name != "id"}}
            for place, row in enumerate(body["invoiceRows"], 1)
        ]
        kept = {
            name: value for name, value in body.items()
            if name not in SERVER_SIDE and name != "originalInvoiceNumber" and value is not None
        }  # fmt: skip
        invoice.details["body"] = {**kept, "invoiceRows": rows}
        invoice.customer = str(body["counterParty"]["counterPartyAddress"].get("name") or "")
        reference = body["paymentInfo"].get("bankReferenceCode")
        if reference == "":
            digits = f"{invoice.details['number']:03}"
            reference = f"{digits}{check_digit(digits)}"
        invoice.reference = str(reference or "")
        if body["type"] in BOOKED:
            self._book(invoice, now)

    def _book(self, invoice: Invoice, now: Instant) -> None:
        number = invoice.details["number"]
        receipt = receipt_of(self.site.ledger, invoice.details["body"], number)
        key = invoice.details.get("receiptId")
        if key is None:
            shown = {"status": status_of(invoice), "invoiceId": self.register_id(invoice), "invoiceNumber": number}
            voucher = self._receipts.add(invoice.details["type"], receipt, now, **shown)
            invoice.details["receiptId"] = RECEIPT_BASE_ID + voucher.key
        else:
            voucher = self._receipts.asked(str(key))
            self._receipts.fill(voucher, receipt)
            touch_receipt(voucher, now)

    def register_id(self, invoice: Invoice) -> int:
        """Return the identifier of an invoice."""
        return int(self.register.show(invoice)["id"])

    # ----------------------------------------------------------------------------------------------- statuses

    def approve(self, request: Request, now: Instant, key: str) -> Answer:
        """Approve an invoice: from now on it is in the books."""
        invoice = self._ready(key, now, {"UNFINISHED", "RECEIVED", "VERIFIED"})
        is_sale = invoice.details["type"] == SALES
        self._read_comment(request)
        receipt = invoice.details.get("receiptId")
        rows = [] if receipt is None else self._receipts.asked(str(receipt)).details["transactions"]
        if (missing := difference(rows)) and self.site.readings["unbalanced"] != "never":
            raise refused(403, unbalanced(missing), "transactions")
        is_sent = is_sale and invoice.details.get("body", {}).get("invoiceChannel") != "NO_SENDING"
        return self._set(invoice, "open", now, "The invoice was approved.", open="NOT_SENT" if is_sent else "APPROVED")

    def send(self, _request: Request, now: Instant, key: str) -> Answer:
        """Send a sales invoice."""
        invoice = self._ready(key, now, {"NOT_SENT", "SENT"}, {SALES})
        return self._set(invoice, "open", now, "The invoice was sent.", open="SENT")

    def circulate(self, _request: Request, now: Instant, key: str) -> Answer:
        """Send a purchase invoice or a claim to those who verify it."""
        invoice = self._ready(key, now, {"UNFINISHED"}, CIRCULATED)
        return self._set(invoice, "draft", now, "The invoice was sent to circulation.", draft="RECEIVED")

    def verify(self, request: Request, now: Instant, key: str) -> Answer:
        """Verify a purchase invoice or a claim."""
        invoice = self._ready(key, now, {"RECEIVED"}, CIRCULATED)
        self._read_comment(request)
        return self._set(invoice, "draft", now, "The invoice was verified.", draft="VERIFIED")

    def reject(self, request: Request, now: Instant, key: str) -> Answer:
        """Reject an invoice."""
        invoice = self._ready(key, now, UNPAID)
        self._read_comment(request)
        return self._set(invoice, "void", now, "The invoice was rejected.", void="PAYMENT_DENIED")

    def unfinished(self, _request: Request, now: Instant, key: str) -> Answer:
        """Take an invoice that is not paid out of the books again."""
        invoice = self._ready(key, now, UNPAID | {"INVALIDATED", "PAYMENT_DENIED"})
        return self._set(invoice, "draft", now, "The invoice was marked as unfinished.", draft="UNFINISHED")

    def invalidate(self, _request: Request, now: Instant, key: str) -> Answer:
        """Invalidate an invoice that is not paid."""
        invoice = self._ready(key, now, UNPAID)
        return self._set(invoice, "void", now, "The invoice was marked as invalidated.", void="INVALIDATED")

    def annotate(self, request: Request, now: Instant, key: str) -> Answer:
        """Replace the notes of an invoice, whatever its status."""
        invoice = self.asked(key, now)
        body, found = self._bodies.read(request, "notes.json")
        refuse_all(found)
        invoice.details["notes"] = body["notes"]
        if "body" in invoice.details:
            invoice.details["body"]["notes"] = body["notes"]
        touch(invoice, now)
        return message("The notes of the invoice were updated.")

    def _ready(self, key: str, now: Instant, statuses: Names, types: Names = frozenset()) -> Invoice:
        invoice = self.asked(key, now)
        if types and invoice.details["type"] not in types:
            raise refused(403, f"SIM_INVOICE_TYPE: a {invoice.details['type']} cannot do this")
        status = status_of(invoice)
        if status not in statuses:
            raise refused(403, wrong_status(status))
        if closed(self.site, invoice.date):
            raise refused(403, CLOSED)
        return invoice

    def _read_comment(self, request: Request) -> None:
        # Clients send none where they have nothing to say.
        if request.body.strip():
            _, found = self._bodies.read(request, "comment.json")
            refuse_all(found)

    def _set(self, invoice: Invoice, state: InvoiceState, now: Instant, text: str, **named: str) -> Answer:
        invoice.state = state
        invoice.details.update(named)
        touch(invoice, now)
        self.mirror(invoice, now)
        return message(text)

    def mirror(self, invoice: Invoice, now: Instant) -> None:
        """Let the receipt of an invoice follow its status."""
        key = invoice.details.get("receiptId")
        if key is not None:
            voucher = self._receipts.asked(str(key))
            voucher.state = VOUCHER_STATES[invoice.state]
            voucher.details["status"] = status_of(invoice)
            touch_receipt(voucher, now)
