"""The accounting module of NetBaron: what was booked is read back, in each version as its XSD says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simulator.systems.base import Request
from simulator.systems.netbaron.access import credentials_in
from simulator.systems.netbaron.wire.accounting import CALLS, VERSIONS, balances, calls_of
from simulator.systems.netbaron.wire.description import grammar, xsd_name
from simulator.systems.xmltext import parse
from tests.documents import LEDGER
from tests.systems.netbaron.calls import BALANCED, books, call, codes, finvoice, import_file, texts, tree
from tests.systems.wired import balances as journal_balances
from tests.systems.wired import office, push


def read(where: Any, operation: str, version: str = "1.3", **parameters: str) -> Any:
    query = {"version": version, "operation": operation, **parameters}
    answer = call(where, "GET", "/ws/accounting", query=query)
    if answer.status == 200:
        rules = grammar(where.site.about.folder, xsd_name("accounting", version))
        assert not list(rules.faults(parse(answer.body)))
    return answer


def booked() -> Any:
    where = books()
    assert push(where, "ledger", LEDGER).verdict == "accepted"
    assert import_file(where, BALANCED).status == 200
    return where


@pytest.mark.parametrize("version", VERSIONS)
def test_every_call_of_every_version_answers_as_its_xsd_says(version: str) -> None:
    where = booked()
    for name in calls_of(version):
        assert read(where, name, version).status == 200


def test_the_dimensions_came_with_version_three() -> None:
    assert set(calls_of("1.3")) - set(calls_of("1.2")) == {"GetDimensions"}
    assert set(calls_of("1.3")) == set(CALLS)
    where = booked()
    assert codes(read(where, "GetDimensions", "1.2")) == ["OPERATION"]
    assert texts(read(where, "GetDimensions"), "DimensionName") == ["COST_CENTER", "PROJECT"]
    assert texts(read(where, "GetDimensions"), "DimensionItem") == ["4100", "PRJ-0042"]


def test_periods_are_the_fiscal_years_and_say_until_when_they_are_locked() -> None:
    years = [{"begin": "2025-01-01", "end": "2025-12-31"}, {"begin": "2026-01-01", "end": "2026-12-31"},
             {"begin": "2027-01-01", "end": "2027-12-31"}]  # fmt: skip
    where = office("netbaron", {"fiscal_years": years, "locked_until": "2026-03-31"})

    found = read(where, "GetAccountingPeriods")

    assert texts(found, "AccountingPeriodId") == ["1", "2", "3"]
    assert texts(found, "BeginDate") == ["2025-01-01", "2026-01-01", "2027-01-01"]
    assert texts(found, "LockedUntil") == ["2025-12-31", "2026-03-31"]


def test_the_receipts_of_a_period_are_those_that_were_booked() -> None:
    where = booked()

    found = read(where, "GetReceipts", BeginDate="2026-02-01", EndDate="2026-02-28")

    assert texts(found, "ReceiptNumber") == ["11-1"]
    assert texts(found, "Account") == ["7230", "1910"]
    assert texts(found, "Amount") == ["100.00", "-100.00"]
    assert texts(found, "ActionDate") == ["2026-02-01"] * 3
    assert texts(found, "Status") == ["BOOKED"]
    assert texts(read(where, "GetReceipts"), "ReceiptNumber") == ["72-1", "11-1"]


def test_receipts_of_an_accounting_period_are_found_by_its_number() -> None:
    where = booked()

    assert texts(read(where, "GetReceipts", AccountingPeriodId="7"), "ReceiptNumber") == ["72-1", "11-1"]
    assert texts(read(where, "GetReceipts", AccountingPeriodId="7", BeginDate="2026-03-01"), "ReceiptNumber") == [
        "72-1"
    ]
    assert texts(read(where, "GetReceipts", AccountingPeriodId="7", EndDate="2026-03-01"), "ReceiptNumber") == ["11-1"]
    assert texts(read(where, "GetReceipts", AccountingPeriodId="6"), "ReceiptNumber") == []
    assert texts(read(where, "GetReceipts", AccountingPeriodId="77"), "ReceiptNumber") == []


def test_a_row_tells_vat_dimensions_and_the_figure_for_returns() -> None:
    where = booked()

    found = read(where, "GetReceipts", BeginDate="2026-03-01")
    assert texts(found, "VatPercent") == ["0", "25.5", "0"]
    assert texts(found, "VatCode") == ["20"]
    assert texts(found, "TaxableVat") == ["-607.53"]
    assert (texts(found, "CostCenter"), texts(found, "JobNumber")) == (["4100"], ["PRJ-0042"] * 3)
    assert texts(found, "DimensionRow") == []
    wanted = read(where, "GetReceipts", BeginDate="2026-03-01", GetDimensionDetails="TRUE")
    assert texts(wanted, "DimensionItem") == ["4100", "PRJ-0042", "PRJ-0042", "PRJ-0042"]
    older = read(where, "GetReceipts", "1.2", BeginDate="2026-03-01", GetDimensionDetails="TRUE")
    assert (older.status, texts(older, "DimensionRow")) == (200, [])


def test_rows_keep_their_own_dates_and_balances_go_by_them() -> None:
    where = books()
    apart = BALANCED.replace("1.2.2026;Rent;1910", "3.2.2026;Rent;1910")
    assert import_file(where, apart).status == 200

    assert texts(read(where, "GetReceipts"), "ActionDate") == ["2026-02-01", "2026-02-01", "2026-02-03"]
    ledger = where.site.ledger
    assert balances(ledger, "2026-02-01", "2026-02-02") == {"7230": 100}
    assert balances(ledger, "2026-02-02", "2026-02-03") == {"1910": -100}


def test_a_receipt_that_was_taken_back_is_gone_and_an_incomplete_one_is_in_no_balance() -> None:
    where = books(purchase_bills="booked", unbalanced_receipts="kept")
    bill = finvoice(**{"3010": "4000"})
    for _ in range(2):
        assert call(where, "PUT", "/ws/purchasebill", bill).status == 200
    assert import_file(where, BALANCED.replace("-100", "-99")).status == 200

    assert texts(read(where, "GetReceipts"), "Status") == ["BOOKED", "INCOMPLETE"]
    found = read(where, "GetBalances")
    assert texts(found, "Account") == ["1763", "2871", "4000"]
    assert texts(found, "Balance") == ["25.50", "-125.50", "100.00"]


def test_balances_equal_the_journal() -> None:
    where = booked()

    found = read(where, "GetBalances")

    told = {
        account: Decimal(amount)
        for account, amount in zip(texts(found, "Account"), texts(found, "Balance"), strict=True)
    }
    assert told == journal_balances(where)
    assert texts(read(where, "GetBalances", Account="1910"), "Balance") == ["-100.00"]
    assert texts(read(where, "GetBalances", BeginDate="2026-03-01"), "Account") == ["1701", "2939", "3000"]
    assert texts(read(where, "GetBalances", EndDate="2026-03-01"), "Account") == ["1910", "7230"]


def test_the_chart_shows_the_accounts_in_use() -> None:
    accounts = [
        {"number": "3000", "name": "Sales"},
        {"number": "2", "active": False},
        {"number": "1910", "name": "Bank"},
    ]
    where = office("netbaron", {"accounts": accounts})

    found = read(where, "GetChartOfAccounts")

    assert (texts(found, "Number"), texts(found, "Name")) == (["1910", "3000"], ["Bank", "Sales"])
    assert texts(found, "Type") == ["asset", "income"]


def test_cost_centers_and_projects_are_the_registers() -> None:
    where = office("netbaron", {"dimensions": {"COST_CENTER": ["1", "2"], "PROJECT": ["P"], "OTHER": ["x"]}})

    assert texts(read(where, "GetCostCenterDetails"), "Number") == ["1", "2"]
    assert texts(read(where, "GetProjectDetails"), "JobNumber") == ["P"]
    assert texts(read(office("netbaron", {"dimensions": {}}), "GetCostCenterDetails"), "Number") == []


@pytest.mark.parametrize("parameters", [{"BeginDate": "1.1.2026"}, {"Sort": "up"}, {"GetDimensionDetails": "YES"}])
def test_what_the_xsd_does_not_know_is_refused(parameters: dict[str, str]) -> None:
    answer = read(books(), "GetReceipts", **parameters)

    assert (answer.status, codes(answer)) == (400, ["NOT_VALID"])


def test_reading_needs_credentials() -> None:
    answer = books().answer(Request("GET", "/netbaron/ws/accounting?operation=GetBalances", mount="/netbaron"), 0)

    assert credentials_in(Request("GET", "/")) is None
    assert (answer.status, tree(answer).tag.endswith("Refusal")) == (401, True)
