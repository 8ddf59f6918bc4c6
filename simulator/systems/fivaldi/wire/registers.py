"""What can be read of the books: voucher types, vouchers, balances, and the chart of accounts with its dimensions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from simulator.systems.books.chart import Named
from simulator.systems.books.ledger import Ledger
from simulator.systems.fivaldi.wire.company import slots
from simulator.systems.fivaldi.wire.periods import first_day, last_day
from simulator.systems.money import ZERO

USAGES: dict[int, str] = {10: "SALES", 20: "PURCHASES", 30: "SALARIES", 40: "BANK", 50: "CASH"}
"""What each of the default voucher types is used for; all others are for bookkeeping itself. The vendor's words for
it are not public."""
OTHER_USAGE = "BOOKKEEPING"
ACCOUNT_DIGITS_MAX = 20
FLAGS = ("inUseBookkeeping", "inUseEstate", "inUsePurchases", "inUseSalaries", "inUseSales")


def type_id(kind: Named) -> int:
    """Return the id of a voucher type: its code if that is a number, else its place in the list."""
    return int(kind.code) if kind.code.isascii() and kind.code.isdigit() else kind.key


def voucher_type(ledger: Ledger, number: int) -> Named | None:
    """Return the voucher type of an id."""
    exact = ledger.voucher_types.get(str(number))
    if exact is not None:
        return exact
    return next((kind for kind in ledger.voucher_types.values() if type_id(kind) == number), None)


def show_types(ledger: Ledger, usage: str) -> list[dict[str, Any]]:
    """Return the voucher types, or those of a usage."""
    listed = [
        {"id": type_id(kind), "usage": USAGES.get(type_id(kind), OTHER_USAGE), "description": kind.name}
        for kind in ledger.voucher_types.values()
    ]
    return [kind for kind in listed if usage in {"", kind["usage"]}]


def in_range(account: str, least: str, most: str) -> bool:
    """Say whether an account lies between two, both included; numbers compare as numbers."""
    return (not least or _rank(account) >= _rank(least)) and (not most or _rank(account) <= _rank(most))


def _rank(account: str) -> tuple[int, int, str]:
    is_number = len(account) <= ACCOUNT_DIGITS_MAX and account.isascii() and account.isdigit()
    return (0, int(account), "") if is_number else (1, 0, account)


def show_balances(
    ledger: Ledger, booked: Iterable[tuple[int, str, Decimal]], month: int, *, is_to_date: bool
) -> list[dict[str, Any]]:  # fmt: skip
    """Return balance, debit and credit of every account that was booked on.

    *booked* are month, account and amount of all postings. The sums are those of the month. The balance is that at its
    end if *is_to_date* (of an income or an expense since the fiscal year began), else that of the month alone.
    """
    year = ledger.calendar.year_of(last_day(month))
    sums: dict[str, list[Decimal]] = {}
    for at, account, amount in booked:
        balance, debit, credit = sums.setdefault(account, [ZERO, ZERO, ZERO])
        known = ledger.chart.accounts.get(account)
        is_carried = known is not None and known.is_balance
        is_before = at < month and (is_carried or year is None or first_day(at) >= year.begin)
        if at == month or (is_to_date and is_before):
            balance += amount
        if at == month:
            debit, credit = (debit + amount, credit) if amount > 0 else (debit, credit - amount)
        sums[account] = [balance, debit, credit]
    return [
        {"account": account, "balance": balance, "debitSum": debit, "creditSum": credit}
        for account, (balance, debit, credit) in sorted(sums.items(), key=lambda item: _rank(item[0]))
        if balance or debit or credit
    ]


def show_dimensions(ledger: Ledger) -> list[dict[str, Any]]:
    """Return the dimensions that the company has defined."""
    return [
        {"dimension": str(number), "description": dimension.name, **dict.fromkeys(FLAGS, True)}
        for number, dimension in enumerate(slots(ledger.dimensions), 1)
    ]


def show_accounts(ledger: Ledger, wanted: str, name_item: Callable[[int, str], str]) -> Iterator[dict[str, Any]]:
    """Yield the accounts of the chart (dimension 0), the items of one dimension, or `all` of them."""
    if wanted in {"0", "all"}:
        for account in ledger.chart.accounts.values():
            yield _show_account("0", account.number, account.name, is_active=account.is_active)
    for number, dimension in enumerate(slots(ledger.dimensions), 1):
        if wanted in {str(number), "all"}:
            for code in dimension.items:
                yield _show_account(str(number), code, name_item(number, code), is_active=True)


def _show_account(dimension: str, number: str, name: str, *, is_active: bool) -> dict[str, Any]:
    flags = dict.fromkeys(FLAGS, is_active)
    return {"dimension": dimension, "account": number, "description": name, **flags}
