"""What a ledger receipt must keep beyond its shape; everything that it breaks is told at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from simulator.systems.money import ZERO
from simulator.systems.office import Site
from simulator.systems.procountor.wire.answers import Violation
from simulator.systems.procountor.wire.bodies import BLANK, cents, decimal, has_cents
from simulator.systems.procountor.wire.booking import (
    ENTRY,
    RECONCILIATION,
    REVERSING,
    difference,
    side_of,
    status_of,
)
from simulator.systems.procountor.wire.dimensions import DimensionRegister
from simulator.systems.procountor.wire.paging import invalid
from simulator.systems.procountor.wire.registers import is_for, is_in_use

ACCOUNT = "ERROR_LEDGERACCOUNT_VATPERCENTAGE_COMBINATION"
DIMENSION = "DIMENSION_OR_DIMENSION_ITEM_IDENTIFIERS_DOES_NOT_MATCH_THOSE_STORED_IN_DATABASE"
VAT = "ERROR_VATSTATUS_VATPERC"
CLOSED = "CLOSED_FISCAL_PERIOD"

Rows = Sequence[Mapping[str, Any]]


def closed(site: Site, date: str) -> bool:
    """Say whether nothing can be booked on a date."""
    return any(True for _ in site.ledger.objections_to_date(date))


def unbalanced(missing: Decimal) -> str:
    """Say that rows do not come to zero."""
    return f"SIM_UNBALANCED: the rows, VAT included, differ from zero by {missing:f}"


class ReceiptRules:
    """Judges receipts by the books."""

    def __init__(self, site: Site, dimensions: DimensionRegister) -> None:
        """Judge by the books of *site*."""
        self.site = site
        self.dimensions = dimensions

    def violations(self, receipt: Mapping[str, Any], *, must_balance: bool) -> Iterator[Violation]:
        """Yield everything that a receipt breaks; members that are missing are told elsewhere."""
        date = receipt.get("receiptDate")
        if date and closed(self.site, date):
            yield "receiptDate", CLOSED
        begin, end = receipt.get("periodStartDate"), receipt.get("periodEndDate")
        if begin and end and begin >= end:
            yield "periodEndDate", "SIM_PERIOD: the period must end after it starts"
        if receipt.get("vatProcessing") not in {None, "FINLAND"}:
            yield "vatProcessing", "SIM_FOREIGN_VAT: the company has no right to foreign VAT"
        if receipt.get("vatType") and receipt.get("vatStatus") is not None:
            yield from self._status("vatStatus", int(receipt["vatStatus"]), receipt["vatType"])
        # A null among them is told as a blank value.
        rows: Rows = [row or {} for row in receipt.get("transactions") or ()]
        for place, row in enumerate(rows):
            yield from self._row(f"transactions[{place}]", row, receipt)
        for kind in (REVERSING, RECONCILIATION):
            if sum(row.get("transactionType") == kind for row in rows) > 1:
                yield "transactions", f"SIM_TRANSACTION_TYPE_TWICE: a receipt has at most one {kind}"
        if must_balance and (missing := difference([with_cents(row) for row in rows])):
            yield "transactions", unbalanced(missing)

    def _status(self, field: str, status: int, side: str) -> Iterator[Violation]:
        code = self.site.ledger.vat_codes.get(str(status))
        if code is None or not is_for(code, side.lower()):
            yield field, f"SIM_VAT_STATUS_NOT_ENABLED: VAT status {status} is not enabled for {side}"

    def _row(self, field: str, row: Mapping[str, Any], receipt: Mapping[str, Any]) -> Iterator[Violation]:
        percent = decimal(row.get("vatPercent"))
        if row.get("vatPercent") is None and self.site.readings["vat_percent"] == "required":
            yield f"{field}.vatPercent", BLANK.format(f"{field}.vatPercent")
        account = row.get("account")
        if account and not (self.site.ledger.chart.find(account) and is_in_use(self.site, percent)):
            yield f"{field}.account", ACCOUNT
        if row.get("transactionType") == ENTRY:
            yield from self._vat(field, row, receipt, percent)
        else:
            if percent:
                yield f"{field}.vatPercent", f"SIM_VAT_PERCENT: a {row.get('transactionType')} has 0 %"
            if row.get("vatStatus") is not None:
                yield f"{field}.vatStatus", f"SIM_VAT_STATUS: a {row.get('transactionType')} has no VAT status"
        yield from self.of_dimensions(field, row)

    def _vat(
        self, field: str, row: Mapping[str, Any], receipt: Mapping[str, Any], percent: Decimal
    ) -> Iterator[Violation]:
        if receipt.get("vatStatus") is None or not receipt.get("vatType"):
            return
        status = status_of(receipt, row)
        if row.get("vatStatus") is not None or row.get("vatType"):
            yield from self._status(f"{field}.vatStatus", status, side_of(receipt, row))
        code = self.site.ledger.vat_codes.get(str(status))
        if code is not None and is_in_use(self.site, percent) and not code.takes(percent):
            yield f"{field}.vatStatus", VAT

    def of_dimensions(self, field: str, row: Mapping[str, Any]) -> Iterator[Violation]:
        """Yield what the shares of a row break."""
        field = f"{field}.dimensionItemValues" if field else "dimensionItemValues"
        # A null among them is told as a blank value.
        values = [value or {} for value in row.get("dimensionItemValues") or ()]
        pairs = Counter((value.get("dimensionId"), value.get("itemId")) for value in values)
        if any(self.dimensions.find(int(one or 0), int(item or 0)) is None for one, item in pairs):
            yield field, DIMENSION
        if any(count > 1 for count in pairs.values()):
            yield field, "SIM_DIMENSION_TWICE: an item of a dimension is there twice"
        sums: dict[Any, Decimal] = {}
        for place, value in enumerate(values):
            if not has_cents(value.get("value")):
                yield f"{field}[{place}].value", invalid(f"{field}[{place}].value", value.get("value"))
            sums[value.get("dimensionId")] = sums.get(value.get("dimensionId"), ZERO) + decimal(value.get("value"))
        amount = cents(decimal(row.get("accountingValue")))
        if any(total != amount for total in sums.values()):
            yield field, f"SIM_DIMENSION_SUM: the values of each dimension must add up to {amount:f}"


def with_cents(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its amount rounded to the cent, as the server keeps it."""
    return {**row, "accountingValue": cents(decimal(row.get("accountingValue")))}
