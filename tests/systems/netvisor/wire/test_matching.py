"""Payments that were kept without their invoice, and what matching makes of them."""

from __future__ import annotations

import pytest

from tests.systems.netvisor.caller import Caller, caller, match, payment
from tests.systems.netvisor.wire.test_payments import ONE, SETTLED, kept, sums


def loose(amount: str) -> Caller:
    """A payment that was kept without its invoice."""
    asked = caller({"invoices": [ONE], "readings": {"unlinkable_payments": "kept"}})
    assert asked.post("salespayment.nv", payment(amount, target="404")).code == "OK"
    assert sums(asked) == {}
    return asked


@pytest.mark.parametrize(
    ("handling", "amount", "booked", "state"),
    [
        ("normal", "124", SETTLED, "paid"),
        ("normal", "123", None, "open"),
        ("partialpayment", "100", {"1910": "100.00", "1701": "-100.00"}, "open"),
        ("partialpayment", "125", None, "open"),
        ("overpayment", "130", {"1910": "130.00", "1701": "-124.00", "2861": "-6.00"}, "paid"),
        ("overpayment", "120", None, "open"),
        ("rounding", "123,98", {"1910": "123.98", "1701": "-124.00", "8570": "0.02"}, "paid"),
        ("rounding", "124,02", {"1910": "124.02", "1701": "-124.00", "8570": "-0.02"}, "paid"),
        ("discount", "120", {"1910": "120.00", "1701": "-124.00", "3500": "4.00"}, "paid"),
        ("discount", "125", None, "open"),
        ("creditloss", "120", {"1910": "120.00", "1701": "-124.00", "3600": "4.00"}, "paid"),
        ("collection", "130", {"1910": "130.00", "1701": "-124.00", "9170": "-6.00"}, "paid"),
        ("collection", "120", None, "open"),
        ("notargeting", "120", {"1910": "120.00", "1701": "-120.00"}, "open"),
    ],
)
def test_a_payment_is_matched_as_it_is_handled(
    handling: str, amount: str, booked: dict[str, str] | None, state: str
) -> None:
    asked = loose(amount)

    told = asked.post("matchpayment.nv", match(handling, invoice_key="" if handling == "notargeting" else 1))

    assert (told.code, told.root.find("Replies")) == ("OK" if booked else "INVALID_DATA", None)
    assert (sums(asked), kept(asked).state) == (booked or {}, state)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (match("normal", 9), "Sales payment 9 not found"),
        (match("normal", 1, 9), "Sales invoice not found with Netvisor key 9"),
        (match("normal", 1, ""), "invoicenetvisorkey is missing"),
        (match("other"), "XML"),
        (match("normal", ""), "XML"),
        (match("normal", "9" * 19), "at most 18"),
    ],
)
def test_a_match_that_cannot_be_changes_nothing(body: str, said: str) -> None:
    asked = loose("124")
    told = asked.post("matchpayment.nv", body)

    assert told.code.startswith("INVALID_DATA")
    assert said in told.reason
    assert sums(asked) == {}
    assert kept(asked).paid == 0


def test_a_payment_is_matched_once_and_not_with_a_paid_invoice() -> None:
    asked = loose("124")
    asked.books.arrange({"invoices": [{**ONE, "paid": 124}], "readings": {"unlinkable_payments": "kept"}})
    assert "already paid" in asked.post("matchpayment.nv", match("normal")).reason
    assert asked.post("matchpayment.nv", match("notargeting")).code == "OK"
    assert "has been targeted already" in asked.post("matchpayment.nv", match("notargeting")).reason


def test_a_locked_period_takes_no_match() -> None:
    asked = loose("124")
    asked.books.arrange({"invoices": [ONE], "locked_until": "2026-01-31"})

    assert asked.post("matchpayment.nv", match("normal")).code == "PERIOD_LOCK"
