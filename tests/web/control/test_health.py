"""What probes are told."""

from __future__ import annotations

from simulator import __version__
from tests.web.control.client import Client


def test_a_server_that_runs_is_alive_and_ready(client: Client) -> None:
    assert client.get("/_sim/health/live") == {"status": "alive", "version": __version__}
    assert client.get("/_sim/health/ready") == {"status": "ready", "version": __version__}


def test_a_server_that_stops_is_alive_and_no_longer_ready(client: Client) -> None:
    client.app.streams.close()
    assert client.get("/_sim/health/live")["status"] == "alive"
    answer = client.call("GET", "/_sim/health/ready")
    assert (answer.status, answer.json["status"]) == (503, "stopping")
