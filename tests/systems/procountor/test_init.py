"""Procountor as a system: who is let in, and how strangers are answered."""

from __future__ import annotations

from simulator.contract.jsontext import loads
from simulator.systems.base import Request
from simulator.systems.procountor import SYSTEM
from simulator.systems.procountor.protocol import MOUNT
from tests.systems.procountor.talking import OURS, token_request
from tests.systems.wired import IDENTITY, TENANT, stranger


def test_credentials_are_ready_to_be_pasted() -> None:
    assert SYSTEM.credentials(TENANT, "http://host:1/procountor") == {
        "baseUrl": "http://host:1/procountor/api",
        "host": "http://host:1/procountor",
        "clientId": OURS.client_id,
        "clientSecret": OURS.client_secret,
        "apiKey": OURS.api_key,
        "redirectUri": OURS.redirect_uri,
    }
    assert SYSTEM.identity_of(token_request()) == IDENTITY


def test_strangers_are_answered_as_procountor_does() -> None:
    answer = stranger(SYSTEM, Request("GET", f"{MOUNT}/api/coa", mount=MOUNT))
    assert (answer.status, loads(answer.body)["errors"][0]["message"]) == (401, "Unauthorized")
    answer = stranger(SYSTEM, token_request(api_key="x", client_id="x"))
    assert (answer.status, loads(answer.body)["error"]) == (401, "invalid_client")
