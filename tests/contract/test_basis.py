"""The table of bases leaves nothing out, and its shares are counted right."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.contract.basis import basis_table, members
from simulator.contract.contract import Contract
from simulator.contract.operations import BASES

Row = dict[str, Any]


@pytest.fixture(scope="module")
def table(contract: Contract) -> dict[str, Any]:
    """The table of the built-in contract."""
    return basis_table(contract)


def found(table: dict[str, Any], **wanted: Any) -> list[Row]:
    """The rows in which all of these hold."""
    return [row for row in table["rows"] if all(row[name] == value for name, value in wanted.items())]


def test_a_property_is_named_by_its_way_from_the_body(table: dict[str, Any]) -> None:
    [row] = found(table, operation="submit_ledger", where="request", name="ledgers.ledgerRows[].amount")

    assert row == {
        "operation": "submit_ledger",
        "where": "request",
        "name": "ledgers.ledgerRows[].amount",
        "type": "number",
        "required": True,
        "basis": "example",
        "source": "ledger-4083702e0",
        "sourceTitle": "Ledger",
        "note": row["note"],
        "when": "",
    }
    assert "sign" in row["note"]


def test_everything_that_the_contract_says_has_a_row(table: dict[str, Any], contract: Contract) -> None:
    for operation in contract.operations.values():
        name = operation.name
        assert len(found(table, operation=name, where="operation")) == 1
        assert len(found(table, operation=name, where="answer")) == len(operation.answers)
        assert [row["name"] for row in found(table, operation=name, where="rule")] == list(operation.rules)
        given = [row["name"] for row in found(table, operation=name, where="parameter")]
        assert given == [parameter.name for parameter in operation.parameters]
        assert bool(found(table, operation=name, where="request")) == bool(operation.request_schema)
    assert len(found(table, where="error")) == len(contract.errors)
    assert len(found(table, where="state")) == len(contract.states)
    assert [row["name"] for row in found(table, where="key")] == ["X-Api-Key"]


def test_every_row_says_how_it_is_known_and_from_where(table: dict[str, Any], contract: Contract) -> None:
    sources = contract.files.read("sources.json")
    for row in table["rows"]:
        assert row["basis"] in BASES, row
        assert row["sourceTitle"] == sources[row["source"]]["title"], row


def test_a_body_of_some_readings_says_which(table: dict[str, Any]) -> None:
    message = found(table, operation="submit_ledger", where="answer body", name="message")
    identifiers = found(table, operation="submit_ledger", where="answer body", name="ledgerIdentifier")
    listed = found(table, operation="ledger_status", where="answer body", name="ledgers")

    assert [row["when"] for row in message] == [
        "submit_answer=message or submit_answer=created or submit_answer=accepted"
    ]
    assert [row["when"] for row in identifiers] == ["submit_answer=identifiers"]
    assert [row["when"] for row in listed] == [""], "one of its answers is given in every reading"


def test_the_shares_are_those_of_the_rows(table: dict[str, Any]) -> None:
    for name, part in table["totals"]["operations"].items():
        rows = found(table, operation="" if name == "shared" else name)
        assert part["total"] == len(rows)
        for basis in BASES:
            assert part[basis] == len([row for row in rows if row["basis"] == basis])
            assert part["shares"][basis] == pytest.approx(100 * part[basis] / part["total"], abs=0.05)
    overall = table["totals"]["overall"]
    assert (
        overall["total"] == len(table["rows"]) == sum(part["total"] for part in table["totals"]["operations"].values())
    )


def test_a_type_is_a_word_or_two(table: dict[str, Any]) -> None:
    types = {row["name"]: row["type"] for row in found(table, operation="submit_payments", where="request")}

    assert types["payments"] == "array"
    assert types["payments[].paymentDate"] == "string date"
    assert types["payments[].bookingDate"] == "string|null date"


def test_maps_choices_and_schemas_that_hold_themselves_are_walked_once(contract: Contract) -> None:
    schema = {
        "type": "object",
        "properties": {"children": {"type": "array", "items": {"$ref": "#"}}, "any": {}},
        "additionalProperties": {"oneOf": [{"properties": {"x": {}}}, {"properties": {"y": {}}, "required": ["y"]}]},
    }
    contract.schemas.documents["tree.json"] = schema
    try:
        names = [(name, required) for name, _, required in members(contract, "tree.json")]
    finally:
        del contract.schemas.documents["tree.json"]

    assert names == [("children", False), ("any", False), ("*.x", False), ("*.y", True)]
