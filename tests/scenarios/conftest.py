"""Tells a story of the library to a client; afterwards all of it must have come to pass, and the run be repeatable."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.partner.replay import replay
from tests.clients import Tell
from tests.documents import Partner, partner


@pytest.fixture
def tell() -> Iterator[Tell]:
    told: list[Partner] = []

    def begin(name: str) -> Partner:
        told.append(partner(scenario=name))
        return told[-1]

    yield begin
    for client in told:
        director = client.world.engine.director
        assert [rule.name for rule in director.unused()] == []
        assert director.events == []
        assert is_repeatable(client)


def is_repeatable(client: Partner) -> bool:
    world, other = client.world, partner("test-other")
    entries = list(world.journal.entries)
    differences = list(replay(other.service, other.world, world.founded, world.opened, entries))
    return not differences and other.world.engine.director.decisions == world.engine.director.decisions
