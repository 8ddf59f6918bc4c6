"""What CFIS sends to Fennoa: statements for ledger documents, and payments of sales invoices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.systems.base import ACCEPTED, Line, Result
from simulator.systems.books.ledger import Role
from simulator.systems.document import LedgerDocument, Part, PaymentDocument, Row, UnmappableError
from simulator.systems.fennoa.connector.caller import Caller, RefusedError
from simulator.systems.fennoa.connector.entries import (
    Entry,
    Types,
    form_of,
    handling_of,
    joined,
    reversed_of,
    types_of,
)
from simulator.systems.money import HUNDRED, ZERO, to_cents
from simulator.systems.office import Site

ADD = "/accounting_api/add"
SERIES = "CA"
OPEN_SERIES = frozenset({"CA", "GL", "GL2", "GL3", "GL4", "GL5", "GL6"})
METHOD = "2"
"""The type of a payment that is of no known type, the only one that is public."""
CURRENCY = "EUR"
CAPITAL = "CAPITAL"
PAID = "paid"
PAGE_INVOICES = 200
PAGES_MAX = 50


@dataclass(frozen=True, slots=True)
class Statement:
    """What a payment needs beside the payment itself."""

    date: str
    text: str
    entries: tuple[Entry, ...]

    def form(self, types: Types) -> Iterator[tuple[str, str]]:
        """Yield the fields that book it."""
        return form_of(self.date, SERIES, self.text, self.entries, types)

    def reversal(self, types: Types) -> Iterator[tuple[str, str]]:
        """Yield the fields that take it back."""
        return form_of(self.date, SERIES, joined("Taken back", self.text), reversed_of(self.entries), types)


class FennoaConnector:
    """Books documents over Fennoa's API. Of *site* it knows what a customer tells CFIS when Fennoa is connected.

    That is the credentials, which VAT handling is meant by a VAT code, on which accounts Fennoa itself books, and how
    Fennoa behaves where its documentation leaves that open.
    """

    def __init__(self, site: Site) -> None:
        """Call for the company of *site*."""
        self.site = site
        self.caller = Caller(site.tenant)
        self._left: dict[str, Statement] = {}
        """The statements of payments that Fennoa was too busy to take or to take back, by payment."""

    def ledger(self, document: LedgerDocument, line: Line) -> Result:
        """Book a ledger document as one statement. Raises UnmappableError if it cannot be told to Fennoa."""
        date = _date_of(document)
        entries = list(self._entries(document))
        told_date = "" if date == document.date else f"document date {document.date}"
        text = joined(document.name, document.description, told_date, document.identifier)
        series = document.type if document.type in OPEN_SERIES else SERIES
        try:
            types = types_of(self.caller, line, entries)
            self.caller.post(line, ADD, form_of(date, series, text, entries, types))
        except RefusedError as error:
            return error.result
        return ACCEPTED

    def _entries(self, document: LedgerDocument) -> Iterator[Entry]:
        for row in document.rows:
            where, vat = f"Row {row.number}", document.vat_of(row)
            vat_account = row.vat_account or self._role("sales_vat" if row.is_sales else "purchase_vat")
            code = "" if row.is_vat else self._handling(row, where)
            if self.site.readings["vatcode_effect"] == "splits" and code and row.vat_percent:
                gross = row.net + vat
                if vat and _is_split(row, vat) and vat_account == self._own_vat_account(row):
                    yield Entry(where, row.account, gross, row.description, code, row.dimensions)
                    continue
                # With a handling, Fennoa would take VAT out of an amount that has none.
                code = ""
            yield Entry(where, row.account, row.net, row.description, code, row.dimensions)
            if vat:
                yield Entry(where, vat_account, vat, row.description, "", ())

    def _handling(self, row: Row, where: str) -> str:
        vat_map = self.site.arrangement.vat_map
        return handling_of(vat_map, row.vat_code, row.vat_percent, is_sales=row.is_sales, where=where)

    def _role(self, role: Role) -> str:
        return self.site.ledger.roles[role]

    def _own_vat_account(self, row: Row) -> str:
        return self._role("sales_vat" if row.is_sales else "purchase_vat")

    def payment(self, document: PaymentDocument, line: Line) -> Result:
        """Pay a sales invoice, with a statement for what a payment cannot say. Raises UnmappableError."""
        if document.currency != CURRENCY:
            raise UnmappableError(f"Fennoa's payments have no currency; the amount is in {document.currency}")
        capital, method = self._capital(document), self._method(document.account)
        if capital != to_cents(capital):
            raise UnmappableError(f"Fennoa takes amounts with two decimals, not {capital}")
        entries = self._rest(document, capital, method)
        try:
            number = self._invoice_number(document, line, is_checked=bool(entries))
            if not entries:
                self._clear(document.identifier, line)
                self._pay(document, line, number, capital, method)
                return ACCEPTED
            return self._pay_in_parts(document, line, number, capital, method, entries)
        except RefusedError as error:
            return error.result

    def _method(self, account: str) -> str:
        """Return the type of payment that books on an account, or the one that says nothing."""
        methods = self.site.ledger.payment_methods
        return next((code for code, one in methods.items() if account and one.account == account), METHOD)

    def _bank(self, method: str) -> str:
        known = self.site.ledger.payment_methods.get(method)
        return (known.account if known is not None else "") or self._role("bank")

    @staticmethod
    def _capital(document: PaymentDocument) -> Decimal:
        """Return what of a payment settles the invoice."""
        if not document.parts:
            return document.amount
        total = sum((part.amount for part in document.parts), ZERO)
        if total != document.amount:
            raise UnmappableError(f"The parts of the payment come to {total}, and the payment to {document.amount}")
        return sum((part.amount for part in document.parts if part.type == CAPITAL), ZERO)

    def _rest(self, document: PaymentDocument, capital: Decimal, method: str) -> list[Entry]:
        """Return what has to be booked beside the payment, so that every cent is where the document says."""
        bank, receivables = self._bank(method), self._role("receivables")
        account = document.account or bank
        entries = [Entry("The payment", account, document.amount, document.payer)]
        if account == bank:
            entries = [Entry("The payment", bank, document.amount - capital, document.payer)]
        elif capital:
            entries.append(Entry("The payment", bank, -capital, document.payer))
        moved = capital
        for part in document.parts:
            if part.type == CAPITAL and part.account == receivables and not part.dimensions and not part.vat_code:
                moved -= part.amount
            else:
                entries.append(self._entry(part))
        if document.parts and moved:
            entries.append(Entry("The payment", receivables, moved, document.payer))
        return [entry for entry in entries if entry.amount]

    def _entry(self, part: Part) -> Entry:
        where, vat_map = f"Part {part.number}", self.site.arrangement.vat_map
        code = handling_of(vat_map, part.vat_code, None, is_sales=True, where=where)
        return Entry(where, part.account, -part.amount, part.description or part.type, code, part.dimensions)

    def _invoice_number(self, document: PaymentDocument, line: Line, *, is_checked: bool) -> str:
        """Return the number of the invoice; if nothing else tells whether it can be paid, ask. Raises RefusedError."""
        if document.target == "invoicenumber":
            if not document.invoice:
                raise UnmappableError("The payment names no invoice")
            if is_checked:
                found = self.caller.get(line, "sales_api", "get", "invoice_no", document.invoice)
                _check_open(found, f"Invoice {document.invoice}")
            return document.invoice
        if document.target == "reference":
            return self._by_reference(document.reference, line)
        raise UnmappableError(f"Fennoa knows no invoice by the {document.target} key of another system")

    def _by_reference(self, reference: str, line: Line) -> str:
        if not reference:
            raise UnmappableError("The payment names no reference")
        wanted = _bare(reference)
        found: list[dict[str, Any]] = []
        for page in range(1, PAGES_MAX + 1):
            query = {"page": str(page), "banking_reference": reference}
            listed = self.caller.get(line, "sales_api", **query) or []
            found += [one["SalesInvoice"] for one in listed if _is_meant(one["SalesInvoice"], wanted)]
            if len(listed) < PAGE_INVOICES:
                break
        if not found:
            raise RefusedError(Result("rejected", f"Fennoa has no sales invoice with the reference {reference}"))
        best = next((one for one in found if one.get("status") != PAID), found[0])
        _check_open({"SalesInvoice": best}, f"The invoice with the reference {reference}")
        return str(best["invoice_no"])

    def _pay(self, document: PaymentDocument, line: Line, number: str, capital: Decimal, method: str) -> None:
        paid = "" if document.paid == document.booked else f"paid {document.paid}"
        parts = [part.description for part in document.parts]
        fields = [
            ("invoice_no", number), ("payment_date", document.booked), ("sum", f"{capital:.2f}"),
            ("payment_type", method), ("is_factoring", "0"),
            ("description", joined(document.payer, document.reference, *parts, paid, document.identifier)),
        ]  # fmt: skip
        self.caller.post(line, "/sales_api/add/payment", fields)

    def _pay_in_parts(
        self, document: PaymentDocument, line: Line, number: str, capital: Decimal, method: str, entries: list[Entry]
    ) -> Result:
        """Book the statement first, as it can be taken back, and then the payment, which cannot.

        What an earlier attempt has left is not booked twice; what it left of other content is taken back first.
        """
        text = joined(f"Payment of invoice {number}", document.payer, document.reference, document.identifier)
        statement, key = Statement(document.booked, text, tuple(entries)), document.identifier
        if self._left.get(key) != statement:
            self._clear(key, line)
        types = types_of(self.caller, line, entries)
        if self._left.pop(key, None) is None:
            self.caller.post(line, ADD, statement.form(types))
        try:
            if capital:
                self._pay(document, line, number, capital, method)
        except RefusedError as refused:
            return self._take_back(key, statement, line, types, refused)
        return ACCEPTED

    def _clear(self, key: str, line: Line) -> None:
        """Take the statement back that an earlier attempt has left. Raises RefusedError."""
        left = self._left.get(key)
        if left is not None:
            self.caller.post(line, ADD, left.reversal(types_of(self.caller, line, left.entries)))
            del self._left[key]

    def _take_back(self, key: str, statement: Statement, line: Line, types: Types, refused: RefusedError) -> Result:
        try:
            self.caller.post(line, ADD, statement.reversal(types))
        except RefusedError as second:
            told = f"{refused.result.reason}; the statement of the payment's parts is booked and cannot be taken back"
            if second.result.verdict == "unreachable":
                # The next attempt goes on from here: with the payment, and if need be with taking the statement back.
                self._left[key] = statement
                return Result("unreachable", f"{told} yet: {second}")
            return Result("rejected", f"{told}: {second}")
        return refused.result


def _date_of(document: LedgerDocument) -> str:
    """Return the day of the statement: Fennoa has one for all rows. Raises UnmappableError."""
    first = document.rows[0].date or document.date if document.rows else document.date
    for row in document.rows:
        date = row.date or document.date
        if date != first:
            raise UnmappableError(f"Row {row.number}: booked on {date}, and Fennoa books all rows on one day, {first}")
    return first


def _is_split(row: Row, vat: Decimal) -> bool:
    """Say whether Fennoa would take just this VAT out of the gross."""
    gross = row.net + vat
    return to_cents(gross / (1 + row.vat_percent / HUNDRED)) == row.net


def _check_open(found: dict[str, Any], named: str) -> None:
    """Raise RefusedError if an invoice is not waiting for money."""
    if found["SalesInvoice"].get("status") == PAID:
        raise RefusedError(Result("rejected", f"{named} is already paid in Fennoa"))


def _is_meant(invoice: dict[str, Any], wanted: str) -> bool:
    """Say whether an invoice has a reference, and a number by which it can be paid."""
    return _bare(invoice.get("banking_reference")) == wanted and bool(invoice.get("invoice_no"))


def _bare(reference: Any) -> str:
    return str(reference or "").replace(" ", "").lstrip("0")
