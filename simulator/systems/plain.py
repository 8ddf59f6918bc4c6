"""The plain system: books of our own without a vendor's wire, for whoever does not care which system it is.

It is a stand-in and says so. It books what CFIS hands it, as CFIS has it; it refuses what its books forbid:
an account that is not in the chart, a date in a locked period.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import date as calendar_date
from types import MappingProxyType
from typing import Any, TypeGuard

from simulator.clock import Instant
from simulator.contract.jsontext import dumps, loads
from simulator.errors import SettingError
from simulator.systems.base import Answer, Reply, Request, Tenant

MEDIA_TYPE = "application/json"
ACCEPTED = Reply("accepted", media_type=MEDIA_TYPE, answered=b'{"booked":true}')


class PlainBooks:
    """A chart of accounts and a lock; without either, everything is booked."""

    def __init__(self, setup: Mapping[str, Any]) -> None:
        """Open books with `accounts` (a list of numbers) and `locked_until` (a date), both optional."""
        self.accounts: frozenset[str] | None = None
        self.locked_until = ""
        self.arrange(setup)

    def arrange(self, setup: Mapping[str, Any]) -> None:
        """Take another chart and another lock. Raises SettingError; nothing has changed then."""
        unknown = set(setup) - {"accounts", "locked_until"}
        if unknown:
            raise SettingError(
                f"the plain system's books have no {min(unknown)!r}.",
                where="books",
                advice="They have accounts (a list of account numbers) and locked_until (a date); "
                "name another system with them for more.",
            )
        accounts, locked_until = setup.get("accounts"), setup.get("locked_until")
        # A number is not taken for a text: an account 1701 would never be found as "1701".
        if accounts is not None and not (
            isinstance(accounts, list | tuple) and all(isinstance(account, str) for account in accounts)
        ):
            raise _unusable("accounts", 'a list of texts, for example ["1701", "3000"]')
        if locked_until is not None and not _is_date(locked_until):
            raise _unusable("locked_until", "a date that exists, written 2025-11-30")
        self.accounts = None if accounts is None else frozenset(accounts)
        self.locked_until = locked_until or ""

    def push(self, kind: str, document: bytes, member: str, _now: Instant = 0) -> Reply:
        """Book a document, or say why not. The message is the document as CFIS has it."""
        if self.accounts is None and not self.locked_until:
            return ACCEPTED
        # Its depth was bounded when it was submitted.
        value = loads(document, sys.maxsize)
        reason = next(self._reasons(kind, value[member] if member else value), "")
        if not reason:
            return ACCEPTED
        return Reply("rejected", reason, MEDIA_TYPE, answered=dumps({"booked": False, "reason": reason}))

    def _reasons(self, kind: str, document: Mapping[str, Any]) -> Iterator[str]:
        # A document may have members that the contract does not name, which may be anything; only texts are read.
        listed = document.get({"ledger": "ledgerRows", "payment": "paymentRows"}.get(kind, ""))
        rows = [row for row in listed if isinstance(row, Mapping)] if isinstance(listed, list) else []
        accounts = (document.get("counterAccountNumber"), *(row.get("accountNumber") for row in rows))
        for account in filter(_is_text, accounts):
            if self.accounts is not None and account not in self.accounts:
                yield f"Account {account} not found"
        date = {"ledger": "documentDate", "payment": "paymentDate", "invoice": "invoiceDate"}.get(kind, "")
        days = (document.get(date), document.get("bookingDate"), *(row.get("bookingDate") for row in rows))
        for day in filter(_is_date, days):
            if self.locked_until and day <= self.locked_until:
                yield f"The accounting period of {day} is locked until {self.locked_until}"

    def answer(self, request: Request, _now: Instant) -> Answer:
        """Never called: these books have no wire."""
        raise AssertionError(f"the plain system has no wire, and was asked for {request.path}")

    @property
    def size(self) -> int:
        """Return nothing: what was booked is not kept."""
        return 0

    def show(self) -> dict[str, Any]:
        """Return the books as a JSON object."""
        return {
            "accounts": None if self.accounts is None else sorted(self.accounts),
            "locked_until": self.locked_until or None,
        }


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str)


def _is_date(text: object) -> TypeGuard[str]:
    try:
        return isinstance(text, str) and calendar_date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _unusable(name: str, expected: str) -> SettingError:
    return SettingError(f"{name} must be {expected}.", where=f"books.{name}")


class Plain:
    """The system that opens such books."""

    name = "plain"
    title = "A stand-in with books of its own and no vendor's wire"
    has_wire = False
    facts: Mapping[str, Any] = MappingProxyType({})

    def open_books(self, setup: Mapping[str, Any], _tenant: Tenant | None = None) -> PlainBooks:
        """Return new books. Raises SettingError if *setup* does not fit."""
        return PlainBooks(setup)

    def identity_of(self, _request: Request) -> str:
        """Return nothing: nobody speaks to it."""
        return ""

    def stranger(self, _request: Request) -> Answer:
        """Answer that there is nothing."""
        return Answer(404)

    def credentials(self, _tenant: Tenant, _base_url: str) -> dict[str, Any]:
        """Return nothing: nobody speaks to it."""
        return {}


SYSTEM = Plain()
