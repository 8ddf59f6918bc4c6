"""CFIS's documents as connectors read them: every row in its place, every amount to the cent, nothing guessed."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contract.jsontext import dumps, loads
from simulator.systems.document import LedgerDocument, PaymentDocument, Row, ledger_of, payment_of
from simulator.systems.money import to_cents
from tests.documents import LEDGER, example
from tests.strategies import ledgers, payment

D = Decimal
MINIMAL: dict[str, Any] = {"ledgerIdentifier": "L", "documentDate": "2026-01-15", "ledgerRows": []}


def again(value: Any) -> Any:
    """A document as it stands in a request: decimals are exact."""
    return loads(dumps(value))


def read_row(mode: str = "GROSS", **members: Any) -> Row:
    document = {**MINIMAL, "calculationMode": mode, "ledgerRows": [{"accountNumber": "3000", **members}]}
    (row,) = ledger_of(again(document)).rows
    return row


def document_of(mode: str, *rows: dict[str, Any]) -> LedgerDocument:
    return ledger_of(again({**MINIMAL, "calculationMode": mode, "ledgerRows": list(rows)}))


# ------------------------------------------------------------------------------------------------- ledgers


def test_the_documented_example_is_read_row_by_row() -> None:
    document = ledger_of(again(LEDGER))

    assert (document.identifier, document.type, document.is_net) == (
        LEDGER["ledgerIdentifier"],
        LEDGER["documentType"],
        LEDGER["calculationMode"] == "NET",
    )
    assert (document.name, document.date) == (LEDGER["documentName"], LEDGER["documentDate"])
    assert document.description == LEDGER["documentDescription"]
    assert [row.number for row in document.rows] == list(range(1, len(LEDGER["ledgerRows"]) + 1))
    for row, given_row in zip(document.rows, LEDGER["ledgerRows"], strict=True):
        assert row.account == given_row["accountNumber"]
        assert row.amount == D(str(given_row["amount"]))
        assert row.description == (given_row.get("transactionDescription") or "")
        assert row.is_vat is (given_row.get("isVatRow") == 1)


@pytest.mark.parametrize(
    ("name", "is_net"), [("ledger.json", False), ("ledger.minimal.json", False), ("ledger.net.json", True)]
)
def test_a_document_counts_net_only_where_it_says_so(name: str, is_net: bool) -> None:  # noqa: FBT001
    assert ledger_of(again(example(name)["ledgers"])).is_net is is_net


def test_what_a_document_does_not_have_or_has_as_null_is_empty() -> None:
    nothing = {**MINIMAL, "ledgerRows": [{"accountNumber": "1"}]}
    nulls = dict.fromkeys(
        ["companyIdentifier", "documentType", "documentName", "documentDescription", "calculationMode"]
    )
    null_row = dict.fromkeys(
        [
            *("netAmount", "vatPercentage", "vatCode", "vatAccountNumber", "isVatRow", "transactionDescription"),
            *("bookingDate", "ledgerDimensions", "projectNumber", "amount"),
        ]
    )
    written = {**nothing, **nulls, "ledgerRows": [{"accountNumber": "1", **null_row}]}

    assert ledger_of(written) == ledger_of(nothing)
    document = ledger_of(nothing)
    assert (document.company, document.type, document.name, document.description) == ("", "", "", "")
    assert document.rows == (
        Row(1, "1", D(0), D(0), D(0), "", "", is_vat=False, description="", date="", dimensions=()),
    )


def test_every_member_of_a_row_comes_to_its_place() -> None:
    row = read_row(
        amount=-12.4, netAmount=-10, vatPercentage=24, vatCode="20", vatAccountNumber="2939", isVatRow=0,
        transactionDescription="Sale", bookingDate="2026-02-01",
    )  # fmt: skip
    assert row == Row(
        1, "3000", D("-12.4"), D(-10), D(24), "20", "2939", is_vat=False, description="Sale", date="2026-02-01",
        dimensions=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "members", "net"),
    [
        ("GROSS", {"amount": 12.4, "vatPercentage": 24}, "10"),
        ("GROSS", {"amount": -12.4, "vatPercentage": 24}, "-10"),
        ("GROSS", {"amount": 100, "vatPercentage": 25.5}, "79.68"),
        ("GROSS", {"amount": 100, "vatPercentage": 25.5, "netAmount": 79.69}, "79.69"),
        ("GROSS", {"amount": 100, "vatPercentage": 25.5, "netAmount": 0}, "0"),
        ("GROSS", {"amount": 0.03, "vatPercentage": 100}, "0.02"),
        ("GROSS", {"amount": -0.03, "vatPercentage": 100}, "-0.02"),
        ("GROSS", {"amount": 100}, "100"),
        ("GROSS", {"amount": 100, "vatPercentage": 24, "isVatRow": 1}, "100"),
        ("NET", {"amount": 100, "vatPercentage": 25.5}, "100"),
        ("NET", {"amount": 100, "vatPercentage": 24, "isVatRow": 1}, "100"),
    ],
)
def test_the_net_amount_is_the_documents_own_or_computed_to_the_cent(
    mode: str, members: dict[str, Any], net: str
) -> None:
    assert read_row(mode, **members).net == D(net)


def test_dimensions_keep_their_order_and_the_project_is_one_more() -> None:
    given_dimensions = [
        {"dimensionType": "COST_CENTER", "dimensionValue": "4100"},
        {"dimensionType": "PERSON", "dimensionValue": None},
    ]
    assert read_row(ledgerDimensions=given_dimensions, projectNumber="PRJ-1").dimensions == (
        ("COST_CENTER", "4100"),
        ("PERSON", ""),
        ("PROJECT", "PRJ-1"),
    )
    assert read_row(ledgerDimensions=[], projectNumber="").dimensions == ()


@pytest.mark.parametrize(
    ("account", "amount", "is_sales"),
    [
        ("3000", -1, True), ("3000", 1, True), ("4000", 1, False), ("4000", -1, False), ("9900", -1, False),
        ("1701", -0.01, True), ("1701", 0, False), ("1701", 0.01, False), ("2871", -1, True),
    ],
)  # fmt: skip
def test_income_is_sold_and_expenses_are_bought_whatever_the_sign(
    account: str, amount: float, *, is_sales: bool
) -> None:
    assert read_row(accountNumber=account, amount=amount).is_sales is is_sales


def test_vat_that_stands_in_rows_of_its_own_is_not_counted_again() -> None:
    sale = {"accountNumber": "3000", "amount": -124, "vatPercentage": 24}
    vat = {"accountNumber": "2939", "amount": -24, "isVatRow": 1}

    without, with_rows = document_of("GROSS", sale), document_of("GROSS", sale, vat)

    assert (without.has_vat_rows, with_rows.has_vat_rows) == (False, True)
    assert without.vat_of(without.rows[0]) == D(-24)
    assert [with_rows.vat_of(row) for row in with_rows.rows] == [D(0), D(0)]


@pytest.mark.parametrize(
    ("mode", "members", "vat"),
    [
        ("GROSS", {"amount": 100, "vatPercentage": 25.5}, "20.32"),
        ("GROSS", {"amount": 100, "netAmount": 80, "vatPercentage": 25.5}, "20"),
        ("GROSS", {"amount": 100}, "0"),
        ("NET", {"amount": 100, "vatPercentage": 25.5}, "25.5"),
        ("NET", {"amount": 0.1, "vatPercentage": 25.5}, "0.03"),
        ("NET", {"amount": -0.1, "vatPercentage": 25}, "-0.03"),
        ("NET", {"amount": 100}, "0"),
    ],
)
def test_vat_without_a_row_of_its_own_is_computed_to_the_cent(mode: str, members: dict[str, Any], vat: str) -> None:
    document = document_of(mode, {"accountNumber": "1", **members})
    assert document.vat_of(document.rows[0]) == D(vat)


@given(ledgers())
def test_every_ledger_that_keeps_the_contract_can_be_read_and_loses_nothing(body: dict[str, Any]) -> None:
    value = again(body)["ledgers"]
    document = ledger_of(value)

    assert (document.identifier, document.date) == (value["ledgerIdentifier"], value["documentDate"])
    assert [row.account for row in document.rows] == [row["accountNumber"] for row in value["ledgerRows"]]
    for row, given_row in zip(document.rows, value["ledgerRows"], strict=True):
        assert row.amount == given_row["amount"]
        assert row.net == to_cents(row.net)
        assert given_row.get("netAmount") in {None, row.net}
        assert document.vat_of(row) == to_cents(document.vat_of(row))
        assert len(row.dimensions) == len(given_row.get("ledgerDimensions") or ()) + bool(
            given_row.get("projectNumber")
        )


@given(ledgers(mode="GROSS"))
def test_net_and_vat_of_a_gross_document_come_to_its_amounts(body: dict[str, Any]) -> None:
    document = ledger_of(again(body)["ledgers"])
    taxed = [row for row in document.rows if not row.is_vat]

    if document.has_vat_rows:
        assert sum(row.net for row in document.rows) == 0
    else:
        assert all(row.net + document.vat_of(row) == row.amount for row in taxed)


@given(st.integers(-(10**14), 10**14), st.sampled_from([0, 10, 14, 24, 100]))
def test_a_computed_net_amount_is_the_nearest_cent_half_a_cent_away_from_zero(count: int, percent: int) -> None:
    net = read_row(amount=D(count) / 100, vatPercentage=percent).net
    exact = Fraction(count) / (1 + Fraction(percent, 100))

    off = abs(Fraction(net) * 100 - exact)
    assert off < Fraction(1, 2) or (off == Fraction(1, 2) and abs(Fraction(net) * 100) > abs(exact))


@given(st.decimals(-(10**15), 10**15, allow_nan=False, places=5))
def test_cents_are_those_of_the_tax_office(exact: Decimal) -> None:
    sign = -1 if exact < 0 else 1
    assert to_cents(exact) == sign * abs(exact).quantize(D("0.01"), ROUND_HALF_UP)
    assert to_cents(exact).as_tuple().exponent == -2


# ------------------------------------------------------------------------------------------------ payments

PAYMENT: dict[str, Any] = {"paymentIdentifier": "P", "paymentDate": "2026-01-15", "amount": 10}


def read_payment(**members: Any) -> PaymentDocument:
    return payment_of(again({**PAYMENT, **members}))


def test_the_documented_payment_is_read_part_by_part() -> None:
    value = again(example("payment.json")["payments"][0])
    document = payment_of(value)

    assert (document.identifier, document.invoice) == (value["paymentIdentifier"], value["invoiceNumber"])
    assert (document.amount, document.currency) == (value["amount"], value["currency"])
    assert (document.payer, document.account) == (value["sourceName"], value["counterAccountNumber"])
    assert document.paid == value["paymentDate"]
    rows = value["paymentRows"]
    assert [(part.number, part.type, part.account, part.amount) for part in document.parts] == [
        (number, row["rowType"], row["accountNumber"], row["amount"]) for number, row in enumerate(rows, 1)
    ]
    assert sum(part.amount for part in document.parts) == document.amount


@pytest.mark.parametrize(
    ("members", "target"),
    [
        ({"invoiceNumber": "1"}, "invoicenumber"),
        ({"paymentReference": "1"}, "reference"),
        ({"invoiceNumber": "1", "paymentReference": "1"}, "invoicenumber"),
        ({"invoiceNumber": "1", "targetIdentifier": "REFERENCE"}, "reference"),
        ({"invoiceNumber": "1", "targetIdentifier": "Netvisor"}, "netvisor"),
        ({"invoiceNumber": "1", "targetIdentifier": ""}, "invoicenumber"),
        ({"paymentReference": "1", "targetIdentifier": None}, "reference"),
        ({"invoiceNumber": None, "paymentReference": "1"}, "reference"),
    ],
)
def test_by_what_an_invoice_is_found_is_said_or_follows_from_what_is_there(
    members: dict[str, Any], target: str
) -> None:
    assert read_payment(**members).target == target


def test_a_payment_is_booked_on_the_day_it_was_paid_unless_another_is_named() -> None:
    assert (read_payment().paid, read_payment().booked) == ("2026-01-15", "2026-01-15")
    assert read_payment(bookingDate=None).booked == "2026-01-15"
    assert read_payment(bookingDate="2026-01-20").booked == "2026-01-20"


def test_a_payment_without_a_currency_is_in_euros() -> None:
    assert [read_payment(currency=currency).currency for currency in (None, "", "SEK")] == ["EUR", "EUR", "SEK"]


def test_a_payment_without_parts_has_none() -> None:
    assert read_payment().parts == read_payment(paymentRows=[]).parts == read_payment(paymentRows=None).parts == ()


def test_a_part_keeps_its_vat_code_text_and_dimensions() -> None:
    row = {
        "rowType": "FEES", "accountNumber": None, "amount": 0.5, "vatCode": "20", "transactionDescription": "Fee",
        "ledgerDimensions": [{"dimensionType": "PROJECT", "dimensionValue": "1"}], "projectNumber": "2",
    }  # fmt: skip
    (part,) = read_payment(paymentRows=[row]).parts
    assert (part.type, part.account, part.amount, part.vat_code) == ("FEES", "", D("0.5"), "20")
    assert (part.description, part.dimensions) == ("Fee", (("PROJECT", "1"),))


@given(payment())
def test_every_payment_that_keeps_the_contract_can_be_read_and_loses_nothing(body: dict[str, Any]) -> None:
    value = again(body)
    document = payment_of(value)

    assert (document.identifier, document.amount, document.paid) == (
        value["paymentIdentifier"],
        value["amount"],
        value["paymentDate"],
    )
    assert document.target in {"invoicenumber", "reference", "netvisor"}
    assert document.booked == (value.get("bookingDate") or value["paymentDate"])
    assert (document.invoice, document.reference) == (
        value.get("invoiceNumber") or "",
        value.get("paymentReference") or "",
    )
    assert [part.amount for part in document.parts] == [row["amount"] for row in value.get("paymentRows") or ()]
