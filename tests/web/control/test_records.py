"""Records through the control API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest

from simulator.contract.jsontext import dumps
from tests.documents import PREFIX, invoice, ledger, payment
from tests.web.control.client import Client, amounts

ODD = ["a/b", "a%2Fb", "a/outcome", "ä ö", "..", "a?b#c", "100%", "\U0001f4b6", "a+b", "wait"]


def test_records_are_listed_in_the_order_of_their_submission(client: Client) -> None:
    client.submit(ledger("L-1"))
    client.call("POST", f"{PREFIX}/payment", {"payments": [payment("P-1"), payment("P-2")]})
    client.submit(ledger("L-2"))
    listed = client.get("/_sim/records")
    assert [(row["number"], row["kind"], row["identifier"]) for row in listed["records"]] == [
        (1, "ledger", "L-1"), (2, "payment", "P-1"), (3, "payment", "P-2"), (4, "ledger", "L-2"),
    ]  # fmt: skip
    assert listed["next"] is None


def test_a_list_is_read_page_by_page(client: Client) -> None:
    for number in range(5):
        client.submit(ledger(f"L-{number}"))
    seen: list[str] = []
    after: int | None = 0
    pages = 0
    while after is not None:
        page = client.get(f"/_sim/records?limit=2&after={after}")
        seen += [row["identifier"] for row in page["records"]]
        after, pages = page["next"], pages + 1
    assert seen == [f"L-{number}" for number in range(5)]
    assert pages == 3
    assert client.get("/_sim/records?limit=5")["next"] is None


def test_records_are_filtered_by_kind_and_state(client: Client) -> None:
    client.submit(ledger("L-1"))
    client.post("/_sim/clock/settle")
    client.submit(ledger("L-2"))
    client.post("/_sim/records/ledger/L-2/outcome", {"outcome": {"failed": "no"}})
    client.post("/_sim/records/invoice", {"document": invoice()}, status=201)

    def found(query: str) -> list[str]:
        return [row["identifier"] for row in client.get(f"/_sim/records?{query}")["records"]]

    assert found("kind=ledger") == ["L-1", "L-2"]
    assert found("state=failed") == ["L-2"]
    assert found("state=synced&state=pending") == ["L-1", "I-1"]
    assert found("kind=invoice&state=synced") == []
    answer = client.call("GET", "/_sim/records?kind=ledgers")
    assert (answer.status, answer.json["advice"]) == (400, "Did you mean ledger?")


def test_a_record_shows_its_document_to_the_cent_and_its_timeline(client: Client) -> None:
    raw = b'{"ledgers":' + dumps(ledger("L-1")).replace(b"48.2", b"48.20") + b"}"
    client.call("POST", f"{PREFIX}/ledger", body=raw, headers={"content-type": "application/json"})
    client.post("/_sim/clock/settle")
    answer = client.call("GET", "/_sim/records/ledger/L-1")
    assert b"48.20" in answer.body
    assert amounts(answer.json["document"]) == [Decimal("48.20"), Decimal("-48.20")]
    assert [step["step"] for step in answer.json["timeline"]] == ["queued", "synced"]
    assert answer.json["earlier"] == []


def test_looking_at_a_record_is_no_look_of_the_client(client: Client) -> None:
    client.submit(ledger("L-1"))
    assert client.get("/_sim/records/ledger/L-1")["seenByClient"] is False
    client.call("GET", f"{PREFIX}/ledger")
    assert client.get("/_sim/records/ledger/L-1")["seenByClient"] is True


def test_the_newest_record_of_an_identifier_names_the_earlier_ones(client: Client) -> None:
    client.call("PUT", "/_sim/world", {"readings": {"repeated_identifier": "two-records"}})
    for _ in range(3):
        client.submit(ledger("L-1"))
    record = client.get("/_sim/records/ledger/L-1")
    assert (record["number"], record["earlier"]) == (3, [2, 1])


@pytest.mark.parametrize("identifier", ODD)
def test_an_identifier_may_hold_any_character(client: Client, identifier: str) -> None:
    assert client.submit(ledger(identifier)).status == 200
    path = f"/_sim/records/ledger/{quote(identifier, safe='')}"
    assert client.get(path)["identifier"] == identifier
    assert client.post(f"{path}/outcome", {"outcome": "synced"})["state"] == "synced"


@pytest.mark.parametrize("path", ["ledger/L-1", "bill/L-1", "ledger/l-1%20"])
def test_a_record_that_there_is_not_is_404(client: Client, path: str) -> None:
    assert client.call("GET", f"/_sim/records/{path}").status == 404
    assert client.call("POST", f"/_sim/records/{path}/outcome", {"outcome": "synced"}).status == 404


def test_an_invoice_is_made_here_and_then_lives_like_any_record(client: Client) -> None:
    answer = client.call("POST", "/_sim/records/invoice", {"document": invoice("I/1")})
    assert (answer.status, answer.json["state"]) == (201, "pending")
    assert client.get(answer.headers["location"])["identifier"] == "I/1"
    client.post("/_sim/clock/settle")
    assert client.call("GET", f"{PREFIX}/invoice").json["invoices"][0]["status"] == 1


@pytest.mark.parametrize(
    ("kind", "document", "status", "problem"),
    [
        ("ledger", ledger(), 409, "conflict"),
        ("bill", {}, 409, "conflict"),
        ("invoice", {"invoiceIdentifier": "I-2"}, 400, "invalid"),
        ("invoice", invoice("I-1"), 409, "conflict"),
    ],
)
def test_a_record_that_cannot_be_made_is_refused(
    client: Client, kind: str, document: Any, status: int, problem: str
) -> None:
    client.post("/_sim/records/invoice", {"document": invoice("I-1")}, status=201)
    answer = client.call("POST", f"/_sim/records/{kind}", {"document": document})
    assert (answer.status, answer.problem) == (status, problem)
    assert len(client.get("/_sim/records")["records"]) == 1


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("synced", "synced"),
        ("pending", "pending"),
        ({"failed": "Account 3999 not found"}, "failed"),
        ({"unreachable": "10m"}, "pending"),
    ],
)
def test_a_record_is_settled_by_hand(client: Client, outcome: Any, state: str) -> None:
    client.submit(ledger("L-1"))
    record = client.post("/_sim/records/ledger/L-1/outcome", {"outcome": outcome})
    assert (record["state"], record["timeline"][1]["cause"]) == (state, "by hand")


@pytest.mark.parametrize("outcome", ["lost", {"failed": ""}, {"fail": "x"}, {"unreachable": "long"}, 7, {}, None])
def test_an_outcome_that_there_is_not_is_refused(client: Client, outcome: Any) -> None:
    client.submit(ledger("L-1"))
    answer = client.call("POST", "/_sim/records/ledger/L-1/outcome", {"outcome": outcome})
    assert (answer.status, answer.problem) == (400, "invalid")


def test_only_a_failed_record_is_tried_again(client: Client) -> None:
    client.submit(ledger("L-1"))
    path = "/_sim/records/ledger/L-1/outcome"
    assert client.call("POST", path, {"outcome": "retry"}).status == 409
    client.post(path, {"outcome": {"failed": "no"}})
    assert client.post(path, {"outcome": "retry"})["state"] == "pending"
