"""Sales invoices that wait for their money, and the payments that settle them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from simulator.clock import Instant
from simulator.systems.money import ZERO

InvoiceState = Literal["draft", "open", "paid", "void"]

FOUND_BY = frozenset({"number", "reference"})


@dataclass
class Invoice:
    """A sales invoice; *details* are what the wire of its system keeps beside."""

    key: int
    number: str
    date: str
    due: str
    amount: Decimal | None
    """With VAT, in the invoice's currency; None if nobody said, and any payment fits."""
    currency: str = "EUR"
    reference: str = ""
    customer: str = ""
    state: InvoiceState = "open"
    paid: Decimal = ZERO
    takes_parts: bool = True
    """Whether it may be paid in parts."""
    is_stand_in: bool = False
    """Whether it is there only because somebody asked for it, where the books have any invoice."""
    is_listed: bool = False
    """Whether the words of the books name it."""
    details: dict[str, Any] = field(default_factory=dict)
    register: Receivables | None = field(default=None, repr=False, compare=False)
    """Where it is found by number and reference, and by others once these change."""

    def __setattr__(self, name: str, value: Any) -> None:
        """Change a member; what it is found by is found again."""
        register = self.__dict__.get("register") if name in FOUND_BY else None
        if register is not None:
            register.leave(self)
        super().__setattr__(name, value)
        if register is not None:
            register.enter(self)

    @property
    def left(self) -> Decimal | None:
        """Return what is still to be paid; None if nobody knows."""
        return None if self.amount is None else self.amount - self.paid

    @property
    def is_settled(self) -> bool:
        """Say whether all of it is paid; a credit note is settled when as much was given back."""
        if self.amount is None:
            return False
        return self.paid <= self.amount if self.amount < 0 else self.paid >= self.amount


@dataclass(slots=True)
class Payment:
    """Money that came in."""

    key: int
    invoice: int | None
    """The key of the invoice it settles; None if it settles none."""
    date: str
    amount: Decimal
    currency: str
    name: str
    method: str
    created: Instant
    reference: str = ""
    voucher: int | None = None
    """The key of the voucher that books it, where one does."""
    details: dict[str, Any] = field(default_factory=dict)


class Receivables:
    """The invoices and payments by key. An open register has every invoice that is asked for."""

    def __init__(self, *, is_open: bool = False) -> None:
        """Start empty."""
        self.invoices: dict[int, Invoice] = {}
        self.payments: dict[int, Payment] = {}
        self.is_open = is_open
        self._found: dict[tuple[str, str], dict[int, Invoice]] = {}
        """The invoices by (what they are found by, its value), by key."""
        self._last = 0
        self._last_payment = 0

    def add(self, number: str, date: str, due: str, amount: Decimal | None, **rest: Any) -> Invoice:
        """Store an invoice; *rest* are its further members."""
        self._last += 1
        invoice = Invoice(self._last, number, date, due, amount, **rest)
        self.invoices[invoice.key] = invoice
        self.enter(invoice)
        invoice.register = self
        return invoice

    def enter(self, invoice: Invoice) -> None:
        """Let an invoice be found by its number and its reference."""
        for address in _addresses(invoice.number, invoice.reference):
            self._found.setdefault(address, {})[invoice.key] = invoice

    def leave(self, invoice: Invoice) -> None:
        """Let an invoice no longer be found by its number and its reference."""
        for address in _addresses(invoice.number, invoice.reference):
            found = self._found[address]
            del found[invoice.key]
            if not found:
                del self._found[address]

    def has(self, number: str) -> bool:
        """Say whether there is an invoice with a number; none is made by asking."""
        return ("number", number) in self._found

    def find(self, *, number: str = "", reference: str = "") -> Invoice | None:
        """Return the invoice with a number, or the oldest unpaid one with a reference.

        An open register makes one that is not there, whose amount nobody knows.
        """
        both: dict[int, Invoice] = {}
        for address in _addresses(number, reference):
            both |= self._found.get(address, {})
        found = [both[key] for key in sorted(both)]
        if found:
            return next((invoice for invoice in found if invoice.state == "open"), found[0])
        if self.is_open and (number or reference):
            return self.add(number, "", "", None, reference=reference, is_stand_in=True)
        return None

    def forget(self, key: int) -> None:
        """Take an invoice away."""
        invoice = self.invoices.pop(key)
        self.leave(invoice)
        invoice.register = None

    def pay(
        self, invoice: Invoice | None, date: str, amount: Decimal, now: Instant, *, capital: Decimal | None = None,
        **rest: Any,
    ) -> Payment:  # fmt: skip
        """Store a payment; of its amount *capital* (all of it by default) settles the invoice."""
        self._last_payment += 1
        rest.setdefault("currency", "EUR" if invoice is None else invoice.currency)
        payment = Payment(
            self._last_payment, None if invoice is None else invoice.key, date, amount, created=now, **rest
        )
        self.payments[payment.key] = payment
        if invoice is not None:
            invoice.paid += amount if capital is None else capital
            if invoice.is_settled:
                invoice.state = "paid"
        return payment


def _addresses(number: str, reference: str) -> Iterator[tuple[str, str]]:
    if number:
        yield "number", number
    # Blanks and leading zeros of a reference mean nothing.
    bare = reference.replace(" ", "").lstrip("0")
    if bare:
        yield "reference", bare
