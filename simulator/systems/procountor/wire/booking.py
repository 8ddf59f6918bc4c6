"""From the rows of a receipt to postings: net amounts, and the VAT that their percentages make.

When the real one posts VAT is not published; it seems to be with the VAT summary of the period. Here it is posted at
once, row by row, on the accounts that the roles name, so that the books show it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from simulator.systems.books.ledger import Ledger
from simulator.systems.books.vouchers import Posting
from simulator.systems.money import HUNDRED, ZERO
from simulator.systems.procountor.wire.bodies import cents, decimal

Row = Mapping[str, Any]
Pair = tuple[str, str]
FindItem = Callable[[int, int], Pair | None]

ENTRY = "ENTRY"
REVERSING = "REVERSING_ENTRY"
RECONCILIATION = "RECONCILIATION_ENTRY"


def vat_of(row: Row) -> Decimal:
    """Return the VAT of a row, to the cent."""
    return cents(decimal(row["accountingValue"]) * decimal(row.get("vatPercent")) / HUNDRED)


def difference(rows: Sequence[Row]) -> Decimal:
    """Return what is missing to zero, VAT included."""
    return sum((decimal(row["accountingValue"]) + vat_of(row) for row in rows), ZERO)


def status_of(receipt: Mapping[str, Any], row: Row) -> int:
    """Return the VAT status of a row: its own, else the receipt's."""
    return int(receipt["vatStatus"] if row.get("vatStatus") is None else row["vatStatus"])


def side_of(receipt: Mapping[str, Any], row: Row) -> str:
    """Return whose VAT a row has, SALES or PURCHASE."""
    return str(row.get("vatType") or receipt["vatType"])


def postings_of(ledger: Ledger, receipt: Mapping[str, Any], rows: Sequence[Row], find: FindItem) -> Iterator[Posting]:
    """Yield what the rows of a receipt book; each VAT row follows the row that it belongs to."""
    for row in rows:
        amount, text = decimal(row["accountingValue"]), str(row.get("description") or "")
        pairs = [find(value["dimensionId"], value["itemId"]) for value in row.get("dimensionItemValues") or ()]
        yield Posting(
            account=str(row["account"]),
            amount=amount,
            description=text,
            vat_code="" if row["transactionType"] != ENTRY else str(status_of(receipt, row)),
            vat_percent=decimal(row.get("vatPercent")),
            dimensions=tuple(pair for pair in pairs if pair is not None),
            is_made=bool(row.get("isMade")),
        )
        vat = vat_of(row)
        if vat:
            yield from _vat_postings(ledger, receipt, row, vat)


def _vat_postings(ledger: Ledger, receipt: Mapping[str, Any], row: Row, vat: Decimal) -> Iterator[Posting]:
    text = f"VAT {decimal(row.get('vatPercent')).normalize():f} %"
    if side_of(receipt, row) == "SALES":
        yield Posting(ledger.role("sales_vat"), vat, text, is_made=True)
        return
    share = row.get("vatDeductionPercent")
    deducted = vat if share is None else cents(vat * decimal(share) / HUNDRED)
    if deducted:
        yield Posting(ledger.role("purchase_vat"), deducted, text, is_made=True)
    if vat - deducted:
        # What cannot be deducted is part of the expense.
        yield Posting(str(row["account"]), vat - deducted, f"{text}, not deducted", is_made=True)


def reconcile(ledger: Ledger, rows: list[dict[str, Any]]) -> None:
    """Bring rows to zero by their row of reconciliation; without one, by a new one at the end."""
    missing = difference(rows)
    if not missing:
        return
    row = next((row for row in rows if row["transactionType"] == RECONCILIATION), None)
    if row is None:
        rows.append({
            "transactionType": RECONCILIATION,
            "account": ledger.role("rounding"),
            "accountingValue": -missing,
            "vatPercent": ZERO,
            "isMade": True,
        })  # fmt: skip
    else:
        row["accountingValue"] = decimal(row["accountingValue"]) - missing
