"""Amounts to the cent, as CFIS and all systems count them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
CENT = Decimal("0.01")
HUNDRED = Decimal(100)


def to_cents(exact: Decimal) -> Decimal:
    """Return an amount rounded to the cent, half a cent away from zero."""
    return exact.quantize(CENT, ROUND_HALF_UP)
