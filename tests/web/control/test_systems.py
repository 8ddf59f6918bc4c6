"""How a client of an accounting system finds the books of a world."""

from __future__ import annotations

from simulator.systems.catalogue import wires
from tests.web.control.client import KEY, Client


def test_every_system_has_base_url_and_credentials_and_the_same_key_has_the_same_ones(client: Client) -> None:
    first = client.call("GET", "/_sim/credentials", headers={"x-api-key": KEY}).json
    again = client.call("GET", "/_sim/credentials", headers={"x-api-key": KEY}).json
    other = client.call("GET", "/_sim/credentials", headers={"x-api-key": "test-other"}).json

    assert first == again
    assert list(first["systems"]) == wires()
    for name, given in first["systems"].items():
        assert f"/{name}" in given["baseUrl"]
        assert given != other["systems"][name], name


def test_a_world_tells_which_system_stands_behind_it(client: Client) -> None:
    client.call("PUT", "/_sim/world", {"system": "fennoa"}, headers={"x-api-key": KEY})

    assert client.call("GET", "/_sim/credentials", headers={"x-api-key": KEY}).json["system"] == "fennoa"
