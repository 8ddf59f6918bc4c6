"""Fixtures of the tests of faults: a server with and one without TLS, and a world for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.chance import fingerprint
from tests.web.faults.plug import Certificates, Server, certificates, serving


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A certificate for this machine."""
    return certificates(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="package")
def plain() -> Iterator[Server]:
    """A server without TLS."""
    with serving() as server:
        yield server


@pytest.fixture(scope="package")
def safe(made: Certificates) -> Iterator[Server]:
    """A server with TLS."""
    with serving(made) as server:
        yield server


@pytest.fixture(params=["plain", "safe"], ids=["HTTP", "HTTPS"])
def server(request: pytest.FixtureRequest) -> Server:
    """Either."""
    found: Server = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """The key of a world that only this test knows."""
    return f"test-{fingerprint(request.node.nodeid)}"
