"""The parts of a contract fit together, or the contract is refused with file and place before anything is served."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.contract import coherence
from simulator.contract.contract import Contract
from simulator.errors import ContractError
from tests.contract.test_contract import ANSWER, error_row, operation, overlay, reading, table

PARAMETER = {"name": "p", "schema": {"type": "string"}, "basis": "assumed", "source": "none", "description": "d"}
WHERE = "operations.json: credit_status"


def test_the_built_in_contract_is_coherent(contract: Contract) -> None:
    coherence.check(contract)


def answers(**members: Any) -> dict[str, Any]:
    return {"answers": [{**ANSWER, **members}]}


def parameters(**members: Any) -> dict[str, Any]:
    return {"parameters": [{**PARAMETER, **members}]}


@pytest.mark.parametrize(
    ("members", "where", "message"),
    [
        ({"rules": ["balance"]}, WHERE, "the rule 'balance' is not in rules.json"),
        ({"errors": ["teapot"]}, WHERE, "the error 'teapot' is not in `errors`"),
        ({"record": "credit"}, WHERE, "the record 'credit' is not in `records`"),
        ({"behaviour": "status"}, WHERE, "an operation with a behaviour names its record"),
        ({"path": "/accounting/ledger"}, WHERE, "GET /accounting/ledger is another operation too"),
        ({"path": "/credit/{id}"}, WHERE, "the path '/credit/{id}' holds a parameter"),
        ({"request": {"schema": "no.json"}}, "no.json", "there is no such schema"),
        (answers(schema="no.json"), "no.json", "there is no such schema"),
        (answers(example="no.json"), WHERE, "the example 'no.json' is missing"),
        (
            {"request": {"schema": "common/types.json", "examples": ["no.json"]}},
            WHERE,
            "the example 'no.json' is missing",
        ),
        (answers(when={"colour": "red"}), f"{WHERE}: found", "there is no such reading"),
        (answers(when={"failed_status": "9"}), f"{WHERE}: found", "'9' is not among its answers"),
        (answers(item={"a": "$b"}), WHERE, "has an item, so its body holds one slot"),
        (answers(item={"a": "$b"}, body={"x": "$x", "y": "$y"}), WHERE, "has an item, so its body holds one slot"),
        (answers(item={"a": "$b"}, body={"x": "$x", "y": "$x"}), WHERE, "has an item, so its body holds one slot"),
        (parameters(schema={"type": "strng"}), f"{WHERE}: p#/type", "not a JSON Schema"),
        (parameters(schema={"maxLenght": 1}), f"{WHERE}: p#", "the keyword 'maxLenght' is not known"),
        (parameters(schema={"$ref": "no.json"}), "no.json", "cannot be compiled"),
        (parameters(schema={"type": "string", "format": "iban"}), "", "cannot be compiled"),
    ],
    ids=range(19),
)
def test_an_operation_that_does_not_fit_is_refused(
    tmp_path: Path, members: dict[str, Any], where: str, message: str
) -> None:
    with pytest.raises(ContractError) as caught:
        overlay(tmp_path, operations=table(operations=[operation(**members)]))

    assert caught.value.where.startswith(where)
    assert caught.value.where
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("members", "where", "message"),
    [
        ({"states": []}, "states: pending", "no row applies at all"),
        ({"error_bodies": []}, "error_bodies", "no row applies at all"),
        ({"error_bodies": [{"when": {"error_body": "empty"}}]}, "error_bodies", "error_body=message"),
        ({"error_bodies": [{"when": {"error_body": "none"}}]}, "error_bodies", "'none' is not among its answers"),
        ({"errors": [error_row("expired", when={"expired_token": "403"})]}, "errors: expired", "expired_token=401"),
        ({"errors": [error_row("expired", when={"token": "403"})]}, "errors: expired", "there is no such reading"),
        ({"errors": [error_row("invalid", message="{")]}, "errors: invalid", "the text '{' cannot be filled"),
        ({"errors": [error_row("invalid", message="a } b")]}, "errors: invalid", "the text 'a } b' cannot be filled"),
    ],
    ids=range(8),
)
def test_every_error_and_state_is_told_in_every_reading(
    tmp_path: Path, members: dict[str, Any], where: str, message: str
) -> None:
    with pytest.raises(ContractError) as caught:
        overlay(tmp_path, operations=table(**members))

    assert caught.value.where == f"operations.json: {where}"
    assert message in caught.value.message


def test_a_state_that_is_not_told_in_some_reading_is_named_with_it(tmp_path: Path) -> None:
    known = {"description": "d", "documentStatus": None, "basis": "assumed", "source": "none"}
    states: list[dict[str, Any]] = [{"state": state, "status": 0, **known} for state in ("pending", "synced")]
    states.append({"state": "failed", "status": 2, "when": {"failed_description": "fixed"}, **known})

    with pytest.raises(ContractError, match="no row applies in the reading failed_description=reason") as caught:
        overlay(tmp_path, operations=table(states=states))

    assert caught.value.where == "operations.json: states: failed"


@pytest.mark.parametrize("members", [{"schema": "no.json"}, {"example": "no.json"}], ids=str)
def test_the_files_of_a_record_are_there(tmp_path: Path, members: dict[str, str]) -> None:
    record = {"title": "t", "identifier": "i", "date": "d", "keep": [], **members}

    with pytest.raises(ContractError, match=r"no\.json"):
        overlay(tmp_path, operations=table(records={"credit": record}))


def test_a_rule_needs_its_function(tmp_path: Path) -> None:
    rule = {"name": "balance", "title": "t", "basis": "assumed", "source": "none", "why": "w"}

    with pytest.raises(ContractError, match="the rule 'balance' has no function in the program"):
        overlay(tmp_path, rules=table(rules=[rule]), operations=table(operations=[operation(rules=["balance"])]))


def test_the_default_of_a_reading_is_one_of_its_answers(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"^readings\.json: shape: the default 'c' is no answer"):
        overlay(tmp_path, readings=table(readings=[reading("shape", "a", "b", default="c")]))


def test_an_answer_that_a_row_needs_cannot_be_taken_from_a_reading(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="'403' is not among its answers") as caught:
        overlay(tmp_path, readings=table(readings=[reading("expired_token", "401", "498")]))

    assert caught.value.where == "operations.json: errors: expired"


def test_an_answer_that_no_row_tells_cannot_be_added_to_a_reading(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="no row applies in the reading expired_token=498"):
        overlay(tmp_path, readings=table(readings=[reading("expired_token", "401", "403", "400", "498")]))
