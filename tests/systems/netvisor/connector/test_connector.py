"""What CFIS sends to Netvisor, and what it makes of the answers."""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from simulator.systems.base import Answer, Line, Reply, Request, Result
from simulator.systems.document import ledger_of, payment_of
from simulator.systems.netvisor.connector.connector import CLASSES, NetvisorConnector
from simulator.systems.office import Office
from tests.documents import LEDGER, example, payment
from tests.systems import bookable
from tests.systems.wired import TENANT, balances, expected, expected_of_payment, office, push

NET = example("ledger.net.json")["ledgers"]
PAYMENT = example("payment.json")["payments"][0]


def document(*rows: tuple[str, Any, Any, str], mode: str = "GROSS", **members: Any) -> dict[str, Any]:
    """A ledger document with rows of account, amount, VAT percentage and VAT code."""
    made = [
        {"accountNumber": account, "amount": Decimal(str(amount)), "vatPercentage": Decimal(str(rate)), "vatCode": code}
        for account, amount, rate, code in rows
    ]
    return {
        "ledgerIdentifier": "L-1", "documentType": "ML", "documentDate": "2026-01-15", "calculationMode": mode,
        "ledgerRows": made, **members,
    }  # fmt: skip


def sent(reply: Reply, number: int = -1) -> etree._Element:
    """The message of an exchange."""
    return etree.fromstring(reply.exchanges[number].request.body)


def resources(reply: Reply) -> list[str]:
    return [exchange.request.path.strip("/") for exchange in reply.exchanges]


def details(books: Office) -> dict[str, Any]:
    return next(iter(books.site.ledger.journal.by_key.values())).details


def test_a_document_with_vat_rows_is_a_net_voucher_with_all_its_rows() -> None:
    books = office("netvisor")
    reply = push(books, "ledger", LEDGER)
    root = sent(reply)

    assert resources(reply) == ["accounting.nv"]
    assert root.findtext("voucher/calculationmode") == "net"
    assert root.findtext("voucher/voucherclass") == "Myyntilasku"
    # The rows are booked on the day before the document's.
    assert root.findtext("voucher/voucherdate") == "2026-03-30"
    assert root.findtext("voucher/comment") == "LGR-2026-0331-01, SALES-0331, dated 2026-03-31"
    assert [one.text for one in root.findall("voucher/voucherline/linesum")] == [
        "2990,00",
        "-2382,47",
        "-607,53",
    ]
    percents = root.findall("voucher/voucherline/vatpercent")
    assert [(one.get("vatcode"), one.text) for one in percents] == [("NONE", "0"), ("KOMY", "25,5"), ("NONE", "0")]


def test_a_gross_document_that_netvisor_counts_alike_goes_gross() -> None:
    given_ = document(("1701", 125.50, 0, ""), ("3000", -125.50, 25.5, "20"))
    books = office("netvisor")
    reply = push(books, "ledger", given_)

    assert sent(reply).findtext("voucher/calculationmode") == "gross"
    assert resources(reply) == ["accounting.nv"]
    assert balances(books) == expected(given_, books.site.ledger.roles)


def test_a_net_document_without_vat_rows_goes_gross_too() -> None:
    given_ = document(("1701", 125.50, 0, ""), ("3000", -100, 25.5, "20"), mode="NET")
    books = office("netvisor")
    reply = push(books, "ledger", given_)

    assert [one.text for one in sent(reply).findall("voucher/voucherline/linesum")] == ["125,50", "-125,50"]
    assert resources(reply) == ["accounting.nv"]
    assert balances(books) == expected(given_, books.site.ledger.roles)


def with_row(change: dict[str, Any]) -> dict[str, Any]:
    given_: dict[str, Any] = document(("1701", 125.50, 0, ""), ("3000", -125.50, 25.5, "20"))
    given_["ledgerRows"][1].update(change)
    return given_


@pytest.mark.parametrize(
    "change",
    [
        {"netAmount": Decimal("-100.01")},
        {"vatAccountNumber": "2946"},
        {"vatCode": "EUOS"},
    ],
)
def test_a_gross_document_that_netvisor_would_count_otherwise_goes_net(change: dict[str, Any]) -> None:
    given_, books = with_row(change), office("netvisor")
    reply = push(books, "ledger", given_)

    assert (reply.verdict, reply.reason) == ("accepted", "")
    assert sent(reply).findtext("voucher/calculationmode") == "net"
    assert balances(books) == expected(given_, books.site.ledger.roles)


def test_vat_that_stands_in_no_row_goes_to_the_default_accounts_of_the_company() -> None:
    roles = {"sales_vat": "2946", "purchase_vat": "1850", "receivables": "1701", "payables": "2871", "rounding": "8570",
             "bank": "1910", "cash": "1900", "sales": "3000", "advances": "2861"}  # fmt: skip
    given_ = document(
        ("1701", 125.5, 0, ""), ("3000", -100, 25.5, "EUOS"), ("4000", 200, 10, ""), ("1910", -220, 0, ""), mode="NET"
    )
    books = office("netvisor", {"roles": roles})
    reply = push(books, "ledger", given_)

    assert (reply.verdict, reply.reason) == ("accepted", "")
    assert resources(reply) == ["accountlist.nv", "accounting.nv"]
    assert balances(books) == expected(given_, books.site.ledger.roles)
    assert balances(books)["2946"] == Decimal("-25.5")


def test_a_document_that_does_not_balance_is_refused_and_not_rounded_away() -> None:
    for mode in ("GROSS", "NET"):
        books = office("netvisor")
        reply = push(books, "ledger", document(("1701", 125.50, 0, ""), ("3000", -125, 25.5, "20"), mode=mode))

        assert (reply.verdict, balances(books)) == ("rejected", {})
        assert "differ by" in reply.reason


@pytest.mark.parametrize(
    ("kind", "name"), [*CLASSES.items(), ("ml", "Myyntilasku"), ("", "Tuodut tapahtumat"), ("ZZ", "Tuodut tapahtumat")]
)
def test_the_type_of_a_document_is_a_voucher_class(kind: str, name: str) -> None:
    reply = push(office("netvisor"), "ledger", {**LEDGER, "documentType": kind})

    assert (reply.verdict, sent(reply).findtext("voucher/voucherclass")) == ("accepted", name)


def test_identifier_and_name_are_found_in_the_books() -> None:
    books = office("netvisor")
    push(books, "ledger", {**NET, "documentDescription": ""})

    [voucher] = books.site.ledger.journal.by_key.values()
    assert voucher.description == "SALES-0415"
    assert voucher.details["comment"] == "LGR-2026-0415-02, SALES-0415"


def changed(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    given_: dict[str, Any] = copy.deepcopy(LEDGER)
    change(given_)
    return given_


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda one: one["ledgerRows"][2].update(bookingDate="2026-03-29"),
            "Row 3: Netvisor books a voucher on one day",
        ),
        (lambda one: one["ledgerRows"][1].update(transactionDescription="a\x00b"), "Row 2: a text has a sign"),
        (
            lambda one: one["ledgerRows"][0]["ledgerDimensions"][0].update(dimensionType=""),
            "Row 1: Netvisor takes no dimension",
        ),
        (lambda one: one.update(documentName="\x0b"), "The document: a text has a sign"),
        (lambda one: one["ledgerRows"][1].update(accountNumber="3999"), "Line 2: account 3999 not found"),
        (lambda one: one["ledgerRows"][1].update(vatCode="KOTO"), "Line 2: VAT code KOTO does not exist"),
        (lambda one: one["ledgerRows"][1].update(vatPercentage=24.5), "does not allow VAT percent 24,5"),
        (
            lambda one: one["ledgerRows"][0].update(amount=2990.001),
            "Row 1: Netvisor takes sums of two decimals, not 2990.001",
        ),
        (lambda one: one.update(documentDescription="x" * 256), "INVALID_DATA_SIZE"),
        (lambda one: one["ledgerRows"][0]["ledgerDimensions"][0].update(dimensionValue="x" * 201), "INVALID_DATA_SIZE"),
        (lambda one: one["ledgerRows"][0].update(accountNumber="17O1"), "INVALID_DATA"),
    ],
)
def test_what_netvisor_cannot_hold_fails_by_name(change: Callable[[dict[str, Any]], None], said: str) -> None:
    given_ = changed(change)
    given_["ledgerRows"][0].pop("netAmount")
    books = office("netvisor")
    reply = push(books, "ledger", given_)

    assert (reply.verdict, balances(books)) == ("rejected", {})
    assert said in reply.reason


def test_a_class_that_the_company_does_not_have_is_told() -> None:
    reply = push(office("netvisor", {"voucher_types": [{"code": "ML", "name": "Laskut"}]}), "ledger", LEDGER)

    assert reply.reason == "INVALID_DATA :: Data form incorrect:. voucher class Myyntilasku not found"


@settings(deadline=None)
@given(rate=st.sampled_from(["0", "10", "13.5", "14", "24", "25.5"]), code=st.sampled_from(["", "20"]), data=st.data())
def test_the_code_that_cfis_knows_works_for_every_percentage(rate: str, code: str, data: st.DataObject) -> None:
    gross = data.draw(bookable.cents())
    sign = data.draw(st.sampled_from([1, -1]))
    given_ = document(("1701", gross * sign, 0, ""), ("3000", -gross * sign, rate, code))
    books = office("netvisor")

    assert push(books, "ledger", given_).verdict == "accepted"
    assert balances(books) == expected(given_, books.site.ledger.roles)


# --------------------------------------------------------------------------------------------------------- payments


def paid(given_: dict[str, Any], words: dict[str, Any] | None = None) -> tuple[Reply, Office]:
    books = office("netvisor", words)
    return push(books, "payment", given_), books


def test_a_payment_is_a_sales_payment_on_the_account_that_it_names() -> None:
    given_ = payment(
        counterAccountNumber="1920", paymentReference="202604178", bookingDate="2026-04-22", sourceName="Aino"
    )
    reply, books = paid(given_)
    root = sent(reply)

    assert resources(reply) == ["salespayment.nv"]
    assert root.findtext("salespayment/paymentdate") == "2026-04-22"
    assert root.findtext("salespayment/sourcename") == f"Aino, P-1, 202604178, paid {given_['paymentDate']}"
    method = root.find("salespayment/paymentmethod")
    assert method is not None
    assert (method.text, method.get("type")) == ("CFIS", "alternative")
    assert method.get("overrideaccountingaccountnumber") == "1920"
    assert balances(books) == expected_of_payment(given_, books.site.ledger.roles)


def test_the_documented_payment_with_its_parts_is_booked_to_the_cent() -> None:
    words = {"invoices": [{"number": "2026031", "amount": 480}]}
    reply, books = paid(PAYMENT, words)

    assert (reply.verdict, reply.reason) == ("accepted", "")
    assert balances(books) == expected_of_payment(PAYMENT, books.site.ledger.roles)
    # Capital alone settles the invoice, and the dimension of its part is in the books.
    [invoice] = books.site.ledger.receivables.invoices.values()
    assert (str(invoice.paid), invoice.state) == ("480.00", "paid")
    [voucher] = books.site.ledger.journal.by_key.values()
    assert {pair for posting in voucher.postings for pair in posting.dimensions} == {("COST_CENTER", "4100")}
    assert "Interest on invoice 2026031" in [posting.description for posting in voucher.postings]


def part(kind: str, account: str, amount: float, **rest: Any) -> dict[str, Any]:
    return {"rowType": kind, "accountNumber": account, "amount": amount, **rest}


def test_capital_on_several_accounts_is_credited_on_each() -> None:
    given_ = payment(
        amount=130, paymentRows=[part("CAPITAL", "1701", 100), part("CAPITAL", "1703", 24), part("FEES", "3720", 6)]
    )
    reply, books = paid(given_)

    assert (reply.verdict, reply.reason) == ("accepted", "")
    assert sent(reply).findtext("salespayment/sum") == "124,00"
    assert balances(books) == expected_of_payment(given_, books.site.ledger.roles)


def test_a_payment_without_capital_is_a_voucher() -> None:
    given_ = payment(amount=13, paymentRows=[part("INTEREST", "8160", 7), part("FEES", "3720", 6)])
    reply, books = paid(given_)

    assert resources(reply) == ["accounting.nv"]
    assert sent(reply).findtext("voucher/voucherclass") == "Myyntisuoritus"
    assert "P-1" in str(sent(reply).findtext("voucher/comment"))
    assert balances(books) == expected_of_payment(given_, books.site.ledger.roles)


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        (payment(targetIdentifier="phone"), "Netvisor finds no invoice by 'phone'"),
        (payment(targetIdentifier="reference"), "does not say by which reference"),
        (payment(sourceName="\x01"), "a text has a sign"),
        (payment(amount=5, paymentRows=[part("CAPITAL", "1701", 5, vatCode="20")]), ""),
        (
            payment(amount=6, paymentRows=[part("CAPITAL", "1701", 5), part("FEES", "3720", 1, vatCode="20")]),
            "Part 2: Netvisor needs",
        ),
        (payment(amount=5, currency="USD", paymentRows=[part("FEES", "3720", 5)]), "vouchers in euros"),
        (payment(amount=9, paymentRows=[part("CAPITAL", "1701", 5)]), "the voucher lines come to 9,00"),
        (payment(amount=5.001), "more than two decimals"),
        (payment(currency="USD"), "no exchange rate is known for the currency USD"),
        (payment(counterAccountNumber="1999"), "account 1999 not found"),
        (payment(sourceName="x" * 250), "INVALID_DATA_SIZE"),
    ],
)
def test_a_payment_that_netvisor_cannot_hold_fails_by_name(given_: dict[str, Any], said: str) -> None:
    reply, books = paid(given_)

    if not said:
        said = "Part 1: Netvisor needs the VAT percentage"
    assert (reply.verdict, balances(books)) == ("rejected", {})
    assert said in reply.reason


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"invoices": []}, "INVALID_DATA :: Data form incorrect:. Sales invoice not found with invoice number"),
        ({"payment_methods": []}, "payment method CFIS not found"),
        ({"locked_until": "2026-12-31"}, "PERIOD_LOCK :: The accounting period of"),
        ({"revoked": True}, "AUTHENTICATION_FAILED :: Integration keys are not valid"),
        ({"readings": {"rights": "none"}}, "SERVICE_ACCESS_ERROR :: "),
    ],
)
def test_the_reason_is_netvisors_own(words: dict[str, Any], said: str) -> None:
    reply, books = paid(payment(), words)

    assert (reply.verdict, balances(books)) == ("rejected", {})
    assert said in reply.reason


@pytest.mark.parametrize(("target", "number"), [("invoicenumber", "7"), ("netvisor", "1"), ("reference", "")])
def test_an_invoice_is_found_by_what_the_payment_names(target: str, number: str) -> None:
    words = {"invoices": [{"number": "7", "amount": 48.2, "reference": "1070"}]}
    given_ = payment(targetIdentifier=target, invoiceNumber=number or None, paymentReference="1070")
    reply, books = paid(given_, words)

    assert (reply.verdict, reply.reason) == ("accepted", "")
    assert books.site.ledger.receivables.invoices[1].state == "paid"


# ------------------------------------------------------------------------------------------------------ the answers


class Wire:
    """Answers what it was given."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)

    def answer(self, _request: Request, _now: int) -> Answer:
        return self.answers.pop(0)


def failed(text: str, status: int = 200) -> Answer:
    said = f"<Root><ResponseStatus><Status>FAILED</Status><Status>{text}</Status></ResponseStatus></Root>"
    return Answer(status, said.encode())


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (failed("SYSTEM_MAINTENANCE :: x"), Result("unreachable", "SYSTEM_MAINTENANCE :: x")),
        (failed("SYSTEM_MAINTANANCE :: x"), Result("unreachable", "SYSTEM_MAINTANANCE :: x")),
        (failed("TECHNICAL_ERROR :: x", 429), Result("unreachable", "TECHNICAL_ERROR :: x")),
        (failed("TECHNICAL_ERROR :: x", 500), Result("rejected", "TECHNICAL_ERROR :: x")),
        (failed("INVALID_DATA :: x", 400), Result("rejected", "INVALID_DATA :: x")),
        (Answer(502, b"<html>bad gateway"), Result("unreachable", "Netvisor answered 502 without saying why")),
        (Answer(503), Result("unreachable", "Netvisor answered 503 without saying why")),
        (Answer(504), Result("unreachable", "Netvisor answered 504 without saying why")),
        (Answer(200, b"<html/>"), Result("rejected", "Netvisor answered 200 without saying why")),
        (Answer(200, b"OK"), Result("rejected", "Netvisor answered 200 without saying why")),
    ],
)
def test_an_answer_is_read_as_what_it_means(answer: Answer, result: Result) -> None:
    connector = NetvisorConnector(TENANT, office("netvisor").site.arrangement.vat_map)

    assert connector.payment(payment_of(payment()), Line(Wire(answer), 0)) == result


def test_nothing_is_booked_when_the_default_accounts_are_not_told() -> None:
    connector = NetvisorConnector(TENANT, office("netvisor").site.arrangement.vat_map)
    given_ = document(("1701", 125.5, 0, ""), ("3000", -100, 25.5, "EUOS"), mode="NET")
    line = Line(Wire(failed("SYSTEM_MAINTENANCE :: x", 503)), 0)

    assert connector.ledger(ledger_of(given_), line).verdict == "unreachable"
    assert len(line.exchanges) == 1


def test_every_request_has_a_transaction_of_its_own() -> None:
    books = office("netvisor")
    replies = [push(books, "ledger", LEDGER) for _ in range(3)]

    used = [
        one.request.header("x-netvisor-authentication-transactionid") for reply in replies for one in reply.exchanges
    ]
    assert len(set(used)) == 3
    assert {reply.verdict for reply in replies} == {"accepted"}
