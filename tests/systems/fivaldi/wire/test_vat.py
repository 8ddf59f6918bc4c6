"""VAT codes: families, and in each a code a percentage."""

from __future__ import annotations

from decimal import Decimal

import pytest

from simulator.systems.fivaldi.wire.vat import VatTable, number_of, show_percent
from tests.systems.wired import office

WORDS = {
    "vat_codes": [
        {"code": "A", "name": "Sales", "side": "sales", "percents": [24, 25.5, 10.0]},
        {"code": "B", "side": "purchase", "percents": [14]},
        {"code": "C", "side": "both"},
        {"code": "N", "side": "none", "percents": [0]},
    ]
}


def table() -> VatTable:
    return VatTable(office("fivaldi", WORDS).site.ledger)


def test_a_family_has_a_code_for_each_percentage_the_newest_first() -> None:
    first = table().show()[0]

    assert [(one["vatPercentageCode"], one["percentage"], one["startDate"]) for one in first["vatPercentages"]] == [
        ("A-25.5", Decimal("25.5"), "2024-09-01"),
        ("A-24", Decimal(24), "2013-01-01"),
        ("A-10", Decimal(10), "2013-01-01"),
    ]
    assert (first["vatId"], first["vatAccount"], first["vatPercentages"][0]["description"]) == (1, 2939, "Sales 25.5 %")


def test_a_family_of_one_percentage_or_none_is_its_own_code() -> None:
    shown = [family["vatPercentages"][0] for family in table().show()[1:]]

    assert [(one["vatPercentageCode"], one["percentage"]) for one in shown] == [("B", 14), ("C", None), ("N", 0)]
    assert [one["deductionPercentage"] for one in shown] == [100, 100, None]


def test_the_account_of_the_vat_is_that_of_its_side() -> None:
    vat = table()
    accounts = [
        vat.rates[code].account(vat.ledger, Decimal(sign))
        for code, sign in [("A-24", 1), ("B", -1), ("C", -1), ("C", 1)]
    ]

    assert accounts == ["2939", "1763", "2939", "1763"]
    assert [family["vatAccount"] for family in vat.show()] == [2939, 1763, 2939, None]


@pytest.mark.parametrize(
    ("code", "date", "expected"),
    [
        ("A", "2024-08-31", "A-24"),
        ("A", "2024-09-01", "A-25.5"),
        ("A", "2000-01-01", None),
        ("A-10", "2000-01-01", "A-10"),
        ("X", "2026-01-01", None),
        ("", "2026-01-01", None),
    ],
)
def test_a_default_is_a_code_or_the_highest_of_its_family_by_then(code: str, date: str, expected: str | None) -> None:
    rate = table().default(code, date)

    assert (rate.code if rate else None) == expected


def test_codes_that_are_arranged_anew_are_seen() -> None:
    books = office("fivaldi", WORDS)
    vat = VatTable(books.site.ledger)
    assert "B" in vat.rates

    books.arrange({"vat_codes": [{"code": "Z"}]})

    assert list(vat.rates) == ["Z"]


def test_percentages_and_accounts_are_written_plainly() -> None:
    assert [show_percent(Decimal(text)) for text in ("25.50", "10.0", "0")] == ["25.5", "10", "0"]
    assert [number_of(text) for text in ("", "1701", "17A", "²")] == [None, 1701, "17A", "²"]
