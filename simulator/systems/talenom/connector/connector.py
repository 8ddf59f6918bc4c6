"""What CFIS sends to Talenom: a token first, then one voucher for each document."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from simulator.clock import SECOND, Instant
from simulator.contract.jsontext import MalformedError, dumps, loads
from simulator.systems.base import ACCEPTED, BUSY, Answer, Headers, Line, Request, Result, Tenant
from simulator.systems.document import LedgerDocument, PaymentDocument
from simulator.systems.office import ORIGIN
from simulator.systems.talenom import credentials
from simulator.systems.talenom.connector.mapping import Translator

MOUNT = "/talenom"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
LATER = BUSY | {500}
"""Statuses after which it is tried again: with 500 the vendor asks to try again later, too."""
MARGIN = 60 * SECOND
"""How long before its end a token is renewed."""
BARE = {
    401: "the access token is not valid",
    403: "there is no right to this organisation",
    404: "not found",
    502: "the gateway reaches no API",
    503: "temporarily unavailable",
}
"""What a status means that comes without a body."""


class TalenomConnector:
    """Books documents as vouchers."""

    def __init__(self, tenant: Tenant, translator: Translator) -> None:
        """Start without a token."""
        self._tenant = tenant
        self._translator = translator
        self._token = ""
        self._renew_at: Instant = 0
        self._path = f"{MOUNT}{credentials.GENERAL_LEDGER}/v2/vouchers/{credentials.organization_number(tenant)}"
        self._key = (credentials.KEY_HEADER, credentials.subscription_key(tenant))

    def ledger(self, document: LedgerDocument, line: Line) -> Result:
        """Book a ledger document."""
        return self._book(self._translator.of_ledger(document), line)

    def payment(self, document: PaymentDocument, line: Line) -> Result:
        """Book a payment as a voucher."""
        return self._book(self._translator.of_payment(document), line)

    def _book(self, voucher: dict[str, Any], line: Line) -> Result:
        body = dumps([voucher])
        if not self._token or line.now >= self._renew_at:
            refused = self._sign_in(line)
            if refused is not None:
                return refused
            return _read(self._send(body, line))
        answer = self._send(body, line)
        if answer.status == 401 and _value(answer) is None:  # noqa: PLR2004 - HTTP
            # The token was withdrawn before its time. A body would be the gateway's, which is about the key.
            refused = self._sign_in(line)
            if refused is not None:
                return refused
            answer = self._send(body, line)
        return _read(answer)

    def _sign_in(self, line: Line) -> Result | None:
        """Get a token; return why there is none."""
        self._token = ""
        form = urlencode(
            {
                "grant_type": "client_credentials",
                "client_id": credentials.client_id(self._tenant),
                "client_secret": credentials.client_secret(self._tenant),
            }
        )
        answer = self._request(credentials.TOKEN_PATH, [("content-type", FORM)], form.encode(), line)
        value = _value(answer)
        if answer.status != 200 or not isinstance(value, dict) or not value.get("access_token"):  # noqa: PLR2004 - HTTP
            return _refused(answer)
        self._token = str(value["access_token"])
        self._renew_at = line.now + max(0, int(value.get("expires_in", 0)) * SECOND - MARGIN)
        return None

    def _send(self, body: bytes, line: Line) -> Answer:
        headers = [self._key, ("authorization", f"Bearer {self._token}"), ("content-type", JSON), ("accept", JSON)]
        return line.send(Request("POST", self._path, headers, body, ORIGIN, MOUNT))

    def _request(self, path: str, headers: Headers, body: bytes, line: Line) -> Answer:
        return line.send(Request("POST", MOUNT + path, [*headers, ("accept", JSON)], body, ORIGIN, MOUNT))


def _value(answer: Answer) -> Any:
    """Return the JSON value of an answer; None if it has none."""
    try:
        return loads(answer.body)
    except MalformedError:
        return None


def _read(answer: Answer) -> Result:
    """Return what an answer to a collection of one voucher means."""
    if answer.status != 200:  # noqa: PLR2004 - HTTP
        return _refused(answer)
    value = _value(answer)
    made = value[0] if isinstance(value, list) and len(value) == 1 else None
    if isinstance(made, dict) and made.get("voucherId"):
        return ACCEPTED
    return Result("rejected", "Talenom answered 200 and named no voucher")


def _refused(answer: Answer) -> Result:
    value = _value(answer)
    if isinstance(value, dict):
        text = value.get("error_description") or value.get("message") or value.get("error")
        code = value.get("code") or (value.get("error") if "error_description" in value else value.get("statusCode"))
        told = f"{text} ({code})" if code and code != answer.status else str(text)
    else:
        told = BARE.get(answer.status, "it did not say why")
    reason = f"Talenom answered {answer.status}: {told}"
    return Result("unreachable" if answer.status in LATER else "rejected", reason)
