"""Postings of receipts: VAT by side, what cannot be deducted, and rows of reconciliation."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simulator.systems.procountor.wire.booking import difference, reconcile, vat_of
from simulator.systems.procountor.wire.receipts import BASE_ID
from tests.systems.procountor.talking import journal, row, talker
from tests.systems.wired import balances, office


def booked(*rows: dict[str, Any], **rest: Any) -> dict[str, Decimal]:
    talking = talker()
    talking.done("POST", "/ledgerreceipts", journal(*rows, **rest))
    talking.done("PUT", f"/ledgerreceipts/{BASE_ID + 1}/approve")
    return balances(talking.books)


def test_vat_goes_to_the_side_of_its_row_or_else_of_the_receipt() -> None:
    taxed = row("4000", 100, 10, vatStatus=1)

    assert booked(taxed, row("1910", -110), vatType="PURCHASE") == {"4000": 100, "1763": 10, "1910": -110}
    assert booked(taxed, row("1910", -110), vatType="SALES") == {"4000": 100, "2939": 10, "1910": -110}
    assert booked({**taxed, "vatType": "PURCHASE"}, row("1910", -110)) == {"4000": 100, "1763": 10, "1910": -110}


@pytest.mark.parametrize(
    ("share", "expense", "deducted"), [(100, 100, 10), (50, 105, 5), (0, 110, 0), (33, 106.7, 3.3)]
)
def test_vat_that_cannot_be_deducted_is_expense(share: int, expense: float, deducted: float) -> None:
    taxed = row("4000", 100, 10, vatStatus=1, vatType="PURCHASE", vatDeductionPercent=share)

    books = booked(taxed, row("1910", -110))
    assert (float(books["4000"]), float(books.get("1763", 0))) == (expense, deducted)


def test_the_role_says_on_which_account() -> None:
    talking = talker({"roles": {"sales_vat": "2946"}})
    talking.done("POST", "/ledgerreceipts", journal())
    talking.done("PUT", f"/ledgerreceipts/{BASE_ID + 1}/approve")

    assert balances(talking.books)["2946"] == Decimal("-25.5")


def test_vat_is_rounded_row_by_row() -> None:
    rows = [row("3000", Decimal("0.05"), 10), row("3000", Decimal("0.05"), 10), row("1910", Decimal("-0.12"))]

    assert vat_of(rows[0]) == Decimal("0.01")
    assert difference(rows) == 0


def test_rows_that_come_to_zero_need_no_reconciliation() -> None:
    ledger = office("procountor").site.ledger
    rows = [row("1910", 1), row("3000", -1)]

    reconcile(ledger, rows)

    assert len(rows) == 2
