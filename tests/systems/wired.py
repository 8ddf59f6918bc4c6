"""A world with an accounting system on its wire, for the tests of every system."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from simulator.clock import VIRTUAL_START
from simulator.contract.jsontext import dumps, loads
from simulator.systems.base import Answer, Reply, Request, System, Tenant
from simulator.systems.catalogue import system_named
from simulator.systems.document import LedgerDocument, PaymentDocument, ledger_of, payment_of
from simulator.systems.office import Office

IDENTITY = "0123456789ab"
TENANT = Tenant(IDENTITY)


def office(name: str, words: Mapping[str, Any] | None = None) -> Office:
    """The books of a client in a system."""
    books = system_named(name).open_books(words or {}, TENANT)
    assert isinstance(books, Office)
    return books


def push(books: Office, kind: str, document: Mapping[str, Any], now: int = VIRTUAL_START) -> Reply:
    """What becomes of a document of CFIS."""
    return books.push(kind, dumps(document), "", now)


def stranger(system: System, request: Request) -> Answer:
    """What the system answers to somebody it does not know."""
    assert not system.identity_of(request)
    return system.stranger(request)


def balances(books: Office) -> dict[str, Decimal]:
    """The balance of every account that has one."""
    return {account: amount for account, amount in books.site.ledger.journal.balances().items() if amount}


def expected(document: Mapping[str, Any], roles: Mapping[Any, str]) -> dict[str, Decimal]:
    """What a ledger document of CFIS books, by account: a model too simple to be wrong.

    Rows are booked net. VAT is booked where its rows say; without such rows each taxed row's VAT goes to the
    system's own account, that of sales for credit rows and that of purchases for debit rows.
    """
    ledger: LedgerDocument = ledger_of(loads(dumps(document)))
    sums: dict[str, Decimal] = {}
    for row in ledger.rows:
        vat = ledger.vat_of(row)
        sums[row.account] = sums.get(row.account, Decimal(0)) + row.net
        account = row.vat_account or roles["sales_vat" if row.is_sales else "purchase_vat"]
        sums[account] = sums.get(account, Decimal(0)) + vat
    return {account: amount for account, amount in sums.items() if amount}


def expected_of_payment(document: Mapping[str, Any], roles: Mapping[Any, str]) -> dict[str, Decimal]:
    """What a payment of CFIS books, by account."""
    payment: PaymentDocument = payment_of(loads(dumps(document)))
    sums = {payment.account or roles["bank"]: payment.amount}
    for account, amount in [(part.account, part.amount) for part in payment.parts] or [
        (roles["receivables"], payment.amount)
    ]:
        sums[account] = sums.get(account, Decimal(0)) - amount
    return {account: amount for account, amount in sums.items() if amount}
