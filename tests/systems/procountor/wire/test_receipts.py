"""Ledger receipts: saved unfinished, read back in full, replaced by version, approved and taken back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simulator.clock import MINUTE
from simulator.systems.procountor.wire.receipts import BASE_ID
from tests.systems.procountor.talking import Talker, invoice, journal, row, talker
from tests.systems.wired import balances

FIRST = f"/ledgerreceipts/{BASE_ID + 1}"


def saved(talking: Talker, *rows: dict[str, Any], **rest: Any) -> dict[str, Any]:
    answered: dict[str, Any] = talking.done("POST", "/ledgerreceipts", journal(*rows, **rest))
    return answered


def test_a_journal_is_saved_unfinished_and_answered_in_full() -> None:
    talking = talker()

    receipt = saved(talking, accountantsNotes="note", depreciation="EMPTY", status="APPROVED")

    assert receipt["status"] == "UNFINISHED"
    assert receipt["accountantsNotes"] == "note"
    assert (receipt["id"], receipt["receiptNumber"], receipt["invoiceNumber"]) == (BASE_ID + 1, 1, 1)
    assert receipt["invoiceId"]
    assert receipt["version"] == "2026-01-01T09:00:00"
    assert [one["id"] for one in receipt["transactions"]] == [1, 2]
    assert receipt["transactions"][1]["accountingValue"] == -100
    assert talking.get(FIRST) == receipt
    assert balances(talking.books) == {}


def test_an_approved_journal_is_in_the_books_with_the_vat_that_its_rows_make() -> None:
    talking = talker()
    saved(talking)

    assert "message" in talking.done("PUT", f"{FIRST}/approve")

    assert talking.get(FIRST)["status"] == "APPROVED"
    assert balances(talking.books) == {"1701": Decimal("125.5"), "3000": -100, "2939": Decimal("-25.5")}
    made = [one.is_made for one in talking.books.site.ledger.journal.by_key[1].postings]
    assert made == [False, False, True]


def test_amounts_are_rounded_to_the_cent_half_a_cent_away_from_zero() -> None:
    receipt = saved(talker(), row("1910", Decimal("1.005")), row("3200", Decimal("-1.005")))

    assert [one["accountingValue"] for one in receipt["transactions"]] == [Decimal("1.01"), Decimal("-1.01")]


def test_only_a_journal_can_be_created() -> None:
    status, told = talker().refused("POST", "/ledgerreceipts", journal(type="SALES_INVOICE"))

    assert (status, told[0][0]) == (400, "type")


@pytest.mark.parametrize(
    ("reading", "save", "approve", "booked"), [("approve", 200, 403, 0), ("save", 400, 0, 0), ("never", 200, 200, 1)]
)
def test_when_a_difference_is_refused_is_a_reading(reading: str, save: int, approve: int, booked: int) -> None:
    talking = talker(unbalanced=reading)
    answer = talking.send("POST", "/ledgerreceipts", journal(row("1910", 10), row("3200", -9)))

    assert answer.status == save
    if approve:
        assert talking.send("PUT", f"{FIRST}/approve").status == approve
    assert sum(balances(talking.books).values()) == booked
    if reading == "approve":
        assert talking.refused("PUT", f"{FIRST}/approve") == (
            403, [("transactions", "SIM_UNBALANCED: the rows, VAT included, differ from zero by 1.00")]
        )  # fmt: skip


def test_a_receipt_can_be_brought_to_zero_by_the_server() -> None:
    talking = talker(unbalanced="save")

    body = journal(row("1910", Decimal("10.004")), row("3200", -9))
    receipt = talking.done("POST", "/ledgerreceipts", body, createReconciliation="true")

    last = receipt["transactions"][-1]
    assert (last["transactionType"], last["account"], last["accountingValue"]) == ("RECONCILIATION_ENTRY", "8570", -1)
    assert "isMade" not in last
    talking.done("PUT", f"{FIRST}/approve")
    assert balances(talking.books) == {"1910": 10, "3200": -9, "8570": -1}
    receipt["transactions"][0]["accountingValue"] = 11
    receipt["version"] = talking.get(FIRST)["version"]
    again = talking.done("PUT", FIRST, receipt, createReconciliation="true")
    assert [one["accountingValue"] for one in again["transactions"]] == [11, -9, -2]
    assert talking.refused("POST", "/ledgerreceipts", body, createReconciliation="maybe")[0] == 400


def test_a_put_replaces_everything_and_gives_another_version_even_where_time_stands() -> None:
    talking = talker()
    receipt = saved(talking, accountantsNotes="gone soon")
    first, second = receipt["transactions"]
    body = journal(row("1900", -1), {**second, "accountingValue": 1, "vatPercent": 0}, version=receipt["version"])

    changed = talking.done("PUT", FIRST, body)

    assert "accountantsNotes" not in changed
    assert changed["version"] > receipt["version"]
    assert [one["id"] for one in changed["transactions"]] == [3, second["id"]]
    assert first["id"] == 1
    assert talking.get(FIRST) == changed


def test_what_a_get_gives_can_be_put_back_as_it_is() -> None:
    talking = talker()
    receipt = saved(talking)

    changed = talking.done("PUT", FIRST, receipt)

    assert {**changed, "version": receipt["version"]} == receipt


@pytest.mark.parametrize("version", ["2025-12-31T09:00:00", "x", None])
def test_a_version_that_is_not_the_latest_is_refused(version: str | None) -> None:
    talking = talker()
    receipt = saved(talking)

    status, told = talking.refused("PUT", FIRST, {**receipt, "version": version})

    assert (status, [field for field, _ in told]) == (400, ["version"])
    assert talking.get(FIRST) == receipt


def test_an_approved_journal_can_be_changed_only_if_it_stays_balanced() -> None:
    talking = talker()
    saved(talking)
    talking.done("PUT", f"{FIRST}/approve")
    receipt = talking.get(FIRST)

    receipt["transactions"][0]["accountingValue"] = 1
    assert talking.refused("PUT", FIRST, receipt)[0] == 400
    receipt["transactions"][0]["accountingValue"] = Decimal("62.75")
    receipt["transactions"][1]["accountingValue"] = -50
    assert talking.done("PUT", FIRST, receipt)["status"] == "APPROVED"
    assert balances(talking.books)["3000"] == -50


def test_a_journal_goes_from_status_to_status_in_order() -> None:
    talking = talker()
    saved(talking)

    def go(step: str) -> int:
        return talking.send("PUT", f"{FIRST}/{step}").status

    assert [go("approve"), go("approve"), go("invalidate")] == [200, 403, 403]
    assert talking.refused("PUT", f"{FIRST}/approve") == (403, [("", "SIM_WRONG_STATUS: the status is APPROVED")])
    assert [go("unfinished"), go("invalidate"), go("invalidate"), go("approve")] == [200, 200, 403, 403]
    assert talking.get(FIRST)["status"] == "INVALIDATED"
    assert talking.refused("PUT", FIRST, talking.get(FIRST))[0] == 403
    assert [go("unfinished"), go("approve")] == [200, 200]
    assert balances(talking.books)["3000"] == -100


def test_each_change_of_status_is_another_version() -> None:
    talking = talker()
    versions = [saved(talking)["version"]]
    for step in ("approve", "unfinished", "invalidate"):
        talking.done("PUT", f"{FIRST}/{step}")
        versions.append(talking.get(FIRST)["version"])
    talking.now += MINUTE
    talking.done("PUT", f"{FIRST}/unfinished")
    versions.append(talking.get(FIRST)["version"])

    assert versions == sorted(set(versions))
    assert versions[-1] == "2026-01-01T09:01:00"


def test_nothing_moves_in_a_closed_period() -> None:
    talking = talker()
    receipt = saved(talking)
    talking.books.arrange({"locked_until": "2026-01-31"})

    for step in ("approve", "unfinished", "invalidate"):
        assert talking.refused("PUT", f"{FIRST}/{step}") == (403, [("", "CLOSED_FISCAL_PERIOD")])
    moved = {**receipt, "receiptDate": "2026-02-01"}
    assert talking.refused("PUT", FIRST, moved) == (400, [("", "CLOSED_FISCAL_PERIOD")])
    key = receipt["transactions"][0]["id"]
    assert talking.refused("PUT", f"{FIRST}/transactions/{key}/dimensions", {"dimensionItemValues": []})[0] == 400
    assert saved(talking, receiptDate="2026-02-01")["status"] == "UNFINISHED"


def test_a_receipt_that_is_not_there_is_not_found() -> None:
    talking = talker()
    for method, path in [
        ("GET", FIRST), ("PUT", FIRST), ("PUT", f"{FIRST}/approve"), ("PUT", f"{FIRST}/unfinished"),
        ("PUT", f"{FIRST}/invalidate"), ("PUT", f"{FIRST}/transactions/1/dimensions"),
    ]:  # fmt: skip
        body = None if method == "GET" else journal()
        assert talking.refused(method, path, body) == (404, [("", "Ledger receipt not found.")])


def test_several_identifiers_give_a_list_in_order_and_each_once() -> None:
    talking = talker()
    one, two = saved(talking)["id"], saved(talking)["id"]

    assert [receipt["id"] for receipt in talking.get(f"/ledgerreceipts/{two},{one},{two},7")] == [one, two]
    assert [receipt["id"] for receipt in talking.get(f"/ledgerreceipts/{one},7")] == [one]
    assert talking.refused("GET", "/ledgerreceipts/7,8")[0] == 404
    assert talking.refused("GET", "/ledgerreceipts/" + ",".join(map(str, range(201))))[0] == 400


def test_the_dimensions_of_a_row_are_replaced_or_cleared() -> None:
    talking = talker({"dimensions": {"COST_CENTER": ["1", "2"]}})
    receipt = saved(talking)
    path = f"{FIRST}/transactions/{receipt['transactions'][0]['id']}/dimensions"
    share = {"dimensionId": 1, "itemId": 2, "value": 125.5}

    changed = talking.done("PUT", path, {"dimensionItemValues": [share]})

    assert changed["transactions"][0]["dimensionItemValues"] == [{**share, "value": Decimal("125.5")}]
    postings = talking.books.site.ledger.journal.by_key[1].postings
    assert postings[0].dimensions == (("COST_CENTER", "2"),)
    assert talking.refused("PUT", path, {"dimensionItemValues": [{**share, "value": 1}]})[0] == 400
    assert talking.refused("PUT", f"{FIRST}/transactions/99/dimensions", {"dimensionItemValues": []})[0] == 404
    cleared = talking.done("PUT", path, {"dimensionItemValues": []})
    assert cleared["transactions"][0]["dimensionItemValues"] == []
    assert cleared["version"] > changed["version"]


def test_the_receipt_of_an_invoice_is_changed_here_and_approved_there() -> None:
    talking = talker()
    made = talking.done("POST", "/invoices", invoice())
    path = f"/ledgerreceipts/{made['ledgerReceiptId']}"
    receipt = talking.get(path)

    assert (receipt["type"], receipt["status"], receipt["invoiceId"]) == ("SALES_INVOICE", "UNFINISHED", made["id"])
    for step in ("approve", "unfinished", "invalidate"):
        assert talking.refused("PUT", f"{path}/{step}")[0] == 403
    receipt["transactions"][1]["account"] = "3050"
    assert talking.done("PUT", path, receipt)["transactions"][1]["account"] == "3050"
    wrong = talking.refused("PUT", path, {**talking.get(path), "type": "JOURNAL"})
    assert [field for field, _ in wrong[1]] == ["type"]
    talking.done("PUT", f"/invoices/{made['id']}/approve")
    assert balances(talking.books) == {"1701": 251, "3050": -200, "2939": -51}
