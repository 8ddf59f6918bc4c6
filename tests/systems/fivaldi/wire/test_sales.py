"""Sales orders."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.systems.fivaldi.partner import CUID, ORDER, Partner, signed

ROW: dict[str, Any] = ORDER["salesOrderRowDTOS"][0]


def order(**members: Any) -> dict[str, Any]:
    return {**ORDER, **members}


def rowed(**members: Any) -> dict[str, Any]:
    row = {name: value for name, value in {**ROW, **members}.items() if value is not None}
    return order(salesOrderRowDTOS=[row])


def made(partner: Partner, value: dict[str, Any]) -> dict[str, Any]:
    """The order that was made of a value."""
    status, body = partner.call("POST", "sales/sales-order", value)
    assert status == 200, body
    stored: dict[str, Any] = partner.get(f"sales/sales-orders/batch/{body['externalBatchId']}")[0]
    return stored


def test_an_order_of_the_clients_readme_is_a_draft_with_totals() -> None:
    partner = Partner()
    stored = made(partner, ORDER)

    assert (stored["orderStatus"], stored["orderNumber"], stored["cuid"], len(stored["id"])) == ("DRAFT", "1", CUID, 24)
    assert [stored[f"totalVat{part}"] for part in ("ExcludedAmount", "Amount", "IncludedAmount")] == [
        50, Decimal("12.75"), Decimal("62.75"),
    ]  # fmt: skip
    assert partner.get(f"sales/sales-order/{stored['id']}") == stored
    assert not partner.books.site.ledger.journal.by_key


@pytest.mark.parametrize(
    ("row", "net", "gross"),
    [
        ({"unitPriceExcludingTax": 10, "discountRate": 10}, "45.00", "56.48"),
        ({"unitPriceExcludingTax": None, "totalSumIncludingTax": 100}, "79.68", "100.00"),
        ({"quantity": None}, "0", "0"),
        ({"quantity": None, "unitPriceExcludingTax": None, "totalSumIncludingTax": 100}, "79.68", "100"),
        ({"textRow": True, "productCode": None}, "0", "0"),
    ],
)
def test_a_row_is_computed_from_its_price_or_from_its_sum(row: dict[str, Any], net: str, gross: str) -> None:
    stored = made(Partner(), rowed(**row))

    assert (stored["totalVatExcludedAmount"], stored["totalVatIncludedAmount"]) == (Decimal(net), Decimal(gross))


@pytest.mark.parametrize(
    "value",
    [
        order(customerId="9"),
        order(customerId=None),
        order(salesOrderRowDTOS=[]),
        order(currency="SEK"),
        order(currencyRate=2),
        order(languageCode="EST"),
        order(postingGroupId="2"),
        order(paymentTermId="9"),
        order(transmissionTypeId="3"),
        order(deliveryDate="2026-01-01"),
        order(orderDate="32.01.2026"),
        order(invoiceReference="x" * 81),
        order(buyer={"buyerOrganisationName": "x" * 41}),
        rowed(productCode="X"),
        rowed(productCode=None),
        rowed(totalSumIncludingTax=1),
        rowed(unitId="9"),
        rowed(rowFreeText="x" * 513),
        rowed(discountRate=101),
        rowed(quantity=0.0001),
        rowed(unitPriceExcludingTax=Decimal("0.0000001")),
        rowed(accountDimension3="1"),
    ],
)
def test_what_is_wrong_with_an_order_is_told_in_a_list(value: dict[str, Any]) -> None:
    partner = Partner()

    assert len(partner.refused("sales/sales-order", value)) == 1
    assert partner.get("sales/sales-orders") == []


def test_orders_of_a_batch_are_read_back_together() -> None:
    partner = Partner()
    _, body = partner.call("POST", "sales/multiple-sales-orders", [ORDER, order(externalOrderNumber="E-1")])
    batch = partner.get(f"sales/sales-orders/batch/{body['externalBatchId']}")

    assert [one.get("externalOrderNumber") for one in batch] == [None, "E-1"]
    assert len({one["id"] for one in batch}) == 2


@pytest.mark.parametrize(("reading", "status", "count"), [("all_refused", 400, 0), ("good_taken", 200, 1)])
def test_a_bad_order_in_a_batch_is_a_reading(reading: str, status: int, count: int) -> None:
    partner = Partner(bad_order_in_batch=reading)
    answered, body = partner.call("POST", "sales/multiple-sales-orders", [order(customerId="9"), ORDER])

    assert answered == status
    assert body["errors"] == ["Order 1: customerId: customer 9 not found."]
    assert len(partner.get("sales/sales-orders")) == count


def test_a_batch_without_a_good_order_is_refused_in_any_reading() -> None:
    assert Partner(bad_order_in_batch="good_taken").refused("sales/sales-order", order(customerId="9"))


def test_a_draft_can_be_changed() -> None:
    partner = Partner()
    stored = made(partner, ORDER)
    status, changed = partner.call("PUT", f"sales/sales-order/{stored['id']}", rowed(quantity=1))

    assert (status, changed["id"], changed["totalVatExcludedAmount"]) == (200, stored["id"], 10)
    assert partner.get(f"sales/sales-orders/batch/{stored['externalBatchId']}") == [changed]
    assert partner.refused(f"sales/sales-order/{stored['id']}", order(customerId="9"), "PUT")
    assert partner.refused("sales/sales-order/none", ORDER, "PUT")


def test_an_invoiced_order_cannot_be_changed() -> None:
    partner = Partner(ready_order="invoiced")
    waiting, stored = made(partner, ORDER), made(partner, order(readyToInvoice=True))

    assert (waiting["orderStatus"], stored["orderStatus"]) == ("DRAFT", "INVOICED")
    assert "INVOICED" in partner.refused(f"sales/sales-order/{stored['id']}", ORDER, "PUT")[0]
    assert [one["id"] for one in partner.get("sales/sales-orders", status="INVOICED")] == [stored["id"]]


def test_an_order_that_is_ready_waits_by_default() -> None:
    assert made(Partner(), order(readyToInvoice=True))["orderStatus"] == "DRAFT"


def test_orders_are_found_by_the_day_they_were_made() -> None:
    partner = Partner()
    made(partner, ORDER)

    assert len(partner.get("sales/sales-orders", fromDate="1.1.2026", status="DRAFT")) == 1
    assert partner.get("sales/sales-orders", fromDate="02.01.2026") == []
    assert len(partner.refused("sales/sales-orders", method="GET", fromDate="2026-01-01", status="PAID")) == 2


def test_what_is_not_there_is_a_400_as_the_contract_has_no_404() -> None:
    partner = Partner()

    assert partner.refused("sales/sales-order/none", method="GET")
    assert partner.refused("sales/sales-orders/batch/none", method="GET")


@pytest.mark.parametrize("path", ["sales/sales-order", "sales/multiple-sales-orders"])
@pytest.mark.parametrize("body", [b"{", b"1", b'[{"customerId": 1}]', b"{}"])
def test_what_is_no_order_is_refused(path: str, body: bytes) -> None:
    assert Partner().send(signed("POST", f"/companies/{CUID}/{path}", body)).status == 400


@given(
    quantity=st.decimals("-9999999999.999", "9999999999.999", places=3),
    price=st.decimals(0, "9999999999.999998", places=6),
    total=st.decimals(0, "999999999999.99", places=2),
    discount=st.decimals(0, 100, places=2),
    is_total=st.booleans(),
)
def test_any_row_within_the_bounds_is_computed(
    quantity: Decimal, price: Decimal, total: Decimal, discount: Decimal, is_total: bool  # noqa: FBT001 - hypothesis
) -> None:  # fmt: skip
    given_price = (
        {"unitPriceExcludingTax": None, "totalSumIncludingTax": total} if is_total else {"unitPriceExcludingTax": price}
    )
    stored = made(Partner(), rowed(quantity=quantity, discountRate=discount, **given_price))

    assert stored["totalVatExcludedAmount"] + stored["totalVatAmount"] == stored["totalVatIncludedAmount"]
