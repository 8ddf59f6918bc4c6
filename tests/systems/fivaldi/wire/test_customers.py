"""The registers that sales orders draw on."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.clock import VIRTUAL_START
from simulator.systems.fivaldi.wire.customers import shown_day
from tests.systems.fivaldi.partner import CUID, ORDER, Partner, signed

EXAMPLE: dict[str, Any] = {
    "businessId": "1234567-1",
    "customerName": "Asiakas Oy",
    "currency": "EUR",
    "languageCode": "FIN",
    "isCustomer": True,
    "customerEntityAddressDTOS": [{"streetAddress": "Asiakaskatu 1", "countryCode": "FI", "addressType": "01"}],
    "customerEntityBankAccountDTOS": [],
}
"""A customer as in the vendor's example."""


def test_a_customer_gets_the_next_number_and_can_be_sold_to() -> None:
    partner = Partner()
    status, made = partner.call("POST", "customers/createCustomer", EXAMPLE)

    assert (status, made["customerId"], made["businessId"]) == (200, "1003", "1234567-1")
    assert partner.get("customers/1003") == made
    assert partner.get("customers/1003", fields="customerName") == {"customerName": "Asiakas Oy"}
    assert partner.call("POST", "sales/sales-order", {**ORDER, "customerId": "1003"})[0] == 200


def test_customers_are_searched() -> None:
    partner = Partner()
    partner.call("POST", "customers/createCustomer", {"customerName": "Etsitty"})

    assert [one["customerId"] for one in partner.get("customers", searchWord="etsi")] == ["1003"]
    assert len(partner.get("customers")) == 3
    assert set(partner.get("customers", fields="email")[0]) == {"email"}


def test_customers_and_products_are_listed_since_a_day() -> None:
    partner = Partner()
    partner.call("POST", "customers/createCustomer", EXAMPLE)
    partner.call("POST", "products/createProduct", {"productCode": "K"})

    for path, member, new in [("customers", "customerId", "1003"), ("products", "productCode", "K")]:
        for since in ("1.1.2026", "01.01.2026", "31.12.2025"):
            assert [one[member] for one in partner.get(path, fromDate=since)] == [new]
        assert partner.get(path, fromDate="2.1.2026") == []
        for wrong in ("2026-01-01", "31.2.2026", "x"):
            assert partner.refused(path, method="GET", fromDate=wrong) == [
                "fromDate must be a date, written dd.mm.yyyy."
            ]


def test_a_product_can_be_added_and_sold_with_the_vat_of_its_posting() -> None:
    partner = Partner()
    product = {"productCode": "K", "description": "Kirja", "productEntityPostingDTOList": [{"postingCodeId": "3"}]}

    assert partner.call("POST", "products/createProduct", product)[0] == 200

    assert partner.get("products/K") == partner.get("products/getProduct", productCode="K")
    assert [one["productCode"] for one in partner.get("products", searchWord="kir")] == ["K"]
    row = {"productCode": "K", "quantity": 1, "unitPriceExcludingTax": 10}
    _, batch = partner.call("POST", "sales/sales-order", {**ORDER, "salesOrderRowDTOS": [row]})
    assert partner.get(f"sales/sales-orders/batch/{batch['externalBatchId']}")[0]["totalVatIncludedAmount"] == 11


@pytest.mark.parametrize(
    "product",
    [
        {},
        {"productCode": "M1"},
        {"productCode": "x" * 21},
        {"productCode": "A", "productEntityPostingDTOList": [{"postingCodeId": "9"}]},
    ],
)
def test_a_product_that_cannot_be_is_refused(product: dict[str, Any]) -> None:
    partner = Partner()

    assert partner.refused("products/createProduct", product)
    assert len(partner.get("products")) == 1


def test_what_is_not_there_is_not_found() -> None:
    partner = Partner()

    assert [partner.call("GET", path)[0] for path in ("customers/9", "products/9", "products/getProduct")] == [404] * 3


@pytest.mark.parametrize("path", ["customers/createCustomer", "products/createProduct"])
@pytest.mark.parametrize("body", [b"{", b"[]", b"{}"])
def test_what_is_no_entry_of_a_register_is_refused(path: str, body: bytes) -> None:
    assert Partner().send(signed("POST", f"/companies/{CUID}/{path}", body)).status == 400


def test_the_invoicing_details_list_what_an_order_may_name() -> None:
    details = Partner({"dimensions": {"A": ["1"]}}).get("sales/company-invoicing-details")

    assert {one["id"] for one in details["postingGroups"]} == {ORDER["postingGroupId"]}
    assert ORDER["customerId"] in {one["id"] for one in details["customers"]}
    assert details["accountDimensions"][0]["accounts"] == [{"accountId": "1"}]
    assert details["currencies"] == ["EUR"]


def test_a_day_is_written_as_in_finland() -> None:
    assert shown_day(VIRTUAL_START) == "01.01.2026"
