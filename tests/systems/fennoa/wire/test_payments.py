"""Payments of sales invoices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simulator.systems.fennoa import SYSTEM
from tests.systems.fennoa.asking import Asker
from tests.systems.wired import balances

ADD = "sales_api/add/payment"
WORDS: dict[str, Any] = {"invoices": [{"number": "1001", "amount": 100, "reference": "10016", "customer": "K"}]}


def payment(**changes: Any) -> dict[str, Any]:
    """A payment as one client posts it."""
    fields = {
        "invoice_no": "1001", "payment_date": "2026-01-20", "sum": "40.00", "payment_type": "2", "is_factoring": "0",
        "description": "Kiitos",
    }  # fmt: skip
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def listed(asker: Asker, rest: str) -> list[dict[str, Any]]:
    answer = asker.get(f"sales_api/get/payments/{rest}")
    SYSTEM.about.schemas.validator("payments.json").validate(answer)
    rows: list[dict[str, Any]] = answer["data"]
    return rows


def test_a_payment_is_in_the_books_and_settles_its_invoice() -> None:
    asker = Asker(WORDS)

    assert asker.post(ADD, payment()) == {"status": "ok", "id": 1}
    assert asker.post(ADD, payment(sum="60")) == {"status": "ok", "id": 2}

    assert balances(asker.books) == {"1910": Decimal(100), "1701": Decimal(-100)}
    assert [(one.series, one.description) for one in asker.vouchers] == [("PJ", "Kiitos"), ("PJ", "Kiitos")]
    told = asker.get("sales_api/1")["data"]
    assert (told["SalesInvoice"]["status"], told["SalesInvoice"]["total_due"]) == ("paid", 0)
    assert [one["sum"] for one in told["SalesInvoicePayment"]] == [40, 60]


def test_number_date_and_sum_are_enough() -> None:
    asker = Asker(WORDS)
    asker.post(ADD, payment(payment_type=None, is_factoring=None, description=None))

    assert asker.vouchers[0].description == "Payment of invoice 1001"


@pytest.mark.parametrize("nothing", ["0", "0.00", "-0"])
def test_a_payment_of_nothing_is_refused_as_such(nothing: str) -> None:
    asker = Asker(WORDS)

    assert asker.errors(ADD, payment(sum=nothing)) == {"sum": ["The sum must not be zero"]}


@pytest.mark.parametrize("missing", ["invoice_no", "payment_date", "sum"])
def test_what_is_required_is_missed(missing: str) -> None:
    asker = Asker(WORDS)

    assert asker.errors(ADD, payment(**{missing: None})) == {missing: ["This field is required"]}
    assert not asker.vouchers


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("payment_date", "20.1.2026"), ("payment_date", "2017-01-01"), ("sum", "0"), ("sum", "x"), ("sum", "1.005"),
        ("sum", "-40"), ("payment_type", "x"), ("is_factoring", "2"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field(field: str, value: str) -> None:
    asker = Asker(WORDS)

    assert list(asker.errors(ADD, payment(**{field: value}))) == [field]
    assert not asker.vouchers


def test_a_locked_day_is_refused() -> None:
    errors = Asker({**WORDS, "locked_until": "2026-01-31"}).errors(ADD, payment())

    assert errors == {"payment_date": ["Accounting is locked until 2026-01-31, please select later entry date"]}


def test_what_answers_an_unknown_invoice_is_a_reading() -> None:
    assert Asker(WORDS).errors(ADD, payment(invoice_no="9")) == {"invoice_no": ["Invoice 9 not found"]}
    other = Asker({**WORDS, "readings": {"payment_unknown_invoice": "404"}})
    assert other.errors(ADD, payment(invoice_no="9"), 404) == "Invoice 9 not found"


@pytest.mark.parametrize(
    ("invoice", "said"),
    [
        ({"paid": 100}, "already paid"),
        ({"state": "void"}, "cancelled"),
        ({"state": "draft"}, "not approved"),
        ({"currency": "USD"}, "exchange rates"),
        ({"takes_parts": False}, "paid in full"),
    ],
)
def test_an_invoice_that_takes_no_payment_says_why(invoice: dict[str, Any], said: str) -> None:
    asker = Asker({"invoices": [{**WORDS["invoices"][0], **invoice}]})

    assert said in str(asker.errors(ADD, payment()))
    assert not asker.vouchers


def test_a_draft_cannot_be_paid() -> None:
    asker = Asker({"invoices": []})
    asker.draft()

    assert "not found" in str(asker.errors(ADD, payment()))


def test_whether_more_than_is_left_is_taken_is_a_reading() -> None:
    assert Asker(WORDS).post(ADD, payment(sum="100.01"))["id"] == 1
    other = Asker({**WORDS, "readings": {"overpayment": "refused"}})
    assert list(other.errors(ADD, payment(sum="100.01"))) == ["sum"]
    assert other.post(ADD, payment(sum="100.00"))["id"] == 1


def test_a_credit_note_is_paid_out_in_parts() -> None:
    asker = Asker({"invoices": [{"number": "1001", "amount": -100}]})

    assert list(asker.errors(ADD, payment(sum="40"))) == ["sum"]
    asker.post(ADD, payment(sum="-40"))
    assert asker.get("sales_api/1")["data"]["SalesInvoice"]["status"] == "approved"
    asker.post(ADD, payment(sum="-60"))
    assert asker.get("sales_api/1")["data"]["SalesInvoice"]["status"] == "paid"
    assert balances(asker.books) == {"1910": Decimal(-100), "1701": Decimal(100)}


def test_a_payment_type_with_an_account_books_on_it() -> None:
    methods = [{"code": "2"}, {"code": "5", "account": "1930"}, {"code": "6", "account": "9999"}]
    asker = Asker({**WORDS, "payment_methods": methods})
    asker.post(ADD, payment(payment_type="5"))

    assert balances(asker.books) == {"1930": Decimal(40), "1701": Decimal(-40)}
    assert "9999 not found" in str(asker.errors(ADD, payment(payment_type="6")))


def test_books_with_any_invoice_take_a_payment_of_any() -> None:
    asker = Asker()
    asker.post(ADD, payment(invoice_no="77"))
    asker.post(ADD, payment(invoice_no="77"))

    assert balances(asker.books) == {"1910": Decimal(80), "1701": Decimal(-80)}


def test_a_refused_payment_makes_no_invoice() -> None:
    asker = Asker()
    asker.errors(ADD, payment(sum="x"))

    assert not asker.books.site.ledger.receivables.invoices


def test_payments_are_listed_by_their_days() -> None:
    asker = Asker(WORDS)
    for day in ("2026-01-20", "2026-01-21", "2026-01-22"):
        asker.post(ADD, payment(payment_date=day, sum="10"))

    rows = listed(asker, "2026-01-20/2026-01-21")

    assert [row["SalesInvoicePayment"]["date"] for row in rows] == ["2026-01-20", "2026-01-21"]
    assert rows[0]["SalesInvoice"] == {"id": 1, "invoice_no": "1001", "banking_reference": "10016"}
    assert (rows[0]["SalesInvoicePayment"]["sum"], rows[0]["SalesInvoicePayment"]["payment_type"]) == (10, 2)
    assert len(listed(asker, "2026-01-20/2026-01-22/created_after:2026-01-01")) == 3
    assert listed(asker, "2026-01-20/2026-01-22/created_after:2026-01-02") == []


@pytest.mark.parametrize("rest", ["x/2026-01-01", "2026-01-01/x", "2026-01-01/2026-01-02/x"])
def test_a_list_of_nonsense_is_refused(rest: str) -> None:
    Asker().get(f"sales_api/get/payments/{rest}", 400)


def test_a_body_that_is_no_form_is_refused() -> None:
    assert Asker().send("POST", ADD, b"{}", "application/json").status == 400
