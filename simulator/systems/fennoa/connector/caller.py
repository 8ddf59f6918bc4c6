"""CFIS on the phone to Fennoa: sends a call, and makes of the answer what was said or why it was refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlencode

from simulator.contract.jsontext import MalformedError, loads
from simulator.systems.base import BUSY, Answer, Line, Request, Result, Tenant
from simulator.systems.fennoa.credentials import BASE, authorization_of
from simulator.systems.office import ORIGIN

MOUNT = "/fennoa"
OK = 200
TOLD_MAX = 20
"""How many objections a reason names; a person reads it."""
FORM = "application/x-www-form-urlencoded; charset=UTF-8"


class RefusedError(Exception):
    """Fennoa did not do what it was asked for."""

    def __init__(self, result: Result) -> None:
        """Keep what becomes of the document."""
        self.result = result
        super().__init__(result.reason)


class Caller:
    """Calls with the credentials of a company."""

    def __init__(self, tenant: Tenant) -> None:
        """Call for *tenant*."""
        self._headers = [("authorization", authorization_of(tenant)), ("accept", "application/json")]

    def get(self, line: Line, *steps: str, **query: str) -> Any:
        """Return the `data` of a reading call, whose path has *steps*. Raises RefusedError."""
        target = "".join(f"/{quote(step, safe='')}" for step in steps) + (f"?{urlencode(query)}" if query else "")
        return self._send(line, Request("GET", MOUNT + BASE + target, self._headers)).get("data")

    def post(self, line: Line, path: str, fields: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """Post a form; return the answer. Raises RefusedError."""
        headers = [*self._headers, ("content-type", FORM)]
        return self._send(line, Request("POST", MOUNT + BASE + path, headers, urlencode(list(fields)).encode()))

    @staticmethod
    def _send(line: Line, request: Request) -> dict[str, Any]:
        request.origin, request.mount = ORIGIN, MOUNT
        answer = line.send(request)
        said = _read(answer)
        if answer.status != OK or said.get("status") != "ok":
            text = f"Fennoa answered {answer.status}: {told(said.get('errors')) or 'no reason given'}"
            raise RefusedError(Result("unreachable" if answer.status in BUSY else "rejected", text))
        return said


def _read(answer: Answer) -> dict[str, Any]:
    try:
        said = loads(answer.body)
    except MalformedError:
        return {"errors": answer.body[:200].decode("utf-8", "replace")}
    return said if isinstance(said, dict) else {}


def told(errors: Any) -> str:
    """Return errors of any of Fennoa's shapes as a sentence; they may hold the same text twice, and null."""
    if isinstance(errors, dict):
        return _joined([f"{field}: {text}" for field, given in errors.items() if (text := told(given))])
    if isinstance(errors, list):
        return _joined(list(dict.fromkeys(text for text in map(told, errors) if text)))
    return "" if errors is None else str(errors)


def _joined(texts: list[str]) -> str:
    more = len(texts) - TOLD_MAX
    return "; ".join([*texts[:TOLD_MAX], *([f"and {more} more"] if more > 0 else [])])
