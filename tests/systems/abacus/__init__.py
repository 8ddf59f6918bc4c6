"""A seventh accounting system, made up: a package and its data are all it takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simulator.systems.about import About
from simulator.systems.base import Answer, Request, Tenant
from simulator.systems.office import Site, WireSystem
from tests.systems.abacus.connector import AbacusConnector
from tests.systems.abacus.wire import KEY_HEADER, AbacusWire, key_of

REFUSED = Answer(401, b'{"error":"who are you?"}', "application/json")


def _parts(site: Site) -> tuple[AbacusWire, AbacusConnector]:
    return AbacusWire(site), AbacusConnector(site.tenant)


def _identity(request: Request) -> str:
    return (request.header(KEY_HEADER) or "").rpartition("-")[0]


def _credentials(tenant: Tenant, base_url: str) -> dict[str, Any]:
    return {"baseUrl": base_url, "key": key_of(tenant)}


SYSTEM = WireSystem(
    about=About("abacus", Path(__file__).parent / "data"),
    open_parts=_parts,
    name_identity=_identity,
    answer_stranger=lambda _request: REFUSED,
    show_credentials=_credentials,
)
