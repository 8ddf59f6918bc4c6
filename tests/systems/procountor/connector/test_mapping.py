"""From documents to journals: the parts that messages do not show."""

from __future__ import annotations

from decimal import Decimal

import pytest

from simulator.systems.books.words import VatMap
from simulator.systems.document import Row, UnmappableError
from simulator.systems.procountor.connector.mapping import amount, automatic_vat, pairs_of, status_of, text


def test_texts_and_amounts_are_taken_or_refused() -> None:
    assert text("äö€", 3, "it") == "äö€"
    with pytest.raises(UnmappableError, match="it has 4 characters; Procountor takes 3"):
        text("abcd", 3, "it")
    assert str(amount(Decimal("1.100"), "it")) == "1.10"
    with pytest.raises(UnmappableError, match="two decimals"):
        amount(Decimal("1.101"), "it")


def test_dimensions_are_taken_once_each() -> None:
    assert pairs_of([("A", "1"), ("B", "1"), ("A", "1")], "it") == (("A", "1"), ("B", "1"))
    with pytest.raises(UnmappableError, match="the item"):
        pairs_of([("A", "x" * 256)], "it")
    with pytest.raises(UnmappableError, match="the dimension"):
        pairs_of([("Д", "1")], "it")


@pytest.mark.parametrize(
    ("code", "percent", "status"), [("", 0, "12"), ("", 24, "1"), ("20", 0, "1"), ("20", 24, "1"), ("7", 24, "7")]
)
def test_vat_codes_become_vat_statuses(code: str, percent: int, status: str) -> None:
    vat_map = VatMap({"": {"sales": "1"}, "20": {"sales": "1"}, "9": {"sales": "KOMY"}})

    assert status_of(vat_map, code, Decimal(percent), "it", is_sales=True) == status
    for wrong in ("9", "X", "123456", "²"):
        with pytest.raises(UnmappableError, match="a number"):
            status_of(vat_map, wrong, Decimal(24), "it", is_sales=True)


def test_procountors_vat_is_rounded_half_up_away_from_zero() -> None:
    def row(net: str) -> Row:
        return Row(1, "3000", Decimal(0), Decimal(net), Decimal(10), "", "", False, "", "", ())  # noqa: FBT003

    assert [automatic_vat(row(net)) for net in ("0.05", "-0.05", "0.04")] == [Decimal("0.01"), Decimal("-0.01"), 0]
