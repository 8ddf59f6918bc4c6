"""The import of vouchers: what is taken, what is refused with which code, and what is then in the books."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simulator.contract.jsontext import loads
from tests.systems.fivaldi.partner import CUID, Partner, entries, signed, voucher
from tests.systems.wired import balances

PATH = f"/companies/{CUID}/bookkeeping/vouchers"
TAXED = {"accountNumber": "3000", "amount": -125.5, "vat": {"vatCode": "S-25.5", "vatAmount": -25.5}}
LOCKED = {"locked_until": "2022-06-30"}


def test_a_voucher_of_the_clients_readme_is_booked() -> None:
    partner = Partner()

    assert partner.book() == 802206001
    assert partner.book() == 802206002
    assert balances(partner.books) == {"3000": -240, "1701": 240}


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"voucherTypeId": None}, 10),
        ({"voucherTypeId": "80"}, 10),
        ({"voucherTypeId": 81}, 23),
        ({"voucherDate": None}, 10),
        ({"voucherDate": 20220615}, 10),
        ({"voucherDate": "15.6.2022"}, 21),
        ({"voucherDate": "2022-02-30"}, 21),
        ({"bookkeepingMonth": 202213}, 45),
        ({"bookkeepingMonth": 2022}, 45),
        ({"bookkeepingMonth": 210001}, 45),
        ({"bookkeepingMonth": "202206"}, 10),
        ({"originalVoucherNumber": ""}, 44),
        ({"vatType": "NONE"}, 34),
        ({"validateEntrySum": "true"}, 10),
        ({"voucherEntries": None}, 10),
        ({"voucherEntries": []}, 10),
        ({"voucherEntries": entries({"accountNumber": "3000"})}, 10),
        ({"voucherEntries": entries({"amount": 0})}, 10),
        ({"voucherEntries": entries(("3000", "1"))}, 10),
        ({"voucherEntries": entries(("3000", 1e13))}, 10),
        ({"voucherEntries": entries(("123456789", 0))}, 41),
        ({"voucherEntries": entries(("", 0))}, 41),
        ({"voucherEntries": entries(("3000", Decimal("0.001")), ("1701", Decimal("-0.001")))}, 10),
        ({"voucherEntries": entries({"accountNumber": "3000", "amount": 0, "dimensionValue1": "123456789"})}, 43),
        ({"voucherEntries": entries({"accountNumber": "3000", "amount": 0, "dimensionValue3": "1"})}, 43),
        ({"voucherEntries": entries(("3999", 0))}, 42),
        ({"voucherEntries": entries({"accountNumber": "3000", "amount": 0, "vat": {"vatCode": "S"}})}, 35),
        ({"voucherEntries": entries({"accountNumber": "3000", "amount": 0, "vat": {"account": "3999"}})}, 41),
        ({"voucherEntries": entries({"accountNumber": "3000", "amount": 0, "vat": {"account2": "3999"}})}, 41),
        ({"voucherEntries": entries({"accountNumber": "3000", "amount": 0, "vat": {"vatAmount": 1}})}, 41),
        ({"voucherEntries": entries(("3000", -1), ("1701", 2))}, 20),
        ({"voucherDate": "2019-12-31", "bookkeepingMonth": 201912}, 46),
    ],
)
def test_what_is_wrong_has_a_code_of_the_vendor(members: dict[str, Any], code: int) -> None:
    given = voucher()
    for name, value in members.items():
        given = {**given, name: value} if value is not None else {k: v for k, v in given.items() if k != name}
    partner = Partner()
    errors = partner.errors(given)

    assert {error["errorCode"] for error in errors} == {code}
    assert balances(partner.books) == {}
    assert partner.books.site.about.schemas.validator("error.codes.json").is_valid({"message": "", "errors": errors})


def test_an_unknown_account_is_named() -> None:
    errors = Partner().errors(voucher(voucherEntries=entries(("3000", 1), ("3999", -1))))

    assert errors == [{"errorCode": 42, "message": "INVALID_ACCOUNT: entry 2: account 3999 not found."}]


def test_all_that_the_books_object_to_is_told_at_once() -> None:
    rows = entries(("3999", 1), {"accountNumber": "3998", "amount": 1, "vat": {"vatCode": "X"}})

    assert Partner().codes(voucherTypeId=7, bookkeepingMonth=201901, voucherEntries=rows) == [23, 46, 42, 42, 35, 20]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b"1", b'{"a":1,"a":2}', b"null"])
def test_what_is_no_voucher_at_all_has_code_10(body: bytes) -> None:
    answer = Partner().send(signed("POST", PATH, body))

    assert (answer.status, loads(answer.body)["errors"][0]["errorCode"]) == (400, 10)


def test_the_sum_is_checked_only_if_that_is_asked_for() -> None:
    for flag in (False, None):
        partner = Partner()
        partner.book(validateEntrySum=flag, voucherEntries=entries(("3000", -1), ("1701", 2)))
        assert balances(partner.books) == {"3000": -1, "1701": 2}


def test_vat_that_the_sender_computed_goes_out_of_the_amount_to_the_account_of_the_code() -> None:
    partner = Partner()
    partner.book(voucherEntries=entries(TAXED, ("1701", 125.5)))

    assert balances(partner.books) == {"3000": -100, "2939": Decimal("-25.5"), "1701": Decimal("125.5")}


def test_vat_goes_to_the_account_that_the_entry_names() -> None:
    partner = Partner()
    partner.book(voucherEntries=entries({**TAXED, "vat": {"vatAmount": -25.5, "account": "2946"}}, ("1701", 125.5)))

    assert balances(partner.books)["2946"] == Decimal("-25.5")


def test_a_second_vat_account_takes_it_the_other_way_round() -> None:
    row = {"accountNumber": "4110", "amount": 100, "vat": {"vatCode": "P-25.5", "vatAmount": 25.5, "account2": "2939"}}
    partner = Partner()
    partner.book(voucherEntries=entries(row, ("2871", -100)))

    assert balances(partner.books) == {
        "4110": 100, "1763": Decimal("25.5"), "2939": Decimal("-25.5"), "2871": -100,
    }  # fmt: skip


def test_the_amount_may_be_read_without_its_vat() -> None:
    partner = Partner(entry_amount="net")
    net = {**TAXED, "amount": -100}

    assert partner.codes(voucherEntries=entries(TAXED, ("1701", 125.5))) == [20]
    partner.book(voucherEntries=entries(net, ("1701", 125.5)))
    assert balances(partner.books) == {"3000": -100, "2939": Decimal("-25.5"), "1701": Decimal("125.5")}


def test_the_amount_with_reverse_charge_counts_alone_in_the_sum() -> None:
    row = {"accountNumber": "4110", "amount": 100, "vat": {"vatCode": "P-25.5", "vatAmount": 25.5, "account2": "2939"}}

    assert Partner(entry_amount="net").book(voucherEntries=entries(row, ("2871", -100)))


@pytest.mark.parametrize("sign", [1, -1])
def test_the_sign_of_the_vat_may_be_that_of_its_amount(sign: int) -> None:
    partner = Partner(vat_amount_sign="absolute")
    partner.book(
        voucherEntries=entries({**TAXED, "vat": {"vatCode": "S-25.5", "vatAmount": 25.5 * sign}}, ("1701", 125.5))
    )

    assert balances(partner.books)["2939"] == Decimal("-25.5")


def test_auto_takes_the_vat_out_by_the_code_of_the_entry_or_else_of_the_account() -> None:
    partner = Partner()
    coded = {"accountNumber": "3720", "amount": -110, "vat": {"vatCode": "S-10", "vatAmount": 99}}
    partner.book(
        vatType="AUTO", voucherDate="2026-03-31", bookkeepingMonth=202603,
        voucherEntries=entries(coded, ("3000", -125.5), ("4000", 251), ("1701", -15.5)),
    )  # fmt: skip

    assert balances(partner.books) == {
        "3720": -100, "2939": Decimal("-35.5"), "3000": -100, "4000": 200, "1763": 51, "1701": Decimal("-15.5"),
    }  # fmt: skip


def test_auto_takes_the_percentage_of_the_date() -> None:
    partner = Partner()
    partner.book(vatType="AUTO", voucherEntries=entries(("3000", -124), ("1701", 124)))

    assert balances(partner.books) == {"3000": -100, "2939": -24, "1701": 124}


def test_auto_takes_the_vat_out_of_the_amount_in_any_reading() -> None:
    partner = Partner(entry_amount="net")
    partner.book(vatType="AUTO", voucherEntries=entries(("3000", -124), ("1701", 124)))

    assert balances(partner.books) == {"3000": -100, "2939": -24, "1701": 124}


def test_auto_refuses_a_default_that_the_company_does_not_have() -> None:
    assert Partner({"vat_codes": []}).codes(vatType="AUTO") == [35]


def test_more_may_be_demanded() -> None:
    bare = {"originalVoucherNumber": None, "bookkeepingMonth": None, "vatType": None, "validateEntrySum": None}

    assert Partner().book(**bare)
    assert Partner(required_members="all").codes(**bare) == [10, 10, 10, 10]
    assert Partner(required_members="all").book()


@pytest.mark.parametrize(
    ("words", "date", "month", "codes"),
    [
        (LOCKED, "2022-06-15", 202206, [45]),
        (LOCKED, "2022-06-15", 202207, []),
        (LOCKED, "2022-07-01", 202206, [45]),
        (LOCKED, "2022-07-01", 202207, []),
        ({"locked_until": "2022-06-15"}, "2022-06-15", 202206, [45]),
        ({"locked_until": "2022-06-15"}, "2022-06-16", 202206, []),
        ({"locked_until": "2022-06-15"}, "2022-07-01", 202206, []),
    ],
)
def test_a_closed_month_takes_no_voucher(words: dict[str, Any], date: str, month: int, codes: list[int]) -> None:
    status, body = Partner(words).call(
        "POST", "bookkeeping/vouchers", voucher(voucherDate=date, bookkeepingMonth=month)
    )

    assert [error["errorCode"] for error in body.get("errors", ())] == codes
    assert status == (400 if codes else 200)


def test_a_month_other_than_the_dates_may_be_refused() -> None:
    assert Partner(month_of_other_date="refused").codes(bookkeepingMonth=202207) == [30]
    assert Partner(month_of_other_date="refused").book()


def test_a_conflict_may_be_a_closed_month() -> None:
    status, body = Partner(LOCKED, conflict="closed_month").call("POST", "bookkeeping/vouchers", voucher())

    assert (status, set(body)) == (409, {"status", "message", "errors"})


def test_a_conflict_may_be_a_number_that_was_there_before() -> None:
    partner = Partner(conflict="original_number")
    partner.book()

    assert partner.call("POST", "bookkeeping/vouchers", voucher())[0] == 409
    assert partner.book(originalVoucherNumber="124")
    assert len(partner.books.site.ledger.journal.by_key) == 2


def test_a_refused_voucher_makes_no_item_and_no_account() -> None:
    partner = Partner({"accounts": "any"})
    row = {"accountNumber": "7", "amount": 1, "dimensionValue1": "NEW"}

    assert partner.codes(voucherEntries=entries(row)) == [20]
    ledger = partner.books.site.ledger
    assert "7" not in ledger.chart.accounts
    assert not ledger.dimensions.by_name["COST_CENTER"].items
    assert partner.book(voucherEntries=entries(row, ("8", -1)))
    assert "7" in ledger.chart.accounts
    assert ledger.dimensions.by_name["COST_CENTER"].items


def test_an_account_that_is_not_in_use_is_not_found() -> None:
    assert Partner({"accounts": ["1701", {"number": "3000", "active": False}]}).codes() == [42]


def test_unknown_members_are_not_looked_at() -> None:
    assert Partner().book(cuid="other", more={"a": 1})
