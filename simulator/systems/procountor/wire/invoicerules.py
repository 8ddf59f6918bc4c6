"""What an invoice must keep beyond its shape; everything that it breaks is told at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from simulator.systems.office import Site
from simulator.systems.procountor.wire.answers import Violation
from simulator.systems.procountor.wire.bodies import BLANK, decimal
from simulator.systems.procountor.wire.paging import invalid
from simulator.systems.procountor.wire.receiptrules import CLOSED, VAT, closed
from simulator.systems.procountor.wire.registers import is_for, is_in_use

SALES = frozenset({"SALES_INVOICE", "SALES_ORDER"})
CLAIMS = frozenset({"TRAVEL_INVOICE", "BILL_OF_CHARGES"})
TERM_DAYS_MAX = 999
BRN = re.compile(r"([0-9]{7})-([0-9])")
BRN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2)
FI_REFERENCE = re.compile(r"0*[0-9]{4,20}")
RF_REFERENCE = re.compile(r"RF[0-9]{2}[0-9A-Z]{1,21}")
FI_WEIGHTS = (7, 3, 1)
RATE_MIN = 1e-6

Part = Mapping[str, Any]


def check_digit(digits: str) -> int:
    """Return the check digit of a Finnish reference number."""
    return -sum(int(digit) * FI_WEIGHTS[place % 3] for place, digit in enumerate(reversed(digits))) % 10


def is_reference(text: str) -> bool:
    """Say whether a reference number, Finnish or international, has the right check digits."""
    bare = text.replace(" ", "")
    if FI_REFERENCE.fullmatch(bare):
        return check_digit(bare[:-1]) == int(bare[-1])
    if RF_REFERENCE.fullmatch(bare):
        return int("".join(str(int(char, 36)) for char in bare[4:] + bare[:4])) % 97 == 1
    return False


def is_business_id(text: str) -> bool:
    """Say whether a Finnish business ID has the right check digit."""
    found = BRN.fullmatch(text)
    if found is None:
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(found[1], BRN_WEIGHTS, strict=True)) % 11
    return int(found[2]) == (11 - rest if rest else 0)


def part(value: Part, name: str) -> Part:
    """Return a member that is an object; an empty one if it is missing."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


class InvoiceRules:
    """Judges invoices by the books."""

    def __init__(self, site: Site) -> None:
        """Judge by the books of *site*."""
        self.site = site

    def violations(self, invoice: Part) -> Iterator[Violation]:
        """Yield everything that an invoice breaks; members that are missing are told elsewhere."""
        kind = invoice.get("type")
        if kind == "PERIODIC_TAX_RETURN":
            yield "type", "SIM_INVOICE_TYPE: a PERIODIC_TAX_RETURN can only be read"
        yield from self._dates(invoice)
        if kind in SALES and not invoice.get("language"):
            yield "language", BLANK.format("language")
        if kind in SALES and invoice.get("deliveryMethod") == "OTHER":
            yield "deliveryMethod", invalid("deliveryMethod", "OTHER")
        if kind not in CLAIMS and invoice.get("vatStatus") is None:
            yield "vatStatus", BLANK.format("vatStatus")
        yield from self._party(invoice)
        if kind in SALES:
            yield from channel_violations(invoice)
        yield from payment_violations(part(invoice, "paymentInfo"))
        yield from self._vat(invoice, "SALES" if kind in SALES else "PURCHASE")

    def _dates(self, invoice: Part) -> Iterator[Violation]:
        billed, due = invoice.get("date"), part(invoice, "paymentInfo").get("dueDate")
        if billed and closed(self.site, billed):
            yield "date", CLOSED
        if billed and due:
            if due < billed:
                yield "", "DUE_DATE_BEFORE_BILL_DATE"
            elif (date.fromisoformat(due) - date.fromisoformat(billed)).days > TERM_DAYS_MAX:
                yield "paymentInfo.dueDate", invalid("paymentInfo.dueDate", due)

    def _party(self, invoice: Part) -> Iterator[Violation]:
        party = part(invoice, "counterParty")
        address = part(party, "counterPartyAddress")
        if not address.get("name"):
            field = "counterParty.counterPartyAddress.name"
            yield field, BLANK.format(field)
        identifier = str(party.get("identifier") or "")
        if BRN.fullmatch(identifier) and not is_business_id(identifier):
            yield "counterParty.identifier", "ERROR_BRN_CODE"
        if part(party, "einvoiceAddress").get("ediId") and address.get("country") not in {None, "FINLAND"}:
            yield "counterParty.einvoiceAddress.ediId", "OVT_NOT_ALLOWED"

    def _vat(self, invoice: Part, side: str) -> Iterator[Violation]:
        of_all = invoice.get("vatStatus")
        if of_all is not None:
            yield from self._status("vatStatus", int(of_all), side)
        for place, row in enumerate(invoice.get("invoiceRows") or ()):
            if not isinstance(row, dict) or row.get("vatPercent") is None:
                continue
            field, percent = f"invoiceRows[{place}]", decimal(row["vatPercent"])
            if not is_in_use(self.site, percent):
                yield f"{field}.vatPercent", f"SIM_VAT_PERCENT: {percent.normalize():f} % is not in use in the company"
                continue
            own = row.get("vatStatus")
            if own is not None:
                yield from self._status(f"{field}.vatStatus", int(own), side)
            code = self.site.ledger.vat_codes.get(str(of_all if own is None else own))
            if code is not None and not code.takes(percent):
                yield f"{field}.vatStatus", VAT

    def _status(self, field: str, status: int, side: str) -> Iterator[Violation]:
        code = self.site.ledger.vat_codes.get(str(status))
        if code is None or not is_for(code, side.lower()):
            yield field, f"SIM_VAT_STATUS_NOT_ENABLED: VAT status {status} is not enabled for {side}"


def channel_violations(invoice: Part) -> Iterator[Violation]:
    """Yield what a sales invoice lacks for the way in which it is sent."""
    party, billing = part(invoice, "counterParty"), part(invoice, "billingAddress")
    address, einvoice = part(party, "counterPartyAddress"), part(party, "einvoiceAddress")
    lacking: list[str] = []
    match invoice.get("invoiceChannel"):
        case "EMAIL" if not party.get("email"):
            lacking = ["counterParty.email"]
        case "MAIL":
            lacking = [
                f"counterParty.counterPartyAddress.{name}"
                for name in ("street", "zip", "city")
                if not (address.get(name) or billing.get(name))
            ]
        case "ELECTRONIC_INVOICE":
            # A billing address that was left out is the counterparty's.
            other = billing if "billingAddress" in invoice else address
            names = ("street", "zip", "city")
            lacking = [f"counterParty.counterPartyAddress.{name}" for name in names if not address.get(name)]
            lacking += [f"billingAddress.{name}" for name in names if not other.get(name)]
            needed = ("operator", "address") if address.get("country") in {None, "FINLAND"} else ("address",)
            lacking += [f"counterParty.einvoiceAddress.{name}" for name in needed if not einvoice.get(name)]
    for field in lacking:
        yield field, BLANK.format(field)


def payment_violations(info: Part) -> Iterator[Violation]:
    """Yield what is wrong with how an invoice is to be paid."""
    if info.get("paymentMethod") not in {None, "CASH"} and not part(info, "bankAccount").get("accountNumber"):
        field = "paymentInfo.bankAccount.accountNumber"
        yield field, BLANK.format(field)
    reference = info.get("bankReferenceCode")
    is_finnish = info.get("bankReferenceCodeType") in {None, "FI", "RF"}
    if reference and is_finnish and not is_reference(reference):
        yield "paymentInfo.bankReferenceCode", invalid("paymentInfo.bankReferenceCode", reference)
    rate = info.get("currencyRate")
    if info.get("currency") not in {None, "EUR"} and rate is not None and rate < RATE_MIN:
        yield "paymentInfo.currencyRate", invalid("paymentInfo.currencyRate", rate)
