"""Sales payments: what they settle, what they book, what is told of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simulator.clock import DAY
from simulator.systems.books.invoices import Invoice
from tests.systems.netvisor.caller import NOW, Caller, Told, caller, invoice, payment
from tests.systems.wired import balances

ONE = {"number": "1", "amount": 124, "reference": "00 1070"}
SETTLED = {"1910": "124.00", "1701": "-124.00"}


def sums(asked: Caller) -> dict[str, str]:
    return {account: f"{amount:.2f}" for account, amount in balances(asked.books).items()}


def kept(asked: Caller, key: int = 1) -> Invoice:
    return asked.books.site.ledger.receivables.invoices[key]


def paid(body: str, *invoices: dict[str, Any], **words: Any) -> tuple[Told, Caller]:
    asked = caller({"invoices": list(invoices or [ONE]), **words})
    return asked.post("salespayment.nv", body), asked


@pytest.mark.parametrize(
    ("by", "target"), [("invoicenumber", "1"), ("netvisor", "1"), ("reference", "1070"), ("reference", "001070")]
)
def test_a_payment_settles_the_invoice_that_it_names(by: str, target: str) -> None:
    told, asked = paid(payment(target=target, by=by))

    assert (told.code, told.key) == ("OK", 1)
    assert (kept(asked).state, sums(asked)) == ("paid", SETTLED)
    [voucher] = asked.books.site.ledger.journal.by_key.values()
    assert (voucher.series, voucher.date, voucher.description) == ("MS", "2026-01-20", "Matti Mallikas 1")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (payment(target="2"), "Sales invoice not found with invoice number 2"),
        (payment(target="9", by="netvisor"), "Sales invoice not found with Netvisor key 9"),
        (payment(target="x", by="netvisor"), "not found"),
        (payment(target="9" * 40, by="netvisor"), "not found"),
        (payment(target="99", by="reference"), "Sales invoice not found with reference number 99"),
        (payment(method="Shekki"), "payment method Shekki not found"),
        (payment(method="9999", attributes='type="bankaccount"'), "bank account 9999 not found"),
        (payment(method="3000", attributes='type="bankaccount"'), "bank account 3000 not found"),
        (payment(attributes='type="alternative" overrideaccountingaccountnumber="1999"'), "account 1999 not found"),
        (
            payment(attributes='type="alternative" overridesalesreceivableaccountnumber="1999"'),
            "account 1999 not found",
        ),
        (payment(currency=' currency="XXQ"'), "currency XXQ not found"),
        (payment(currency=' currency="USD"'), "no exchange rate is known for the currency USD"),
        (payment("1,001"), "more than two decimals"),
        (payment(date="2026-02-30"), "does not exist"),
        (payment(date="1999-01-01"), "no accounting period"),
        (payment(by="phone"), "XML"),
        (payment(attributes='type="cash"'), "XML"),
        (payment(attributes=""), "XML"),
        (payment(""), "XML"),
        (payment().replace("<sourcename>Matti Mallikas</sourcename>", ""), "XML"),
        (payment(target_type=' targettype="order"'), "needs overridesalesreceivableaccountnumber"),
    ],
)
def test_a_payment_that_cannot_be_is_refused_and_nothing_is_kept(body: str, said: str) -> None:
    told, asked = paid(body)

    assert (told.code, told.status) == ("INVALID_DATA", 400)
    assert said in told.reason
    assert sums(asked) == {}
    assert asked.books.site.ledger.receivables.payments == {}
    assert kept(asked).paid == 0


def test_a_locked_period_takes_no_payment() -> None:
    told, asked = paid(payment(), locked_until="2026-01-31")

    assert (told.code, sums(asked)) == ("PERIOD_LOCK", {})


def test_a_name_that_is_too_long_is_refused() -> None:
    assert paid(payment().replace("Matti Mallikas", "x" * 251))[0].code == "INVALID_DATA_SIZE"


@pytest.mark.parametrize(
    ("invoice_", "amount", "said"),
    [
        ({"paid": 124}, "1", "Sales invoice 1 is already paid"),
        ({"state": "paid"}, "124", "already paid"),
        ({"state": "void"}, "124", "takes no payment"),
        ({"state": "draft", "takes_parts": False}, "124", "is unsent and does not accept partial payments"),
        ({"state": "draft"}, "124", ""),
        ({}, "100", ""),
        ({}, "200", ""),
        ({"takes_parts": False}, "123,99", "the sum 123,99 does not fit the open sum 124,00 of sales invoice 1"),
        ({"takes_parts": False}, "124,01", "does not fit"),
        ({"takes_parts": False}, "124", ""),
        ({"takes_parts": False, "paid": 24}, "100", ""),
    ],
)
def test_what_an_invoice_takes(invoice_: dict[str, Any], amount: str, said: str) -> None:
    told, asked = paid(payment(amount), {**ONE, **invoice_})

    assert (told.code == "OK") == (not said)
    assert said in told.reason
    assert (sums(asked) == {}) is bool(said)


def test_parts_add_up() -> None:
    told, asked = paid(payment("100"))
    assert (told.code, kept(asked).state, kept(asked).left == 24) == ("OK", "open", True)

    asked.post("salespayment.nv", payment("24"))

    assert (kept(asked).state, sums(asked)) == ("paid", SETTLED)
    assert asked.post("salespayment.nv", payment("1")).code == "INVALID_DATA"


DISCOUNT = (
    "<paymenttermcashdiscountdays>5</paymenttermcashdiscountdays>"
    "<paymenttermcashdiscount type='{}'>{}</paymenttermcashdiscount>"
)


@pytest.mark.parametrize(("kind", "value"), [("percentage", "10"), ("sum", "12,40")])
@pytest.mark.parametrize(("amount", "code"), [("111,60", "OK"), ("120", "OK"), ("111,59", "INVALID_DATA")])
def test_a_cash_discount_may_be_taken(kind: str, value: str, amount: str, code: str) -> None:
    asked = caller({"invoices": []})
    asked.post("salesinvoice.nv?method=add", invoice(number="1", more=DISCOUNT.format(kind, value)))

    told = asked.post("salespayment.nv", payment(amount))

    assert told.code == code
    if code == "OK":
        taken = Decimal(124) - Decimal(amount.replace(",", "."))
        assert (kept(asked).state, sums(asked).get("1701")) == ("paid", None)
        assert sums(asked)["3500"] == f"{taken:.2f}"


@pytest.mark.parametrize(
    ("method", "attributes", "account"),
    [
        ("CFIS", 'type="alternative"', "1920"),
        ("kassa", 'type="alternative"', "1900"),
        ("1930", 'type="bankaccount"', "1930"),
        ("Kassa", 'type="bankaccount"', "1900"),
        ("Kassa", 'type="alternative" overrideaccountingaccountnumber="1930"', "1930"),
    ],
)
def test_the_money_is_on_the_account_behind_its_method(method: str, attributes: str, account: str) -> None:
    roles = {
        "receivables": "1701",
        "bank": "1920",
        "advances": "2861",
        "sales_vat": "2939",
        "purchase_vat": "1763",
        "rounding": "8570",
        "cash": "1900",
        "sales": "3000",
        "payables": "2871",
    }
    _, asked = paid(payment(method=method, attributes=attributes), roles=roles)

    assert sums(asked) == {account: "124.00", "1701": "-124.00"}


def test_receivables_may_have_another_account() -> None:
    _, asked = paid(payment(attributes='type="alternative" overridesalesreceivableaccountnumber="1703"'))

    assert sums(asked) == {"1910": "124.00", "1703": "-124.00"}


def own(*lines: tuple[str, str, str, str, str]) -> str:
    made = "".join(
        f'<voucherline><linesum type="{kind}">{amount}</linesum><accountnumber>{account}</accountnumber>'
        f'<vatpercent vatcode="{code}">{percent}</vatpercent></voucherline>'
        for account, amount, kind, percent, code in lines
    )
    return f"<salespaymentvoucherlines>{made}</salespaymentvoucherlines>"


def test_own_posting_lines_take_the_place_of_the_methods_account() -> None:
    lines = own(("1920", "130", "net", "0", "NONE"), ("8160", "-6", "net", "0", "NONE"))
    _, asked = paid(payment(lines=lines))

    assert sums(asked) == {"1920": "130.00", "8160": "-6.00", "1701": "-124.00"}


def test_an_own_line_may_be_gross() -> None:
    lines = own(("1920", "130,20", "net", "0", "NONE"), ("3720", "-6,20", "gross", "24", "KOMY"))
    _, asked = paid(payment(lines=lines))

    assert sums(asked) == {"1920": "130.20", "3720": "-5.00", "2939": "-1.20", "1701": "-124.00"}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (own(("1920", "100", "net", "0", "NONE")), "come to 100,00, the sum of the payment is 124,00"),
        (own(("1999", "124", "net", "0", "NONE")), "Line 1: account 1999 not found"),
        (own(("1920", "124", "net", "24", "KOMY0")), "does not allow"),
        (own(("1920", "124", "", "0", "NONE")), "XML"),
        ("<salespaymentvoucherlines/>", "XML"),
    ],
)
def test_own_lines_that_cannot_be_are_refused(lines: str, said: str) -> None:
    told, asked = paid(payment(lines=lines))

    assert (told.code, sums(asked)) == ("INVALID_DATA", {})
    assert said in told.reason


def test_an_order_is_paid_in_advance() -> None:
    asked = caller({"invoices": []})
    asked.post(
        "salesinvoice.nv?method=add",
        invoice(
            number="5", kind="order", status="undelivered", more="<expectpartialpayments>1</expectpartialpayments>"
        ),
    )
    advance = 'type="alternative" overridesalesreceivableaccountnumber="2861"'
    order = ' targettype="order"'

    assert asked.post("salespayment.nv", payment("50", "5", attributes=advance)).code == "INVALID_DATA"
    assert asked.post("salespayment.nv", payment("50", "5", attributes=advance, target_type=order)).code == "OK"
    assert sums(asked) == {"1910": "50.00", "2861": "-50.00"}
    invoices = caller({"invoices": [ONE]})
    assert invoices.post("salespayment.nv", payment(attributes=advance, target_type=order)).code == "INVALID_DATA"


def test_a_payment_in_the_currency_of_its_invoice_uses_its_rate() -> None:
    asked = caller({"invoices": []})
    rate = ' iso4217currencycode="USD" currencyrate="1,25"'
    asked.post("salesinvoice.nv?method=add", invoice(number="1", attributes=rate))

    assert asked.post("salespayment.nv", payment(currency=' currency="USD"')).code == "OK"
    assert (sums(asked).get("1910"), kept(asked).state) == ("99.20", "paid")
    row = asked.get("salespaymentlist.nv").all("SalesPaymentList/SalesPayment")[0]
    assert (row.findtext("Sum"), row.findtext("ForeignCurrencyAmount")) == ("99,20", "124,00")


def test_where_the_books_have_any_invoice_every_target_is_there() -> None:
    for by in ("invoicenumber", "netvisor", "reference"):
        asked = caller()
        assert asked.post("salespayment.nv", payment(target="4711", by=by)).code == "OK"
        assert sums(asked) == SETTLED


def test_a_refused_payment_makes_no_invoice_where_the_books_have_any() -> None:
    asked = caller()

    assert asked.post("salespayment.nv", payment(method="Shekki")).code == "INVALID_DATA"
    assert asked.books.site.ledger.receivables.invoices == {}


@pytest.fixture
def listed() -> Caller:
    """Two payments of invoices, a day between them, and one without."""
    asked = caller(
        {
            "invoices": [ONE, {"number": "2", "amount": 10, "reference": "22"}],
            "readings": {"unlinkable_payments": "kept"},
        }
    )
    asked.post("salespayment.nv", payment("100"))
    second = payment("10", "22", by="reference", date="2026-02-20").replace("Matti Mallikas", "Åsa")
    asked.post("salespayment.nv", second, now=NOW + DAY)
    asked.post("salespayment.nv", payment("7", "404"))
    return asked


def test_a_payment_is_listed(listed: Caller) -> None:
    row = listed.get("salespaymentlist.nv").all("SalesPaymentList/SalesPayment")[0]

    assert [(one.tag, one.text) for one in row] == [
        ("NetvisorKey", "1"),
        ("Name", "Matti Mallikas"),
        ("Date", "20.1.2026"),
        ("Sum", "100,00"),
        ("ReferenceNumber", "00 1070"),
        ("ForeignCurrencyAmount", None),
        ("InvoiceNumber", "1"),
        ("PaymentAccountName", "Bank account"),
        ("VoucherID", "1"),
        ("LastModifiedTimestamp", "1.1.2026 11:00:00"),
        ("PaymentAccountNumber", "1910"),
        ("PaymentSource", "2"),
        ("BankStatus", "OK"),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["1", "2", "3"]),
        ("abovenetvisorkey=1", ["2", "3"]),
        ("begindate=2026-02-01", ["2"]),
        ("enddate=2026-01-20", ["1", "3"]),
        ("searchbyname=matti", ["1", "3"]),
        ("limitlinkedpayments=0", ["3"]),
        ("limitlinkedpayments=1", ["1", "2"]),
        ("limitbytype=onlycreditloss", []),
        ("limitbytype=excludecreditloss", ["1", "2", "3"]),
        ("lastmodifiedstart=2026-01-02T00:00:00", ["2"]),
        ("lastmodifiedend=2026-01-01T12:00:00", ["1", "3"]),
        ("invoicenetvisorkey=2", ["2"]),
        ("invoicenumber=1", ["1"]),
    ],
)
def test_the_parameters_choose(listed: Caller, query: str, found: list[str]) -> None:
    assert listed.get(f"SalesPaymentList.nv?{query}").texts("SalesPaymentList/SalesPayment/NetvisorKey") == found


def test_the_source_of_a_reference_payment_is_told_and_a_loose_one_names_no_invoice(listed: Caller) -> None:
    first, second, third = listed.get("salespaymentlist.nv").all("SalesPaymentList/SalesPayment")

    assert [one.findtext("PaymentSource") for one in (first, second, third)] == ["2", "1", "2"]
    assert third.find("InvoiceNumber") is None
    assert third.findtext("VoucherID") == ""


DOLLARS = ' iso4217currencycode="USD" currencyrate="1,25"'


def test_a_payment_in_euros_of_an_invoice_in_dollars_settles_it_by_the_rate_of_the_invoice() -> None:
    calling = caller()
    made = calling.post("salesinvoice.nv?method=add", invoice(number="9", amount="125,00", attributes=DOLLARS))
    assert made.code == "OK"

    assert calling.post("salespayment.nv", payment("99,00", "9")).reason.endswith(
        "the sum 123,75 does not fit the open sum 125,00 of sales invoice 9"
    )
    assert calling.post("salespayment.nv", payment("100,00", "9")).code == "OK"

    told = calling.get("salesinvoicelist.nv?invoicenumber=9")
    assert told.text("SalesInvoiceList/SalesInvoice/OpenSum") == "0,00"
    paid = [voucher for voucher in calling.books.site.ledger.journal.by_key.values() if voucher.series == "MS"]
    assert [posting.amount for posting in paid[-1].postings] == [100, -100]


def test_a_payment_in_euros_of_an_invoice_whose_rate_nobody_knows_is_refused() -> None:
    calling = caller({"invoices": [{"number": "1", "amount": 100, "currency": "USD"}]})

    told = calling.post("salespayment.nv", payment("100,00"))

    assert told.code == "INVALID_DATA"
    assert "USD" in told.reason
    assert not calling.books.site.ledger.receivables.payments


def test_an_unsent_invoice_that_is_paid_up_is_booked_too() -> None:
    calling = caller()
    parts = "<expectpartialpayments>1</expectpartialpayments>"
    calling.post("salesinvoice.nv?method=add", invoice(number="9", status="unsent", more=parts))

    assert calling.post("salespayment.nv", payment("24,00", "9")).code == "OK"
    assert [one.series for one in calling.books.site.ledger.journal.by_key.values()] == ["MS"]
    assert calling.post("salespayment.nv", payment("100,00", "9")).code == "OK"

    assert sorted(one.series for one in calling.books.site.ledger.journal.by_key.values()) == ["ML", "MS", "MS"]
    receivables = calling.books.site.ledger.role("receivables")
    assert calling.books.site.ledger.journal.balances()[receivables] == 0


def test_an_unsent_invoice_of_a_locked_day_is_not_paid_up() -> None:
    calling = caller()
    parts = "<expectpartialpayments>1</expectpartialpayments>"
    calling.post("salesinvoice.nv?method=add", invoice(number="9", status="unsent", more=parts))
    calling.books.arrange({"locked_until": "2026-01-16"})

    assert calling.post("salespayment.nv", payment("124,00", "9")).code == "PERIOD_LOCK"
    assert not calling.books.site.ledger.receivables.payments
    assert not calling.books.site.ledger.journal.by_key
