"""How CFIS tells Fennoa a statement: entries on accounts, as the fields of a form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.systems.base import Line
from simulator.systems.books.words import VatMap
from simulator.systems.document import UnmappableError
from simulator.systems.fennoa.connector.caller import Caller
from simulator.systems.money import CENT

Types = Mapping[str, str]
"""The identifier of each dimension type, by its names in lower case."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a statement. Debit is positive, credit negative."""

    where: str
    """What it is of, as a person would look for it: `Row 3`."""
    account: str
    amount: Decimal
    description: str = ""
    vat_code: str = ""
    dimensions: tuple[tuple[str, str], ...] = ()


def handling_of(vat_map: VatMap, code: str, percent: Decimal | None, *, is_sales: bool, where: str) -> str:
    """Return the VAT handling for a code of CFIS. Raises UnmappableError.

    Fennoa has a handling for each percentage, so the map is asked for `20@25.5` before it is asked for `20`.
    """
    if not code and not percent:
        return ""
    exact = "" if percent is None else f"{code}@{percent.normalize():f}"
    if exact in vat_map.entries:
        return vat_map.code_for(exact, percent or Decimal(0), is_sales=is_sales)
    if code not in vat_map.entries and any(key.startswith(f"{code}@") for key in vat_map.entries):
        rate = "a row without a percentage" if percent is None else f"{percent.normalize():f} %"
        raise UnmappableError(f"{where}: the VAT code {code!r} has no VAT handling of Fennoa for {rate}")
    return vat_map.code_for(code, percent or Decimal(0), is_sales=is_sales)


def types_of(caller: Caller, line: Line, entries: Iterable[Entry]) -> Types:
    """Return Fennoa's dimension types, asked for if an entry has a dimension. Raises RefusedError."""
    if not any(entry.dimensions for entry in entries):
        return {}
    types: dict[str, str] = {}
    for one in caller.get(line, "dimension_api", "get", "types") or ():
        about = one.get("DimensionType", one)
        for name in ("name_fi", "name_en", "name_sv"):
            types.setdefault(str(about.get(name) or "").lower(), str(about["id"]))
    return types


def form_of(
    date: str, series: str, description: str, entries: Iterable[Entry], types: Types
) -> Iterator[tuple[str, str]]:
    """Yield the fields of a statement. Raises UnmappableError."""
    yield "entry_date", date
    yield "statement_series_code", series
    yield "description", description
    for number, entry in enumerate(entries, 1):
        row = f"row[{number}]"
        if entry.amount != entry.amount.quantize(CENT):
            raise UnmappableError(f"{entry.where}: Fennoa takes amounts with two decimals, not {entry.amount}")
        yield f"{row}[account]", entry.account
        yield f"{row}[{'credit' if entry.amount < 0 else 'debit'}]", f"{abs(entry.amount):.2f}"
        if entry.description:
            yield f"{row}[description]", entry.description
        if entry.vat_code:
            yield f"{row}[vatcode]", entry.vat_code
        for name, code in _dimensions(entry, types).items():
            yield f"{row}[{name}]", code


def _dimensions(entry: Entry, types: Types) -> dict[str, str]:
    fields: dict[str, str] = {}
    for kind, code in entry.dimensions:
        # A type that Fennoa does not have goes there under its own name, for Fennoa to refuse.
        name = f"dim_{types.get(kind.lower(), kind)}"
        if "]" in kind or not kind:
            raise UnmappableError(f"{entry.where}: Fennoa can hold no dimension type {kind!r}")
        if not code:
            raise UnmappableError(f"{entry.where}: the dimension {kind} has no value")
        if fields.setdefault(name, code) != code:
            raise UnmappableError(f"{entry.where}: Fennoa takes one {kind} a row, not both {fields[name]} and {code}")
    return fields


def reversed_of(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries that take others back."""
    return [
        Entry(one.where, one.account, -one.amount, one.description, one.vat_code, one.dimensions) for one in entries
    ]


def joined(*parts: Any) -> str:
    """Return the texts that are not empty, one after the other."""
    return ", ".join(str(part) for part in parts if part)
