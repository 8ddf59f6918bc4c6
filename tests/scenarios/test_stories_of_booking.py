"""The stories in which the accounting system makes trouble, as a client sees them."""

from __future__ import annotations

from typing import Any

from simulator.clock import MINUTE, VIRTUAL_START
from tests.clients import Client, Tell
from tests.documents import LEDGER, NAMELESS, UNBALANCED, Partner, ledger, payment, steps

PENDING, SYNCED = (0, "Pending"), (1, "Successfully synced")


def state(client: Partner, kind: str, identifier: str) -> tuple[int, str]:
    """What a status call says of one document."""
    (item,) = client.found(kind, sourceIdentifier=identifier)
    return item["status"], item["description"]


def states(client: Partner, kind: str) -> dict[str, int]:
    return {item["sourceIdentifier"]: item["status"] for item in client.found(kind)}


def minutes_in(client: Partner, kind: str, identifier: str) -> float:
    """How long after the beginning a record was settled."""
    settled = client.record(kind, identifier).settled_at
    assert settled is not None
    return (settled - VIRTUAL_START) / MINUTE


def test_all_is_well(tell: Tell) -> None:
    client = tell("all-is-well")
    assert client.submit("ledger", ledger()).status == 200
    assert client.submit("payment", [payment("A"), payment("B")]).status == 200
    assert state(client, "ledger", "L-1") == PENDING

    client.run("advance", by="1s")

    assert state(client, "ledger", "L-1") == SYNCED
    assert states(client, "payment") == {"A": 1, "B": 1}
    assert [entry.delivery for entry in client.entries()] == [""] * 5


def test_slow_sync(tell: Tell) -> None:
    client = tell("slow-sync")
    client.submit("ledger", ledger())
    client.run("advance", by="59m")
    assert state(client, "ledger", "L-1") == PENDING
    client.run("advance", by="1m")
    assert state(client, "ledger", "L-1") == SYNCED


def test_pending_for_ever(tell: Tell) -> None:
    client = tell("pending-for-ever")
    client.submit("payment", [payment()])
    client.run("advance", by="365d")
    assert state(client, "payment", "P-1") == PENDING

    client.submit("payment", [payment()])
    client.run("settle")

    assert states(client, "payment") == {"P-1": 0}


def test_pending_for_three_looks(tell: Tell) -> None:
    client = tell("pending-for-three-looks")
    client.submit("ledger", ledger())
    client.run("advance", by="1d")
    seen = [state(client, "ledger", "L-1") for _ in range(5)]
    assert seen == [PENDING, PENDING, PENDING, SYNCED, SYNCED]


def test_month_end(tell: Tell) -> None:
    client = tell("month-end")
    december, january = {"documentDate": "2025-12-31"}, {"documentDate": "2026-01-01"}
    client.submit("ledger", ledger("early", **december))
    client.run("advance", by="10m")
    client.submit("ledger", ledger("late", **december))
    client.submit("ledger", ledger("next", **january))
    client.run("advance", by="1h")

    locked = "The accounting period of 2025-12-31 is locked until 2025-12-31"
    assert states(client, "ledger") == {"early": 1, "late": 2, "next": 1}
    assert state(client, "ledger", "late") == (2, locked)

    client.submit("ledger", ledger("late", **december))
    client.run("advance", by="1h")
    assert state(client, "ledger", "late") == (2, locked)

    client.run("advance", by="1d")
    client.submit("ledger", ledger("late", **december))
    client.run("advance", by="1s")
    assert states(client, "ledger") == {"early": 1, "late": 1, "next": 1}


def test_unknown_account(tell: Tell) -> None:
    client = tell("unknown-account")
    wrong = ledger(
        "wrong", ledgerRows=[{"accountNumber": "3999", "amount": 1}, {"accountNumber": "3000", "amount": -1}]
    )
    client.submit("ledger", ledger("right"))
    client.submit("ledger", wrong)
    client.run("advance", by="1s")
    assert state(client, "ledger", "right") == SYNCED
    assert state(client, "ledger", "wrong") == (2, "Account 3999 not found")

    client.run("advance", by="1h")
    assert state(client, "ledger", "wrong") == (2, "Account 3999 not found")
    client.submit("ledger", wrong)
    client.run("advance", by="1s")
    assert state(client, "ledger", "wrong") == SYNCED


def test_an_outage_of_the_accounting_system_and_the_queue_that_drains(tell: Tell) -> None:
    client = tell("accounting-system-outage")
    names = [f"L-{number}" for number in range(20)]
    for name in names[:10]:
        client.submit("ledger", ledger(name))
    client.run("advance", by="9m")
    for name in names[10:]:
        client.submit("ledger", ledger(name))
    client.run("advance", by="59s")
    assert set(states(client, "ledger").values()) == {0}

    client.run("settle")

    assert states(client, "ledger") == dict.fromkeys(names, 1)
    settled = [client.record("ledger", name).settled_at for name in names]
    assert min(minutes_in(client, "ledger", name) for name in names) >= 10
    assert max(minutes_in(client, "ledger", name) for name in names) < 20
    assert len(set(settled)) == len(names), "what failed together must not come back in step"
    assert steps(client.record("ledger", "L-0"))[:3] == ["queued", "retried", "retried"]


def test_an_accounting_system_that_comes_and_goes(tell: Tell) -> None:
    client = tell("accounting-system-comes-and-goes")
    for minute in range(30):
        client.submit("payment", [payment(f"P-{minute}")])
        client.run("advance", by="1m")
    client.run("settle")

    assert set(states(client, "payment").values()) == {1}
    tries = [client.record("payment", f"P-{minute}").attempts for minute in range(30)]
    # Twelve of these minutes fell into an outage; the others were synced at once.
    assert sum(attempts == 1 for attempts in tries) == 18
    assert all(minutes_in(client, "payment", f"P-{minute}") % 5 >= 2 for minute in range(30))


def test_an_accounting_system_that_is_gone(tell: Tell) -> None:
    client = tell("accounting-system-gone")
    client.submit("ledger", ledger())
    client.run("advance", by="20h")
    assert state(client, "ledger", "L-1") == PENDING

    client.run("advance", by="10h")
    assert state(client, "ledger", "L-1") == (
        2,
        "The accounting system cannot be reached; given up after 100 attempts",
    )

    client.run("advance", by="2d")
    client.submit("ledger", ledger())
    client.run("advance", by="1s")
    assert state(client, "ledger", "L-1") == SYNCED


def test_a_maintenance_window(tell: Tell) -> None:
    client = tell("maintenance-window")
    client.submit("ledger", ledger("before"))
    client.run("advance", by="90m")
    client.submit("ledger", ledger("during"))
    client.run("advance", by="80m")
    assert states(client, "ledger") == {"before": 1, "during": 0}

    client.run("settle")

    assert states(client, "ledger") == {"before": 1, "during": 1}
    assert 3 * 60 <= minutes_in(client, "ledger", "during") < 3 * 60 + 17


def test_credentials_that_are_revoked(tell: Tell) -> None:
    client = tell("credentials-revoked")
    client.submit("ledger", ledger("before"))
    client.run("advance", by="10m")
    for name in ("A", "B"):
        client.submit("payment", [payment(name)])
    client.run("advance", by="1s")
    assert state(client, "ledger", "before") == SYNCED
    refused = (2, "The accounting system refused the credentials of the integration")
    assert [state(client, "payment", name) for name in ("A", "B")] == [refused, refused]

    client.run("advance", by="1d")
    client.submit("payment", [payment("A"), payment("B")])
    client.run("advance", by="1s")
    assert states(client, "payment") == {"A": 1, "B": 1}


def with_rate(identifier: str, percent: float, net: float) -> dict[str, Any]:
    debit, sales, _ = LEDGER["ledgerRows"]
    rows = [debit, {**sales, "vatPercentage": percent, "netAmount": -net}]
    vat = {"accountNumber": "2939", "amount": -round(2990 - net, 2), "netAmount": -round(2990 - net, 2)}
    vat |= {"vatPercentage": 0, "isVatRow": 1}
    return {**LEDGER, "ledgerIdentifier": identifier, "ledgerRows": [*rows, vat]}


def test_a_vat_rate_that_is_refused(tell: Tell) -> None:
    client = tell("vat-refused")
    assert client.submit("ledger", with_rate("new", 25.5, 2382.47)).status == 200
    assert client.submit("ledger", with_rate("old", 24, 2411.29)).status == 200
    client.run("advance", by="1s")
    assert state(client, "ledger", "new") == SYNCED
    assert state(client, "ledger", "old") == (2, "The VAT code does not go with 24 per cent")

    client.submit("ledger", with_rate("old", 25.5, 2382.47))
    client.run("advance", by="1s")
    assert states(client, "ledger") == {"new": 1, "old": 1}


def test_an_invoice_that_is_already_paid(tell: Tell) -> None:
    client = tell("invoice-already-paid")
    batch = [
        payment("A"),
        payment("B", invoiceNumber="133720800"),
        payment("C"),
        payment("D", invoiceNumber="133720800"),
    ]
    client.submit("payment", batch)
    client.run("advance", by="1s")
    assert states(client, "payment") == {"A": 1, "B": 2, "C": 1, "D": 2}
    assert state(client, "payment", "B") == (2, "The invoice is already paid")

    client.submit("payment", batch)
    client.run("settle")
    assert states(client, "payment") == {"A": 1, "B": 2, "C": 1, "D": 2}


def test_some_payments_of_a_batch_fail_and_the_same_ones_in_every_run(tell: Tell) -> None:
    batch = [payment(f"P-{number}") for number in range(200)]
    one, other = tell("some-payments-fail"), tell("some-payments-fail")
    one.submit("payment", batch)
    for single in reversed(batch):
        other.submit("payment", [single])
    for client in (one, other):
        client.run("settle")

    failed = {name for name, number in states(one, "payment").items() if number == 2}
    assert 25 <= len(failed) <= 55
    assert failed == {name for name, number in states(other, "payment").items() if number == 2}


def test_a_payment_before_its_invoice(tell: Tell) -> None:
    client = tell("payment-before-its-invoice")
    client.submit("payment", [payment()])
    client.run("advance", by="1s")
    assert state(client, "payment", "P-1") == (2, "The invoice is not in the accounting system")

    client.submit("payment", [payment()])
    assert state(client, "payment", "P-1") == PENDING
    client.run("advance", by="1s")
    assert state(client, "payment", "P-1") == SYNCED
    assert steps(client.record("payment", "P-1")) == ["queued", "failed", "queued", "synced"]


def test_documents_that_fail_and_are_submitted_again(tell: Tell) -> None:
    client = tell("failed-then-resubmitted")
    documents: list[tuple[str, dict[str, Any]]] = [("ledger", ledger()), ("payment", payment())]
    for kind, document in documents:
        good = Client(client)
        good.deliver(kind, document)
        client.run("advance", by="1s")
        assert state(client, kind, f"{kind[0].upper()}-1") == (2, "The accounting system refused the document")
        assert good.finish(kind, document)["status"] == 1
    assert client.world.record_count == 2
    assert [effect.what for entry in client.entries() for effect in entry.effects] == ["created", "requeued"] * 2


def test_mistakes_that_are_found_late(tell: Tell) -> None:
    client = tell("mistakes-found-late")
    assert client.submit("ledger", ledger(**UNBALANCED)).status == 200
    client.run("advance", by="1s")
    status, description = state(client, "ledger", "L-1")
    assert status == 2
    assert "sum to -1.00" in description

    client.submit("ledger", ledger())
    client.run("advance", by="1s")
    assert state(client, "ledger", "L-1") == SYNCED


def test_a_bad_payment_in_a_batch(tell: Tell) -> None:
    client = tell("bad-payment-in-a-batch")
    answer = client.submit("payment", [payment("good"), payment("bad", **NAMELESS)])
    assert answer.status == 200
    assert b'"paymentIdentifier":"bad","accepted":false' in answer.body
    client.run("advance", by="1s")
    assert states(client, "payment") == {"good": 1}

    client.submit("payment", [payment("bad")])
    client.run("advance", by="1s")
    assert states(client, "payment") == {"good": 1, "bad": 1}


def test_a_ledger_that_is_booked_as_a_draft(tell: Tell) -> None:
    client = tell("booked-as-draft")
    client.submit("ledger", ledger())
    assert client.found("ledger")[0]["documentStatus"] is None
    client.run("advance", by="1s")
    (item,) = client.found("ledger")
    assert (item["status"], item["documentStatus"]) == (1, "Draft")


def test_a_document_status_that_changes_later(tell: Tell) -> None:
    client = tell("document-status-changes-later")
    client.submit("ledger", ledger("old"))
    client.run("advance", by="59m")
    assert [item["documentStatus"] for item in client.found("ledger")] == ["Approved"]
    client.run("advance", by="1m")
    client.submit("ledger", ledger("new"))
    client.run("advance", by="1s")
    assert {item["sourceIdentifier"]: (item["status"], item["documentStatus"]) for item in client.found("ledger")} == {
        "old": (1, "Rejected"),
        "new": (1, "Approved"),
    }
