"""Fennoa: HTTP Basic, form bodies with rows in brackets, answers in JSON."""

from __future__ import annotations

from simulator.systems.about import About
from simulator.systems.fennoa.connector.connector import FennoaConnector
from simulator.systems.fennoa.credentials import name_identity, show_credentials
from simulator.systems.fennoa.wire.envelope import answer_stranger
from simulator.systems.fennoa.wire.wire import FennoaWire
from simulator.systems.office import Site, WireSystem


def _open_parts(site: Site) -> tuple[FennoaWire, FennoaConnector]:
    return FennoaWire(site), FennoaConnector(site)


SYSTEM = WireSystem(
    about=About("fennoa"),
    open_parts=_open_parts,
    name_identity=name_identity,
    answer_stranger=answer_stranger,
    show_credentials=show_credentials,
)
