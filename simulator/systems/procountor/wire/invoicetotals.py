"""What an invoice comes to, and the rows with which Procountor books it by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.systems.books.ledger import Ledger
from simulator.systems.money import HUNDRED, ZERO
from simulator.systems.procountor.wire.bodies import cents, decimal
from simulator.systems.procountor.wire.booking import ENTRY, REVERSING, reconcile

HOME = "EUR"
EXPENSES = "8450"
"""Where the rows of a purchase invoice are booked until somebody says better."""
NAME_LENGTH_MAX = 80
TEXT_LENGTH_MAX = 255


@dataclass(frozen=True, slots=True)
class Line:
    """A row of an invoice, in its currency and to the cent."""

    product: str
    percent: Decimal
    status: int | None
    net: Decimal
    vat: Decimal


def lines_of(invoice: Mapping[str, Any]) -> Iterator[Line]:
    """Yield the rows of an invoice, each rounded by itself."""
    rest = 1 - decimal(invoice["discountPercent"]) / HUNDRED
    for row in invoice["invoiceRows"]:
        percent = decimal(row["vatPercent"])
        price = decimal(row["quantity"]) * decimal(row["unitPrice"]) * (1 - decimal(row["discountPercent"]) / HUNDRED)
        if invoice["extraInfo"]["unitPricesIncludeVat"]:
            gross = cents(price * rest)
            net = cents(gross / (1 + percent / HUNDRED))
            vat = gross - net
        else:
            net = cents(price * rest)
            vat = cents(net * percent / HUNDRED)
        yield Line(str(row["product"]), percent, row.get("vatStatus"), net, vat)


def total_of(invoice: Mapping[str, Any]) -> Decimal:
    """Return what an invoice comes to with VAT."""
    return sum((line.net + line.vat for line in lines_of(invoice)), ZERO)


def rate_of(invoice: Mapping[str, Any]) -> Decimal:
    """Return how much of the invoice's currency one euro is worth."""
    info = invoice["paymentInfo"]
    return Decimal(1) if info["currency"] == HOME else decimal(info["currencyRate"]) or Decimal(1)


def sums_of(invoice: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the sums as the interface shows them: in euros, and in the invoice's currency if that is another."""
    lines, rate, currency = list(lines_of(invoice)), rate_of(invoice), invoice["paymentInfo"]["currency"]
    net = sum((line.net for line in lines), ZERO)
    vat = sum((line.vat for line in lines), ZERO)
    shown = [_sums(HOME, cents(net / rate), cents(vat / rate))]
    return shown if currency == HOME else [*shown, _sums(currency, net, vat)]


def _sums(currency: str, net: Decimal, vat: Decimal) -> dict[str, Any]:
    return {
        "currency": currency,
        "inAccountingCurrency": currency == HOME,
        "excludingVatTotal": net,
        "vatSumTotal": vat,
        "invoiceSumTotal": net + vat,
    }


def receipt_of(ledger: Ledger, invoice: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Return the ledger receipt of a sales or purchase invoice, in euros."""
    is_sale, rate = invoice["type"] == "SALES_INVOICE", rate_of(invoice)
    account = ledger.role("sales") if is_sale else _expenses(ledger)
    sign = -1 if is_sale else 1
    entries = [
        {
            "transactionType": ENTRY,
            "account": account,
            "accountingValue": cents(sign * line.net / rate),
            "vatPercent": line.percent,
            **({} if line.status is None else {"vatStatus": line.status}),
            "description": line.product[:TEXT_LENGTH_MAX],
        }
        for line in (lines_of(invoice) if invoice["extraInfo"]["accountingByRow"] else _grouped(invoice))
    ]
    reversing = {
        "transactionType": REVERSING,
        "account": ledger.role("receivables" if is_sale else "payables"),
        "accountingValue": cents(-sign * total_of(invoice) / rate),
        "vatPercent": ZERO,
        "description": f"Invoice {number}",
    }
    rows = [reversing, *entries]
    reconcile(ledger, rows)
    return {
        "name": str(invoice["counterParty"]["counterPartyAddress"].get("name") or "")[:NAME_LENGTH_MAX],
        "receiptDate": invoice["date"],
        "vatType": "SALES" if is_sale else "PURCHASE",
        "vatStatus": invoice.get("vatStatus"),
        "transactions": rows,
    }


def _grouped(invoice: Mapping[str, Any]) -> list[Line]:
    groups: dict[tuple[Decimal, int | None], Line] = {}
    for line in lines_of(invoice):
        former = groups.get((line.percent, line.status), Line("", line.percent, line.status, ZERO, ZERO))
        product = former.product or line.product
        groups[line.percent, line.status] = Line(
            product, line.percent, line.status, former.net + line.net, former.vat + line.vat
        )
    return list(groups.values())


def _expenses(ledger: Ledger) -> str:
    if ledger.chart.find(EXPENSES) is None and EXPENSES not in ledger.chart.accounts:
        ledger.chart.add(EXPENSES, "Other expenses")
    return EXPENSES
