"""The system as a whole: who is meant by a request, and what a client is given."""

from __future__ import annotations

import pytest

from simulator.systems.base import Request, Tenant
from simulator.systems.catalogue import system_named
from tests.systems.netvisor.caller import MOUNT
from tests.systems.wired import TENANT

SYSTEM = system_named("netvisor")
GIVEN = SYSTEM.credentials(TENANT, "http://127.0.0.1:8480/netvisor")


def named(**headers: str) -> str:
    listed = [(f"X-Netvisor-Authentication-{name}", value) for name, value in headers.items()]
    return SYSTEM.identity_of(Request("GET", f"{MOUNT}/x", listed, mount=MOUNT))


def test_the_partner_names_the_company_else_the_customer() -> None:
    other = SYSTEM.credentials(Tenant("ba9876543210"), "x")

    assert named(PartnerId=GIVEN["partnerId"]) == TENANT.identity
    assert named(CustomerId=GIVEN["customerId"]) == TENANT.identity
    assert named(PartnerId=GIVEN["partnerId"], CustomerId=other["customerId"]) == TENANT.identity
    assert named(PartnerId="xxx_yyy", CustomerId=other["customerId"]) == "ba9876543210"


@pytest.mark.parametrize("text", ["", "x", "PRT_", "ä"])
def test_who_names_nobody_is_nobody(text: str) -> None:
    assert named(PartnerId=text, CustomerId=text) == ""


def test_credentials_are_ready_to_be_pasted() -> None:
    assert GIVEN["baseUrl"] == "http://127.0.0.1:8480/netvisor"
    assert GIVEN["organisationId"] == TENANT.business_id
    assert SYSTEM.credentials(TENANT, "x")["partnerKey"] == GIVEN["partnerKey"]
    assert all(isinstance(value, str) and value for value in GIVEN.values())
