"""Pages, order, spans and lists of every search."""

from __future__ import annotations

import pytest

from simulator.clock import HOUR
from simulator.systems.procountor.wire.receipts import BASE_ID
from tests.systems.procountor.talking import Talker, journal, talker


@pytest.fixture
def talking() -> Talker:
    talking = talker()
    for day in (3, 1, 2, 1, 2):
        talking.done("POST", "/ledgerreceipts", journal(receiptDate=f"2026-01-0{day}"))
        talking.now += HOUR // 6
    return talking


def ids(talking: Talker, **query: object) -> list[int]:
    return [one["id"] - BASE_ID for one in talking.get("/ledgerreceipts", **query)["results"]]


def test_the_newest_come_first_by_fifty(talking: Talker) -> None:
    assert ids(talking) == [5, 4, 3, 2, 1]
    assert talking.get("/ledgerreceipts")["meta"] == {
        "pageNumber": 0, "pageSize": 50, "resultCount": 5, "totalCount": 5,
    }  # fmt: skip


def test_pages_are_numbered_from_zero(talking: Talker) -> None:
    assert [ids(talking, size=2, page=page) for page in range(4)] == [[5, 4], [3, 2], [1], []]
    assert talking.get("/ledgerreceipts", size=2, page=2)["meta"] == {
        "pageNumber": 2, "pageSize": 2, "resultCount": 1, "totalCount": 5,
    }  # fmt: skip


def test_a_search_goes_on_after_an_identifier(talking: Talker) -> None:
    assert ids(talking, previousId=0) == [5, 4, 3, 2, 1]
    assert ids(talking, previousId=BASE_ID + 4) == [3, 2, 1]
    assert ids(talking, previousId=BASE_ID + 4, orderById="ASC") == [5]
    assert ids(talking, previousId=BASE_ID + 2, orderByDate="ASC", orderById="ASC") == [4, 3, 5, 1]
    assert ids(talking, previousId=7, orderByDate="ASC") == []


def test_order(talking: Talker) -> None:
    assert ids(talking, orderById="asc") == [1, 2, 3, 4, 5]
    assert ids(talking, orderByDate="DESC", orderById="ASC") == [1, 3, 5, 2, 4]
    assert ids(talking, orderByCreated="ASC") == [1, 2, 3, 4, 5]
    talking.done("PUT", f"/ledgerreceipts/{BASE_ID + 2}/approve")
    assert ids(talking, orderByVersion="DESC")[0] == 2


def test_spans_include_both_ends(talking: Talker) -> None:
    assert ids(talking, startDate="2026-01-02") == [5, 3, 1]
    assert ids(talking, startDate="2026-01-02", endDate="2026-01-02") == [5, 3]
    assert ids(talking, createdStartDate="2026-01-01T09:10:00", createdEndDate="2026-01-01T09:20:00") == [3, 2]
    assert ids(talking, versionStartDate="2026-01-01T09:40:00Z") == [5]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("size", "0"), ("size", "201"), ("size", "x"), ("page", "-1"), ("previousId", "99999999999"),
        ("orderById", "UP"), ("startDate", "1.1.2026"), ("startDate", "2026-13-01"), ("createdStartDate", "noon"),
        ("types", "JOURNAL,SONG"), ("status", "NICE"),
    ],
)  # fmt: skip
def test_a_parameter_that_cannot_be_read_is_refused(talking: Talker, name: str, value: str) -> None:
    status, [(field, message)] = talking.refused("GET", "/ledgerreceipts", **{name: value})

    assert (status, field) == (400, name)
    assert "invalid" in message


def test_the_largest_page_is_of_two_hundred(talking: Talker) -> None:
    assert talking.get("/ledgerreceipts", size=200)["meta"]["pageSize"] == 200


@pytest.mark.parametrize(("reading", "shown"), [("shown", True), ("absent", False)])
def test_whether_the_total_is_told_is_a_reading(reading: str, *, shown: bool) -> None:
    assert ("totalCount" in talker(total_count=reading).get("/ledgerreceipts")["meta"]) is shown
