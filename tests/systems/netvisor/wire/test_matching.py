"""Payments that were kept without their invoice, and what matching makes of them."""

from __future__ import annotations

import pytest

from tests.systems.netvisor.caller import Caller, caller, invoice, match, payment
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


@pytest.mark.parametrize("handling", ["normal", "partialpayment", "creditloss"])
def test_a_written_off_invoice_takes_no_payment_by_matching(handling: str) -> None:
    calling = caller({"readings": {"unlinkable_payments": "kept"}})
    calling.post("salesinvoice.nv?method=add", invoice(number="9"))
    calling.post("updatesalesinvoicestatus.nv?netvisorkey=1&status=creditloss")
    assert calling.post("salespayment.nv", payment("124,00", "9")).code == "OK"

    told = calling.post("matchpayment.nv", match(handling))

    assert told.code == "INVALID_DATA"
    assert "creditloss" in told.reason


def test_a_payment_in_euros_is_matched_with_an_invoice_in_dollars_by_its_rate() -> None:
    calling = caller({"invoices": [], "readings": {"unlinkable_payments": "kept"}})
    calling.post("salespayment.nv", payment("90,00", "9"))
    dollars = ' iso4217currencycode="USD" currencyrate="1,25"'
    calling.post("salesinvoice.nv?method=add", invoice(number="9", amount="125,00", attributes=dollars))

    assert calling.post("matchpayment.nv", match("discount")).code == "OK"

    paid = [voucher for voucher in calling.books.site.ledger.journal.by_key.values() if voucher.series == "MS"]
    assert [posting.amount for posting in paid[-1].postings] == [90, 10, -100]


def test_a_payment_is_not_matched_with_an_invoice_whose_rate_nobody_knows() -> None:
    words = {"invoices": [{"number": "1", "amount": 100, "currency": "USD"}]}
    calling = caller({**words, "readings": {"unlinkable_payments": "kept"}})
    calling.post("salespayment.nv", payment("90,00"))

    assert calling.post("matchpayment.nv", match("partialpayment")).code == "INVALID_DATA"
    assert calling.books.site.ledger.receivables.invoices[1].paid == 0


def test_matching_that_pays_up_an_unsent_invoice_books_it_unless_its_day_is_locked() -> None:
    calling = caller({"invoices": [], "readings": {"unlinkable_payments": "kept"}})
    calling.post("salespayment.nv", payment("124,00", "9"))
    parts = "<expectpartialpayments>1</expectpartialpayments>"
    calling.post("salesinvoice.nv?method=add", invoice(number="9", status="unsent", more=parts))

    calling.books.arrange({"locked_until": "2026-01-16"})
    assert calling.post("matchpayment.nv", match("normal")).code == "PERIOD_LOCK"
    assert not calling.books.site.ledger.journal.by_key
    calling.books.arrange({"locked_until": None})

    assert calling.post("matchpayment.nv", match("normal")).code == "OK"
    assert sorted(one.series for one in calling.books.site.ledger.journal.by_key.values()) == ["ML", "MS"]
