"""Procountor: an accounting system with a REST interface, OAuth tokens, journals, invoices and payment events."""

from __future__ import annotations

from typing import Any

from simulator.systems.about import About
from simulator.systems.base import Answer, Request, Tenant
from simulator.systems.office import Site, WireSystem
from simulator.systems.procountor.connector.connector import ProcountorConnector
from simulator.systems.procountor.protocol import BASE, credentials_of
from simulator.systems.procountor.wire.answers import UNAUTHORIZED
from simulator.systems.procountor.wire.tokens import identity_in, is_token_request, refusal
from simulator.systems.procountor.wire.wire import ProcountorWire


def _parts(site: Site) -> tuple[ProcountorWire, ProcountorConnector]:
    return ProcountorWire(site), ProcountorConnector(site)


def _stranger(request: Request) -> Answer:
    if is_token_request(request):
        return refusal(401, "invalid_client", "Unauthorized", "both")
    return UNAUTHORIZED


def _credentials(tenant: Tenant, base_url: str) -> dict[str, Any]:
    ours = credentials_of(tenant)
    return {
        "baseUrl": base_url + BASE,
        "host": base_url,
        "clientId": ours.client_id,
        "clientSecret": ours.client_secret,
        "apiKey": ours.api_key,
        "redirectUri": ours.redirect_uri,
    }


SYSTEM = WireSystem(
    about=About("procountor"),
    open_parts=_parts,
    name_identity=identity_in,
    answer_stranger=_stranger,
    show_credentials=_credentials,
)
