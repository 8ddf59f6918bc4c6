"""From documents of CFIS to journals of Procountor: nothing is left out or cut in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from simulator.systems.books.words import VatMap
from simulator.systems.document import LedgerDocument, PaymentDocument, Row, UnmappableError
from simulator.systems.money import CENT, HUNDRED, ZERO, to_cents
from simulator.systems.procountor.protocol import NO_VAT_HANDLING, outside_repertoire

Pairs = tuple[tuple[str, str], ...]
HOME = "EUR"
NAME_LENGTH_MAX = 80
TEXT_LENGTH_MAX = 255
NOTES_LENGTH_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a journal, its dimensions still by name."""

    account: str
    amount: Decimal
    percent: Decimal = ZERO
    status: str = NO_VAT_HANDLING
    is_sales: bool = False
    text: str = ""
    dimensions: Pairs = ()


@dataclass(slots=True)
class Draft:
    """A journal as CFIS wants it."""

    name: str
    date: str
    description: str
    identifier: str
    notes: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    def pairs(self) -> list[tuple[str, str]]:
        """Return the dimensions that its rows name, each once."""
        return list(dict.fromkeys(pair for entry in self.entries for pair in entry.dimensions))

    def receipt(self, found: Mapping[tuple[str, str], tuple[int, int]]) -> dict[str, Any]:
        """Return the ledger receipt to send; *found* are the identifiers of its dimensions."""
        taxed = next((entry for entry in self.entries if entry.status != NO_VAT_HANDLING), None)
        return {
            "type": "JOURNAL",
            "name": self.name,
            "receiptDate": self.date,
            "vatType": "SALES" if taxed is not None and taxed.is_sales else "PURCHASE",
            "vatStatus": int(NO_VAT_HANDLING if taxed is None else taxed.status),
            "vatProcessing": "FINLAND",
            "transactionDescription": self.description,
            "accountantsNotes": self.identifier,
            "invoiceNotes": "\n".join(self.notes),
            "transactions": [_transaction(entry, found) for entry in self.entries],
        }


def _transaction(entry: Entry, found: Mapping[tuple[str, str], tuple[int, int]]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "transactionType": "ENTRY",
        "account": entry.account,
        "accountingValue": entry.amount,
        "vatPercent": entry.percent,
        "vatType": "SALES" if entry.is_sales else "PURCHASE",
        "vatStatus": int(entry.status),
        "description": entry.text,
    }
    if entry.dimensions:
        row["dimensionItemValues"] = [
            {"dimensionId": found[pair][0], "itemId": found[pair][1], "value": entry.amount}
            for pair in entry.dimensions
        ]
    return row


def text(value: str, length_max: int, where: str) -> str:
    """Return a text that Procountor holds. Raises UnmappableError."""
    if len(value) > length_max:
        raise UnmappableError(f"{where} has {len(value)} characters; Procountor takes {length_max}")
    char = outside_repertoire(value)
    if char:
        raise UnmappableError(f"{where} has the character {char!r} (U+{ord(char):04X}), which Procountor does not take")
    return value


def amount(value: Decimal, where: str) -> Decimal:
    """Return an amount of whole cents. Raises UnmappableError."""
    if value != to_cents(value):
        raise UnmappableError(f"{where}: {value:f} has more than two decimals")
    return to_cents(value)


def pairs_of(given: Iterable[tuple[str, str]], where: str) -> Pairs:
    """Return dimensions, each pair once. Raises UnmappableError where the amount would have to be shared."""
    pairs = tuple(dict.fromkeys(given))
    names = [name for name, _ in pairs]
    for name, code in pairs:
        if names.count(name) > 1:
            raise UnmappableError(f"{where} has two items of the dimension {name}; Procountor wants each one's share")
        text(name, TEXT_LENGTH_MAX, f"{where}: the dimension {name[:60]}")
        text(code, TEXT_LENGTH_MAX, f"{where}: the item {code[:60]}")
    return pairs


def status_of(vat_map: VatMap, code: str, percent: Decimal, where: str, *, is_sales: bool) -> str:
    """Return the VAT status for a VAT code of CFIS. Raises UnmappableError."""
    status = vat_map.code_for(code, percent, is_sales=is_sales)
    if not status:
        return NO_VAT_HANDLING
    if not (status.isascii() and status.isdecimal() and len(status) <= len("99999")):
        raise UnmappableError(f"{where}: VAT code {code or status} has no VAT status in Procountor, which is a number")
    return status


class LedgerMapper:
    """Makes journals of ledger documents."""

    def __init__(self, vat_map: VatMap, accounts: Mapping[str, str], *, keeps_percents: bool) -> None:
        """Map VAT codes by *vat_map*; *accounts* are where Procountor books VAT, as CFIS was told.

        *keeps_percents* says whether VAT that the sender gives in rows is left to Procountor where that comes to
        the same.
        """
        self._vat_map = vat_map
        self._accounts = accounts
        self._keeps_percents = keeps_percents

    def draft(self, document: LedgerDocument) -> Draft:
        """Return the journal of a document. Raises UnmappableError."""
        description, notes = document.description, [f"CFIS {document.identifier}"]
        if document.type:
            notes.append(f"Document type {document.type}")
        date = date_of(document)
        if date != document.date:
            notes.append(f"Document date {document.date}")
        if len(description) > TEXT_LENGTH_MAX:
            notes.append(description)
            description = ""
        draft = Draft(
            name=text(document.name or document.identifier, NAME_LENGTH_MAX, "documentName"),
            date=date,
            description=text(description, TEXT_LENGTH_MAX, "documentDescription"),
            identifier=text(document.identifier, TEXT_LENGTH_MAX, "ledgerIdentifier"),
            notes=notes,
        )
        draft.entries = list(self._entries(document, draft))
        text("\n".join(notes), NOTES_LENGTH_MAX, "The document's notes")
        return draft

    def _entries(self, document: LedgerDocument, draft: Draft) -> Iterator[Entry]:
        if not document.has_vat_rows:
            for row in document.rows:
                yield from self._taxed(row, document.vat_of(row))
            return
        corrections = self._corrections(document) if self._keeps_percents else None
        for row in document.rows:
            if corrections is None:
                yield self._entry(row, ZERO)
            elif not row.is_vat:
                yield self._entry(row, row.vat_percent)
            else:
                draft.notes.append(f"VAT {row.account} {row.net:f} {row.description}".rstrip())
        for account, correction in (corrections or {}).items():
            yield Entry(account, correction, text="VAT rounding")

    def _entry(self, row: Row, percent: Decimal) -> Entry:
        where = f"Row {row.number}"
        return Entry(
            account=row.account,
            amount=amount(row.net, where),
            percent=percent,
            status=NO_VAT_HANDLING
            if row.is_vat
            else status_of(self._vat_map, row.vat_code, row.vat_percent, where, is_sales=row.is_sales),
            is_sales=row.is_sales,
            text=text(row.description, TEXT_LENGTH_MAX, f"{where}: transactionDescription"),
            dimensions=pairs_of(row.dimensions, where),
        )

    def _taxed(self, row: Row, vat: Decimal) -> Iterator[Entry]:
        """Yield the rows of a row whose VAT stands in no other row."""
        where = f"Row {row.number}"
        amount(row.amount, where)
        usual = self._usual(row)
        account = row.vat_account or usual
        automatic = automatic_vat(row)
        if account == usual and abs(vat - automatic) <= CENT:
            yield self._entry(row, row.vat_percent)
            if vat != automatic:
                yield Entry(account, amount(vat - automatic, where), text="VAT rounding")
            return
        # Procountor knows no VAT account of a row's own, so the VAT goes there as a row.
        yield self._entry(row, ZERO)
        if vat:
            yield Entry(account, amount(vat, where), text=f"VAT {row.vat_percent.normalize():f} %")

    def _usual(self, row: Row) -> str:
        return self._accounts["sales_vat" if row.is_sales else "purchase_vat"]

    def _corrections(self, document: LedgerDocument) -> dict[str, Decimal] | None:
        """Return by how much VAT that Procountor makes misses that of the rows; None if it is another VAT."""
        rows = [row for row in document.rows if not row.is_vat]
        missing: dict[str, Decimal] = {}
        for row in rows:
            usual = self._usual(row)
            missing[usual] = missing.get(usual, ZERO) - automatic_vat(row)
        for row in document.rows:
            if row.is_vat:
                if row.dimensions or row.account not in missing:
                    return None
                missing[row.account] += row.net
        if any(abs(amount) > CENT * len(rows) for amount in missing.values()):
            return None
        return {account: missed for account, missed in missing.items() if missed}


def automatic_vat(row: Row) -> Decimal:
    """Return the VAT that Procountor makes of a row."""
    return to_cents(to_cents(row.net) * row.vat_percent / HUNDRED)


def date_of(document: LedgerDocument) -> str:
    """Return the one day on which a document is booked. Raises UnmappableError if there are several."""
    days = sorted({row.date or document.date for row in document.rows})
    if len(days) > 1:
        other = next(row for row in document.rows if (row.date or document.date) != days[0])
        raise UnmappableError(
            f"Row {other.number} is booked on {other.date or document.date}, another on {days[0]};"
            " a journal of Procountor has one date"
        )
    return days[0] if days else document.date


def payment_draft(document: PaymentDocument, vat_map: VatMap, accounts: Mapping[str, str]) -> Draft:
    """Return the journal of the money of a payment. Raises UnmappableError."""
    if document.currency != HOME:
        raise UnmappableError(f"The payment is in {document.currency}; a journal of Procountor is in {HOME}")
    notes = [f"CFIS {document.identifier}"]
    for name, value in (
        ("Invoice", document.invoice), ("Reference", document.reference), ("Payer", document.payer),
        ("Paid on", document.paid if document.paid != document.booked else ""),
    ):  # fmt: skip
        if value:
            notes.append(f"{name} {value}")
    draft = Draft(
        name=text(document.identifier, NAME_LENGTH_MAX, "paymentIdentifier"),
        date=document.booked,
        description=text(f"Payment {document.invoice or document.reference}", TEXT_LENGTH_MAX, "The invoice's number"),
        identifier=document.identifier,
        notes=notes,
    )
    text("\n".join(notes), NOTES_LENGTH_MAX, "The payment's notes")
    draft.entries.append(Entry(document.account or accounts["bank"], amount(document.amount, "The payment")))
    for part in document.parts:
        where = f"Part {part.number}"
        draft.entries.append(
            Entry(
                account=part.account,
                amount=-amount(part.amount, where),
                status=status_of(vat_map, part.vat_code, ZERO, where, is_sales=True),
                is_sales=True,
                text=text(part.description or part.type, TEXT_LENGTH_MAX, f"{where}: transactionDescription"),
                dimensions=pairs_of(part.dimensions, where),
            )
        )
    if not document.parts:
        draft.entries.append(Entry(accounts["receivables"], -amount(document.amount, "The payment")))
    return draft


def capital_of(document: PaymentDocument) -> Decimal:
    """Return how much of a payment settles the invoice itself."""
    if not document.parts:
        return document.amount
    return sum((part.amount for part in document.parts if part.type == "CAPITAL"), ZERO)
