"""Talenom: vouchers as JSON behind a gateway with subscription keys and an API with bearer tokens."""

from __future__ import annotations

from typing import Any

from simulator.systems.about import About
from simulator.systems.base import Tenant
from simulator.systems.office import Site, WireSystem
from simulator.systems.talenom import credentials
from simulator.systems.talenom.connector.connector import TalenomConnector
from simulator.systems.talenom.connector.mapping import Translator
from simulator.systems.talenom.wire.tokens import identity_of
from simulator.systems.talenom.wire.wire import TalenomWire, answer_stranger


def _parts(site: Site) -> tuple[TalenomWire, TalenomConnector]:
    # What the connector is given is CFIS's own knowledge of the company: which accounts, which codes, which category.
    translator = Translator(
        vat_map=site.arrangement.vat_map,
        account_for=lambda role: str(site.words["roles"][role]),
        reading=lambda name: site.readings[name],
    )
    return TalenomWire(site), TalenomConnector(site.tenant, translator)


def _credentials(tenant: Tenant, base_url: str) -> dict[str, Any]:
    organization = credentials.organization_number(tenant)
    return {
        "baseUrl": base_url + credentials.GENERAL_LEDGER,
        "salesBaseUrl": f"{base_url}{credentials.SALES}/{organization}",
        "tokenUrl": base_url + credentials.TOKEN_PATH,
        "organizationNumber": organization,
        "subscriptionKey": credentials.subscription_key(tenant),
        "clientId": credentials.client_id(tenant),
        "clientSecret": credentials.client_secret(tenant),
    }


SYSTEM = WireSystem(
    about=About("talenom"),
    open_parts=_parts,
    name_identity=identity_of,
    answer_stranger=answer_stranger,
    show_credentials=_credentials,
)
