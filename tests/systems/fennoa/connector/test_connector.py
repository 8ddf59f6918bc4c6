"""What CFIS sends to Fennoa for ledger documents, and what becomes of it."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents import LEDGER, ledger
from tests.systems import bookable
from tests.systems.fennoa.asking import fields_of, paths
from tests.systems.wired import balances, expected, office, push


def with_rows(**changes: Any) -> dict[str, Any]:
    """The documented example with the same changes in every row."""
    document: dict[str, Any] = copy.deepcopy(LEDGER)
    document["ledgerRows"] = [{**row, **changes} for row in document["ledgerRows"]]
    return document


def test_the_documented_example_is_this_very_message() -> None:
    reply = push(office("fennoa"), "ledger", LEDGER)

    assert paths(reply) == ["dimension_api/get/types", "accounting_api/add"]
    assert fields_of(reply) == {
        "entry_date": "2026-03-30",
        "statement_series_code": "CA",
        "description": "SALES-0331, Sales of March, invoice 2026031, document date 2026-03-31, LGR-2026-0331-01",
        "row[1][account]": "1701", "row[1][debit]": "2990.00", "row[1][description]": "Invoice 2026031",
        "row[1][dim_COST_CENTER]": "4100", "row[1][dim_PROJECT]": "PRJ-0042",
        "row[2][account]": "3000", "row[2][credit]": "2382.47", "row[2][description]": "Invoice 2026031",
        "row[2][vatcode]": "63", "row[2][dim_PROJECT]": "PRJ-0042",
        "row[3][account]": "2939", "row[3][credit]": "607.53", "row[3][description]": "Invoice 2026031",
        "row[3][dim_PROJECT]": "PRJ-0042",
    }  # fmt: skip


def test_dimension_types_that_are_there_are_told_by_their_identifier() -> None:
    books = office("fennoa", {"dimensions": {"cost_center": ["4100"], "Project": "any"}})

    reply = push(books, "ledger", LEDGER)

    assert reply.verdict == "accepted"
    assert fields_of(reply)["row[1][dim_1]"] == "4100"
    assert books.site.ledger.journal.by_key[1].postings[0].dimensions == (
        ("cost_center", "4100"),
        ("Project", "PRJ-0042"),
    )


def test_without_dimensions_one_call_is_enough() -> None:
    assert paths(push(office("fennoa"), "ledger", ledger())) == ["accounting_api/add"]


@pytest.mark.parametrize(
    ("document_type", "series"),
    [("ML", "CA"), ("", "CA"), ("GL", "GL"), ("GL6", "GL6"), ("CA", "CA"), ("PU", "CA"), ("IN", "CA")],
)
def test_a_document_type_that_is_a_series_is_the_series(document_type: str, series: str) -> None:
    books = office("fennoa")
    push(books, "ledger", ledger(documentType=document_type))

    assert books.site.ledger.journal.by_key[1].series == series


def test_name_text_and_identifier_can_be_found_in_the_books() -> None:
    books = office("fennoa")
    push(books, "ledger", ledger("L-77", documentName="N", documentDescription="D"))

    assert books.site.ledger.journal.by_key[1].description == "N, D, L-77"


def test_computed_vat_goes_to_the_accounts_of_the_side_or_of_the_row() -> None:
    def booked(**changes: Any) -> dict[str, Decimal]:
        rows = [
            {"accountNumber": "1701", "amount": Decimal("125.50")},
            {"accountNumber": "3000", "amount": Decimal("-125.50"), "vatPercentage": Decimal("25.5"), **changes},
        ]
        books = office("fennoa")
        assert push(books, "ledger", ledger(ledgerRows=rows)).verdict == "accepted"
        return balances(books)

    assert booked() == {"1701": Decimal("125.50"), "3000": Decimal(-100), "2939": Decimal("-25.50")}
    assert booked(vatAccountNumber="2946")["2946"] == Decimal("-25.50")
    assert booked(netAmount=Decimal("-99.99"))["2939"] == Decimal("-25.51")


@pytest.mark.parametrize("percent", ["0", "10", "13.5", "14", "24", "25.5"])
@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("effect", ["none", "splits"])
def test_every_rate_has_its_handling_on_both_sides(percent: str, sign: int, effect: str) -> None:
    rows = [
        {"accountNumber": "1701", "amount": -sign * 100},
        {
            "accountNumber": "3000" if sign < 0 else "4000",
            "amount": sign * 100,
            "vatPercentage": Decimal(percent),
            "vatCode": "20",
        },
    ]
    document, books = ledger(ledgerRows=rows), office("fennoa", {"readings": {"vatcode_effect": effect}})

    reply = push(books, "ledger", document)

    assert (reply.verdict, reply.reason) == ("accepted", "")
    assert balances(books) == expected(document, books.site.ledger.roles)
    posting = books.site.ledger.journal.by_key[1].postings[1]
    known = books.site.ledger.vat_codes[posting.vat_code]
    assert (known.percents, known.side) == ((Decimal(percent),), "sales" if sign < 0 else "purchase")


def test_a_plain_entry_of_the_map_holds_for_every_percentage() -> None:
    books = office("fennoa", {"vat_map": {"20": "11"}})

    assert fields_of(push(books, "ledger", LEDGER))["row[2][vatcode]"] == "11"


@settings(deadline=None)
@given(data=st.data())
def test_where_handlings_take_vat_out_the_books_still_equal_the_document(data: st.DataObject) -> None:
    document = data.draw(bookable.ledgers())
    books = office("fennoa", {"readings": {"vatcode_effect": "splits"}})

    reply = push(books, "ledger", document)

    assert (reply.verdict, reply.reason) == ("accepted", "")
    assert balances(books) == expected(document, books.site.ledger.roles)


def test_where_handlings_take_vat_out_other_vat_is_sent_in_rows_of_its_own() -> None:
    rows = [
        {"accountNumber": "1701", "amount": Decimal("125.50")},
        {"accountNumber": "3000", "amount": Decimal("-125.50"), "vatPercentage": Decimal("25.5"), "vatCode": "20"},
    ]
    for change in ({"netAmount": Decimal("-99.99")}, {"vatAccountNumber": "2946"}):
        document = ledger(ledgerRows=[rows[0], {**rows[1], **change}])
        books = office("fennoa", {"readings": {"vatcode_effect": "splits"}})
        reply = push(books, "ledger", document)
        assert "row[2][vatcode]" not in fields_of(reply)
        assert balances(books) == expected(document, books.site.ledger.roles)


@pytest.mark.parametrize(
    ("changes", "words", "said"),
    [
        ({"accountNumber": "3999"}, {}, "Fennoa answered 400: row[1][account]: Account 3999 not found"),
        ({"bookingDate": "2026-03-01"}, {"locked_until": "2026-03-15"}, "Accounting is locked until 2026-03-15"),
        ({"vatCode": "99"}, {}, "row[1][vatcode]: VAT code 99 not found"),
        ({"vatPercentage": 17}, {}, "Row 1: the VAT code '' has no VAT handling of Fennoa for 17 %"),
        ({}, {"dimensions": {"PROJECT": "any"}}, "Dimension type COST_CENTER not found"),
        ({}, {"dimensions": {"PROJECT": "any", "COST_CENTER": ["1"]}}, "Dimension 4100 not found in COST_CENTER"),
        ({"transactionDescription": "x" * 256}, {"readings": {"text_limit": "255"}}, "longer than 255 characters"),
        ({}, {"voucher_types": [{"code": "GL"}]}, "did not match any statement series"),
        ({}, {"revoked": True}, "Fennoa answered 401"),
    ],
)
def test_what_cannot_be_booked_fails_with_a_reason_and_books_nothing(
    changes: dict[str, Any], words: dict[str, Any], said: str
) -> None:
    books = office("fennoa", words)

    reply = push(books, "ledger", with_rows(**changes))

    assert reply.verdict == "rejected"
    assert said in reply.reason
    assert balances(books) == {}


def test_rows_of_different_days_are_refused_by_name() -> None:
    document = with_rows()
    document["ledgerRows"][1]["bookingDate"] = None

    reply = push(office("fennoa"), "ledger", document)

    assert (reply.verdict, reply.exchanges) == ("rejected", ())
    assert reply.reason == "Row 2: booked on 2026-03-31, and Fennoa books all rows on one day, 2026-03-30"


def test_an_unbalanced_document_is_refused_by_fennoa() -> None:
    reply = push(office("fennoa"), "ledger", ledger(ledgerRows=[
        {"accountNumber": "1701", "amount": 1}, {"accountNumber": "3000", "amount": -2}]))  # fmt: skip

    assert reply.reason == "Fennoa answered 400: The sum of debit (1.00) does not equal the sum of credit (2.00)"


@pytest.mark.parametrize("reading", ["flat", "data", "nested"])
def test_whatever_members_the_answer_has_a_document_is_booked(reading: str) -> None:
    assert push(office("fennoa", {"readings": {"statement_answer": reading}}), "ledger", LEDGER).verdict == "accepted"
