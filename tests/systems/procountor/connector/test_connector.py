"""What CFIS makes of its documents for Procountor, seen in the messages and in the books."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import VIRTUAL_START
from simulator.contract.jsontext import loads
from simulator.systems.base import Reply
from simulator.systems.office import Office
from tests.documents import LEDGER, example, ledger, payment
from tests.systems import bookable
from tests.systems.procountor.talking import Talker, invoice, renew
from tests.systems.wired import balances, expected, expected_of_payment, office, push

READINGS = ("as_rows", "by_percent")


def said(reply: Reply) -> list[tuple[str, str, int]]:
    """What went over the wire: method, path without base, status."""
    return [
        (one.request.method, one.request.target.removeprefix("/procountor/api").partition("?")[0], one.answer.status)
        for one in reply.exchanges
    ]


def sent(reply: Reply, path: str = "/ledgerreceipts") -> Any:
    """The body of the request to a path."""
    return next(loads(one.request.body) for one in reply.exchanges if one.request.target.endswith(path))


def refused(books: Office, kind: str, document: dict[str, Any]) -> str:
    reply = push(books, kind, document)
    assert reply.verdict == "rejected"
    assert balances(books) == {}
    return reply.reason


def states(books: Office) -> list[str]:
    return [voucher.state for voucher in books.site.ledger.journal.by_key.values()]


def test_a_ledger_is_saved_and_approved_with_one_token_for_many() -> None:
    books = office("procountor")

    assert said(push(books, "ledger", ledger())) == [
        ("POST", "/oauth/token", 200), ("POST", "/ledgerreceipts", 200),
        ("PUT", "/ledgerreceipts/10000001/approve", 200),
    ]  # fmt: skip
    assert said(push(books, "ledger", ledger("L-2")))[0] == ("POST", "/ledgerreceipts", 200)
    assert states(books) == ["valid", "valid"]


def test_everything_that_a_document_says_is_sent() -> None:
    reply = push(office("procountor"), "ledger", LEDGER)

    receipt = sent(reply)
    assert (receipt["name"], receipt["receiptDate"], receipt["type"]) == ("SALES-0331", "2026-03-30", "JOURNAL")
    assert receipt["accountantsNotes"] == "LGR-2026-0331-01"
    assert receipt["transactionDescription"] == "Sales of March, invoice 2026031"
    assert receipt["invoiceNotes"] == "CFIS LGR-2026-0331-01\nDocument type ML\nDocument date 2026-03-31"
    assert [(row["vatPercent"], row["vatStatus"]) for row in receipt["transactions"]] == [(0, 12), (0, 1), (0, 12)]
    assert len(receipt["transactions"][0]["dimensionItemValues"]) == 2


def test_without_vat_rows_procountor_makes_the_vat() -> None:
    books = office("procountor")
    document = {**LEDGER, "ledgerRows": [row for row in LEDGER["ledgerRows"] if row["isVatRow"] == 0]}

    reply = push(books, "ledger", document)

    assert [row["vatPercent"] for row in sent(reply)["transactions"]] == [0, Decimal("25.5")]
    assert balances(books) == expected(document, books.site.ledger.roles)


@pytest.mark.parametrize("reading", READINGS)
@given(document=bookable.ledgers())
def test_cents_and_accounts_are_the_senders_in_every_reading(reading: str, document: dict[str, Any]) -> None:
    books = office("procountor", {"readings": {"vat_rows": reading}})

    reply = push(books, "ledger", document)

    assert (reply.verdict, reply.reason) == ("accepted", "")
    assert balances(books) == expected(document, books.site.ledger.roles)


@given(rate=st.sampled_from(["0", "10", "13.5", "14", "24", "25.5"]), gross=bookable.cents(), is_sale=st.booleans())
def test_the_code_of_the_examples_works_with_every_rate(rate: str, gross: Decimal, *, is_sale: bool) -> None:
    document, books = ledger(amount=0), office("procountor")
    money, other = document["ledgerRows"]
    sign = -1 if is_sale else 1
    other |= {"amount": sign * gross, "vatPercentage": Decimal(rate), "vatCode": "20"}
    money["amount"] = -sign * gross
    document["calculationMode"] = "GROSS"

    assert push(books, "ledger", document).verdict == "accepted"
    assert balances(books) == expected(document, books.site.ledger.roles)


def test_vat_by_percentage_leaves_the_rows_to_procountor_and_notes_them() -> None:
    books = office("procountor", {"readings": {"vat_rows": "by_percent"}})
    document = example("ledger.net.json")["ledgers"]

    receipt = sent(push(books, "ledger", document))

    assert [row["vatPercent"] for row in receipt["transactions"]] == [0, Decimal("25.5"), Decimal("25.5")]
    assert "VAT 2939 -209.23 Invoice 2026038, VAT" in receipt["invoiceNotes"]
    assert balances(books) == expected(document, books.site.ledger.roles)


@pytest.mark.parametrize(
    "change", [{"accountNumber": "2946"}, {"ledgerDimensions": [{"dimensionType": "A", "dimensionValue": "1"}]}]
)
def test_vat_that_procountor_would_not_make_alike_is_sent_as_rows(change: dict[str, Any]) -> None:
    books = office("procountor", {"readings": {"vat_rows": "by_percent"}})
    document = example("ledger.net.json")["ledgers"]
    document["ledgerRows"][-1] |= change

    receipt = sent(push(books, "ledger", document))

    assert [row["vatPercent"] for row in receipt["transactions"]] == [0, 0, 0, 0]
    assert balances(books) == expected(document, books.site.ledger.roles)


def test_vat_on_an_account_of_the_rows_own_is_sent_as_a_row() -> None:
    document, books = ledger(amount=125.5), office("procountor")
    document["ledgerRows"][1] |= {"vatPercentage": 25.5, "vatAccountNumber": "2946"}

    assert push(books, "ledger", document).verdict == "accepted"
    assert balances(books) == expected(document, books.site.ledger.roles)
    assert balances(books)["2946"] == Decimal("-25.5")


def test_what_procountor_refuses_is_said_in_its_words_and_in_plain_ones() -> None:
    document = ledger()
    document["ledgerRows"][0]["accountNumber"] = "3999"

    assert refused(office("procountor"), "ledger", document) == (
        "Procountor 400: transactions[0].account 3999: ERROR_LEDGERACCOUNT_VATPERCENTAGE_COMBINATION"
        " (account not found, or the VAT percentage is not in use)"
    )


def test_a_locked_period_and_an_unknown_vat_code_are_said() -> None:
    assert "CLOSED_FISCAL_PERIOD" in refused(office("procountor", {"locked_until": "2026-12-31"}), "ledger", LEDGER)
    document = ledger()
    document["ledgerRows"][1] |= {"vatCode": "99", "vatPercentage": 25.5}
    assert "VAT status 99" in refused(office("procountor"), "ledger", document)
    document["ledgerRows"][1]["vatCode"] = "KOMY"
    assert refused(office("procountor"), "ledger", document).startswith("Row 2: VAT code KOMY")


def test_an_unbalanced_document_is_refused_and_nothing_stays_behind() -> None:
    document = ledger()
    document["ledgerRows"][1]["amount"] = -1
    books = office("procountor")

    assert "SIM_UNBALANCED" in refused(books, "ledger", document)
    assert states(books) == ["void"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"documentName": "x" * 81}, "documentName has 81 characters"),
        ({"documentDescription": "Привет"}, "documentDescription has the character 'П' (U+041F)"),
        ({"ledgerIdentifier": "x" * 256, "documentName": "x"}, "ledgerIdentifier has 256"),
        ({"documentDescription": "x" * 10_000}, "The document's notes"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(change: dict[str, Any], reason: str) -> None:
    assert reason in refused(office("procountor"), "ledger", ledger(**change))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"transactionDescription": "x" * 256}, "Row 2: transactionDescription has 256"),
        ({"transactionDescription": "☃"}, "Row 2: transactionDescription has the character"),
        ({"amount": Decimal("-48.205")}, "Row 2: -48.205 has more than two decimals"),
        ({"bookingDate": "2026-05-01"}, "Row 2 is booked on 2026-05-01"),
        ({"ledgerDimensions": [{"dimensionType": "A", "dimensionValue": value} for value in "12"]},
         "Row 2 has two items of the dimension A"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_told_is_refused_by_name(change: dict[str, Any], reason: str) -> None:
    document = ledger()
    document["ledgerRows"][1] |= change

    assert reason in refused(office("procountor"), "ledger", document)


def test_a_long_description_goes_into_the_notes() -> None:
    receipt = sent(push(office("procountor"), "ledger", ledger(documentDescription="x" * 256)))

    assert receipt["transactionDescription"] == ""
    assert "x" * 256 in receipt["invoiceNotes"]


def test_dimensions_are_looked_up_by_their_whole_names() -> None:
    words = {"dimensions": {"COST_CENTER": ["41001", "4100"], "COST_CENTER2": ["4100"], "PROJECT": ["PRJ-0042"]}}
    books = office("procountor", words)

    assert push(books, "ledger", LEDGER).verdict == "accepted"
    kept = {pair for posting in books.site.ledger.journal.by_key[1].postings for pair in posting.dimensions}
    assert kept == {("COST_CENTER", "4100"), ("PROJECT", "PRJ-0042")}
    words["dimensions"]["COST_CENTER"] = ["41001"]
    assert (
        refused(office("procountor", words), "ledger", LEDGER) == "Dimension COST_CENTER 4100 not found in Procountor"
    )


def test_a_dimension_twice_in_a_row_is_one() -> None:
    document = ledger()
    pair = {"dimensionType": "PROJECT", "dimensionValue": "P"}
    document["ledgerRows"][1] |= {"ledgerDimensions": [pair, pair], "projectNumber": "P"}

    assert push(office("procountor"), "ledger", document).verdict == "accepted"


# ------------------------------------------------------------------------------------------------- payments


def test_a_payment_is_a_journal_and_a_payment_event() -> None:
    books = office("procountor")
    document = example("payment.json")["payments"][0]

    reply = push(books, "payment", document)

    assert said(reply)[-1] == ("PUT", "/invoices/20000001/paymentevents/markpaid", 200)
    assert balances(books) == expected_of_payment(document, books.site.ledger.roles)
    assert sent(reply, "/markpaid") == {
        "paymentDate": "2026-04-09", "amount": 480, "currency": "EUR", "description": "PAY-2026-0409-01",
        "paymentMethodType": "EXTERNAL_BANK_TRANSFER",
    }  # fmt: skip
    receipt = sent(reply)
    assert receipt["receiptDate"] == "2026-04-10"
    assert receipt["invoiceNotes"].split("\n") == [
        "CFIS PAY-2026-0409-01", "Invoice 2026031", "Reference 202604178", "Payer Aino Esimerkki",
        "Paid on 2026-04-09",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "Invoice 2026031 not found in Procountor"),
        ([{"number": "2026031", "amount": 48.2, "paid": 48.2}], "Invoice 2026031 is PAID"),
        ([{"number": "2026031", "amount": 48.2, "state": "draft"}], "Invoice 2026031 is UNFINISHED"),
        ([{"number": "2026031", "amount": 48.2, "state": "void"}], "Invoice 2026031 is INVALIDATED"),
    ],
)
def test_an_invoice_that_takes_no_payment_is_refused_before_anything_is_saved(words: list[Any], reason: str) -> None:
    books = office("procountor", {"invoices": words})

    assert reason in refused(books, "payment", payment(invoiceNumber="2026031"))
    assert not states(books)


def test_a_payment_event_that_is_refused_takes_the_journal_with_it() -> None:
    words = {"invoices": [{"number": "2026031", "amount": 480, "currency": "SEK"}]}
    books = office("procountor", words)

    reply = push(books, "payment", payment(invoiceNumber="2026031"))

    assert (reply.verdict, states(books), balances(books)) == ("rejected", ["void"], {})
    assert "currency EUR: SIM_CURRENCY: the invoice is in SEK" in reply.reason
    assert [path.rpartition("/")[2] for _, path, _ in said(reply)[-4:]] == [
        "approve", "markpaid", "unfinished", "invalidate",
    ]  # fmt: skip


@pytest.mark.parametrize("number", ["2026031", "A-77", "007", "99999999999"])
def test_an_invoice_is_found_by_either_number(number: str) -> None:
    for words in ({}, {"invoices": [{"number": number, "amount": 48.2}]}):
        books = office("procountor", words)
        assert push(books, "payment", payment(invoiceNumber=number)).verdict == "accepted"
        assert len(books.site.ledger.receivables.payments) == 1


def test_of_invoices_with_one_number_the_one_that_is_open_is_paid() -> None:
    books = office("procountor", {"invoices": []})
    talking = Talker(books)
    renew(talking)
    ids = [talking.done("POST", "/invoices", invoice())["id"] for _ in range(3)]
    talking.done("PUT", f"/invoices/{ids[1]}/approve")

    assert push(books, "payment", payment(invoiceNumber="A-77", amount=251)).verdict == "accepted"
    assert talking.get(f"/invoices/{ids[1]}")["status"] == "MARKED_PAID"


def by_reference(reference: str) -> dict[str, Any]:
    return payment(invoiceNumber=None, paymentReference=reference, targetIdentifier="reference")


def test_an_invoice_is_found_by_its_reference() -> None:
    many = [{"number": str(number), "amount": 1, "reference": f"{number}"} for number in range(5000, 5250)]
    words = {"invoices": [{"number": "5", "amount": 48.2, "reference": "1232"}, *many]}
    books = office("procountor", words)

    assert push(books, "payment", by_reference("0001 232")).verdict == "accepted"
    [paid] = books.site.ledger.receivables.payments.values()
    assert books.site.ledger.receivables.invoices[paid.invoice or 0].number == "5"
    again = push(books, "payment", by_reference("1232") | {"paymentIdentifier": "P-2"})
    assert (again.verdict, again.reason) == ("rejected", "Invoice 1232 not found in Procountor")
    assert push(office("procountor"), "payment", by_reference("1232")).verdict == "accepted"


def test_interest_alone_settles_nothing_of_the_invoice() -> None:
    books = office("procountor")
    document = payment(invoiceNumber="1", paymentRows=[{"rowType": "INTEREST", "accountNumber": "8160",
                                                        "amount": 48.2}])  # fmt: skip

    assert push(books, "payment", document).verdict == "accepted"
    assert not books.site.ledger.receivables.payments
    assert balances(books) == expected_of_payment(document, books.site.ledger.roles)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"currency": "USD"}, "The payment is in USD"), ({"targetIdentifier": "netvisor"}, "key of Netvisor"),
        ({"paymentIdentifier": "x" * 81}, "paymentIdentifier has 81"), ({"sourceName": "Łukasz"}, "U+0141"),
        ({"amount": Decimal("1.005")}, "more than two decimals"),
    ],
)  # fmt: skip
def test_a_payment_that_cannot_be_told_is_refused_by_name(change: dict[str, Any], reason: str) -> None:
    assert reason in refused(office("procountor"), "payment", payment(**change))


def test_procountors_roles_are_where_the_money_goes() -> None:
    books = office("procountor", {"roles": {"bank": "1920", "receivables": "1702"}})

    assert push(books, "payment", payment(amount=10)).verdict == "accepted"
    assert balances(books) == {"1920": 10, "1702": -10}
    assert VIRTUAL_START
