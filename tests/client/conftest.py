"""One server for the tests of the client, and a new world on it for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.client import World
from simulator.web.server import Running, running


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as server:
        yield server


@pytest.fixture
def world(server: Running) -> Iterator[World]:
    world = World(server.url)
    yield world
    world.remove()
