"""What writes sales invoices: salesinvoice.nv, updatesalesinvoicestatus.nv and matchcreditnote.nv."""

from __future__ import annotations

from dataclasses import replace
from datetime import date as calendar_date
from datetime import timedelta
from decimal import Decimal
from typing import Any

from simulator.clock import Instant
from simulator.contract.contract import built_in
from simulator.systems.books.invoices import Invoice
from simulator.systems.books.vouchers import Posting
from simulator.systems.money import ZERO, to_cents
from simulator.systems.netvisor.wire.booking import Bookkeeper, posting_of
from simulator.systems.netvisor.wire.call import Call
from simulator.systems.netvisor.wire.forms import read_decimal
from simulator.systems.netvisor.wire.pricing import Product, postings_of, products_of
from simulator.systems.netvisor.wire.refusals import refuse
from simulator.systems.netvisor.wire.replies import inserted
from simulator.systems.office import Site
from simulator.systems.xmltext import Element, children, text_of

LENGTHS = {
    "productname": 50,
    "salesinvoicefreetextbeforelines": 500,
    "salesinvoicefreetextafterlines": 500,
    "salesinvoiceourreference": 200,
    "salesinvoiceyourreference": 200,
    "salesinvoiceprivatecomment": 255,
    "sellername": 50,
    "invoicingcustomername": 250,
    "invoicingcustomernameextension": 250,
    "invoicingcustomeraddressline": 100,
    "invoicingcustomeradditionaladdressline": 100,
    "invoicingcustomerpostnumber": 50,
    "invoicingcustomertown": 50,
    "deliveryaddressname": 250,
    "deliveryaddressnameextension": 250,
    "deliveryaddressline": 100,
    "deliveryaddresspostnumber": 50,
    "deliveryaddresstown": 50,
    "deliverymethod": 100,
    "deliveryterm": 100,
    "salesinvoiceproductlinefreetext": 200,
    "description": 255,
    "dimensionname": 50,
    "dimensionitem": 200,
    "mimetype": 50,
    "attachmentdescription": 100,
    "filename": 255,
}
"""How many characters an element takes, as a client of 2013 has it."""
OPEN_STATUSES = ("open", "overdue", "reminded", "requested", "collected")
STATUSES = ("unsent", *OPEN_STATUSES, "paid", "creditloss")
STATUSES_OF = {"invoice": ("open", "unsent"), "order": ("delivered", "undelivered"), "invoicedraft": ("", "unsent")}
"""The statuses with which an invoice, an order and a draft may be sent."""
KEYS_MAX = 100
TERM_DAYS_DIGITS_MAX = 4
CHECK_WEIGHTS = (7, 3, 1)


class Invoices:
    """Stores sales invoices, orders and drafts, and books those that are sent."""

    def __init__(self, site: Site) -> None:
        """Write into the books of *site*."""
        self.site = site
        self.bookkeeper = Bookkeeper(site)

    def store(self, call: Call) -> list[Element]:
        """Add an invoice, or put another in its place."""
        method = call.choice("method", ("add", "edit"), "add")
        former = self._former(call) if method == "edit" else None
        message = call.message("salesinvoice", LENGTHS)
        made, own = self._read(message, former, call)
        postings = self._postings(made, own, call.language)
        is_sent = made.details["type"] == "invoice" and made.details["status"] == "open"
        if is_sent:
            self.bookkeeper.open_year(made.date)
        # From here on nothing is refused any more.
        invoice = self._kept(made, former)
        invoice.details["postings"] = postings
        if is_sent:
            book(self.bookkeeper, invoice, call.now)
        invoice.details["changed"] = call.now
        return inserted(invoice.key) if former is None else []

    def _former(self, call: Call) -> Invoice:
        key = call.number("id")
        if key is None:
            raise refuse("INVALID_DATA", "parameter-missing", "id")
        former = self.invoice(key)
        if former.paid:
            raise refuse("INVALID_DATA", "invoice-has-payments", former.number)
        voucher = self.site.ledger.journal.by_key.get(former.details.get("voucher", 0))
        if voucher is not None:
            self.bookkeeper.open_year(voucher.date)
        return former

    def invoice(self, key: int) -> Invoice:
        """Return an invoice by its key. Raises RefusedError."""
        invoice = self.site.ledger.receivables.invoices.get(key)
        if invoice is None:
            raise refuse("INVALID_DATA", "invoice-unknown", "Netvisor key", key)
        return invoice

    def _kept(self, made: Invoice, former: Invoice | None) -> Invoice:
        register = self.site.ledger.receivables
        if former is None:
            rest = {name: getattr(made, name) for name in KEPT}
            return register.add(made.number, made.date, made.due, made.amount, **rest)
        voucher = self.site.ledger.journal.by_key.get(former.details.pop("voucher", 0))
        if voucher is not None:
            voucher.state = "void"
        for name in ("number", "date", "due", "amount", *KEPT):
            setattr(former, name, getattr(made, name))
        return former

    # ---------------------------------------------------------------------------------------------- what is sent

    def _read(self, message: Element, former: Invoice | None, call: Call) -> tuple[Invoice, list[Posting]]:
        bookkeeper = self.bookkeeper
        kind = text_of(message, "invoicetype") or "invoice"
        status = text_of(message, "salesinvoicestatus")
        if status not in STATUSES_OF[kind]:
            raise refuse("INVALID_DATA", "status-misfit", status, kind)
        date = bookkeeper.day(text_of(message, "salesinvoicedate"))
        lines = list(message.iterfind("invoicelines/invoiceline/salesinvoiceproductline"))
        if not lines:
            raise refuse("INVALID_DATA", "line-missing")
        products = products_of(lines, bookkeeper)
        own = self._own_lines(message)
        number = self._number(message, kind, former, has_own=bool(own))
        amount, currency, rate = self._amount(message, products)
        head = {one.tag: (one.text or "").strip() for one in message if not len(one)}
        head["customertype"] = message.find("invoicingcustomeridentifier").get("type", "")  # type: ignore[union-attr]
        discount = message.find("paymenttermcashdiscount")
        head["cashdiscounttype"] = discount.get("type", "") if discount is not None else ""
        details: dict[str, Any] = {
            "type": kind, "status": status or "unsent", "head": head, "products": products, "rate": rate,
            "changed": call.now,
        }  # fmt: skip
        made = Invoice(
            key=0,
            number=number,
            date=date,
            due=self._due(message, date),
            amount=amount,
            currency=currency,
            reference=text_of(message, "salesinvoicereferencenumber") or reference_of(number),
            customer=text_of(message, "invoicingcustomername") or text_of(message, "invoicingcustomeridentifier"),
            state="open" if status == "open" else "draft",
            takes_parts=text_of(message, "expectpartialpayments") == "1",
            details=details,
        )
        return made, own

    def _own_lines(self, message: Element) -> list[Posting]:
        """Return the invoice's own posting lines; which sign is which is a reading."""
        parent = message.find("invoicevoucherlines")
        if parent is None:
            return []
        bookkeeper = self.bookkeeper
        lines = bookkeeper.lines(children(parent, "voucherline"), only_existing=bookkeeper.only_existing(""))
        if self.site.readings["invoice_line_sign"] == "income":
            lines = [replace(line, sum=-line.sum) for line in lines]
        own: list[Posting] = []
        for line in lines:
            own += bookkeeper.gross([line], "FI") if line.type == "gross" else [posting_of(line, line.sum)]
        return own

    def _number(self, message: Element, kind: str, former: Invoice | None, *, has_own: bool) -> str:
        given = text_of(message, "salesinvoicenumber")
        if kind == "invoicedraft":
            if given or has_own:
                raise refuse("INVALID_DATA", "draft-extras")
            return ""
        invoices = self.site.ledger.receivables.invoices.values()
        taken = {one.number for one in invoices if one is not former and not one.is_stand_in}
        if given:
            if given in taken:
                raise refuse("DUPLICATE_DATA", "invoice-taken", given)
            return given
        if former is not None and former.number:
            return former.number
        return str(max((int(one) for one in taken if _is_number(one)), default=0) + 1)

    def _amount(self, message: Element, products: list[Product]) -> tuple[Decimal, str, Decimal]:
        """Return the total, its currency, and how much of that one euro is."""
        given = message.find("salesinvoiceamount")
        assert given is not None, "the grammar has let it through"
        currency = (given.get("iso4217currencycode") or "EUR").strip().upper()
        if currency not in built_in().currencies:
            raise refuse("INVALID_DATA", "currency-unknown", currency)
        rate = read_decimal(given.get("currencyrate") or "1")
        if currency != "EUR" and (given.get("currencyrate") is None or rate <= 0):
            raise refuse("INVALID_DATA", "no-rate", currency)
        text = (given.text or "").strip()
        total = to_cents(read_decimal(text)) if text else ZERO
        counted = sum((product.gross for product in products), ZERO)
        return total or counted, currency, rate if currency != "EUR" else Decimal(1)

    def _due(self, message: Element, date: str) -> str:
        given = text_of(message, "salesinvoiceduedate")
        if given:
            return self.bookkeeper.day(given)
        days = text_of(message, "paymenttermnetdays")
        if days and len(days) <= TERM_DAYS_DIGITS_MAX:
            try:
                return (calendar_date.fromisoformat(date) + timedelta(days=int(days))).isoformat()
            except OverflowError:
                raise refuse("INVALID_DATA", "date-bad", f"{date} + {days}") from None
        if text_of(message, "paymentterm"):
            return date
        raise refuse("INVALID_DATA", "term-missing")

    # --------------------------------------------------------------------------------------------- what is booked

    def _postings(self, invoice: Invoice, own: list[Posting], language: str) -> list[Posting]:
        receivables = invoice.details["head"].get("overridevouchersalesreceivablesaccountnumber", "")
        if receivables and self.site.ledger.chart.find(receivables) is None:
            raise refuse("INVALID_DATA", "account-unknown", receivables)
        account = receivables or self.site.ledger.role("receivables")
        total, rate = invoice.amount or ZERO, invoice.details["rate"]
        postings = postings_of(invoice.details["products"], own, total, account, self.bookkeeper, language)
        if rate == 1:
            return postings
        in_euro = [replace(posting, amount=to_cents(posting.amount / rate)) for posting in postings]
        return [*in_euro, *self.bookkeeper.rounding(in_euro, language)]

    def set_status(self, call: Call) -> list[Element]:
        """Give invoices another status: all that are named, or none."""
        status = call.choice("status", STATUSES, "-")
        key = call.number("netvisorkey")
        keys = call.numbers("netvisorkeylist", KEYS_MAX) if key is None else [key]
        if not keys:
            raise refuse("INVALID_DATA", "parameter-missing", "netvisorkey")
        invoices = [self.invoice(one) for one in keys]
        for invoice in invoices:
            kind = invoice.details.get("type", "invoice")
            if kind != "invoice":
                raise refuse("INVALID_DATA", "status-misfit", status, kind)
            if status != "unsent" and is_unbooked(invoice):
                self.bookkeeper.open_year(invoice.date)
        for invoice in invoices:
            if status != "unsent":
                book(self.bookkeeper, invoice, call.now)
            invoice.state = STATES.get(status, "open")
            invoice.details.update(status=status, changed=call.now)
        return []

    def match_credit_note(self, call: Call) -> list[Element]:
        """Let a credit note reduce an invoice."""
        message = call.message("matchcreditnote", {"creditnotenetvisorkey": 18, "invoicenetvisorkey": 18})
        note, invoice = (
            self.invoice(int(text_of(message, name))) for name in ("creditnotenetvisorkey", "invoicenetvisorkey")
        )
        left, credit = invoice.left, -(note.left or ZERO)
        is_fit = note.state == invoice.state == "open" and note.currency == invoice.currency and note is not invoice
        if not is_fit or left is None or credit <= 0 or credit > left:
            raise refuse("INVALID_DATA", "credit-note-misfit", invoice.number, note.number)
        for one, amount in ((invoice, credit), (note, -credit)):
            one.paid += amount
            one.details["changed"] = call.now
            if one.left == 0:
                one.state = "paid"
        return []


KEPT = ("currency", "reference", "customer", "state", "takes_parts", "details")
STATES: dict[str, Any] = {"unsent": "draft", "paid": "paid", "creditloss": "void"}


def is_unbooked(invoice: Invoice) -> bool:
    """Say whether an invoice waits for its voucher, which it gets when it is sent; orders and drafts get none."""
    details = invoice.details
    return details.get("type") == "invoice" and bool(details.get("postings")) and not details.get("voucher")


def book(bookkeeper: Bookkeeper, invoice: Invoice, now: Instant) -> None:
    """Book an invoice, if it waits for that."""
    if not is_unbooked(invoice):
        return
    voucher = bookkeeper.book(
        "ML", invoice.date, invoice.details.pop("postings"), now,
        description=f"{invoice.customer} {invoice.number}".strip(),
        details={"source": ("salesinvoice", invoice.key), "mode": "net"},
    )  # fmt: skip
    invoice.details["voucher"] = voucher.key


def status_of(invoice: Invoice) -> str:
    """Return the status of an invoice in Netvisor's words."""
    status = str(invoice.details.get("status", ""))
    if invoice.state == "paid":
        return "paid"
    if invoice.state == "void":
        return status if status in {"creditloss", "rejected"} else "rejected"
    if invoice.state == "draft":
        return status if status in {"delivered", "undelivered"} else "unsent"
    return status if status in OPEN_STATUSES else "open"


def reference_of(number: str) -> str:
    """Return a Finnish reference number for an invoice number: its digits, and a check digit."""
    if not _is_number(number):
        return ""
    total = sum(int(digit) * CHECK_WEIGHTS[place % 3] for place, digit in enumerate(reversed(number)))
    return f"{number}{-total % 10}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= DIGITS_MAX


DIGITS_MAX = 18
