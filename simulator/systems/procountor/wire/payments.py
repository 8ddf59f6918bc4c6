"""Payment events: the money that somebody says came in for an invoice."""

from __future__ import annotations

from typing import Any

from simulator.clock import Instant
from simulator.systems.base import Answer, Request
from simulator.systems.books.invoices import Invoice, Payment
from simulator.systems.office import Site
from simulator.systems.procountor.wire.answers import in_json, refuse_all, refused
from simulator.systems.procountor.wire.bodies import BLANK, Bodies, cents, decimal, has_cents
from simulator.systems.procountor.wire.invoiceregister import BASE_ID, status_of, touch
from simulator.systems.procountor.wire.invoices import Invoices
from simulator.systems.procountor.wire.invoicetotals import HOME, rate_of
from simulator.systems.procountor.wire.paging import batch, invalid, page_of, paging
from simulator.systems.procountor.wire.receiptrules import CLOSED, closed
from simulator.systems.procountor.wire.receipts import wrong_status

PAYABLE = frozenset({"NOT_SENT", "SENT", "APPROVED", "PARTLY_PAID", "RECEIVED", "VERIFIED"})
ORDERS = frozenset({"SALES_ORDER", "PURCHASE_ORDER"})
EVENT_TYPES = {
    "": "ELSEWHERE",
    "ADJUSTMENT": "ADJUSTMENT",
    "BANK_STATEMENT": "BANKSTATEMENT",
    "CASH": "CASH",
    "CHARGE_CARD": "CHARGECARD",
    "CORRECTION": "CORRECTION",
    "CREDIT_LOSS": "CREDITLOSS",
    "CREDIT_NOTE": "COMPENSATIONINVOICE",
    "EXTERNAL_BANK_TRANSFER": "BANKTRANSFERELSEWHERE",
    "SET_OFF": "SETOFF",
}
MISSING = "Payment event not found."


class Payments:
    """Keeps the payment events."""

    def __init__(self, site: Site, bodies: Bodies, invoices: Invoices) -> None:
        """Keep them in the books of *site*."""
        self.site = site
        self._bodies = bodies
        self._invoices = invoices

    def mark_paid(self, request: Request, now: Instant, key: str) -> Answer:
        """Note that money came in. It books nothing: nothing published says that it does."""
        invoice = self._invoices.asked(key, now)
        body, found = self._bodies.read(request, "markpaid.json")
        if invoice.details["type"] in ORDERS:
            raise refused(403, f"SIM_INVOICE_TYPE: a {invoice.details['type']} is not paid")
        status = status_of(invoice)
        if status not in PAYABLE:
            raise refused(403, wrong_status(status))
        if body.get("paymentDate") and closed(self.site, body["paymentDate"]):
            found.append(("paymentDate", CLOSED))
        if body.get("currency") not in {None, invoice.currency}:
            found.append(("currency", f"SIM_CURRENCY: the invoice is in {invoice.currency}"))
        method = body.get("paymentMethodType")
        if method and method not in self.site.ledger.payment_methods:
            found.append(("paymentMethodType", invalid("paymentMethodType", method)))
        amount = decimal(body.get("amount"))
        found += self._amount(invoice, amount)
        refuse_all(found)
        payment = self.site.ledger.receivables.pay(
            invoice, body["paymentDate"], amount, now, name=invoice.customer, method=EVENT_TYPES[method or ""],
            details={"description": str(body.get("description") or "")},
        )  # fmt: skip
        invoice.details["events"].append(payment.key)
        invoice.details["paid_on"] = max(payment.date, invoice.details.get("paid_on", ""))
        touch(invoice, now)
        self._invoices.mirror(invoice, now)
        return in_json(self._show(invoice, payment))

    def _amount(self, invoice: Invoice, amount: Any) -> list[tuple[str, str]]:
        if not amount or not has_cents(amount):
            return [("amount", invalid("amount", amount))]
        left = invoice.left
        if left is None:
            return []
        if not invoice.takes_parts and amount != left:
            return [("amount", f"SIM_PARTIAL_PAYMENT: the invoice must be paid at once, with {left:f}")]
        if self.site.readings["overpayment"] == "refused" and abs(amount) > abs(left):
            return [("amount", f"SIM_OVERPAYMENT: {left:f} is open")]
        return []

    def listing(self, request: Request, now: Instant, key: str) -> Answer:
        """Answer a page of the payment events of an invoice."""
        invoice = self._invoices.asked(key, now)
        page = paging(request, {"orderById": "id"})
        payments = self.site.ledger.receivables.payments
        events = [payments[event] for event in invoice.details["events"]]
        total = len(events)
        results = [self._show(invoice, payment) for payment in page.cut(events, {"id": lambda one: one.key})]
        return page_of(results, page, total, shows_total=self.site.readings["total_count"] == "shown")

    def search(self, request: Request, now: Instant) -> Answer:
        """Answer a page of the payment events of some invoices."""
        keys = ",".join(value for name, value in request.parameters if name == "invoiceId")
        if not keys.strip(","):
            raise refused(400, BLANK.format("invoiceId"), "invoiceId")
        page = paging(request, {"orderById": "id"})
        invoices = self._invoices.register
        found = [invoice for key in batch(keys) if (invoice := invoices.by_id(key, now)) is not None]
        payments = self.site.ledger.receivables.payments
        events = [(invoice, payments[event]) for invoice in found for event in invoice.details["events"]]
        total = len(events)
        results = [self._show(*event) for event in page.cut(events, {"id": lambda one: one[1].key})]
        return page_of(results, page, total, shows_total=self.site.readings["total_count"] == "shown")

    def one(self, _request: Request, now: Instant, key: str, event: str) -> Answer:
        """Answer one payment event of an invoice."""
        invoice = self._invoices.asked(key, now)
        if int(event) not in invoice.details["events"]:
            raise refused(404, MISSING)
        return in_json(self._show(invoice, self.site.ledger.receivables.payments[int(event)]))

    def _show(self, invoice: Invoice, payment: Payment) -> dict[str, Any]:
        body = invoice.details.get("body")
        rate = rate_of(body) if body else 1
        description = payment.details["description"]
        return {
            "id": payment.key,
            "invoiceId": BASE_ID + invoice.key,
            "type": payment.method,
            "paymentDate": payment.date,
            "status": "MARKED_PAID",
            "amount": cents(payment.amount / rate),
            "currency": HOME,
            **({"description": description} if description else {}),
            "paidAmount": payment.amount,
            "paidCurrency": payment.currency,
        }
