"""The reading calls of the bookkeeping."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simulator.contract.jsontext import dumps
from simulator.systems.fennoa import SYSTEM
from tests.systems.fennoa.asking import Asker, statement

WORDS: dict[str, Any] = {"dimensions": {"COST_CENTER": ["100", "200"]}}


@pytest.fixture(scope="module")
def asker() -> Asker:
    """Books with statements of three years."""
    made = Asker(WORDS)
    for date in ("2025-12-31", "2026-01-15", "2026-02-01", "2027-01-01"):
        made.post("accounting_api/add", statement(entry_date=date, row2_dim_1="100"))
    made.post("accounting_api/add", statement(statement_series_code="GL", entry_date="2026-01-20", row2_dim_1="200"))
    return made


def ledger(asker: Asker, rest: str) -> list[dict[str, Any]]:
    answer = asker.get(f"accounting_api/get/ledger/{rest}")
    SYSTEM.about.schemas.validator("ledger.json").validate(answer)
    rows: list[dict[str, Any]] = answer["data"]
    return rows


def test_the_chart_is_listed_in_the_order_of_its_numbers() -> None:
    asker = Asker(
        {"accounts": ["3000", "10000", {"number": "1910", "name": "Pankki", "vat_code": "63", "active": False}]}
    )

    listed = asker.get("accounting_api/get/accounts")["data"]

    assert [account["code"] for account in listed] == ["1910", "3000", "10000"]
    assert listed[0] == {
        "id": 3, "code": "1910", "name_fi": "Pankki", "name_sv": "Pankki", "name_en": "Pankki",
        "vat_code_id": 63, "is_active": 0,
    }  # fmt: skip
    assert listed[1]["vat_code_id"] is None


def test_accounts_can_be_asked_for_by_number(asker: Asker) -> None:
    assert [one["code"] for one in asker.get("accounting_api/get/accounts/3000,1910,1")["data"]] == ["1910", "3000"]
    assert "not found" in asker.get("accounting_api/get/accounts/1", 404)["errors"]


def test_the_handlings_are_listed_with_side_and_percentage(asker: Asker) -> None:
    listed = {one["id"]: one for one in asker.get("accounting_api/get/vatcodes")["data"]}

    assert (listed[63]["type"], listed[63]["vatpercent"]) == ("sales", Decimal("25.5"))
    assert (listed[1]["type"], listed[1]["vatpercent"]) == ("purchases", 24)
    assert listed[63]["name_fi"]


def test_a_handling_without_a_number_or_percentage_is_listed_too() -> None:
    (one,) = Asker({"vat_codes": [{"code": "X"}]}).get("accounting_api/get/vatcodes")["data"]

    assert (one["id"], one["type"], one["vatpercent"]) == ("X", "both", None)


def test_periods_and_locks_are_told() -> None:
    asker = Asker({"locked_until": "2025-12-31", "fiscal_years": [{"begin": "2026-01-01", "end": "2026-12-31"}]})

    assert asker.get("accounting_api/get/periods")["data"] == [
        {"id": 1, "start_date": "2026-01-01", "end_date": "2026-12-31"}
    ]
    locks = asker.get("accounting_api/get/locking_periods")["data"]
    assert {"code": "accounting_locked", "value": "2025-12-31"} in locks
    assert {one["value"] for one in Asker().get("accounting_api/get/locking_periods")["data"]} == {None}


def test_a_balance_of_the_balance_sheet_runs_on_and_one_of_income_begins_anew(asker: Asker) -> None:
    def balance(rest: str) -> tuple[Any, Any, Any]:
        told = asker.get(f"accounting_api/get/account_balance/{rest}")["data"]
        return told["debit"], told["credit"], told["balance"]

    assert balance("1910/2026-01-15") == (251, 0, 251)
    assert balance("3000/2026-01-15") == (0, 100, -100)
    assert balance("3000/2026-12-31") == (0, 300, -300)
    assert balance("3000/2026-12-31/dim1:100") == (0, 200, -200)
    assert balance("3000/2019-12-31") == (0, 0, 0)


@pytest.mark.parametrize(("rest", "status"), [("1/2026-01-15", 404), ("3000/x", 400), ("3000/2026-01-15/x", 400)])
def test_a_balance_of_nothing_is_refused(asker: Asker, rest: str, status: int) -> None:
    asker.get(f"accounting_api/get/account_balance/{rest}", status)


def test_a_period_opens_with_the_balance_sheet(asker: Asker) -> None:
    opening = asker.get("accounting_api/get/opening_balances/9")["data"]

    assert opening == [{"account": "1910", "sum": Decimal("125.5")}, {"account": "2939", "sum": Decimal("-25.5")}]
    assert asker.get("accounting_api/get/opening_balances/9/2939,1")["data"] == opening[1:]
    assert asker.get("accounting_api/get/opening_balances/1")["data"] == []
    asker.get("accounting_api/get/opening_balances/99", 404)


def test_the_ledger_has_every_posting_of_its_span_by_account_with_running_balances(asker: Asker) -> None:
    rows = ledger(asker, "2026-01-01/2026-12-31")

    assert [row["account"] for row in rows] == ["1910"] * 3 + ["2939"] * 3 + ["3000"] * 3
    assert [row["statement_id"] for row in rows[:3]] == [2, 5, 3]
    assert [(row["opening"], row["debit"], row["closing"]) for row in rows[:2]] == [
        (Decimal("125.5"), Decimal("125.5"), 251), (251, Decimal("125.5"), Decimal("376.5"))
    ]  # fmt: skip
    assert rows[-1] | {"number": 0} == {
        "statement_id": 3, "series": "CA", "number": 0, "date": "2026-02-01", "account": "3000", "debit": 0,
        "credit": 100, "opening": -300, "closing": -400, "description": "Cash sales", "vatcode": 63,
        "dimensions": [{"dimension_type_id": 1, "code": "100"}], "id": None, "url": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ("accounts:3000", 5), ("accounts:3000,1910", 10), ("series:1", 3), ("series:16", 12), ("series:GL", 3),
        ("dim1:100", 4), ("dim1:100,200", 5), ("dim_1:200", 1), ("dim9:100", 0),
        ("accounts:3000/series:16/dim1:100", 4), ("series:99", 0),
    ],
)  # fmt: skip
def test_the_ledger_is_filtered_by_the_end_of_its_path(asker: Asker, filters: str, count: int) -> None:
    assert len(ledger(asker, f"2020-01-01/2030-12-31/{filters}")) == count


def test_the_ledger_comes_in_pages(asker: Asker) -> None:
    path = "2020-01-01/2030-12-31"
    pages = [ledger(asker, f"{path}?page={page}&limit=4") for page in (1, 2, 3, 4, 5)]
    pagination = asker.get(f"accounting_api/get/ledger/{path}?page=2&limit=4")["pagination"]

    assert [len(page) for page in pages] == [4, 4, 4, 3, 0]
    assert [row for page in pages for row in page] == ledger(asker, path)
    assert pagination == {"page": 2, "limit": 4, "count": 15, "pagesCount": 4}


def test_a_page_has_a_hundred_rows_and_five_hundred_at_most() -> None:
    asker = Asker()
    rows = [(f"row[{n}][{field}]", text) for n in range(600) for field, text in (("account", "1910"), ("debit", "0"))]
    asker.post("accounting_api/add", [("entry_date", "2026-01-01"), *rows])

    assert len(ledger(asker, "2026-01-01/2026-01-01")) == 100
    assert len(ledger(asker, "2026-01-01/2026-01-01?limit=1000")) == 500
    assert asker.get("accounting_api/get/ledger/2026-01-01/2026-01-01?limit=1000")["pagination"]["pagesCount"] == 2
    assert asker.get("accounting_api/get/ledger/2025-01-01/2025-01-01")["pagination"]["pagesCount"] == 1


@pytest.mark.parametrize(
    "rest",
    [
        "x/2026-01-01", "2026-01-01/x", "2026-01-02/2026-01-01", "2026-01-01/2026-01-02?page=0",
        "2026-01-01/2026-01-02?limit=x", "2026-01-01/2026-01-02/nothing:1", "2026-01-01/2026-01-02/accounts",
        "2026-01-01/2026-01-02/accounts:",
    ],
)  # fmt: skip
def test_a_ledger_of_nonsense_is_refused(asker: Asker, rest: str) -> None:
    asker.get(f"accounting_api/get/ledger/{rest}", 400)


def test_reading_changes_nothing(asker: Asker) -> None:
    before = dumps(asker.get("accounting_api/get/ledger/2020-01-01/2030-12-31?limit=500"))
    for path in (
        "accounts",
        "accounts/1",
        "vatcodes",
        "periods",
        "account_balance/77/2026-01-01",
        "opening_balances/9",
    ):
        asker.send("GET", f"accounting_api/get/{path}")

    assert dumps(asker.get("accounting_api/get/ledger/2020-01-01/2030-12-31?limit=500")) == before
