"""What documents of CFIS become, and what is refused by name."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.contract.jsontext import dumps, loads
from simulator.systems.base import Reply
from simulator.systems.office import Office
from tests.documents import LEDGER, LEDGER_MINIMAL, PAYMENT_MINIMAL, example
from tests.systems import bookable
from tests.systems.wired import balances, expected, expected_of_payment, office, push

PAYMENT = example("payment.json")["payments"][0]


def sent(reply: Reply) -> dict[str, Any]:
    """The voucher that went over the wire."""
    assert (reply.verdict, reply.reason) == ("accepted", "")
    [voucher] = loads(reply.exchanges[-1].request.body)
    found: dict[str, Any] = voucher
    return found


def ledger(*rows: dict[str, Any], **members: Any) -> dict[str, Any]:
    document = copy.deepcopy(LEDGER_MINIMAL)
    return {**document, **({"ledgerRows": list(rows)} if rows else {}), **members}


def row(account: str, amount: Any, **members: Any) -> dict[str, Any]:
    return {"accountNumber": account, "amount": amount, **members}


def booked(document: dict[str, Any], books: Office | None = None) -> dict[str, Any]:
    return sent(push(books or office("talenom"), "ledger", document))


def refused(kind: str, document: dict[str, Any], words: dict[str, Any] | None = None) -> str:
    books = office("talenom", words)
    reply = push(books, kind, document)
    assert reply.verdict == "rejected"
    assert not reply.exchanges, "nothing is sent that cannot be told"
    assert balances(books) == {}
    return reply.reason


def test_the_documented_example_is_told_in_full() -> None:
    voucher = booked(LEDGER)

    assert voucher["category"] == "IntegrationSales"
    assert voucher["voucherState"] == "Accepted"
    assert voucher["voucherDate"] == "2026-03-30"
    assert voucher["customerComment"] == "CFIS LGR-2026-0331-01, document of 2026-03-31"
    assert voucher["description"] == "Sales of March, invoice 2026031"
    assert voucher["voucherNumber"] == "SALES-0331"
    assert voucher["preventVatPeeling"] is True
    assert [one["vatIncludedAmount"] for one in voucher["postings"]] == [2990, Decimal("-2382.47"), Decimal("-607.53")]
    assert [one["vatPercentage"] for one in voucher["postings"]] == [0, Decimal("25.5"), None]
    first = voucher["postings"][0]
    assert (first["costCenter"], first["project"], first["description"]) == ("4100", "PRJ-0042", "Invoice 2026031")


@pytest.mark.parametrize("rate", ["10", "13.5", "14", "24", "25.5"])
@pytest.mark.parametrize("code", ["", "20"])
def test_without_vat_rows_the_gross_amount_is_told_and_talenom_peels(rate: str, code: str) -> None:
    net = Decimal("-640.01")
    vat = (net * Decimal(rate) / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    taxed = {"vatPercentage": Decimal(rate), "vatCode": code}
    for mode, amount in (("NET", net), ("GROSS", net + vat)):
        books = office("talenom")
        document = ledger(row("3000", amount, **taxed), row("1701", -net - vat), calculationMode=mode)

        voucher = booked(document, books)

        assert voucher["preventVatPeeling"] is False
        assert [one["vatIncludedAmount"] for one in voucher["postings"]] == [net + vat, -net - vat]
        assert [one["vatPercentage"] for one in voucher["postings"]] == [Decimal(rate), 0]
        assert balances(books) == expected(document, books.site.ledger.roles) == {
            "3000": net, "2939": vat, "1701": -net - vat,
        }  # fmt: skip


def test_an_untaxed_row_on_an_account_with_a_percentage_stays_untaxed() -> None:
    books = office("talenom")
    document = ledger(row("3000", -100), row("3000", -124, vatPercentage=24), row("1701", 224))

    booked(document, books)

    assert balances(books) == {"3000": -200, "2939": -24, "1701": 224}


@settings(deadline=None)
@given(document=bookable.ledgers(), signs=st.lists(st.sampled_from((1, -1)), min_size=4, max_size=4))
def test_mixed_signs_come_out_as_they_went_in(document: dict[str, Any], signs: list[int]) -> None:
    """Credit notes and discounts: some rows turned round, the last row balances."""
    rows = [dict(one) for one in document["ledgerRows"] if not one.get("isVatRow")]
    for one, sign in zip(rows[:-1], signs, strict=False):
        one["amount"] = sign * one["amount"]
        if "netAmount" in one:
            one["netAmount"] = sign * one["netAmount"]
    vat = sum((_vat(one, document) for one in rows[:-1]), Decimal(0))
    rows[-1]["amount"] = -sum((one["amount"] for one in rows[:-1]), Decimal(0)) - vat
    rows[-1].pop("netAmount", None)
    books, told = office("talenom"), {**document, "ledgerRows": rows}

    reply = push(books, "ledger", told)

    assert (reply.verdict, reply.reason) == ("accepted", "")
    assert balances(books) == expected(told, books.site.ledger.roles)


def _vat(one: dict[str, Any], document: dict[str, Any]) -> Decimal:
    if document["calculationMode"] == "GROSS":
        return Decimal(0)
    exact: Decimal = one["amount"] * one["vatPercentage"] / 100
    return exact.quantize(Decimal("0.01"), "ROUND_HALF_UP")


def test_vat_accounts_of_the_rows_are_booked_by_cfis_itself() -> None:
    books = office("talenom")
    taxed = {"vatPercentage": 25.5, "vatAccountNumber": "2946"}
    document = ledger(row("3000", -125.5, **taxed, transactionDescription="x"), row("1701", 125.5))

    voucher = booked(document, books)

    assert voucher["preventVatPeeling"] is True
    assert balances(books) == expected(document, books.site.ledger.roles) == {
        "3000": -100, "2946": Decimal("-25.5"), "1701": Decimal("125.5"),
    }  # fmt: skip


def test_some_vat_accounts_and_some_without_are_refused() -> None:
    taxed = {"vatPercentage": 25.5}
    document = ledger(
        row("3000", -125.5, **taxed, vatAccountNumber="2946"), row("3010", -125.5, **taxed), row("1701", 251)
    )

    assert "Row 2: it names no account for its VAT" in refused("ledger", document)


def test_another_net_amount_than_talenom_would_peel_is_refused() -> None:
    document = ledger(row("3000", -125.5, vatPercentage=25.5, netAmount=-99.99), row("1701", 125.5))

    assert "Row 1: Talenom would peel -100.00 net out of -125.5 at 25.5 %" in refused("ledger", document)


@pytest.mark.parametrize(
    ("kind", "category"),
    [
        ("ML", "IntegrationSales"),
        ("OL", "IntegrationPurchase"),
        ("PA", "IntegrationSalary"),
        ("KT", "Cash"),
        ("MS", "BankTransactions"),
        ("OS", "BankTransactions"),
        ("PT", "BankTransactions"),
        ("Receipts", "Receipts"),
        ("XX", "IntegrationMemo"),
        (None, "IntegrationMemo"),
    ],
)
def test_the_document_type_becomes_a_category(kind: str | None, category: str) -> None:
    assert booked(ledger(documentType=kind))["category"] == category


def test_a_document_without_texts_is_known_by_its_identifier() -> None:
    voucher = booked(ledger())
    assert (voucher["description"], voucher["voucherNumber"]) == (LEDGER_MINIMAL["ledgerIdentifier"], None)
    assert voucher["customerComment"] == f"CFIS {LEDGER_MINIMAL['ledgerIdentifier']}"
    assert booked(ledger(documentName="N-1", documentDescription="  "))["description"] == "N-1"


def one_row(**members: Any) -> dict[str, Any]:
    return ledger(row("1701", 48.2, **members), row("3000", -48.2))


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (ledger(documentDescription="x" * 101), "documentDescription has 101 characters; Talenom takes 100"),
        (ledger(documentName="x" * 101), "documentName has 101 characters"),
        (one_row(transactionDescription="x" * 101), "Row 1: transactionDescription has 101"),
        (one_row(projectNumber="123456789"), "Row 1: PROJECT 123456789 is longer than the 8"),
        (
            one_row(ledgerDimensions=[{"dimensionType": "REGION", "dimensionValue": "N"}]),
            "Row 1: the dimension REGION N",
        ),
        (
            one_row(projectNumber="1", ledgerDimensions=[{"dimensionType": "Project", "dimensionValue": "2"}]),
            "Row 1: PROJECT is both 2 and 1",
        ),
        (one_row(vatCode="99"), "Row 1: VAT code 99 cannot be told to Talenom"),
        (one_row(bookingDate="2026-04-19"), "Row 2: it is booked on 2026-04-20 and row 1 on 2026-04-19"),
        (ledger(row("1701", 48.205), row("3000", -48.205)), "Row 1: 48.205 has more than two decimals"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(document: dict[str, Any], told: str) -> None:
    assert told in refused("ledger", document)


def test_what_just_fits_is_told() -> None:
    text = "x" * 100
    dimensions = [
        {"dimensionType": "COST_CENTER", "dimensionValue": "12345678"},
        {"dimensionType": "costType", "dimensionValue": "T"},
        {"dimensionType": "Project type", "dimensionValue": "P"},
        {"dimensionType": "PROJECT", "dimensionValue": "1"},
    ]
    rows = one_row(transactionDescription=text, projectNumber="1", ledgerDimensions=dimensions)["ledgerRows"]

    voucher = booked(ledger(*rows, documentDescription=text, documentName=text))

    first = voucher["postings"][0]
    assert (first["costCenter"], first["costType"], first["project"], first["projectType"]) == (
        "12345678",
        "T",
        "1",
        "P",
    )
    assert (voucher["description"], voucher["voucherNumber"], first["description"]) == (text, text, text)


def test_a_dimension_without_an_item_says_nothing() -> None:
    empty = [{"dimensionType": "COST_CENTER", "dimensionValue": ""}]

    assert "costCenter" not in booked(one_row(ledgerDimensions=empty))["postings"][0]


def test_a_vat_code_is_told_once_the_map_has_it() -> None:
    books = office("talenom", {"vat_map": {"99": "percentage"}})

    assert booked(one_row(vatCode="99"), books)


# ------------------------------------------------------------------------------------------------ payments


def part(**members: Any) -> dict[str, Any]:
    return {"rowType": "FEES", "accountNumber": "3720", "amount": 48.2, **members}


def paid(books: Office | None = None, **members: Any) -> dict[str, Any]:
    return sent(push(books or office("talenom"), "payment", {**PAYMENT_MINIMAL, **members}))


def test_the_documented_payment_becomes_a_voucher() -> None:
    books = office("talenom", {"accounts": "any"})

    voucher = sent(push(books, "payment", PAYMENT))

    assert balances(books) == expected_of_payment(PAYMENT, books.site.ledger.roles)
    assert (voucher["category"], voucher["voucherDate"]) == ("BankTransactions", "2026-04-10")
    assert (voucher["invoiceNumber"], voucher["referenceNumber"]) == ("2026031", "202604178")
    assert (voucher["description"], voucher["preventVatPeeling"]) == ("Aino Esimerkki", True)
    assert voucher["customerComment"] == "CFIS PAY-2026-0409-01, paid on 2026-04-09"
    assert voucher["voucherDetail"]["payments"] == [{"paymentDate": "2026-04-09", "amount": Decimal("512.4")}]
    assert voucher["postings"][1]["costCenter"] == "4100"


def test_a_payment_is_booked_on_the_accounts_of_the_company() -> None:
    roles = {"bank": "1920", "receivables": "1702", "sales_vat": "2939", "purchase_vat": "1763"}
    books = office("talenom", {"roles": roles})

    paid(books)

    assert balances(books) == {"1920": Decimal("48.2"), "1702": Decimal("-48.2")}


@pytest.mark.parametrize(
    ("reading", "by_number", "by_reference"),
    [
        ("BankTransactions", "BankTransactions", "BankTransactions"),
        ("ReferenceTransactions", "ReferenceTransactions", "ReferenceTransactions"),
        ("by_target", "BankTransactions", "ReferenceTransactions"),
    ],
)
def test_the_category_of_a_payment_is_a_reading(reading: str, by_number: str, by_reference: str) -> None:
    words = {"readings": {"payment_category": reading}}

    assert paid(office("talenom", words))["category"] == by_number
    by = {"targetIdentifier": "reference", "paymentReference": "1232", "invoiceNumber": None}
    assert paid(office("talenom", words), **by)["category"] == by_reference


def test_a_payment_without_a_payer_is_known_by_its_identifier() -> None:
    assert paid()["description"] == "Payment PAY-2026-0421-01"
    assert len(paid(paymentIdentifier="x" * 120)["description"]) == 100
    assert paid(paymentIdentifier="x" * 120)["customerComment"] == "CFIS " + "x" * 120


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"currency": "SEK"}, "The payment is in SEK; Talenom counts in EUR alone"),
        ({"targetIdentifier": "netvisor"}, "by 'netvisor', which Talenom does not know"),
        ({"targetIdentifier": "reference"}, "by reference, and gives none"),
        ({"invoiceNumber": "1" * 51}, "invoiceNumber has 51 characters"),
        ({"paymentReference": "1" * 26}, "paymentReference has 26 characters"),
        ({"sourceName": "x" * 101}, "sourceName has 101 characters"),
        ({"amount": 0.001}, "0.001 has more than two decimals"),
        ({"paymentRows": [part(vatCode="20")]}, "Part 1: VAT code 20"),
        ({"paymentRows": [part(transactionDescription="x" * 101)]}, "Part 1: transactionDescription has 101"),
        (
            {"paymentRows": [part(ledgerDimensions=[{"dimensionType": "X", "dimensionValue": "1"}])]},
            "Part 1: the dimension X 1",
        ),
    ],
)
def test_a_payment_that_cannot_be_told_is_refused_by_name(members: dict[str, Any], told: str) -> None:
    assert told in refused("payment", {**PAYMENT_MINIMAL, **members})


def test_a_payment_settles_the_open_item_of_its_reference() -> None:
    books = office("talenom")
    items = books.wire.vouchers.items  # type: ignore[attr-defined]
    items.post("1701", "S1", Decimal("48.2"), "1232")

    paid(books, paymentReference="1232")

    assert items.items["1701", "S1"].balance == 0


def test_a_message_is_json_that_reads_back() -> None:
    voucher = booked(LEDGER)

    assert loads(dumps(voucher)) == voucher
