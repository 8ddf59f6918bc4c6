"""A voucher as somebody wants to import it, and the postings that its entries become."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from simulator.systems.books.vouchers import Posting
from simulator.systems.fivaldi.wire.company import DIMENSIONS_MAX
from simulator.systems.fivaldi.wire.periods import month_of
from simulator.systems.money import ZERO


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a voucher; the account is debited with a positive amount and credited with a negative one."""

    number: int
    amount: Decimal
    account: str
    description: str
    balance_code: str
    dimensions: tuple[tuple[int, str], ...]
    """(1 to 4, item) of each."""
    vat_code: str = ""
    vat_percent: Decimal = ZERO
    vat_amount: Decimal = ZERO
    vat_account: str = ""
    vat_account2: str = ""
    """Where the VAT is booked a second time, the other way round, as reverse charge needs it."""

    def with_vat(self, code: str, percent: Decimal, amount: Decimal, account: str) -> Entry:
        """Return the entry with another VAT."""
        return replace(self, vat_code=code, vat_percent=percent, vat_amount=amount, vat_account=account)


@dataclass(frozen=True, slots=True)
class Import:
    """A voucher that is to be imported."""

    type_id: int
    original: str
    date: str
    month: int
    is_auto: bool
    must_balance: bool
    entries: tuple[Entry, ...]


def read_import(body: Mapping[str, Any]) -> Import:
    """Read a voucher that keeps its schema. Without a month it is that of the date, without a VAT type CALCULATED."""
    date, month = body["voucherDate"], body.get("bookkeepingMonth")
    return Import(
        type_id=int(body["voucherTypeId"]),
        original=body.get("originalVoucherNumber") or "",
        date=date,
        month=month_of(date) if month is None else int(month),
        is_auto=body.get("vatType") == "AUTO",
        must_balance=body.get("validateEntrySum") is True,
        entries=tuple(_entry(entry, number) for number, entry in enumerate(body["voucherEntries"], 1)),
    )


def _entry(entry: Mapping[str, Any], number: int) -> Entry:
    vat = entry.get("vat") or {}
    return Entry(
        number=number,
        amount=Decimal(entry["amount"]),
        account=_text(entry, "accountNumber"),
        description=_text(entry, "description"),
        balance_code=_text(entry, "balanceCode"),
        dimensions=tuple(
            (slot, code)
            for slot in range(1, DIMENSIONS_MAX + 1)
            if (code := _text(entry, f"dimensionValue{slot}"))
        ),
        vat_code=_text(vat, "vatCode"),
        vat_amount=Decimal(vat.get("vatAmount") or 0),
        vat_account=_text(vat, "account"),
        vat_account2=_text(vat, "account2"),
    )  # fmt: skip


def _text(value: Mapping[str, Any], name: str) -> str:
    given = value.get(name)
    return "" if given is None else str(given)


def postings_of(entry: Entry, dimensions: tuple[tuple[str, str], ...], *, is_within: bool) -> Iterator[Posting]:
    """Yield what an entry books; *is_within* says that its amount holds its VAT."""
    vat = entry.vat_amount
    # Reverse charge: nobody paid the VAT, so the amount does not hold it, and it is booked both ways.
    net = entry.amount - vat if is_within and not entry.vat_account2 else entry.amount
    yield Posting(entry.account, net, entry.description, entry.vat_code, entry.vat_percent, dimensions)
    if vat:
        yield Posting(entry.vat_account, vat, entry.description, is_made=True)
        if entry.vat_account2:
            yield Posting(entry.vat_account2, -vat, entry.description, is_made=True)
