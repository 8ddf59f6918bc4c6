"""The contract as one object, and the folder of the user's own that is laid over it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from simulator.contract.contract import Contract, built_in
from simulator.contract.jsontext import dumps
from simulator.contract.validation import check
from simulator.errors import ContractError, SettingError
from tests.contract.test_files import write
from tests.strategies import LEDGER_REQUEST, example

ANSWER = {"for": "found", "status": 200, "basis": "assumed", "source": "none", "description": "d", "body": {"ok": True}}


def operation(name: str = "credit_status", **members: Any) -> dict[str, Any]:
    """A row of the table of operations."""
    row = {"name": name, "method": "GET", "path": f"/{name}", "title": "t", "description": "d"}
    return {**row, "basis": "assumed", "source": "none", "answers": [ANSWER], **members}


def table(**members: Any) -> dict[str, Any]:
    return {"format": 1, **members}


def error_row(name: str, **members: Any) -> dict[str, Any]:
    return {
        "name": name,
        "status": 400,
        "message": "m",
        "basis": "assumed",
        "source": "none",
        "description": "d",
        **members,
    }


def reading(name: str, *values: str, **members: Any) -> dict[str, Any]:
    answers = [{"value": value, "title": value} for value in values]
    return {
        "name": name,
        "question": "q",
        "why": "w",
        "source": "none",
        "default": values[0],
        "answers": answers,
        **members,
    }


def overlay(folder: Path, **files: Any) -> Contract:
    """The contract with files of one's own; two underscores stand for a slash."""
    for name, content in files.items():
        write(folder, name.replace("__", "/") + ".json", content)
    return Contract(folder)


# ---------------------------------------------------------------------------------------------- built in


def test_the_contract_has_its_five_operations(contract: Contract) -> None:
    assert {(one.method, contract.prefix + one.path) for one in contract.operations.values()} == {
        ("POST", "/api/v1/partner/accounting/ledger"),
        ("GET", "/api/v1/partner/accounting/ledger"),
        ("POST", "/api/v1/partner/accounting/payment"),
        ("GET", "/api/v1/partner/accounting/payment"),
        ("GET", "/api/v1/partner/accounting/invoice"),
    }
    assert contract.auth["header"] == "X-Api-Key"


def test_the_built_in_contract_is_read_once() -> None:
    assert built_in() is built_in()


def test_methods_of_a_path_include_those_of_http_itself(contract: Contract) -> None:
    assert contract.allowed("/api/v1/partner/accounting/ledger") == ["GET", "HEAD", "OPTIONS", "POST"]
    assert contract.allowed("/api/v1/partner/accounting/invoice") == ["GET", "HEAD", "OPTIONS"]
    assert contract.allowed("/api/v1/partner/accounting") == []
    assert contract.allowed("/accounting/ledger") == []


def test_an_error_and_its_body_depend_on_the_readings(contract: Contract) -> None:
    forbidden = contract.choose([("expired_token", "403"), ("error_body", "empty")])

    assert contract.error("expired", contract.choose()).status == 401
    assert contract.error("expired", forbidden).status == 403
    assert contract.error_body(contract.choose()).body == {"message": "$message"}
    assert contract.error_body(forbidden).body is None


def test_the_validator_of_a_parameter_is_compiled_once(contract: Contract) -> None:
    parameters = {parameter.name: parameter for parameter in contract.operations["ledger_status"].parameters}
    from_date, to_date = parameters["fromDate"], parameters["toDate"]

    assert contract.parameter_validator(from_date) is contract.parameter_validator(from_date)
    assert contract.parameter_validator(from_date).is_valid("2026-01-31")
    assert not contract.parameter_validator(to_date).is_valid("2026-01-32")
    assert contract.parameter_validator(parameters["status"]).is_valid(-1)


def test_a_question_that_nobody_asked_cannot_be_answered(contract: Contract) -> None:
    with pytest.raises(SettingError, match="no such reading"):
        contract.choose([("nobody_asked", "1")])


# ---------------------------------------------------------------------------------------------- laid over


def test_an_overlay_without_files_changes_nothing(tmp_path: Path) -> None:
    laid_over, original = Contract(tmp_path), built_in()

    for part in (
        "operations",
        "readings",
        "rules",
        "states",
        "errors",
        "error_bodies",
        "records",
        "currencies",
        "prefix",
    ):
        assert getattr(laid_over, part) == getattr(original, part), part


def test_a_new_endpoint_needs_data_alone(tmp_path: Path) -> None:
    credit = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    row = operation(
        "submit_credit", method="POST", path="/accounting/credit", request={"schema": "credit/request.json"},
        collection="credits",
    )  # fmt: skip
    laid_over = overlay(
        tmp_path,
        operations=table(operations=[row]),
        credit__request={"type": "object", "properties": {"credits": credit}},
    )

    assert set(laid_over.operations) == {*built_in().operations, "submit_credit"}
    assert laid_over.allowed("/api/v1/partner/accounting/credit") == ["OPTIONS", "POST"]
    checked = check(laid_over, laid_over.operations["submit_credit"], b'{"credits": {"id": 7}}', laid_over.choose())
    assert [(one.pointer, one.rule) for one in checked.violations] == [("/credits/id", "schema-type")]


def test_an_operation_of_the_same_name_is_replaced(tmp_path: Path) -> None:
    row = operation("invoice_status", path="/accounting/bills")
    laid_over = overlay(tmp_path, operations=table(operations=[row]))

    assert len(laid_over.operations) == len(built_in().operations)
    assert laid_over.allowed("/api/v1/partner/accounting/bills")
    assert not laid_over.allowed("/api/v1/partner/accounting/invoice")


def test_a_replaced_file_changes_what_is_refused(tmp_path: Path) -> None:
    schema = example(LEDGER_REQUEST)
    schema["$defs"]["ledger"]["required"].append("documentName")
    write(tmp_path, LEDGER_REQUEST, dumps(schema))
    laid_over = Contract(tmp_path)
    minimal = dumps(example("accounting/examples/ledger.minimal.json"))

    checked = check(laid_over, laid_over.operations["submit_ledger"], minimal, laid_over.choose())
    assert [(one.pointer, one.rule) for one in checked.violations] == [("/ledgers/documentName", "schema-required")]
    assert not check(built_in(), built_in().operations["submit_ledger"], minimal, built_in().choose()).violations


def test_currencies_can_be_replaced(tmp_path: Path) -> None:
    laid_over = overlay(tmp_path, common__currencies={"codes": ["FIM"]})
    payment = example("accounting/examples/payment.minimal.json")
    payment["payments"][0]["currency"] = "FIM"

    assert not check(laid_over, laid_over.operations["submit_payments"], dumps(payment), laid_over.choose()).violations
    assert check(built_in(), built_in().operations["submit_payments"], dumps(payment), built_in().choose()).violations


def test_a_reading_can_be_added_and_asked_for(tmp_path: Path) -> None:
    answers = [{**ANSWER, "when": {"shape": "old"}}, {**ANSWER, "status": 206, "when": {"shape": "new"}}]
    laid_over = overlay(
        tmp_path,
        readings=table(readings=[reading("shape", "old", "new")]),
        operations=table(operations=[operation(answers=answers)]),
    )
    row = laid_over.operations["credit_status"].answer("found", laid_over.choose([("shape", "new")]))

    assert laid_over.choose()["shape"] == "old"
    assert row is not None
    assert row.status == 206


def test_a_question_that_has_been_settled_can_be_narrowed_to_other_answers(tmp_path: Path) -> None:
    settled = reading("failed_status", "5", "6")
    laid_over = overlay(tmp_path, readings=table(readings=[settled]))

    assert laid_over.choose()["failed_status"] == "5"
    with pytest.raises(SettingError, match="not among its answers"):
        laid_over.choose([("failed_status", "2")])
    assert set(laid_over.readings) == set(built_in().readings)


def test_a_question_that_has_been_settled_can_lose_its_rows(tmp_path: Path) -> None:
    only = error_row("expired", status=498)
    laid_over = overlay(tmp_path, operations=table(errors=[only]))

    assert [row.status for row in laid_over.errors if row.name == "expired"] == [498]
    assert laid_over.error("expired", laid_over.choose([("expired_token", "403")])).status == 498


def test_lists_without_names_are_replaced_and_objects_are_merged(tmp_path: Path) -> None:
    known = {"documentStatus": None, "basis": "example", "source": "none"}
    states = [
        {"state": state, "status": number, "description": state, **known}
        for number, state in enumerate(("pending", "synced", "failed"), 10)
    ]
    credit = {"title": "credit", "identifier": "id", "date": "day", "keep": []}
    laid_over = overlay(
        tmp_path,
        operations=table(
            states=states, records={"credit": credit}, prefix="/v2", auth={**built_in().auth, "header": "X-Key"}
        ),
    )

    assert [state.status for state in laid_over.states] == [10, 11, 12]
    assert set(laid_over.records) == {*built_in().records, "credit"}
    assert laid_over.auth == {**built_in().auth, "header": "X-Key"}
    assert laid_over.allowed("/v2/accounting/ledger")


def test_two_contracts_share_nothing_that_changes(tmp_path: Path) -> None:
    before = repr(vars(Contract())["operations"])
    overlay(tmp_path, operations=table(operations=[operation()], errors=[error_row("not-found")]))

    assert repr(vars(Contract())["operations"]) == before
    assert Contract().files.read("operations.json")["errors"] == built_in().files.read("operations.json")["errors"]


def test_whole_numbers_of_a_file_stay_whole(contract: Contract) -> None:
    assert contract.states[0].status == 0
    assert not isinstance(contract.states[0].status, bool | float | Decimal)


# ---------------------------------------------------------------------------------------- broken overlays


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"{", "operations.json:1:2"), (b"[]", "operations.json#"), (b"{}", "operations.json#"),
        (b"\xff", "operations.json"),
        (b'{"format": 2}', "operations.json#/format"), (b"[" * 100_000, "operations.json"),
        (table(operation=[]), "operations.json#"), (table(prefix="v1"), "operations.json#/prefix"),
        (table(operations=[operation(method="FETCH")]), "operations.json#/operations/0/method"),
        (table(operations=[operation(answers=[])]), "operations.json#/operations/0/answers"),
        (table(operations=[operation(), operation(colour="red")]), "operations.json#/operations/1"),
        (table(states=[{"state": "lost"}]), "operations.json#/states/0"), (table(errors=[error_row("x", status=200)]),
        "operations.json#/errors/0/status"), (table(records={"x": {}}), "operations.json#/records/x"),
    ],
    ids=range(14),
)  # fmt: skip
def test_a_table_of_another_shape_is_refused_with_file_and_place(tmp_path: Path, content: Any, where: str) -> None:
    with pytest.raises(ContractError) as caught:
        overlay(tmp_path, operations=content)

    assert where in caught.value.where
    assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("readings", table(readings=[reading("x", "only")]), "readings.json#/readings/0/answers"),
        ("readings", table(readings=[{"name": "x"}]), "readings.json#/readings/0"),
        ("rules", table(rules=[{"name": "x"}]), "rules.json#/rules/0"),
        ("rules", table(), "rules.json#/"),
        ("common__currencies", {"code": []}, "common/currencies.json"),
        ("common__currencies", [], "common/currencies.json"),
        ("common__currencies", {"codes": [1]}, "common/currencies.json"),
        ("accounting__new", {"minLenght": 1}, "accounting/new.json#"),
        ("accounting__new", 7, "accounting/new.json"),
        ("common__types", {"$defs": {}}, "accounting/"),
        ("accounting__submit.answer.message", {"pattern": "("}, "accounting/submit.answer.message.json"),
        ("accounting__submit.answer.message", {"format": "iban"}, "accounting/submit.answer.message.json"),
    ],
    ids=range(12),
)
def test_other_broken_files_are_refused_with_file_and_place(
    tmp_path: Path, name: str, content: Any, where: str
) -> None:
    with pytest.raises(ContractError) as caught:
        overlay(tmp_path, **{name: content})

    assert caught.value.where.startswith(where)


def test_an_operation_occurs_once_in_a_table(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="the operation 'credit_status' occurs twice"):
        overlay(tmp_path, operations=table(operations=[operation(), operation()]))
