"""References lead from file to file, and a wrong one is an error that names its place."""

from __future__ import annotations

import pytest

from simulator.contract.contract import Contract
from simulator.contract.references import follow, lookup, references, target
from simulator.errors import ContractError

REQUEST = "accounting/ledger.submit.request.json"


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("#/$defs/row", (REQUEST, "/$defs/row")),
        ("../common/types.json#/$defs/date", ("common/types.json", "/$defs/date")),
        ("invoice.record.json", ("accounting/invoice.record.json", "")),
        ("#/$defs/a%20b", (REQUEST, "/$defs/a b")),
    ],
)
def test_a_reference_is_relative_to_the_file_it_stands_in(reference: str, expected: tuple[str, str]) -> None:
    assert target(REQUEST, reference) == expected


def test_what_stands_beside_a_reference_wins(contract: Contract) -> None:
    property_of_row = lookup(contract.schemas, REQUEST, "/$defs/row/properties/amount")

    file, schema = follow(contract.schemas, REQUEST, property_of_row)

    assert file == "common/types.json"
    assert schema["type"] == "number"
    assert schema["x-basis"] == "example", "that of the property, not that of the type"
    assert schema["description"] == property_of_row["description"]


@pytest.mark.parametrize("place", ["/$defs/nothing", "/required/7", "/required/0", "/title/x"])
def test_a_reference_that_leads_nowhere_is_an_error(contract: Contract, place: str) -> None:
    with pytest.raises(ContractError, match="leads nowhere"):
        lookup(contract.schemas, REQUEST, place)


def test_references_that_go_round_in_a_circle_are_an_error(contract: Contract) -> None:
    contract.schemas.documents["round.json"] = {"$ref": "#"}
    try:
        with pytest.raises(ContractError, match="round in a circle"):
            follow(contract.schemas, "round.json", {"$ref": "#"})
    finally:
        del contract.schemas.documents["round.json"]


def test_every_reference_of_a_schema_is_found() -> None:
    schema = {"items": {"$ref": "#/a"}, "properties": {"x": {"oneOf": [{"$ref": "#/b"}, {}]}}}

    assert sorted(references(schema)) == ["#/a", "#/b"]
