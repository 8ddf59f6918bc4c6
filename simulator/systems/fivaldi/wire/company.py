"""What Fivaldi says of a company beside its books: the partner's customers and companies, and the four dimensions."""

from __future__ import annotations

from typing import Any

from simulator.systems.base import Tenant
from simulator.systems.books.chart import Dimension, Dimensions
from simulator.systems.fivaldi.credentials import cuid_of, customer_of

DIMENSIONS_MAX = 4
DEFAULT_DIMENSIONS = ("COST_CENTER", "PROJECT")
"""What the first dimensions are called in books that have any dimension."""
NAME = "Simuloitu Yritys Oy"


def customer(tenant: Tenant) -> dict[str, Any]:
    """Return the partner's customer, as `GET /customers` lists it."""
    return {"customerId": customer_of(tenant), "name1": NAME, "name2": None, "businessId": tenant.business_id}


def company(tenant: Tenant) -> dict[str, Any]:
    """Return the customer's company, as `GET /companies` has it."""
    return {
        "companyId": int(tenant.digits("fivaldi-company", 5)),
        "databaseId": "SIM",
        "cuid": cuid_of(tenant),
        "customerId": customer_of(tenant),
        "name1": NAME,
        "name2": None,
        "streetAddress": "Esimerkkikatu 1",
        "postalAddress": "00100",
        "city": "HELSINKI",
        "countryId": "FI",
        "phone": None,
        "fax": None,
        "website": None,
        "email": None,
        "businessId": tenant.business_id,
        "currency": "EUR",
        "language": "FIN",
    }


def slots(dimensions: Dimensions) -> list[Dimension]:
    """Return the dimensions 1 to 4 of the company, in this order; there are no others."""
    if dimensions.is_open:
        for name in DEFAULT_DIMENSIONS:
            if name not in dimensions.by_name and len(dimensions.by_name) < DIMENSIONS_MAX:
                dimensions.add(name, is_open=True)
    return list(dimensions.by_name.values())[:DIMENSIONS_MAX]


def has_item(dimension: Dimension, code: str) -> bool:
    """Say whether a dimension has an item, or makes it when it is first used."""
    return code in dimension.items or dimension.is_open


def only_fields(value: dict[str, Any], fields: str) -> dict[str, Any]:
    """Return the members of an object that the parameter `fields` names, divided by commas; all without it."""
    wanted = {name.strip() for name in fields.split(",")} - {""}
    return {name: member for name, member in value.items() if not wanted or name in wanted}
