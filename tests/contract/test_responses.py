"""Every answer of every reading is described, and its examples fit its shapes."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.contract.bundling import PLACE, Bundle
from simulator.contract.contract import Contract
from simulator.contract.operations import AnswerRow, ErrorBody, ErrorRow, Operation, operation_from
from simulator.contract.responses import JSON, PROBLEM, Responses


def described(contract: Contract, name: str, *errors: str, **readings: str) -> dict[str, Any]:
    """The responses of an operation; in all readings if none is given."""
    chosen = contract.choose(readings.items()) if readings else None
    bundle = Bundle(contract.schemas)
    responses = Responses(
        contract, bundle, contract.errors, contract.error_bodies, chosen, report="common/problem.json"
    )
    return responses.of(contract.operations[name], errors)


def shapes(response: dict[str, Any], media_type: str = JSON) -> set[str]:
    """The names of the shapes of a body."""
    schema = response["content"][media_type]["schema"]
    return {part["$ref"].removeprefix(PLACE) for part in schema.get("anyOf", [schema])}


def test_every_status_of_every_reading_is_there(contract: Contract) -> None:
    responses = described(contract, "submit_ledger", "invalid", "unauthorized")

    assert list(responses) == ["200", "201", "202", "204", "400", "401", "422"]
    assert shapes(responses["200"]) == {"SubmitAnswerMessage", "LedgerSubmitAnswerIdentifiers"}
    assert "content" not in responses["204"]


def test_one_reading_has_its_own_answers_only(contract: Contract) -> None:
    responses = described(
        contract, "submit_ledger", "invalid", submit_answer="identifiers", invalid_status="422", error_body="errors"
    )

    assert list(responses) == ["200", "422"]
    assert shapes(responses["200"]) == {"LedgerSubmitAnswerIdentifiers"}
    assert shapes(responses["422"]) == {"ErrorErrors"}
    assert "eading" not in responses["200"]["description"]


def test_the_reading_of_an_answer_is_named_and_the_default_marked(contract: Contract) -> None:
    responses = described(contract, "ledger_status", "unauthorized")

    assert "(Reading `no_results=no-content`, the default.)" in responses["204"]["description"]
    assert "(Reading `no_results=empty-list`.)" in responses["200"]["description"]
    assert "no body (`error_body=empty`)" in responses["401"]["description"]
    assert "ErrorMessage (`error_body=message`, the default)" in responses["401"]["description"]


def test_each_answer_keeps_how_it_is_known(contract: Contract) -> None:
    responses = described(contract, "ledger_status", "unauthorized")

    assert responses["204"]["x-answers"] == [
        {"for": "none", "when": {"no_results": "no-content"}, "x-basis": "documented", "x-source": "ledger-4083704e0"}
    ]
    assert responses["401"]["x-answers"][0]["error"] == "unauthorized"


def test_an_error_has_every_shape_and_the_report_that_can_be_asked_for(contract: Contract) -> None:
    response = described(contract, "submit_ledger", "invalid")["400"]

    assert shapes(response) == {"ErrorMessage", "ErrorCapitalMessage", "ErrorErrors"}
    assert shapes(response, PROBLEM) == {"Problem"}


def test_where_errors_have_no_body_none_is_promised(contract: Contract) -> None:
    assert "content" not in described(contract, "submit_ledger", "invalid", error_body="empty")["400"]


def test_headers_of_errors_are_told_with_what_they_may_hold(contract: Contract) -> None:
    response = described(contract, "ledger_status", "unauthorized", "expired")["401"]

    examples = response["headers"]["WWW-Authenticate"]["schema"]["examples"]
    assert examples == ['ApiKey realm="cfis"', 'ApiKey realm="cfis", error="expired"']


@pytest.mark.parametrize("error_body", ["message", "capital-message", "errors"])
def test_every_example_fits_the_shape_beside_it(contract: Contract, error_body: str) -> None:
    names = {row.name for row in contract.errors}
    for operation in contract.operations.values():
        responses = described(contract, operation.name, *names, error_body=error_body)
        for status, response in responses.items():
            for media_type, content in response.get("content", {}).items():
                if media_type == JSON:
                    assert content["examples"], f"{operation.name} {status}"
                for example in content.get("examples", {}).values():
                    assert fits(contract, content["schema"], example["value"]), f"{operation.name} {status}"


def fits(contract: Contract, schema: dict[str, Any], value: Any) -> bool:
    """Whether a value fits a schema that leads into a bundle."""
    bundle = Bundle(contract.schemas)
    for name in contract.schemas.documents:
        if name.startswith(("accounting/", "common/")):
            bundle.ref(name)
    return contract.schemas.compile({**schema, "components": {"schemas": bundle.components()}}).is_valid(value)


def an_operation(*answers: dict[str, Any]) -> Operation:
    """An operation with these answers."""
    told = {"for": "done", "basis": "assumed", "source": "none", "description": "Done."}
    names = ("name", "method", "path", "title", "description", "basis", "source")
    return operation_from({**dict.fromkeys(names, "x"), "answers": [{**told, **answer} for answer in answers]})


def test_answers_may_be_of_another_media_type(contract: Contract) -> None:
    error = ErrorRow("broken", 500, "{detail}", "assumed", "none", "Broken.")
    responses = Responses(
        contract, Bundle(contract.schemas), [error], [ErrorBody({}, "common/problem.json")], error_media_type=PROBLEM
    )
    operation = an_operation({"status": 200, "media_type": "text/event-stream"}, {"status": 202})

    described = responses.of(operation, ["broken"])

    assert described["200"]["content"] == {"text/event-stream": {"schema": {"type": "string"}}}
    assert "content" not in described["202"]
    assert list(described["500"]["content"]) == [PROBLEM]
    assert "shape" not in described["500"]["description"]


def test_an_answer_that_depends_on_the_request_has_no_invented_example(contract: Contract) -> None:
    row = next(row for row in contract.operations["submit_payments"].answers if row.outcome == "partly")
    assert isinstance(row, AnswerRow)

    operation = an_operation({"status": 200, "schema": row.schema, "body": row.body, "item": row.item})
    bundle = Bundle(contract.schemas)
    described = Responses(contract, bundle, [], []).of(operation, [])

    assert "examples" not in described["200"]["content"][JSON]
