"""A document is judged as the server would judge it, and its author is told where and what to do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contract.contract import Contract, built_in
from simulator.contract.inspection import Inspector, Report
from simulator.contract.validation import check
from simulator.errors import SettingError
from tests import strategies
from tests.documents import UNBALANCED, ledger, payment


def inspect(body: bytes | Any, name: str = "", **readings: str) -> Report:
    """Judge a document with the built-in contract."""
    contract = built_in()
    raw = body if isinstance(body, bytes) else json.dumps(body, indent=1).encode()
    return Inspector(contract, contract.choose(readings.items()), name).inspect(raw)


def rules(report: Report) -> list[tuple[int, str]]:
    """Line and rule of each violation."""
    return [(line, violation.rule) for line, violation in report.violations]


def advice(report: Report) -> list[str]:
    """The words of the advice."""
    return [one.detail for one in report.advice]


@pytest.mark.parametrize(
    ("body", "operation"), [({"ledgers": ledger()}, "submit_ledger"), ({"payments": [payment()]}, "submit_payments")]
)
def test_a_good_document_is_recognised_by_its_outermost_member(body: Any, operation: str) -> None:
    report = inspect(body)

    assert (report.operation, report.violations, report.advice, report.error) == (operation, [], [], "")
    assert report.show()["ok"] is True


def test_the_examples_of_the_contract_are_good(contract: Contract) -> None:
    for operation in contract.operations.values():
        for name in operation.request_examples:
            report = inspect(contract.files.paths[name].read_bytes())
            assert (report.operation, report.violations, report.error) == (operation.name, [], "")


@given(st.one_of(strategies.json_values(), strategies.json_values().map(lambda value: {"ledgers": value})))
def test_the_violations_are_exactly_those_of_the_server(value: Any) -> None:
    contract = built_in()
    readings = contract.choose()
    from simulator.contract.jsontext import dumps  # noqa: PLC0415 - decimals stay what they are

    body = dumps(value)
    report = Inspector(contract, readings, "submit_ledger").inspect(body)

    of_server = check(contract, contract.operations["submit_ledger"], body, readings).violations
    assert sorted(violation.sentence() for _, violation in report.violations) == sorted(
        violation.sentence() for violation in of_server
    )


def test_violations_come_in_the_order_of_lines() -> None:
    row = {"accountNumber": "3000", "amount": "x"}
    document = {"ledgers": {"documentDate": "2026-02-30", "ledgerIdentifier": 7, "ledgerRows": [row]}}

    assert rules(inspect(document)) == [(3, "schema-format"), (4, "schema-type"), (8, "schema-type")]


def test_a_rule_beyond_the_schema_points_at_its_place() -> None:
    report = inspect({"ledgers": {**ledger(), **UNBALANCED}})

    [(line, violation)] = report.violations
    assert (violation.rule, violation.pointer) == ("ledger-balances", "/ledgers/ledgerRows")
    assert line > 1


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b'{\n"a": 1,\n\n"a": 2}', 4),
        (b'{\n"a": }', 2),
        (b"", 0),
        (b'\xef\xbb\xbf{"a": 1}', 0),
        (b'{\n"a": "\xff"}', 0),
        (b'{"a": "\\ud800"}', 0),
        (b"[" * 300 + b"]" * 300, 0),
    ],
)
def test_what_is_not_json_is_a_violation_with_its_line_where_there_is_one(body: bytes, line: int) -> None:
    report = inspect(body)

    assert rules(report) == [(line, "json")]
    assert (report.operation, report.error) == ("", "")


def test_a_body_that_the_server_would_not_read_is_too_large(contract: Contract) -> None:
    body = json.dumps({"ledgers": ledger()}).encode()
    inspector = Inspector(contract, contract.choose(), bytes_max=len(body))

    assert rules(inspector.inspect(body)) == []
    assert rules(inspector.inspect(body + b" ")) == [(0, "body-size")]


def test_a_bare_ledger_is_recognised_and_told_to_be_wrapped() -> None:
    report = inspect(ledger())

    assert (report.operation, rules(report)) == ("submit_ledger", [(1, "schema-required")])
    assert advice(report) == ['this is the inside of a body: wrap it in {"ledgers": …}']


@pytest.mark.parametrize(("body", "inside"), [([payment()], "…"), (payment(), "[…]")])
def test_bare_payments_are_recognised_as_a_list_or_one(body: Any, inside: str) -> None:
    report = inspect(body)

    assert report.operation == "submit_payments"
    assert advice(report) == [f'this is the inside of a body: wrap it in {{"payments": {inside}}}']


def test_an_outermost_member_that_is_nearly_right_is_recognised() -> None:
    report = inspect({"Ledger": ledger()})

    assert report.operation == "submit_ledger"
    assert advice(report) == ["the contract does not name 'Ledger'; did you mean 'ledgers'?"]


@pytest.mark.parametrize("body", [{}, [], [[]], 7, None, {"ledgers": {}, "payments": []}, {"invoices": []}])
def test_what_shows_no_operation_cannot_be_judged(body: Any) -> None:
    report = inspect(body)

    assert report.error.endswith("Say it with --as submit_ledger or --as submit_payments.")
    assert report.show() == {
        "operation": None, "ok": False, "error": report.error, "violations": [], "advice": [],
    }  # fmt: skip


def test_the_operation_can_be_said() -> None:
    assert rules(inspect({}, "submit_payments")) == [(1, "schema-required")]


@pytest.mark.parametrize(
    ("name", "hint"), [("submit_ledgers", "Did you mean submit_ledger?"), ("ledger_status", "Choose"), ("x", "Choose")]
)
def test_an_operation_that_takes_no_body_is_an_error(name: str, hint: str) -> None:
    with pytest.raises(SettingError, match="no operation of this name takes a body") as caught:
        inspect({}, name)
    assert hint in str(caught.value)


def test_an_unknown_member_is_advice_and_in_another_reading_a_violation() -> None:
    body = {"ledgers": {**ledger(), "documentNme": "x", "zebra": 1}}
    hint = "the contract does not name 'documentNme'; did you mean 'documentName'?"

    ignored, refused = inspect(body), inspect(body, unknown_members="refused")

    assert ignored.violations == []
    assert sorted(advice(ignored)) == [hint, "the contract does not name 'zebra'"]
    assert {rule for _, rule in rules(refused)} == {"schema-additional-properties"}
    assert advice(refused) == [hint]


def test_a_report_is_one_json_object() -> None:
    shown = inspect({"ledgers": {**ledger(), "documentDate": "x", "zebra": 1}}).show()

    [violation] = shown["violations"]
    assert (violation["line"] > 1, violation["pointer"]) == (True, "/ledgers/documentDate")
    assert {"value", "rule", "expected", "detail", "basis", "source"} < set(violation)
    assert shown["advice"][0]["pointer"] == "/ledgers/zebra"
