"""`accounting_api/add`: every rule that it has, and what is in the books afterwards."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simulator.clock import SECOND
from tests.systems.fennoa.asking import PDF, URL_ENCODED, Asker, multipart, statement
from tests.systems.wired import balances

ADD = "accounting_api/add"


def test_a_statement_is_booked_as_it_was_posted() -> None:
    asker = Asker()

    assert asker.post(ADD, statement(row1_dim_1=None)) == {"status": "ok", "id": 1, "number": 1}
    assert balances(asker.books) == {"1910": Decimal("125.50"), "3000": Decimal(-100), "2939": Decimal("-25.50")}
    (voucher,) = asker.vouchers
    assert (voucher.series, voucher.date, voucher.description) == ("CA", "2026-01-15", "Cash sales")
    assert [posting.vat_code for posting in voucher.postings] == ["", "63", ""]
    assert [posting.vat_percent for posting in voucher.postings] == [0, Decimal("25.5"), 0]
    assert not any(posting.is_made for posting in voucher.postings)


def test_multipart_is_taken_as_well_as_url_encoded() -> None:
    asker = Asker()
    media_type, body = multipart(statement())

    assert asker.send("POST", ADD, body, media_type).status == 200
    assert len(asker.vouchers) == 1


def test_posting_twice_books_twice_and_counts_on() -> None:
    asker = Asker()
    asker.post(ADD, statement())

    assert asker.post(ADD, statement()) == {"status": "ok", "id": 2, "number": 2}
    assert asker.post(ADD, statement(statement_series_code="GL"))["number"] == 1
    assert asker.post(ADD, statement(entry_date="2027-01-01"))["number"] == 1


def test_the_text_of_the_statement_stands_in_rows_that_have_none() -> None:
    asker = Asker()
    asker.post(ADD, statement(row2_description="Own"))

    assert [posting.description for posting in asker.vouchers[0].postings] == ["Cash sales", "Own", "Cash sales"]


def test_without_any_text_there_is_none() -> None:
    asker = Asker()
    asker.post(ADD, statement(description=None))

    assert {posting.description for posting in asker.vouchers[0].postings} == {""}


@pytest.mark.parametrize("date", [None, ""])
def test_without_a_date_it_is_today_in_finland(date: str | None) -> None:
    # 2026-01-01 at 22:30 UTC is the second of January in Helsinki.
    asker = Asker(now=1_767_306_600 * SECOND)
    asker.post(ADD, statement(entry_date=date))

    assert asker.vouchers[0].date == "2026-01-02"


@pytest.mark.parametrize(
    ("changes", "series"),
    [
        ({"statement_series_code": None}, "GL"),
        ({"statement_series_code": None, "statement_series_id": ""}, "GL"),
        ({"statement_series_code": None, "statement_series_id": "16"}, "CA"),
        ({"statement_series_code": "GL6"}, "GL6"),
        ({"statement_series_code": "GL", "statement_series_id": "16"}, "GL"),
        ({"statement_series_code": "PU", "purchase_invoice_id": "5"}, "PU"),
    ],
)
def test_the_series_is_chosen_by_code_or_in_the_old_way_by_identifier(changes: dict[str, Any], series: str) -> None:
    asker = Asker()
    asker.post(ADD, statement(**changes))

    assert asker.vouchers[0].series == series


@pytest.mark.parametrize(
    "changes",
    [
        {"statement_series_code": "ZZ"}, {"statement_series_code": ""}, {"statement_series_code": "IN"},
        {"statement_series_code": "PJ"}, {"statement_series_code": "TI"},
        {"statement_series_code": None, "statement_series_id": "999"},
    ],
)  # fmt: skip
def test_a_series_that_cannot_be_posted_to_is_told_in_an_array(changes: dict[str, Any]) -> None:
    asker = Asker()

    errors = asker.errors(ADD, statement(**changes))

    assert errors == ["Given statement series code did not match any statement series"]
    assert not asker.vouchers


def test_a_locked_period_is_told_at_the_date_with_the_day_of_the_lock() -> None:
    asker = Asker({"locked_until": "2026-01-15"})

    errors = asker.errors(ADD, statement())

    assert errors == {"entry_date": ["Accounting is locked until 2026-01-15, please select later entry date"]}
    assert asker.post(ADD, statement(entry_date="2026-01-16"))["id"] == 1


FIELDS: list[tuple[dict[str, Any], str, str]] = [
    ({"entry_date": "2017-12-31"}, "entry_date", "There is no accounting period for 2017-12-31"),
    ({"entry_date": "15.1.2026"}, "entry_date", "not a date"),
    ({"statement_series_id": "x"}, "statement_series_id", "not an integer"),
    ({"statement_series_code": "PU"}, "purchase_invoice_id", "PU takes a purchase invoice"),
    ({"purchase_invoice_id": "5"}, "purchase_invoice_id", "no other series"),
    ({"purchase_invoice_id": "x"}, "purchase_invoice_id", "not an integer"),
    ({"row1_account": "3999"}, "row[1][account]", "Account 3999 not found"),
    ({"row1_account": "abc"}, "row[1][account]", "Account abc is not a number"),
    ({"row1_account": None}, "row[1][account]", "required"),
    ({"row2_vatcode": "20"}, "row[2][vatcode]", "VAT code 20 not found"),
    ({"row1_debit": "-125.50"}, "row[1][debit]", "negative amount is not allowed"),
    ({"row1_debit": "125.505"}, "row[1][debit]", "two decimals"),
    ({"row1_debit": "125,50"}, "row[1][debit]", "two decimals"),
    ({"row1_debit": None}, "row[1][debit]", "must have debit or credit"),
    ({"row1_credit": "125.50"}, "row[1][debit]", "must not have both"),
    ({"row1_accrual_start": "x"}, "row[1][accrual_start]", "not a date"),
    ({"row1_accrual_count": "x"}, "row[1][accrual_count]", "not an integer"),
]


@pytest.mark.parametrize(("changes", "field", "said"), FIELDS)
def test_what_is_wrong_with_a_field_is_told_at_that_field(changes: dict[str, Any], field: str, said: str) -> None:
    asker = Asker()

    errors = asker.errors(ADD, statement(**changes))

    assert list(errors) == [field]
    assert len(errors[field]) == 1
    assert said in errors[field][0]
    assert not asker.vouchers


def test_debit_and_credit_must_be_equal() -> None:
    asker = Asker()

    errors = asker.errors(ADD, statement(row1_debit="125.49"))

    assert errors == ["The sum of debit (125.49) does not equal the sum of credit (125.50)"]


@pytest.mark.parametrize("rows", [{}, {"row": "x"}, {"row[1][account]": "1910", "row[1][debit]": "0"}])
def test_two_rows_are_the_least(rows: dict[str, str]) -> None:
    errors = Asker().errors(ADD, {"entry_date": "2026-01-15", **rows})

    assert errors == ["A statement must have at least two rows"]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    errors = Asker({"locked_until": "2026-06-30"}).errors(
        ADD, statement(statement_series_code="ZZ", row1_account="3999", row2_vatcode="999", row3_credit="1")
    )

    assert set(errors) == {"entry_date", "statement_series_code", "row[1][account]", "row[2][vatcode]", "row"}


def test_a_row_that_is_no_array_is_an_empty_row() -> None:
    errors = Asker().errors(ADD, {**statement(), "row[4]": "x"})

    assert set(errors) == {"row[4][account]", "row[4][debit]"}


@pytest.mark.parametrize("other", ["", "0", "0.00"])
def test_nothing_on_the_other_side_is_no_second_amount(other: str) -> None:
    asker = Asker()
    asker.post(ADD, statement(row1_credit=other, row2_debit=other))

    assert balances(asker.books)["1910"] == Decimal("125.50")


def test_whether_zero_is_an_amount_is_a_reading() -> None:
    zero = statement(row1_debit="0", row2_credit="0.00", row3_credit="0")

    assert Asker().post(ADD, zero)["id"] == 1
    errors = Asker({"readings": {"zero_amount": "refused"}}).errors(ADD, zero)
    assert set(errors) == {"row[1][debit]", "row[2][debit]", "row[3][debit]"}


def test_how_long_a_text_may_be_is_a_reading() -> None:
    long = statement(description="x" * 256, row1_description="y" * 256, row2_description="z" * 255)

    assert Asker().post(ADD, long)["id"] == 1
    errors = Asker({"readings": {"text_limit": "255"}}).errors(ADD, long)
    assert set(errors) == {"description", "row[1][description]"}


@pytest.mark.parametrize(
    ("reading", "answer"),
    [
        ("flat", {"status": "ok", "id": 1, "number": 1}),
        ("data", {"status": "ok", "data": {"id": 1, "number": 1}}),
        ("nested", {"status": "ok", "data": {"Statement": {"id": 1, "number": 1}}}),
    ],
)
def test_the_members_of_the_answer_are_a_reading(reading: str, answer: dict[str, Any]) -> None:
    assert Asker({"readings": {"statement_answer": reading}}).post(ADD, statement()) == answer


def test_whether_a_handling_takes_vat_out_of_the_amount_is_a_reading() -> None:
    asker = Asker({"readings": {"vatcode_effect": "splits"}})
    purchase = {"row3_account": "4000", "row3_credit": None, "row3_debit": "12.55", "row3_vatcode": "58"}
    asker.post(ADD, statement(row1_debit="112.95", row2_credit="125.50", **purchase))

    assert balances(asker.books) == {
        "1910": Decimal("112.95"), "3000": Decimal(-100), "2939": Decimal("-25.50"),
        "4000": Decimal(10), "1763": Decimal("2.55"),
    }  # fmt: skip
    made = [(posting.account, posting.is_made) for posting in asker.vouchers[0].postings]
    assert made == [("1910", False), ("3000", False), ("2939", True), ("4000", False), ("1763", True)]


def test_a_handling_of_no_per_cent_takes_nothing_out() -> None:
    asker = Asker({"readings": {"vatcode_effect": "splits"}})
    asker.post(ADD, statement(row2_vatcode="14"))

    assert balances(asker.books)["3000"] == Decimal(-100)


def test_dimensions_are_named_by_the_identifier_of_their_type() -> None:
    asker = Asker({"dimensions": {"COST_CENTER": ["100"], "PROJECT": ["P1", "P2"]}})
    asker.post(ADD, statement(row1_dim_1="100", row1_dim_2="P2", row2_dim_1=""))

    assert asker.vouchers[0].postings[0].dimensions == (("COST_CENTER", "100"), ("PROJECT", "P2"))
    assert asker.vouchers[0].postings[1].dimensions == ()


def test_a_dimension_that_is_not_there_is_told_at_its_field() -> None:
    asker = Asker({"dimensions": {"COST_CENTER": ["100"]}})

    errors = asker.errors(ADD, statement(row1_dim_1="101", row2_dim_7="x", row3_dim_PROJECT="y"))

    assert errors == {
        "row[1][dim_COST_CENTER]": ["Dimension 101 not found in COST_CENTER"],
        "row[2][dim_7]": ["Dimension type 7 not found"],
        "row[3][dim_PROJECT]": ["Dimension type PROJECT not found"],
    }


def test_books_with_every_dimension_make_a_type_that_is_named_and_none_that_is_numbered() -> None:
    asker = Asker()
    asker.post(ADD, statement(row1_dim_PROJECT="P1"))

    assert asker.vouchers[0].postings[0].dimensions == (("PROJECT", "P1"),)
    assert "row[1][dim_9]" in asker.errors(ADD, statement(row1_dim_9="x"))


def test_accruals_and_the_purchase_invoice_are_kept() -> None:
    asker = Asker()
    accrual = {"row1_accrual_start": "2026-02-01", "row1_accrual_count": "12"}
    asker.post(ADD, statement(statement_series_code="PU", purchase_invoice_id="5", **accrual))

    assert asker.vouchers[0].details == {
        "purchase_invoice_id": 5,
        "accruals": [{"row": "1", "accrual_start": "2026-02-01", "accrual_count": 12}],
    }


def test_books_with_every_account_make_no_account_of_nonsense() -> None:
    asker = Asker({"accounts": "any"})
    asker.errors(ADD, statement(row1_account="x y"))
    asker.post(ADD, statement(row1_account="123456"))

    assert "x y" not in asker.books.site.ledger.chart.accounts
    assert balances(asker.books)["123456"] == Decimal("125.50")


def test_a_body_that_is_no_form_is_told_in_an_array() -> None:
    asker = Asker()

    for body, media_type in ((b"{}", "application/json"), (b"a=%ff", URL_ENCODED)):
        assert asker.send("POST", ADD, body, media_type).status == 400
    assert not asker.vouchers


def test_a_file_is_kept_with_its_statement() -> None:
    asker = Asker()
    key = asker.post(ADD, statement())["id"]
    media_type, body = multipart({}, {"file": ("kuitti.pdf", PDF, "application/pdf")})

    assert asker.send("POST", f"accounting_api/do/upload_attachment/{key}", body, media_type).status == 200
    assert asker.vouchers[0].details["attachments"][0]["name"] == "kuitti.pdf"


@pytest.mark.parametrize("key", ["2", "0", "x"])
def test_a_file_of_a_statement_that_is_not_there_is_refused(key: str) -> None:
    asker = Asker()
    asker.post(ADD, statement())

    assert "not found" in asker.errors(f"accounting_api/do/upload_attachment/{key}", status=404)
