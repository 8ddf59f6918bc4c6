"""Submitting: who is taken, who is refused, and what becomes of an identifier that comes again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contract.jsontext import dumps, loads
from simulator.partner.messages import Answer
from simulator.world.records import STEPS_MAX
from simulator.world.world import RECORD_BYTES
from tests.documents import (
    EXAMPLES,
    LEDGER,
    NAMELESS,
    UNBALANCED,
    Partner,
    ledger,
    partner,
    payment,
    read,
    steps,
)  # fmt: skip


def effects(client: Partner) -> list[tuple[str, str]]:
    return [(effect.what, effect.identifier) for effect in client.last.effects]


def rules(client: Partner) -> list[str]:
    return [violation.rule for violation in client.last.violations]


def stored(client: Partner, kind: str = "payment") -> list[str]:
    return [record.identifier for record in client.world.shelves[kind].all.values()]


def told(answer: Answer) -> Any:
    return json.loads(read(answer))


# ------------------------------------------------------------------------------------- what is stored


def test_the_documented_ledger_is_stored_byte_for_byte_and_shared_with_the_journal() -> None:
    client = partner()
    body = (EXAMPLES / "ledger.json").read_bytes()

    assert client.call("POST", "/ledger", body).status == 200

    record = client.record("ledger", LEDGER["ledgerIdentifier"])
    assert record.raw is client.last.body
    assert record.document() == loads(body)["ledgers"]
    assert (record.date, record.invoice, record.state) == ("2026-03-31", "", "pending")
    assert record.kept == {"documentDate": "2026-03-31", "documentName": "SALES-0331"}
    assert effects(client) == [("created", LEDGER["ledgerIdentifier"])]
    assert client.world.record_bytes == len(body) + RECORD_BYTES


def test_every_payment_of_a_batch_becomes_a_record_of_its_own() -> None:
    client = partner()
    client.call("POST", "/payment", (EXAMPLES / "payments.batch.json").read_bytes())
    names = ["PAY-2026-0414-01", "PAY-2026-0414-02", "PAY-2026-0414-03"]
    assert stored(client) == names
    assert [client.record("payment", name).invoice for name in names] == ["2026034", "", "2026047"]
    assert effects(client) == [("created", name) for name in names]
    sizes = sum(len(client.record("payment", name).raw) for name in names)
    assert client.world.record_bytes == sizes + 3 * RECORD_BYTES


@pytest.mark.parametrize("amount", ["0.1", "0.10", "1e2", "999999999999.99", "-0.01", "100", "1.10E+1"])
def test_an_amount_keeps_every_digit_from_the_wire_to_the_record(amount: str) -> None:
    client = partner()
    body = json.dumps({"payments": [payment(amount=777)]}).replace("777", amount).encode()
    assert client.call("POST", "/payment", body).status == 200
    kept = client.record("payment", "P-1").document()["amount"]
    assert kept == loads(amount.encode())
    assert dumps(kept) == dumps(loads(amount.encode()))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(members=st.dictionaries(st.text(max_size=8).map("x-".__add__), JSON_VALUES, max_size=3))
def test_members_that_nobody_knows_are_kept_whatever_they_are(members: dict[str, Any]) -> None:
    client = partner()
    document = {**payment(), **members}
    assert client.call("POST", "/payment", dumps({"payments": [document]})).status == 200
    kept = client.record("payment", "P-1").document()
    assert kept == loads(dumps(document))


@pytest.mark.parametrize("kind", ["ledger", "payment"])
def test_a_ledger_and_a_payment_of_one_identifier_are_two_things(kind: str) -> None:
    client = partner(readings={"repeated_identifier": "refused"})
    client.submit("ledger", ledger("X"))
    assert client.submit("payment", [payment("X")]).status == 200
    assert stored(client, kind) == ["X"]


# ------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b"{}", b'{"payments":null}', b'{"payments":[]}', b'{"payments":{}}',
        b'{"payments":[null]}',
        b'{"payments":[[]]}', b'{"payments":"x"}', b'{"ledgers":{}}', b"\xff\xfe", b"NaN", b'"x"', b"1e400", b"0",
        b'{"payments":[{"paymentIdentifier":{}}]}', b'\xef\xbb\xbf{"payments":[]}', b"[" * 100_000, b'{"payments":[1,2',
        b'{"payments":[{"paymentIdentifier":"\\ud800","paymentDate":"2026-01-01","amount":1}]}',
        b'{"payments":[{"paymentIdentifier":"a","paymentIdentifier":"b"}]}',
    ],
)  # fmt: skip
def test_a_body_that_is_no_submission_is_refused_whole_and_nothing_is_stored(body: bytes) -> None:
    for readings in ({}, {"batch_with_bad_payment": "good-ones-taken", "rule_violation": "reported"}):
        client = partner(readings=readings)
        assert client.call("POST", "/payment", body).status == 400
        assert client.call("POST", "/ledger", body).status == 400
        assert client.world.record_count == 0
        assert not client.last.effects
        assert client.last.violations


def test_a_ledger_given_as_a_list_is_refused_and_named() -> None:
    client = partner()
    assert client.submit("ledger", [ledger("A"), ledger("B")]).status == 400
    assert effects(client) == [("refused", "A"), ("refused", "B")]


def test_a_payment_given_without_its_list_is_refused_and_named() -> None:
    client = partner()
    assert client.submit("payment", payment("A")).status == 400
    assert effects(client) == [("refused", "A")]


# ------------------------------------------------------------------------------------- an identifier again


def settled(client: Partner, outcome: Any) -> None:
    client.submit("ledger", ledger(amount=1, documentDate="2026-01-01", documentName="old"))
    if outcome is not None:
        client.run("outcome", kind="ledger", identifier="L-1", outcome=outcome)


@pytest.mark.parametrize(
    ("outcome", "effect", "state"),
    [(None, "replaced", "pending"), ("pending", "replaced", "pending"), ({"failed": "no"}, "requeued", "pending")],
)
def test_a_record_that_is_not_synced_takes_the_new_content(outcome: Any, effect: str, state: str) -> None:
    client = partner()
    settled(client, outcome)
    client.submit("ledger", ledger(amount=2, documentDate="2026-02-02", documentName="new"))

    record = client.record("ledger", "L-1")
    assert effects(client) == [(effect, "L-1")]
    assert (record.state, record.date, record.document()["ledgerRows"][0]["amount"]) == (state, "2026-02-02", 2)
    assert record.kept == {"documentDate": "2026-02-02", "documentName": "new"}
    assert client.world.record_count == 1
    assert client.found("ledger", fromDate="2026-02-02")[0]["documentName"] == "new"
    assert client.found("ledger", toDate="2026-01-31") == []


def test_a_synced_record_stays_as_it_is_whatever_is_sent() -> None:
    client = partner()
    settled(client, "synced")
    before = client.record("ledger", "L-1")
    raw, shown = before.raw, before.show()

    assert client.submit("ledger", ledger(amount=2, documentDate="2026-02-02")).status == 200

    record = client.record("ledger", "L-1")
    assert effects(client) == [("ignored", "L-1")]
    assert (record.raw, record.show()) == (raw, shown)
    assert steps(record)[-1] == "repeated"


def test_a_held_record_stays_held_when_it_is_sent_again() -> None:
    client = partner()
    settled(client, "pending")
    client.submit("ledger", ledger())
    client.run("settle")
    assert client.record("ledger", "L-1").state == "pending"


def test_a_failed_record_that_is_sent_again_is_pushed_again_and_its_timeline_shows_both_contents() -> None:
    client = partner()
    client.run("configure", books={"accounts": ["1701"]})
    client.submit("ledger", ledger(amount=1))
    client.run("settle")
    client.run("configure", books={"accounts": None})
    client.submit("ledger", ledger(amount=2))
    client.run("settle")

    record = client.record("ledger", "L-1")
    timeline = record.show(full=True)["timeline"]
    assert [step["step"] for step in timeline] == ["queued", "failed", "queued", "synced"]
    bodies = [timeline[number]["exchanges"][0]["sent"]["body"] for number in (1, 3)]
    assert [loads(body.encode())["ledgers"]["ledgerRows"][0]["amount"] for body in bodies] == [1, 2]
    assert client.world.record_bytes >= sum(len(body) for body in bodies)


def test_what_was_to_fail_does_not_fail_once_it_was_mended() -> None:
    client = partner(readings={"rule_violation": "failed-at-sync"})
    client.submit("ledger", ledger(**UNBALANCED))
    client.submit("ledger", ledger())
    client.run("settle")
    assert client.record("ledger", "L-1").state == "synced"


@pytest.mark.parametrize(("outcome", "status"), [(None, 409), ("synced", 409), ({"failed": "no"}, 200)])
def test_a_repeated_identifier_is_refused_unless_the_first_has_failed(outcome: Any, status: int) -> None:
    client = partner(readings={"repeated_identifier": "refused"})
    settled(client, outcome)
    assert client.submit("ledger", ledger()).status == status
    assert client.world.record_count == 1
    if status == 409:
        assert rules(client) == ["repeated-identifier"]
        assert client.last.violations[0].pointer == "/ledgers/ledgerIdentifier"
        assert effects(client) == [("refused", "L-1")]


@pytest.mark.parametrize("way", ["failed-at-sync", "reported"])
def test_a_conflict_is_a_conflict_although_the_document_breaks_a_rule_that_refuses_nothing(way: str) -> None:
    client = partner(readings={"repeated_identifier": "refused", "rule_violation": way, "error_body": "errors"})
    client.submit("ledger", ledger())
    answer = client.submit("ledger", ledger(**UNBALANCED))
    assert answer.status == 409
    assert rules(client) == ["repeated-identifier", "ledger-balances"]
    assert "was submitted before" in told(answer)["message"]


def test_the_message_of_a_payment_that_is_refused_as_repeated_says_so_first() -> None:
    client = partner(readings={"repeated_identifier": "refused", "rule_violation": "reported",
                               "batch_with_bad_payment": "good-ones-taken"})  # fmt: skip
    client.submit("payment", [payment("A")])
    rows = told(client.submit("payment", [payment("A", **NAMELESS), payment("B", **NAMELESS)]))["payments"]
    assert [(one["accepted"], "was submitted before" in (one["message"] or "")) for one in rows] == [
        (False, True), (True, False),
    ]  # fmt: skip


TWICE: dict[tuple[str, str], tuple[int, list[tuple[str, str]], int]] = {
    ("one-record", "all-refused"): (200, [("created", "A"), ("replaced", "A")], 1),
    ("two-records", "all-refused"): (200, [("created", "A"), ("created", "A")], 2),
    ("refused", "all-refused"): (409, [("refused", "A"), ("refused", "A")], 0),
    ("refused", "good-ones-taken"): (200, [("created", "A"), ("refused", "A")], 1),
}


@pytest.mark.parametrize(("repeated", "batch"), list(TWICE))
def test_an_identifier_that_occurs_twice_in_one_batch(repeated: str, batch: str) -> None:
    client = partner(readings={"repeated_identifier": repeated, "batch_with_bad_payment": batch})
    status, verbs, count = TWICE[repeated, batch]

    assert client.submit("payment", [payment("A", amount=1), payment("A", amount=2)]).status == status

    assert (effects(client), client.world.record_count) == (verbs, count)
    if repeated == "one-record":
        assert client.record("payment", "A").document()["amount"] == 2


def test_a_failed_payment_that_occurs_twice_in_one_batch_is_queued_once() -> None:
    client = partner(readings={"repeated_identifier": "refused", "batch_with_bad_payment": "good-ones-taken"})
    client.submit("payment", [payment("A")])
    client.run("outcome", kind="payment", identifier="A", outcome={"failed": "no"})
    client.submit("payment", [payment("A"), payment("A")])
    assert effects(client) == [("requeued", "A"), ("refused", "A")]
    assert client.last.violations[0].pointer == "/payments/1/paymentIdentifier"


def test_a_refused_payment_does_not_make_the_next_one_of_its_name_a_repetition() -> None:
    client = partner(readings={"repeated_identifier": "refused", "batch_with_bad_payment": "good-ones-taken"})
    client.submit("payment", [payment("A", currency="XXY"), payment("A")])
    assert effects(client) == [("refused", "A"), ("created", "A")]


def test_two_records_of_one_identifier_are_both_found_and_both_synced() -> None:
    client = partner(readings={"repeated_identifier": "two-records"})
    client.submit("ledger", ledger(documentName="one"))
    client.run("settle")
    client.submit("ledger", ledger(documentName="two"))
    found = client.found("ledger", sourceIdentifier="L-1")
    assert [(one["documentName"], one["status"]) for one in found] == [("one", 1), ("two", 0)]


# --------------------------------------------------------------------------------------------- bounds


def test_a_full_world_takes_nothing_new_and_stores_no_part_of_a_batch() -> None:
    client = partner(records_max=2)
    client.submit("payment", [payment("A")])
    answer = client.submit("payment", [payment("B"), payment("C")])
    assert (answer.status, client.last.outcome, client.last.effects) == (507, "world-full", ())
    assert "at most 2 records" in told(answer)["message"]
    assert stored(client) == ["A"]
    assert client.submit("payment", [payment("B")]).status == 200


@pytest.mark.parametrize(("repeated", "status"), [("one-record", 200), ("two-records", 507)])
def test_a_full_world_still_takes_new_content_of_a_record_that_it_has(repeated: str, status: int) -> None:
    client = partner(records_max=2, readings={"repeated_identifier": repeated})
    client.submit("payment", [payment("A"), payment("B")])
    assert client.submit("payment", [payment("A", amount=5), payment("B", amount=6)]).status == status
    assert client.world.record_count == 2


def test_a_batch_that_names_one_payment_twice_needs_room_for_one() -> None:
    client = partner(records_max=1)
    assert client.submit("payment", [payment("A"), payment("A", amount=2)]).status == 200
    assert client.submit("payment", [payment("A"), payment("B")]).status == 507


def test_the_bytes_of_a_world_are_counted_through_every_repetition() -> None:
    client = partner()
    for size in (10, 1_000, 0, 50):
        client.submit("ledger", ledger(documentDescription="x" * size))
        assert client.world.record_bytes == len(client.record("ledger", "L-1").raw) + RECORD_BYTES


def test_a_document_that_is_too_large_for_the_world_is_refused_and_the_old_content_stays() -> None:
    client = partner(world_bytes_max=5_000)
    client.submit("ledger", ledger())
    assert client.submit("ledger", ledger(extra="x" * 5_000)).status == 507
    assert "extra" not in client.record("ledger", "L-1").document()


def test_a_client_that_repeats_itself_for_ever_does_not_fill_the_memory() -> None:
    client = partner()
    for number in range(STEPS_MAX + 100):
        client.submit("payment", [payment(invoiceNumber=str(number), paymentDate="2026-01-01")])
    record, shelf = client.record("payment", "P-1"), client.world.shelves["payment"]
    assert (len(record.steps), len(shelf.by_invoice), len(client.world.engine.queue)) == (STEPS_MAX, 1, 1)
