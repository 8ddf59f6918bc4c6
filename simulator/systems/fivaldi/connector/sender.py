"""CFIS's side of the wire of Fivaldi: signs requests, sends them, and reads what is wrong out of an answer."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from simulator.clock import SECOND
from simulator.contract.jsontext import MalformedError, dumps, loads
from simulator.systems.base import BUSY, Answer, Line, Request, Result, Tenant
from simulator.systems.fivaldi.credentials import cuid_of, partner_of, secret_of
from simulator.systems.fivaldi.signature import BASE_PATH, SCHEME, body_parts, sign, signed_lines, string_to_sign
from simulator.systems.office import ORIGIN

MOUNT = "/fivaldi"
MEDIA_TYPE = "application/json"
GOOD = range(200, 300)
TOLD_MAX = 20
"""How many objections a reason names; a person reads it."""


class RefusedError(Exception):
    """Fivaldi refused a question that had to be answered before anything could be booked."""

    def __init__(self, result: Result) -> None:
        """Keep what becomes of the document."""
        self.result = result
        super().__init__(result.reason)


class Sender:
    """Sends requests of a partner about one company."""

    def __init__(self, tenant: Tenant) -> None:
        """Send with the credentials of the partner of *tenant*."""
        self.partner = partner_of(tenant)
        self.secret = secret_of(tenant)
        self.company = f"{MOUNT}{BASE_PATH}/companies/{cuid_of(tenant)}"

    def post(self, line: Line, path: str, value: Any) -> Answer:
        """Send a JSON value to a path below the company."""
        return self._send(line, "POST", path, "", dumps(value))

    def read(self, line: Line, path: str, query: str = "") -> Any:
        """Return what a path below the company answers. Raises RefusedError."""
        answer = self._send(line, "GET", path, query, b"")
        result = judged(answer)
        if result.verdict != "accepted":
            raise RefusedError(result)
        return loads(answer.body)

    def _send(self, line: Line, method: str, path: str, query: str, body: bytes) -> Answer:
        path = f"{self.company}/{path}"
        headers = [("x-fivaldi-partner", self.partner), ("x-fivaldi-timestamp", str(line.now // SECOND))]
        parts = body_parts(method, MEDIA_TYPE, body)
        text = string_to_sign(method, parts, signed_lines(headers), path, query)
        headers.append(("authorization", SCHEME + sign(self.secret, text)))
        if body:
            headers.append(("content-type", MEDIA_TYPE))
        target = f"{path}?{query}" if query else path
        return line.send(Request(method, target, headers, body, ORIGIN, MOUNT))


def judged(answer: Answer) -> Result:
    """Return what an answer means for the document: booked, to be tried again, or refused, with Fivaldi's words."""
    if answer.status in GOOD:
        return Result("accepted")
    texts = list(_told(answer))
    more = len(texts) - TOLD_MAX
    told = " ".join([*texts[:TOLD_MAX], *([f"And {more} more."] if more > 0 else [])])
    reason = f"Fivaldi answered {answer.status} {HTTPStatus(answer.status).phrase}" + (f": {told}" if told else "")
    return Result("unreachable" if answer.status in BUSY else "rejected", reason)


def codes_of(answer: Answer) -> set[int]:
    """Return the error codes of an answer."""
    return {error["errorCode"] for error in _errors(answer) if isinstance(error, dict)}


def _told(answer: Answer) -> Iterator[str]:
    errors = _errors(answer)
    for error in errors:
        yield f"{error['errorCode']} {error['message']}" if isinstance(error, dict) else str(error)
    if not errors:
        message = _body(answer).get("message")
        if message:
            yield str(message)


def _errors(answer: Answer) -> list[Any]:
    return list(_body(answer).get("errors") or ())


def _body(answer: Answer) -> dict[str, Any]:
    try:
        value = loads(answer.body)
    except MalformedError:
        return {}
    return value if isinstance(value, dict) else {}
