"""A small correct client with the four verbs, over HTTP or in process, and some that are not correct."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

Send = Callable[[str, str, bytes | None], tuple[int, bytes]]
STATES = {0: "pending", 1: "synced", 2: "failed"}
PREFIX = "/api/v1/partner/accounting"


def over_http(base_url: str, api_key: str) -> Send:
    """A way to send with the standard library; raises OSError where anything is wrong."""
    headers = {"X-Api-Key": api_key, "Content-Type": "application/json"}

    def send(method: str, target: str, body: bytes | None) -> tuple[int, bytes]:
        request = urllib.request.Request(base_url + PREFIX + target, body, headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()

    return send


class MyClient:
    """Believes nothing that it was not told, and asks about everything that is pending."""

    def __init__(self, base_url: str, api_key: str, _sleep: Callable[[float], None], send: Send | None = None) -> None:
        self.send = send or over_http(base_url, api_key)
        self.beliefs: dict[str, str] = {}
        self.kinds: dict[str, str] = {}

    def submit_ledger(self, ledger: dict[str, Any]) -> None:
        self.submit("ledger", {"ledgers": ledger}, [ledger["ledgerIdentifier"]])

    def submit_payments(self, payments: list[dict[str, Any]]) -> None:
        self.submit("payment", {"payments": payments}, [one["paymentIdentifier"] for one in payments])

    def submit(self, kind: str, body: Any, identifiers: list[str]) -> None:
        self.beliefs |= dict.fromkeys(identifiers, "refused")
        self.kinds |= dict.fromkeys(identifiers, kind)
        self.send("POST", f"/{kind}", json.dumps(body).encode())
        self.beliefs |= dict.fromkeys(identifiers, "pending")

    def refresh(self) -> None:
        for identifier, belief in self.beliefs.items():
            if belief == "pending":
                self.beliefs[identifier] = self.ask(identifier)

    def ask(self, identifier: str) -> str:
        kind = self.kinds[identifier]
        _, answer = self.send("GET", f"/{kind}?{urlencode({'sourceIdentifier': identifier})}", None)
        try:
            items = json.loads(answer)[f"{kind}s"] if answer else []
        except ValueError as error:
            raise OSError("this is no answer") from error
        return STATES[items[0]["status"]] if items else "pending"

    def states(self) -> dict[str, str]:
        return self.beliefs


class Hasty(MyClient):
    """Takes what is accepted for booked."""

    def submit(self, kind: str, body: Any, identifiers: list[str]) -> None:
        super().submit(kind, body, identifiers)
        self.beliefs |= dict.fromkeys(identifiers, "synced")


class Deaf(MyClient):
    """Never learns that anything has failed."""

    def ask(self, identifier: str) -> str:
        state = super().ask(identifier)
        return "pending" if state == "failed" else state


class Fragile(MyClient):
    """Falls over more than one document."""

    def refresh(self) -> None:
        if len(self.beliefs) > 1:
            raise KeyError("more than one")
        super().refresh()


class Forgetful(MyClient):
    """Keeps its queue in its head alone."""

    def restart(self) -> None:
        self.beliefs.clear()
