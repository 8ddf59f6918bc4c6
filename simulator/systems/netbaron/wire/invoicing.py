"""Sales and purchase invoices of NetBaron: what is created, what is overwritten, and what a GET shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from simulator.clock import Instant
from simulator.systems.books.invoices import Invoice
from simulator.systems.books.ledger import Ledger
from simulator.systems.books.vouchers import Posting, Voucher
from simulator.systems.money import CENT, ZERO
from simulator.systems.netbaron.wire.finvoice import CURRENCY, EURO, Finvoice, InvoiceRow, read_finvoice, shown
from simulator.systems.netbaron.wire.messages import Fault, RefusedError, nb
from simulator.systems.netbaron.wire.receipts import COST_CENTER
from simulator.systems.office import Site
from simulator.systems.xmltext import Element, element, parse

SALES_SERIES = "12"
PURCHASE_SERIES = "13"
PAID = "PAID"
NOT_PAID = "NOTPAID"

CODES = {
    "account-unknown": "ACCOUNT_UNKNOWN",
    "dimension-unknown": "DIMENSION_UNKNOWN",
    "no-fiscal-year": "NO_ACCOUNTING_PERIOD",
    "period-locked": "PERIOD_LOCKED",
    "unbalanced": "UNBALANCED",
}

Filters = Mapping[str, str]
"""What a GET asks for, by the names of its elements."""


def postings_of(invoice: Finvoice, ledger: Ledger, *, is_purchase: bool) -> list[Posting]:
    """Return what an invoice books. Raises RefusedError if an account or a VAT code is missing."""
    sign = 1 if is_purchase else -1
    counter = ledger.role("payables" if is_purchase else "receivables")
    text = f"Invoice {invoice.number}"
    postings = [Posting(counter, -sign * invoice.total, text, is_made=True)]
    for row in invoice.rows:
        account = row.account or ("" if is_purchase else ledger.role("sales"))
        if not account:
            where = f"InvoiceRow[{row.number}]/RowAccount"
            raise RefusedError(422, Fault("MISSING", f"{where}: is required to book the invoice", where))
        dimensions = ((COST_CENTER, row.cost_center),) if row.cost_center else ()
        code = _vat_code(ledger, row, is_purchase=is_purchase)
        postings.append(Posting(account, sign * row.net, row.text, code, row.percent, dimensions))
    vat = sum((row.vat for row in invoice.rows), ZERO)
    if vat:
        postings.append(
            Posting(ledger.role("purchase_vat" if is_purchase else "sales_vat"), sign * vat, text, is_made=True)
        )
    if invoice.rounding:
        postings.append(Posting(ledger.role("rounding"), sign * invoice.rounding, text, is_made=True))
    return postings


def _vat_code(ledger: Ledger, row: InvoiceRow, *, is_purchase: bool) -> str:
    """Return the first VAT code of the side that knows the percentage of a row. Raises RefusedError."""
    if not row.percent:
        return ""
    sides = {"both", "purchase" if is_purchase else "sales"}
    for code in ledger.vat_codes.values():
        if code.side in sides and code.takes(row.percent):
            return code.code
    where = f"InvoiceRow[{row.number}]/RowVatRatePercent"
    raise RefusedError(422, Fault("VAT_PERCENT_WRONG", f"{where}: no VAT code has {row.percent} %", where))


def _book(ledger: Ledger, invoice: Finvoice, now: Instant, *, is_purchase: bool) -> Voucher:
    postings = postings_of(invoice, ledger, is_purchase=is_purchase)
    faults = []
    for objection in ledger.objections(invoice.date, postings):
        where = _place_of(objection.row, invoice)
        text = objection.sentence().partition(": ")[2] or objection.sentence()
        faults.append(Fault(CODES[objection.rule], f"{where}: {text}" if where else text, where))
    if faults:
        raise RefusedError(422, *faults)
    year = ledger.calendar.year_of(invoice.date)
    assert year is not None, "a date without a year was objected to"
    series = PURCHASE_SERIES if is_purchase else SALES_SERIES
    text = f"Invoice {invoice.number}"
    return ledger.journal.add(series, year.begin, invoice.date, postings, now, description=text)


def _place_of(posting: int | None, invoice: Finvoice) -> str:
    """Return the row of an invoice that a posting belongs to; the first is that of the other side, which none names."""
    if posting is None or not 1 <= posting <= len(invoice.rows):
        return ""
    return f"InvoiceRow[{invoice.rows[posting - 1].number}]"


class SalesInvoices:
    """The sales invoices, which CFIS and the words of the books see too."""

    def __init__(self, site: Site) -> None:
        """Keep them in the books of *site*."""
        self.site = site
        self._keys: dict[str, int] = {}
        self._newest = 0

    def find(self, number: str) -> Invoice | None:
        """Return the invoice with a number."""
        register = self.site.ledger.receivables
        invoice = register.invoices.get(self._keys.get(number, 0))
        if invoice is not None and invoice.number == number:
            return invoice
        newest = next(reversed(register.invoices), 0)
        if newest != self._newest:
            # Others note invoices, too.
            self._keys = {invoice.number: invoice.key for invoice in register.invoices.values()}
            self._newest = newest
        return register.invoices.get(self._keys.get(number, 0))

    def put(self, root: Element, now: Instant) -> Element:
        """Create an invoice, and book it. Raises RefusedError; nothing has changed then."""
        invoice, ledger = read_finvoice(root, is_purchase=False), self.site.ledger
        if self.find(invoice.number) is not None:
            where = "InvoiceDetails/InvoiceNumber"
            raise RefusedError(422, Fault("INVOICE_EXISTS", f"{where}: invoice {invoice.number} exists already", where))
        voucher = _book(ledger, invoice, now, is_purchase=False)
        made = ledger.receivables.add(
            invoice.number,
            invoice.date,
            invoice.due,
            invoice.total,
            reference=invoice.reference,
            customer=invoice.buyer,
            details={"finvoice": invoice.source, "voucher": voucher.key},
        )
        self._keys[made.number] = made.key
        self._newest = made.key
        return nb("PUTAnswer", nb("InvoiceNumber", made.number), nb("Action", "created"))

    def get(self, filters: Filters) -> Element:
        """Return the invoices that fit."""
        switches = switches_in(filters)
        return nb("GETAnswer", *(self._shown(invoice, switches) for invoice in self._fitting(filters)))

    def _fitting(self, filters: Filters) -> Iterator[Invoice]:
        number, register = filters.get("InvoiceNumber", ""), self.site.ledger.receivables
        if number:
            found = self.find(number)
            if found is None and register.is_open:
                # Such books have every invoice; asking for it leaves no trace.
                found = Invoice(0, number, "", "", None)
            candidates = [found] if found is not None else []
        else:
            candidates = list(register.invoices.values())
        for invoice in candidates:
            state = filters.get("PaymentStatusCode", "")
            fits = fits_dates(invoice.date, filters) and (not state or state == _payment(invoice))
            if fits and invoice.state not in {"draft", "void"}:
                yield invoice

    def _shown(self, invoice: Invoice, switches: Mapping[str, bool]) -> Element:
        source = invoice.details.get("finvoice")
        root = parse(source) if source is not None else _made(invoice)
        return shown(root, switches, _payment(invoice))


def _payment(invoice: Invoice) -> str:
    return PAID if invoice.state == "paid" else NOT_PAID


def _made(invoice: Invoice) -> Element:
    """Return an invoice of which no Finvoice came, as one."""
    details = [
        element("InvoiceTypeCode", "INV01"),
        element("InvoiceNumber", invoice.number),
        element("InvoiceDate", invoice.date.replace("-", ""), Format="CCYYMMDD"),
    ]
    if invoice.amount is not None:
        details.append(_amount("InvoiceTotalVatIncludedAmount", invoice.amount, invoice.currency))
    buyer = element("BuyerPartyDetails", element("BuyerOrganisationName", invoice.customer))
    due = element("EpiDateOptionDate", invoice.due.replace("-", ""), Format="CCYYMMDD")
    instruction = [element("EpiRemittanceInfoIdentifier", invoice.reference), due]
    epi = element("EpiDetails", element("EpiPaymentInstructionDetails", *instruction))
    return element("Finvoice", buyer, element("InvoiceDetails", *details), epi, Version="3.0")


def _amount(name: str, amount: Decimal, currency: str = EURO) -> Element:
    return element(name, f"{amount.quantize(CENT)}".replace(".", ","), **{CURRENCY: currency})


def switches_in(filters: Filters) -> dict[str, bool]:
    """Return the boolean switches of a GET that are there."""
    return {name: text.lower() in {"true", "1"} for name, text in filters.items() if name.startswith("Get")}


def fits_dates(date: str, filters: Filters) -> bool:
    """Say whether an invoice's date lies between those that a GET asks for; one without a date always does."""
    begin, end = filters.get("BeginDate", ""), filters.get("EndDate", "")
    return not date or ((not begin or begin <= date) and (not end or date <= end))


@dataclass(slots=True)
class Bill:
    """A purchase invoice."""

    invoice: Finvoice
    rounds: int = 0
    """How often it was overwritten."""
    voucher: Voucher | None = None


class PurchaseInvoices:
    """The purchase invoices by number, due date, reference and seller."""

    def __init__(self, site: Site) -> None:
        """Book them in the books of *site*, where its readings say that they are booked at once."""
        self.site = site
        self.bills: dict[tuple[str, str, str, str], Bill] = {}

    def put(self, root: Element, now: Instant) -> Element:
        """Create an invoice, or overwrite the one that it is. Raises RefusedError; nothing has changed then."""
        invoice = read_finvoice(root, is_purchase=True)
        key = (invoice.number, invoice.due, invoice.reference, invoice.seller)
        former = self.bills.get(key)
        voucher = None
        if self.site.readings["purchase_bills"] == "booked":
            former_date = former.invoice.date if former is not None and former.voucher is not None else ""
            if former_date and self.site.ledger.calendar.is_locked(former_date):
                raise RefusedError(422, Fault("PERIOD_LOCKED", f"the period of {former_date} is locked"))
            voucher = _book(self.site.ledger, invoice, now, is_purchase=True)
        rounds = 0
        if former is not None:
            rounds = former.rounds + 1
            if former.voucher is not None:
                former.voucher.state, former.voucher.changed = "void", now
        self.bills[key] = Bill(invoice, rounds, voucher)
        return nb(
            "PUTAnswer",
            nb("InvoiceNumber", invoice.number),
            nb("Action", "created" if former is None else "overwritten"),
            nb("CorrectionRounds", str(rounds)),
        )

    def get(self, filters: Filters) -> Element:
        """Return the invoices that fit."""
        switches, found = switches_in(filters), []
        number, seller = filters.get("InvoiceNumber", ""), filters.get("SellerPartyIdentifier", "")
        for bill in self.bills.values():
            invoice = bill.invoice
            if number in {"", invoice.number} and seller in {"", invoice.seller} and fits_dates(invoice.date, filters):
                found.append(shown(parse(invoice.source), switches, NOT_PAID))
                found[-1].append(element("CorrectionRounds", str(bill.rounds)))
        return nb("GETAnswer", *found)
