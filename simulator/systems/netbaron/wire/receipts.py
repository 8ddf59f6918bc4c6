"""Accounting receipts that a file brings: which lines make one, what they book, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from simulator.clock import Instant
from simulator.contract.readings import Readings
from simulator.systems.books.chart import VatCode
from simulator.systems.books.ledger import Ledger, Objection
from simulator.systems.books.vouchers import Posting, Voucher
from simulator.systems.money import HUNDRED, ZERO, to_cents
from simulator.systems.netbaron.wire import csvfile as file
from simulator.systems.netbaron.wire.csvfile import Column, Line, faults_of, iso_date, read_lines
from simulator.systems.netbaron.wire.messages import Fault, RefusedError

COST_CENTER = "COST_CENTER"
PROJECT = "PROJECT"
PLAIN_SERIES = "11"
"""The series of a receipt that the plain import makes, which knows no numbers."""
BALANCE_CODE = "UNBALANCED"
AMOUNT_MAX = Decimal(10) ** 15
"""The page allows 22 characters. With amounts below this, every sum can be counted to the cent."""
EXISTS_CODE = "RECEIPT_EXISTS"

CODES = {
    "account-unknown": ("ACCOUNT_UNKNOWN", file.ACCOUNT),
    "vat-code-unknown": ("VAT_CODE_UNKNOWN", file.VAT_CODE),
    "vat-percent-misfit": ("VAT_PERCENT_WRONG", file.VAT_PERCENT),
    "no-fiscal-year": ("NO_ACCOUNTING_PERIOD", file.DATE),
    "period-locked": ("PERIOD_LOCKED", file.DATE),
}
COLUMN_OF_DIMENSION = {COST_CENTER: file.COST_CENTER, PROJECT: file.JOB}

_NUMBER = re.compile(r"(?:([^\s-][^\s]*)-)?([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a line books: an amount on its account, and the VAT that belongs to it on another."""

    line: Line
    date: str
    postings: tuple[Posting, ...]


@dataclass(slots=True)
class Receipt:
    """Lines that make one voucher."""

    series: str
    number: int | None
    """None if the system numbers it."""
    lines: list[Line]
    faults: list[Fault] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    is_complete: bool = True
    """Whether it balances; one that does not may be kept until somebody completes it."""

    @property
    def name(self) -> str:
        """Return its number as a person writes it."""
        return self.series if self.number is None else f"{self.series}-{self.number}"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file."""

    vouchers: tuple[Voucher, ...]
    faults: tuple[Fault, ...]
    """What is wrong with the receipts that were left out."""


class ReceiptImport:
    """Checks a file of receipts as a whole, and then books it."""

    def __init__(self, ledger: Ledger, readings: Readings) -> None:
        """Book in *ledger*."""
        self.ledger = ledger
        self.readings = readings

    def book(self, body: bytes, charset: str, now: Instant, *, is_extended: bool) -> Imported:
        """Book the receipts of a file. Raises RefusedError; nothing is booked then."""
        takes_unknown = self.readings["unknown_columns"] == "ignored"
        lines = read_lines(body, charset, is_extended=is_extended, takes_unknown=takes_unknown)
        receipts = list(self._receipts(lines, is_extended=is_extended))
        self._check(receipts, is_extended=is_extended)
        faults = [fault for receipt in receipts for fault in receipt.faults]
        good = [receipt for receipt in receipts if not receipt.faults]
        if faults and (not good or self.readings["bad_receipts"] == "file_refused"):
            raise RefusedError(422, *faults)
        return Imported(tuple(self._store(receipt, now) for receipt in good), tuple(faults))

    def _receipts(self, lines: Sequence[Line], *, is_extended: bool) -> Iterator[Receipt]:
        if not is_extended:
            yield Receipt(PLAIN_SERIES, None, list(lines))
            return
        groups: dict[tuple[str, str], list[Line]] = {}
        for line in lines:
            groups.setdefault((line.text(file.SERIES), line.text(file.NUMBER)), []).append(line)
        for (series, number), group in groups.items():
            yield self._numbered(series, number, group)

    def _numbered(self, series: str, number: str, lines: list[Line]) -> Receipt:
        match = _NUMBER.fullmatch(number)
        if match is None:
            fault = lines[0].fault("RECEIPT_NUMBER", file.NUMBER, f"{number[:35]!r} is not of the form 11-123")
            return Receipt(series, 0, lines, [fault] if number else [])
        prefix, digits = match.group(1) or "", match.group(2)
        receipt = Receipt(prefix or series, int(digits), lines)
        if not receipt.series:
            receipt.faults.append(lines[0].fault("RECEIPT_NUMBER", file.NUMBER, f"{number!r} names no number series"))
        elif series and prefix and series != prefix:
            receipt.faults.append(lines[0].fault("SERIES_DIFFERS", file.SERIES, f"{series} is not that of {number}"))
        elif self.ledger.voucher_types and receipt.series not in self.ledger.voucher_types:
            receipt.faults.append(
                lines[0].fault("SERIES_UNKNOWN", file.NUMBER, f"number series {receipt.series} not found")
            )
        return receipt

    def _check(self, receipts: Sequence[Receipt], *, is_extended: bool) -> None:
        takes_decimals = self.readings["vat_percent_column"] == "decimal"
        seen: set[tuple[str, str, int]] = set()
        for receipt in receipts:
            for line in receipt.lines:
                receipt.faults += faults_of(line, is_extended=is_extended, takes_decimals=takes_decimals)
            if receipt.faults:
                continue
            for line in receipt.lines:
                self._read(receipt, line)
            if receipt.faults:
                continue
            receipt.faults += self._objections(receipt)
            self._check_number(receipt, seen)

    def _read(self, receipt: Receipt, line: Line) -> None:
        code = self.ledger.vat_codes.get(line.text(file.VAT_CODE))
        amounts = _excess(line) or _amounts(line, code)
        if isinstance(amounts, Fault):
            receipt.faults.append(amounts)
            return
        net, vat = amounts
        percent = line.amount(file.VAT_PERCENT)
        if percent is None:
            percent = _likely_percent(code, net, vat)
        text = line.text(file.DESCRIPTION)
        named = {dimension: line.text(column) for dimension, column in COLUMN_OF_DIMENSION.items()}
        dimensions = tuple((dimension, item) for dimension, item in named.items() if item)
        postings = [Posting(line.text(file.ACCOUNT), net, text, line.text(file.VAT_CODE), percent, dimensions)]
        if vat:
            account = line.text(file.VAT_ACCOUNT)
            if not account:
                account = self._vat_account(code, is_credit=net < 0 or (not net and vat < 0))
            postings.append(Posting(account, vat, text, is_made=not line.text(file.VAT_ACCOUNT)))
        receipt.entries.append(Entry(line, iso_date(line.text(file.DATE)), tuple(postings)))

    def _vat_account(self, code: VatCode | None, *, is_credit: bool) -> str:
        side = code.side if code is not None else "both"
        is_sales = side == "sales" or (side != "purchase" and is_credit)
        return self.ledger.role("sales_vat" if is_sales else "purchase_vat")

    def _objections(self, receipt: Receipt) -> Iterator[Fault]:
        entries = receipt.entries
        years = {self.ledger.calendar.year_of(entry.date) for entry in entries}
        for day in dict.fromkeys(entry.date for entry in entries):
            line = next(entry.line for entry in entries if entry.date == day)
            for objection in self.ledger.objections_to_date(day):
                yield _told(line, objection)
        if len(years) > 1 and None not in years:
            yield entries[0].line.fault("TWO_PERIODS", file.DATE, "the dates of one receipt lie in two periods")
        for entry in entries:
            yield from self._objections_to(entry)
        total = sum((posting.amount for entry in entries for posting in entry.postings), ZERO)
        if total and self.readings["unbalanced_receipts"] == "refused":
            yield Fault(BALANCE_CODE, f"Receipt {receipt.name}: debit and credit differ by {total:.2f}")
        receipt.is_complete = not total

    def _objections_to(self, entry: Entry) -> Iterator[Fault]:
        for objection in self.ledger.objections(entry.date, entry.postings, must_balance=False):
            if objection.rule in {"no-fiscal-year", "period-locked"}:
                continue
            if objection.rule == "account-unknown" and objection.row:
                yield entry.line.fault("ACCOUNT_UNKNOWN", file.VAT_ACCOUNT, f"account {objection.value} not found")
                continue
            yield _told(entry.line, objection)
        account = entry.line.text(file.VAT_ACCOUNT)
        if account and len(entry.postings) == 1 and self.ledger.chart.find(account) is None:
            yield entry.line.fault("ACCOUNT_UNKNOWN", file.VAT_ACCOUNT, f"account {account} not found")

    def _check_number(self, receipt: Receipt, seen: set[tuple[str, str, int]]) -> None:
        year = self.ledger.calendar.year_of(receipt.entries[0].date)
        if receipt.number is None or year is None:
            return
        key = (receipt.series, year.begin, receipt.number)
        if key in seen or self.ledger.journal.is_taken(*key):
            receipt.faults.append(
                receipt.lines[0].fault(EXISTS_CODE, file.NUMBER, f"receipt {receipt.name} exists already")
            )
        seen.add(key)

    def _store(self, receipt: Receipt, now: Instant) -> Voucher:
        entries = receipt.entries
        first = entries[0]
        year = self.ledger.calendar.year_of(first.date)
        assert year is not None, "a date without a year was objected to"
        postings = [posting for entry in entries for posting in entry.postings]
        dates = [entry.date for entry in entries for _ in entry.postings]
        details: dict[str, Any] = {"dates": tuple(dates)} if len(set(dates)) > 1 else {}
        returned = _returned(entries)
        if returned:
            details["returned_vat"] = returned
        return self.ledger.journal.add(
            receipt.series,
            year.begin,
            first.date,
            postings,
            now,
            number=receipt.number,
            description=first.line.text(file.DESCRIPTION),
            state="valid" if receipt.is_complete else "draft",
            details=details,
        )


def _returned(entries: Sequence[Entry]) -> Mapping[int, Decimal]:
    """Return the VAT for the returns, by the place of the posting that it stands at."""
    found: dict[int, Decimal] = {}
    place = 0
    for entry in entries:
        amount = entry.line.amount(file.RETURNED_VAT)
        if amount is not None:
            found[place] = amount
        place += len(entry.postings)
    return found


def _excess(line: Line) -> Fault | None:
    """Return what is too much to be counted with; None if nothing is."""
    for column in (file.NET, file.GROSS, file.VAT, file.RETURNED_VAT):
        if abs(line.amount(column) or ZERO) >= AMOUNT_MAX:
            return line.fault("TOO_LARGE", column, f"{line.text(column)} is more than the simulator counts with")
    if (line.amount(file.VAT_PERCENT) or ZERO) > HUNDRED:
        return line.fault("VAT_PERCENT_WRONG", file.VAT_PERCENT, f"{line.text(file.VAT_PERCENT)} is more than 100 %")
    return None


def _amounts(line: Line, code: VatCode | None) -> tuple[Decimal, Decimal] | Fault:
    """Return what a line has without VAT, and its VAT."""
    net, gross, vat = line.amount(file.NET), line.amount(file.GROSS), line.amount(file.VAT)
    if net is not None and gross is not None:
        if vat is not None and net + vat != gross:
            return line.fault("AMOUNTS_DIFFER", file.GROSS, f"{net} and VAT of {vat} are not {gross}")
        return net, gross - net
    if vat is None:
        percent = line.amount(file.VAT_PERCENT)
        if percent is None and code is not None and code.percents:
            if len(code.percents) > 1:
                return line.fault("MISSING", file.VAT_PERCENT, f"VAT code {code.code} has more than one percentage")
            percent = code.percents[0]
        share = (percent or ZERO) / HUNDRED
        if net is not None:
            return net, to_cents(net * share)
        assert gross is not None, "one of the two was required"
        return to_cents(gross / (1 + share)), gross - to_cents(gross / (1 + share))
    if net is not None:
        return net, vat
    assert gross is not None, "one of the two was required"
    return gross - vat, vat


def _likely_percent(code: VatCode | None, net: Decimal, vat: Decimal) -> Decimal:
    """Return the percentage of a code that fits the amounts best; 0 if the code names none."""
    if code is None or not code.percents:
        return ZERO
    return min(code.percents, key=lambda percent: abs(net * percent / HUNDRED - vat))


def _told(line: Line, objection: Objection) -> Fault:
    if objection.rule == "dimension-unknown":
        column: Column = COLUMN_OF_DIMENSION[objection.other]
        what = "cost center" if objection.other == COST_CENTER else "job number"
        return line.fault("DIMENSION_UNKNOWN", column, f"{what} {objection.value} not found")
    code, column = CODES[objection.rule]
    return line.fault(code, column, objection.sentence().partition(": ")[2] or objection.sentence())
