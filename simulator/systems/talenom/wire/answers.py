"""How Talenom answers: the gateway in its own shape, the API with an error, a code and a telemetry id."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

from simulator.clock import SECOND, Instant, show_instant
from simulator.contract.jsontext import dumps
from simulator.systems.base import Answer, Tenant

JSON = "application/json"
PROBLEMS_MAX = 50
"""How many violations an answer tells; more would only be noise."""


class RefusedError(Exception):
    """The API refuses a request: with which status and code, and why."""

    def __init__(self, status: int, code: str, problems: Iterable[str]) -> None:
        """Keep what is wrong; every problem is a sentence of its own."""
        self.status = status
        self.code = code
        self.problems: Sequence[str] = list(problems)
        super().__init__(code)


class Identifiers:
    """What the company's system numbers: GUIDs, versions and telemetry, all in the order of the requests."""

    def __init__(self, tenant: Tenant) -> None:
        """Start at 1."""
        self._tenant = tenant
        self._last_version = 0
        self._last: dict[str, int] = {}

    def guid(self, purpose: str) -> str:
        """Return a GUID that nobody had before."""
        digits = self._hex(purpose)
        # The signs that say version 4, as every GUID of the vendor's kind has them.
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def version(self) -> str:
        """Return the next row version: eight bytes that only grow, in Base64."""
        self._last_version += 1
        return b64encode(self._last_version.to_bytes(8, "big")).decode()

    def telemetry(self) -> str:
        """Return the id of a trace."""
        return self._hex("telemetry")

    def _hex(self, purpose: str) -> str:
        number = self._last[purpose] = self._last.get(purpose, 0) + 1
        address = f"talenom\x1f{purpose}\x1f{number}\x1f{self._tenant.identity}"
        return blake2b(address.encode(), digest_size=16).hexdigest()


def json_answer(value: Any, status: int = 200) -> Answer:
    """Return a JSON value as an answer."""
    return Answer(status, dumps(value), JSON)


def empty(status: int) -> Answer:
    """Return an answer without a body, as the API gives for most statuses."""
    return Answer(status)


def refusal(error: RefusedError, identifiers: Identifiers) -> Answer:
    """Return the body that the API gives with 400 and 500: all problems in one text."""
    told = "; ".join(error.problems[:PROBLEMS_MAX])
    if len(error.problems) > PROBLEMS_MAX:
        told += f"; and {len(error.problems) - PROBLEMS_MAX} more"
    return json_answer({"error": told, "code": error.code, "telemetryId": identifiers.telemetry()}, error.status)


def gateway(status: int, message: str, *headers: tuple[str, str]) -> Answer:
    """Return an error of the gateway, which is not the API's."""
    return Answer(status, dumps({"statusCode": status, "message": message}), JSON, headers)


def missing_key() -> Answer:
    """Return the gateway's answer to a request without a subscription key."""
    return gateway(401, "Access denied: the request has no subscription key.")


def wrong_key() -> Answer:
    """Return the gateway's answer to a subscription key that it does not know."""
    return gateway(401, "Access denied: the subscription key is not valid.")


def stamp(instant: Instant | None) -> str | None:
    """Return an instant with seven digits after the second, as the vendor's samples have it."""
    if instant is None:
        return None
    whole = show_instant(instant).partition(".")[0]
    return f"{whole}.{instant % SECOND:06d}0Z"
