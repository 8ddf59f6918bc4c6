"""What invoices come to, in whichever way their prices are given."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator.systems.procountor.wire.booking import difference
from simulator.systems.procountor.wire.invoicetotals import lines_of, receipt_of, sums_of, total_of
from tests.systems.bookable import RATES, cents
from tests.systems.procountor.talking import invoice
from tests.systems.wired import office


def test_prices_with_and_without_vat() -> None:
    row = {**invoice()["invoiceRows"][0], "quantity": 3, "unitPrice": Decimal("9.99"), "discountPercent": 10}
    without = invoice(invoiceRows=[row], discountPercent=5)
    including = {**without, "extraInfo": {"accountingByRow": True, "unitPricesIncludeVat": True}}

    [line] = lines_of(without)
    assert (line.net, line.vat) == (Decimal("25.62"), Decimal("6.53"))
    [line] = lines_of(including)
    assert (line.net, line.vat) == (Decimal("20.41"), Decimal("5.21"))


def test_another_currency_is_told_in_euros_too() -> None:
    info = {**invoice()["paymentInfo"], "currency": "SEK", "currencyRate": 10}

    euros, kronor = sums_of(invoice(paymentInfo=info))

    assert (euros["currency"], euros["invoiceSumTotal"], euros["inAccountingCurrency"]) == (
        "EUR",
        Decimal("25.1"),
        True,
    )
    assert (kronor["currency"], kronor["invoiceSumTotal"], kronor["inAccountingCurrency"]) == ("SEK", 251, False)
    receipt = receipt_of(office("procountor").site.ledger, invoice(paymentInfo=info), 1)
    assert [row["accountingValue"] for row in receipt["transactions"]] == [Decimal("25.1"), -20]


@st.composite
def invoices(draw: st.DrawFn) -> dict[str, Any]:
    rows = [
        {**invoice()["invoiceRows"][0], "product": f"P{place}", "quantity": draw(st.integers(1, 9)),
         "unitPrice": draw(cents()), "vatPercent": draw(st.sampled_from(RATES)),
         "discountPercent": draw(st.sampled_from([0, 5, Decimal("12.5")]))}
        for place in range(draw(st.integers(1, 4)))
    ]  # fmt: skip
    extra = {"accountingByRow": draw(st.booleans()), "unitPricesIncludeVat": draw(st.booleans())}
    kind = draw(st.sampled_from(["SALES_INVOICE", "PURCHASE_INVOICE"]))
    return invoice(invoiceRows=rows, extraInfo=extra, type=kind)


@given(invoices())
def test_the_receipt_of_an_invoice_comes_to_zero_and_to_its_total(made: dict[str, Any]) -> None:
    receipt = receipt_of(office("procountor").site.ledger, made, 1)

    assert difference(receipt["transactions"]) == 0
    assert abs(receipt["transactions"][0]["accountingValue"]) == total_of(made)


def test_rows_of_one_percentage_are_booked_together_unless_each_is_to_be_booked_by_itself() -> None:
    row = invoice()["invoiceRows"][0]
    rows = [row, {**row, "product": "Other"}, {**row, "vatPercent": 0}]
    ledger = office("procountor").site.ledger
    together = invoice(invoiceRows=rows, extraInfo={"accountingByRow": False, "unitPricesIncludeVat": False})

    assert len(receipt_of(ledger, together, 1)["transactions"]) == 3
    assert len(receipt_of(ledger, invoice(invoiceRows=rows), 1)["transactions"]) == 4


def test_the_account_of_purchases_is_there_even_in_another_chart() -> None:
    ledger = office("procountor", {"accounts": ["1"]}).site.ledger

    receipt_of(ledger, invoice(type="PURCHASE_INVOICE"), 1)
    assert ledger.chart.find("8450")
