"""Ledger items: what is open on receivables and payables, and the match keys that tie postings together."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from simulator.systems.money import ZERO

SERIES = "S"
"""The letter of the keys that the system makes: S1, S2, S3 and on."""


@dataclass(slots=True)
class Item:
    """What the postings with one key on one account come to."""

    balance: Decimal = ZERO
    postings: int = 0


class LedgerItems:
    """The ledger items of a company by account and match key."""

    def __init__(self) -> None:
        """Start without one."""
        self.items: dict[tuple[str, str], Item] = {}
        self._keys: dict[tuple[str, str], str] = {}
        """The newest item of each account and reference number."""
        self._last = 0

    def key_for(self, account: str, amount: Decimal, reference: str) -> str:
        """Return the key of a posting that gives none.

        A reference number finds the open item that was opened with it, which the amount has to bring nearer
        to zero. Everything else gets a new key.
        """
        found = self._keys.get((account, reference), "") if reference else ""
        item = self.items.get((account, found))
        if item is not None and item.balance * amount < 0:
            return found
        while True:
            self._last += 1
            key = f"{SERIES}{self._last}"
            if (account, key) not in self.items:
                return key

    def post(self, account: str, key: str, amount: Decimal, reference: str) -> None:
        """Add a posting to an item, which is opened if it is not there."""
        item = self.items.setdefault((account, key), Item())
        if reference and not item.postings:
            self._keys[account, reference] = key
        item.balance += amount
        item.postings += 1

    def withdraw(self, account: str, key: str, amount: Decimal) -> None:
        """Take a posting back; an item without postings is gone."""
        item = self.items.get((account, key))
        if item is None:
            return
        item.balance -= amount
        item.postings -= 1
        if not item.postings:
            del self.items[account, key]
