"""A change is made to a copy, at one place, and what it breaks is one keyword."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from simulator.contract.contract import built_in
from simulator.verify.documents import ledgers
from simulator.verify.mutations import (
    ABSENT,
    LEFT_OUT,
    WRONG_BY_KEYWORD,
    Change,
    changed,
    places,
    schema_changes,
    without,
)

LEDGER = "accounting/ledger.submit.request.json"
BODY: dict[str, Any] = {"ledgers": {"ledgerIdentifier": "L", "rows": [{"a": 1}, {"a": 2}]}}


def test_a_place_is_changed_in_a_copy_and_the_rest_is_shared() -> None:
    made = changed(BODY, ("ledgers", "rows", 1, "a"), 3)

    assert made == {"ledgers": {"ledgerIdentifier": "L", "rows": [{"a": 1}, {"a": 3}]}}
    assert BODY["ledgers"]["rows"][1] == {"a": 2}
    assert made["ledgers"]["rows"][0] is BODY["ledgers"]["rows"][0]
    assert changed(BODY, (), 7) == 7


def test_a_member_is_taken_out_of_a_copy() -> None:
    assert without(BODY, ("ledgers", "rows")) == {"ledgers": {"ledgerIdentifier": "L"}}
    assert "rows" in BODY["ledgers"]


def test_a_change_knows_where_it_is_reported() -> None:
    assert Change(("a", 0, "b/c"), 1, "").pointer == "/a/0/b~1c"
    assert Change(("a", 0), 1, "", ("a",)).pointer == "/a"
    assert Change(("ledgers", "rows"), LEFT_OUT, "").made_to(BODY) == {"ledgers": {"ledgerIdentifier": "L"}}


@given(ledgers())
def test_every_place_that_the_schema_describes_is_found_also_where_nothing_stands(ledger: Any) -> None:
    found = {place.path: place.value for place in places(LEDGER, {"$ref": "#"}, {"ledgers": ledger})}

    assert found[("ledgers", "documentName")] == ledger.get("documentName", ABSENT)
    assert found[("ledgers", "ledgerRows", 1, "amount")] == ledger["ledgerRows"][1]["amount"]


@pytest.mark.parametrize("absent", [True, False])
@given(ledger=ledgers())
def test_a_change_breaks_one_keyword_at_its_place(ledger: Any, absent: bool) -> None:  # noqa: FBT001
    validator = built_in().schemas.validator(LEDGER)
    seen = set()
    for rule, change in list(schema_changes(LEDGER, {"ledgers": ledger}, absent=absent))[::7]:
        [error] = validator.iter_errors(change.made_to({"ledgers": ledger}))
        seen.add((rule, error.kind.name))

    names = {"schema-required": "required", "schema-type": "type"}
    names |= {rule: keyword for keyword, (rule, _, _) in WRONG_BY_KEYWORD.items()}
    assert all(names[rule] == keyword for rule, keyword in seen)


def test_what_is_absent_is_changed_only_where_it_is_asked_for() -> None:
    ledger = {"ledgerIdentifier": "L", "documentDate": "2026-01-01", "ledgerRows": []}
    changes = {
        absent: {change.pointer for _, change in schema_changes(LEDGER, {"ledgers": ledger}, absent=absent)}
        for absent in (True, False)
    }

    assert changes[True] - changes[False] == {
        f"/ledgers/{name}"
        for name in ("calculationMode", "companyIdentifier", "documentDescription", "documentName", "documentType")
    }
