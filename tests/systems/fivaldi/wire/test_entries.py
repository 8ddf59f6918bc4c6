"""Vouchers as they are read, and the postings of their entries."""

from __future__ import annotations

from decimal import Decimal

import pytest

from simulator.systems.fivaldi.wire.entries import Entry, postings_of, read_import
from tests.systems.fivaldi.partner import entries, voucher

VAT = Entry(1, Decimal(-124), "3000", "text", "", (), "S-24", Decimal(24), Decimal(-24), "2939")


def test_what_is_not_said_has_a_default() -> None:
    bare = read_import(voucher(originalVoucherNumber=None, bookkeepingMonth=None, vatType=None, validateEntrySum=None))

    assert (bare.original, bare.month, bare.is_auto, bare.must_balance) == ("", 202206, False, False)


def test_an_entry_is_read_with_numbers_for_texts() -> None:
    row = {
        "amount": 1,
        "accountNumber": 1701,
        "balanceCode": 7,
        "dimensionValue2": "A",
        "dimensionValue4": "",
        "vat": None,
    }
    read = read_import(voucher(voucherEntries=entries(row))).entries[0]

    assert (read.account, read.balance_code, read.vat_amount) == ("1701", "7", Decimal(0))
    assert dict(read.dimensions) == {2: "A"}


@pytest.mark.parametrize(
    ("is_within", "second", "expected"),
    [
        (True, "", [("3000", -100), ("2939", -24)]),
        (False, "", [("3000", -124), ("2939", -24)]),
        (True, "1763", [("3000", -124), ("2939", -24), ("1763", 24)]),
    ],
)
def test_vat_is_booked_out_of_the_amount_beside_it_or_both_ways(
    is_within: bool, second: str, expected: list[tuple[str, int]]  # noqa: FBT001 - a table
) -> None:  # fmt: skip
    entry = Entry(1, VAT.amount, "3000", "", "", (), "S", VAT.vat_percent, VAT.vat_amount, "2939", second)
    made = list(postings_of(entry, (("P", "1"),), is_within=is_within))

    assert [(one.account, int(one.amount)) for one in made] == expected
    assert [one.is_made for one in made] == [False, True, True][: len(made)]
    assert made[0].dimensions == (("P", "1"),)


def test_without_vat_there_is_one_posting() -> None:
    assert len(list(postings_of(VAT.with_vat("", Decimal(0), Decimal(0), ""), (), is_within=True))) == 1
