"""The stories in which a vendor's own system makes trouble on its own wire, as a client sees them."""

from __future__ import annotations

from typing import Any

from tests.clients import Tell
from tests.documents import LEDGER, Partner, ledger, payment


def state(client: Partner, kind: str, identifier: str) -> tuple[int, str]:
    """What a status call says of one document."""
    (item,) = client.found(kind, sourceIdentifier=identifier)
    return item["status"], item["description"]


def last_answer(client: Partner, kind: str, identifier: str) -> dict[str, Any]:
    """What the system answered last."""
    timeline = client.record(kind, identifier).show(full=True)["timeline"]
    pushes = [step for step in timeline if step.get("exchanges")]
    answered: dict[str, Any] = pushes[-1]["exchanges"][-1]["answered"]
    return answered


def test_netvisor_maintenance(tell: Tell) -> None:
    client = tell("netvisor-maintenance")
    client.submit("ledger", LEDGER)
    client.run("advance", by="19m")
    assert state(client, "ledger", LEDGER["ledgerIdentifier"])[0] == 0
    assert "MAINT" in last_answer(client, "ledger", LEDGER["ledgerIdentifier"])["body"]

    client.run("settle")

    assert state(client, "ledger", LEDGER["ledgerIdentifier"])[0] == 1
    assert "OK" in last_answer(client, "ledger", LEDGER["ledgerIdentifier"])["body"]


def test_netvisor_vat_code_unknown(tell: Tell) -> None:
    client = tell("netvisor-vat-code-unknown")
    client.submit("ledger", LEDGER)
    client.run("advance", by="1h")
    status, description = state(client, "ledger", LEDGER["ledgerIdentifier"])
    assert status == 2
    assert "INVALID_DATA" in description
    assert "KOMYX" in description

    client.run("advance", by="1d")
    client.submit("ledger", LEDGER)
    client.run("settle")

    assert state(client, "ledger", LEDGER["ledgerIdentifier"])[0] == 1


def test_procountor_too_many_requests(tell: Tell) -> None:
    client = tell("procountor-too-many-requests")
    for number in range(20):
        client.submit("ledger", ledger(f"L-{number}"))
    client.run("advance", by="2s")
    states = [item["status"] for item in client.found("ledger")]
    assert 0 < states.count(1) < 20
    assert states.count(2) == 0
    waiting = client.found("ledger", status="0")[-1]["sourceIdentifier"]
    assert last_answer(client, "ledger", waiting)["status"] == 429

    client.run("settle")

    assert {item["status"] for item in client.found("ledger")} == {1}


def test_fennoa_invoice_paid_already(tell: Tell) -> None:
    client = tell("fennoa-invoice-paid-already")
    client.submit("payment", [payment("paid", invoiceNumber="1001"), payment("early", invoiceNumber="1002")])
    client.run("advance", by="1m")
    for identifier, number in (("paid", "1001"), ("early", "1002")):
        status, description = state(client, "payment", identifier)
        assert status == 2
        assert number in description
    client.run("advance", by="1h")

    client.submit("payment", [payment("paid", invoiceNumber="1001"), payment("early", invoiceNumber="1002")])
    client.run("settle")

    assert state(client, "payment", "paid")[0] == 2
    assert state(client, "payment", "early")[0] == 1


def test_talenom_credentials_revoked(tell: Tell) -> None:
    client = tell("talenom-credentials-revoked")
    client.submit("ledger", ledger("A"))
    client.submit("payment", [payment("B")])
    client.run("advance", by="1m")
    assert state(client, "ledger", "A")[0] == state(client, "payment", "B")[0] == 2
    client.run("advance", by="1d")

    client.submit("ledger", ledger("A"))
    client.submit("payment", [payment("B")])
    client.run("settle")

    assert state(client, "ledger", "A")[0] == state(client, "payment", "B")[0] == 1


def test_fivaldi_month_closed(tell: Tell) -> None:
    client = tell("fivaldi-month-closed")
    client.submit("ledger", ledger("december", documentDate="2025-12-31"))
    client.submit("ledger", ledger("january", documentDate="2026-01-01"))
    client.run("settle")

    status, description = state(client, "ledger", "december")
    assert (status, "45" in description) == (2, True), description
    assert state(client, "ledger", "january")[0] == 1
