"""What a receipt may not be, told all at once, in the vendor's words where they are known."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.systems.procountor.wire.receiptrules import ACCOUNT, CLOSED, DIMENSION, VAT
from tests.systems.procountor.talking import journal, row, talker

Told = list[tuple[str, str]]


def refused(body: dict[str, Any], words: dict[str, Any] | None = None) -> Told:
    talking = talker(words)
    status, told = talking.refused("POST", "/ledgerreceipts", body)
    assert status == 400
    assert not talking.books.site.ledger.journal.by_key
    return told


def fields(told: Told) -> list[str]:
    return [field for field, _ in told]


NOT_ENABLED = "SIM_VAT_STATUS_NOT_ENABLED: VAT status {} is not enabled for {}"


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        (row("3999", 1), "account", ACCOUNT),
        (row("3000", 1, 7), "account", ACCOUNT),
        (row("3000", 1, 25.5), "vatStatus", VAT),
        (row("3000", 1, vatStatus=99), "vatStatus", NOT_ENABLED.format(99, "SALES")),
        (row("3000", 1, vatStatus=3, vatType="PURCHASE"), "vatStatus", NOT_ENABLED.format(3, "PURCHASE")),
        (
            row("3000", 1, dimensionItemValues=[{"dimensionId": 9, "itemId": 9, "value": 1}]),
            "dimensionItemValues",
            DIMENSION,
        ),
    ],
)
def test_a_row_is_refused_by_its_code(wrong: dict[str, Any], field: str, message: str) -> None:
    assert refused(journal(wrong)) == [(f"transactions[0].{field}", message)]


def test_a_passive_account_is_as_good_as_none() -> None:
    words = {"accounts": [{"number": "3000", "active": False}]}

    assert refused(journal(row("3000", 1)), words) == [("transactions[0].account", ACCOUNT)]


def test_any_account_is_there_in_an_open_chart() -> None:
    assert talker({"accounts": "any"}).done("POST", "/ledgerreceipts", journal(row("abc", 1)))


@pytest.mark.parametrize(("words", "date"), [({"locked_until": "2026-01-15"}, "2026-01-15"), ({}, "1999-01-01")])
def test_a_closed_period_and_a_date_without_a_year(words: dict[str, Any], date: str) -> None:
    assert refused(journal(receiptDate=date), words) == [("receiptDate", CLOSED)]
    assert talker(words).done("POST", "/ledgerreceipts", journal(receiptDate="2026-01-16"))


@pytest.mark.parametrize("kind", ["REVERSING_ENTRY", "RECONCILIATION_ENTRY"])
def test_special_rows_have_no_vat_and_occur_once(kind: str) -> None:
    special = row("1701", 1, transactionType=kind)

    assert talker().done("POST", "/ledgerreceipts", journal(special))
    taxed = {**special, "vatPercent": 10, "vatStatus": 1}
    assert fields(refused(journal(taxed))) == ["transactions[0].vatPercent", "transactions[0].vatStatus"]
    assert fields(refused(journal(special, special))) == ["transactions"]


def test_the_status_of_the_receipt_must_be_enabled_for_its_side() -> None:
    assert fields(refused(journal(row("3000", 1), vatStatus=5, vatType="PURCHASE"))) == ["vatStatus"]
    assert fields(refused(journal(row("3000", 1), vatStatus=77))) == ["vatStatus"]
    assert talker().done("POST", "/ledgerreceipts", journal(row("3000", 1), vatStatus=5))


def test_periods_end_after_they_begin() -> None:
    assert fields(refused(journal(periodStartDate="2026-01-02", periodEndDate="2026-01-02"))) == ["periodEndDate"]
    assert talker().done("POST", "/ledgerreceipts", journal(periodStartDate="2026-01-02", periodEndDate="2026-01-03"))


def test_foreign_vat_is_not_for_this_company() -> None:
    assert fields(refused(journal(vatProcessing="SWEDEN"))) == ["vatProcessing"]
    assert talker().done("POST", "/ledgerreceipts", journal(vatProcessing="FINLAND"))


@pytest.mark.parametrize(
    ("shares", "broken"),
    [
        ([(1, 1, 10)], 0), ([(1, 1, 4), (1, 2, 6)], 0), ([(1, 1, 10), (2, 3, 10)], 0),
        ([(1, 1, 9)], 1), ([(1, 1, 5), (1, 1, 5)], 1), ([(1, 3, 10)], 1), ([(1, 1, 10), (2, 3, 1)], 1),
        ([(1, 1, 9.995), (1, 2, 0.005)], 2), ([(2, 3, 10), (3, 3, 10)], 1),
    ],
)  # fmt: skip
def test_shares_of_dimensions_add_up_to_the_row(shares: list[tuple[int, int, float]], broken: int) -> None:
    words = {"dimensions": {"COST_CENTER": ["1", "2"], "PROJECT": ["P"]}}
    values = [{"dimensionId": one, "itemId": item, "value": value} for one, item, value in shares]
    body = journal(row("3000", 10, dimensionItemValues=values))

    if broken:
        assert len(refused(body, words)) == broken
    else:
        assert talker(words).done("POST", "/ledgerreceipts", body)


@pytest.mark.parametrize(("reading", "count"), [("required", 1), ("optional", 0)])
def test_whether_a_percentage_is_required_is_a_reading(reading: str, count: int) -> None:
    given = {name: value for name, value in row("3000", 1).items() if name != "vatPercent"}
    answer = talker(vat_percent=reading).send("POST", "/ledgerreceipts", journal(given))

    assert (answer.status == 400) == bool(count)


def test_everything_is_told_at_once() -> None:
    body = journal(
        row("3999", 1), row("3000", 1, 25.5, description="x" * 256), row("1701", 1, vatStatus=99), name="x" * 81,
        receiptDate="1999-01-01", type="SALARY", vatProcessing="NORWAY",
    )  # fmt: skip

    assert sorted(fields(refused(body))) == [
        "name", "receiptDate", "transactions[0].account", "transactions[1].description", "transactions[1].vatStatus",
        "transactions[2].vatStatus", "type", "vatProcessing",
    ]  # fmt: skip


def test_a_null_among_rows_and_shares_is_blank() -> None:
    assert "transactions[1]" in fields(refused(journal(row("1701", 1), None)))  # type: ignore[arg-type]
    shares = [None]
    told = refused(journal(row("1701", 1, dimensionItemValues=shares)))
    assert "transactions[0].dimensionItemValues[0]" in fields(told)
