"""Magic identifiers do what their table says, row by row, with no set-up at all."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from simulator.clock import HOUR, MINUTE, SECOND
from simulator.world.library import magic_table
from tests.documents import JSON, Partner, ledger, partner, payment

TABLE = {row["name"]: row for row in magic_table()}
KINDS = ("ledger", "payment")


def submit(client: Partner, kind: str, identifier: str) -> tuple[int, str]:
    """Submit a document; return the status of the answer, and what its wire did to it."""
    answer = client.submit(kind, ledger(identifier) if kind == "ledger" else [payment(identifier)])
    return answer.status, "" if answer.fault is None else f"{answer.fault.kind} {answer.fault.at}"


def state(client: Partner, kind: str, identifier: str) -> tuple[int, str]:
    (item,) = client.found(kind, sourceIdentifier=identifier)
    return item["status"], item["description"]


def is_synced(client: Partner, kind: str, identifier: str) -> bool:
    return state(client, kind, identifier) == (1, "Successfully synced")


def is_pending(client: Partner, kind: str, identifier: str) -> bool:
    return state(client, kind, identifier) == (0, "Pending")


Check = Callable[[Partner, str, str], None]


def synced(client: Partner, kind: str, identifier: str) -> None:
    client.run("configure", books={"accounts": []})
    submit(client, kind, identifier)
    submit(client, kind, "plain")
    client.run("advance", by="1s")
    assert is_synced(client, kind, identifier)
    assert (state(client, kind, "plain")[0] == 2) == (kind == "ledger"), "without magic the books decide"


def fails(reason: str) -> Check:
    def check(client: Partner, kind: str, identifier: str) -> None:
        for _ in range(2):
            submit(client, kind, identifier)
            client.run("advance", by="1s")
            assert state(client, kind, identifier) == (2, reason)

    return check


def failed_once(client: Partner, kind: str, identifier: str) -> None:
    submit(client, kind, identifier)
    client.run("advance", by="1s")
    assert state(client, kind, identifier) == (2, "The accounting system refused the document")
    submit(client, kind, identifier)
    client.run("advance", by="1s")
    assert is_synced(client, kind, identifier)


def pending(client: Partner, kind: str, identifier: str) -> None:
    submit(client, kind, identifier)
    client.run("advance", by="3650d")
    assert is_pending(client, kind, identifier)


def pending_looks(count: int) -> Check:
    def check(client: Partner, kind: str, identifier: str) -> None:
        submit(client, kind, identifier)
        client.run("advance", by="1d")
        assert [is_pending(client, kind, identifier) for _ in range(count)] == [True] * count
        assert is_synced(client, kind, identifier)

    return check


def late(least: int, most: int) -> Check:
    def check(client: Partner, kind: str, identifier: str) -> None:
        submit(client, kind, identifier)
        began = client.world.now
        client.run("settle")
        assert is_synced(client, kind, identifier)
        assert least <= (client.record(kind, identifier).settled_at or 0) - began <= most

    return check


def draft(client: Partner, kind: str, identifier: str) -> None:
    submit(client, kind, identifier)
    client.run("advance", by="1s")
    assert is_synced(client, kind, identifier)
    (item,) = client.found(kind)
    assert item.get("documentStatus") == ("Draft" if kind == "ledger" else None)


def first_answered(status: int, fault: str = "", *, stored: bool, retry_after: str = "") -> Check:
    def check(client: Partner, kind: str, identifier: str) -> None:
        assert submit(client, kind, identifier) == (status, fault)
        assert dict(client.last.answer_headers).get(b"retry-after", b"").decode() == retry_after
        assert client.last.delivery == (f"lost: {fault.replace(' ', ', ')} the effect" if fault else "scripted")
        assert bool(client.found(kind)) == stored
        assert submit(client, kind, identifier) == (200, "")
        client.run("advance", by="1s")
        assert is_synced(client, kind, identifier)
        assert client.world.record_count == 1

    return check


EXPECTED: dict[str, Check] = {
    "synced": synced,
    "failed": fails("The accounting system refused the document"),
    "failed-once": failed_once,
    "pending": pending,
    **{f"pending-{count}": pending_looks(count) for count in range(1, 10)},
    "slow": late(HOUR, HOUR + 2 * SECOND),
    "unreachable": late(10 * MINUTE, 20 * MINUTE),
    "locked-period": fails("The accounting period is locked"),
    "unknown-account": fails("Account not found"),
    "already-paid": fails("The invoice is already paid"),
    "draft": draft,
    "503": first_answered(503, stored=False, retry_after="30"),
    "429": first_answered(429, stored=False, retry_after="10"),
    "500": first_answered(500, stored=True),
    "lost": first_answered(200, "reset after", stored=True),
    "reset": first_answered(500, "reset before", stored=False),
    "hang": first_answered(200, "hang after", stored=True),
}


def test_every_row_of_the_table_is_expected_here() -> None:
    assert set(EXPECTED) == set(TABLE)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", EXPECTED)
def test_an_identifier_with_a_magic_ending_gets_what_its_row_says(name: str, kind: str) -> None:
    client = partner()
    EXPECTED[name](client, kind, f"ABC-1{TABLE[name]['ending']}")


@pytest.mark.parametrize("name", TABLE)
def test_a_row_has_a_title_and_an_ending_of_its_name(name: str) -> None:
    row = TABLE[name]
    assert row["ending"] == f"~{name}"
    assert row["title"]
    assert "{" not in str(row["rule"]).replace("{'", "")


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("around", ["{}x", "x{}-", "{} "])
def test_the_ending_has_to_stand_at_the_end(name: str, around: str) -> None:
    client = partner()
    assert submit(client, "ledger", around.format(TABLE[name]["ending"])) == (200, "")
    client.run("advance", by="1s")
    assert client.found("ledger")[0]["status"] == 1
    assert client.world.engine.director.decisions == []


def test_one_magic_payment_leaves_the_others_of_its_batch_alone() -> None:
    client = partner()
    client.submit("payment", [payment("A"), payment("B~failed"), payment("C~pending")])
    client.run("advance", by="1s")
    assert {item["sourceIdentifier"]: item["status"] for item in client.found("payment")} == {
        "A": 1,
        "B~failed": 2,
        "C~pending": 0,
    }


def test_a_batch_with_one_magic_payment_is_answered_as_that_one_asks() -> None:
    client = partner()
    batch = [payment("A"), payment("B~503")]
    assert [client.submit("payment", batch).status for _ in range(2)] == [503, 200]
    assert client.world.record_count == 2


@pytest.mark.parametrize("escaped", ["\\u007e", "\\u007E"])
def test_a_magic_ending_may_be_escaped_as_json_allows(escaped: str) -> None:
    client = partner()
    client.submit("ledger", ledger("A~503"))
    body = client.last.body.replace(b"A~503", b"B" + escaped.encode() + b"503")
    assert client.call("POST", "/ledger", body, headers=[JSON]).status == 503


def test_a_story_comes_before_magic() -> None:
    client = partner()
    client.run("add_rule", rule={"when": {"sync": "any"}, "outcomes": ["synced"]})
    submit(client, "ledger", "A~failed")
    client.run("advance", by="1s")
    assert is_synced(client, "ledger", "A~failed")


def test_magic_needs_no_story_and_leaves_no_trace_of_one() -> None:
    client = partner()
    submit(client, "ledger", "A~failed")
    client.run("advance", by="1s")
    director = client.world.engine.director
    assert (director.rules, director.unused(), client.world.setup.scenario) == ([], [], None)
    assert [decision.rule for decision in director.decisions] == ["magic-failed"]
    assert re.fullmatch(r"magic-failed/ledger/A~failed/1", director.decisions[0].name)
