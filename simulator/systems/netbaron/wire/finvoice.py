"""A Finvoice as NetBaron takes it: what is read of it, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree

from simulator.systems.money import HUNDRED, ZERO, to_cents
from simulator.systems.netbaron.wire.messages import Fault, RefusedError
from simulator.systems.xmltext import Element, element, write

EURO = "EUR"
CURRENCY = "AmountCurrencyIdentifier"
NUMBER_MAX = 35

SWITCHES: Mapping[str, str] = {
    "GetMessageTransmissionDetails": "MessageTransmissionDetails",
    "GetSellerPartyDetails": "SellerPartyDetails",
    "GetInvoiceRecipientPartyDetails": "InvoiceRecipientPartyDetails",
    "GetBuyerPartyDetails": "BuyerPartyDetails",
    "GetDeliveryPartyDetails": "DeliveryPartyDetails",
    "GetDeliveryDetails": "DeliveryDetails",
    "GetInvoiceDetails": "InvoiceDetails",
    "GetInvoiceFreeText": "InvoiceFreeText",
}
"""The part of the invoice that each switch of a GET asks for."""
ALWAYS = {"InvoiceRow", "EpiDetails"}
FREE_TEXT = "InvoiceFreeText"

_AMOUNT = re.compile(r"-?[0-9]{1,15}(?:,[0-9]{1,2})?")
_PERCENT = re.compile(r"[0-9]{1,3}(?:[,.][0-9]{1,2})?")
_DAY = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})")
_VERSION = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """A row that costs something."""

    number: int
    text: str
    account: str
    cost_center: str
    net: Decimal
    vat: Decimal
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Finvoice:
    """An invoice."""

    number: str
    date: str
    due: str
    reference: str
    seller: str
    """The business ID of the seller; empty if it names none."""
    buyer: str
    total: Decimal
    rounding: Decimal
    rows: tuple[InvoiceRow, ...]
    source: bytes
    """The document as it came."""


class _Reader:
    """Reads the fields of a document, and gathers what is wrong with them."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.faults: list[Fault] = []

    def refuse(self, code: str, field: str, text: str) -> None:
        self.faults.append(Fault(code, f"{field}: {text}", field))

    def text(self, path: str, *, required: bool = False, parent: Element | None = None, where: str = "") -> str:
        found = (self.root if parent is None else parent).findtext(path) or ""
        if required and not found.strip():
            self.refuse("MISSING", where or path, "is required")
        return found.strip()

    def day(self, path: str, *, required: bool = False) -> str:
        text = self.text(path, required=required)
        match = _DAY.fullmatch(text)
        try:
            return date(*map(int, match.groups())).isoformat() if match else self._no_day(path, text)
        except ValueError:
            return self._no_day(path, text)

    def _no_day(self, path: str, text: str) -> str:
        if text:
            self.refuse("NOT_A_DATE", path, f"{text[:20]!r} is no date of the form 20260131")
        return ""

    def amount(
        self, path: str, *, required: bool = False, parent: Element | None = None, where: str = ""
    ) -> Decimal | None:
        return self._number(path, _AMOUNT, "amount of the form 1234,50", parent, where or path, required=required)

    def percent(self, path: str, *, parent: Element, where: str) -> Decimal | None:
        return self._number(path, _PERCENT, "percentage of the form 25,5", parent, where)

    def _number(
        self, path: str, form: re.Pattern[str], what: str, parent: Element | None, where: str, *, required: bool = False
    ) -> Decimal | None:
        text = self.text(path, required=required, parent=parent, where=where)
        if text and not form.fullmatch(text):
            self.refuse("NOT_A_NUMBER", where, f"{text[:30]!r} is no {what}")
            return None
        return Decimal(text.replace(",", ".")) if text else None


def read_finvoice(root: Element, *, is_purchase: bool) -> Finvoice:
    """Return what a document says, whose elements have no namespaces. Raises RefusedError with all that is wrong."""
    if root.tag != "Finvoice":
        raise RefusedError(422, Fault("NO_FINVOICE", "the document is no Finvoice"))
    # What stands behind it in its envelope is no part of it.
    root.tail = None
    reader = _Reader(root)
    kind = reader.text("InvoiceDetails/InvoiceTypeCode", required=True)
    if kind and kind != "INV01":
        reader.refuse("INVOICE_TYPE", "InvoiceDetails/InvoiceTypeCode", f"is {kind[:20]!r}, and must be INV01")
    for place, currency in _currencies(root):
        if currency != EURO:
            reader.refuse("CURRENCY", place, f"the currency is {currency[:10]!r}, and only EUR is supported")
    number = reader.text("InvoiceDetails/InvoiceNumber", required=True)
    if len(number) > NUMBER_MAX:
        reader.refuse("TOO_LONG", "InvoiceDetails/InvoiceNumber", f"may have {NUMBER_MAX} characters")
    day = reader.day("InvoiceDetails/InvoiceDate", required=True)
    instruction = "EpiDetails/EpiPaymentInstructionDetails"
    due = reader.day("InvoiceDetails/PaymentTermsDetails/InvoiceDueDate")
    due = due or reader.day(f"{instruction}/EpiDateOptionDate", required=is_purchase)
    total = reader.amount("InvoiceDetails/InvoiceTotalVatIncludedAmount", required=True)
    rounding = reader.amount("InvoiceDetails/InvoiceTotalRoundoffAmount") or ZERO
    rows = tuple(_rows(reader))
    invoice = Finvoice(
        number=number,
        date=day,
        due=due or day,
        reference=reader.text(f"{instruction}/EpiRemittanceInfoIdentifier").replace(" ", ""),
        seller=reader.text("SellerPartyDetails/SellerPartyIdentifier", required=is_purchase),
        buyer=reader.text("BuyerPartyDetails/BuyerOrganisationName"),
        total=total or ZERO,
        rounding=rounding,
        rows=rows,
        source=write(root),
    )
    if not reader.faults:
        _check_totals(reader, invoice)
    if reader.faults:
        raise RefusedError(422, *reader.faults)
    return invoice


def _currencies(root: Element) -> Iterator[tuple[str, str]]:
    for part in root.iter(etree.Element):
        if CURRENCY in part.attrib:
            yield str(part.tag), str(part.attrib[CURRENCY])


def _rows(reader: _Reader) -> Iterator[InvoiceRow]:
    for number, row in enumerate(reader.root.iterfind("InvoiceRow"), 1):
        net, vat, gross = (
            reader.amount(name, parent=row, where=f"InvoiceRow[{number}]/{name}")
            for name in ("RowVatExcludedAmount", "RowVatAmount", "RowAmount")
        )
        where = f"InvoiceRow[{number}]/RowVatRatePercent"
        percent = reader.percent("RowVatRatePercent", parent=row, where=where) or ZERO
        if net is None and gross is None:
            # A row of text alone costs nothing.
            continue
        share = percent / HUNDRED
        if net is None:
            assert gross is not None, "one of the two is there"
            net = gross - vat if vat is not None else to_cents(gross / (1 + share))
        if vat is None:
            vat = gross - net if gross is not None else to_cents(net * share)
        if gross is not None and net + vat != gross:
            where = f"InvoiceRow[{number}]/RowAmount"
            reader.refuse("AMOUNTS_DIFFER", where, f"{net} and VAT of {vat} are not {gross}")
        yield InvoiceRow(
            number=number,
            text=reader.text("ArticleName", parent=row),
            account=reader.text("RowAccount", parent=row),
            cost_center=reader.text("RowCostcenter", parent=row),
            net=net,
            vat=vat,
            percent=percent,
        )


def _check_totals(reader: _Reader, invoice: Finvoice) -> None:
    sums = {
        "InvoiceTotalVatExcludedAmount": sum((row.net for row in invoice.rows), ZERO),
        "InvoiceTotalVatAmount": sum((row.vat for row in invoice.rows), ZERO),
    }
    for name, rows in sums.items():
        given = reader.amount(f"InvoiceDetails/{name}")
        if given is not None and given != rows:
            reader.refuse("TOTAL_DIFFERS", f"InvoiceDetails/{name}", f"is {given}, and the rows come to {rows}")
    rows = sum(sums.values(), ZERO) + invoice.rounding
    if rows != invoice.total:
        name = "InvoiceDetails/InvoiceTotalVatIncludedAmount"
        reader.refuse("TOTAL_DIFFERS", name, f"is {invoice.total}, and the rows come to {rows}")


def shown(root: Element, switches: Mapping[str, bool], payment: str) -> Element:
    """Return the parts of an invoice that the switches ask for, and its payment state."""
    asked = {part for switch, part in SWITCHES.items() if switches.get(switch)}
    parts: list[Element] = []
    for part in root.iterchildren(etree.Element):
        if part.tag == "InvoiceDetails":
            parts += [_details(part, asked), element("PaymentStatusDetails", element("PaymentStatusCode", payment))]
        elif part.tag in asked | ALWAYS:
            parts.append(deepcopy(part))
    version = str(root.get("Version", "3.0"))
    return element("Finvoice", *parts, Version=version if _VERSION.fullmatch(version) else "3.0")


def _details(part: Element, asked: set[str]) -> Element:
    names = {child.tag for child in part} if "InvoiceDetails" in asked else {"InvoiceNumber", "InvoiceDate"}
    names = names | {FREE_TEXT} if FREE_TEXT in asked else names - {FREE_TEXT}
    return element("InvoiceDetails", *(deepcopy(child) for child in part if child.tag in names))
