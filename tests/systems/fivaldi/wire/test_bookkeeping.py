"""The calls that read the books, and the one that adds items."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simulator.contract.jsontext import dumps
from tests.systems.fivaldi.partner import CUID, Partner, entries, signed

DIMENSIONS = {"dimensions": {"COST_CENTER": ["10", "20"], "PROJECT": "any"}}
COA = "chart-of-accounts"


def booked() -> Partner:
    partner = Partner(DIMENSIONS)
    row = {"accountNumber": "3000", "amount": -1, "dimensionValue1": "10"}
    partner.book(
        voucherEntries=entries(row, {"accountNumber": "3050", "amount": -2, "dimensionValue1": "20"}, ("1701", 3))
    )
    partner.book(voucherTypeId=10, voucherDate="2022-07-01", bookkeepingMonth=202207)
    return partner


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [["3000", "3050", "1701"], ["3000", "1701"]]),
        ({"startDate": "2022-06-15", "endDate": "2022-06-15"}, [["3000", "3050", "1701"]]),
        ({"startDate": "2022-06-16"}, [["3000", "1701"]]),
        ({"minAccount": "3000"}, [["3000", "3050"], ["3000"]]),
        ({"minAccount": "3001", "maxAccount": "3999"}, [["3050"]]),
        ({"dimension1": "10"}, [["3000"]]),
        ({"dimension2": "10"}, []),
        ({"voucherType": "10"}, [["3000", "1701"]]),
    ],
)
def test_vouchers_are_found_by_dates_accounts_dimensions_and_type(
    query: dict[str, str], expected: list[list[str]]
) -> None:
    span = {"startDate": "2022-01-01", "endDate": "2022-12-31", **query}
    found = booked().get("bookkeeping/vouchers", **span)

    assert [[str(entry["accountNumber"]) for entry in voucher["voucherEntries"]] for voucher in found] == expected


@pytest.mark.parametrize(
    ("query", "count"),
    [({}, 2), ({"startDate": "2022-01-01"}, 1), ({"startDate": "2022-01-01", "endDate": "31.12.2022"}, 1),
     ({"startDate": "20220101", "endDate": "2022-12-32"}, 2)],
)  # fmt: skip
def test_both_dates_are_required(query: dict[str, str], count: int) -> None:
    assert len(Partner().refused("bookkeeping/vouchers", method="GET", **query)) == count


def test_a_voucher_that_is_not_there_is_not_found() -> None:
    status, body = Partner().call("GET", "bookkeeping/vouchers/802206001")

    assert (status, set(body)) == (404, {"status", "message"})


def test_years_and_months_are_listed() -> None:
    partner = Partner({"locked_until": "2022-06-30", "fiscal_years": [{"begin": "2022-01-01", "end": "2022-12-31"}]})

    assert partner.get("bookkeeping/fiscalYears") == [
        {"id": 1, "startDate": "2022-01-01", "endDate": "2022-12-31", "fiscalYearStatus": "OPEN"}
    ]
    months = partner.get("bookkeeping/monthStatus", startMonth=202206, endMonth=202301)
    assert [month["status"] for month in months] == ["CLOSED", *["OPEN"] * 6]


@pytest.mark.parametrize(
    "query", [{}, {"startMonth": 202213, "endMonth": 202301}, {"startMonth": "x", "endMonth": "y"}]
)
def test_months_are_required_and_must_be_some(query: dict[str, Any]) -> None:
    assert Partner().refused("bookkeeping/monthStatus", method="GET", **query)


def test_balances_are_read_back() -> None:
    partner = booked()

    assert partner.get("bookkeeping/accountBalance", month="202206")[0] == {
        "account": "1701", "balance": 3, "debitSum": 3, "creditSum": 0,
    }  # fmt: skip
    assert partner.get("bookkeeping/accountBalance", month="2022/07", minAccount="3000", maxAccount="3000") == [
        {"account": "3000", "balance": -121, "debitSum": 0, "creditSum": 120}
    ]
    assert partner.refused("bookkeeping/accountBalance", method="GET")


def test_the_balance_may_be_of_the_month_alone() -> None:
    partner = Partner(account_balance="month")
    partner.book()
    partner.book(bookkeepingMonth=202207)

    assert partner.get("bookkeeping/accountBalance", month="202207")[0]["balance"] == 120


def test_voucher_types_and_vat_codes_are_listed() -> None:
    assert [kind["id"] for kind in Partner().get("bookkeeping/voucherTypes", usage="BANK")] == [40]
    percents = {
        rate["percentage"] for family in Partner().get("bookkeeping/vatCodes") for rate in family["vatPercentages"]
    }
    assert percents >= {Decimal("25.5"), 24, 14, Decimal("13.5"), 10, 0}


def test_the_chart_has_accounts_by_default_and_dimensions_if_asked() -> None:
    partner = Partner(DIMENSIONS)
    chart = partner.get(COA)

    assert (chart["cuid"], chart["lang"], chart["accounts"][0]["dimension"]) == (CUID, "FIN", "0")
    assert [(one["dimension"], one["description"]) for one in chart["dimensions"]] == [
        ("1", "COST_CENTER"),
        ("2", "PROJECT"),
    ]
    assert [one["account"] for one in partner.get(COA, dimension="1")["accounts"]] == ["10", "20"]
    assert len(partner.get(COA, dimension="all")["accounts"]) == len(chart["accounts"]) + 2
    assert set(partner.get(COA, fields="dimensions,lang")) == {"dimensions", "lang"}


def test_a_generated_client_sends_the_texts_of_the_contract() -> None:
    chart = Partner(DIMENSIONS).get(COA, dimension="1 (customer defined dimension)")

    assert [one["account"] for one in chart["accounts"]] == ["10", "20"]


def test_accounts_that_are_not_in_use_are_left_out_if_asked() -> None:
    partner = Partner({"accounts": ["1", {"number": "2", "active": False}]})

    assert [one["account"] for one in partner.get(COA, inUseBookkeeping="true")["accounts"]] == ["1"]
    assert [one["account"] for one in partner.get(COA, inUseBookkeeping="false")["accounts"]] == ["1", "2"]


def test_dimension_and_language_are_of_a_list() -> None:
    assert len(Partner().refused(COA, method="GET", dimension="5", lang="EST")) == 2


def test_items_are_added_and_can_be_booked_on() -> None:
    partner = Partner(DIMENSIONS)
    item = {"account": "30", "finDescription": "Kolmas"}
    row = {"accountNumber": "3000", "amount": 0, "dimensionValue1": "30"}
    assert partner.codes(voucherEntries=entries(row)) == [43]

    assert partner.call("POST", f"{COA}/dimensions", [item], dimension="1") == (200, [item])

    assert partner.book(voucherEntries=entries(row))
    assert partner.get(COA, dimension="1")["accounts"][-1]["description"] == "Kolmas"


@pytest.mark.parametrize(
    ("items", "dimension"),
    [
        ([{"account": "30"}, {"account": "10"}], "1"),
        ([{"account": "30"}, {"account": "30"}], "1"),
        ([{"account": "123456789"}], "1"),
        ([{"finDescription": "x"}], "1"),
        ([], "1"),
        ({"account": "30"}, "1"),
        ([{"account": "30"}], "0"),
        ([{"account": "30"}], "all"),
        ([{"account": "30"}], "3"),
        ([{"account": "30"}], ""),
    ],
)
def test_of_items_all_are_added_or_none(items: Any, dimension: str) -> None:
    partner = Partner(DIMENSIONS)

    assert partner.refused(f"{COA}/dimensions", items, dimension=dimension)
    assert list(partner.books.site.ledger.dimensions.by_name["COST_CENTER"].items) == ["10", "20"]


def test_items_that_are_no_json_are_refused() -> None:
    path = f"/companies/{CUID}/{COA}/dimensions?dimension=1"

    assert Partner().send(signed("POST", path, b"{")).status == 400
    assert Partner().send(signed("POST", path, dumps([{"account": "1"}]))).status == 200
