"""A bundle holds everything that it was asked for, and nothing in it leads out of it."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest

from simulator.contract.bundling import PLACE, Bundle, pascal
from simulator.contract.contract import Contract
from simulator.contract.references import references
from simulator.contract.schemas import subschemas
from simulator.errors import ContractError

REQUEST = "accounting/ledger.submit.request.json"


@pytest.fixture
def bundle(contract: Contract) -> Bundle:
    """An empty bundle."""
    return Bundle(contract.schemas)


def laid_over(contract: Contract, **documents: Any) -> Bundle:
    """A bundle over the schemas of the contract and some more."""
    schemas = copy.copy(contract.schemas)
    schemas.documents = {**schemas.documents, **documents}
    return Bundle(schemas)


def test_every_schema_of_the_contract_can_be_bundled_and_leads_nowhere_else(contract: Contract) -> None:
    for name in contract.schemas.documents:
        bundle = Bundle(contract.schemas)
        if name != "operations.schema.json":
            bundle.ref(name)

        components = bundle.components()
        for component in components.values():
            assert {reference.removeprefix(PLACE) for reference in references(component)} <= set(components)
            for _, part in subschemas(component):
                assert not {"$id", "$defs", "$schema"} & set(part)


def test_definitions_become_components_named_after_their_file(bundle: Bundle) -> None:
    assert bundle.ref(REQUEST) == {"$ref": "#/components/schemas/LedgerSubmitRequest"}

    components = bundle.components()
    assert {"LedgerSubmitRequestLedger", "LedgerSubmitRequestRow", "Date", "Money"} <= set(components)
    assert components["LedgerSubmitRequest"]["properties"]["ledgers"]["$ref"] == f"{PLACE}LedgerSubmitRequestLedger"


def test_what_is_known_of_a_property_is_kept(bundle: Bundle, contract: Contract) -> None:
    bundle.ref(REQUEST)

    row = contract.schemas.documents[REQUEST]["$defs"]["row"]["properties"]["amount"]
    bundled = bundle.components()["LedgerSubmitRequestRow"]["properties"]["amount"]
    assert {**bundled, "$ref": row["$ref"]} == row


def test_asking_twice_makes_one_component(bundle: Bundle) -> None:
    assert bundle.ref(REQUEST) == bundle.ref(REQUEST)
    assert list(bundle.components()) == sorted(set(bundle.components()))


def test_the_files_themselves_are_never_changed(contract: Contract) -> None:
    before = json.dumps(contract.schemas.documents)
    bundle = Bundle(contract.schemas)
    bundle.close(bundle.ref(REQUEST))

    assert json.dumps(contract.schemas.documents) == before


def test_closing_reaches_every_object_behind_a_reference_and_no_other(bundle: Bundle) -> None:
    request, answer = bundle.ref(REQUEST), bundle.ref("accounting/ledger.status.answer.json")
    bundle.close(request)

    components = bundle.components()
    assert components["LedgerSubmitRequest"]["additionalProperties"] is False
    assert components["LedgerSubmitRequestDimension"]["additionalProperties"] is False
    assert "additionalProperties" not in components[answer["$ref"].removeprefix(PLACE)]
    assert "additionalProperties" not in components["Date"]


def test_a_schema_may_refer_to_itself(contract: Contract) -> None:
    tree = {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#"}}}}
    bundle = laid_over(contract, **{"tree.json": tree})

    bundle.close(bundle.ref("tree.json"))

    assert bundle.components()["Tree"]["properties"]["children"]["items"] == {"$ref": f"{PLACE}Tree"}


def test_two_files_of_one_name_get_two_names_and_what_remains_is_an_error(contract: Contract) -> None:
    schema = {"type": "object"}
    bundle = laid_over(contract, **{"a/x.json": schema, "b/x.json": schema, "b.x.json": schema, "c/b.x.json": schema})

    assert [bundle.ref(name)["$ref"].removeprefix(PLACE) for name in ("a/x.json", "b/x.json")] == ["X", "BX"]
    with pytest.raises(ContractError, match="same name"):
        bundle.ref("b.x.json")


def test_a_parameter_s_schema_may_refer_to_the_files_too(bundle: Bundle) -> None:
    schema = {"oneOf": [{"$ref": "common/types.json#/$defs/date"}, {"type": "object", "additionalProperties": {}}]}

    assert bundle.inline(schema)["oneOf"][0] == {"$ref": f"{PLACE}Date"}
    assert "Date" in bundle.components()


def test_an_unknown_file_is_an_error(bundle: Bundle) -> None:
    with pytest.raises(ContractError, match="leads nowhere"):
        bundle.ref("nothing.json")


def test_names_are_fit_for_openapi(contract: Contract, bundle: Bundle) -> None:
    for operation in contract.operations.values():
        for name in filter(None, (operation.request_schema, *(row.schema for row in operation.answers))):
            bundle.ref(name)

    assert all(re.fullmatch(r"[A-Za-z0-9]+", name) for name in bundle.components())
    assert pascal("ledger.submit", "nullableDate") == "LedgerSubmitNullableDate"
