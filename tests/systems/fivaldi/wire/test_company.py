"""The company beside its books."""

from __future__ import annotations

from simulator.systems.fivaldi.wire.company import company, customer, has_item, only_fields, slots
from tests.systems.wired import TENANT, office


def test_customer_and_company_belong_together() -> None:
    assert customer(TENANT)["customerId"] == company(TENANT)["customerId"]
    assert customer(TENANT)["businessId"] == company(TENANT)["businessId"] == TENANT.business_id


def test_there_are_four_dimensions_at_most() -> None:
    books = office("fivaldi", {"dimensions": {name: ["1"] for name in "ABCDE"}})

    assert [one.name for one in slots(books.site.ledger.dimensions)] == ["A", "B", "C", "D"]


def test_books_with_any_dimension_have_the_two_that_cfis_names_first() -> None:
    dimensions = office("fivaldi", {"dimensions": "any"}).site.ledger.dimensions

    assert [one.name for one in slots(dimensions)] == ["COST_CENTER", "PROJECT"]
    assert has_item(slots(dimensions)[0], "whatever")
    assert slots(dimensions)[0].items == {}


def test_a_closed_dimension_has_its_items_alone() -> None:
    dimension = slots(office("fivaldi", {"dimensions": {"A": ["1"]}}).site.ledger.dimensions)[0]

    assert (has_item(dimension, "1"), has_item(dimension, "2")) == (True, False)


def test_fields_choose_members() -> None:
    assert only_fields({"a": 1, "b": 2}, " b , c") == {"b": 2}
    assert only_fields({"a": 1, "b": 2}, "") == {"a": 1, "b": 2}
