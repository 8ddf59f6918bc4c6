"""What does not change by booking: company, chart of accounts, VAT, fiscal years, bank account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from simulator.clock import Instant
from simulator.systems.base import Answer, Request
from simulator.systems.books.chart import FiscalYear, VatCode
from simulator.systems.office import Site
from simulator.systems.procountor.protocol import date_time
from simulator.systems.procountor.wire.answers import in_json, refused
from simulator.systems.procountor.wire.paging import ORDERS, invalid, page_of, paging

VERSION = "26.04"
RATES = tuple(map(Decimal, ("0", "10", "13.5", "14", "24", "25.5")))
"""The percentages in use where no VAT code names any."""
ALPHA_2 = re.compile(r"[A-Z]{2}")
BANK_ACCOUNT = 1


def is_for(code: VatCode, side: str) -> bool:
    """Say whether a VAT code can be used on a side, `sales` or `purchase`."""
    return code.side in {side, "both", "none"}


def rates_of(site: Site) -> list[tuple[Decimal, bool, bool]]:
    """Return the percentages in use: (percentage, for sales, for purchases)."""
    found: dict[Decimal, list[bool]] = {}
    for code in site.ledger.vat_codes.values():
        for percent in code.percents or RATES:
            sides = found.setdefault(percent, [False, False])
            sides[0] |= is_for(code, "sales")
            sides[1] |= is_for(code, "purchase")
    return [(percent, sales, purchase) for percent, (sales, purchase) in sorted(found.items())]


def is_in_use(site: Site, percent: Decimal) -> bool:
    """Say whether a VAT percentage is in use in the company."""
    return any(code.takes(percent) for code in site.ledger.vat_codes.values())


def iban_of(bank: str, number: str) -> str:
    """Return a Finnish IBAN with its check digits."""
    account = bank + number
    check = 98 - int(account + "151800") % 97
    return f"FI{check:02}{account}"


class Registers:
    """Answers what a client reads before it books."""

    def __init__(self, site: Site) -> None:
        """Read the books of *site*."""
        self.site = site
        self._company = int(site.tenant.digits("procountor-company", 6))

    def status(self, _request: Request, _now: Instant) -> Answer:
        """Answer how the interface is."""
        return in_json({"name": "Procountor API", "version": VERSION, "status": "OK", "procountorVersion": VERSION})

    def session(self, _request: Request, _now: Instant) -> Answer:
        """Answer who has logged in where."""
        return in_json({
            "companyId": self._company,
            "name": self._name,
            "country": "FINLAND",
            "userId": self._company + 1,
            "userName": "API user",
            "companySettings": {"invoiceDiscussionEnabled": False},
        })  # fmt: skip

    def company(self, _request: Request, _now: Instant) -> Answer:
        """Answer which company it is."""
        return in_json({
            "id": self._company,
            "name": self._name,
            "country": "FINLAND",
            "businessIdentifier": {"brnType": "FI", "code": self.site.tenant.business_id},
            "accountingCoaLanguages": ["ENGLISH"],
            "companyCurrency": "EUR",
        })  # fmt: skip

    def currency(self, _request: Request, _now: Instant) -> Answer:
        """Answer the company's own currency."""
        return in_json({"companyCurrency": "EUR"})

    @property
    def _name(self) -> str:
        return f"Company {self.site.tenant.business_id} Oy"

    def chart(self, _request: Request, _now: Instant) -> Answer:
        """Answer the chart of accounts."""
        accounts = [
            {"ledgerAccountCode": account.number, "name": account.name, "active": account.is_active}
            for account in self.site.ledger.chart.accounts.values()
        ]
        return in_json({"ledgerAccounts": accounts})

    def vat_defaults(self, _request: Request, _now: Instant) -> Answer:
        """Answer the VAT percentages and statuses in use."""
        percentages = [
            {"vatPercent": percent, "sales": sales, "purchase": purchase}
            for percent, sales, purchase in rates_of(self.site)
        ]
        statuses = [
            {
                "vatStatus": int(code.code),
                "description": code.name,
                "sales": is_for(code, "sales"),
                "purchase": is_for(code, "purchase"),
            }
            for code in self.site.ledger.vat_codes.values()
            if code.code.isdecimal()
        ]
        return in_json(
            {"vatInformation": [{"country": "Finland", "percentages": percentages}], "vatStatuses": statuses}
        )

    def vat_of_country(self, request: Request, _now: Instant) -> Answer:
        """Answer the VAT percentages of a country; only Finland's are known."""
        code = request.parameter("countryCode")
        if not ALPHA_2.fullmatch(code):
            raise refused(400, invalid("countryCode", code), "countryCode")
        percents = [percent for percent, _, _ in rates_of(self.site)] if code == "FI" else []
        return in_json({"vatPercentages": percents})

    def vat_settings(self, _request: Request, _now: Instant) -> Answer:
        """Answer whether prices include VAT."""
        return in_json({"unitPricesIncludeVatSales": False, "unitPricesIncludeVatPurchase": False})

    def fiscal_years(self, _request: Request, _now: Instant) -> Answer:
        """Answer the fiscal years, the newest first, with a tracking period a month."""
        calendar = self.site.ledger.calendar
        return in_json({"fiscalYears": [self._year(year) for year in reversed(calendar.years)]})

    def _year(self, year: FiscalYear) -> dict[str, Any]:
        locked = self.site.ledger.calendar.locked_until
        periods = [
            {
                "id": year.key * 1_000 + number,
                "startDate": begin,
                "endDate": end,
                "status": "CLOSED" if locked and end <= locked else "OPEN",
                "modified": f"{year.begin}T00:00:00",
            }
            for number, (begin, end) in enumerate(months(year.begin, year.end), 1)
        ]
        return {
            "id": year.key,
            "startDate": year.begin,
            "endDate": year.end,
            "isOpen": not (locked and year.end <= locked),
            "modified": f"{year.begin}T00:00:00",
            "trackingPeriods": periods,
        }

    def bank_accounts(self, request: Request, _now: Instant) -> Answer:
        """Answer the bank account of the company."""
        page = paging(request, {"orderById": ORDERS["orderById"], "orderByOrderNo": "id"})
        if page.previous not in {0, BANK_ACCOUNT}:
            raise refused(404, "Bank account not found.")
        account = self._bank_account()
        found = page.cut([account], {"id": lambda one: int(one["id"])})
        return page_of(found, page, 1, shows_total=self.site.readings["total_count"] == "shown")

    def bank_account(self, _request: Request, _now: Instant, key: str) -> Answer:
        """Answer one bank account."""
        if key != str(BANK_ACCOUNT):
            raise refused(404, "Bank account not found.")
        return in_json(self._bank_account())

    def _bank_account(self) -> dict[str, Any]:
        number = self.site.tenant.digits("procountor-bank-account", 8)
        return {
            "id": BANK_ACCOUNT,
            "accountNumber": f"123456-{number}",
            "iban": iban_of("123456", number),
            "bic": "NDEAFIHH",
            "bankName": "Bank",
            "currency": "EUR",
            "defaultForInvoice": True,
            "defaultForPayment": True,
            "status": "ACTIVE",
            "orderNo": 1,
            "version": date_time(0),
        }


def months(begin: str, end: str) -> Iterator[tuple[str, str]]:
    """Yield the first and last day of each month of a span, cut at its ends."""
    first, last = date.fromisoformat(begin), date.fromisoformat(end)
    while first <= last:
        following = (first.replace(day=1) + timedelta(days=31)).replace(day=1) if first < date(9999, 12, 1) else None
        stop = last if following is None else min(last, following - timedelta(days=1))
        yield first.isoformat(), stop.isoformat()
        if following is None:
            return
        first = following
