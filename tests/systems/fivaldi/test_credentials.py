"""Who a company and its partner are."""

from __future__ import annotations

import pytest

from simulator.systems.base import Request
from simulator.systems.fivaldi.credentials import cuid_of, customer_of, name_identity, partner_of, show_credentials
from tests.systems.wired import IDENTITY, TENANT


def test_a_client_is_given_all_that_it_asks_for() -> None:
    shown = show_credentials(TENANT, "http://h:1/fivaldi")

    assert shown["baseUrl"] == "http://h:1/fivaldi/customer/api"
    assert shown["hostUrl"] == "http://h:1/fivaldi"
    assert shown["partnerId"] == partner_of(TENANT)
    assert len(shown["partnerSecret"]) == 40
    assert len(shown["cuid"]) == 32
    assert shown["cuid"] == cuid_of(TENANT)
    assert (shown["customerId"], shown["businessId"]) == (customer_of(TENANT), TENANT.business_id)


@pytest.mark.parametrize(
    ("partner", "identity"),
    [(f"sim-{IDENTITY}", IDENTITY), (f" sim-{IDENTITY} ", IDENTITY), ("", ""), ("sim-0123", ""), (f"x{IDENTITY}", "")],
)
def test_the_partner_names_the_world(partner: str, identity: str) -> None:
    assert name_identity(Request("GET", "/fivaldi/", [("x-fivaldi-partner", partner)])) == identity


def test_without_a_partner_no_world_is_named() -> None:
    assert name_identity(Request("GET", "/fivaldi/")) == ""
