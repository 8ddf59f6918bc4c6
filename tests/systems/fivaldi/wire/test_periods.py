"""Bookkeeping months."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.systems.books.chart import Calendar, FiscalYear
from simulator.systems.fivaldi.wire.periods import (
    first_day,
    is_closed,
    is_month,
    last_day,
    month_of,
    months_between,
    read_month,
    show_months,
    show_year,
)


@given(st.dates())
def test_a_date_lies_between_the_days_of_its_month(date: object) -> None:
    text = str(date)

    assert first_day(month_of(text)) <= text <= last_day(month_of(text))


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (202601, True),
        (202612, True),
        (202613, False),
        (202600, False),
        (199912, False),
        (200001, True),
        (209912, True),
        (210001, False),
    ],
)
def test_a_month_is_one_of_twelve_in_a_hundred_years(number: int, expected: bool) -> None:  # noqa: FBT001 - a table
    assert is_month(number) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("202603", 202603),
        ("2026/03", 202603),
        ("2026-03", None),
        ("", None),
        ("202613", None),
        ("20263", None),
        ("2026/3", None),
        ("\u0662" * 6, None),
    ],
)
def test_a_month_is_read_in_both_spellings_of_the_contract(text: str, expected: int | None) -> None:
    assert read_month(text) == expected


def test_months_go_over_the_end_of_a_year() -> None:
    assert list(months_between(202511, 202602)) == [202511, 202512, 202601, 202602]
    assert list(months_between(202602, 202601)) == []


def test_a_month_is_closed_with_its_last_day() -> None:
    assert is_closed(Calendar(locked_until="2026-02-28"), 202602)
    assert not is_closed(Calendar(locked_until="2026-02-27"), 202602)


def test_years_and_months_say_whether_they_are_open() -> None:
    calendar = Calendar(
        [FiscalYear(1, "2025-07-01", "2025-12-31"), FiscalYear(2, "2026-01-01", "2026-12-31")], "2026-01-31"
    )

    assert [show_year(calendar, year)["fiscalYearStatus"] for year in calendar.years] == ["CLOSED", "OPEN"]
    assert show_months(calendar, 202506, 202602)[0] == {"bookkeepingMonth": 202507, "status": "CLOSED", "fiscalYear": 1}
    assert show_months(calendar, 202601, 202602) == [
        {"bookkeepingMonth": 202601, "status": "CLOSED", "fiscalYear": 2},
        {"bookkeepingMonth": 202602, "status": "OPEN", "fiscalYear": 2},
    ]
