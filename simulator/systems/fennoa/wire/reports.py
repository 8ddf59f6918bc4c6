"""What can be read of the bookkeeping: chart, VAT handlings, periods, balances and the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from simulator.clock import Instant
from simulator.systems.base import Answer, Request
from simulator.systems.books.chart import Account
from simulator.systems.books.vouchers import Posting, Voucher
from simulator.systems.fennoa.credentials import BASE
from simulator.systems.fennoa.wire import series
from simulator.systems.fennoa.wire.envelope import Violation, object_to, refuse, succeed
from simulator.systems.fennoa.wire.values import integer_of, is_date
from simulator.systems.money import ZERO
from simulator.systems.office import Site

PAGE_ROWS = 100
PAGE_ROWS_MAX = 500
SIDES = {"sales": "sales", "purchase": "purchases", "both": "both", "none": "none"}


class FilterError(ValueError):
    """A part of the path is no filter; the text says which."""


class Filters:
    """The filters at the end of a path: `accounts:1900,1910`, `series:16`, `dim1:100`."""

    def __init__(self, parts: Iterable[str], site: Site) -> None:
        """Read *parts*. Raises FilterError."""
        self.accounts: set[str] | None = None
        self.series: set[str] | None = None
        self.dimensions: list[tuple[str, set[str]]] = []
        for part in parts:
            name, colon, values = part.partition(":")
            listed = {value.strip() for value in values.split(",") if value.strip()}
            if not colon or not listed:
                raise FilterError(f"{part[:40]!r} is not a filter")
            if name == "accounts":
                self.accounts = listed
            elif name == "series":
                # By identifier, as it is known; a code is understood as well.
                self.series = {series.code_of(site.ledger, integer_of(value) or 0) or value for value in listed}
            elif name.startswith("dim"):
                self.dimensions.append((_type_name(site, name.removeprefix("dim").removeprefix("_")), listed))
            else:
                raise FilterError(f"{name[:40]!r} is not a filter")

    def take(self, voucher: Voucher, posting: Posting) -> bool:
        """Say whether a posting passes."""
        return (
            (self.accounts is None or posting.account in self.accounts)
            and (self.series is None or voucher.series in self.series)
            and all(
                any(kind == name and code in codes for kind, code in posting.dimensions)
                for name, codes in self.dimensions
            )
        )


def _type_name(site: Site, key: str) -> str:
    return next((one.name for one in site.ledger.dimensions.by_name.values() if str(one.key) == key), "")


def by_number(account: str) -> tuple[int, str]:
    """Return by what accounts are sorted."""
    return integer_of(account) or 0, account


class Reports:
    """Answers the reading calls of `accounting_api`."""

    def __init__(self, site: Site) -> None:
        """Read the books of *site*."""
        self.site = site

    def accounts(self, _request: Request, _now: Instant, rest: list[str]) -> Answer:
        """List the chart of accounts, or the accounts of the given numbers."""
        chart = self.site.ledger.chart
        found: list[Account] = list(chart.accounts.values())
        if rest:
            wanted = [code.strip() for code in rest[0].split(",")]
            found = [chart.accounts[code] for code in wanted if code in chart.accounts]
            if not found:
                return refuse(404, f"Account {rest[0][:40]} not found")
        listed = sorted(found, key=lambda account: by_number(account.number))
        return succeed(data=[_account(account) for account in listed])

    def vat_codes(self, _request: Request, _now: Instant, _rest: list[str]) -> Answer:
        """List the VAT handlings."""
        listed = []
        for code in self.site.ledger.vat_codes.values():
            percent = code.percents[0] if code.percents else None
            names = {f"name_{language}": code.name for language in ("fi", "sv", "en")}
            identifier = integer_of(code.code)
            listed.append({
                "id": code.code if identifier is None else identifier,
                "type": SIDES[code.side], **names, "vatpercent": percent,
            })  # fmt: skip
        return succeed(data=listed)

    def periods(self, _request: Request, _now: Instant, _rest: list[str]) -> Answer:
        """List the accounting periods."""
        years = self.site.ledger.calendar.years
        return succeed(data=[{"id": year.key, "start_date": year.begin, "end_date": year.end} for year in years])

    def locking_periods(self, _request: Request, _now: Instant, _rest: list[str]) -> Answer:
        """Tell until when accounting, sales and purchases are locked; the books know one lock for all."""
        until = self.site.ledger.calendar.locked_until or None
        codes = ("accounting_locked", "sales_invoices_locked", "purchase_invoices_locked")
        return succeed(data=[{"code": code, "value": until} for code in codes])

    def account_balance(self, _request: Request, _now: Instant, rest: list[str]) -> Answer:
        """Tell debit, credit and balance of an account on a date."""
        number, date, *filters = rest
        account = self.site.ledger.chart.accounts.get(number)
        if account is None:
            return refuse(404, f"Account {number[:40]} not found")
        if not is_date(date):
            return object_to([Violation("date", f"{date[:40]!r} is not a date of the form YYYY-MM-DD")])
        try:
            chosen = Filters(filters, self.site)
        except FilterError as error:
            return refuse(400, str(error))
        year = self.site.ledger.calendar.year_of(date)
        # Income and expense begin anew with each period.
        begin = "0000" if account.is_balance or year is None else year.begin
        debit = credit = ZERO
        for voucher, posting in self._postings(begin, date):
            if posting.account == number and chosen.take(voucher, posting):
                debit += max(posting.amount, ZERO)
                credit += max(-posting.amount, ZERO)
        told = {"account": number, "date": date, "debit": debit, "credit": credit, "balance": debit - credit}
        return succeed(data=told)

    def opening_balances(self, _request: Request, _now: Instant, rest: list[str]) -> Answer:
        """List with what the accounts of the balance sheet enter a period."""
        key, *codes = rest
        year = next((year for year in self.site.ledger.calendar.years if year.key == integer_of(key)), None)
        if year is None:
            return refuse(404, f"Accounting period {key[:40]} not found")
        wanted = {code.strip() for code in codes[0].split(",")} if codes else None
        sums: dict[str, Decimal] = {}
        for voucher, posting in self._postings("0000", "9999"):
            account = self.site.ledger.chart.accounts.get(posting.account)
            if voucher.date < year.begin and account is not None and account.is_balance:
                sums[posting.account] = sums.get(posting.account, ZERO) + posting.amount
        listed = [(account, sums[account]) for account in sorted(sums, key=by_number) if sums[account]]
        told = [{"account": account, "sum": total} for account, total in listed if wanted is None or account in wanted]
        return succeed(data=told)

    def ledger(self, request: Request, _now: Instant, rest: list[str]) -> Answer:
        """List the postings of a span of dates by account, a page at a time."""
        begin, end, *parts = rest
        if not is_date(begin) or not is_date(end) or begin > end:
            return object_to([Violation("date", "The ledger takes two dates YYYY-MM-DD, the earlier one first")])
        page = integer_of(request.parameter("page", "1"))
        limit = integer_of(request.parameter("limit", str(PAGE_ROWS)))
        if not page or not limit:
            return object_to([Violation("page", "page and limit are integers from 1")])
        try:
            chosen = Filters(parts, self.site)
        except FilterError as error:
            return refuse(400, str(error))
        limit = min(limit, PAGE_ROWS_MAX)
        rows = self._rows(begin, end, chosen)
        pagination = {"page": page, "limit": limit, "count": len(rows), "pagesCount": max(1, -(-len(rows) // limit))}
        shown = [self._show(*row) for row in rows[(page - 1) * limit : page * limit]]
        return succeed(data=shown, pagination=pagination)

    def _postings(self, begin: str, end: str) -> Iterator[tuple[Voucher, Posting]]:
        for voucher in self.site.ledger.journal.between(begin, end):
            if voucher.state == "valid":
                for posting in voucher.postings:
                    yield voucher, posting

    def _rows(self, begin: str, end: str, chosen: Filters) -> list[tuple[Voucher, Posting, Decimal]]:
        """Return the postings that pass, each with the balance of its account before it."""
        found = [pair for pair in self._postings("0000", end) if chosen.take(*pair)]
        found.sort(key=lambda pair: (by_number(pair[1].account), pair[0].date, pair[0].key))
        balances: dict[str, Decimal] = {}
        rows = []
        for voucher, posting in found:
            before = balances.get(posting.account, ZERO)
            balances[posting.account] = before + posting.amount
            if voucher.date >= begin:
                rows.append((voucher, posting, before))
        return rows

    def _show(self, voucher: Voucher, posting: Posting, before: Decimal) -> dict[str, Any]:
        source = voucher.details.get("sales_invoice_id")
        identifier = integer_of(posting.vat_code)
        types = self.site.ledger.dimensions.by_name
        return {
            "statement_id": voucher.key,
            "series": voucher.series,
            "number": voucher.number,
            "date": voucher.date,
            "account": posting.account,
            "debit": max(posting.amount, ZERO),
            "credit": max(-posting.amount, ZERO),
            "opening": before,
            "closing": before + posting.amount,
            "description": posting.description,
            "vatcode": posting.vat_code or None if identifier is None else identifier,
            "dimensions": [
                {"dimension_type_id": types[name].key if name in types else None, "code": code}
                for name, code in posting.dimensions
            ],
            "id": source,
            "url": None if source is None else f"{BASE}/sales_api/{source}",
        }


def _account(account: Account) -> dict[str, Any]:
    identifier = integer_of(account.vat_code)
    return {
        "id": account.key,
        "code": account.number,
        **{f"name_{language}": account.name for language in ("fi", "sv", "en")},
        "vat_code_id": account.vat_code or None if identifier is None else identifier,
        "is_active": int(account.is_active),
    }
