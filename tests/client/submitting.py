"""A client under test in one function: it submits a ledger document to a world."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from simulator.client import World

LEDGER = "/api/v1/partner/accounting/ledger"


def submit(world: World, identifier: str, credit: float = -48.20, **members: Any) -> int:
    """Submit a document whose rows balance, unless *credit* says otherwise, and return the status of the answer."""
    rows = [{"accountNumber": "1701", "amount": 48.20}, {"accountNumber": "3000", "amount": credit}]
    ledger = {"ledgerIdentifier": identifier, "documentDate": "2026-01-15", "ledgerRows": rows, **members}
    return ask(world, "POST", json.dumps({"ledgers": ledger}))


def ask(world: World, method: str = "GET", body: str | None = None, query: str = "") -> int:
    """Ask how the documents fare, or send *body*, and return the status of the answer."""
    connection = HTTPConnection(urlsplit(world.url).netloc, timeout=10)
    try:
        headers = {"X-Api-Key": world.key, "Content-Type": "application/json"}
        connection.request(method, LEDGER + query, body, headers)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()
