"""Visma Fivaldi: JSON over HTTP, each request signed with a secret that the partner shares with the vendor."""

from __future__ import annotations

from simulator.systems.about import About
from simulator.systems.base import Answer, Request
from simulator.systems.fivaldi.connector.connector import FivaldiConnector
from simulator.systems.fivaldi.credentials import name_identity, show_credentials
from simulator.systems.fivaldi.wire.wire import FivaldiWire, stranger
from simulator.systems.office import Site, WireSystem

ABOUT = About("fivaldi")


def _parts(site: Site) -> tuple[FivaldiWire, FivaldiConnector]:
    connector = FivaldiConnector(site.tenant, site.arrangement, lambda: str(site.readings["entry_amount"]))
    return FivaldiWire(site), connector


def _stranger(_request: Request) -> Answer:
    return stranger(ABOUT, ABOUT.choose({}))


SYSTEM = WireSystem(
    about=ABOUT,
    open_parts=_parts,
    name_identity=name_identity,
    answer_stranger=_stranger,
    show_credentials=show_credentials,
)
