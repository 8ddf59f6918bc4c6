"""The statement series: their codes, the identifiers that Fennoa has for them, and who may write to them."""

from __future__ import annotations

from simulator.systems.books.ledger import Ledger

GENERAL = "GL"
SALES = "IN"
PURCHASES = "PU"
BANK = "PJ"
AUTOMATIC = "TI"
OWN = frozenset({SALES, BANK, AUTOMATIC})
"""To these Fennoa writes alone."""

IDENTIFIERS = {GENERAL: 1, SALES: 2, PURCHASES: 3, BANK: 5, "CA": 16, AUTOMATIC: 40}
_OTHERS = 100
"""What the identifiers of the other series are is not public; ours begin here."""


def identifier_of(ledger: Ledger, code: str) -> int:
    """Return the identifier of a series."""
    if code in IDENTIFIERS:
        return IDENTIFIERS[code]
    named = ledger.voucher_types.get(code)
    return _OTHERS + (named.key if named is not None else 0)


def code_of(ledger: Ledger, identifier: int) -> str:
    """Return the code of the series with an identifier; empty if there is none."""
    codes = [*ledger.voucher_types, *IDENTIFIERS]
    return next((code for code in codes if identifier_of(ledger, code) == identifier), "")


def is_open(ledger: Ledger, code: str) -> bool:
    """Say whether statements can be posted to a series."""
    return code in ledger.voucher_types and code not in OWN
