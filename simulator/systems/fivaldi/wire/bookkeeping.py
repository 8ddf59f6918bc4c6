"""The calls below `…/bookkeeping` and `…/chart-of-accounts` that read, and the one that adds items to a dimension."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date as calendar_date
from decimal import Decimal
from typing import Any

from simulator.contract.jsontext import MalformedError, loads
from simulator.systems.base import Answer, Request
from simulator.systems.fivaldi.credentials import cuid_of
from simulator.systems.fivaldi.wire.answers import error, error_list, good
from simulator.systems.fivaldi.wire.company import DIMENSIONS_MAX, only_fields, slots
from simulator.systems.fivaldi.wire.entries import Entry
from simulator.systems.fivaldi.wire.periods import read_month, show_months, show_year
from simulator.systems.fivaldi.wire.registers import (
    FLAGS,
    in_range,
    show_accounts,
    show_balances,
    show_dimensions,
    show_types,
)
from simulator.systems.fivaldi.wire.store import VoucherStore
from simulator.systems.fivaldi.wire.vat import VatTable
from simulator.systems.office import Site
from simulator.systems.shapes import breaks

LANGUAGES = ("FIN", "SWE", "ENG")


class Bookkeeping:
    """Reads the books."""

    def __init__(self, site: Site, store: VoucherStore, vat: VatTable) -> None:
        """Read the books of *site*."""
        self.site = site
        self.store = store
        self.vat = vat
        self.items_shape = site.about.schemas.validator("dimension.items.request.json")
        self._items: dict[tuple[str, str], dict[str, Any]] = {}
        """What was said of the items that were added here, by dimension and code."""

    def voucher_types(self, request: Request) -> Answer:
        """Answer `GET …/voucherTypes`."""
        return good(show_types(self.site.ledger, request.parameter("usage")))

    def vat_codes(self, _request: Request) -> Answer:
        """Answer `GET …/vatCodes`."""
        return good(self.vat.show())

    def fiscal_years(self, _request: Request) -> Answer:
        """Answer `GET …/fiscalYears`."""
        calendar = self.site.ledger.calendar
        return good([show_year(calendar, year) for year in calendar.years])

    def month_status(self, request: Request) -> Answer:
        """Answer `GET …/monthStatus`."""
        months = {name: read_month(request.parameter(name)) for name in ("startMonth", "endMonth")}
        if None in months.values():
            return self._refuse([f"{name} must be a month, written yyyyMM." for name in months if months[name] is None])
        return good(show_months(self.site.ledger.calendar, months["startMonth"] or 0, months["endMonth"] or 0))

    def account_balance(self, request: Request) -> Answer:
        """Answer `GET …/accountBalance`."""
        month = read_month(request.parameter("month"))
        if month is None:
            return self._refuse(["month must be a month, written yyyyMM."])
        is_to_date = self.site.readings["account_balance"] == "to_date"
        rows = show_balances(self.site.ledger, self._booked(), month, is_to_date=is_to_date)
        least, most = request.parameter("minAccount"), request.parameter("maxAccount")
        return good([row for row in rows if in_range(row["account"], least, most)])

    def _booked(self) -> Iterator[tuple[int, str, Decimal]]:
        for voucher in self.site.ledger.journal.by_key.values():
            for posting in voucher.postings:
                yield voucher.details["given"].month, posting.account, posting.amount

    def vouchers(self, request: Request) -> Answer:
        """Answer `GET …/vouchers`: those of a span of dates, and of each the entries that are asked for."""
        span = {name: request.parameter(name) for name in ("startDate", "endDate")}
        wrong = [f"{name} must be a date, written yyyy-MM-dd." for name, text in span.items() if not _is_date(text)]
        if wrong:
            return self._refuse(wrong)
        is_wanted = _entry_filter(request)
        kind = request.parameter("voucherType")
        shown = []
        for voucher in self.store.between(span["startDate"], span["endDate"]):
            entries = [entry for entry in voucher.details["entries"] if is_wanted(entry)]
            if entries and kind in {"", str(voucher.details["given"].type_id)}:
                shown.append(self.store.show(voucher, entries))
        return good(shown)

    def voucher(self, _request: Request, number: str) -> Answer:
        """Answer `GET …/vouchers/{voucherNumber}`."""
        voucher = self.store.by_number.get(number)
        if voucher is None:
            return error(self.site.readings, 404, f"Voucher {number[:40]} not found.")
        return good(self.store.show(voucher))

    def chart_of_accounts(self, request: Request) -> Answer:
        """Answer `GET …/chart-of-accounts`."""
        wanted = _dimension_of(request.parameter("dimension", "0"))
        language = request.parameter("lang", LANGUAGES[0])
        wrong = [] if wanted else ["dimension must be all, or one of 0 to 4."]
        wrong += [] if language in LANGUAGES else [f"lang must be one of {', '.join(LANGUAGES)}."]
        if wrong:
            return self._refuse(wrong)
        fields = request.parameter("fields")
        whole = {"cuid": cuid_of(self.site.tenant), "lang": language, "dimensions": None, "accounts": None}
        chart: dict[str, Any] = only_fields(whole, fields)
        if "dimensions" in chart:
            chart["dimensions"] = show_dimensions(self.site.ledger)
        if "accounts" in chart:
            flags = [name for name in FLAGS if request.parameter(name) == "true"]
            accounts = show_accounts(self.site.ledger, wanted, self._name_item)
            chart["accounts"] = [account for account in accounts if all(account[name] for name in flags)]
        return good(chart)

    def _name_item(self, number: int, code: str) -> str:
        dimension = slots(self.site.ledger.dimensions)[number - 1]
        return str(self._items.get((dimension.name, code), {}).get("finDescription") or code)

    def add_items(self, request: Request) -> Answer:
        """Answer `POST …/chart-of-accounts/dimensions`: all items are added, or none is."""
        number = _dimension_of(request.parameter("dimension"))
        known = slots(self.site.ledger.dimensions)
        if number not in {str(slot) for slot in range(1, DIMENSIONS_MAX + 1)}:
            return self._refuse(["dimension must be one of 1 to 4."])
        if int(number) > len(known):
            return self._refuse([f"The company has no dimension {number}."])
        try:
            body = loads(request.body)
        except MalformedError as failure:
            return self._refuse([f"The body is not JSON: {failure.detail}"])
        wrong = [f"{broken.field or 'the body'}: {broken.message[:200]}" for broken in breaks(self.items_shape, body)]
        if wrong:
            return self._refuse(wrong)
        dimension = known[int(number) - 1]
        codes = [item["account"] for item in body]
        wrong = [f"{code} is in dimension {number} already." for code in codes if code in dimension.items]
        wrong += [f"{code} is there twice." for code in sorted(set(codes)) if codes.count(code) > 1]
        if wrong:
            return self._refuse(wrong)
        self.site.ledger.dimensions.add(dimension.name, codes)
        for item in body:
            self._items[dimension.name, item["account"]] = item
        return good(body)

    def _refuse(self, errors: list[str]) -> Answer:
        return error_list(self.site.readings, 400, errors)


def _entry_filter(request: Request) -> Callable[[Entry], bool]:
    least, most = request.parameter("minAccount"), request.parameter("maxAccount")
    items = {slot: request.parameter(f"dimension{slot}") for slot in range(1, DIMENSIONS_MAX + 1)}
    wanted = {(slot, code) for slot, code in items.items() if code}
    return lambda entry: in_range(entry.account, least, most) and wanted <= set(entry.dimensions)


def _dimension_of(text: str) -> str:
    """Return `all` or a number of 0 to 4; empty for anything else.

    The contract lists texts such as `1 (customer defined dimension)`, which a generated client sends as they stand.
    """
    word = text.partition(" ")[0]
    return word if word in {"all", "0", "1", "2", "3", "4"} else ""


def _is_date(text: str) -> bool:
    try:
        return calendar_date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
