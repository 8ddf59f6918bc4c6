"""Who a company and its partner are in Fivaldi: made from the identity of the world, known to both sides."""

from __future__ import annotations

import re
from typing import Any

from simulator.systems.base import Request, Tenant
from simulator.systems.fivaldi.signature import BASE_PATH, PARTNER_HEADER

_PARTNER = re.compile(r"sim-([0-9a-f]{12})")


def partner_of(tenant: Tenant) -> str:
    """Return the partner's id. The identity stands in it, as nothing else in a request names the world for sure."""
    return f"sim-{tenant.identity}"


def secret_of(tenant: Tenant) -> str:
    """Return the secret that the partner signs with."""
    return tenant.letters("fivaldi-secret", 40)


def cuid_of(tenant: Tenant) -> str:
    """Return the company's id in paths, of 32 characters."""
    return tenant.letters("fivaldi-cuid", 32)


def customer_of(tenant: Tenant) -> str:
    """Return the id of the customer to whom the company belongs."""
    return tenant.digits("fivaldi-customer", 6)


def name_identity(request: Request) -> str:
    """Return the identity that the partner's id holds; empty if there is no partner's id of ours."""
    found = _PARTNER.fullmatch((request.header(PARTNER_HEADER) or "").strip())
    return found.group(1) if found else ""


def show_credentials(tenant: Tenant, base_url: str) -> dict[str, Any]:
    """Return what a client asks for; `hostUrl` is for those that write `/customer/api` themselves."""
    return {
        "baseUrl": base_url + BASE_PATH,
        "hostUrl": base_url,
        "partnerId": partner_of(tenant),
        "partnerSecret": secret_of(tenant),
        "cuid": cuid_of(tenant),
        "customerId": customer_of(tenant),
        "businessId": tenant.business_id,
    }
