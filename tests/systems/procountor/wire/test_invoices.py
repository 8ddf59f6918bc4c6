"""Invoices: saved unfinished, replaced by version, led from status to status, booked when approved."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simulator.systems.procountor.wire.invoiceregister import BASE_ID
from tests.systems.procountor.talking import Talker, invoice, paid, talker
from tests.systems.wired import balances

FIRST = f"/invoices/{BASE_ID + 1}"
PURCHASE: dict[str, Any] = {"type": "PURCHASE_INVOICE"}


def saved(talking: Talker, **rest: Any) -> dict[str, Any]:
    answered: dict[str, Any] = talking.done("POST", "/invoices", invoice(**rest))
    return answered


def status(talking: Talker) -> str:
    return str(talking.get(FIRST)["status"])


def test_an_invoice_is_saved_unfinished_and_answered_in_full() -> None:
    talking = talker()

    made = saved(talking, status="PAID", invoiceNumber=5, notes=None)

    assert (made["id"], made["invoiceNumber"], made["status"]) == (BASE_ID + 1, 1001, "UNFINISHED")
    assert made["originalInvoiceNumber"] == "A-77"
    assert made["invoiceSumInfo"] == [
        {"currency": "EUR", "inAccountingCurrency": True, "excludingVatTotal": 200, "vatSumTotal": 51,
         "invoiceSumTotal": 251}
    ]  # fmt: skip
    assert made["paymentInfo"]["bankReferenceCode"] == "10016"
    assert made["invoiceRows"][0]["id"]
    assert "notes" not in made
    assert talking.get(FIRST) == made
    assert balances(talking.books) == {}


def test_an_approved_invoice_is_in_the_books_until_it_is_taken_back() -> None:
    talking = talker()
    saved(talking)

    talking.done("PUT", f"{FIRST}/approve", {"comment": ""})
    assert balances(talking.books) == {"1701": 251, "3000": -200, "2939": -51}
    talking.done("PUT", f"{FIRST}/unfinished")
    assert (status(talking), balances(talking.books)) == ("UNFINISHED", {})
    talking.done("PUT", f"{FIRST}/invalidate")
    assert status(talking) == "INVALIDATED"


def test_a_purchase_invoice_is_circulated_and_booked_on_the_other_side() -> None:
    talking = talker()
    saved(talking, **PURCHASE, language=None)

    for step, after in (("sendToCirculation", "RECEIVED"), ("verify", "VERIFIED"), ("approve", "APPROVED")):
        talking.done("PUT", f"{FIRST}/{step}", {"comment": "fine"})
        assert status(talking) == after
    assert balances(talking.books) == {"8450": 200, "1763": 51, "2871": -251}
    assert talking.refused("PUT", f"{FIRST}/send")[0] == 403


@pytest.mark.parametrize(("channel", "after"), [("NO_SENDING", "APPROVED"), ("EMAIL", "NOT_SENT")])
def test_what_follows_approval_depends_on_the_channel(channel: str, after: str) -> None:
    talking = talker()
    party = {"counterPartyAddress": {"name": "A"}, "email": "a@example.com"}
    saved(talking, invoiceChannel=channel, counterParty=party)

    assert talking.refused("PUT", f"{FIRST}/send")[0] == 403
    talking.done("PUT", f"{FIRST}/approve")
    assert status(talking) == after
    if after == "NOT_SENT":
        talking.done("PUT", f"{FIRST}/send")
        assert status(talking) == "SENT"
        talking.done("PUT", f"{FIRST}/send")
    assert talking.refused("PUT", f"{FIRST}/approve") == (
        403, [("", f"SIM_WRONG_STATUS: the status is {status(talking)}")]
    )  # fmt: skip


def test_a_rejected_invoice_is_denied_and_a_paid_one_stays_as_it_is() -> None:
    talking = talker()
    saved(talking)
    talking.done("PUT", f"{FIRST}/reject", {})
    assert status(talking) == "PAYMENT_DENIED"
    talking.done("PUT", f"{FIRST}/unfinished")
    talking.done("PUT", f"{FIRST}/approve")
    talking.done("PUT", f"{FIRST}/paymentevents/markpaid", paid(1))
    for step in ("reject", "unfinished", "invalidate", "approve", "send"):
        assert talking.refused("PUT", f"{FIRST}/{step}")[0] == 403
    assert talking.get(talking_receipt(talking))["status"] == "PARTLY_PAID"


def talking_receipt(talking: Talker) -> str:
    return f"/ledgerreceipts/{talking.get(FIRST)['ledgerReceiptId']}"


def test_a_put_replaces_everything_but_the_partner_and_books_anew() -> None:
    talking = talker()
    made = saved(talking, partnerId=7, notes="gone soon", additionalInformation="x")
    row = {**made["invoiceRows"][0], "quantity": 1}
    body = invoice(invoiceRows=[row], version=made["version"], originalInvoiceNumber="B-1", partnerId=8)

    changed = talking.done("PUT", FIRST, body)

    assert (changed["partnerId"], changed["originalInvoiceNumber"]) == (7, "B-1")
    assert "notes" not in changed
    assert changed["version"] > made["version"]
    assert changed["invoiceSumInfo"][0]["invoiceSumTotal"] == Decimal("125.5")
    assert talking.get(talking_receipt(talking))["transactions"][0]["accountingValue"] == Decimal("125.5")
    assert [one["id"] for one in talking.get("/invoices", originalInvoiceNumber="B-1")["results"]] == [made["id"]]
    assert talking.done("PUT", FIRST, {**changed}) == {**changed, "version": talking.get(FIRST)["version"]}


def test_a_put_needs_the_latest_version_and_an_unfinished_invoice() -> None:
    talking = talker()
    made = saved(talking)

    for version in (None, "2025-01-01T00:00:00"):
        code, told = talking.refused("PUT", FIRST, {**made, "version": version})
        assert (code, [field for field, _ in told]) == (400, ["version"])
    assert [one for one, _ in talking.refused("PUT", FIRST, {**made, **PURCHASE})[1]] == ["type"]
    talking.done("PUT", f"{FIRST}/approve")
    assert talking.refused("PUT", FIRST, talking.get(FIRST))[0] == 403


def test_a_received_purchase_invoice_can_still_be_changed() -> None:
    talking = talker()
    saved(talking, **PURCHASE)
    talking.done("PUT", f"{FIRST}/sendToCirculation")

    assert talking.done("PUT", FIRST, talking.get(FIRST))["status"] == "RECEIVED"


def test_notes_are_replaced_whatever_the_status() -> None:
    talking = talker({"invoices": [{"number": "5", "amount": 1, "paid": 1}]})

    talking.done("PUT", f"{FIRST}/notes", {"notes": "new"})
    assert talking.get(FIRST)["notes"] == "new"
    assert talking.refused("PUT", f"{FIRST}/notes", {})[0] == 400
    made = saved(talking)
    talking.done("PUT", f"/invoices/{made['id']}/notes", {"notes": "newer"})
    assert talking.get(f"/invoices/{made['id']}")["notes"] == "newer"


def test_a_comment_has_at_most_a_hundred_characters() -> None:
    talking = talker()
    saved(talking)

    assert talking.refused("PUT", f"{FIRST}/approve", {"comment": "x" * 101})[0] == 400
    assert status(talking) == "UNFINISHED"
    talking.done("PUT", f"{FIRST}/approve", {"comment": "x" * 100})


def test_nothing_moves_in_a_closed_period() -> None:
    talking = talker()
    saved(talking)
    talking.books.arrange({"locked_until": "2026-01-31"})

    for step in ("approve", "unfinished", "invalidate", "reject"):
        assert talking.refused("PUT", f"{FIRST}/{step}") == (403, [("", "CLOSED_FISCAL_PERIOD")])


def test_orders_and_claims_are_kept_and_not_booked() -> None:
    talking = talker()
    made = saved(talking, type="TRAVEL_INVOICE", vatStatus=None, language=None)

    assert "ledgerReceiptId" not in made
    talking.done("PUT", f"{FIRST}/approve")
    assert balances(talking.books) == {}


def test_an_invoice_whose_rows_were_unbalanced_is_not_approved() -> None:
    talking = talker()
    saved(talking)
    receipt = talking.get(talking_receipt(talking))
    receipt["transactions"][0]["accountingValue"] = 1
    talking.done("PUT", talking_receipt(talking), receipt)

    assert talking.refused("PUT", f"{FIRST}/approve")[0] == 403


def test_an_invoice_that_is_not_there_is_not_found() -> None:
    talking = talker({"invoices": []})
    for method, step in [
        ("GET", ""), ("PUT", ""), ("PUT", "/approve"), ("PUT", "/notes"), ("PUT", "/paymentevents/markpaid"),
        ("GET", "/paymentevents"), ("GET", "/paymentevents/1"),
    ]:  # fmt: skip
        body = None if method == "GET" else invoice()
        assert talking.refused(method, FIRST + step, body) == (404, [("", "Invoice not found.")])


def test_several_invoices_are_shown_at_once() -> None:
    talking = talker()
    one, two = saved(talking)["id"], saved(talking)["id"]

    assert [each["id"] for each in talking.get(f"/invoices/{two},{one}")] == [one, two]


def test_invoices_of_the_words_are_there_with_their_statuses() -> None:
    talking = talker({"invoices": [
        {"number": "11", "amount": 10}, {"number": "12", "amount": 10, "paid": 3},
        {"number": "13", "amount": 10, "paid": 10}, {"number": "14", "amount": 10, "state": "draft"},
        {"number": "A-15", "amount": 10, "state": "void", "reference": "1232", "customer": "Aino",
         "currency": "SEK", "date": "2026-02-01", "due": "2026-02-15"},
    ]})  # fmt: skip

    hits = talking.get("/invoices", orderById="ASC")["results"]

    assert [one["status"] for one in hits] == ["SENT", "PARTLY_PAID", "PAID", "UNFINISHED", "INVALIDATED"]
    assert [one["invoiceNumber"] for one in hits] == [11, 12, 13, 14, 1001]
    last = talking.get(f"/invoices/{hits[-1]['id']}")
    assert (last["originalInvoiceNumber"], last["date"]) == ("A-15", "2026-02-01")
    assert last["counterParty"]["counterPartyAddress"]["name"] == "Aino"
    assert last["paymentInfo"] == {
        "paymentMethod": "BANK_TRANSFER", "currency": "SEK", "dueDate": "2026-02-15", "currencyRate": 1,
        "bankReferenceCode": "1232",
    }  # fmt: skip
    assert last["invoiceSumInfo"] == [{"currency": "SEK", "inAccountingCurrency": False, "invoiceSumTotal": 10}]
