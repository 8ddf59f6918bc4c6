"""What CFIS sends to NetBaron: nothing is lost or cut on the way into the file, and every refusal has its reason."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.clock import VIRTUAL_START
from simulator.systems.base import Answer, Line, Request
from simulator.systems.document import ledger_of
from simulator.systems.netbaron import SYSTEM
from simulator.systems.netbaron.connector.connector import HEADER
from simulator.systems.netbaron.wire.csvfile import COLUMNS
from simulator.systems.office import Office
from tests.documents import LEDGER, payment
from tests.systems.netbaron.calls import BALANCED, books, import_file
from tests.systems.wired import TENANT, balances, expected, expected_of_payment, office, push


def ledger(*rows: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A document of rows that balance by a last one."""
    total = sum((Decimal(str(row["amount"])) for row in rows), Decimal(0))
    last = {"accountNumber": "1701", "amount": -total, "isVatRow": 0}
    return {"ledgerIdentifier": "L-1", "documentDate": "2026-03-31", "ledgerRows": [*rows, last], **members}


def row(amount: Any, account: str = "3000", **members: Any) -> dict[str, Any]:
    return {"accountNumber": account, "amount": amount, **members}


def voucher(where: Office) -> Any:
    return list(where.site.ledger.journal.by_key.values())[-1]


def sent(where: Office, document: dict[str, Any]) -> list[list[str]]:
    reply = push(where, "ledger", document)
    assert (reply.verdict, reply.reason) == ("accepted", "")
    return [line.split(";") for line in reply.exchanges[0].request.body.decode().splitlines()]


def test_every_column_of_the_file_is_one_that_the_page_names() -> None:
    assert set(HEADER) < {column.finnish for column in COLUMNS}
    assert sent(books(), ledger(row(-1)))[0] == list(HEADER)


@settings(deadline=None)
@given(
    rate=st.sampled_from(["0", "10", "13.5", "14", "24", "25.5"]),
    amount=st.integers(-999_999, 999_999).map(lambda cents: Decimal(cents) / 100),
    is_net=st.booleans(),
    code=st.sampled_from(["", "20"]),
    account=st.sampled_from([None, "2946"]),
)
def test_vat_of_every_rate_is_booked_to_the_cent(
    rate: str, amount: Decimal, code: str, account: str | None, *, is_net: bool
) -> None:
    where = books()
    percent = Decimal(rate)
    taxed = row(amount, vatPercentage=percent, vatCode=code, vatAccountNumber=account)
    mode = {"calculationMode": "NET" if is_net else "GROSS"}
    vat = (amount * percent / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP") if is_net else Decimal(0)
    document = {**ledger(taxed, **mode)}
    document["ledgerRows"][-1]["amount"] = -amount - vat

    assert push(where, "ledger", document).verdict == "accepted"
    assert balances(where) == expected(document, where.site.ledger.roles)
    assert voucher(where).postings[0].vat_percent == percent


def test_rows_with_vat_of_their_own_carry_it_for_the_returns_alone() -> None:
    header, _, taxed, vat = sent(books(), LEDGER)

    told = dict(zip(header, taxed, strict=True))
    assert (told["Veroton summa"], told["Alv summa"], told["Verollinen summa"]) == ("-2382.47", "0.00", "-2382.47")
    assert (told["Alv-koodi"], told["Alv-%"], told["Käsiteltävä alv"]) == ("20", "25.5", "-607.53")
    assert dict(zip(header, vat, strict=True))["Käsiteltävä alv"] == ""


def test_a_net_document_with_vat_rows_computes_the_vat_for_the_returns() -> None:
    vat = row(-24, "2939", isVatRow=1, vatPercentage=24, vatCode="20")
    header, *rows = sent(books(), ledger(row(-100, vatPercentage=24), vat, calculationMode="NET"))

    told = [dict(zip(header, cells, strict=True)) for cells in rows]
    assert [one["Käsiteltävä alv"] for one in told] == ["-24.00", "", ""]
    assert [one["Alv-koodi"] for one in told] == ["20", "20", ""]


def test_name_identifier_and_description_stand_in_the_entries() -> None:
    where = books()
    assert push(where, "ledger", LEDGER).verdict == "accepted"

    text = voucher(where).postings[0].description
    for part in ("Invoice 2026031", "SALES-0331", "LGR-2026-0331-01", "Sales of March", "dated 2026-03-31"):
        assert part in text
    assert voucher(where).postings[1].description == "Invoice 2026031"


def test_a_note_without_room_in_the_first_row_stands_in_another_or_fails_the_record() -> None:
    where = books()
    long = "x" * 205
    fits = ledger(row(-1, transactionDescription=long), row(-1), documentDescription="y" * 100)

    assert push(where, "ledger", fits).verdict == "accepted"
    assert voucher(where).postings[0].description == long
    assert voucher(where).postings[1].description == "L-1 / " + "y" * 100
    full = ledger(row(-1, transactionDescription=long), documentDescription="y" * 211)
    reply = push(where, "ledger", full)
    assert (reply.verdict, "no room" in reply.reason, reply.exchanges) == ("rejected", True, ())


@pytest.mark.parametrize(("length", "verdict"), [(210, "accepted"), (211, "rejected")])
def test_a_text_may_have_210_signs(length: int, verdict: str) -> None:
    reply = push(books(), "ledger", ledger(row(-1, transactionDescription="x" * length)))

    assert reply.verdict == verdict
    assert ("Row 1: its text has 211 characters" in reply.reason) is (verdict == "rejected")


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_every_text_arrives_as_it_was(text: str) -> None:
    where = books()

    assert push(where, "ledger", ledger(row(-1, transactionDescription=text))).verdict == "accepted"
    assert voucher(where).postings[0].description.startswith(text)


def test_rows_are_booked_on_their_own_days() -> None:
    where = books()
    document = ledger(row(-1, bookingDate="2026-03-02"))

    assert push(where, "ledger", document).verdict == "accepted"
    assert voucher(where).details["dates"] == ("2026-03-02", "2026-03-31")
    assert "dated" not in voucher(where).description


@pytest.mark.parametrize(("kind", "series"), [("ML", "72"), ("ml", "72"), ("OL", "73"), ("XX", "71"), (None, "71")])
def test_a_type_has_its_series_and_a_series_its_numbers(kind: str | None, series: str) -> None:
    where = books()
    for number in (1, 2):
        assert push(where, "ledger", ledger(row(-1), documentType=kind)).verdict == "accepted"
        assert (voucher(where).series, voucher(where).number) == (series, number)


def test_a_refused_document_uses_up_no_number() -> None:
    where = books()
    assert push(where, "ledger", ledger(row(-1, "3999"))).verdict == "rejected"
    assert push(where, "ledger", ledger(row(-1))).verdict == "accepted"
    assert voucher(where).number == 1


def test_a_number_that_somebody_has_used_is_passed_over() -> None:
    where = books()
    for number in (1, 2, 3):
        assert import_file(where, BALANCED.replace("11-1", f"71-{number}")).status == 200

    reply = push(where, "ledger", ledger(row(-1)))

    assert (reply.verdict, voucher(where).number, len(reply.exchanges)) == ("accepted", 4, 3)
    assert push(where, "ledger", ledger(row(-1))).verdict == "accepted"
    assert voucher(where).number == 5


@dataclass
class Fixed:
    """A system that answers everything alike."""

    fixed: Answer

    def answer(self, request: Request, now: int) -> Answer:
        assert (request.method, now) == ("POST", VIRTUAL_START)
        return self.fixed


TAKEN = Answer(422, b"<R><Error><Code>RECEIPT_EXISTS</Code><Text>no</Text></Error></R>")


def test_the_search_for_a_number_ends() -> None:
    _, connector = SYSTEM.open_parts(books().site)
    line = Line(Fixed(TAKEN), VIRTUAL_START)

    result = connector.ledger(ledger_of(ledger(row(-1), documentType=None)), line)

    assert (result.verdict, len(line.exchanges)) == ("rejected", 16)
    assert result.reason == "NetBaron answered 422: RECEIPT_EXISTS: no"


def test_a_reason_names_what_a_person_reads() -> None:
    where = office("netbaron", {"accounts": ["1701"]})

    reason = push(where, "ledger", ledger(*(row(-1) for _ in range(30)))).reason

    assert reason.startswith("NetBaron answered 422: ACCOUNT_UNKNOWN: Row 1 (line 2), Tili: account 3000 not found; ")
    assert (reason.count("ACCOUNT_UNKNOWN"), reason.endswith("; and 10 more")) == (20, True)


@pytest.mark.parametrize(
    ("status", "body", "verdict", "reason"),
    [
        (502, b"<html>", "unreachable", "NetBaron answered 502 with something that is not XML"),
        (500, b"", "rejected", "NetBaron answered 500 with something that is not XML"),
        (500, b"<x/>", "rejected", "NetBaron answered 500"),
        (503, b"<R><Error><Code>M</Code><Text>no</Text></Error></R>", "unreachable", "NetBaron answered 503: M: no"),
        (200, b"<R><Error><Code>A</Code><Text>b</Text></Error></R>", "rejected", "NetBaron answered 200: A: b"),
    ],
)
def test_an_answer_is_understood_by_its_status_and_its_errors(
    status: int, body: bytes, verdict: str, reason: str
) -> None:
    _, connector = SYSTEM.open_parts(books().site)
    result = connector.ledger(ledger_of(ledger(row(-1))), Line(Fixed(Answer(status, body)), VIRTUAL_START))

    assert (result.verdict, result.reason) == (verdict, reason)


def dimension(kind: str, value: str) -> dict[str, str]:
    return {"dimensionType": kind, "dimensionValue": value}


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"ledgerDimensions": [dimension("REGION", "N")]}, "no column for REGION N"),
        ({"ledgerDimensions": [dimension("COST_CENTER", "1"), dimension("Cost centre", "2")]}, "not both 1 and 2"),
        ({"projectNumber": "A", "ledgerDimensions": [dimension("PROJECT", "B")]}, "not both B and A"),
        ({"ledgerDimensions": [dimension("COST_CENTER", "North")]}, "'North' is not an integer"),
        ({"projectNumber": "P" * 36}, "has 36 characters, and may have 35"),
        ({"amount": Decimal("-1.005")}, "takes two decimals"),
        ({"accountNumber": "30A"}, "'30A' is not an integer"),
        ({"accountNumber": "3999"}, "account 3999 not found"),
        ({"vatPercentage": 23}, "does not allow 23 %"),
        ({"vatCode": "77"}, "VAT code 77 does not exist"),
    ],
)
def test_what_the_file_cannot_hold_or_the_books_do_not_have_fails_by_name(members: dict[str, Any], reason: str) -> None:
    where = books()
    document = ledger(row(-1))
    document["ledgerRows"][0].update(members)

    reply = push(where, "ledger", document)

    assert (reply.verdict, balances(where)) == ("rejected", {})
    assert reason in reply.reason
    assert "Row 1" in reply.reason


def test_the_same_project_twice_is_one() -> None:
    where = books()
    dims = [dimension("PROJECT", "A"), dimension("COST_CENTER", "7")]

    assert push(where, "ledger", ledger(row(-1, projectNumber="A", ledgerDimensions=dims))).verdict == "accepted"
    assert voucher(where).postings[0].dimensions == (("COST_CENTER", "7"), ("PROJECT", "A"))


def test_a_document_that_does_not_balance_fails_in_either_reading() -> None:
    document = ledger(row(-1))
    document["ledgerRows"][0]["amount"] = -2

    assert "UNBALANCED: Receipt 71-1: debit and credit differ by -1.00" in push(books(), "ledger", document).reason
    kept = push(books(unbalanced_receipts="kept"), "ledger", document)
    assert (kept.verdict, "71-1 as incomplete" in kept.reason) == ("rejected", True)


def test_a_vat_percentage_with_decimals_fails_where_the_file_takes_integers() -> None:
    where = books(vat_percent_column="integer")

    reply = push(where, "ledger", ledger(row(-125.5, vatPercentage=25.5)))

    assert (reply.verdict, "Alv-%: '25.5' is not an integer" in reply.reason) == ("rejected", True)
    assert push(where, "ledger", ledger(row(-124, vatPercentage=24))).verdict == "accepted"


# -------------------------------------------------------------------------------------------------- payments


def test_a_payment_is_a_receipt_that_says_what_it_pays() -> None:
    where = books()
    document = payment(
        "PAY-9", paymentDate="2026-02-10", bookingDate="2026-02-11", sourceName="Maksaja Oy", paymentReference="12344"
    )

    assert push(where, "payment", document).verdict == "accepted"
    assert balances(where) == expected_of_payment(document, where.site.ledger.roles)
    one = voucher(where)
    assert (one.series, one.date) == ("74", "2026-02-11")
    for part in ("PAY-9", "Maksaja Oy", f"invoice {document['invoiceNumber']}", "reference 12344", "paid 2026-02-10"):
        assert part in one.description


def test_the_parts_of_a_payment_go_to_their_accounts_with_their_dimensions() -> None:
    where = books()
    interest = {"rowType": "INTEREST", "accountNumber": "8160", "amount": 2.5, "vatCode": "20"}
    parts = [
        {"rowType": "CAPITAL", "amount": 10, "ledgerDimensions": [dimension("COST_CENTER", "5")]},
        {**interest, "transactionDescription": "Late"},
    ]

    assert push(where, "payment", payment(amount=12.5, paymentRows=parts)).verdict == "accepted"
    assert balances(where) == {"1910": Decimal("12.5"), "1701": Decimal(-10), "8160": Decimal("-2.5")}
    assert voucher(where).postings[1].dimensions == (("COST_CENTER", "5"),)
    assert (voucher(where).postings[2].description, voucher(where).postings[2].vat_code) == ("Late", "20")


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"currency": "SEK"}, "SEK; NetBaron's interfaces take EUR only"),
        ({"paymentRows": [{"rowType": "INTEREST", "amount": 1}]}, "Payment row 1: INTEREST names no account"),
        ({"sourceName": "x" * 300}, "no room"),
        ({"paymentRows": [{"rowType": "CAPITAL", "accountNumber": "1701", "amount": 1}]}, "differ by 47.20"),
        ({"counterAccountNumber": "1999"}, "account 1999 not found"),
        ({"amount": Decimal("1.001")}, "has more"),
    ],
)
def test_a_payment_that_cannot_be_told_fails_with_a_reason(members: dict[str, Any], reason: str) -> None:
    where = books()

    reply = push(where, "payment", payment(**members))

    assert (reply.verdict, balances(where)) == ("rejected", {})
    assert reason in reply.reason


def test_the_same_documents_make_the_same_messages() -> None:
    first, second = office("netbaron"), SYSTEM.open_books({}, TENANT)

    assert push(first, "ledger", LEDGER).exchanges == push(second, "ledger", LEDGER).exchanges
