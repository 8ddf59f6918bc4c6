"""The contract as OpenAPI: valid, whole, the same each time, and fit for tools that follow references."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import validate

from simulator.contract.contract import Contract
from simulator.contract.files import data_folder
from simulator.contract.jsontext import dumps
from simulator.contract.openapi import control_openapi, openapi
from simulator.errors import ContractError

Document = dict[str, Any]
LEDGER = "/api/v1/partner/accounting/ledger"


@pytest.fixture(scope="module")
def document(contract: Contract) -> Document:
    """The partner API in all readings."""
    return openapi(contract)


@pytest.fixture(scope="module")
def control(contract: Contract) -> Document:
    """The control API."""
    return control_openapi(contract)


def operations(document: Document) -> dict[str, Document]:
    """Every operation by its id."""
    return {call["operationId"]: call for path in document["paths"].values() for call in path.values()}


def inner(part: Any) -> Iterator[tuple[str, Any]]:
    """Every member of every object in a document."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield name, value
            yield from inner(value)
    elif isinstance(part, list):
        for item in part:
            yield from inner(item)


def test_an_independent_validator_finds_nothing(contract: Contract, document: Document, control: Document) -> None:
    for one in (document, control, openapi(contract, "http://127.0.0.1:8480", contract.choose())):
        validate(json.loads(dumps(one)))


def test_every_choice_of_one_reading_is_valid(contract: Contract) -> None:
    for reading in contract.readings.values():
        for value in reading.values:
            validate(json.loads(dumps(openapi(contract, readings=contract.choose([(reading.name, value)])))))


def test_no_reference_leads_out_and_none_leads_nowhere(document: Document, control: Document) -> None:
    for one in (document, control):
        for name, value in inner(one):
            assert name not in {"$id", "$defs", "$schema"}
            if name == "$ref":
                kind, _, target = value.removeprefix("#/components/").partition("/")
                assert target in one["components"][kind], value


def test_every_component_is_used(document: Document, control: Document) -> None:
    for one in (document, control):
        used = {value for name, value in inner(one) if name == "$ref"}
        assert {f"#/components/schemas/{name}" for name in one["components"]["schemas"]} <= used


def test_every_operation_is_there_with_its_words(document: Document, contract: Contract) -> None:
    described = operations(document)

    assert list(described) == list(contract.operations)
    for name, operation in contract.operations.items():
        call = described[name]
        assert document["paths"][contract.prefix + operation.path][operation.method.lower()] is call
        assert (call["summary"], call["tags"]) == (operation.title, list(operation.tags))
        assert operation.description in call["description"]
        assert (call["x-basis"], call["x-source"]) == (operation.basis, operation.source)
        assert [row["name"] for row in call.get("x-rules", [])] == list(operation.rules)


def test_the_key_is_the_way_in(document: Document) -> None:
    assert document["security"] == [{"ApiKey": []}]
    scheme = document["components"]["securitySchemes"]["ApiKey"]
    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "X-Api-Key")
    assert scheme["x-basis"] == "documented"


def test_every_error_that_can_occur_is_described(document: Document) -> None:
    everywhere = {"400", "401", "403", "406", "410", "422", "507"}
    for name, call in operations(document).items():
        statuses = {status for status in call["responses"] if status >= "4"}
        submits = {"409", "413", "415"} if name.startswith("submit") else set()
        assert statuses == everywhere | submits, name


def test_requests_have_their_examples_and_answers_too(document: Document, contract: Contract) -> None:
    content = operations(document)["submit_ledger"]["requestBody"]["content"]["application/json"]

    assert list(content["examples"]) == ["ledger", "ledger-net", "ledger-minimal"]
    for example in content["examples"].values():
        validator = contract.schemas.validator(contract.operations["submit_ledger"].request_schema)
        assert validator.is_valid(example["value"])
    assert operations(document)["ledger_status"]["responses"]["200"]["content"]["application/json"]["examples"]


def test_filters_that_may_be_repeated_are_lists_and_dates_are_not(document: Document, contract: Contract) -> None:
    parameters = {
        parameter["name"]: parameter
        for parameter in operations(document)["payment_status"]["parameters"]
        if "name" in parameter
    }

    assert list(parameters) == [parameter.name for parameter in contract.operations["payment_status"].parameters]
    assert parameters["status"]["schema"]["type"] == "array"
    assert parameters["status"]["schema"]["items"]["type"] == "integer"
    assert parameters["fromDate"]["schema"] == {"type": "string", "format": "date"}
    assert all(parameter["in"] == "query" and not parameter["required"] for parameter in parameters.values())
    assert all({"x-basis", "x-source"} <= set(parameter) for parameter in parameters.values())


def test_what_is_open_is_told_in_words_and_as_data(document: Document, contract: Contract) -> None:
    for name, reading in contract.readings.items():
        assert f"`{name}`: {reading.question} `{reading.default}`" in document["info"]["description"]
        assert document["x-readings"][name]["answers"] == reading.values
    assert [state["status"] for state in document["x-states"]][:2] == [0, 1]
    assert len(document["x-states"]) == len(contract.states)


def test_one_choice_of_readings_says_which(contract: Contract) -> None:
    chosen = contract.choose([("failed_status", "-1")])
    document = openapi(contract, readings=chosen)

    assert document["x-readings"] == chosen
    assert "`failed_status=-1`" in document["info"]["description"]
    assert len(document["x-states"]) == 3
    assert list(operations(document)["submit_ledger"]["responses"])[:2] == ["200", "400"]


def test_where_unknown_members_are_refused_requests_are_closed_and_answers_are_not(contract: Contract) -> None:
    document = openapi(contract, readings=contract.choose([("unknown_members", "refused")]))

    schemas = document["components"]["schemas"]
    closed = {name for name, schema in schemas.items() if schema.get("additionalProperties") is False}
    assert {name for name in schemas if "SubmitRequest" in name} == closed


def test_the_server_is_named_if_it_is_known(contract: Contract, document: Document) -> None:
    assert "servers" not in document
    assert openapi(contract, "http://127.0.0.1:9/")["servers"] == [{"url": "http://127.0.0.1:9"}]
    assert control_openapi(contract, "http://127.0.0.1:9")["servers"] == [{"url": "http://127.0.0.1:9"}]


def test_the_document_is_the_same_each_time(contract: Contract, document: Document, control: Document) -> None:
    assert dumps(openapi(Contract())) == dumps(document)
    assert dumps(control_openapi(contract)) == dumps(control)


def test_the_control_api_is_described_from_its_own_table(control: Document, contract: Contract) -> None:
    table = contract.files.read("control/operations.json")
    described = operations(control)

    assert list(described) == [row["name"] for row in table["operations"]]
    for row in table["operations"]:
        statuses = {error["status"] for error in table["errors"] if error["name"] in row.get("errors", [])}
        statuses |= {answer["status"] for answer in row["answers"]}
        assert set(described[row["name"]]["responses"]) == set(map(str, statuses))
        in_path = {row["name"] for row in described[row["name"]].get("parameters", []) if row["in"] == "path"}
        assert in_path == {piece[1:-1] for piece in row["path"].split("/") if piece.startswith("{")}


def test_the_ways_into_the_control_api_are_those_of_its_table(control: Document) -> None:
    described = operations(control)

    assert described["live"]["security"] == [{}], "a probe needs neither key nor token"
    assert described["list_worlds"]["security"] == [{}, {"ControlToken": []}]
    assert described["show_world"]["security"] == [{"WorldKey": []}, {"WorldKey": [], "ControlToken": []}]


def test_the_arguments_of_the_control_api_are_closed_and_may_be_left_out_where_nothing_is_needed(
    control: Document,
) -> None:
    described = operations(control)

    assert control["components"]["schemas"]["ClockSettleRequest"]["additionalProperties"] is False
    assert described["settle"]["requestBody"]["required"] is False
    assert described["outcome"]["requestBody"]["required"] is True
    error = described["show_record"]["responses"]["404"]["content"]
    assert list(error) == ["application/problem+json"]


def test_a_contract_without_a_control_api_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    contract = Contract()
    monkeypatch.delitem(contract.files.paths, "control/operations.json")

    with pytest.raises(ContractError, match="missing from the contract"):
        control_openapi(contract)


def test_the_prefix_of_the_paths_comes_from_the_data(document: Document) -> None:
    table = json.loads((data_folder("schemas") / "operations.json").read_text(encoding="utf-8"))

    assert all(path.startswith(table["prefix"]) for path in document["paths"])
    assert LEDGER in document["paths"]
