"""What CFIS sends to Fennoa for payments: nothing is left half done, and every cent is on its account."""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.systems.base import Answer
from simulator.systems.fennoa.wire.envelope import refuse
from simulator.systems.office import Office
from tests.documents import example, payment
from tests.systems import bookable
from tests.systems.fennoa.asking import fields_of, paths
from tests.systems.wired import balances, expected_of_payment, office, push

PAYMENT: dict[str, Any] = example("payment.json")["payments"][0]


def test_a_plain_payment_is_one_call() -> None:
    books = office("fennoa")
    document = payment(
        "P-9",
        invoiceNumber="7",
        paymentDate="2026-01-15",
        bookingDate="2026-01-16",
        sourceName="Aino",
        paymentReference="13",
    )

    reply = push(books, "payment", document)

    assert paths(reply) == ["sales_api/add/payment"]
    assert fields_of(reply) == {
        "invoice_no": "7", "payment_date": "2026-01-16", "sum": "48.20", "payment_type": "2", "is_factoring": "0",
        "description": "Aino, 13, paid 2026-01-15, P-9",
    }  # fmt: skip
    assert balances(books) == expected_of_payment(document, books.site.ledger.roles)


def test_parts_that_all_are_receivables_are_one_call_too() -> None:
    parts = [
        {"rowType": "CAPITAL", "accountNumber": "1701", "amount": amount, "transactionDescription": "T"}
        for amount in (40, 8.2)
    ]
    reply = push(office("fennoa"), "payment", payment(paymentRows=parts, counterAccountNumber="1910"))

    assert paths(reply) == ["sales_api/add/payment"]
    assert "T, T" in fields_of(reply)["description"]


def test_the_documented_payment_is_a_statement_and_a_payment_of_the_capital() -> None:
    books = office("fennoa", {"invoices": [{"number": "2026031", "amount": 480}]})

    reply = push(books, "payment", PAYMENT)

    assert (reply.verdict, reply.reason) == ("accepted", "")
    assert paths(reply) == [
        "sales_api/get/invoice_no/2026031", "dimension_api/get/types", "accounting_api/add", "sales_api/add/payment"
    ]  # fmt: skip
    assert fields_of(reply)["sum"] == "480.00"
    assert balances(books) == expected_of_payment(PAYMENT, books.site.ledger.roles)
    assert {value for voucher in books.site.ledger.journal.by_key.values() for posting in voucher.postings
            for _, value in posting.dimensions} == {"4100"}  # fmt: skip
    (invoice,) = books.site.ledger.receivables.invoices.values()
    assert invoice.state == "paid"
    assert invoice.paid == 480


def test_interest_alone_is_a_statement_alone() -> None:
    parts = [{"rowType": "INTEREST", "accountNumber": "8160", "amount": 48.2}]
    books = office("fennoa", {"invoices": [{"number": "7", "amount": 480}]})

    reply = push(books, "payment", payment(invoiceNumber="7", paymentRows=parts))

    assert paths(reply)[-1] == "accounting_api/add"
    assert balances(books) == {"1910": Decimal("48.2"), "8160": Decimal("-48.2")}
    assert not books.site.ledger.receivables.payments


def test_another_bank_account_is_a_payment_type_or_else_a_statement() -> None:
    document = payment(counterAccountNumber="1920")
    plain, known = office("fennoa"), office("fennoa", {"payment_methods": [{"code": "5", "account": "1920"}]})

    assert len(paths(push(plain, "payment", document))) == 3
    assert fields_of(push(known, "payment", document))["payment_type"] == "5"
    assert balances(plain) == balances(known) == {"1920": Decimal("48.2"), "1701": Decimal("-48.2")}
    assert len(known.site.ledger.journal.by_key) == 1


def test_the_account_of_the_common_payment_type_is_where_money_comes_in() -> None:
    books = office("fennoa", {"payment_methods": [{"code": "2", "account": "1930"}]})
    push(books, "payment", payment(counterAccountNumber="1910"))

    assert balances(books) == {"1910": Decimal("48.2"), "1701": Decimal("-48.2")}


def refusing(books: Office, *paths: str, status: int = 429) -> Callable[[Any, Any], Answer]:
    """The wire of the books, but that the calls of the given paths, one after the other, are refused."""
    wire, waiting = books.wire, list(paths)

    def answer(request: Any, now: Any) -> Answer:
        if waiting and request.path == f"/api/{waiting[0]}":
            waiting.pop(0)
            return refuse(status, "not now")
        return wire.answer(request, now)

    return answer


class Wire:
    def __init__(self, answer: Callable[[Any, Any], Answer]) -> None:
        self.answer = answer


def test_a_payment_that_is_refused_after_its_statement_takes_the_statement_back() -> None:
    books = office(
        "fennoa", {"readings": {"overpayment": "refused"}, "invoices": [{"number": "2026031", "amount": 10}]}
    )

    reply = push(books, "payment", PAYMENT)

    assert reply.verdict == "rejected"
    assert "more than is left to pay" in reply.reason
    assert paths(reply)[-3:] == ["accounting_api/add", "sales_api/add/payment", "accounting_api/add"]
    assert balances(books) == {}
    assert len(books.site.ledger.journal.by_key) == 2


def test_a_busy_fennoa_between_the_two_calls_leaves_nothing_and_is_tried_again() -> None:
    books = office("fennoa")
    wire = books.wire
    books.wire = Wire(refusing(books, "sales_api/add/payment"))

    assert push(books, "payment", PAYMENT).verdict == "unreachable"
    assert balances(books) == {}
    books.wire = wire
    assert push(books, "payment", PAYMENT).verdict == "accepted"
    assert balances(books) == expected_of_payment(PAYMENT, books.site.ledger.roles)


def test_a_statement_that_cannot_be_taken_back_fails_the_record_and_says_so() -> None:
    books = office("fennoa")
    wire = books.wire
    calls = 0

    def answer(request: Any, now: Any) -> Answer:
        nonlocal calls
        calls += request.method == "POST"
        return refuse(400, "never") if calls > 1 else wire.answer(request, now)

    books.wire = Wire(answer)
    reply = push(books, "payment", PAYMENT)

    assert reply.verdict == "rejected"
    assert "cannot be taken back: Fennoa answered 400: never" in reply.reason


def left_half_booked(books: Office) -> Any:
    """Push a payment to a system that is busy from its second call on; return the wire that is not."""
    wire = books.wire
    busy = ["sales_api/add/payment", "accounting_api/add"]
    books.wire = Wire(refusing(books, *busy))
    reply = push(books, "payment", PAYMENT)
    assert (reply.verdict, "is booked and cannot be taken back yet" in reply.reason) == ("unreachable", True)
    assert len(books.site.ledger.journal.by_key) == 1
    return wire


def test_a_fennoa_too_busy_to_take_back_is_gone_on_with_and_books_nothing_twice() -> None:
    books = office("fennoa")
    books.wire = left_half_booked(books)

    assert push(books, "payment", PAYMENT).verdict == "accepted"
    assert balances(books) == expected_of_payment(PAYMENT, books.site.ledger.roles)
    assert len(books.site.ledger.journal.by_key) == 2


def test_what_was_left_is_taken_back_when_the_payment_is_refused_in_the_end() -> None:
    books = office("fennoa")
    books.wire = left_half_booked(books)
    books.wire = Wire(refusing(books, "sales_api/add/payment", status=400))

    assert push(books, "payment", PAYMENT).verdict == "rejected"
    assert balances(books) == {}


@pytest.mark.parametrize(
    ("changes", "vouchers"),
    [({"sourceName": "Somebody else"}, 4), ({"paymentRows": [], "counterAccountNumber": ""}, 3)],
)
def test_what_was_left_is_taken_back_before_other_content_is_booked(changes: dict[str, Any], vouchers: int) -> None:
    books = office("fennoa")
    books.wire = left_half_booked(books)

    assert push(books, "payment", PAYMENT | changes).verdict == "accepted"
    assert balances(books) == expected_of_payment(PAYMENT | changes, books.site.ledger.roles)
    assert len(books.site.ledger.journal.by_key) == vouchers


def test_a_paid_or_missing_invoice_is_found_out_before_anything_is_booked() -> None:
    for words, said in (
        (
            {"invoices": [{"number": "2026031", "amount": 480, "paid": 480}]},
            "Invoice 2026031 is already paid in Fennoa",
        ),
        ({"invoices": []}, "Invoice 2026031 not found"),
    ):
        books = office("fennoa", words)
        reply = push(books, "payment", PAYMENT)
        assert (reply.verdict, said in reply.reason) == ("rejected", True), reply.reason
        assert not books.site.ledger.journal.by_key


def by_reference(**changes: Any) -> dict[str, Any]:
    return payment(invoiceNumber=None, paymentReference="00 13", targetIdentifier="reference", **changes)


def test_an_invoice_is_found_by_its_reference_the_unpaid_one_first() -> None:
    invoices = [
        {"number": "6", "amount": 48.2, "paid": 48.2, "reference": "13"},
        {"number": "7", "amount": 48.2, "reference": "13"},
    ]
    books = office("fennoa", {"invoices": invoices})

    reply = push(books, "payment", by_reference())
    assert (reply.verdict, fields_of(reply)["invoice_no"]) == ("accepted", "7")

    again = push(books, "payment", by_reference())
    assert (again.verdict, again.reason) == (
        "rejected",
        "The invoice with the reference 00 13 is already paid in Fennoa",
    )


def test_in_books_with_any_invoice_a_reference_finds_one() -> None:
    books = office("fennoa")

    assert push(books, "payment", by_reference()).verdict == "accepted"
    assert push(books, "payment", by_reference()).verdict == "accepted"
    assert len(books.site.ledger.receivables.invoices) == 1


def test_where_the_list_knows_no_references_all_pages_are_read() -> None:
    books = office(
        "fennoa", {"invoices": [{"number": str(n), "amount": 48.2, "reference": str(n)} for n in range(450)]}
    )
    wire = books.wire

    def answer(request: Any, now: Any) -> Answer:
        request.target = request.target.partition("&banking_reference")[0]
        return wire.answer(request, now)

    books.wire = Wire(answer)
    reply = push(books, "payment", by_reference() | {"paymentReference": "444"})

    assert (reply.verdict, len(reply.exchanges)) == ("accepted", 4)
    assert parse_qs(reply.exchanges[-1].request.body.decode())["invoice_no"] == ["444"]
    missing = push(books, "payment", by_reference() | {"paymentReference": "999"})
    assert missing.reason == "Fennoa has no sales invoice with the reference 999"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"currency": "USD"}, "Fennoa's payments have no currency; the amount is in USD"),
        ({"targetIdentifier": "netvisor"}, "Fennoa knows no invoice by the netvisor key"),
        ({"amount": Decimal("1.005")}, "two decimals, not 1.005"),
        ({"paymentRows": [{"rowType": "CAPITAL", "accountNumber": "1701", "amount": 1}]}, "the payment come to 1"),
        ({"paymentRows": [{"rowType": "FEES", "accountNumber": "3720", "amount": 48.2, "vatCode": "20"}]},
         "Part 1: the VAT code '20' has no VAT handling of Fennoa for a row without a percentage"),
        ({"targetIdentifier": "reference"}, "names no reference"),
        ({"invoiceNumber": None, "targetIdentifier": "invoicenumber"}, "names no invoice"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_refused_by_name_before_anything_is_sent(changes: dict[str, Any], said: str) -> None:
    reply = push(office("fennoa"), "payment", payment(**changes))

    assert (reply.verdict, reply.exchanges) == ("rejected", ())
    assert said in reply.reason


def test_an_unknown_account_of_a_part_fails_the_payment_and_leaves_nothing() -> None:
    document = copy.deepcopy(PAYMENT)
    document["paymentRows"][1]["accountNumber"] = "3999"
    books = office("fennoa")

    reply = push(books, "payment", document)

    assert "Account 3999 not found" in reply.reason
    assert not books.site.ledger.journal.by_key
    assert not books.site.ledger.receivables.payments


PARTS = st.lists(
    st.fixed_dictionaries({
        "rowType": st.sampled_from(["CAPITAL", "INTEREST", "FEES"]),
        "accountNumber": st.sampled_from(["1701", "1702", "8160", "1910", "1920"]),
        "amount": bookable.cents(),
        "ledgerDimensions": st.sampled_from([[], [{"dimensionType": "PROJECT", "dimensionValue": "P"}]]),
    }),
    min_size=1, max_size=4,
)  # fmt: skip


@settings(deadline=None)
@given(parts=PARTS, account=st.sampled_from([None, "1910", "1920", "1930"]))
def test_any_parts_on_any_accounts_are_booked_to_the_cent(parts: list[dict[str, Any]], account: str | None) -> None:
    total = sum((part["amount"] for part in parts), Decimal(0))
    document, books = payment(amount=total, paymentRows=parts, counterAccountNumber=account), office("fennoa")

    reply = push(books, "payment", document)

    assert (reply.verdict, reply.reason) == ("accepted", "")
    assert balances(books) == expected_of_payment(document, books.site.ledger.roles)
    paid = sum(one.amount for one in books.site.ledger.receivables.payments.values())
    assert paid == sum(part["amount"] for part in parts if part["rowType"] == "CAPITAL")
