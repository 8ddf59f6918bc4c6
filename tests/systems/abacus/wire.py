"""What Abacus answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from simulator.clock import Instant
from simulator.contract.jsontext import MalformedError, dumps, loads
from simulator.systems.base import Answer, Request, Tenant
from simulator.systems.books.vouchers import Posting
from simulator.systems.office import Site

KEY_HEADER = "x-abacus-key"


def key_of(tenant: Tenant) -> str:
    """The key of a company."""
    return f"{tenant.identity}-{tenant.letters('abacus', 12)}"


class AbacusWire:
    """Checks, books, answers."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def answer(self, request: Request, now: Instant) -> Answer:
        """Answer a request."""
        gate = self.site.gate
        if gate.is_in_maintenance:
            return _json(503, error="closed for maintenance")
        if gate.is_revoked or request.header(KEY_HEADER) != key_of(self.site.tenant):
            return _json(401, error="the key is wrong")
        if self.site.is_too_fast(now):
            return _json(429, error="too fast")
        match request.method, request.path:
            case "POST", "/vouchers":
                return self._book(request, now)
            case "GET", "/balances":
                balances = self.site.ledger.journal.balances()
                return _json(200, **{account: f"{amount:.2f}" for account, amount in balances.items()})
        return _json(404, error="there is nothing here")

    def _book(self, request: Request, now: Instant) -> Answer:
        try:
            given = loads(request.body)
        except MalformedError as error:
            return _json(400, error=error.detail)
        postings = [
            Posting(
                one["account"], Decimal(one["amount"]), one["text"], dimensions=tuple(map(tuple, one["dimensions"]))
            )
            for one in given["rows"]
        ]
        ledger = self.site.ledger
        for objection in ledger.objections(given["date"], postings):
            return _json(422, error=objection.sentence())
        year = ledger.calendar.year_of(given["date"])
        assert year is not None
        voucher = ledger.journal.add("V", year.begin, given["date"], postings, now)
        return _json(int(self.site.readings["success_status"]), number=voucher.number)


def _json(status: int, **members: Any) -> Answer:
    return Answer(status, dumps(members), "application/json")
