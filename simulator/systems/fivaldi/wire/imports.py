"""The import of a voucher, `POST …/bookkeeping/vouchers`: checked as a whole, booked, answered with its number."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from simulator.clock import Instant
from simulator.contract.jsontext import MalformedError, loads
from simulator.systems.base import Answer, Request
from simulator.systems.books.chart import FiscalYear
from simulator.systems.books.vouchers import Posting
from simulator.systems.fivaldi.wire.answers import Coded, code_list, error_list, good
from simulator.systems.fivaldi.wire.company import has_item, slots
from simulator.systems.fivaldi.wire.entries import Entry, Import, postings_of, read_import
from simulator.systems.fivaldi.wire.periods import first_day, is_closed, is_month, month_of
from simulator.systems.fivaldi.wire.registers import voucher_type
from simulator.systems.fivaldi.wire.store import VoucherStore
from simulator.systems.fivaldi.wire.vat import VatTable
from simulator.systems.money import HUNDRED, ZERO, to_cents
from simulator.systems.office import Site
from simulator.systems.shapes import Break, breaks

CODE_OF_MEMBER: dict[str, int] = {
    "vatType": 34,
    "voucherDate": 21,
    "bookkeepingMonth": 45,
    "originalVoucherNumber": 44,
    "accountNumber": 41,
    "account": 41,
    "account2": 41,
    "dimensionValue1": 43,
    "dimensionValue2": 43,
    "dimensionValue3": 43,
    "dimensionValue4": 43,
}
"""The code of a value that is of the right type and yet cannot be; whatever else is wrong has code 10."""
BINDING = 10
DEMANDED = ("originalVoucherNumber", "bookkeepingMonth", "vatType", "validateEntrySum")
"""What an earlier client demanded beside what no voucher can do without."""


class Importer:
    """Checks vouchers, books them, and answers with their numbers."""

    def __init__(self, site: Site, store: VoucherStore, vat: VatTable) -> None:
        """Import into the books of *site*."""
        self.site = site
        self.store = store
        self.vat = vat
        self.shape = site.about.schemas.validator("voucher.request.json")

    def answer(self, request: Request, now: Instant) -> Answer:
        """Answer a voucher. All that is wrong in one step is told at once; nothing is stored before all is right."""
        try:
            body = loads(request.body)
        except MalformedError as error:
            return code_list([Coded(BINDING, f"the body is not JSON: {error.detail}")])
        errors = list(self._shape_errors(body))
        if errors:
            return code_list(errors)
        voucher = read_import(body)
        errors = list(self._errors(voucher))
        if errors:
            return code_list(errors)
        conflict = self._conflict(voucher)
        if conflict:
            return error_list(self.site.readings, 409, [conflict])
        return good({"fivaldiVoucherNumber": int(self._book(voucher, now))})

    def _shape_errors(self, body: Any) -> Iterator[Coded]:
        yield from map(_coded, breaks(self.shape, body))
        if not isinstance(body, dict):
            return
        if self.site.readings["required_members"] == "all":
            yield from (Coded(BINDING, f"{name} is missing.") for name in DEMANDED if body.get(name) is None)
        month = body.get("bookkeepingMonth")
        # The bounds of the schema see to the year, but not to a month 13.
        if isinstance(month, int) and 200001 <= month <= 209912 and not is_month(month):  # noqa: PLR2004 - its bounds
            yield Coded(45, f"bookkeepingMonth: {month} is no month; it is written yyyyMM.")

    def _errors(self, voucher: Import) -> Iterator[Coded]:
        if voucher_type(self.site.ledger, voucher.type_id) is None:
            yield Coded(23, f"voucher type {voucher.type_id} does not exist.")
        yield from self._period_errors(voucher)
        for entry in voucher.entries:
            yield from self._account_errors(entry)
            yield from self._vat_errors(entry, voucher)
            yield from self._dimension_errors(entry)
        total = sum((entry.amount + self._vat_beside(entry, voucher) for entry in voucher.entries), ZERO)
        if voucher.must_balance and total:
            yield Coded(20, f"the entries add up to {total:.2f} and not to 0.")

    def _period_errors(self, voucher: Import) -> Iterator[Coded]:
        month = voucher.month
        if month != month_of(voucher.date) and self.site.readings["month_of_other_date"] == "refused":
            yield Coded(30, f"the voucher date {voucher.date} is not in the bookkeeping month {month}.")
        elif self._year(voucher) is None:
            yield Coded(46, f"no fiscal year has the date {_deciding_day(voucher)}.")
        elif self._is_closed(voucher) and self.site.readings["conflict"] != "closed_month":
            yield Coded(45, self._closed_text(month))

    def _year(self, voucher: Import) -> FiscalYear | None:
        return self.site.ledger.calendar.year_of(_deciding_day(voucher))

    def _is_closed(self, voucher: Import) -> bool:
        calendar = self.site.ledger.calendar
        if month_of(voucher.date) == voucher.month:
            return calendar.is_locked(voucher.date)
        return is_closed(calendar, voucher.month)

    def _closed_text(self, month: int) -> str:
        return f"the bookkeeping month {month} is closed; the books are locked until " + (
            self.site.ledger.calendar.locked_until + "."
        )

    def _account_errors(self, entry: Entry) -> Iterator[Coded]:
        where = f"entry {entry.number}"
        if entry.amount != to_cents(entry.amount) or entry.vat_amount != to_cents(entry.vat_amount):
            yield Coded(BINDING, f"{where}: an amount has more than two decimals.")
        if not self._has_account(entry.account):
            yield Coded(42, f"{where}: account {entry.account} not found.")
        for account in filter(None, (entry.vat_account, entry.vat_account2)):
            if not self._has_account(account):
                yield Coded(41, f"{where}: VAT account {account} not found.")

    def _vat_errors(self, entry: Entry, voucher: Import) -> Iterator[Coded]:
        where = f"entry {entry.number}"
        default = self._default_code(entry, voucher)
        if entry.vat_code and entry.vat_code not in self.vat.rates:
            yield Coded(35, f"{where}: VAT code {entry.vat_code} does not exist.")
        elif default and self.vat.default(default, voucher.date) is None:
            yield Coded(35, f"{where}: VAT code {default} of account {entry.account} does not exist.")
        elif entry.vat_amount and not (entry.vat_code or entry.vat_account or voucher.is_auto):
            yield Coded(41, f"{where}: a VAT amount needs a VAT code or a VAT account.")

    def _dimension_errors(self, entry: Entry) -> Iterator[Coded]:
        where, known = f"entry {entry.number}", slots(self.site.ledger.dimensions)
        for slot, code in entry.dimensions:
            if slot > len(known):
                yield Coded(43, f"{where}: the company has no dimension {slot}.")
            elif not has_item(known[slot - 1], code):
                yield Coded(43, f"{where}: {code} not found in dimension {slot}, {known[slot - 1].name}.")

    def _has_account(self, number: str) -> bool:
        chart = self.site.ledger.chart
        account = chart.accounts.get(number)
        return chart.is_open if account is None else account.is_active

    def _default_code(self, entry: Entry, voucher: Import) -> str:
        account = self.site.ledger.chart.accounts.get(entry.account)
        return account.vat_code if voucher.is_auto and not entry.vat_code and account is not None else ""

    def _vat_beside(self, entry: Entry, voucher: Import) -> Decimal:
        """Return the VAT that the amount of its entry does not hold and that counts in the sum."""
        if self._is_within(voucher) or entry.vat_account2:
            return ZERO
        return self._signed_vat(entry)

    def _is_within(self, voucher: Import) -> bool:
        return voucher.is_auto or self.site.readings["entry_amount"] == "gross"

    def _signed_vat(self, entry: Entry) -> Decimal:
        if self.site.readings["vat_amount_sign"] == "absolute":
            return abs(entry.vat_amount).copy_sign(entry.amount)
        return entry.vat_amount

    def _conflict(self, voucher: Import) -> str:
        answer = self.site.readings["conflict"]
        if answer == "closed_month" and self._is_closed(voucher):
            return self._closed_text(voucher.month)
        if answer == "original_number" and voucher.original in self.store.by_original:
            return f"the original voucher number {voucher.original} was imported before."
        return ""

    def _book(self, voucher: Import, now: Instant) -> str:
        ledger, year = self.site.ledger, self._year(voucher)
        assert year is not None, "checked before"
        known = slots(ledger.dimensions)
        entries = [self._settled(entry, voucher) for entry in voucher.entries]
        postings: list[Posting] = []
        for entry in entries:
            dimensions = tuple((known[slot - 1].name, code) for slot, code in entry.dimensions)
            postings += postings_of(entry, dimensions, is_within=self._is_within(voucher))
        for posting in postings:
            # What is open makes accounts and items when they are first used, and not before.
            ledger.chart.find(posting.account)
            for name, code in posting.dimensions:
                ledger.dimensions.has(name, code)
        return self.store.add(voucher, year, entries, postings, now)

    def _settled(self, entry: Entry, voucher: Import) -> Entry:
        """Return an entry with code, amount and account of its VAT, as it is kept."""
        rate = self.vat.rates.get(entry.vat_code)
        if rate is None:
            rate = self.vat.default(self._default_code(entry, voucher), voucher.date)
        percent = ZERO if rate is None or rate.percent is None else rate.percent
        vat = self._signed_vat(entry)
        if voucher.is_auto:
            vat = entry.amount - to_cents(entry.amount / (1 + percent / HUNDRED))
        account = entry.vat_account
        if rate is not None and vat and not account:
            account = rate.account(self.site.ledger, entry.amount)
        return entry.with_vat("" if rate is None else rate.code, percent, vat, account)


def _deciding_day(voucher: Import) -> str:
    """Return the day that decides on the fiscal year: the voucher's, unless it is booked in another month."""
    return voucher.date if month_of(voucher.date) == voucher.month else first_day(voucher.month)


def _coded(broken: Break) -> Coded:
    where = broken.field or "the body"
    if broken.keyword == "required":
        return Coded(BINDING, f"{where} is missing.")
    member = str(broken.path[-1]) if broken.path else ""
    code = BINDING if broken.keyword == "type" else CODE_OF_MEMBER.get(member, BINDING)
    return Coded(code, f"{where}: {broken.message[:200]}")
