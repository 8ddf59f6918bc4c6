"""A batch of payments, in every combination of the readings that decide about it."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from simulator.contract.contract import built_in
from simulator.contract.jsontext import loads
from simulator.contract.validation import VIOLATIONS_MAX
from simulator.partner.messages import Answer
from tests.documents import NAMELESS, Partner, ledger, partner, payment, read


def effects(client: Partner) -> list[tuple[str, str]]:
    return [(effect.what, effect.identifier) for effect in client.last.effects]


def told(answer: Answer) -> Any:
    return json.loads(read(answer))


GOOD, SCHEMA, RULE, AGAIN = "good", "schema", "rule", "again"
LAID_OVER: dict[str, dict[str, Any]] = {GOOD: {}, SCHEMA: {"paymentDate": "2026-02-30"}, RULE: NAMELESS, AGAIN: {}}
WAYS = ("refused", "failed-at-sync", "reported")
REPEATS = ("one-record", "two-records", "refused")
BATCHES = ("all-refused", "good-ones-taken")


def expected(batch: list[str], repeated: str, way: str, partly: str) -> tuple[str, list[bool]]:
    """What becomes of a batch, thought through for each payment by itself."""
    bad = [kind == SCHEMA or (kind == RULE and way == "refused") for kind in batch]
    conflict = [kind == AGAIN and repeated == "refused" for kind in batch]
    refused = [one or other for one, other in zip(bad, conflict, strict=True)]
    if not any(refused):
        return "accepted", [True] * len(batch)
    if partly == "good-ones-taken" and not all(refused):
        return "partly", [not one for one in refused]
    return "invalid" if any(bad) else "conflict", [False] * len(batch)


@pytest.mark.parametrize(("repeated", "way", "partly"), list(itertools.product(REPEATS, WAYS, BATCHES)))
def test_a_batch_is_taken_as_every_combination_of_readings_says(repeated: str, way: str, partly: str) -> None:
    readings = {"repeated_identifier": repeated, "rule_violation": way, "batch_with_bad_payment": partly,
                "submit_answer": "identifiers"}  # fmt: skip
    table = built_in()
    row = table.operations["submit_payments"]
    for batch in itertools.product((GOOD, SCHEMA, RULE, AGAIN), repeat=3):
        client = partner(readings=readings)
        client.submit("payment", [payment("old")])
        names = ["old" if kind == AGAIN else f"P-{number}" for number, kind in enumerate(batch)]
        if batch.count(AGAIN) > 1:
            continue
        sent = [payment(name, **LAID_OVER[kind]) for name, kind in zip(names, batch, strict=True)]
        before = client.world.record_count

        answer = client.submit("payment", sent)

        outcome, taken = expected(list(batch), repeated, way, partly)
        statuses = {"accepted": 200, "partly": 200, "invalid": 400, "conflict": 409}
        assert (client.last.outcome, answer.status) == (outcome, statuses[outcome]), batch
        new = sum(taken) - (AGAIN in batch and taken[batch.index(AGAIN)] and repeated == "one-record")
        assert client.world.record_count - before == new, batch
        renewed = "replaced" if repeated == "one-record" else "created"
        verbs = [("refused" if not one else renewed if kind == AGAIN else "created", name)
                 for one, kind, name in zip(taken, batch, names, strict=True)]  # fmt: skip
        assert effects(client) == verbs, batch
        if outcome == "partly":
            rows = told(answer)["payments"]
            assert [(one["paymentIdentifier"], one["accepted"]) for one in rows] == list(zip(names, taken, strict=True))
            assert [bool(one["message"]) for one in rows] == [not one for one in taken], batch
        if outcome in {"accepted", "partly"}:
            schema = next(
                one.schema for one in row.answers if one.outcome == outcome and one.fits(client.world.readings)
            )
            assert table.schemas.validator(schema).is_valid(loads(read(answer)))
        client.run("settle")
        failed = [name for name, kind, one in zip(names, batch, taken, strict=True)
                  if one and kind == RULE and way == "failed-at-sync"]  # fmt: skip
        states = [one.identifier for one in client.world.shelves["payment"].all.values() if one.state == "failed"]
        assert states == failed, batch


def test_each_payment_of_a_batch_fails_later_for_its_own_reasons() -> None:
    client = partner(readings={"rule_violation": "failed-at-sync"})
    client.submit("payment", [payment("A", currency="XXY", **NAMELESS), payment("B"), payment("C", **NAMELESS)])
    client.run("settle")
    reasons = {name: client.record("payment", name).reason for name in "ABC"}
    assert reasons["B"] == ""
    assert "missing" in reasons["C"]
    assert reasons["A"].split("; ")[-1] == reasons["C"]
    assert "'XXY' is not a currency" in reasons["A"]


def test_a_ledger_fails_later_for_all_that_it_breaks() -> None:
    client = partner(readings={"rule_violation": "failed-at-sync"})
    client.submit("ledger", ledger(ledgerRows=[{"accountNumber": "1", "amount": 1.001}]))
    client.run("settle")
    record = client.record("ledger", "L-1")
    assert record.reason.count("; ") == 1
    assert record.steps[-1].cause == "rule of the contract"


def test_a_batch_without_an_identifier_is_told_of_by_its_place() -> None:
    client = partner(readings={"batch_with_bad_payment": "good-ones-taken"})
    nameless, odd = payment(), payment()
    del nameless["paymentIdentifier"]
    odd["paymentIdentifier"] = 5
    answer = client.submit("payment", [nameless, payment("B"), odd, payment("")])

    contract = built_in()
    assert contract.schemas.validator("accounting/payment.submit.answer.partly.json").is_valid(loads(read(answer)))
    rows = told(answer)["payments"]
    assert [(one["paymentIdentifier"], one["accepted"]) for one in rows] == [
        (None, False), ("B", True), (None, False), (None, False),
    ]  # fmt: skip
    assert [one["message"][:12] if one["message"] else None for one in rows] == [
        "/payments/0/",
        None,
        "/payments/2/",
        "/payments/3/",
    ]
    assert effects(client) == [("created", "B")]


@pytest.mark.parametrize("count", [VIOLATIONS_MAX - 1, VIOLATIONS_MAX, VIOLATIONS_MAX + 1, 2_500])
@pytest.mark.parametrize("fault", [{"amount": "x"}, NAMELESS], ids=["schema", "rule"])
@pytest.mark.parametrize("way", ["refused", "failed-at-sync", "reported"])
@pytest.mark.parametrize("batch", ["all-refused", "good-ones-taken"])
def test_no_bad_payment_passes_for_a_good_one_because_there_are_so_many(
    count: int, fault: dict[str, Any], way: str, batch: str
) -> None:
    client = partner(readings={"rule_violation": way, "batch_with_bad_payment": batch})
    bad = [payment(f"P-{number}", **fault) for number in range(count)]

    client.submit("payment", [*bad, payment("good")])
    client.run("settle")

    synced = [one.identifier for one in client.world.shelves["payment"].all.values() if one.state == "synced"]
    if fault is NAMELESS and way == "reported":
        assert len(synced) == count + 1
    else:
        assert synced in ([], ["good"])
