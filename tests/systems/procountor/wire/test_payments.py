"""Payment events: which invoices take them, in which currency, and what becomes of the invoice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simulator.systems.procountor.wire.invoiceregister import BASE_ID
from tests.systems.procountor.talking import Talker, invoice, paid, talker
from tests.systems.wired import balances

FIRST = f"/invoices/{BASE_ID + 1}"
PAY = f"{FIRST}/paymentevents/markpaid"


def with_one(state: dict[str, Any] | None = None, **readings: str) -> Talker:
    return talker({"invoices": [{"number": "5", "amount": 251, "customer": "Aino", **(state or {})}]}, **readings)


def test_an_invoice_is_paid_in_parts() -> None:
    talking = with_one()

    event = talking.done("PUT", PAY, paid(51, description="first", paymentMethodType="CASH"))

    assert event == {
        "id": 1, "invoiceId": BASE_ID + 1, "type": "CASH", "paymentDate": "2026-01-20", "status": "MARKED_PAID",
        "amount": 51, "currency": "EUR", "description": "first", "paidAmount": 51, "paidCurrency": "EUR",
    }  # fmt: skip
    assert talking.get(FIRST)["status"] == "PARTLY_PAID"
    before = talking.get(FIRST)["version"]
    assert talking.done("PUT", PAY, paid(200, paymentDate="2026-01-19"))["type"] == "ELSEWHERE"
    after = talking.get(FIRST)
    assert (after["status"], after["paymentDate"]) == ("MARKED_PAID", "2026-01-20")
    assert after["version"] > before
    assert balances(talking.books) == {}, "nothing published says that a payment event books anything"


def test_payment_events_are_listed_by_pages_and_shown() -> None:
    talking = with_one()
    for _ in range(3):
        talking.done("PUT", PAY, paid(1))

    def ids(**query: object) -> list[int]:
        return [one["id"] for one in talking.get(f"{FIRST}/paymentevents", **query)["results"]]

    assert (ids(), ids(orderById="ASC", size=2), ids(previousId=2)) == ([3, 2, 1], [1, 2], [1])
    assert talking.get(f"{FIRST}/paymentevents/2")["id"] == 2
    assert talking.refused("GET", f"{FIRST}/paymentevents/9")[0] == 404


@pytest.mark.parametrize("state", [{"state": "draft"}, {"paid": 251}, {"state": "void"}])
def test_an_invoice_that_is_unfinished_paid_or_void_takes_none(state: dict[str, Any]) -> None:
    talking = with_one(state)

    status, [(_, message)] = talking.refused("PUT", PAY, paid())
    assert (status, message) == (403, f"SIM_WRONG_STATUS: the status is {talking.get(FIRST)['status']}")
    assert not talking.books.site.ledger.receivables.payments


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (paid(currency="SEK"), "currency"), (paid(paymentDate="1999-01-01"), "paymentDate"), (paid(0), "amount"),
        (paid(1.005), "amount"), (paid(description="x" * 141), "description"),
        ({**paid(), "amount": None}, "amount"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(body: dict[str, Any], field: str) -> None:
    talking = with_one()

    status, told = talking.refused("PUT", PAY, body)
    assert (status, {name for name, _ in told}) == (400, {field})
    assert talking.get(FIRST)["status"] == "SENT"


def test_a_closed_period_takes_no_payment_event() -> None:
    talking = with_one()
    talking.books.arrange({"locked_until": "2026-01-20", "invoices": [{"number": "5", "amount": 251}]})

    assert talking.refused("PUT", PAY, paid()) == (400, [("paymentDate", "CLOSED_FISCAL_PERIOD")])
    talking.done("PUT", PAY, paid(paymentDate="2026-01-21"))


def test_a_method_must_be_one_that_the_company_uses() -> None:
    talking = with_one()
    assert talking.refused("PUT", PAY, paid(paymentMethodType="BARTER"))[0] == 400
    talking.books.arrange({"payment_methods": [{"code": "CASH"}], "invoices": [{"number": "5", "amount": 251}]})
    assert talking.refused("PUT", PAY, paid(paymentMethodType="SET_OFF"))[0] == 400
    talking.done("PUT", PAY, paid(paymentMethodType="CASH"))


@pytest.mark.parametrize(("reading", "status"), [("taken", 200), ("refused", 400)])
def test_paying_too_much_is_a_reading(reading: str, status: int) -> None:
    talking = with_one(overpayment=reading)

    assert talking.send("PUT", PAY, paid(252)).status == status
    if status == 400:
        talking.done("PUT", PAY, paid(251))


def test_an_invoice_may_have_to_be_paid_at_once() -> None:
    talking = with_one({"takes_parts": False})

    assert talking.refused("PUT", PAY, paid(250))[0] == 400
    assert talking.done("PUT", PAY, paid(251))


def test_an_invoice_for_any_amount_is_never_paid_up() -> None:
    talking = talker()
    [hit] = talking.get("/invoices", invoiceNumber=77)["results"]

    talking.done("PUT", f"/invoices/{hit['id']}/paymentevents/markpaid", paid(10))
    talking.done("PUT", f"/invoices/{hit['id']}/paymentevents/markpaid", paid(10))
    assert talking.get(f"/invoices/{hit['id']}")["status"] == "PARTLY_PAID"


def test_money_in_another_currency_is_told_in_euros_at_the_invoices_rate() -> None:
    talking = talker()
    info = {**invoice()["paymentInfo"], "currency": "SEK", "currencyRate": 10}
    made = talking.done("POST", "/invoices", invoice(paymentInfo=info))
    path = f"/invoices/{made['id']}"
    talking.done("PUT", f"{path}/approve")

    event = talking.done("PUT", f"{path}/paymentevents/markpaid", paid(251, currency="SEK"))
    assert (float(event["amount"]), event["currency"], event["paidCurrency"]) == (25.1, "EUR", "SEK")
    assert talking.get(path)["status"] == "MARKED_PAID"


def test_an_order_is_never_paid() -> None:
    talking = talker()
    order = talking.done("POST", "/invoices", invoice(type="SALES_ORDER"))
    talking.done("PUT", f"/invoices/{order['id']}/approve")

    status, [(_, message)] = talking.refused("PUT", f"/invoices/{order['id']}/paymentevents/markpaid", paid())

    assert (status, message) == (403, "SIM_INVOICE_TYPE: a SALES_ORDER is not paid")
    assert talking.get(f"/invoices/{order['id']}/paymentevents")["results"] == []


def test_the_events_of_several_invoices_are_told_at_once() -> None:
    talking = talker({"invoices": [{"number": number, "amount": 251} for number in ("1", "2", "3")]})
    ids = [talking.get("/invoices", invoiceNumber=number)["results"][0]["id"] for number in (1, 2, 3)]
    made = [talking.done("PUT", f"/invoices/{key}/paymentevents/markpaid", paid(10))["id"] for key in ids]

    asked = f"{ids[0]},{ids[2]},99999"
    assert [one["id"] for one in talking.get("/payments/paymentevents", invoiceId=asked)["results"]] == made[::-2]
    page = talking.get("/payments/paymentevents", invoiceId=asked, size=1, orderById="ASC")
    assert ([one["id"] for one in page["results"]], page["meta"]["totalCount"]) == (made[:1], 2)


@pytest.mark.parametrize("asked", ["", ",", "x", ",".join(str(number) for number in range(201))])
def test_whose_events_are_asked_for_must_be_said(asked: str) -> None:
    assert talker().refused("GET", "/payments/paymentevents", invoiceId=asked)[0] == 400


def test_an_amount_with_more_decimals_than_are_counted_with_is_no_amount_of_cents() -> None:
    assert with_one().refused("PUT", PAY, paid(Decimal("1." + "0" * 40 + "1")))[0] == 400
