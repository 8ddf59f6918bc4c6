"""Payments of sales invoices: `sales_api/add/payment` and `sales_api/get/payments`."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from simulator.clock import Instant, date_at
from simulator.systems.base import Answer, Request
from simulator.systems.books.invoices import Invoice
from simulator.systems.books.vouchers import Posting
from simulator.systems.fennoa.wire import series
from simulator.systems.fennoa.wire.envelope import Violation, object_to, refuse, succeed
from simulator.systems.fennoa.wire.forms import FormError, read_form
from simulator.systems.fennoa.wire.sales import CURRENCY, show_payment
from simulator.systems.fennoa.wire.statements import ZONE, date_violation
from simulator.systems.fennoa.wire.values import Fields, amount_of, is_date
from simulator.systems.office import Site

CREATED_AFTER = "created_after:"


class PaymentDesk:
    """Takes payments, books them on bank and receivables, and tells of them."""

    def __init__(self, site: Site) -> None:
        """Work on the books of *site*."""
        self.site = site

    def add(self, request: Request, now: Instant, _rest: list[str]) -> Answer:
        """Book a payment, or say everything that is wrong with it."""
        try:
            fields = Fields(read_form(request).fields)
        except FormError as error:
            return object_to([Violation("", str(error), is_general=True)])
        number = fields.text("invoice_no", is_required=True).strip()
        date = fields.date("payment_date", is_required=True)
        text = fields.text("sum", is_required=True)
        amount = amount_of(text.removeprefix("-"))
        if text and amount is None:
            fields.object("sum", f"{text[:40]!r} is not an amount with at most two decimals")
        elif amount == 0:
            fields.object("sum", "The sum must not be zero")
        method = fields.integer("payment_type")
        factored = fields.integer("is_factoring", (0, 1))
        description = fields.text("description")
        violations = fields.violations
        if date:
            violations += date_violation(self.site, "payment_date", date)
        # In books that have any invoice this makes one, so it is not asked for where the rest is wrong.
        invoice = self.site.ledger.receivables.find(number=number) if number and not violations else None
        if number and not violations and invoice is None:
            return self._unknown(number)
        signed = (amount or Decimal(0)) * (-1 if text.startswith("-") else 1)
        if invoice is not None:
            violations += self._objections(invoice, signed)
        if violations or invoice is None:
            return object_to(violations)
        details = {"description": description, "is_factoring": factored or 0}
        return self._book(invoice, date, signed, str(method or ""), details, now)

    def _unknown(self, number: str) -> Answer:
        text = f"Invoice {number[:60]} not found"
        if self.site.readings["payment_unknown_invoice"] == "404":
            return refuse(404, text)
        return object_to([Violation("invoice_no", text)])

    def _objections(self, invoice: Invoice, amount: Decimal) -> Iterator[Violation]:
        left = invoice.left
        if invoice.state == "paid":
            yield Violation("invoice_no", f"Invoice {invoice.number} is already paid")
        elif invoice.state != "open":
            yield Violation("invoice_no", f"Invoice {invoice.number} is not approved, or was cancelled")
        elif invoice.currency != CURRENCY:
            yield Violation("invoice_no", f"The simulator has no exchange rates for an invoice in {invoice.currency}")
        elif (amount < 0) != (invoice.amount is not None and invoice.amount < 0):
            yield Violation("sum", "The sum does not have the sign of the invoice")
        elif left is not None and abs(amount) > abs(left) and self.site.readings["overpayment"] == "refused":
            yield Violation("sum", f"The sum {amount} is more than is left to pay ({left})")
        elif left is not None and abs(amount) < abs(left) and not invoice.takes_parts:
            yield Violation("sum", f"The invoice must be paid in full ({left})")

    def _book(
        self, invoice: Invoice, date: str, amount: Decimal, method: str, details: dict[str, Any], now: Instant
    ) -> Answer:
        ledger = self.site.ledger
        known = ledger.payment_methods.get(method)
        account = (known.account if known is not None else "") or ledger.role("bank")
        text = details["description"] or f"Payment of invoice {invoice.number}"
        postings = [
            Posting(account, amount, text, is_made=True),
            Posting(ledger.role("receivables"), -amount, text, is_made=True),
        ]
        for objection in ledger.objections(date, postings):
            return object_to([Violation("payment_type", objection.sentence())])
        year = ledger.calendar.year_of(date)
        assert year is not None, "the date was checked"
        voucher = ledger.journal.add(
            series.BANK, year.begin, date, postings, now,
            description=text, details={"sales_invoice_id": invoice.key},
        )  # fmt: skip
        payment = ledger.receivables.pay(
            invoice, date, amount, now, name=invoice.customer, method=method, voucher=voucher.key, details=details
        )
        invoice.details.setdefault("payments", []).append(payment.key)
        if invoice.amount is not None and invoice.amount < 0:
            # The register thinks of invoices that are owed to the company; of a credit note it is the other way round.
            invoice.state = "paid" if invoice.paid <= invoice.amount else "open"
        return succeed(id=payment.key)

    def between(self, _request: Request, _now: Instant, rest: list[str]) -> Answer:
        """List the payments of a span of dates, both included."""
        begin, end, *more = rest
        after = more[0].removeprefix(CREATED_AFTER) if more else ""
        if not is_date(begin) or not is_date(end) or (more and not more[0].startswith(CREATED_AFTER)):
            return object_to([Violation("date", "Payments are listed by two dates YYYY-MM-DD")])
        register = self.site.ledger.receivables
        told = []
        for payment in register.payments.values():
            invoice = None if payment.invoice is None else register.invoices.get(payment.invoice)
            if invoice is None or not begin <= payment.date <= end or date_at(payment.created, ZONE) < after:
                continue
            about = {"id": invoice.key, "invoice_no": invoice.number, "banking_reference": invoice.reference or None}
            told.append({"SalesInvoicePayment": show_payment(payment), "SalesInvoice": about})
        return succeed(data=told)
