"""Accounts, voucher types, periods, dimensions, balances."""

from __future__ import annotations

import pytest

from tests.systems.netvisor.caller import caller, line, voucher


def test_the_chart_and_the_default_accounts_are_told() -> None:
    told = caller(
        {
            "roles": {
                "receivables": "1701",
                "sales_vat": "2940",
                "purchase_vat": "1763",
                "payables": "2871",
                "rounding": "8570",
                "advances": "2861",
                "sales": "3000",
                "bank": "1910",
                "cash": "1900",
            }
        }
    ).get("accountlist.nv")
    defaults = {one.tag: one.text for one in told.all("AccountList/CompanyDefaultAccounts/*")}

    assert len(defaults) == 22
    assert (defaults["SalesVATDebt"], defaults["PurchaseVATReceivable"], defaults["Collection"]) == (
        "2940",
        "1763",
        "9170",
    )
    leaf = next(one for one in told.all("AccountList/Accounts/Account") if one.findtext("Number") == "3000")
    assert [(one.tag, one.text) for one in leaf][3:] == [
        ("AccountType", "account"),
        ("FatherNetvisorKey", "1000002"),
        ("IsActive", "1"),
        ("IsCumulative", "1"),
        ("Sort", leaf.findtext("Sort")),
        ("EndSort", leaf.findtext("Sort")),
        ("IsNaturalNegative", "1"),
    ]


def test_accounts_stand_below_their_groups() -> None:
    rows = caller({"accounts": ["3000", "1701", {"number": "1702", "active": False}, "2871"]}).get("accountlist.nv")
    accounts = rows.all("AccountList/Accounts/Account")

    assert [tuple(one.findtext(tag) for tag in ("Number", "Name", "Sort", "EndSort")) for one in accounts] == [
        ("", "Vastaavaa", "0", "2"),
        ("1701", "Account 1701", "1", "1"),
        ("1702", "Account 1702", "2", "2"),
        ("", "Vastattavaa", "3", "4"),
        ("2871", "Account 2871", "4", "4"),
        ("", "Tuloslaskelma", "5", "6"),
        ("3000", "Account 3000", "6", "6"),
    ]
    assert [one.findtext("IsActive") for one in accounts[1:3]] == ["1", "0"]
    assert len({one.findtext("NetvisorKey") for one in accounts}) == 7


def test_the_twelve_voucher_types_are_told() -> None:
    told = caller().get("vouchertypelist.nv")
    names = dict(
        zip(
            told.texts("VoucherTypeList/VoucherTypes/VoucherType/Abbreviation"),
            told.texts("VoucherTypeList/VoucherTypes/VoucherType/Name"),
            strict=True,
        )
    )

    assert len(names) == 12
    assert (names["ML"], names["PUMP"], names["JK"]) == ("Myyntilasku", "Tuodut tapahtumat", "Jaksotukset")
    assert told.text("VoucherTypeList/DefaultVoucherTypes/SalesInvoices/NetvisorKey") == "1"
    assert told.text("VoucherTypeList/DefaultVoucherTypes/Accruals/NetvisorKey") == "11"
    foreign = told.all("VoucherTypeList/VoucherTypes/VoucherType/ForeignName")[0]
    assert (foreign.get("ISO-639-1"), foreign.text) == ("en", "Sales invoice")


def test_a_company_may_lack_the_usual_types() -> None:
    told = caller({"voucher_types": [{"code": "X", "name": "Oma"}]}).get("vouchertypelist.nv")

    assert told.texts("VoucherTypeList/VoucherTypes/VoucherType/Name") == ["Oma"]
    assert told.texts("VoucherTypeList/DefaultVoucherTypes/*") == []


YEARS = [{"begin": "2026-01-01", "end": "2026-12-31"}, {"begin": "2027-01-01", "end": "2028-06-30"}]


@pytest.mark.parametrize(("reading", "inside", "beside"), [("both", 2, 2), ("inside", 2, 0), ("beside", 0, 2)])
def test_where_the_periods_stand_is_a_reading(reading: str, inside: int, beside: int) -> None:
    words = {"fiscal_years": YEARS, "locked_until": "2026-01-31", "readings": {"period_place": reading}}
    told = caller(words).get("accountingperiodlist.nv")

    assert len(told.all("AccountingPeriodList/PeriodLockInformation/Period")) == inside
    assert len(told.all("AccountingPeriodList/Period")) == beside
    for name in ("AccountingPeriodLockDate", "VatPeriodLockDate", "PurchaseLockDate"):
        lock = told.all(f"AccountingPeriodList/PeriodLockInformation/{name}")[0]
        assert (lock.text, lock.get("format")) == ("31.1.2026", "ansi")
    period = told.all("AccountingPeriodList//Period")[1]
    assert [one.text for one in period] == ["2", "2027-01-01-2028-06-30", "1.1.2027", "30.6.2028"]
    assert told.all("AccountingPeriodList//Period")[0].findtext("Name") == "2026"


def test_without_a_lock_the_dates_are_empty() -> None:
    told = caller().get("accountingperiodlist.nv")

    assert told.text("AccountingPeriodList/PeriodLockInformation/AccountingPeriodLockDate") == ""


def test_the_dimensions_are_told_with_their_items() -> None:
    told = caller({"dimensions": {"Projekti": ["P1", "P2"], "Tyhjä": []}}).get("dimensionlist.nv")

    assert told.texts("DimensionNameList/DimensionName/Name") == ["Projekti", "Tyhjä"]
    assert told.texts("DimensionNameList/DimensionName/DimensionDetails/DimensionDetail/Name") == ["P1", "P2"]
    assert told.texts("DimensionNameList/DimensionName/Netvisorkey") == ["1", "2"]


def test_balances_are_told_by_day_and_account() -> None:
    asked = caller({"accounts": ["1701", "3000"]})
    for date, amount in [("2025-06-01", "10"), ("2026-01-15", "1,50"), ("2026-02-15", "2")]:
        asked.post("accounting.nv", voucher(line("1701", amount) + line("3000", f"-{amount}"), date=date))

    told = asked.get("accountbalance.nv?balancedates=2026-01-31,2026-12-31")

    shown = {
        (row.get("netvisorkey"), one.get("date")): [part.text for part in one]
        for row in told.all("AccountBalances/Account")
        for one in row
    }
    assert shown == {
        # An account of the balance sheet carries over, one of the result begins anew.
        ("1", "2026-01-31"): ["11,50", "0,00", "11,50"],
        ("1", "2026-12-31"): ["13,50", "0,00", "13,50"],
        ("2", "2026-01-31"): ["0,00", "1,50", "-1,50"],
        ("2", "2026-12-31"): ["0,00", "3,50", "-3,50"],
    }
    one = asked.get("accountbalance.nv?balancedates=2026-01-31&netvisorkey=2")
    assert [row.get("netvisorkey") for row in one.all("AccountBalances/Account")] == ["2"]
    listed = asked.get("accountbalance.nv?balancedates=2026-01-31&netvisorkeylist=1,2&intervaltype=3")
    assert len(listed.all("AccountBalances/Account")) == 2


@pytest.mark.parametrize("query", ["", "balancedates=x", "balancedates=2026-01-31&intervaltype=9"])
def test_balances_need_days(query: str) -> None:
    assert caller().get(f"accountbalance.nv?{query}").code == "INVALID_DATA"
