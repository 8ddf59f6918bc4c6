"""Bookkeeping months, which Fivaldi writes as the number yyyyMM, and what is closed."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from typing import Any

from simulator.systems.books.chart import Calendar, FiscalYear

MONTHS = 12


def month_of(date: str) -> int:
    """Return the month of a date."""
    return int(date[:4] + date[5:7])


def is_month(number: int) -> bool:
    """Say whether a number is a month between the years 2000 and 2099."""
    return 2000 <= number // 100 <= 2099 and 1 <= number % 100 <= MONTHS  # noqa: PLR2004 - the contract's bounds


def first_day(month: int) -> str:
    """Return the first day of a month."""
    return f"{month // 100:04d}-{month % 100:02d}-01"


def last_day(month: int) -> str:
    """Return the last day of a month."""
    return f"{first_day(month)[:8]}{monthrange(month // 100, month % 100)[1]:02d}"


def is_closed(calendar: Calendar, month: int) -> bool:
    """Say whether the whole of a month lies in the locked period."""
    return calendar.is_locked(last_day(month))


def read_month(text: str) -> int | None:
    """Return a month written `202603` or, as the contract says in one place, `2026/03`; None if it is neither."""
    digits = text.replace("/", "", 1) if text[4:5] == "/" else text
    number = int(digits) if len(digits) == 6 and digits.isascii() and digits.isdigit() else 0  # noqa: PLR2004 - yyyyMM
    return number if is_month(number) else None


def months_between(first: int, last: int) -> Iterator[int]:
    """Yield the months from *first* to *last*."""
    for number in range(first // 100 * MONTHS + first % 100 - 1, last // 100 * MONTHS + last % 100):
        yield number // MONTHS * 100 + number % MONTHS + 1


def show_year(calendar: Calendar, year: FiscalYear) -> dict[str, Any]:
    """Return a fiscal year as it is listed."""
    return {
        "id": year.key,
        "startDate": year.begin,
        "endDate": year.end,
        "fiscalYearStatus": "CLOSED" if calendar.is_locked(year.end) else "OPEN",
    }


def show_months(calendar: Calendar, first: int, last: int) -> list[dict[str, Any]]:
    """Return the months of a span that have a fiscal year, each with whether it is open."""
    found = []
    for month in months_between(first, last):
        year = calendar.year_of(first_day(month)) or calendar.year_of(last_day(month))
        if year is not None:
            status = "CLOSED" if is_closed(calendar, month) else "OPEN"
            found.append({"bookkeepingMonth": month, "status": status, "fiscalYear": year.key})
    return found
