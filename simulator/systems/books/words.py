"""The words in which books are set up, and what each makes of a ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from simulator.clock import Duration, parse_duration
from simulator.errors import SettingError
from simulator.systems.books.chart import Account, Calendar, Chart, Dimensions, FiscalYear, Named, VatCode, kind_of
from simulator.systems.books.ledger import ROLES, Ledger

ANY = "any"
Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests in so much time."""

    requests: int
    per: Duration


@dataclass(slots=True)
class Gate:
    """What can stop every request, whatever it asks for."""

    is_in_maintenance: bool = False
    is_revoked: bool = False
    rate: Rate | None = None
    """None lets any number through."""


@dataclass(slots=True)
class VatMap:
    """The system's VAT code for each code of CFIS. It belongs to CFIS's side: a connector may be given it."""

    entries: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By code and side: {"20": {"sales": ..., "purchase": ...}}; the empty code is that of rows which name none."""

    def code_for(self, code: str, percent: Decimal, *, is_sales: bool) -> str:
        """Return the system's code for a row; empty for a row without VAT that names none.

        A code that the map does not have goes to the system as it is, which knows it or refuses it.
        """
        if not code and not percent:
            return ""
        return self.entries.get(code, {}).get("sales" if is_sales else "purchase", code)


@dataclass(slots=True)
class Arrangement:
    """Books as the words arrange them."""

    ledger: Ledger = field(default_factory=Ledger)
    gate: Gate = field(default_factory=Gate)
    vat_map: VatMap = field(default_factory=VatMap)


def arrange(arrangement: Arrangement, words: Words, former: Words) -> None:
    """Let an arrangement become what *words* say, which fit their schema, where they differ from *former*.

    What was booked stays, and so does an invoice that was paid. Raises SettingError; nothing has changed then.
    """
    changed = [name for name in words if name not in former or words[name] != former[name]]
    # All are read before the first is carried out.
    deeds = [DEEDS[name](words[name]) for name in changed if name in DEEDS]
    for deed in deeds:
        deed(arrangement)


Deed = Callable[[Arrangement], None]


def _accounts(given: Any) -> Deed:
    listed = [] if given == ANY else [_account(row, number) for number, row in enumerate(given)]
    _refuse_doubles((account.number for account in listed), "accounts")

    def deed(arrangement: Arrangement) -> None:
        arrangement.ledger.chart = Chart(listed, is_open=given == ANY)

    return deed


def _account(row: str | Mapping[str, Any], number: int) -> Account:
    if isinstance(row, str):
        return Account(row, f"Account {row}", kind_of(row), number + 1)
    return Account(
        row["number"],
        row.get("name", f"Account {row['number']}"),
        row.get("kind", kind_of(row["number"])),
        number + 1,
        row.get("vat_code", ""),
        row.get("active", True),
    )


def _vat_codes(given: list[Mapping[str, Any]]) -> Deed:
    codes = {
        row["code"]: VatCode(
            row["code"],
            row.get("name", row["code"]),
            row.get("side", "both"),
            tuple(Decimal(str(percent)) for percent in row.get("percents", ())),
        )
        for row in given
    }
    _refuse_doubles((row["code"] for row in given), "vat_codes")

    def deed(arrangement: Arrangement) -> None:
        arrangement.ledger.vat_codes = codes

    return deed


def _dimensions(given: Any) -> Deed:
    dimensions = Dimensions(is_open=given == ANY)
    for name, items in {} if given == ANY else given.items():
        dimensions.add(name, () if items == ANY else items, is_open=items == ANY)

    def deed(arrangement: Arrangement) -> None:
        arrangement.ledger.dimensions = dimensions

    return deed


def _fiscal_years(given: list[Mapping[str, str]]) -> Deed:
    rows = sorted(given, key=lambda row: row["begin"])
    years = [FiscalYear(number + 1, row["begin"], row["end"]) for number, row in enumerate(rows)]
    for number, year in enumerate(years):
        if year.end < year.begin:
            raise SettingError(f"the year ends on {year.end}, before it begins.", where="books.fiscal_years")
        if number and year.begin <= years[number - 1].end:
            raise SettingError(f"two years have the day {year.begin}.", where="books.fiscal_years")

    def deed(arrangement: Arrangement) -> None:
        arrangement.ledger.calendar = Calendar(years, arrangement.ledger.calendar.locked_until)

    return deed


def _locked_until(given: str | None) -> Deed:
    def deed(arrangement: Arrangement) -> None:
        arrangement.ledger.calendar.locked_until = given or ""

    return deed


def _invoices(given: Any) -> Deed:
    listed = [] if given == ANY else given
    _refuse_doubles((row["number"] for row in listed), "invoices")

    def deed(arrangement: Arrangement) -> None:
        register = arrangement.ledger.receivables
        register.is_open = given == ANY
        known = {invoice.number: invoice for invoice in register.invoices.values()}
        named = {row["number"] for row in listed}
        for invoice in list(register.invoices.values()):
            is_gone = invoice.is_listed or (invoice.is_stand_in and not register.is_open)
            # One that was paid stays, as its payment does.
            if is_gone and invoice.number not in named and not invoice.paid:
                register.forget(invoice.key)
                known.pop(invoice.number, None)
        for row in listed:
            amount, paid = Decimal(str(row["amount"])), Decimal(str(row.get("paid", 0)))
            values: dict[str, Any] = {
                "currency": row.get("currency", "EUR"),
                "reference": row.get("reference", ""),
                "customer": row.get("customer", ""),
                "takes_parts": row.get("takes_parts", True),
            }
            date = row.get("date", "2026-01-01")
            former = known.get(row["number"])
            if former is None:
                former = register.add(row["number"], date, row.get("due", date), amount, **values)
                former.paid = paid
            else:
                # It was there before: what was paid since is not forgotten.
                former.date, former.due, former.amount = date, row.get("due", date), amount
                former.paid = max(paid, former.paid, key=abs)
                former.is_stand_in = False
                for name, value in values.items():
                    setattr(former, name, value)
            former.is_listed = True
            former.state = row.get("state") or ("paid" if amount and former.is_settled else "open")

    return deed


def _named(where: Literal["voucher_types", "payment_methods"]) -> Callable[[list[Mapping[str, str]]], Deed]:
    def read(given: list[Mapping[str, str]]) -> Deed:
        _refuse_doubles((row["code"] for row in given), where)
        rows = {
            row["code"]: Named(number + 1, row["code"], row.get("name", row["code"]), row.get("account", ""))
            for number, row in enumerate(given)
        }

        def deed(arrangement: Arrangement) -> None:
            setattr(arrangement.ledger, where, rows)

        return deed

    return read


def _roles(given: Mapping[str, str]) -> Deed:
    def deed(arrangement: Arrangement) -> None:
        arrangement.ledger.roles = {role: given[role] for role in ROLES if role in given}

    return deed


def _vat_map(given: Mapping[str, Any]) -> Deed:
    def deed(arrangement: Arrangement) -> None:
        arrangement.vat_map.entries = {
            code: {"sales": to, "purchase": to} if isinstance(to, str) else dict(to) for code, to in given.items()
        }

    return deed


def _maintenance(given: bool | None) -> Deed:  # noqa: FBT001 - a value of the words
    def deed(arrangement: Arrangement) -> None:
        arrangement.gate.is_in_maintenance = bool(given)

    return deed


def _revoked(given: bool | None) -> Deed:  # noqa: FBT001 - a value of the words
    def deed(arrangement: Arrangement) -> None:
        arrangement.gate.is_revoked = bool(given)

    return deed


def _rate_limit(given: Mapping[str, Any] | None) -> Deed:
    try:
        rate = None if given is None else Rate(int(given["requests"]), parse_duration(given["per"]))
    except SettingError as error:
        raise SettingError(error.message, where="books.rate_limit.per", advice=error.advice) from None
    if rate is not None and rate.per <= 0:
        raise SettingError("it must be longer than nothing.", where="books.rate_limit.per")

    def deed(arrangement: Arrangement) -> None:
        arrangement.gate.rate = rate

    return deed


def _refuse_doubles(names: Iterable[str], where: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise SettingError(f"{name!r} is there twice.", where=f"books.{where}")
        seen.add(name)


DEEDS: dict[str, Callable[[Any], Deed]] = {
    "accounts": _accounts,
    "vat_codes": _vat_codes,
    "dimensions": _dimensions,
    "fiscal_years": _fiscal_years,
    "locked_until": _locked_until,
    "invoices": _invoices,
    "voucher_types": _named("voucher_types"),
    "payment_methods": _named("payment_methods"),
    "roles": _roles,
    "vat_map": _vat_map,
    "maintenance": _maintenance,
    "revoked": _revoked,
    "rate_limit": _rate_limit,
}
"""What each word does; `readings` belong to the system and are read there."""


def with_defaults(words: Words, defaults: Words) -> dict[str, Any]:
    """Return words over defaults; null is the default again. A role that is not named keeps its account."""
    given = {name: value for name, value in words.items() if value is not None}
    if "roles" in given:
        given["roles"] = {**defaults.get("roles", {}), **given["roles"]}
    return {**defaults, **given}
