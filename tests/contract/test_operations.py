"""The table of operations as objects: rows become answers, and readings choose among them."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.contract.contract import Contract
from simulator.contract.operations import (
    AnswerRow,
    Parameter,
    fits,
    operation_from,
    record_kind_from,
    state_from,
)

KNOWN = {"basis": "assumed", "source": "none", "description": "d"}
ROW: dict[str, Any] = {
    "name": "look",
    "method": "GET",
    "path": "/look",
    "title": "Look",
    **KNOWN,
    "answers": [
        {"for": "none", "when": {"no_results": "no-content"}, "status": 204, **KNOWN},
        {"for": "none", "when": {"no_results": "empty-list", "order": "new"}, "status": 200, "body": [], **KNOWN},
        {"for": "none", "status": 404, **KNOWN},
        {"for": "found", "status": 200, **KNOWN},
    ],
}


@pytest.mark.parametrize("when", [{}, {"a": "1"}, {"a": "1", "b": "2"}], ids=str)
def test_a_row_applies_where_every_named_reading_has_the_named_answer(when: dict[str, str]) -> None:
    assert fits(when, {"a": "1", "b": "2"})
    assert AnswerRow("found", 200, "assumed", "none", "d", when=when).fits({"a": "1", "b": "2"})


@pytest.mark.parametrize("when", [{"a": "2"}, {"a": "1", "b": "1"}, {"c": "1"}], ids=str)
def test_a_row_does_not_apply_where_one_reading_has_another_answer(when: dict[str, str]) -> None:
    assert not fits(when, {"a": "1", "b": "2"})
    assert not AnswerRow("found", 200, "assumed", "none", "d", when=when).fits({"a": "1", "b": "2"})


@pytest.mark.parametrize(
    ("readings", "status"),
    [
        ({"no_results": "no-content"}, 204),
        ({"no_results": "empty-list", "order": "new"}, 200),
        ({"no_results": "empty-list", "order": "old"}, 404),
        ({}, 404),
    ],
)
def test_the_first_row_that_applies_answers(readings: dict[str, str], status: int) -> None:
    row = operation_from(ROW).answer("none", readings)

    assert row is not None
    assert row.status == status


def test_an_outcome_without_a_row_has_no_answer() -> None:
    assert operation_from(ROW).answer("conflict", {}) is None


def test_an_operation_needs_little() -> None:
    operation = operation_from(ROW)

    assert (operation.request_schema, operation.behaviour, operation.record, operation.collection) == ("", "", "", "")
    assert (operation.rules, operation.parameters, operation.errors, operation.tags) == ((), (), (), ())
    assert operation.needs_key


def test_an_operation_takes_over_everything_that_its_row_says() -> None:
    parameter = {"name": "status", "filter": "status", "schema": {"type": "integer"}, **KNOWN}
    operation = operation_from(
        {
            **ROW,
            "tags": ["t"],
            "behaviour": "submit",
            "record": "ledger",
            "collection": "ledgers",
            "request": {"schema": "a.json", "examples": ["b.json"]},
            "rules": ["two-decimals"],
            "parameters": [parameter, {**parameter, "name": "kind", "in": "path", "required": True}],
            "errors": ["invalid"],
            "needs_key": False,
        }
    )

    assert (operation.tags, operation.rules, operation.errors) == (("t",), ("two-decimals",), ("invalid",))
    assert (operation.behaviour, operation.record, operation.collection) == ("submit", "ledger", "ledgers")
    assert (operation.request_schema, operation.request_examples) == ("a.json", ("b.json",))
    assert operation.parameters == (
        Parameter("status", {"type": "integer"}, "d", "assumed", "none", filter="status"),
        Parameter("kind", {"type": "integer"}, "d", "assumed", "none", filter="status", required=True, place="path"),
    )
    assert not operation.needs_key


def test_a_row_is_not_changed_by_being_read() -> None:
    before = repr(ROW)
    operation_from(ROW)

    assert repr(ROW) == before


def test_a_kind_of_record_and_a_state_are_made_of_their_rows() -> None:
    kind = record_kind_from("ledger", {"title": "t", "identifier": "i", "date": "d", "keep": ["d", "n"]})
    state = state_from({"state": "synced", "status": 1, "documentStatus": "Approved", **KNOWN})

    assert (kind.name, kind.keep, kind.invoice, kind.schema) == ("ledger", ("d", "n"), "", "")
    assert (state.state, state.status, state.document_status, state.when) == ("synced", 1, "Approved", {})


def test_in_every_reading_a_submission_and_a_look_up_have_exactly_one_answer(contract: Contract) -> None:
    for operation in contract.operations.values():
        outcomes = {row.outcome for row in operation.answers} - {"partly"}
        assert outcomes in ({"accepted"}, {"found", "none"})
        asked = {name for row in operation.answers if row.outcome in outcomes for name in row.when}
        for name in asked:
            for value in contract.readings[name].values:
                readings = contract.choose([(name, value)])
                for outcome in outcomes:
                    applying = [row for row in operation.answers if row.outcome == outcome and row.fits(readings)]
                    assert len(applying) == 1, (operation.name, outcome, name, value)


def test_a_kind_finds_date_and_invoice_in_a_document_where_it_has_them() -> None:
    kind = record_kind_from(
        "payment", {"title": "t", "identifier": "i", "date": "day", "keep": [], "invoice": "number"}
    )
    nameless = record_kind_from("x", {"title": "t", "identifier": "i", "date": "", "keep": []})

    assert (kind.date_of({"day": "2026-01-01"}), kind.invoice_of({"number": "7"})) == ("2026-01-01", "7")
    assert (kind.date_of({}), kind.invoice_of({"number": None})) == ("", "")
    assert (nameless.date_of({"": "2026-01-01"}), nameless.invoice_of({"": "7"})) == ("", "")
