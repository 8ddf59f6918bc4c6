"""Where Talenom is reached and what lets a company's integration in: known to both sides of the wire."""

from __future__ import annotations

from simulator.systems.base import Tenant

GENERAL_LEDGER = "/fi/general-ledger"
SALES = "/fi/sales/v1"
TOKEN_PATH = "/identity/connect/token"  # noqa: S105 - a path
"""A stand-in: the vendor shows its token address in pictures only."""

KEY_HEADER = "Ocp-Apim-Subscription-Key"
KEY_PARAMETER = "subscription-key"
CLIENT_PREFIX = "integration-"


def subscription_key(tenant: Tenant) -> str:
    """Return the key that the gateway asks for; it begins with the identity of the company."""
    return tenant.identity + tenant.letters("talenom subscription key", 20)


def client_id(tenant: Tenant) -> str:
    """Return the name of the integration; it ends with the identity of the company."""
    return CLIENT_PREFIX + tenant.identity


def client_secret(tenant: Tenant) -> str:
    """Return the password of the integration."""
    return tenant.letters("talenom client secret", 40)


def organization_number(tenant: Tenant) -> str:
    """Return the number of the company, as it stands in every path."""
    return tenant.digits("talenom organization number", 5)
