"""Accounting receipts from a file: what they book, to the cent, and what they are refused for."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.systems.base import Answer
from simulator.systems.office import Office
from tests.systems.netbaron.calls import BALANCED, HEADER, books, codes, import_file, texts
from tests.systems.wired import balances, office

WIDE = (
    "Tositenumero;Kirjauspäivä;Vientiselite;Tili;Kustannuspaikka;Työnro;Alv-koodi;Alv-%;Alv-tili;"
    "Veroton summa;Verollinen summa;Alv summa;Käsiteltävä alv"
)


def wide(*rows: str) -> str:
    """A file with all columns but the number series."""
    return "\n".join([WIDE, *rows])


def vouchers(where: Office) -> list[Any]:
    return list(where.site.ledger.journal.by_key.values())


def refused(where: Office, answer: Answer) -> list[str]:
    """The codes of a refusal after which nothing is booked."""
    assert answer.status in {400, 422}, answer
    assert not vouchers(where)
    return codes(answer)


def test_rows_of_one_number_are_one_voucher() -> None:
    where = books()
    more = "11-2;2026-03-01;Phone;8360;20.00\n11-2;2026-03-01;;1910;-20,0\n"

    answer = import_file(where, BALANCED + more)

    assert (answer.status, texts(answer, "ReceiptNumber")) == (200, ["11-1", "11-2"])
    assert [(one.series, one.number, one.date, one.description) for one in vouchers(where)] == [
        ("11", 1, "2026-02-01", "Rent"), ("11", 2, "2026-03-01", "Phone"),
    ]  # fmt: skip
    assert balances(where) == {"7230": 100, "8360": 20, "1910": -120}


def test_rows_of_one_number_need_not_be_neighbours() -> None:
    where = books()
    text = f"{HEADER}\n11-1;1.2.2026;a;7230;1\n11-2;1.2.2026;b;7230;2\n11-1;1.2.2026;c;1910;-1\n11-2;1.2.2026;;1910;-2"

    assert import_file(where, text).status == 200
    assert [len(one.postings) for one in vouchers(where)] == [2, 2]


@pytest.mark.parametrize(
    "amounts",
    ["1240;;;", "1240.00;1537.60;;", "1240;1537.6;297.6;", ";1537.60;;", ";1537,6;297,6;", "1240;;297.6;297.6"],
)
def test_the_sample_of_the_page_books_net_and_vat_however_its_amounts_are_told(amounts: str) -> None:
    where = books()

    answer = import_file(
        where, wide(f"11-1;1.1.2026;Rent;3000;;;20;24;;{amounts}", "11-1;1.1.2026;;1701;;;;;;-1537.60;;;")
    )

    assert answer.status == 200, answer
    assert balances(where) == {"3000": 1240, "2939": Decimal("297.6"), "1701": Decimal("-1537.6")}


@settings(deadline=None)
@given(
    net=st.integers(-10_000_000, 10_000_000).map(lambda cents: Decimal(cents) / 100),
    percent=st.sampled_from(["0", "10", "13.5", "14", "24", "25.5"]),
    code=st.sampled_from(["20", "30"]),
)
def test_what_is_not_told_is_computed_to_the_cent_on_the_side_of_the_code(
    net: Decimal, percent: str, code: str
) -> None:
    where = books()
    vat = (net * Decimal(percent) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)

    answer = import_file(
        where, wide(f"11-1;1.1.2026;;3000;;;{code};{percent};;{net};;;", f"11-1;1.1.2026;;1701;;;;;;{-net - vat};;;")
    )

    assert answer.status == 200
    whole = {"3000": net, "2939" if code == "20" else "1763": vat, "1701": -net - vat}
    assert balances(where) == {account: amount for account, amount in whole.items() if amount}


def test_vat_goes_to_the_account_that_is_named_else_by_code_else_by_sign() -> None:
    where = books()
    text = wide(
        "11-1;1.1.2026;;3000;;;20;24;2946;-100;-124;;",
        "11-1;1.1.2026;;3000;;;;24;;-100;-124;;",
        "11-1;1.1.2026;;4000;;;;24;;100;124;;",
        "11-1;1.1.2026;;3000;;;20;24;;100;124;;",
    )

    assert import_file(where, text).status == 200
    assert balances(where) == {"3000": -100, "2946": -24, "4000": 100, "1763": 24}
    made = [posting.is_made for voucher in vouchers(where) for posting in voucher.postings]
    assert made == [False, False, False, True, False, True, False, True]


def test_a_percentage_that_is_not_told_is_the_codes_own_or_fits_the_amounts() -> None:
    where = books()
    text = wide("11-1;1.1.2026;;3000;;;20;;;-100;-125.50;;", "11-1;1.1.2026;;1701;;;0;;;125.50;;;")

    assert import_file(where, text).status == 200
    assert [str(posting.vat_percent) for posting in vouchers(where)[0].postings] == ["25.5", "0", "0"]


def test_cost_center_job_number_and_the_vat_of_returns_are_kept() -> None:
    where = books()
    text = wide(
        "11-1;1.1.2026;;3000;;;20;24;;-1;;;",
        "11-1;1.1.2026;;3000;4100;P1;20;24;;-100;-100;0;-24",
        "11-1;1.1.2026;;1701;;;;;;101.24;;;",
    )

    assert import_file(where, text).status == 200
    (voucher,) = vouchers(where)
    assert voucher.postings[2].dimensions == (("COST_CENTER", "4100"), ("PROJECT", "P1"))
    assert voucher.details["returned_vat"] == {2: Decimal(-24)}


def test_rows_may_have_dates_of_their_own_within_one_period() -> None:
    where = books()
    apart = BALANCED.replace("1.2.2026;Rent;1910", "3.2.2026;Rent;1910")

    assert import_file(where, apart).status == 200
    assert vouchers(where)[0].details["dates"] == ("2026-02-01", "2026-02-03")
    other = books()
    assert refused(other, import_file(other, apart.replace("3.2.2026", "3.2.2027"))) == ["TWO_PERIODS"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (["11-1;1.1.2026;;3999;;;;;;1;;;"], "ACCOUNT_UNKNOWN"),
        (["11-1;1.1.2026;;3000;;;20;24;9999;1;;;"], "ACCOUNT_UNKNOWN"),
        (["11-1;1.1.2026;;3000;;;;;9999;1;;;"], "ACCOUNT_UNKNOWN"),
        (["11-1;1.1.2026;;3000;;;77;24;;1;;;"], "VAT_CODE_UNKNOWN"),
        (["11-1;1.1.2026;;3000;;;20;23;;1;;;"], "VAT_PERCENT_WRONG"),
        (["11-1;1.1.2026;;3000;;;20;;;1;;;"], "MISSING"),
        (["11-1;1.1.2026;;3000;;;20;24;;1;2;3;"], "AMOUNTS_DIFFER"),
        (["11-1;1.1.1999;;3000;;;;;;1;;;"], "NO_ACCOUNTING_PERIOD"),
        (["11-1;1.1.2026;;3000;;;;;;1;;;"], "UNBALANCED"),
        (["99-1;1.1.2026;;3000;;;;;;0;;;"], "SERIES_UNKNOWN"),
        (["1;1.1.2026;;3000;;;;;;0;;;"], "RECEIPT_NUMBER"),
        (["11-x;1.1.2026;;3000;;;;;;0;;;"], "RECEIPT_NUMBER"),
        ([";1.1.2026;;3000;;;;;;0;;;"], "MISSING"),
    ],
)
def test_what_the_books_do_not_take_is_refused_by_name(rows: list[str], code: str) -> None:
    where = books()

    assert code in refused(where, import_file(where, wide(*rows)))


def test_an_unknown_cost_center_or_job_number_is_refused() -> None:
    where = office("netbaron", {"dimensions": {"COST_CENTER": ["1"], "PROJECT": ["P1"]}})
    bad = import_file(where, wide("11-1;1.1.2026;;3000;2;P2;;;;0;;;"))

    assert refused(where, bad) == ["DIMENSION_UNKNOWN", "DIMENSION_UNKNOWN"]
    assert texts(bad, "Field") == ["Kustannuspaikka", "Työnro"]
    assert import_file(where, wide("11-1;1.1.2026;;3000;1;P1;;;;0;;;")).status == 200


def test_a_locked_date_of_any_row_is_refused() -> None:
    where = office("netbaron", {"locked_until": "2026-01-31"})
    apart = BALANCED.replace("1.2.2026;Rent;1910", "31.1.2026;Rent;1910")

    assert refused(where, import_file(where, apart)) == ["PERIOD_LOCKED"]
    assert import_file(where, BALANCED).status == 200


def test_everything_that_is_wrong_is_told_at_once_with_its_row() -> None:
    where = books()
    text = wide("11-1;x;;3000;;;;;;1;;;", "11-1;1.1.2026;;A;;;;;;;;;", "11-2;1.1.2026;;3999;;;77;;;1;;;")

    answer = import_file(where, text)

    assert refused(where, answer) == [
        "NOT_A_DATE",
        "NOT_AN_INTEGER",
        "MISSING",
        "ACCOUNT_UNKNOWN",
        "VAT_CODE_UNKNOWN",
        "UNBALANCED",
    ]
    assert texts(answer, "Text")[1].startswith("Row 2 (line 3), Tili: ")


def test_a_receipt_number_is_there_once_in_a_period() -> None:
    where = books()
    assert import_file(where, BALANCED).status == 200

    again = import_file(where, BALANCED)

    assert (again.status, codes(again), len(vouchers(where))) == (422, ["RECEIPT_EXISTS"], 1)
    assert import_file(where, BALANCED.replace("2026", "2025")).status == 200, "another period counts anew"
    assert import_file(where, BALANCED.replace("11-1", "14-1")).status == 200, "so does another series"
    zeros = f"{HEADER}\n11-1;1.2.2026;;3000;0\n11-01;1.2.2026;;3000;0"
    assert codes(import_file(books(), zeros)) == ["RECEIPT_EXISTS"]


def test_the_extended_import_takes_a_number_series() -> None:
    where = books()
    text = "Numerosarja;Tositenumero;Kirjauspäivä;Tili;Veroton summa\n"

    assert import_file(where, text + "11;7;1.1.2026;3000;0").status == 200
    assert import_file(where, text + "11;11-8;1.1.2026;3000;0").status == 200
    assert codes(import_file(where, text + "11;14-9;1.1.2026;3000;0")) == ["SERIES_DIFFERS"]
    assert [(one.series, one.number) for one in vouchers(where)] == [("11", 7), ("11", 8)]


def test_the_plain_import_makes_one_receipt_and_numbers_it_itself() -> None:
    where = books()

    answer = import_file(where, BALANCED.replace("11-1;1.2.2026;Rent;1910", "x y z;1.2.2026;Rent;1910"), kind="plain")

    assert texts(answer, "ReceiptNumber") == ["11-1"]
    assert texts(import_file(where, BALANCED, kind="plain"), "ReceiptNumber") == ["11-2"]


def test_books_without_number_series_take_any() -> None:
    where = office("netbaron", {"voucher_types": []})

    assert import_file(where, BALANCED.replace("11-1", "ABC-1")).status == 200


def test_vat_goes_to_the_accounts_that_the_company_has_set_up() -> None:
    where = office("netbaron", {"roles": {"sales_vat": "2946"}})

    assert (
        import_file(where, wide("11-1;1.1.2026;;3000;;;20;24;;1;;;", "11-1;1.1.2026;;1701;;;;;;-1.24;;;")).status == 200
    )
    assert balances(where)["2946"] == Decimal("0.24")


# -------------------------------------------------------------------------------------------------- readings


def test_a_file_with_one_bad_receipt_is_refused_whole_or_in_part() -> None:
    bad = "11-2;1.2.2026;;9999;0\n"
    whole, part = books(), books(bad_receipts="receipt_refused")

    assert refused(whole, import_file(whole, BALANCED + bad)) == ["ACCOUNT_UNKNOWN"]
    answer = import_file(part, BALANCED + bad)
    assert (answer.status, texts(answer, "ReceiptNumber"), codes(answer)) == (200, ["11-1"], ["ACCOUNT_UNKNOWN"])
    nothing = import_file(part, f"{HEADER}\n{bad}")
    assert (nothing.status, len(vouchers(part))) == (422, 1)


def test_a_receipt_that_does_not_balance_is_refused_or_kept_out_of_the_balances() -> None:
    where = books(unbalanced_receipts="kept")

    answer = import_file(where, BALANCED.replace("-100", "-99"))

    assert (answer.status, texts(answer, "Status")) == (200, ["INCOMPLETE"])
    assert balances(where) == {}
    assert [one.state for one in vouchers(where)] == ["draft"]


def test_a_percentage_with_decimals_is_taken_or_not() -> None:
    row = wide("11-1;1.1.2026;;3000;;;20;25,5;;0;;;")
    strict = books(vat_percent_column="integer")

    assert import_file(books(), row).status == 200
    assert refused(strict, import_file(strict, row)) == ["NOT_A_PERCENT"]
    assert import_file(strict, row.replace("25,5", "24")).status == 200


def test_an_unknown_column_is_refused_or_passed_over() -> None:
    text = BALANCED.replace("Vientiselite", "Muistio")
    where = books()

    assert refused(where, import_file(where, text)) == ["COLUMN_UNKNOWN"]
    assert import_file(books(unknown_columns="ignored"), text).status == 200


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("11-1;1.2.2026;;7230;;;;999999999;;9999999999999999999999;;;", "TOO_LARGE"),
        ("11-1;1.2.2026;;7230;;;;;;;-1000000000000000;;", "TOO_LARGE"),
        ("11-1;1.2.2026;;7230;;;;;;1;;9999999999999999999999;", "TOO_LARGE"),
        ("11-1;1.2.2026;;7230;;;;;;1;;;9999999999999999999999", "TOO_LARGE"),
        ("11-1;1.2.2026;;7230;;;;101;;1;;;", "VAT_PERCENT_WRONG"),
    ],
)
def test_what_cannot_be_counted_to_the_cent_is_refused(row: str, code: str) -> None:
    where = books()

    assert refused(where, import_file(where, wide(row))) == [code]


def test_large_amounts_are_counted_to_the_cent() -> None:
    where = books()
    large = "999999999999999.99"
    rows = [f"11-1;1.2.2026;;{account};;;;;;{sign}{large};;;" for account, sign in (("7230", ""), ("1910", "-"))]

    assert import_file(where, wide(*rows)).status == 200
    assert balances(where) == {"7230": Decimal(large), "1910": -Decimal(large)}
