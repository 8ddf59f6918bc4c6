"""Amounts to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from simulator.systems.money import to_cents


@pytest.mark.parametrize(
    ("exact", "cents"), [("1.005", "1.01"), ("-1.005", "-1.01"), ("1.0049", "1.00"), ("0", "0.00"), ("2", "2.00")]
)
def test_half_a_cent_goes_away_from_zero(exact: str, cents: str) -> None:
    assert str(to_cents(Decimal(exact))) == cents
