"""What can be read of the books."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simulator.systems.fivaldi.wire.registers import (
    in_range,
    show_accounts,
    show_balances,
    show_types,
    type_id,
    voucher_type,
)
from tests.systems.wired import office

LEDGER = office("fivaldi", {"voucher_types": [{"code": "ML", "name": "a"}, {"code": "80", "name": "b"}]}).site.ledger
BOOKED: list[tuple[int, str, Decimal]] = [
    (202512, "1701", Decimal(5)),
    (202512, "3000", Decimal(-5)),
    (202601, "3000", Decimal(-7)),
    (202602, "3000", Decimal(-1)),
    (202602, "3000", Decimal(3)),
    (202603, "1701", Decimal(9)),
]


def test_a_type_has_its_code_for_an_id_or_its_place() -> None:
    assert [type_id(kind) for kind in LEDGER.voucher_types.values()] == [1, 80]
    for number, code in [(1, "ML"), (80, "80")]:
        kind = voucher_type(LEDGER, number)
        assert kind is not None
        assert kind.code == code
    assert voucher_type(LEDGER, 2) is None


def test_types_are_listed_by_usage() -> None:
    assert [kind["id"] for kind in show_types(office("fivaldi").site.ledger, "SALES")] == [10]
    assert [kind["id"] for kind in show_types(LEDGER, "")] == [1, 80]


@pytest.mark.parametrize(
    ("account", "least", "most", "expected"),
    [
        ("3000", "", "", True),
        ("3000", "3000", "3000", True),
        ("3000", "3001", "", False),
        ("3000", "", "2999", False),
        ("300", "1000", "", False),
        ("300", "", "1000", True),
        ("X", "9999", "", True),
        ("3000", "9" * 5000, "", True),
    ],
)
def test_accounts_compare_as_numbers(account: str, least: str, most: str, expected: bool) -> None:  # noqa: FBT001 - a table
    # A number of five thousand digits is a text: nobody has such an account, and to read it takes long.
    assert in_range(account, least, most) is (expected if len(least) < 100 else False)


@pytest.mark.parametrize(
    ("is_to_date", "expected"),
    [
        (True, [("1701", 5, 0, 0), ("3000", -5, 3, 1)]),
        (False, [("3000", 2, 3, 1)]),
    ],
)
def test_balances_are_to_date_or_of_the_month(is_to_date: bool, expected: list[Any]) -> None:  # noqa: FBT001 - a table
    rows = show_balances(LEDGER, BOOKED, 202602, is_to_date=is_to_date)

    assert [(row["account"], row["balance"], row["debitSum"], row["creditSum"]) for row in rows] == expected


def test_accounts_and_items_are_listed_by_dimension() -> None:
    ledger = office("fivaldi", {"accounts": ["1", "2"], "dimensions": {"A": ["x"], "B": ["y", "z"]}}).site.ledger
    listed = {
        wanted: [
            (one["dimension"], one["account"]) for one in show_accounts(ledger, wanted, lambda _number, code: code)
        ]
        for wanted in ("0", "2", "all", "4")
    }

    assert listed["0"] == [("0", "1"), ("0", "2")]
    assert listed["2"] == [("2", "y"), ("2", "z")]
    assert listed["all"] == [*listed["0"], ("1", "x"), *listed["2"]]
    assert listed["4"] == []
