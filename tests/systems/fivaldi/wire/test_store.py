"""Numbers of vouchers, and how they are read back."""

from __future__ import annotations

from decimal import Decimal

from tests.systems.fivaldi.partner import Partner, entries


def test_numbers_count_by_type_and_month() -> None:
    partner = Partner()

    assert [
        partner.book(voucherTypeId=kind, bookkeepingMonth=month)
        for kind, month in [(80, 202206), (10, 202206), (80, 202206), (80, 202207)]
    ] == [802206001, 102206001, 802206002, 802207001]


def test_numbers_may_be_running() -> None:
    partner = Partner(voucher_numbers="running")

    assert [partner.book(voucherTypeId=kind) for kind in (80, 10, 80)] == [1, 2, 3]


def test_a_number_is_never_given_twice() -> None:
    partner = Partner({"voucher_types": [{"code": "1"}, {"code": "11"}]})
    # The 2001st voucher of type 1 in January 2012 would be numbered as the first of type 11 in December 2020.
    first = partner.book(voucherTypeId=11, voucherDate="2020-12-01", bookkeepingMonth=202012)
    journal = partner.books.site.ledger.journal
    journal._numbers["1", "201201"] = 2000
    partner.books.arrange(
        {
            "voucher_types": [{"code": "1"}, {"code": "11"}],
            "fiscal_years": [{"begin": "2012-01-01", "end": "2012-12-31"}],
        }
    )

    numbers = [partner.book(voucherTypeId=1, voucherDate="2012-01-01", bookkeepingMonth=201201) for _ in range(2)]

    assert first == 112012001
    assert numbers == [112012002, 112012003]


def test_a_voucher_is_read_back_as_it_was_sent() -> None:
    partner = Partner({"dimensions": {"A": ["1"], "B": ["2"]}})
    rows = entries(
        {
            "accountNumber": "3000",
            "amount": -125.5,
            "description": "Työ",
            "balanceCode": "12",
            "dimensionValue2": "2",
            "vat": {"vatCode": "S-25.5", "vatAmount": -25.5},
        },
        {"accountNumber": "1701", "amount": 125.5},
    )
    number = partner.book(voucherEntries=rows)
    shown = partner.get(f"bookkeeping/vouchers/{number}")

    assert partner.books.site.about.schemas.validator("voucher.json").is_valid(shown)
    assert (shown["voucherNumber"], shown["voucherDate"], shown["accountingPeriod"]) == (
        str(number),
        "2022-06-15",
        202206,
    )
    assert (shown["voucherType"], shown["voucherTypeName"], shown["fiscalYearId"]) == (80, "Muistiotositteet", "3")
    first, second = shown["voucherEntries"]
    assert (first["amount"], first["accountNumber"], first["accountName"]) == (
        Decimal("-125.5"),
        3000,
        "Sales, general rate",
    )
    assert (first["description"], first["balanceCode"], first["entryNumber"]) == ("Työ", 12, 1)
    assert first["dimension"]["dimension1"] is None
    assert first["dimension"]["dimension2"] == "2"
    assert first["vat"] == {
        "vatCode": "S-25.5",
        "vatAmount": Decimal("-25.5"),
        "vatAccount": "2939",
        "vatAccountName": "VAT payable on sales",
        "vatAccount2": None,
        "vatAccount2Name": None,
    }
    assert (second["entryNumber"], second["description"], second["vat"]["vatCode"]) == (2, None, None)


def test_a_type_that_was_taken_away_leaves_its_vouchers_without_a_name() -> None:
    partner = Partner()
    number = partner.book()
    partner.books.arrange({"voucher_types": [{"code": "1"}]})

    assert partner.get(f"bookkeeping/vouchers/{number}")["voucherTypeName"] is None
