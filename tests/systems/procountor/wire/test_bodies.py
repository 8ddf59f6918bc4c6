"""Bodies: what cannot be read, what is missing, what is too long, and characters that Procountor lacks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simulator.systems.procountor.wire.bodies import cents, foreign_characters, has_cents
from tests.systems.procountor.talking import journal, row, talker


def refused(body: Any) -> list[tuple[str, str]]:
    status, told = talker().refused("POST", "/ledgerreceipts", body)
    assert status == 400
    return told


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 500, b'{"a":1,"a":2}'])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    [(field, message)] = refused(body)

    assert not field
    assert message.startswith("The request body cannot be read")


@pytest.mark.parametrize("body", [[], "x", 1, None])
def test_what_is_no_object_is_refused(body: Any) -> None:
    assert refused(b"null" if body is None else body)


@pytest.mark.parametrize(
    ("change", "name", "value"),
    [
        ({"depreciation": ""}, "depreciation", ""), ({"vatType": "BOTH"}, "vatType", "BOTH"),
        ({"receiptDate": "15.1.2026"}, "receiptDate", "15.1.2026"), ({"vatStatus": "x"}, "vatStatus", "x"),
        ({"vatStatus": 1.5}, "vatStatus", "1.5"), ({"name": 7}, "name", "7"),
        ({"transactions": [row("1701", "x")]}, "transactions[0].accountingValue", "x"),
        ({"transactions": [row("1701", 10**15)]}, "transactions[0].accountingValue", str(10**15)),
        ({"transactions": [row("1701", 1, transactionType="ROW")]}, "transactions[0].transactionType", "ROW"),
    ],
)  # fmt: skip
def test_what_cannot_be_parsed_is_told_in_prose_and_alone(change: dict[str, Any], name: str, value: str) -> None:
    told = refused(journal(**change, accountantsNotes="x" * 256))

    assert told == [("", f"Value of the '{name}' field is invalid: {value}")]


@pytest.mark.parametrize("name", ["type", "name", "receiptDate", "vatType", "vatStatus", "transactions"])
@pytest.mark.parametrize("is_null", [True, False])
def test_what_is_required_cannot_be_blank(name: str, *, is_null: bool) -> None:
    body = journal()
    if is_null:
        body[name] = None
    else:
        del body[name]

    assert (name, f"Value of the '{name}' field cannot be blank") in refused(body)


def test_an_empty_account_is_blank_and_no_rows_are_too_few() -> None:
    assert refused(journal(row("", 1))) == [
        ("transactions[0].account", "Value of the 'transactions[0].account' field cannot be blank")
    ]
    assert [field for field, _ in refused(journal(transactions=[]))] == ["transactions"]


@pytest.mark.parametrize(("name", "most"), [("name", 80), ("accountantsNotes", 255), ("invoiceNotes", 10_000)])
def test_a_text_has_its_length(name: str, most: int) -> None:
    assert talker().done("POST", "/ledgerreceipts", journal(**{name: "ä" * most}))
    assert refused(journal(**{name: "x" * (most + 1)})) == [
        (name, f"Value of the '{name}' field is too long: at most {most} characters")
    ]


def test_null_is_nothing_and_unknown_members_are_not_looked_at() -> None:
    body = journal(accountantsNotes=None, partnerId=None, depreciation=None, serialNumber=None, surprise=[1])

    assert "accountantsNotes" not in talker().done("POST", "/ledgerreceipts", body)


def test_only_characters_of_windows_1252_are_taken() -> None:
    assert talker().done("POST", "/ledgerreceipts", journal(name="Åäö € … “x”"))
    told = refused(journal(row("1701", 1, description="дом"), name="Łódź"))
    assert [field for field, _ in told] == ["name", "transactions[0].description"]
    assert "U+0141" in told[0][1]
    assert list(foreign_characters({"a": ["ok", "☃"], "b": 1})) == [("a[1]", "☃")]


def test_cents() -> None:
    assert cents(Decimal("1e40")) == Decimal(10) ** 40
    assert [has_cents(Decimal(text)) for text in ("1.10", "1.1000", "1e5", "1.001")] == [True, True, True, False]


def test_what_clients_write_in_another_way_is_read_as_they_mean_it() -> None:
    """The Odoo connector writes VAT statuses as texts; the Go client sends empty texts for days that it lacks."""
    rows = [row("1701", "125.50"), row("3000", "-100", "25.5", vatType="SALES", vatStatus="1", startDate="")]
    sent = journal(*rows, vatStatus="12", periodStartDate="", periodEndDate="", version="0001-01-01T00:00:00Z")

    made = talker().done("POST", "/ledgerreceipts", sent)

    assert (made["vatStatus"], made["transactions"][1]["vatStatus"]) == (12, 1)
    assert [float(one["accountingValue"]) for one in made["transactions"]] == [125.5, -100]
    assert "periodStartDate" not in made


@pytest.mark.parametrize(("text", "value"), [("", "cannot be blank"), ("1,5", "is invalid: 1,5"), ("NaN", "NaN")])
def test_what_is_no_number_or_day_is_still_refused(text: str, value: str) -> None:
    change = {"vatStatus": text} if text else {"receiptDate": text}
    [(_, message)] = refused(journal(**change))

    assert value in message


def test_cents_are_counted_however_many_digits_there_are() -> None:
    texts = {"1." + "0" * 40: True, "1." + "0" * 40 + "1": False, "1E-400": False}

    assert {text: has_cents(Decimal(text)) for text in texts} == texts
