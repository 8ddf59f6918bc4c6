"""A mistake is one change away from valid, and the contract reports exactly what it says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from simulator.contract.contract import built_in
from simulator.contract.jsontext import dumps
from simulator.contract.validation import check
from simulator.verify.mistakes import Invalid, invalid, operation_of, rules_of

KINDS = ["ledger", "payment"]
EVERY_RULE = [(kind, rule) for kind in KINDS for rule in rules_of(kind)]


def reported(kind: str, body: bytes) -> list[tuple[str, str]]:
    """(pointer, rule) of all that the contract reports of a body, in its default readings."""
    contract = built_in()
    found = check(contract, operation_of(kind), body, contract.choose()).violations
    return [(one.pointer, one.rule) for one in found]


@pytest.mark.parametrize(("kind", "rule"), EVERY_RULE)
@given(data=st.data())
def test_a_mistake_is_reported_as_the_rule_at_the_pointer_and_nothing_else(
    kind: str, rule: str, data: st.DataObject
) -> None:
    mistake = data.draw(invalid(kind, rules=[rule]))

    assert mistake.rule == rule
    assert reported(kind, dumps(mistake.body)) == [(mistake.pointer, rule)]


@given(st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(st.just(kind), invalid(kind, as_float=True))))
def test_a_mistake_with_floats_is_plain_json_and_reported_likewise(drawn: tuple[str, Invalid]) -> None:
    kind, mistake = drawn

    assert reported(kind, json.dumps(mistake.body, allow_nan=False).encode()) == [(mistake.pointer, mistake.rule)]


@given(st.sampled_from(KINDS).flatmap(invalid))
def test_a_mistake_is_told_in_a_sentence(mistake: Invalid) -> None:
    assert mistake.what.endswith(".")
    assert len(mistake.what) < 150


@pytest.mark.parametrize("kind", KINDS)
def test_every_rule_of_the_contract_that_judges_a_kind_can_be_broken(kind: str) -> None:
    assert set(operation_of(kind).rules) == {rule for rule in rules_of(kind) if not rule.startswith("schema-")}


@pytest.mark.parametrize("kind", KINDS)
def test_all_rules_come_up(kind: str) -> None:
    seen: set[str] = set()

    @settings(max_examples=300, derandomize=True, database=None)
    @given(invalid(kind))
    def collect(mistake: Invalid) -> None:
        seen.add(mistake.rule)

    collect()
    assert seen == set(rules_of(kind))


def test_a_mistake_shrinks_to_a_small_document() -> None:
    smallest = find(invalid("ledger", rules=["ledger-balances"]), lambda _: True)

    assert set(smallest.document) == {"ledgerIdentifier", "documentDate", "ledgerRows"}
    assert len(smallest.document["ledgerRows"]) == 2


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("ledger", "submit_ledger"),
        ("ledgers", "submit_ledger"),
        ("submit_ledger", "submit_ledger"),
        ("payments", "submit_payments"),
        ("submit_payments", "submit_payments"),
    ],
)
def test_an_operation_is_found_by_its_name_or_what_it_submits(name: str, operation: str) -> None:
    assert operation_of(name).name == operation


@pytest.mark.parametrize("name", ["ledger_status", "invoice", "", "submit_leger"])
def test_what_submits_nothing_is_refused_with_what_there_is(name: str) -> None:
    with pytest.raises(ValueError, match="submit_ledger, submit_payments"):
        operation_of(name)


def test_a_rule_of_another_kind_is_refused_with_those_there_are() -> None:
    strategy: st.SearchStrategy[Any] = invalid("ledger", rules=["currency-exists"])

    with pytest.raises(ValueError, match="vat-rows-fit"):
        find(strategy, lambda _: True)
