"""VAT peeling: Talenom takes gross amounts and peels the VAT out of them into postings of its own."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from simulator.systems.books.ledger import Ledger
from simulator.systems.money import HUNDRED, ZERO, to_cents

Side = Literal["sales_vat", "purchase_vat"]


@dataclass(frozen=True, slots=True)
class Rate:
    """How a posting is taxed."""

    percent: Decimal
    code: str
    """The VAT code of the account, if it knows the percentage; the vendor's own codes are not public."""


def rate_of(ledger: Ledger, account: str, percent: Decimal | None) -> Rate:
    """Return the rate of a posting: the *percent* that it gives, else that of its account's VAT code."""
    found = ledger.chart.find(account)
    code = ledger.vat_codes.get(found.vat_code) if found is not None else None
    if percent is None:
        return Rate(code.percents[0] if code is not None and code.percents else ZERO, "" if code is None else code.code)
    return Rate(percent, code.code if code is not None and code.takes(percent) else "")


def knows(ledger: Ledger, percent: Decimal) -> bool:
    """Say whether a VAT code has a percentage; 0 is no VAT, and without any VAT code every percentage will do."""
    return not percent or not ledger.vat_codes or any(code.takes(percent) for code in ledger.vat_codes.values())


def peel(gross: Decimal, percent: Decimal) -> tuple[Decimal, Decimal]:
    """Return (net, VAT) of a gross amount; the net amount is rounded to the cent, half a cent up."""
    net = to_cents(gross / (1 + percent / HUNDRED))
    return net, gross - net


def side_of(ledger: Ledger, account: str, gross: Decimal, reading: str) -> Side:
    """Return on which account the VAT of a posting is booked: by its sign, or by what kind of account it is on."""
    found = ledger.chart.find(account)
    if reading == "account" and found is not None:
        code = ledger.vat_codes.get(found.vat_code)
        side = code.side if code is not None and code.side in {"sales", "purchase"} else ""
        if side or found.kind in {"income", "expense"}:
            return "sales_vat" if (side or found.kind) in {"sales", "income"} else "purchase_vat"
    return "sales_vat" if gross < 0 else "purchase_vat"
