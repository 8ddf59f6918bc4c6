"""NetBaron, as far as it is public: XML web services, and the import of accounting receipts from a file."""

from __future__ import annotations

from typing import Any

from simulator.systems.about import About
from simulator.systems.base import Answer, Request, Tenant
from simulator.systems.netbaron import access
from simulator.systems.netbaron.connector.connector import NetbaronConnector
from simulator.systems.netbaron.wire.description import described
from simulator.systems.netbaron.wire.messages import NOTE, RefusedError, refuse
from simulator.systems.netbaron.wire.wire import UNKNOWN_CALLER, NetbaronWire
from simulator.systems.office import Site, WireSystem

ABOUT = About("netbaron")


def _parts(site: Site) -> tuple[NetbaronWire, NetbaronConnector]:
    def account_for(purpose: str) -> str:
        return str(site.words["roles"][purpose])

    return NetbaronWire(site), NetbaronConnector(site.tenant, site.arrangement.vat_map, account_for)


def _stranger(request: Request) -> Answer:
    """Answer somebody unknown: the descriptions of the modules are there for everybody."""
    interface = request.path.removeprefix(access.SERVICES).partition("/")[0]
    if request.path.startswith(access.SERVICES):
        found = described(request, interface, access.split(interface)[0], ABOUT.folder)
        if found is not None:
            return found
    return refuse(RefusedError(401, UNKNOWN_CALLER))


def _credentials(tenant: Tenant, base_url: str) -> dict[str, Any]:
    modules = {
        interface: {
            "address": f"{base_url}{access.SERVICES}{interface}",
            "passwords": list(access.passwords_of(tenant, interface)),
            "methods": list(access.METHODS[access.split(interface)[0]]),
        }
        for interface in access.INTERFACES
    }
    imports = {
        "address": f"{base_url}{access.IMPORT}",
        "passwords": list(access.passwords_of(tenant, access.IMPORT_INTERFACE)),
    }
    return {
        "baseUrl": base_url,
        "organisation": access.organisation_of(tenant),
        "modules": modules,
        "import": imports,
        "allowedAddress": access.ALLOWED_ADDRESS,
        "note": NOTE.strip() + " Send organisation and password as HTTP Basic, or in the envelope's header.",
    }


SYSTEM = WireSystem(
    about=ABOUT,
    open_parts=_parts,
    name_identity=access.identity_in,
    answer_stranger=_stranger,
    show_credentials=_credentials,
)
