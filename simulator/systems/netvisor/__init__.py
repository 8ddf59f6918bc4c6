"""Netvisor: XML over HTTP, every request signed."""

from __future__ import annotations

from typing import Any

from simulator.systems.about import About
from simulator.systems.base import Request, Tenant
from simulator.systems.netvisor import signature
from simulator.systems.netvisor.connector.connector import NetvisorConnector
from simulator.systems.netvisor.wire.wire import NetvisorWire, answer_stranger
from simulator.systems.office import Site, WireSystem


def _parts(site: Site) -> tuple[NetvisorWire, NetvisorConnector]:
    return NetvisorWire(site), NetvisorConnector(site.tenant, site.arrangement.vat_map)


def _identity(request: Request) -> str:
    """Return the identity that the partner names, else the customer."""
    names = (request.header(signature.PARTNER_ID), request.header(signature.CUSTOMER_ID))
    return next(filter(None, (signature.identity_in((name or "").strip()) for name in names)), "")


def _credentials(tenant: Tenant, base_url: str) -> dict[str, Any]:
    known = signature.credentials_of(tenant)
    return {
        "baseUrl": base_url,
        "sender": "My integration",
        "customerId": known.customer_id,
        "customerKey": known.customer_key,
        "partnerId": known.partner_id,
        "partnerKey": known.partner_key,
        "organisationId": known.organisation,
        "language": "EN",
        "macHashCalculationAlgorithm": signature.HMACSHA256,
    }


SYSTEM = WireSystem(
    about=About("netvisor"),
    open_parts=_parts,
    name_identity=_identity,
    answer_stranger=answer_stranger,
    show_credentials=_credentials,
)
