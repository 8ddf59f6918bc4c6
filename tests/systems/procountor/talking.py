"""Somebody who talks to Procountor directly, with a token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from simulator.clock import VIRTUAL_START
from simulator.contract.jsontext import dumps, loads
from simulator.systems.base import Answer, Request
from simulator.systems.office import Office
from simulator.systems.procountor.protocol import FORM, MOUNT, credentials_of
from tests.systems.wired import TENANT, office

OURS = credentials_of(TENANT)
FIELDS = {
    "grant_type": "client_credentials",
    "client_id": OURS.client_id,
    "client_secret": OURS.client_secret,
    "api_key": OURS.api_key,
    "redirect_uri": OURS.redirect_uri,
}


def token_request(path: str = "/api/oauth/token", kind: str = FORM, **changes: str | None) -> Request:
    """A request for a token; None leaves a field out."""
    fields = {name: value for name, value in {**FIELDS, **changes}.items() if value is not None}
    headers = [("content-type", kind)]
    return Request("POST", MOUNT + path, headers, urlencode(fields).encode(), mount=MOUNT)


@dataclass
class Talker:
    """Somebody with a token."""

    books: Office
    now: int = VIRTUAL_START
    token: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)

    def send(self, method: str, path: str, body: Any = None, base: str = "/api", **query: Any) -> Answer:
        """Send a request with the token."""
        raw = body if isinstance(body, bytes) else b"" if body is None else dumps(body)
        target = MOUNT + base + path + (f"?{urlencode(query)}" if query else "")
        headers = [("authorization", f"Bearer {self.token}"), ("content-type", "application/json"), *self.headers]
        return self.books.answer(Request(method, target, headers, raw, mount=MOUNT), self.now)

    def get(self, path: str, **query: Any) -> Any:
        """The JSON value of a successful GET."""
        answer = self.send("GET", path, **query)
        assert answer.status == 200, answer.body[:500]
        return loads(answer.body)

    def done(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The JSON value of a request that is carried out."""
        answer = self.send(method, path, body, **query)
        assert answer.status == 200, answer.body[:500]
        return loads(answer.body)

    def refused(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, list[tuple[str, str]]]:
        """The status of a request that is refused, and (field, message) of each error."""
        answer = self.send(method, path, body, **query)
        assert answer.status >= 400, answer.body[:500]
        listed = loads(answer.body)["errors"]
        assert {one["status"] for one in listed} == {answer.status}
        return answer.status, [(one.get("field", ""), one["message"]) for one in listed]


def talker(words: Mapping[str, Any] | None = None, **readings: str) -> Talker:
    """Somebody with a fresh token for fresh books."""
    talking = Talker(office("procountor", {**(words or {}), **({"readings": readings} if readings else {})}))
    renew(talking)
    return talking


def renew(talking: Talker) -> None:
    """Get a token."""
    answer = talking.books.answer(token_request(), talking.now)
    assert answer.status == 200, answer.body
    talking.token = loads(answer.body)["access_token"]


def row(account: str, amount: Any, percent: Any = 0, **rest: Any) -> dict[str, Any]:
    """A row of a receipt."""
    return {"transactionType": "ENTRY", "account": account, "accountingValue": amount, "vatPercent": percent, **rest}


def journal(*rows: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """A journal that balances, if no rows are given."""
    given = list(rows) or [row("1701", 125.5), row("3000", -100, 25.5, vatType="SALES", vatStatus=1)]
    return {
        "type": "JOURNAL",
        "name": "Sales",
        "receiptDate": "2026-01-15",
        "vatType": "SALES",
        "vatStatus": 12,
        "transactions": given,
        **rest,
    }


def invoice(**rest: Any) -> dict[str, Any]:
    """A sales invoice of 251.00."""
    return {
        "type": "SALES_INVOICE",
        "date": "2026-01-10",
        "counterParty": {"counterPartyAddress": {"name": "Aino Esimerkki"}},
        "paymentInfo": {
            "paymentMethod": "BANK_TRANSFER",
            "currency": "EUR",
            "dueDate": "2026-01-24",
            "currencyRate": 1,
            "bankAccount": {"accountNumber": "FI2112345600000785"},
            "bankReferenceCode": "",
        },
        "extraInfo": {"accountingByRow": True, "unitPricesIncludeVat": False},
        "discountPercent": 0,
        "invoiceRows": [
            {
                "product": "Design",
                "quantity": 2,
                "unit": "HOUR",
                "unitPrice": 100,
                "discountPercent": 0,
                "vatPercent": 25.5,
            }
        ],
        "vatStatus": 1,
        "invoiceChannel": "NO_SENDING",
        "language": "FINNISH",
        "originalInvoiceNumber": "A-77",
        **rest,
    }


def paid(amount: Any = 251, **rest: Any) -> dict[str, Any]:
    """Money for an invoice."""
    return {"paymentDate": "2026-01-20", "amount": amount, "currency": "EUR", **rest}
