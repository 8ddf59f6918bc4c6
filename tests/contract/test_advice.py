"""A member that the contract does not name is told, with the one that was perhaps meant."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from simulator.contract.advice import ADVICE_MAX, names_at, unknown_members
from simulator.contract.contract import Contract
from tests.documents import ledger

Body = dict[str, Any]


def told(contract: Contract, body: Any, operation: str = "submit_ledger") -> list[tuple[str, str]]:
    """Pointer of each unknown member, and what was meant."""
    found = unknown_members(contract, contract.operations[operation], body)
    return sorted((unknown.pointer, unknown.meant) for unknown in found)


def with_row(**members: Any) -> Body:
    """A ledger whose second row has some more members."""
    document = copy.deepcopy(ledger())
    document["ledgerRows"][1] |= members
    return {"ledgers": document}


def test_a_document_of_known_members_needs_no_advice(contract: Contract) -> None:
    assert told(contract, with_row()) == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("projectNummer", "projectNumber"),
        ("Amount", "amount"),
        ("acountNumber", ""),
        ("vatcode", "vatCode"),
        ("zebra", ""),
        ("", ""),
    ],
)
def test_a_name_is_compared_with_those_that_are_not_there_yet(contract: Contract, name: str, meant: str) -> None:
    assert told(contract, with_row(**{name: 1})) == [(f"/ledgers/ledgerRows/1/{name}", meant)]


def test_every_unknown_member_is_told_at_every_level(contract: Contract) -> None:
    body = with_row(x=1, y=2, ledgerDimensions=[{"dimensionType": "a", "dimensionValue": "b", "c/d": 1}])
    body["z"] = 1

    assert [pointer for pointer, _ in told(contract, body)] == [
        "/ledgers/ledgerRows/1/ledgerDimensions/0/c~1d", "/ledgers/ledgerRows/1/x", "/ledgers/ledgerRows/1/y", "/z",
    ]  # fmt: skip


def test_other_violations_are_no_matter_of_advice(contract: Contract) -> None:
    assert told(contract, {"ledgers": {"documentDate": 7, "extra": 1}}) == [("/ledgers/extra", "")]
    assert told(contract, ["no object at all"]) == []


def test_there_is_an_end_to_advice(contract: Contract) -> None:
    body = with_row(**{f"member{number}": number for number in range(ADVICE_MAX + 5)})

    assert len(told(contract, body)) == ADVICE_MAX


def test_the_advice_is_a_sentence(contract: Contract) -> None:
    [unknown] = unknown_members(contract, contract.operations["submit_ledger"], with_row(vatcode="x"))
    [other] = unknown_members(contract, contract.operations["submit_ledger"], with_row(zebra="x"))

    assert unknown.sentence() == "the contract does not name 'vatcode'; did you mean 'vatCode'?"
    assert other.sentence() == "the contract does not name 'zebra'"


def test_where_a_schema_names_nothing_there_are_no_names(contract: Contract) -> None:
    file = contract.operations["submit_ledger"].request_schema

    assert names_at(contract, file, []) == ["ledgers"]
    assert names_at(contract, file, ["nothing", "below"]) == []
    assert names_at(contract, file, ["ledgers", 0]) == []
