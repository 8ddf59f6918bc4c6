"""What a company books on: its accounts, VAT codes, dimensions and years, and until when they are locked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

AccountKind = Literal["asset", "liability", "equity", "income", "expense"]
Side = Literal["sales", "purchase", "both", "none"]

KIND_BY_FIRST_DIGIT: dict[str, AccountKind] = {"1": "asset", "2": "liability", "3": "income"}
"""As Finnish charts are numbered; all that follow are expenses. Equity, too, begins with 2 and is named where it is."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the chart."""

    number: str
    name: str
    kind: AccountKind
    key: int
    """Its number in the system's own register, where a system has one."""
    vat_code: str = ""
    """The VAT code that is taken where a row names none."""
    is_active: bool = True

    @property
    def is_balance(self) -> bool:
        """Say whether it belongs to the balance sheet, and not to the profit and loss account."""
        return self.kind in {"asset", "liability", "equity"}


@dataclass(frozen=True, slots=True)
class VatCode:
    """A way in which VAT is handled, and the percentages that it knows."""

    code: str
    name: str
    side: Side = "both"
    percents: tuple[Decimal, ...] = ()
    """In per cent; empty if any will do."""

    def takes(self, percent: Decimal) -> bool:
        """Say whether the code knows a percentage."""
        return not self.percents or percent in self.percents


@dataclass(slots=True)
class Dimension:
    """A kind of cost dimension with its items."""

    name: str
    key: int
    items: dict[str, int] = field(default_factory=dict)
    """The key of each item, by its code."""
    is_open: bool = False
    """Whether an item that is not there is made when it is first used."""


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """A fiscal year; both days belong to it. Dates are ISO texts, which compare as dates do."""

    key: int
    begin: str
    end: str


@dataclass(frozen=True, slots=True)
class Named:
    """A voucher type or a payment method: something with a code and a name."""

    key: int
    code: str
    name: str
    account: str = ""
    """The account that stands behind a payment method."""


def kind_of(number: str) -> AccountKind:
    """Return what kind an account is, by the first digit of its number."""
    return KIND_BY_FIRST_DIGIT.get(number[:1], "expense")


class Chart:
    """The accounts by number. An open chart makes an account when it is first asked for."""

    def __init__(self, accounts: Collection[Account] = (), *, is_open: bool = False) -> None:
        """Start with *accounts*."""
        self.accounts = {account.number: account for account in accounts}
        self.is_open = is_open

    def add(self, number: str, name: str) -> Account:
        """Add an account."""
        account = Account(number, name, kind_of(number), len(self.accounts) + 1)
        self.accounts[number] = account
        return account

    def find(self, number: str) -> Account | None:
        """Return an account; None if there is none, or it is not in use."""
        account = self.accounts.get(number)
        if account is None and self.is_open and number:
            account = self.add(number, f"Account {number}")
        return account if account is not None and account.is_active else None


class Dimensions:
    """The cost dimensions by name. An open register makes a dimension when it is first asked for."""

    def __init__(self, *, is_open: bool = False) -> None:
        """Start without one."""
        self.by_name: dict[str, Dimension] = {}
        self.is_open = is_open
        self._last_item = 0

    def add(self, name: str, items: Collection[str] = (), *, is_open: bool = False) -> Dimension:
        """Add a dimension, or items to one."""
        dimension = self.by_name.setdefault(name, Dimension(name, len(self.by_name) + 1))
        dimension.is_open = dimension.is_open or is_open
        for code in items:
            if code not in dimension.items:
                self._last_item += 1
                dimension.items[code] = self._last_item
        return dimension

    def has(self, name: str, code: str) -> bool:
        """Say whether there is such an item; in an open register there is, from now on."""
        dimension = self.by_name.get(name)
        if dimension is not None and code in dimension.items:
            return True
        if self.is_open if dimension is None else dimension.is_open:
            self.add(name, [code], is_open=True)
            return True
        return False


class Calendar:
    """The fiscal years, and the last day on which nothing can be booked any more."""

    def __init__(self, years: Collection[FiscalYear] = (), locked_until: str = "") -> None:
        """Start with *years* in ascending order."""
        self.years = list(years)
        self.locked_until = locked_until

    def year_of(self, date: str) -> FiscalYear | None:
        """Return the fiscal year of a date."""
        return next((year for year in self.years if year.begin <= date <= year.end), None)

    def is_locked(self, date: str) -> bool:
        """Say whether a date lies in the locked period."""
        return bool(self.locked_until) and date <= self.locked_until
