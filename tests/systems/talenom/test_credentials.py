"""The credentials of a company: made of its identity, and different for every company."""

from __future__ import annotations

from simulator.systems.base import Tenant
from simulator.systems.talenom import credentials
from tests.systems.wired import IDENTITY, TENANT

OTHER = Tenant("ba9876543210")


def test_key_and_client_show_the_identity_and_the_secret_does_not() -> None:
    assert credentials.subscription_key(TENANT).startswith(IDENTITY)
    assert len(credentials.subscription_key(TENANT)) == 32
    assert credentials.client_id(TENANT).endswith(IDENTITY)
    assert IDENTITY not in credentials.client_secret(TENANT)


def test_no_company_has_what_another_has() -> None:
    for made in (
        credentials.subscription_key,
        credentials.client_id,
        credentials.client_secret,
        credentials.organization_number,
    ):
        assert made(TENANT) != made(OTHER)
        assert made(TENANT) == made(Tenant(IDENTITY))
    assert credentials.organization_number(TENANT).isdecimal()
