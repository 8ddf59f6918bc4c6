"""What a document of CFIS becomes as a voucher of Talenom; what cannot be told is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.systems.books.words import VatMap
from simulator.systems.document import LedgerDocument, Part, PaymentDocument, Row, UnmappableError
from simulator.systems.money import HUNDRED, to_cents

TEXT_MAX = 100
INVOICE_MAX = 50
REFERENCE_MAX = 25
SENDER_MAX = 256
DIMENSION_MAX = 8
CURRENCY = "EUR"
ACCEPTOR = "CFIS"

MEMBERS: Mapping[str, str] = {
    "costcenter": "costCenter", "costtype": "costType", "project": "project", "projecttype": "projectType",
}  # fmt: skip
"""The member of a posting for a kind of dimension, written without case and separators."""
CATEGORIES: Mapping[str, str] = {
    "ML": "IntegrationSales",
    "MS": "BankTransactions",
    "OL": "IntegrationPurchase",
    "OS": "BankTransactions",
    "PA": "IntegrationSalary",
    "PT": "BankTransactions",
    "KT": "Cash",
}
"""The category for a document type of CFIS. ML is the one that its pages show; the others are Netvisor's, as ML is."""
KNOWN = frozenset({
    "PurchaseInvoice", "TravelExpense", "SalesInvoice", "Cash", "Salary", "OnBehalfPaidExpenses", "CreditCardVouchers",
    "Receipts", "Memo", "TaxSummary", "Other", "BankTransactions", "ReferenceTransactions", "IntegrationSales",
    "IntegrationPurchase", "IntegrationSalary", "IntegrationMemo",
})  # fmt: skip
"""Categories that a document type may name as they are."""
OTHER_CATEGORY = "IntegrationMemo"


@dataclass(frozen=True)
class Translator:
    """Makes vouchers, with what CFIS knows of the company."""

    vat_map: VatMap
    account_for: Callable[[str], str]
    """Names the account that a payment is booked on where it names none: `bank` or `receivables`."""
    reading: Callable[[str], str]
    """Answers an open question."""

    def of_ledger(self, document: LedgerDocument) -> dict[str, Any]:
        """Return the voucher of a ledger document. Raises UnmappableError."""
        for row in document.rows:
            self._check_vat(row)
        text = _first(document.description, document.name, document.identifier)
        comment = f"CFIS {document.identifier}"
        date = _date_of(document)
        if date != document.date:
            comment += f", document of {document.date}"
        postings, is_peeled = _postings(document)
        return {
            "category": _category(document.type),
            "voucherState": "Accepted",
            "voucherDate": date,
            "voucherNumber": _fitting(document.name, TEXT_MAX, "documentName") or None,
            "description": _fitting(text, TEXT_MAX, "documentDescription"),
            "customerComment": comment,
            "acceptor": ACCEPTOR,
            "preventVatPeeling": not is_peeled,
            "postings": postings,
        }

    def of_payment(self, document: PaymentDocument) -> dict[str, Any]:
        """Return the voucher of a payment: Talenom has no payments. Raises UnmappableError."""
        if document.currency != CURRENCY:
            raise UnmappableError(f"The payment is in {document.currency}; Talenom counts in {CURRENCY} alone")
        named = {"invoicenumber": document.invoice, "reference": document.reference}
        if document.target not in named:
            raise UnmappableError(f"The payment names its invoice by {document.target!r}, which Talenom does not know")
        if not named[document.target]:
            raise UnmappableError(f"The payment names its invoice by {document.target}, and gives none")
        comment = f"CFIS {document.identifier}"
        if document.paid != document.booked:
            comment += f", paid on {document.paid}"
        payer = _fitting(document.payer, TEXT_MAX, "sourceName")
        account = document.account or self.account_for("bank")
        rest = [self._part(part) for part in document.parts] or [
            _posting(self.account_for("receivables"), -document.amount, payer)
        ]
        return {
            "category": self._payment_category(document),
            "voucherState": "Accepted",
            "voucherDate": document.booked,
            "description": _first(payer, f"Payment {document.identifier}"[:TEXT_MAX]),
            "invoiceNumber": _fitting(document.invoice, INVOICE_MAX, "invoiceNumber") or None,
            "referenceNumber": _fitting(document.reference, REFERENCE_MAX, "paymentReference") or None,
            "customerComment": comment,
            "acceptor": ACCEPTOR,
            "preventVatPeeling": True,
            "voucherDetail": {
                "sender": payer or None,
                "paymentDate": document.paid,
                "payments": [{"paymentDate": document.paid, "amount": document.amount}],
            },
            "postings": [_posting(account, document.amount, payer), *rest],
        }

    def _payment_category(self, document: PaymentDocument) -> str:
        answer = self.reading("payment_category")
        if answer == "by_target":
            return "ReferenceTransactions" if document.target == "reference" else "BankTransactions"
        return answer

    def _part(self, part: Part) -> dict[str, Any]:
        where = f"Part {part.number}"
        if part.vat_code:
            raise UnmappableError(f"{where}: VAT code {part.vat_code} without a percentage cannot be told to Talenom")
        text = _fitting(part.description or part.type, TEXT_MAX, "transactionDescription", where)
        return _posting(part.account, -part.amount, text, _dimensions(part.dimensions, where))

    def _check_vat(self, row: Row) -> None:
        # Talenom takes a percentage and no code. Of the codes in the map it is known that the percentage says it all.
        if row.vat_code and row.vat_code not in self.vat_map.entries:
            raise UnmappableError(
                f"Row {row.number}: VAT code {row.vat_code} cannot be told to Talenom, which takes a percentage;"
                " vat_map does not have it"
            )


def _category(kind: str) -> str:
    return kind if kind in KNOWN else CATEGORIES.get(kind, OTHER_CATEGORY)


def _date_of(document: LedgerDocument) -> str:
    """Return the day on which all rows are booked: a voucher of Talenom has one."""
    dates = [row.date or document.date for row in document.rows]
    for row, date in zip(document.rows, dates, strict=True):
        if date != dates[0]:
            raise UnmappableError(
                f"Row {row.number}: it is booked on {date} and row 1 on {dates[0]}; a voucher of Talenom has one date"
            )
    return dates[0]


def _postings(document: LedgerDocument) -> tuple[list[dict[str, Any]], bool]:
    """Return the postings, and whether Talenom is to peel the VAT out of them."""
    taxed = [row for row in document.rows if document.vat_of(row)]
    bare = [row for row in taxed if not row.vat_account]
    if taxed and len(bare) == len(taxed):
        return [_gross(row, document) for row in document.rows], True
    if bare:
        raise UnmappableError(
            f"Row {bare[0].number}: it names no account for its VAT and other rows do; Talenom peels all or nothing"
        )
    postings = []
    for row in document.rows:
        postings.append(_net(row))
        if vat := document.vat_of(row):
            postings.append(_posting(row.vat_account, vat, _text_of(row)))
    return postings, False


def _net(row: Row) -> dict[str, Any]:
    percent = None if row.is_vat else row.vat_percent
    return _posting(row.account, row.net, _text_of(row), _dimensions_of(row), percent, row.number)


def _gross(row: Row, document: LedgerDocument) -> dict[str, Any]:
    gross = row.amount + document.vat_of(row) if document.is_net else row.amount
    peeled = to_cents(gross / (1 + row.vat_percent / HUNDRED))
    if peeled != row.net:
        raise UnmappableError(
            f"Row {row.number}: Talenom would peel {peeled} net out of {gross} at {row.vat_percent.normalize():f} %,"
            f" and the document says {row.net}"
        )
    return _posting(row.account, gross, _text_of(row), _dimensions_of(row), row.vat_percent, row.number)


def _posting(
    account: str,
    amount: Decimal,
    text: str,
    dimensions: Mapping[str, str] | None = None,
    percent: Decimal | None = None,
    number: int = 0,
) -> dict[str, Any]:
    cents = to_cents(amount)
    if cents != amount:
        where = f"Row {number}: " if number else ""
        raise UnmappableError(f"{where}{amount} has more than two decimals")
    return {
        "accountNumber": account,
        "vatIncludedAmount": cents,
        "vatPercentage": percent,
        "description": text or None,
        "isReadOnly": False,
        **(dimensions or {}),
    }


def _text_of(row: Row) -> str:
    return _fitting(row.description, TEXT_MAX, "transactionDescription", f"Row {row.number}")


def _dimensions_of(row: Row) -> dict[str, str]:
    return _dimensions(row.dimensions, f"Row {row.number}")


def _dimensions(given: Sequence[tuple[str, str]], where: str) -> dict[str, str]:
    told: dict[str, str] = {}
    for kind, item in given:
        member = MEMBERS.get("".join(sign for sign in kind.lower() if sign.isalnum()))
        if member is None:
            known = ", ".join(MEMBERS.values())
            raise UnmappableError(f"{where}: the dimension {kind} {item} has no place in Talenom, which has {known}")
        if len(item) > DIMENSION_MAX:
            raise UnmappableError(f"{where}: {kind} {item} is longer than the {DIMENSION_MAX} characters of Talenom")
        if not item:
            continue
        if told.setdefault(member, item) != item:
            raise UnmappableError(f"{where}: {kind} is both {told[member]} and {item}; Talenom takes one")
    return told


def _fitting(text: str, most: int, name: str, where: str = "") -> str:
    if len(text) > most:
        place = f"{where}: " if where else ""
        raise UnmappableError(f"{place}{name} has {len(text)} characters; Talenom takes {most}")
    return text


def _first(*texts: str) -> str:
    return next((text for text in texts if text.strip()), texts[-1])
