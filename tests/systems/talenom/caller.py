"""Somebody who calls Talenom in process, with good credentials unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from simulator.clock import VIRTUAL_START
from simulator.contract.jsontext import dumps, loads
from simulator.systems.base import Answer, Request
from simulator.systems.office import Office
from simulator.systems.talenom import credentials
from tests.systems.wired import TENANT, office

MOUNT = "/talenom"
BOOKS = credentials.GENERAL_LEDGER
SALES = credentials.SALES
ORG = credentials.organization_number(TENANT)
KEY = credentials.subscription_key(TENANT)

SALE: dict[str, Any] = {
    "category": "Cash",
    "voucherState": "Accepted",
    "voucherDate": "2026-03-31",
    "description": "Sales of March",
    "preventVatPeeling": True,
    "postings": [
        {"accountNumber": "3000", "vatIncludedAmount": -100},
        {"accountNumber": "1910", "vatIncludedAmount": 100},
    ],
}
"""A small voucher of version 2 that keeps all rules."""
ACCEPTED: dict[str, Any] = {
    "category": "Cash",
    "voucherDate": "2023-10-31",
    "description": "Sales October",
    "acceptor": "John Doe",
    "postings": [
        {"accountNumber": "3000", "description": "Buckets", "vatIncludedAmount": -2300.0},
        {"accountNumber": "2365", "vatIncludedAmount": 2300},
    ],
}
"""A voucher of the short form, as the vendor's own sample has it."""
OLD: dict[str, Any] = {
    "categoryCID": "Receipts",
    "voucherStateCID": "Accepted",
    "voucherDate": "2026-03-31",
    "description": "Receipts of March",
    "preventVatPeeling": True,
    "postings": SALE["postings"],
}
"""A voucher of the deprecated form."""


def sale(**members: Any) -> dict[str, Any]:
    """The small voucher with members laid over it."""
    return {**SALE, **members}


def posting(account: str | None, amount: Any, **members: Any) -> dict[str, Any]:
    """A posting."""
    return {"accountNumber": account, "vatIncludedAmount": amount, **members}


class Caller:
    """Calls the wire of one company."""

    def __init__(self, words: Mapping[str, Any] | None = None, **readings: str) -> None:
        self.office: Office = office("talenom", {**(words or {}), **({"readings": readings} if readings else {})})
        self.now = VIRTUAL_START
        self.key: str | None = KEY
        self.token = self.sign_in()

    def sign_in(self) -> str:
        """A fresh token; empty if there is none to be had."""
        fields = {
            "grant_type": "client_credentials",
            "client_id": credentials.client_id(TENANT),
            "client_secret": credentials.client_secret(TENANT),
        }
        return str(loads(self.ask_token(fields).body or b"{}").get("access_token", ""))

    def ask_token(self, fields: Mapping[str, str], **headers: str) -> Answer:
        """Ask for a token."""
        given = [("content-type", "application/x-www-form-urlencoded"), *headers.items()]
        body = urlencode(fields).encode()
        return self.office.answer(Request("POST", MOUNT + credentials.TOKEN_PATH, given, body, mount=MOUNT), self.now)

    def call(
        self, method: str, path: str, value: Any = None, *, body: bytes = b"", media: str = "application/json"
    ) -> Answer:
        """Send a request to a path below the mount."""
        headers = [("authorization", f"Bearer {self.token}")] if self.token else []
        if self.key is not None:
            headers.append((credentials.KEY_HEADER.lower(), self.key))
        if value is not None or body:
            headers.append(("content-type", media))
        sent = body if value is None else dumps(value)
        return self.office.answer(Request(method, MOUNT + path, headers, sent, mount=MOUNT), self.now)

    def post(self, *vouchers: Mapping[str, Any], form: str = "v2/vouchers") -> Answer:
        """Post a collection of vouchers."""
        return self.call("POST", f"{BOOKS}/{form}/{ORG}", list(vouchers))

    def book(self, *vouchers: Mapping[str, Any], form: str = "v2/vouchers") -> list[str]:
        """Post a collection that is taken; the GUIDs of its vouchers."""
        answer = self.post(*vouchers, form=form)
        assert answer.status == 200, answer.body
        return [one["voucherId"] for one in loads(answer.body)]

    def refused(self, *vouchers: Mapping[str, Any], form: str = "v2/vouchers") -> str:
        """Post a collection that is refused; the text of the error."""
        answer = self.post(*vouchers, form=form)
        assert answer.status == 400, answer
        value = loads(answer.body)
        assert set(value) == {"error", "code", "telemetryId"}
        return str(value["error"])

    def get(self, path: str, *query: tuple[str, Any], **parameters: Any) -> Any:
        """Read from the books what is there."""
        answer = self.read(path, *query, **parameters)
        assert answer.status == 200, answer
        return loads(answer.body)

    def read(self, path: str, *query: tuple[str, Any], **parameters: Any) -> Answer:
        """Read from the books, whatever comes back."""
        asked = urlencode([*query, *parameters.items()])
        return self.call("GET", f"{BOOKS}/{path}/{ORG}" + (f"?{asked}" if asked else ""))

    def voucher(self, guid: str) -> dict[str, Any]:
        """A voucher with its postings, as it is read back."""
        found: list[dict[str, Any]] = self.get("v2/vouchers", id=guid, includePostings="true")["results"]
        assert len(found) == 1
        return found[0]

    def vouchers(self) -> int:
        """How many vouchers the books hold."""
        return len(self.office.site.ledger.journal.by_key)

    def delete(self, guid: str) -> Answer:
        """Delete a voucher."""
        return self.call("DELETE", f"{BOOKS}/v1/vouchers/{ORG}/{guid}")
