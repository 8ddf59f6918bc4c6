"""A partner who calls Fivaldi in process, and signs as the vendor's own example does: by a recipe of its own."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from simulator.clock import SECOND, VIRTUAL_START
from simulator.contract.jsontext import dumps, loads
from simulator.systems.base import Answer, Request
from simulator.systems.fivaldi import SYSTEM
from simulator.systems.office import Office
from tests.systems.wired import TENANT, office

MOUNT = "/fivaldi"
CREDENTIALS = SYSTEM.credentials(TENANT, "http://127.0.0.1:8480/fivaldi")
CUID: str = CREDENTIALS["cuid"]
NOW = str(VIRTUAL_START // SECOND)

SALE: dict[str, Any] = {
    "voucherTypeId": 80,
    "originalVoucherNumber": "123",
    "voucherDate": "2022-06-15",
    "bookkeepingMonth": 202206,
    "vatType": "CALCULATED",
    "validateEntrySum": True,
    "voucherEntries": [
        {"amount": -120, "accountNumber": 3000, "description": "Entry number 1"},
        {"amount": 120, "accountNumber": 1701, "description": "Entry number 2"},
    ],
}
"""A small voucher, as an earlier client's README has it."""
ORDER: dict[str, Any] = {
    "customerId": "1002",
    "languageCode": "FIN",
    "currency": "EUR",
    "currencyRate": 1,
    "paymentTermId": "1",
    "postingGroupId": "0000000001",
    "transmissionTypeId": "0000000003",
    "salesOrderRowDTOS": [
        {"productCode": "M1", "description": "mallituote 2", "unitPriceExcludingTax": 10, "quantity": 5, "unitId": "2"}
    ],
}
"""A small sales order, as the same README has it."""


def signature(secret: str, *lines: str) -> str:
    """The signature of lines."""
    return base64.b64encode(hmac.new(secret.encode(), "\n".join(lines).encode(), hashlib.sha256).digest()).decode()


def signed(
    method: str, path: str, body: bytes = b"", *, timestamp: str = NOW, media_type: str = "application/json",
    signed_path: str = "", received: int | None = None, **headers: str,
) -> Request:  # fmt: skip
    """A request to a path below `/customer/api`, signed with the path that a client of the whole base URL sees."""
    target = f"{MOUNT}/customer/api{path}"
    place, _, query = target.partition("?")
    is_signed_body = body and method != "GET" and not media_type.startswith("multipart/")
    parts = [hashlib.md5(body).hexdigest(), media_type] if is_signed_body else ["", ""]  # noqa: S324 - the vendor's
    own = [f"x-fivaldi-partner:{CREDENTIALS['partnerId']}", f"x-fivaldi-timestamp:{timestamp}"]
    lines = [method, *parts, *own, signed_path or place, *([query] if query else [])]
    given = {
        "x-fivaldi-partner": CREDENTIALS["partnerId"],
        "x-fivaldi-timestamp": timestamp,
        "authorization": f"Fivaldi {signature(CREDENTIALS['partnerSecret'], *lines)}",
        **({"content-type": media_type} if body else {}),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return Request(method, target, list(given.items()), body, mount=MOUNT, received=received)


class Partner:
    """Calls the company of the tests."""

    def __init__(self, words: Mapping[str, Any] | None = None, **readings: str) -> None:
        self.books: Office = office("fivaldi", {**(words or {}), "readings": readings})
        self.now = VIRTUAL_START

    def send(self, request: Request) -> Answer:
        return self.books.answer(request, self.now)

    def call(self, method: str, path: str, value: Any = None, **query: Any) -> tuple[int, Any]:
        """Status and body of what a path below the company answers."""
        return self.at(method, f"/companies/{CUID}/{path}", value, **query)

    def at(self, method: str, path: str, value: Any = None, **query: Any) -> tuple[int, Any]:
        """Status and body of what a path below `/customer/api` answers."""
        whole = f"{path}?{urlencode(query)}" if query else path
        answer = self.send(signed(method, whole, b"" if value is None else dumps(value)))
        return answer.status, loads(answer.body) if answer.body else None

    def get(self, path: str, **query: Any) -> Any:
        """What a path answers, which must be good."""
        status, body = self.call("GET", path, **query)
        assert status == 200, body
        return body

    def refused(self, path: str, value: Any = None, method: str = "POST", **query: Any) -> list[str]:
        """The errors of an ApiErrorList."""
        status, body = self.call(method, path, value, **query)
        assert status == 400, body
        assert set(body) == {"status", "message", "errors"}
        errors: list[str] = body["errors"]
        return errors

    def book(self, **members: Any) -> int:
        """The number of a voucher that is imported; None takes a member away."""
        status, body = self.call("POST", "bookkeeping/vouchers", voucher(**members))
        assert status == 200, body
        assert self.books.site.about.schemas.validator("voucher.imported.json").is_valid(body)
        number: int = body["fivaldiVoucherNumber"]
        return number

    def codes(self, **members: Any) -> list[int]:
        """The error codes of a voucher that is not imported."""
        return [error["errorCode"] for error in self.errors(voucher(**members))]

    def errors(self, value: Any) -> list[dict[str, Any]]:
        """The errors of a voucher that is not imported."""
        status, body = self.call("POST", "bookkeeping/vouchers", value)
        assert status == 400, body
        assert set(body) == {"message", "errors"}
        errors: list[dict[str, Any]] = body["errors"]
        return errors


def voucher(**members: Any) -> dict[str, Any]:
    """The small voucher with other members; None takes one away."""
    return {name: value for name, value in {**SALE, **members}.items() if value is not None}


def entries(*rows: tuple[Any, Any] | dict[str, Any]) -> list[dict[str, Any]]:
    """Entries of (account, amount), or in full."""
    return [row if isinstance(row, dict) else {"accountNumber": row[0], "amount": row[1]} for row in rows]
