"""Sales invoices: `sales_api`, from the draft over the approval to the sending, and what can be read of them."""

from __future__ import annotations

from typing import Any

from simulator.clock import Instant, show_instant
from simulator.systems.base import Answer, Request
from simulator.systems.books.invoices import Invoice, Payment
from simulator.systems.fennoa.wire import series
from simulator.systems.fennoa.wire.attachments import keep_attachment
from simulator.systems.fennoa.wire.brackets import Branch
from simulator.systems.fennoa.wire.customers import CustomerDesk
from simulator.systems.fennoa.wire.envelope import Violation, object_to, refuse, succeed
from simulator.systems.fennoa.wire.finvoice import FinvoiceError, fields_of_finvoice
from simulator.systems.fennoa.wire.forms import FormError, read_form
from simulator.systems.fennoa.wire.invoicing import Draft, DraftReader, Line
from simulator.systems.fennoa.wire.statements import date_violation
from simulator.systems.fennoa.wire.values import integer_of
from simulator.systems.office import Site

PAGE_INVOICES = 200
FIRST_NUMBER = 1001
CURRENCY = "EUR"
WEIGHTS = (7, 3, 1)
NEEDS_ADDRESS = frozenset({"email", "finvoice", "consumerfinvoice", "consumerdirect"})


def reference_of(number: int) -> str:
    """Return a Finnish reference number with its check digit."""
    digits = str(number).zfill(3)
    total = sum(int(digit) * WEIGHTS[place % 3] for place, digit in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


class SalesDesk:
    """Takes, approves and sends invoices, and tells of them."""

    def __init__(self, site: Site, customers: CustomerDesk) -> None:
        """Work on the books of *site*, with its *customers*."""
        self.site = site
        self.customers = customers
        self._last_number = FIRST_NUMBER - 1

    def add(self, request: Request, now: Instant, _rest: list[str]) -> Answer:
        """Make a draft of what was posted as a form."""
        try:
            return self._draft(read_form(request).fields, now)
        except FormError as error:
            return object_to([Violation("", str(error), is_general=True)])

    def add_finvoice(self, request: Request, now: Instant, _rest: list[str]) -> Answer:
        """Make a draft of a Finvoice."""
        try:
            return self._draft(fields_of_finvoice(request.body), now)
        except FinvoiceError as error:
            return object_to([Violation("", str(error), is_general=True)])

    def _draft(self, posted: Branch, now: Instant) -> Answer:
        reader = DraftReader(self.site, posted)
        draft = reader.read()
        if reader.violations:
            return object_to(reader.violations)
        said = draft.said
        invoice = self.site.ledger.receivables.add(
            "", said["invoice_date"], said["due_date"], draft.gross,
            currency=said["currency"], reference=said.get("banking_reference", ""), customer=said["name"],
            state="draft", details={"draft": draft, "customer": self._customer(draft, now), "created": now},
        )  # fmt: skip
        return succeed(id=invoice.key)

    def _customer(self, draft: Draft, now: Instant) -> int:
        """Return the identifier of the invoice's customer, who is made if the number is not known."""
        known = self.customers.by_number.get(draft.customer_no)
        if known is None:
            taken = ("name", "name2", "address", "postalcode", "city", "email", "phone", "vat_number")
            said = {name: draft.said[name] for name in taken if name in draft.said}
            known = self.customers.keep("", {**said, "country_id": draft.said["country"]}, now)
        return int(known["id"])

    def approve(self, _request: Request, now: Instant, rest: list[str]) -> Answer:
        """Give a draft its number, and book it."""
        invoice = self._find(rest[0])
        if invoice is None:
            return refuse(404, f"Invoice {rest[0][:40]} not found")
        draft = invoice.details.get("draft")
        if invoice.state != "draft" or draft is None:
            return refuse(400, f"Invoice {invoice.number} is approved already")
        if invoice.currency != CURRENCY:
            return refuse(400, f"The simulator has no exchange rates, so it books no invoice in {invoice.currency}")
        violations = list(date_violation(self.site, "invoice_date", invoice.date))
        postings = list(draft.postings(self.site))
        violations += [
            Violation("row", objection.sentence())
            for objection in self.site.ledger.objections(invoice.date, postings)
            if objection.row is not None
        ]
        number = draft.said.get("proposed_invoice_number")
        if number is not None and self._is_taken(str(number)):
            violations.append(Violation("proposed_invoice_number", f"There is an invoice {number}"))
        if violations:
            return object_to(violations)
        self._number(invoice, number)
        year = self.site.ledger.calendar.year_of(invoice.date)
        assert year is not None, "the date was checked"
        voucher = self.site.ledger.journal.add(
            series.SALES, year.begin, invoice.date, postings, now,
            description=f"Invoice {invoice.number}", details={"sales_invoice_id": invoice.key},
        )  # fmt: skip
        invoice.details["statement_id"] = voucher.key
        invoice.state = "open"
        return succeed(id=invoice.key)

    def _is_taken(self, number: str) -> bool:
        return any(invoice.number == number for invoice in self.site.ledger.receivables.invoices.values())

    def _number(self, invoice: Invoice, number: int | None = None) -> None:
        if number is None:
            taken = {one.number for one in self.site.ledger.receivables.invoices.values()}
            number = self._last_number + 1
            while str(number) in taken:
                number += 1
            self._last_number = number
        invoice.number = str(number)
        invoice.reference = invoice.reference or reference_of(number)

    def send(self, _request: Request, now: Instant, rest: list[str]) -> Answer:
        """Send an approved invoice by the method that it has."""
        invoice = self._find(rest[0])
        if invoice is None:
            return refuse(404, f"Invoice {rest[0][:40]} not found")
        if invoice.state == "draft":
            return refuse(400, "Only approved invoices can be sent")
        draft = invoice.details.get("draft")
        said = {} if draft is None else draft.said
        method = said.get("delivery_method") or "postal"
        has_address = bool(said.get("einvoice_address") or (method == "email" and said.get("email")))
        is_sent = method not in NEEDS_ADDRESS or has_address
        deliveries = invoice.details.setdefault("deliveries", [])
        told = {
            "method": method, "date": show_instant(now), "status": "sent" if is_sent else "failed",
            "error": None if is_sent else f"There is no address for the delivery method {method}",
        }  # fmt: skip
        # What was tried before is forgotten: whoever tries without end shall fill no memory.
        deliveries[:] = [*deliveries[-9:], told]
        return succeed(id=invoice.key, data=told["status"])

    def delivery_errors(self, _request: Request, _now: Instant, _rest: list[str]) -> Answer:
        """List the invoices whose last sending failed."""
        failed = [
            {"sales_invoice_id": invoice.key, "invoice_no": _shown_number(invoice), **deliveries[-1]}
            for invoice in self.site.ledger.receivables.invoices.values()
            if (deliveries := invoice.details.get("deliveries")) and deliveries[-1]["status"] == "failed"
        ]
        return succeed(data=failed)

    def attach(self, request: Request, _now: Instant, rest: list[str]) -> Answer:
        """Keep a PDF with an invoice."""
        invoice = self._find(rest[0])
        if invoice is None:
            return refuse(404, f"Invoice {rest[0][:40]} not found")
        return keep_attachment(request, invoice.details, ("application/pdf",))

    def all(self, request: Request, _now: Instant, _rest: list[str]) -> Answer:
        """List the invoices, a page at a time."""
        page = integer_of(request.parameter("page", "1")) or 1
        register = self.site.ledger.receivables
        reference = request.parameter("banking_reference").strip()
        found = self.with_reference(reference) if reference else list(register.invoices.values())
        shown = found[(page - 1) * PAGE_INVOICES : page * PAGE_INVOICES]
        return succeed(data=[self._show(invoice) for invoice in shown])

    def with_reference(self, reference: str) -> list[Invoice]:
        """Return the invoices with a reference; books that have any invoice make one."""
        invoice = self.site.ledger.receivables.find(reference=reference)
        if invoice is None:
            return []
        if not invoice.number and invoice.is_stand_in:
            # An invoice can only be paid by its number.
            self._number(invoice)
        bare = reference.replace(" ", "").lstrip("0")
        invoices = self.site.ledger.receivables.invoices.values()
        return [one for one in invoices if one.reference.replace(" ", "").lstrip("0") == bare]

    def one(self, _request: Request, _now: Instant, rest: list[str]) -> Answer:
        """Tell of the invoice with an identifier."""
        invoice = self._find(rest[0])
        return (
            refuse(404, f"Invoice {rest[0][:40]} not found") if invoice is None else succeed(data=self._show(invoice))
        )

    def by_number(self, _request: Request, _now: Instant, rest: list[str]) -> Answer:
        """Tell of the invoice with a number."""
        invoice = self.site.ledger.receivables.find(number=rest[0])
        return (
            refuse(404, f"Invoice {rest[0][:40]} not found") if invoice is None else succeed(data=self._show(invoice))
        )

    def _find(self, key: str) -> Invoice | None:
        return self.site.ledger.receivables.invoices.get(integer_of(key) or 0)

    def _show(self, invoice: Invoice) -> dict[str, Any]:
        draft: Draft | None = invoice.details.get("draft")
        said = {} if draft is None else draft.said
        created = invoice.details.get("created")
        told = {
            **said,
            "id": invoice.key,
            "invoice_no": _shown_number(invoice),
            "invoice_type_id": said.get("invoice_type_id", 1),
            "status": "approved" if invoice.state == "open" else invoice.state,
            "customer_id": invoice.details.get("customer"),
            "name": invoice.customer,
            "invoice_date": invoice.date or None,
            "due_date": invoice.due or None,
            "banking_reference": invoice.reference or None,
            "total_net": None if draft is None else draft.net,
            "total_vat": None if draft is None else draft.vat,
            "total_gross": invoice.amount,
            "total_paid": invoice.paid,
            "total_due": invoice.left,
            "created": None if created is None else show_instant(created),
        }
        register = self.site.ledger.receivables.payments
        return {
            "SalesInvoice": told,
            "Currency": {"code": invoice.currency},
            "SalesInvoiceRow": [] if draft is None else list(map(_show_line, draft.lines)),
            "SalesInvoicePayment": [show_payment(register[key]) for key in invoice.details.get("payments", [])],
            "SalesInvoiceDelivery": invoice.details.get("deliveries", []),
        }  # fmt: skip


def show_payment(payment: Payment) -> dict[str, Any]:
    """Return a payment as the reading calls tell it."""
    return {
        "id": payment.key,
        "date": payment.date,
        "payment_date": payment.date,
        "sum": payment.amount,
        "payment_type": integer_of(payment.method),
        "description": payment.details.get("description", ""),
        "created": show_instant(payment.created),
    }


def _show_line(line: Line) -> dict[str, Any]:
    return {**line.said, "total_net": line.net, "total_vat": line.vat, "total_gross": line.net + line.vat}


def _shown_number(invoice: Invoice) -> int | str | None:
    number = integer_of(invoice.number)
    return invoice.number or None if number is None or str(number) != invoice.number else number
