"""The VAT codes of the books as Fivaldi lists them: families with an account, and in each a code a percentage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.systems.books.chart import VatCode
from simulator.systems.books.ledger import Ledger
from simulator.systems.money import ZERO

STARTS: dict[Decimal, str] = {
    Decimal("13.5"): "2026-01-01",
    Decimal("25.5"): "2024-09-01",
    Decimal(24): "2013-01-01",
    Decimal(14): "2013-01-01",
    Decimal(10): "2013-01-01",
}
"""Since when Finland has had each percentage."""
FIRST_START = "1994-06-01"
"""Since when Finland has had VAT at all."""


@dataclass(frozen=True, slots=True)
class VatRate:
    """A code that an entry can name: one percentage of a family."""

    code: str
    family: VatCode
    percent: Decimal | None
    """None if the code knows no percentage of its own."""

    @property
    def description(self) -> str:
        """Return what it is called."""
        return self.family.name if self.percent is None else f"{self.family.name} {show_percent(self.percent)} %"

    @property
    def start(self) -> str:
        """Return since when it holds."""
        return STARTS.get(self.percent or ZERO, FIRST_START)

    def account(self, ledger: Ledger, amount: Decimal) -> str:
        """Return the account on which its VAT is booked, if the entry names none."""
        if self.family.side == "both":
            return ledger.role("sales_vat" if amount < 0 else "purchase_vat")
        return ledger.role("purchase_vat" if self.family.side == "purchase" else "sales_vat")


class VatTable:
    """The codes of the books by what an entry calls them."""

    def __init__(self, ledger: Ledger) -> None:
        """Read the codes of *ledger*; they are read again when they were arranged anew."""
        self.ledger = ledger
        self._source: dict[str, VatCode] | None = None
        self._rates: dict[str, VatRate] = {}

    @property
    def rates(self) -> dict[str, VatRate]:
        """Return every code."""
        if self._source is not self.ledger.vat_codes:
            self._source = self.ledger.vat_codes
            self._rates = {rate.code: rate for family in self._source.values() for rate in _rates_of(family)}
        return self._rates

    def default(self, code: str, date: str) -> VatRate | None:
        """Return what the default of an account means on a date: a code, or the highest of its family by then."""
        exact = self.rates.get(code)
        if exact is not None or code not in self.ledger.vat_codes:
            return exact
        family = [rate for rate in _rates_of(self.ledger.vat_codes[code]) if rate.start <= date]
        return max(family, key=lambda rate: rate.percent or ZERO, default=None)

    def show(self) -> list[dict[str, Any]]:
        """Return the families as the vendor's call lists them."""
        return [self._show(number, family) for number, family in enumerate(self.ledger.vat_codes.values(), 1)]

    def _show(self, number: int, family: VatCode) -> dict[str, Any]:
        rates = sorted(_rates_of(family), key=lambda rate: (rate.start, rate.percent or ZERO), reverse=True)
        account = VatRate("", family, None).account(self.ledger, Decimal(-1)) if family.side != "none" else ""
        return {
            "vatId": number,
            "vatAccount": number_of(account),
            "vatAccount2": None,
            "vatPercentages": [
                {
                    "vatPercentageCode": rate.code,
                    "percentage": rate.percent,
                    "deductionPercentage": 100 if family.side in {"purchase", "both"} else None,
                    "description": rate.description,
                    "startDate": rate.start,
                }
                for rate in rates
            ],
        }


def _rates_of(family: VatCode) -> Iterator[VatRate]:
    """Yield the codes of a family: its own, where it knows one percentage at most, else one for each."""
    if len(family.percents) < 2:  # noqa: PLR2004 - one percentage needs no name beside that of the family
        yield VatRate(family.code, family, next(iter(family.percents), None))
        return
    for percent in family.percents:
        yield VatRate(f"{family.code}-{show_percent(percent)}", family, percent)


def show_percent(percent: Decimal) -> str:
    """Write a percentage without idle zeros."""
    return f"{percent.normalize():f}"


def number_of(account: str) -> int | str | None:
    """Return an account as the number that the vendor's answers have; None if there is none."""
    if not account:
        return None
    return int(account) if account.isascii() and account.isdigit() else account
