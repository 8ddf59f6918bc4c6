"""Searches among receipts and journals."""

from __future__ import annotations

import pytest

from simulator.systems.procountor.wire.receipts import BASE_ID
from tests.systems.procountor.talking import Talker, invoice, journal, talker


def filled(**readings: str) -> Talker:
    talking = talker(None, **readings)
    for _ in range(3):
        talking.done("POST", "/ledgerreceipts", journal())
    talking.done("PUT", f"/ledgerreceipts/{BASE_ID + 1}/approve")
    talking.done("PUT", f"/ledgerreceipts/{BASE_ID + 2}/invalidate")
    talking.done("POST", "/invoices", invoice())
    return talking


def test_receipts_are_found_by_type_and_status() -> None:
    talking = filled()

    def found(**query: str) -> list[int]:
        return [one["id"] - BASE_ID for one in talking.get("/ledgerreceipts", **query)["results"]]

    assert found() == [4, 3, 2, 1]
    assert found(types="JOURNAL") == [3, 2, 1]
    assert found(types="JOURNAL,SALES_INVOICE", status="UNFINISHED") == [4, 3]
    assert found(status="APPROVED") == [1]
    assert found(status="PAID") == []


def test_a_hit_has_the_basics() -> None:
    hit = filled().get("/ledgerreceipts", types="JOURNAL", status="APPROVED")["results"][0]

    assert hit == {
        "id": BASE_ID + 1, "type": "JOURNAL", "status": "APPROVED", "name": "Sales", "receiptDate": "2026-01-15",
        "receiptNumber": 1, "invoiceNumber": 1, "version": "2026-01-01T09:00:01", "created": "2026-01-01T09:00:00",
    }  # fmt: skip


def test_journals_are_found_by_status_the_newest_first() -> None:
    talking = filled()

    assert [one["ledgerReceiptId"] - BASE_ID for one in talking.get("/journals")] == [3, 2, 1]
    [one] = talking.get("/journals", statuses="APPROVED")
    assert (one["status"], one["date"], one["type"]) == ("APPROVED", "2026-01-15", "JOURNAL")
    assert talking.get("/journals", startDate="2026-01-16") == []
    assert talking.refused("GET", "/journals", statuses="PAID")[0] == 400


@pytest.mark.parametrize(("reading", "kind"), [("array", list), ("results", dict)])
def test_the_shape_of_the_journals_is_a_reading(reading: str, kind: type) -> None:
    assert isinstance(filled(journals_shape=reading).get("/journals"), kind)
