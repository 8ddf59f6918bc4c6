"""Documents to submit, made from the examples of the contract, and a partner API to submit them to in process."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from simulator.contract.contract import Contract, built_in
from simulator.contract.files import data_folder
from simulator.partner.messages import Answer, Request
from simulator.partner.service import Service
from simulator.settings import Settings
from simulator.world import commands
from simulator.world.journal import Entry, Query
from simulator.world.records import Record
from simulator.world.setup import setup_from
from simulator.world.world import World

EXAMPLES = data_folder("schemas") / "accounting" / "examples"
PREFIX = "/api/v1/partner/accounting"
JSON = (b"content-type", b"application/json")
SECOND = 1_000_000


def example(name: str) -> Any:
    """The value of an example of the contract."""
    return json.loads((EXAMPLES / name).read_text(encoding="utf-8"))


LEDGER = example("ledger.json")["ledgers"]
LEDGER_MINIMAL = example("ledger.minimal.json")["ledgers"]
PAYMENT_MINIMAL = example("payment.minimal.json")["payments"][0]
INVOICE = example("invoice.record.json")


def ledger(identifier: str = "L-1", *, amount: Any = 48.2, **members: Any) -> dict[str, Any]:
    """A small ledger that balances; *members* are laid over it."""
    document: dict[str, Any] = copy.deepcopy(LEDGER_MINIMAL)
    document["ledgerIdentifier"] = identifier
    debit, credit = document["ledgerRows"]
    debit["amount"], credit["amount"] = float(amount), -float(amount)
    return {**document, **members}


def payment(identifier: str = "P-1", *, amount: Any = 48.2, **members: Any) -> dict[str, Any]:
    """A small payment; *members* are laid over it."""
    return {**copy.deepcopy(PAYMENT_MINIMAL), "paymentIdentifier": identifier, "amount": amount, **members}


def invoice(identifier: str = "I-1", **members: Any) -> dict[str, Any]:
    """An invoice as the control API makes it."""
    return {**INVOICE, "invoiceIdentifier": identifier, **members}


UNBALANCED: dict[str, Any] = {
    "ledgerRows": [{"accountNumber": "1701", "amount": 1}, {"accountNumber": "3000", "amount": -2}]
}
"""What a ledger may be laid over with to break a rule beyond the schema."""
NAMELESS: dict[str, Any] = {"invoiceNumber": None}
"""What a payment may be laid over with to break a rule beyond the schema."""


def read(answer: Answer) -> bytes:
    """The bytes of an answer, whether it comes in one or in pieces."""
    return answer.body if answer.pieces is None else b"".join(answer.pieces)


@dataclass
class Partner:
    """A world, and the partner API as its client sees it."""

    world: World
    service: Service
    headers: tuple[tuple[bytes, bytes], ...] = (JSON,)
    sent: list[Request] = field(default_factory=list)

    def call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Iterable[tuple[bytes, bytes]] | None = None,
        query: bytes = b"",
    ) -> Answer:
        """Send one request to a path below `/accounting`; *headers* stand for the usual ones."""
        given = self.headers if headers is None else tuple(headers)
        full = path if path.startswith("/api") else PREFIX + path
        return self.service.handle(self.world, Request(method, full, query, given, body))

    def submit(self, kind: str, value: Any) -> Answer:
        """Submit a ledger, or a list of payments."""
        name = {"ledger": "ledgers", "payment": "payments"}[kind]
        return self.call("POST", f"/{kind}", json.dumps({name: value}).encode())

    def look(self, kind: str, *query: tuple[str, str], **filters: str) -> Answer:
        """Ask for the status of the records of a kind."""
        return self.call("GET", f"/{kind}", headers=(), query=urlencode([*query, *filters.items()]).encode())

    def found(self, kind: str, *query: tuple[str, str], **filters: str) -> list[dict[str, Any]]:
        """The items of a status answer; none if there are none."""
        body = read(self.look(kind, *query, **filters))
        return json.loads(body)[f"{kind}s"] if body else []

    def run(self, command: str, **arguments: Any) -> dict[str, Any]:
        """Carry out a command of the control API."""
        return commands.run(self.world, command, arguments)

    def record(self, kind: str, identifier: str) -> Record:
        """A record of the world."""
        return self.world.record(kind, identifier)

    def entries(self, kind: str = "request") -> list[Entry]:
        """What the journal has kept."""
        return list(self.world.journal.find(Query(kind=kind)))

    @property
    def last(self) -> Entry:
        """The newest entry of the journal."""
        return self.world.journal.entries[-1]


def partner(
    key: str = "test-key",
    *,
    readings: Mapping[str, str] | None = None,
    contract: Contract | None = None,
    **settings: Any,
) -> Partner:
    """A fresh world with a clock that stands."""
    contract = contract or built_in()
    chosen = Settings(readings=tuple((readings or {}).items()), **{"clock": "virtual", **settings})
    return Partner(World(key, setup_from(chosen, contract), chosen, contract), Service(contract))


def steps(record: Record) -> list[str]:
    """The timeline of a record, by name."""
    return [step.what for step in record.steps]
