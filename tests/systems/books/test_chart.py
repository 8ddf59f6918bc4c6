"""The chart of accounts, the VAT codes, the dimensions and the calendar of a company."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.systems.books.chart import (
    Account,
    AccountKind,
    Calendar,
    Chart,
    Dimensions,
    FiscalYear,
    VatCode,
    kind_of,
)


@pytest.mark.parametrize(
    ("number", "kind", "is_balance"),
    [
        ("1701", "asset", True),
        ("2939", "liability", True),
        ("3000", "income", False),
        ("4000", "expense", False),
        ("9900", "expense", False),
        ("X1", "expense", False),
        ("", "expense", False),
    ],
)
def test_the_first_digit_says_what_an_account_is(number: str, kind: AccountKind, is_balance: bool) -> None:  # noqa: FBT001
    assert kind_of(number) == kind
    assert Account(number, "", kind, 1).is_balance is is_balance


def test_equity_belongs_to_the_balance_sheet() -> None:
    assert Account("2001", "Share capital", "equity", 1).is_balance


def test_a_chart_has_the_accounts_that_it_was_given_and_no_other() -> None:
    account = Account("1701", "Receivables", "asset", 1)
    chart = Chart([account])

    assert chart.find("1701") is account
    assert chart.find("1702") is None
    assert chart.find("") is None
    assert list(chart.accounts) == ["1701"]


def test_an_account_that_is_out_of_use_is_not_found_and_not_made_anew() -> None:
    out_of_use = Account("1701", "", "asset", 1, is_active=False)
    for is_open in (False, True):
        chart = Chart([out_of_use], is_open=is_open)
        assert chart.find("1701") is None
        assert chart.accounts == {"1701": out_of_use}


def test_an_open_chart_makes_an_account_when_it_is_first_asked_for() -> None:
    chart = Chart([Account("1701", "", "asset", 1)], is_open=True)

    made = chart.find("3000")

    assert made == Account("3000", "Account 3000", "income", 2)
    assert chart.find("3000") is made
    assert chart.find("") is None, "a row without an account names none"
    assert len(chart.accounts) == 2


def test_an_account_that_is_added_gets_the_next_key() -> None:
    chart = Chart()
    assert [chart.add(number, "x").key for number in ("1701", "3000")] == [1, 2]
    assert chart.find("3000") == Account("3000", "x", "income", 2)


@pytest.mark.parametrize(
    ("percents", "percent", "takes"),
    [((), "99", True), (("24", "25.5"), "25.5", True), (("25.50",), "25.5", True), (("24",), "0", False)],
)
def test_a_vat_code_takes_the_percentages_that_it_knows_or_any(
    percents: tuple[str, ...],
    percent: str,
    takes: bool,  # noqa: FBT001
) -> None:
    code = VatCode("S", "Sales", percents=tuple(map(Decimal, percents)))
    assert code.takes(Decimal(percent)) is takes


# ---------------------------------------------------------------------------------------------- dimensions


def test_a_closed_register_has_what_was_added_and_nothing_else() -> None:
    dimensions = Dimensions()
    dimensions.add("COST_CENTER", ["1", "2"])

    assert dimensions.has("COST_CENTER", "2")
    assert not dimensions.has("COST_CENTER", "3")
    assert not dimensions.has("PROJECT", "1")
    assert not dimensions.has("", "")
    assert (list(dimensions.by_name), list(dimensions.by_name["COST_CENTER"].items)) == (["COST_CENTER"], ["1", "2"])


def test_an_open_register_makes_dimensions_and_items_when_they_are_asked_for() -> None:
    dimensions = Dimensions(is_open=True)

    assert all(dimensions.has(name, code) for name, code in (("A", "1"), ("A", "2"), ("B", "1"), ("A", "1")))
    assert {name: one.items for name, one in dimensions.by_name.items()} == {"A": {"1": 1, "2": 2}, "B": {"1": 3}}


def test_one_dimension_may_be_open_where_the_register_is_not() -> None:
    dimensions = Dimensions()
    dimensions.add("OPEN", is_open=True)
    dimensions.add("CLOSED", ["1"])

    assert dimensions.has("OPEN", "7")
    assert not dimensions.has("CLOSED", "7")
    assert dimensions.by_name["OPEN"].items == {"7": 2}


def test_a_dimension_that_was_open_stays_so_when_items_are_added() -> None:
    dimensions = Dimensions()
    first = dimensions.add("A", is_open=True)
    assert dimensions.add("A", ["1"]) is first
    assert first.is_open
    assert first.key == 1


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.lists(st.sampled_from("123"), max_size=3))))
def test_dimensions_and_items_are_numbered_in_the_order_in_which_they_first_came(
    given_items: list[tuple[str, list[str]]],
) -> None:
    dimensions = Dimensions()
    for name, codes in given_items:
        dimensions.add(name, codes)

    names = list(dict.fromkeys(name for name, _ in given_items))
    items = list(dict.fromkeys((name, code) for name, codes in given_items for code in codes))
    assert [(one.name, one.key) for one in dimensions.by_name.values()] == [(n, k) for k, n in enumerate(names, 1)]
    for key, (name, code) in enumerate(items, 1):
        assert dimensions.by_name[name].items[code] == key


# ------------------------------------------------------------------------------------------------ calendar

DAYS = st.dates(date(2024, 12, 1), date(2027, 2, 1))
YEARS = [FiscalYear(1, "2025-01-01", "2025-06-30"), FiscalYear(2, "2025-08-01", "2026-12-31")]


@given(DAYS)
def test_a_date_belongs_to_the_year_that_begins_before_it_and_ends_after_it(day: date) -> None:
    spans = {1: (date(2025, 1, 1), date(2025, 6, 30)), 2: (date(2025, 8, 1), date(2026, 12, 31))}
    expected = [key for key, (begin, end) in spans.items() if begin <= day < end + timedelta(1)]

    found = Calendar(YEARS).year_of(day.isoformat())

    assert ([] if found is None else [found.key]) == expected


@given(DAYS, DAYS)
def test_a_period_is_locked_up_to_and_including_a_day(day: date, last: date) -> None:
    calendar = Calendar(YEARS, last.isoformat())
    assert calendar.is_locked(day.isoformat()) is (day <= last)
    assert not Calendar(YEARS).is_locked(day.isoformat())
