"""The connection of CFIS to Procountor: a token that is kept while it is good, and answers that are understood."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from simulator.clock import MINUTE, SECOND, Instant
from simulator.contract.jsontext import MalformedError, dumps, loads
from simulator.systems.base import BUSY, Answer, Line, Request, Result, Tenant, Verdict
from simulator.systems.office import ORIGIN
from simulator.systems.procountor.protocol import BASE, FORM, JSON, MOUNT, TOKEN_PATH, credentials_of

OK = 200
UNAUTHORIZED = 401
EARLY = MINUTE
"""A token is renewed this much before it expires."""
MEANINGS = {
    "ERROR_LEDGERACCOUNT_VATPERCENTAGE_COMBINATION": "account not found, or the VAT percentage is not in use",
    "DIMENSION_OR_DIMENSION_ITEM_IDENTIFIERS_DOES_NOT_MATCH_THOSE_STORED_IN_DATABASE": "dimension not found",
    "ERROR_VATSTATUS_VATPERC": "the VAT status does not allow the VAT percentage",
    "Unauthorized": "the credentials are wrong, or the API key was revoked",
    "CLOSED_FISCAL_PERIOD": "the fiscal year or period is closed, or there is none",
}
"""What the vendor's codes mean, in words."""
TITLE = re.compile(rb"<title>([^<]{1,200})</title>", re.IGNORECASE)
STEP = re.compile(r"[^.\[\]]+")


class NotDoneError(Exception):
    """Procountor did not do what it was asked for."""

    def __init__(self, result: Result, status: int) -> None:
        """Keep what it means for the record, and the status of the answer."""
        self.result = result
        self.status = status
        super().__init__(result.reason)


class Connection:
    """Asks for a token when one is needed, and sends requests with it."""

    def __init__(self, tenant: Tenant) -> None:
        """Use the credentials of *tenant*."""
        self._credentials = credentials_of(tenant)
        self._token = ""
        self._expires: Instant = 0

    def ask(self, line: Line, method: str, path: str, body: Any = None, query: dict[str, str] | None = None) -> Any:
        """Send a request; return the JSON value of the answer. Raises NotDoneError."""
        if not self._token or line.now >= self._expires:
            self._renew(line)
        answer = self._send(line, method, path, body, query)
        if answer.status == UNAUTHORIZED:
            self._renew(line)
            answer = self._send(line, method, path, body, query)
        if answer.status != OK:
            raise not_done(answer, body)
        return _json(answer)

    def _send(self, line: Line, method: str, path: str, body: Any, query: dict[str, str] | None) -> Answer:
        headers = [("authorization", f"Bearer {self._token}"), ("accept", JSON)]
        if body is not None:
            headers.append(("content-type", JSON))
        target = f"{MOUNT}{BASE}{path}" + (f"?{urlencode(query)}" if query else "")
        return line.send(Request(method, target, headers, b"" if body is None else dumps(body), ORIGIN, MOUNT))

    def _renew(self, line: Line) -> None:
        self._token = ""
        ours = self._credentials
        form = {
            "grant_type": "client_credentials",
            "client_id": ours.client_id,
            "client_secret": ours.client_secret,
            "redirect_uri": ours.redirect_uri,
            "api_key": ours.api_key,
        }
        headers = [("content-type", FORM), ("accept", JSON)]
        target = f"{MOUNT}{BASE}{TOKEN_PATH}"
        answer = line.send(Request("POST", target, headers, urlencode(form).encode(), ORIGIN, MOUNT))
        if answer.status != OK:
            raise not_done(answer, None)
        given = _json(answer)
        self._token = str(given["access_token"])
        self._expires = line.now + int(given["expires_in"]) * SECOND - EARLY


def _json(answer: Answer) -> Any:
    try:
        return loads(answer.body)
    except MalformedError:
        return None


def not_done(answer: Answer, sent: Any) -> NotDoneError:
    """Return what an answer that is no success means for the record."""
    verdict: Verdict = "unreachable" if answer.status in BUSY else "rejected"
    return NotDoneError(Result(verdict, f"Procountor {answer.status}: {'; '.join(_told(answer, sent))}"), answer.status)


def _told(answer: Answer, sent: Any) -> list[str]:
    value = _json(answer)
    listed = value.get("errors") if isinstance(value, dict) else None
    if isinstance(listed, list) and listed:
        return [_sentence(one, sent) for one in listed if isinstance(one, dict)]
    if isinstance(value, dict) and "error" in value:
        return [str(value.get("error_description") or value["error"])]
    title = TITLE.search(answer.body)
    return [title[1].decode("latin-1") if title else "an answer that says nothing"]


def _sentence(error: dict[str, Any], sent: Any) -> str:
    field, text = str(error.get("field") or ""), str(error.get("message") or "")
    meaning = f" ({MEANINGS[text]})" if text in MEANINGS else ""
    if not field:
        return text + meaning
    value = value_at(sent, field)
    shown = "" if value is None or isinstance(value, dict | list) else f" {value}"
    return f"{field}{shown}: {text}{meaning}"


def value_at(value: Any, field: str) -> Any:
    """Return what was sent in a field such as `transactions[2].account`; None if there is no such field."""
    for step in STEP.findall(field):
        if isinstance(value, list):
            value = value[int(step)] if step.isdecimal() and int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value
