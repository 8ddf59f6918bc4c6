"""What CFIS sends to Fivaldi: every document becomes a voucher, as Fivaldi takes nothing else that books."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from simulator.systems.base import Line, Result, Tenant
from simulator.systems.books.ledger import Role
from simulator.systems.books.words import Arrangement
from simulator.systems.document import LedgerDocument, Part, PaymentDocument, Row, UnmappableError
from simulator.systems.fivaldi.connector.lookups import Lookups, slot_of
from simulator.systems.fivaldi.connector.sender import RefusedError, Sender, codes_of, judged
from simulator.systems.money import ZERO

STALE_CODES = frozenset({23, 35})
"""The errors that may come from a voucher type or a VAT code that was looked up before the company changed it."""
CURRENCY = "EUR"
PAYMENT_TYPE = "PT"
MONTH_LENGTH = len("2026-03")

Voucher = dict[str, Any]


class FivaldiConnector:
    """Makes vouchers of documents."""

    def __init__(self, tenant: Tenant, arrangement: Arrangement, entry_amount: Callable[[], str]) -> None:
        """Send for *tenant*.

        Of *arrangement* it knows CFIS's own settings: the map of VAT codes, and the accounts for the bank and for
        receivables where a payment names none. *entry_amount* says whether the amount of an entry is `gross` or `net`.
        """
        self.arrangement = arrangement
        self.entry_amount = entry_amount
        self.sender = Sender(tenant)
        self.lookups = Lookups(self.sender)

    def ledger(self, document: LedgerDocument, line: Line) -> Result:
        """Book a ledger document."""
        return self._book(lambda: self._voucher_of_ledger(document, line), line)

    def payment(self, document: PaymentDocument, line: Line) -> Result:
        """Book a payment, which Fivaldi has no call for: its money goes from the receivables to the bank."""
        return self._book(lambda: self._voucher_of_payment(document, line), line)

    def _book(self, make: Callable[[], Voucher], line: Line) -> Result:
        """Make a voucher and send it; once more, with everything asked for anew, if what was known may be stale."""
        was_filled = self.lookups.is_filled
        try:
            answer = self.sender.post(line, "bookkeeping/vouchers", make())
            if not was_filled or not codes_of(answer) & STALE_CODES:
                return judged(answer)
        except RefusedError as refused:
            return refused.result
        except UnmappableError:
            if not was_filled:
                raise
        self.lookups.forget()
        return self._book(make, line)

    def _voucher_of_ledger(self, document: LedgerDocument, line: Line) -> Voucher:
        slots = self.lookups.slots(line) if any(row.dimensions for row in document.rows) else {}
        month = _month_of(document)
        entries = [self._entry(row, document, slots, line) for row in document.rows]
        # A voucher has no text of its own: what the document says stands in its first entry.
        told = [entries[0]["description"], document.description, document.name]
        entries[0]["description"] = _joined(told)
        return _voucher(
            self.lookups.voucher_type(line, document.type), document.identifier, document.date, month, entries
        )

    def _entry(self, row: Row, document: LedgerDocument, slots: dict[str, int], line: Line) -> Voucher:
        where, vat = f"Row {row.number}", document.vat_of(row)
        text = row.description or document.description
        if row.date and row.date != document.date:
            text = _joined([text, f"booked {row.date}"])
        entry = {
            "amount": row.net if self.entry_amount() == "net" else row.net + vat,
            "accountNumber": row.account,
            "description": text,
            **_dimensions(row.dimensions, slots, where),
        }
        told = self._vat(row, vat, where, line)
        return {**entry, "vat": told} if told else entry

    def _vat(self, row: Row, vat: Decimal, where: str, line: Line) -> Voucher:
        code = self.arrangement.vat_map.code_for(row.vat_code, row.vat_percent, is_sales=row.is_sales)
        if not code and not vat:
            return {}
        if not code:
            raise UnmappableError(f"{where}: no VAT code of Fivaldi is known for {row.vat_percent} %")
        told: Voucher = {"vatCode": self.lookups.vat_code(line, code, row.vat_percent, where), "vatAmount": vat}
        if vat and row.vat_account:
            told["account"] = row.vat_account
        return told

    def _voucher_of_payment(self, document: PaymentDocument, line: Line) -> Voucher:
        if document.currency != CURRENCY:
            raise UnmappableError(f"Fivaldi books euros only, and the payment is in {document.currency}")
        slots = self.lookups.slots(line) if any(part.dimensions for part in document.parts) else {}
        text = _text_of_payment(document)
        entries = [_plain_entry(document.account or self._account("bank"), document.amount, text)]
        entries += [_part_entry(part, slots, text) for part in document.parts]
        if not document.parts:
            entries.append(_plain_entry(self._account("receivables"), -document.amount, text))
        kind = self.lookups.voucher_type(line, PAYMENT_TYPE)
        return _voucher(kind, document.identifier, document.booked, document.booked[:MONTH_LENGTH], entries)

    def _account(self, role: Role) -> str:
        return self.arrangement.ledger.roles[role]


def _voucher(kind: int, number: str, date: str, month: str, entries: list[Voucher]) -> Voucher:
    return {
        "voucherTypeId": kind,
        "originalVoucherNumber": number,
        "voucherDate": date,
        "bookkeepingMonth": int(month.replace("-", "")),
        "vatType": "CALCULATED",
        "validateEntrySum": True,
        "voucherEntries": entries,
    }


def _month_of(document: LedgerDocument) -> str:
    """Return the month in which a document is booked. Raises UnmappableError if its rows are booked in several."""
    months = {(row.date or document.date)[:MONTH_LENGTH]: row for row in document.rows}
    if len(months) > 1:
        row = list(months.values())[-1]
        named = ", ".join(sorted(months))
        raise UnmappableError(
            f"Row {row.number}: a voucher of Fivaldi is booked in one month, and the rows name {named}"
        )
    return next(iter(months), document.date[:MONTH_LENGTH])


def _dimensions(given: tuple[tuple[str, str], ...], slots: dict[str, int], where: str) -> Voucher:
    told: Voucher = {}
    for kind, value in given:
        slot = slot_of(slots, kind)
        if slot is None:
            known = ", ".join(slots) or "none"
            raise UnmappableError(
                f"{where}: the company in Fivaldi has no dimension {kind} for {value} (it has {known})"
            )
        member = f"dimensionValue{slot}"
        if told.get(member, value) != value:
            raise UnmappableError(f"{where}: {kind} is both {told[member]} and {value}, and an entry has it once")
        told[member] = value
    return told


def _plain_entry(account: str, amount: Decimal, text: str) -> Voucher:
    return {"amount": amount, "accountNumber": account, "description": text}


def _part_entry(part: Part, slots: dict[str, int], text: str) -> Voucher:
    where = f"Part {part.number}"
    if part.vat_code:
        raise UnmappableError(f"{where}: a VAT code of Fivaldi needs a percentage, and {part.vat_code} comes without")
    entry = _plain_entry(part.account, ZERO - part.amount, _joined([part.description or text, part.type]))
    return {**entry, **_dimensions(part.dimensions, slots, where)}


def _text_of_payment(document: PaymentDocument) -> str:
    said = [
        f"Payment {document.identifier}",
        document.invoice and f"{'Netvisor key' if document.target == 'netvisor' else 'invoice'} {document.invoice}",
        document.reference and f"reference {document.reference}",
        document.payer,
        f"paid {document.paid}" if document.paid != document.booked else "",
    ]
    return _joined(said)


def _joined(texts: list[str]) -> str:
    """Return the texts that say something, each once."""
    return ", ".join(dict.fromkeys(text for text in texts if text))
