"""Looking records up: every filter, alone and together, and looks that change nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.world.commands import show_world
from tests.documents import Partner, invoice, ledger, partner, payment, read

PAYMENTS = [
    payment("A", amount=1, invoiceNumber="10", paymentDate="2026-01-01"),
    payment("B", amount=2, invoiceNumber="10", paymentDate="2026-01-02"),
    payment("C", amount=3, invoiceNumber="11", paymentDate="2026-01-02"),
    payment("D", amount=4, invoiceNumber=None, paymentReference="7", paymentDate="2026-01-03"),
]


@pytest.fixture
def client() -> Partner:
    """Payments A (synced), B (failed), C and D (pending)."""
    made = partner(readings={"failed_status": "-1"})
    made.submit("payment", PAYMENTS)
    made.run("outcome", kind="payment", identifier="A", outcome="synced")
    made.run("outcome", kind="payment", identifier="B", outcome={"failed": "Invoice is already paid"})
    return made


def found(client: Partner, query: str) -> str:
    body = read(client.call("GET", "/payment", query=query.encode()))
    return "".join(one["sourceIdentifier"] for one in json.loads(body)["payments"]) if body else ""


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "ABCD"),
        ("sourceIdentifier=A", "A"),
        ("paymentIdentifier=A", "A"),
        ("sourceIdentifier=C&paymentIdentifier=A", "AC"),
        ("sourceIdentifier=a", ""),
        ("sourceIdentifier=A&sourceIdentifier=A", "A"),
        ("invoiceNumber=10", "AB"),
        ("invoiceNumber=10&invoiceNumber=11", "ABC"),
        ("invoiceNumber=", ""),
        ("sourceIdentifier=D&invoiceNumber=", ""),
        ("sourceIdentifier=", ""),
        ("status=0", "CD"),
        ("status=1", "A"),
        ("status=-1", "B"),
        ("status=2", ""),
        ("status=9999999999", ""),
        ("status=-" + "9" * 5_000, ""),
        ("status=0&status=-1", "BCD"),
        ("status=0&status=1&status=-1&status=77", "ABCD"),
        ("fromDate=2026-01-02", "BCD"),
        ("toDate=2026-01-02", "ABC"),
        ("fromDate=2026-01-02&toDate=2026-01-02", "BC"),
        ("fromDate=2026-01-02&fromDate=2026-01-03", "D"),
        ("toDate=2026-01-02&toDate=2026-01-01", "A"),
        ("fromDate=2026-01-03&toDate=2026-01-01", ""),
        ("fromDate=2026-01-02&status=0&invoiceNumber=11", "C"),
        ("sourceIdentifier=A&status=0", ""),
        ("page=7&limit=1&foo", "ABCD"),
        ("ledgerIdentifier=A", "ABCD"),
        ("SOURCEIDENTIFIER=A", "ABCD"),
        ("&&=&", "ABCD"),
        ("sourceIdentifier=%41", "A"),
    ],
)  # fmt: skip
def test_a_query_finds_what_fits_all_its_filters_in_the_order_of_submission(
    client: Partner, query: str, names: str
) -> None:
    assert found(client, query) == names


@pytest.mark.parametrize(
    "query",
    [
        "status=", "status=open", "status=1.0", "status=1e0", "status= 1", "status=+1", "status=0x1", "status=%D9%A1",
        "status=-", "status=--1", "fromDate=", "fromDate=2026-02-30", "fromDate=2026-1-1", "toDate=today",
        "toDate=2026-01-01T00:00:00Z", "toDate=20260101", "fromDate=2026-01-01&fromDate=x", "toDate=%00",
    ],
)  # fmt: skip
def test_a_value_that_is_none_is_refused_and_named(client: Partner, query: str) -> None:
    answer = client.call("GET", "/payment", query=query.encode())
    assert (answer.status, client.last.outcome) == (400, "invalid")
    (violation,) = client.last.violations
    assert violation.pointer == f"query:{query.partition('=')[0]}"
    assert violation.expected in {"a whole number", "a date that exists, as YYYY-MM-DD"}


def test_all_wrong_values_are_told_at_once(client: Partner) -> None:
    client.call("GET", "/payment", query=b"status=x&fromDate=y&toDate=z&status=1")
    assert [one.pointer for one in client.last.violations] == ["query:status", "query:fromDate", "query:toDate"]


@pytest.mark.parametrize("name", ["ä ö/&=?#%", "a+b", "日本", "'\"<>", "a\u2028b", " "])
def test_an_identifier_of_any_kind_is_found_by_its_own_name(name: str) -> None:
    client = partner()
    client.submit("ledger", ledger(name))
    client.submit("ledger", ledger("another"))
    (one,) = client.found("ledger", sourceIdentifier=name)
    assert one["sourceIdentifier"] == name


def test_not_one_of_very_many_identifiers_is_left_out(client: Partner) -> None:
    query = [("sourceIdentifier", f"none-{number}") for number in range(3_000)]
    assert len(client.found("payment", *query, ("sourceIdentifier", "C"))) == 1


@pytest.mark.parametrize("value", [b"%ff", b"\xff", b"%", b"%zz", b"%00", b"a" * 30_000])
def test_a_query_of_any_bytes_is_answered(client: Partner, value: bytes) -> None:
    assert client.call("GET", "/payment", query=b"sourceIdentifier=" + value).status == 204
    assert client.call("GET", "/payment", query=value).status == 200


def test_the_answers_have_the_documented_members_and_no_other(client: Partner) -> None:
    client.submit("ledger", ledger())
    client.run("add_record", kind="invoice", document=invoice())
    client.run("settle")
    assert client.found("ledger") == [
        {"sourceIdentifier": "L-1", "documentDate": "2026-04-20", "documentName": None, "documentStatus": "Approved",
         "syncDate": "2026-01-01", "status": 1, "description": "Successfully synced"},
    ]  # fmt: skip
    assert client.found("payment", sourceIdentifier="B") == [
        {"sourceIdentifier": "B", "invoiceNumber": "10", "paymentDate": "2026-01-02", "syncDate": None, "status": -1,
         "description": "Invoice is already paid"},
    ]  # fmt: skip
    assert client.found("invoice", invoiceNumber="2026031", status="1")[0]["sourceIdentifier"] == "I-1"


@pytest.mark.parametrize(("reading", "status"), [("no-content", 204), ("empty-list", 200)])
@pytest.mark.parametrize("kind", ["ledger", "payment", "invoice"])
def test_nothing_found_is_answered_as_the_reading_says(reading: str, status: int, kind: str) -> None:
    client = partner(readings={"no_results": reading})
    answer = client.look(kind)
    assert (answer.status, read(answer)) == (status, b"" if status == 204 else b'{"%ss":[]}' % kind.encode())


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "BCD"),
        ("page=1", "BCD"),
        ("status=1", "ACD"),
        ("fromDate=2020-01-01", "ABCD"),
        ("sourceIdentifier=A", "A"),
    ],
)
def test_thirty_days_are_the_default_only_where_nothing_is_asked(client: Partner, query: str, names: str) -> None:
    client.run("configure", readings={"default_period": "30-days"}, clock={"now": "2026-02-01T12:00:00Z"})
    assert found(client, query) == names


@pytest.mark.parametrize(
    ("zone", "now", "names"),
    [
        ("UTC", "2026-01-31T23:59:59Z", "ABCD"),
        ("UTC", "2026-02-01T00:00:00Z", "BCD"),
        ("Europe/Helsinki", "2026-01-31T21:59:59Z", "ABCD"),
        ("Europe/Helsinki", "2026-01-31T22:00:00Z", "BCD"),
    ],
)
def test_the_thirty_days_end_at_midnight_of_the_zone(client: Partner, zone: str, now: str, names: str) -> None:
    client.run("configure", readings={"default_period": "30-days", "sync_date_zone": zone}, clock={"now": now})
    assert found(client, "") == names


def test_a_look_marks_whom_it_showed_and_changes_nothing_else(client: Partner) -> None:
    before: dict[str, Any] = show_world(client.world)
    timelines = [len(record.steps) for record in client.world.shelves["payment"].all.values()]
    for query in ("sourceIdentifier=C", "sourceIdentifier=C", "status=77"):
        client.call("GET", "/payment", query=query.encode())
    seen = {name: client.record("payment", name).looked_at is not None for name in "ABCD"}
    assert seen == {"A": False, "B": False, "C": True, "D": False}
    after = show_world(client.world)
    assert {**after, "journal": None} == {**before, "journal": None}
    assert [len(record.steps) for record in client.world.shelves["payment"].all.values()] == timelines


def test_a_look_that_is_refused_has_seen_nothing(client: Partner) -> None:
    client.call("GET", "/payment", query=b"sourceIdentifier=C&status=x")
    assert client.record("payment", "C").looked_at is None
