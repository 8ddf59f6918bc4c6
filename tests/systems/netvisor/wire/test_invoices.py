"""Sales invoices: added, replaced, given a status, reduced by a credit note."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.systems.books.invoices import Invoice
from simulator.systems.netvisor.wire.invoices import reference_of, status_of
from tests.systems.netvisor.caller import PRODUCT, Caller, Told, caller, invoice, payment
from tests.systems.wired import balances

ADD = "salesinvoice.nv?method=add"
COMMENT = "<invoiceline><salesinvoicecommentline><comment>x</comment></salesinvoicecommentline></invoiceline>"
RECEIVABLES = "<overridevouchersalesreceivablesaccountnumber>{}</overridevouchersalesreceivablesaccountnumber>"
SENT = {"1701": "124.00", "3000": "-100.00", "2939": "-24.00"}


def sums(asked: Caller) -> dict[str, str]:
    return {account: f"{amount:.2f}" for account, amount in balances(asked.books).items()}


def kept(asked: Caller, key: int = 1) -> Invoice:
    return asked.books.site.ledger.receivables.invoices[key]


def test_an_open_invoice_is_booked_at_once() -> None:
    asked = caller()
    told = asked.post(ADD, invoice(number="107", more="<expectpartialpayments>1</expectpartialpayments>"))

    found = kept(asked, told.key)
    assert (found.number, found.date, found.due, str(found.amount), found.state) == (
        "107",
        "2026-01-15",
        "2026-01-29",
        "124.00",
        "open",
    )
    assert (found.customer, found.reference, found.takes_parts) == ("Matti Mallikas", "1070", True)
    assert sums(asked) == SENT
    assert asked.books.site.ledger.journal.by_key[1].series == "ML"


def test_an_unsent_invoice_is_booked_when_it_is_sent() -> None:
    asked = caller()
    asked.post(ADD, invoice(status="unsent"))
    assert (sums(asked), status_of(kept(asked))) == ({}, "unsent")

    told = asked.post("updatesalesinvoicestatus.nv?netvisorkey=1&status=open")

    assert (told.code, told.root.find("Replies")) == ("OK", None)
    assert (sums(asked), status_of(kept(asked))) == (SENT, "open")
    asked.post("updatesalesinvoicestatus.nv?netvisorkey=1&status=overdue")
    assert (sums(asked), status_of(kept(asked))) == (SENT, "overdue")


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("invoice", "open", "OK"),
        ("invoice", "unsent", "OK"),
        ("order", "delivered", "OK"),
        ("order", "undelivered", "OK"),
        ("invoicedraft", "", "OK"),
        ("invoice", "delivered", "INVALID_DATA"),
        ("order", "open", "INVALID_DATA"),
        ("invoice", "", "INVALID_DATA"),
        ("invoicedraft", "open", "INVALID_DATA"),
    ],
)
def test_types_have_their_own_statuses_and_only_invoices_are_booked(kind: str, status: str, code: str) -> None:
    asked = caller()
    told = asked.post(ADD, invoice(kind=kind, status=status))

    assert told.code == code
    assert (sums(asked) == SENT) is ((kind, status) == ("invoice", "open"))
    assert code == "OK" or "does not fit the invoice type" in told.reason


def test_a_draft_takes_neither_a_number_nor_voucher_lines() -> None:
    lines = (
        "<invoicevoucherlines><voucherline><linesum type='net'>1</linesum><accountnumber>3000</accountnumber>"
        "<vatpercent vatcode='NONE'>0</vatpercent></voucherline></invoicevoucherlines>"
    )

    assert "a draft takes" in caller().post(ADD, invoice(kind="invoicedraft", status="", number="1")).reason
    assert "a draft takes" in caller().post(ADD, invoice(kind="invoicedraft", status="", tail=lines)).reason


def test_numbers_run_on_and_are_used_once() -> None:
    asked = caller()
    asked.post(ADD, invoice(number="7"))
    asked.post(ADD, invoice())

    assert kept(asked, 2).number == "8"
    told = asked.post(ADD, invoice(number="8"))
    assert (told.code, told.status) == ("DUPLICATE_DATA", 400)
    assert len(asked.books.site.ledger.receivables.invoices) == 2


@pytest.mark.parametrize(
    ("term", "due"),
    [
        ("<paymenttermnetdays>30</paymenttermnetdays>", "2026-02-14"),
        ("<paymenttermnetdays></paymenttermnetdays>", None),
        ("<paymenttermnetdays>99999</paymenttermnetdays>", None),
        ("<paymentterm type='netvisor'>3</paymentterm>", "2026-01-15"),
        ("", None),
    ],
)
def test_an_invoice_has_a_term(term: str, due: str | None) -> None:
    asked = caller()
    told = asked.post(ADD, invoice(term=term))

    assert (kept(asked).due if told.code == "OK" else None) == due
    assert due or "neither a due date nor a payment term" in told.reason


def test_a_due_date_may_be_given() -> None:
    asked = caller()
    body = invoice(term="").replace(
        "</salesinvoicedate>", "</salesinvoicedate><salesinvoiceduedate>2026-3-1</salesinvoiceduedate>"
    )

    assert asked.post(ADD, body).code == "OK"
    assert kept(asked).due == "2026-03-01"
    assert caller().post(ADD, body.replace("2026-3-1", "2026-2-30")).code == "INVALID_DATA"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (invoice(lines=COMMENT), "INVALID_DATA"),
        (invoice(lines=PRODUCT.replace("Omena", "")), "INVALID_DATA"),
        (invoice(lines=PRODUCT.replace("Omena", "x" * 51)), "INVALID_DATA_SIZE"),
        (invoice(lines=PRODUCT.replace(' type="net"', "")), "INVALID_DATA"),
        (invoice().replace(' type="netvisor">7', ">7"), "INVALID_DATA"),
        (invoice().replace("<salesinvoicedate>2026-01-15</salesinvoicedate>", ""), "INVALID_DATA"),
        (invoice().replace("2026-01-15", "2026-02-30"), "INVALID_DATA"),
        (invoice(more=RECEIVABLES.format(1)), "INVALID_DATA"),
        (invoice(more="<salesinvoicereferencenumber>late</salesinvoicereferencenumber>"), "INVALID_DATA"),
    ],
)
def test_an_invoice_that_cannot_be_is_refused_and_nothing_is_kept(body: str, code: str) -> None:
    asked = caller()

    assert asked.post(ADD, body).code == code
    assert asked.books.site.ledger.receivables.invoices == {}
    assert sums(asked) == {}


def test_a_locked_period_takes_no_open_invoice_and_keeps_an_unsent_one() -> None:
    asked = caller({"locked_until": "2026-01-31"})

    assert asked.post(ADD, invoice()).code == "PERIOD_LOCK"
    assert asked.post(ADD, invoice(status="unsent")).code == "OK"
    assert asked.post("updatesalesinvoicestatus.nv?netvisorkey=1&status=open").code == "PERIOD_LOCK"
    assert status_of(kept(asked)) == "unsent"


def test_receivables_may_have_another_account() -> None:
    asked = caller()
    asked.post(ADD, invoice(more=RECEIVABLES.format(1703)))

    assert sums(asked) == {"1703": "124.00", "3000": "-100.00", "2939": "-24.00"}


def test_an_edit_puts_another_invoice_in_place_and_its_voucher_too() -> None:
    asked = caller()
    asked.post(ADD, invoice(number="5"))

    told = asked.post("salesinvoice.nv?method=edit&id=1", invoice(lines=PRODUCT.replace("50,00", "10,00")))

    assert (told.code, told.root.find("Replies")) == ("OK", None)
    assert (kept(asked).number, str(kept(asked).amount)) == ("5", "24.80")
    assert sums(asked) == {"1701": "24.80", "3000": "-20.00", "2939": "-4.80"}
    assert [one.state for one in asked.books.site.ledger.journal.by_key.values()] == ["void", "valid"]
    # Sent back, it has no voucher any more.
    asked.post("salesinvoice.nv?method=edit&id=1", invoice(status="unsent"))
    assert sums(asked) == {}


def test_an_edit_that_is_refused_changes_nothing() -> None:
    asked = caller()
    asked.post(ADD, invoice(number="5"))
    asked.post(ADD, invoice(number="6"))

    assert asked.post("salesinvoice.nv?method=edit&id=1", invoice(number="6")).code == "DUPLICATE_DATA"
    assert asked.post("salesinvoice.nv?method=edit&id=9", invoice()).code == "INVALID_DATA"
    assert asked.post("salesinvoice.nv?method=edit", invoice()).code == "INVALID_DATA"
    assert asked.post("salesinvoice.nv?method=other", invoice()).code == "INVALID_DATA"
    assert asked.post("salesinvoice.nv?method=edit&id=1", invoice(number="5")).code == "OK"
    asked.post("salespayment.nv", payment("124", "6"))
    assert "has payments" in asked.post("salesinvoice.nv?method=edit&id=2", invoice()).reason
    asked.books.arrange({"locked_until": "2026-01-31"})
    assert asked.post("salesinvoice.nv?method=edit&id=1", invoice(status="unsent")).code == "PERIOD_LOCK"


def test_an_invoice_without_a_method_is_added() -> None:
    assert caller().post("SalesInvoice.nv", invoice()).key == 1


def status(asked: Caller, query: str) -> Told:
    return asked.post(f"updatesalesinvoicestatus.nv?{query}")


@pytest.mark.parametrize(
    "name", ["open", "overdue", "reminded", "requested", "collected", "paid", "creditloss", "unsent"]
)
def test_a_status_is_taken_and_told_again(name: str) -> None:
    asked = caller({"invoices": [{"number": "1", "amount": 10}]})

    assert status(asked, f"NetvisorKey=1&Status={name}").code == "OK"
    assert status_of(kept(asked)) == name


@pytest.mark.parametrize(
    "query",
    [
        "",
        "status=open",
        "netvisorkey=1",
        "netvisorkey=1&status=sent",
        "netvisorkey=9&status=open",
        "netvisorkeylist=1,9&status=paid",
    ],
)
def test_a_status_that_cannot_be_changes_nothing(query: str) -> None:
    asked = caller({"invoices": [{"number": "1", "amount": 10}]})

    assert status(asked, query).code == "INVALID_DATA"
    assert status_of(kept(asked)) == "open"


def test_a_hundred_invoices_get_a_status_at_once_and_no_more() -> None:
    asked = caller({"invoices": [{"number": str(number), "amount": 10} for number in range(101)]})
    keys = [str(key) for key in range(1, 102)]

    assert status(asked, f"netvisorkeylist={','.join(keys)}&status=paid").code == "INVALID_DATA"
    assert status(asked, f"netvisorkeylist={','.join(keys[:100])}&status=paid").code == "OK"
    assert [status_of(one) for one in asked.books.site.ledger.receivables.invoices.values()] == ["paid"] * 100 + [
        "open"
    ]


def test_an_order_has_no_such_status() -> None:
    asked = caller()
    asked.post(ADD, invoice(kind="order", status="delivered"))

    assert status(asked, "netvisorkey=1&status=open").code == "INVALID_DATA"
    assert sums(asked) == {}


def note(note_key: int | str, invoice_key: int | str) -> str:
    return (
        f"<root><matchcreditnote><creditnotenetvisorkey>{note_key}</creditnotenetvisorkey>"
        f"<invoicenetvisorkey>{invoice_key}</invoicenetvisorkey></matchcreditnote></root>"
    )


def books(*invoices: dict[str, Any]) -> Caller:
    return caller({"invoices": list(invoices)})


@pytest.mark.parametrize(("credit", "left", "states"), [(-124, 0, ["paid", "paid"]), (-24, 100, ["open", "paid"])])
def test_a_credit_note_reduces_its_invoice(credit: int, left: int, states: list[str]) -> None:
    asked = books({"number": "1", "amount": 124}, {"number": "2", "amount": credit, "state": "open"})

    told = asked.post("matchcreditnote.nv", note(2, 1))

    assert (told.code, told.root.find("Replies")) == ("OK", None)
    assert kept(asked).left == left
    assert kept(asked, 2).left == 0
    assert [kept(asked, key).state for key in (1, 2)] == states


@pytest.mark.parametrize(
    ("invoices", "keys"),
    [
        ([{"number": "1", "amount": 10}, {"number": "2", "amount": -20, "state": "open"}], (2, 1)),
        ([{"number": "1", "amount": 10}, {"number": "2", "amount": 10}], (2, 1)),
        ([{"number": "1", "amount": 10, "paid": 10}, {"number": "2", "amount": -10, "state": "open"}], (2, 1)),
        ([{"number": "1", "amount": 10, "currency": "USD"}, {"number": "2", "amount": -10, "state": "open"}], (2, 1)),
        ([{"number": "1", "amount": 10}], (1, 1)),
        ([{"number": "1", "amount": 10}], (2, 1)),
    ],
)
def test_what_does_not_fit_is_not_matched(invoices: list[dict[str, Any]], keys: tuple[int, int]) -> None:
    asked = books(*invoices)

    assert asked.post("matchcreditnote.nv", note(*keys)).code == "INVALID_DATA"


@pytest.mark.parametrize(
    ("number", "reference"), [("107", "1070"), ("109", "1096"), ("110", "1106"), ("", ""), ("A1", "")]
)
def test_a_reference_has_a_check_digit(number: str, reference: str) -> None:
    assert reference_of(number) == reference


def test_a_price_with_as_many_decimals_as_a_binary_fraction_has_is_taken() -> None:
    calling = caller()
    price = PRODUCT.replace("50,00", "8.064516129032258").replace(">2<", ">1<")

    key = calling.post("salesinvoice.nv?method=add", invoice(lines=price)).key

    assert calling.get(f"getsalesinvoice.nv?netvisorkey={key}").text("SalesInvoice/SalesInvoiceAmount") == "9,99"


@pytest.mark.parametrize("rate", ["0", "-1", "0,0"])
def test_a_rate_must_be_more_than_nothing(rate: str) -> None:
    attributes = f' iso4217currencycode="USD" currencyrate="{rate}"'

    assert caller().post("salesinvoice.nv?method=add", invoice(attributes=attributes)).code == "INVALID_DATA"
