"""Hypothesis strategies for documents that the default books of every system can take."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import strategies as st

CENT = Decimal("0.01")
RATES: tuple[Decimal, ...] = (Decimal(0), Decimal(10), Decimal(14), Decimal("25.5"))
SALES = ("3000", "3010", "3050")
PURCHASES = ("4000", "7770", "8500")
TEXTS = st.text(st.sampled_from("abcXYZ åäö 0123-.,&<>'\""), max_size=30).map(str.strip)


def cents(least: int = 1, most: int = 5_000_000) -> st.SearchStrategy[Decimal]:
    """An amount of whole cents."""
    return st.integers(least, most).map(lambda count: (Decimal(count) / 100).quantize(CENT))


@st.composite
def ledgers(draw: st.DrawFn) -> dict[str, Any]:
    """A ledger document that balances, gross or net, with VAT rows of its own or without."""
    is_net, has_vat_rows = draw(st.booleans()), draw(st.booleans())
    is_sale, is_credit_note = draw(st.booleans()), draw(st.integers(0, 4)) == 0
    sign = -1 if is_sale != is_credit_note else 1
    rows: list[dict[str, Any]] = []
    gross_sum, vats = Decimal(0), Decimal(0)
    for _ in range(draw(st.integers(1, 4))):
        rate, gross = draw(st.sampled_from(RATES)), sign * draw(cents(100))
        net = (gross / (1 + rate / 100)).quantize(CENT, ROUND_HALF_UP)
        if is_net and not has_vat_rows:
            # The system computes the VAT of a net row, so the gross is what that makes it.
            gross = net + (net * rate / 100).quantize(CENT, ROUND_HALF_UP)
        gross_sum, vats = gross_sum + gross, vats + gross - net
        row = _row(draw, draw(st.sampled_from(SALES if is_sale else PURCHASES)), net if is_net else gross, rate)
        if not is_net:
            row["netAmount"] = net
        rows.append(row)
    if has_vat_rows and vats:
        rows.append(_row(draw, "2939" if is_sale else "1763", vats, Decimal(0)) | {"isVatRow": 1, "netAmount": vats})
    rows.append(_row(draw, "1701" if is_sale else "1910", -gross_sum, Decimal(0)))
    return {
        "ledgerIdentifier": "L-1",
        "documentType": "ML",
        "documentName": "SALES",
        "documentDate": draw(st.sampled_from(("2025-12-31", "2026-01-15", "2026-06-30"))),
        "documentDescription": draw(TEXTS),
        "calculationMode": "NET" if is_net else "GROSS",
        "ledgerRows": rows,
    }


def _row(draw: st.DrawFn, account: str, amount: Decimal, rate: Decimal) -> dict[str, Any]:
    return {
        "accountNumber": account,
        "amount": amount,
        "vatPercentage": rate,
        "vatCode": draw(st.sampled_from(("", "20"))) if rate else "",
        "isVatRow": 0,
        "transactionDescription": draw(TEXTS),
    }


@st.composite
def payments(draw: st.DrawFn) -> dict[str, Any]:
    """A payment of an invoice, with parts or without."""
    parts = draw(st.lists(cents(), max_size=3))
    document: dict[str, Any] = {
        "paymentIdentifier": "P-1",
        "invoiceNumber": str(draw(st.integers(1_000, 9_999))),
        "paymentDate": draw(st.sampled_from(("2026-01-15", "2026-06-30"))),
        "amount": sum(parts, Decimal(0)) or draw(cents()),
        "currency": "EUR",
        "targetIdentifier": "invoicenumber",
        "sourceName": "Testi " + draw(TEXTS),
    }
    if parts:
        accounts = ("1701", "8160", "9170")
        document["paymentRows"] = [
            {"rowType": "CAPITAL", "accountNumber": account, "amount": amount}
            for account, amount in zip(accounts, parts, strict=False)
        ]
    if draw(st.booleans()):
        document["counterAccountNumber"] = "1910"
    return document
