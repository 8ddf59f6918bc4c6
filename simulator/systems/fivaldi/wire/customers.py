"""The registers that sales orders draw on: customers, products, and what else an order may name.

What they hold at first is the simulator's own; a client adds customers and products by the vendor's calls.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date as calendar_date
from decimal import Decimal
from typing import Any

from simulator.clock import Instant, date_at
from simulator.contract.jsontext import MalformedError, loads
from simulator.systems.base import Answer, Request
from simulator.systems.fivaldi.wire.answers import error, error_list, good
from simulator.systems.fivaldi.wire.company import only_fields, slots
from simulator.systems.office import Site
from simulator.systems.shapes import breaks

POSTING_GROUP = "0000000001"
POSTINGS: dict[str, Decimal] = {"1": Decimal("25.5"), "2": Decimal("13.5"), "3": Decimal(10), "4": Decimal(0)}
"""The product postings, each with the percentage of VAT that it leads to."""
CHOICES: dict[str, dict[str, str]] = {
    "postingGroupId": {POSTING_GROUP: "Kotimaan myynti"},
    "paymentTermId": {"1": "14 pv netto", "2": "30 pv netto"},
    "transmissionTypeId": {"0000000001": "Tulostus", "0000000002": "Sähköposti", "0000000003": "Verkkolasku"},
    "deliveryMethodId": {"1": "Nouto", "2": "Posti"},
    "deliveryTermId": {"1": "Vapaasti varastolla"},
    "salesPersonId": {"1": "Myyjä"},
}
"""What an order may choose from, by the member that names it."""
UNITS: dict[str, str] = {"1": "kpl", "2": "h", "3": "kk"}
CUSTOMER: dict[str, Any] = {"customerName": "Asiakas Oy", "languageCode": "FIN", "currency": "EUR", "isCustomer": True}
PRODUCT: dict[str, Any] = {"description": "mallituote", "unitId": "1", "salesPrice": 10}
FIRST_CUSTOMER = 1001

_DAY = re.compile("([0-9]{1,2})\\.([0-9]{1,2})\\.([0-9]{4})")


class Registers:
    """Customers and products of the company."""

    def __init__(self, site: Site) -> None:
        """Open the registers of *site*, with two customers and a product in them."""
        self.site = site
        schemas = site.about.schemas
        self.customer_shape = schemas.validator("customer.request.json")
        self.product_shape = schemas.validator("product.request.json")
        self.customers: dict[str, dict[str, Any]] = {}
        self.products: dict[str, dict[str, Any]] = {}
        for _ in range(2):
            self._add_customer(CUSTOMER, "")
        self._add_product({"productCode": "M1", **PRODUCT}, "")

    def percent_of(self, product: str) -> Decimal:
        """Return the VAT percentage to which the posting of a product leads."""
        postings = self.products[product]["productEntityPostingDTOList"]
        code = next((one.get("postingCodeId") for one in postings), None)
        return POSTINGS.get(code or "1", POSTINGS["1"])

    def _add_customer(self, given: Mapping[str, Any], changed: str) -> dict[str, Any]:
        number = str(FIRST_CUSTOMER + len(self.customers))
        lists = {name: given.get(name) or [] for name in ("customerEntityAddressDTOS", "customerEntityBankAccountDTOS")}
        customer = {**given, **lists, "customerId": number, "changeTime": changed or None}
        self.customers[number] = customer
        return customer

    def _add_product(self, given: Mapping[str, Any], changed: str) -> dict[str, Any]:
        postings = given.get("productEntityPostingDTOList") or [{"postingGroupId": POSTING_GROUP, "postingCodeId": "1"}]
        product = {**given, "productEntityPostingDTOList": postings, "changeTime": changed or None}
        self.products[given["productCode"]] = product
        return product

    def list_customers(self, request: Request) -> Answer:
        """Answer `GET …/customers`."""
        word, fields = request.parameter("searchWord").lower(), request.parameter("fields")
        since = self._since(request)
        if isinstance(since, Answer):
            return since
        customers = [one for one in self.customers.values() if _is_changed(one, since)]
        found = [one for one in customers if word in _searched(one, "customerId", "customerName")]
        listed = [{name: one.get(name) for name in CUSTOMER_LISTED} for one in found]
        return good([only_fields(one, fields) for one in listed])

    def _since(self, request: Request) -> str | Answer:
        """Return the day from which on changes are asked for; empty if it is not said."""
        given = request.parameter("fromDate")
        day = sortable_day(given)
        if given and not day:
            return error_list(self.site.readings, 400, ["fromDate must be a date, written dd.mm.yyyy."])
        return day

    def customer(self, request: Request, number: str) -> Answer:
        """Answer `GET …/customers/{id}`."""
        found = self.customers.get(number)
        if found is None:
            return error(self.site.readings, 404, f"Customer {number[:40]} not found.")
        return good(only_fields(found, request.parameter("fields")))

    def create_customer(self, request: Request, now: Instant) -> Answer:
        """Answer `POST …/customers/createCustomer`; the next free number is the customer's."""
        given = self._read(request, self.customer_shape)
        if isinstance(given, Answer):
            return given
        return good(self._add_customer(given, shown_day(now)))

    def list_products(self, request: Request) -> Answer:
        """Answer `GET …/products`."""
        word, fields = request.parameter("searchWord").lower(), request.parameter("fields")
        since = self._since(request)
        if isinstance(since, Answer):
            return since
        products = [one for one in self.products.values() if _is_changed(one, since)]
        found = [one for one in products if word in _searched(one, "productCode", "description")]
        listed = [{name: one.get(name) for name in PRODUCT_LISTED} for one in found]
        return good([only_fields(one, fields) for one in listed])

    def asked_product(self, request: Request) -> Answer:
        """Answer `GET …/products/getProduct?productCode=`."""
        return self.product(request, request.parameter("productCode"))

    def product(self, request: Request, code: str) -> Answer:
        """Answer `GET …/products/{id}`."""
        found = self.products.get(code)
        if found is None:
            return error(self.site.readings, 404, f"Product {code[:40]} not found.")
        return good(only_fields(found, request.parameter("fields")))

    def create_product(self, request: Request, now: Instant) -> Answer:
        """Answer `POST …/products/createProduct`."""
        given = self._read(request, self.product_shape)
        if isinstance(given, Answer):
            return given
        code = given["productCode"]
        wrong = [f"The product {code} is there already."] if code in self.products else []
        codes = [one.get("postingCodeId") or "1" for one in given.get("productEntityPostingDTOList") or ()]
        wrong += [f"The product posting {one} does not exist." for one in codes if one not in POSTINGS]
        if wrong:
            return error_list(self.site.readings, 400, wrong)
        return good(self._add_product(given, shown_day(now)))

    def _read(self, request: Request, shape: Any) -> dict[str, Any] | Answer:
        try:
            body: dict[str, Any] = loads(request.body)
        except MalformedError as failure:
            return error_list(self.site.readings, 400, [f"The body is not JSON: {failure.detail}"])
        wrong = [f"{broken.field or 'the body'}: {broken.message[:200]}" for broken in breaks(shape, body)]
        return error_list(self.site.readings, 400, wrong) if wrong else body

    def invoicing_details(self) -> Answer:
        """Answer `GET …/sales/company-invoicing-details`; what its members are called is not public."""
        lists = {_plural(member): _listed(choices) for member, choices in CHOICES.items()}
        dimensions = [
            {
                "dimension": number,
                "description": dimension.name,
                "accounts": [{"accountId": code} for code in dimension.items],
            }
            for number, dimension in enumerate(slots(self.site.ledger.dimensions), 1)
        ]
        return good(
            {
                **lists,
                "currencies": ["EUR"],
                "customers": [
                    {"id": number, "description": one.get("customerName")} for number, one in self.customers.items()
                ],
                "accountDimensions": dimensions,
                "units": [{"unitId": key, "unit": name, "description": name} for key, name in UNITS.items()],
                "productPostings": [
                    {"id": key, "description": f"ALV {percent:f} %"} for key, percent in POSTINGS.items()
                ],
            }
        )


CUSTOMER_LISTED = (
    "customerId", "businessId", "customerName", "customerName2", "email", "email2", "phoneNumber", "phoneNumber2",
    "externalId", "changeTime",
)  # fmt: skip
PRODUCT_LISTED = ("productCode", "description", "eanCode", "changeTime")


def shown_day(now: Instant) -> str:
    """Return a day as the registers write it, dd.mm.yyyy."""
    year, month, day = date_at(now).split("-")
    return f"{day}.{month}.{year}"


def sortable_day(text: str) -> str:
    """Return a day written dd.mm.yyyy so that it can be compared; empty if it is none."""
    found = _DAY.fullmatch(text)
    try:
        return calendar_date(*(int(found[group]) for group in (3, 2, 1))).isoformat() if found else ""
    except ValueError:
        return ""


def _is_changed(one: Mapping[str, Any], since: str) -> bool:
    """Say whether a customer or a product was changed since a day; what was there at first never was."""
    return sortable_day(one.get("changeTime") or "") >= since


def _searched(one: Mapping[str, Any], *names: str) -> str:
    return " ".join(str(one.get(name) or "") for name in names).lower()


def _plural(member: str) -> str:
    return f"{member.removesuffix('Id')}s"


def _listed(choices: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"id": key, "description": text} for key, text in choices.items()]
