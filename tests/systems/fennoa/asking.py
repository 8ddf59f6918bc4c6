"""Somebody who speaks to Fennoa with the credentials of the company, as the clients in the facts do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

import requests

from simulator.clock import VIRTUAL_START
from simulator.contract.jsontext import loads
from simulator.systems.base import Answer, Reply, Request
from simulator.systems.fennoa import SYSTEM
from simulator.systems.fennoa.credentials import authorization_of
from simulator.systems.office import Office
from tests.systems.wired import TENANT, office

MOUNT = "/fennoa"
URL_ENCODED = "application/x-www-form-urlencoded"
PDF = b"%PDF-1.4\r\n--\r\nnot much"
Fields = Mapping[str, Any] | Sequence[tuple[str, Any]]

INVOICE: dict[str, Any] = {
    "name": "Asiakas Oy",
    "address": "Katu 1",
    "postalcode": "00100",
    "city": "Helsinki",
    "country": "FI",
    "invoice_date": "2026-01-15",
    "due_date": "2026-01-29",
    "row[1][name]": "Työ",
    "row[1][price]": "100",
    "row[1][quantity]": "2",
    "row[1][vatpercent]": "25.5",
}
STATEMENT: dict[str, Any] = {
    "entry_date": "2026-01-15",
    "statement_series_code": "CA",
    "description": "Cash sales",
    "row[1][account]": "1910",
    "row[1][debit]": "125.50",
    "row[2][account]": "3000",
    "row[2][credit]": "100.00",
    "row[2][vatcode]": "63",
    "row[3][account]": "2939",
    "row[3][credit]": "25.50",
}


def multipart(fields: Mapping[str, Any], files: Mapping[str, Any] | None = None) -> tuple[str, bytes]:
    """Content type and body, as the library requests writes them."""
    parts = {**{name: (None, str(value)) for name, value in fields.items()}, **(files or {})}
    prepared = requests.Request("POST", "http://x", files=parts).prepare()
    assert isinstance(prepared.body, bytes)
    return str(prepared.headers["Content-Type"]), prepared.body


class Asker:
    """Calls, and reads the answers."""

    def __init__(self, words: Mapping[str, Any] | None = None, now: int = VIRTUAL_START) -> None:
        self.books: Office = office("fennoa", words)
        self.now = now

    def send(self, method: str, path: str, body: bytes = b"", media_type: str = "", **headers: str) -> Answer:
        given = {"authorization": authorization_of(TENANT), **headers}
        if media_type:
            given["content-type"] = media_type
        request = Request(method, f"{MOUNT}/api/{path}", list(given.items()), body, mount=MOUNT)
        answer = self.books.answer(request, self.now)
        self.judge(answer)
        return answer

    def judge(self, answer: Answer) -> None:
        """Every refusal has one of the three shapes."""
        said = loads(answer.body)
        assert (said["status"] == "ok") == (answer.status == 200)
        if answer.status != 200:
            SYSTEM.about.schemas.validator("error.json").validate(said)

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.send("GET", path)
        assert answer.status == status, answer.body
        return loads(answer.body)

    def post(self, path: str, fields: Fields = (), status: int = 200) -> Any:
        answer = self.send("POST", path, urlencode(fields).encode(), URL_ENCODED)
        assert answer.status == status, answer.body
        return loads(answer.body)

    def errors(self, path: str, fields: Fields = (), status: int = 400) -> Any:
        return self.post(path, fields, status)["errors"]

    @property
    def vouchers(self) -> list[Any]:
        return list(self.books.site.ledger.journal.by_key.values())

    def draft(self, **changes: Any) -> int:
        return int(self.post("sales_api/add", without_none({**INVOICE, **changes}))["id"])

    def approved(self, **changes: Any) -> int:
        key = self.draft(**changes)
        self.post(f"sales_api/do/approve/{key}")
        return key


def without_none(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of which those are left out that are None."""
    return {name: value for name, value in fields.items() if value is not None}


def statement(**changes: Any) -> dict[str, Any]:
    """A statement that is taken, with changes; the names of rows are written `row1_debit`."""
    named = {
        f"row[{name[3:4]}][{name[5:]}]" if name.startswith("row") else name: value for name, value in changes.items()
    }
    return without_none({**STATEMENT, **named})


def fields_of(reply: Reply, number: int = -1) -> dict[str, str]:
    """The form of an exchange."""
    return dict(parse_qsl(reply.exchanges[number].request.body.decode(), keep_blank_values=True))


def paths(reply: Reply) -> list[str]:
    """The paths of all exchanges, below the base."""
    return [exchange.request.target.partition("?")[0].removeprefix("/fennoa/api/") for exchange in reply.exchanges]
