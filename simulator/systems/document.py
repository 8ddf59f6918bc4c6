"""The documents of CFIS as every connector reads them: decimals, one row a ledger row, nothing guessed twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.systems.money import HUNDRED, ZERO, to_cents

PURCHASES = frozenset("456789")
"""How the numbers of expense accounts begin in Finnish charts."""
PROJECT = "PROJECT"
"""The dimension under which the project of a row is known, beside those that the row names."""


class UnmappableError(Exception):
    """A document holds something that cannot be told to the system; the text says what, for the description."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a ledger document. Debit is positive, credit negative."""

    number: int
    """Its place, from 1."""
    account: str
    amount: Decimal
    """With VAT if the document counts gross, without it otherwise."""
    net: Decimal
    """Without VAT: as the document gives it, else computed and rounded to the cent, half a cent up."""
    vat_percent: Decimal
    vat_code: str
    vat_account: str
    is_vat: bool
    """Whether the row carries VAT, and is not itself taxed."""
    description: str
    date: str
    """When it is booked, if that is another day than the document's; else empty."""
    dimensions: tuple[tuple[str, str], ...]
    """(type, value) of each; the project, too."""

    @property
    def is_sales(self) -> bool:
        """Say whether its VAT is that of a sale.

        Finnish charts number income 3… and expenses from 4… on, so that a credit note, which debits income, is
        still a sale. On any other account, credit is a sale and debit a purchase. CFIS does not say; assumed.
        """
        first = self.account[:1]
        return first == "3" or (first not in PURCHASES and self.amount < 0)


@dataclass(frozen=True, slots=True)
class LedgerDocument:
    """A ledger document."""

    identifier: str
    company: str
    type: str
    name: str
    date: str
    description: str
    is_net: bool
    rows: tuple[Row, ...]

    @property
    def has_vat_rows(self) -> bool:
        """Say whether the sender computed the VAT and gives it in rows of its own."""
        return any(row.is_vat for row in self.rows)

    def vat_of(self, row: Row) -> Decimal:
        """Return the VAT that belongs to a row and stands in no row of its own, to the cent."""
        if row.is_vat or self.has_vat_rows:
            return ZERO
        if self.is_net:
            return to_cents(row.amount * row.vat_percent / HUNDRED)
        return row.amount - row.net


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a payment: what it settles, and the account on which that is booked."""

    number: int
    type: str
    account: str
    amount: Decimal
    vat_code: str
    description: str
    dimensions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PaymentDocument:
    """A payment."""

    identifier: str
    invoice: str
    reference: str
    target: str
    """By what the invoice is found: `invoicenumber`, `reference` or `netvisor`, in lower case; never empty."""
    paid: str
    booked: str
    """The day on which it is booked; the day on which it was paid, if nothing else is said."""
    amount: Decimal
    currency: str
    payer: str
    account: str
    """The account that the money came in on; empty if that is not said."""
    parts: tuple[Part, ...]


def ledger_of(value: Mapping[str, Any]) -> LedgerDocument:
    """Read a ledger document that keeps its schema. Members that the contract does not name are not looked at."""
    is_net = value.get("calculationMode") == "NET"
    return LedgerDocument(
        identifier=_text(value, "ledgerIdentifier"),
        company=_text(value, "companyIdentifier"),
        type=_text(value, "documentType"),
        name=_text(value, "documentName"),
        date=_text(value, "documentDate"),
        description=_text(value, "documentDescription"),
        is_net=is_net,
        rows=tuple(_row(row, number, is_net=is_net) for number, row in enumerate(value["ledgerRows"], 1)),
    )


def _row(row: Mapping[str, Any], number: int, *, is_net: bool) -> Row:
    amount, percent, is_vat = _decimal(row, "amount"), _decimal(row, "vatPercentage"), row.get("isVatRow") == 1
    net = _decimal(row, "netAmount") if row.get("netAmount") is not None else None
    if net is None:
        net = amount if is_net or is_vat else to_cents(amount / (1 + percent / HUNDRED))
    project = _text(row, "projectNumber")
    return Row(
        number=number,
        account=_text(row, "accountNumber"),
        amount=amount,
        net=net,
        vat_percent=percent,
        vat_code=_text(row, "vatCode"),
        vat_account=_text(row, "vatAccountNumber"),
        is_vat=is_vat,
        description=_text(row, "transactionDescription"),
        date=_text(row, "bookingDate"),
        dimensions=(*_dimensions(row), *([(PROJECT, project)] if project else [])),
    )


def payment_of(value: Mapping[str, Any]) -> PaymentDocument:
    """Read a payment that keeps its schema."""
    invoice, reference = _text(value, "invoiceNumber"), _text(value, "paymentReference")
    paid = _text(value, "paymentDate")
    return PaymentDocument(
        identifier=_text(value, "paymentIdentifier"),
        invoice=invoice,
        reference=reference,
        target=_text(value, "targetIdentifier").lower() or ("invoicenumber" if invoice else "reference"),
        paid=paid,
        booked=_text(value, "bookingDate") or paid,
        amount=_decimal(value, "amount"),
        currency=_text(value, "currency") or "EUR",
        payer=_text(value, "sourceName"),
        account=_text(value, "counterAccountNumber"),
        parts=tuple(_part(row, number) for number, row in enumerate(value.get("paymentRows") or (), 1)),
    )


def _part(row: Mapping[str, Any], number: int) -> Part:
    return Part(
        number=number,
        type=_text(row, "rowType"),
        account=_text(row, "accountNumber"),
        amount=_decimal(row, "amount"),
        vat_code=_text(row, "vatCode"),
        description=_text(row, "transactionDescription"),
        dimensions=_dimensions(row),
    )


def _dimensions(row: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    given = row.get("ledgerDimensions") or ()
    return tuple((_text(one, "dimensionType"), _text(one, "dimensionValue")) for one in given)


def _text(value: Mapping[str, Any], name: str) -> str:
    given = value.get(name)
    return "" if given is None else str(given)


def _decimal(value: Mapping[str, Any], name: str) -> Decimal:
    given = value.get(name)
    return ZERO if given is None else Decimal(given)
