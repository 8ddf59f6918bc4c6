"""The rules that no schema can say, each a function from a document to what is wrong with it.

A document has passed its schema before a rule sees it, so types are certain and amounts are of a sensible size.
Every function here has its row in `schemas/rules.json`, which says how we know the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Any, NamedTuple

from simulator.contract.violations import shorten


class Broken(NamedTuple):
    """Where a document breaks a rule, and what was expected there."""

    path: list[str | int]
    value: Any
    expected: str
    detail: str


Document = Mapping[str, Any]
Rule = Callable[[Document, frozenset[str]], Iterator[Broken]]
"""A rule takes a document and the currencies that exist."""

EXACT = Context(prec=60)
CENT = Decimal("0.01")
HALF_CENT = Decimal("0.005")
HUNDRED = Decimal(100)
SENSIBLE = Decimal(10) ** 12
"""Where the bounds of an amount lie in the schemas."""


def has_two_decimals(number: int | Decimal) -> bool:
    """Say whether a number is a whole number of cents."""
    # What is written with two decimals needs no arithmetic, and nearly every amount is.
    return isinstance(number, int) or number.same_quantum(CENT) or number.quantize(CENT, context=EXACT) == number


def show(amount: Decimal | int) -> str:
    """Write an amount with two decimals."""
    return str(Decimal(amount).quantize(CENT, context=EXACT))


def show_sum(amount: Decimal) -> str:
    """Write a sum with two decimals, or in full where it is no whole number of cents."""
    return show(amount) if has_two_decimals(amount) else str(shorten(amount))


def two_decimals(document: Document, _currencies: frozenset[str]) -> Iterator[Broken]:
    """Amounts, of the document and of its rows, are whole cents."""
    names: tuple[str, ...]
    if "ledgerIdentifier" in document and "ledgerRows" in document:
        if "paymentIdentifier" in document:
            yield from _two_decimals_of_either(document)
            return
        rows_name, names = "ledgerRows", ("amount", "netAmount")
    else:
        rows_name, names = "paymentRows", ("amount",)
        if not has_two_decimals(document["amount"]):
            yield _too_fine(["amount"], document["amount"])
    for number, row in enumerate(document.get(rows_name) or ()):
        for name in names:
            amount = row.get(name)
            if amount is not None and not has_two_decimals(amount):
                yield _too_fine([rows_name, number, name], amount)


def _two_decimals_of_either(document: Document) -> Iterator[Broken]:
    # A document that has the members of both kinds does not say which of them the contract names, and those that
    # it does not name may be anything. So only what is an amount by its type is looked at.
    for rows_name in ("ledgerRows", "paymentRows"):
        rows = document.get(rows_name)
        for number, row in enumerate(rows if isinstance(rows, list) else ()):
            for name in ("amount", "netAmount"):
                amount = row.get(name) if isinstance(row, dict) else None
                if isinstance(amount, Decimal) and -SENSIBLE < amount < SENSIBLE and not has_two_decimals(amount):
                    yield _too_fine([rows_name, number, name], amount)
    amount = document.get("amount")
    if isinstance(amount, Decimal) and -SENSIBLE < amount < SENSIBLE and not has_two_decimals(amount):
        yield _too_fine(["amount"], amount)


def _too_fine(path: list[str | int], amount: int | Decimal) -> Broken:
    return Broken(path, amount, "at most two decimals", f"{shorten(amount)} has more than two decimals")


def currency_exists(document: Document, currencies: frozenset[str]) -> Iterator[Broken]:
    """The currency is on the list of ISO 4217."""
    currency = document.get("currency")
    if currency is not None and currency not in currencies:
        detail = f"{currency!r} is not a currency"
        yield Broken(["currency"], currency, "an ISO 4217 code such as EUR", detail)


def is_net(document: Document) -> bool:
    """Say whether the amounts of a ledger are net; GROSS is assumed where calculationMode is not given."""
    return document.get("calculationMode") == "NET"


def vat_rows(document: Document) -> list[Mapping[str, Any]]:
    """Return the rows that carry VAT."""
    return [row for row in document["ledgerRows"] if row.get("isVatRow") == 1]


def other_rows(document: Document) -> list[Mapping[str, Any]]:
    """Return the rows that do not carry VAT."""
    return [row for row in document["ledgerRows"] if row.get("isVatRow") != 1]


def vat_of_net(row: Mapping[str, Any]) -> Decimal:
    """Return the VAT of a row whose amount is net, not rounded."""
    return EXACT.divide(EXACT.multiply(Decimal(row["amount"]), percentage(row)), HUNDRED)


def to_the_cent(exact: Decimal) -> tuple[Decimal, Decimal]:
    """Return a number rounded to the cent: two values, lower first, where half a cent may go either way."""
    up, down = (exact.quantize(CENT, rounding, context=EXACT) for rounding in (ROUND_HALF_UP, ROUND_HALF_DOWN))
    return min(up, down), max(up, down)


def percentage(row: Mapping[str, Any]) -> Decimal:
    """Return the VAT percentage of a row; 0 where none is given."""
    return Decimal(row.get("vatPercentage") or 0)


def ledger_balances(document: Document, _currencies: frozenset[str]) -> Iterator[Broken]:
    """Debit equals credit, in the way that the documented example shows."""
    rows, vat = document["ledgerRows"], vat_rows(document)
    path: list[str | int] = ["ledgerRows"]
    if is_net(document):
        lowest = highest = sum((Decimal(row["amount"]) for row in rows), Decimal(0))
        if not vat:
            bounds = [to_the_cent(vat_of_net(row)) for row in rows]
            lowest += sum(low for low, _ in bounds)
            highest += sum(high for _, high in bounds)
        if not lowest <= 0 <= highest:
            what = "the amounts of all rows" if vat else "the amounts of all rows and their VAT"
            nearest = show_sum(lowest if lowest > 0 else highest)
            yield Broken(path, rows, f"{what} sum to 0.00", f"{what} sum to {nearest}, not to 0.00")
        return
    total = sum((Decimal(row["amount"]) for row in other_rows(document)), Decimal(0))
    if total:
        what = "the amounts of the rows that are not VAT rows"
        yield Broken(path, rows, f"{what} sum to 0.00", f"{what} sum to {show_sum(total)}, not to 0.00")
    if vat and all(row.get("netAmount") is not None for row in rows):
        net = sum((Decimal(row["netAmount"]) for row in rows), Decimal(0))
        if net:
            what = "the net amounts of all rows"
            yield Broken(path, rows, f"{what} sum to 0.00", f"{what} sum to {show_sum(net)}, not to 0.00")


def vat_fits(document: Document, _currencies: frozenset[str]) -> Iterator[Broken]:
    """The net amount of each row is its amount without VAT, to the cent; ties may be rounded either way."""
    net_mode = is_net(document)
    for number, row in enumerate(document["ledgerRows"]):
        net = row.get("netAmount")
        if net is None:
            continue
        divisor = 1 if net_mode or row.get("isVatRow") == 1 else 1 + percentage(row) / HUNDRED
        if divisor == 1 and net == row["amount"]:
            continue
        exact = EXACT.divide(Decimal(row["amount"]), Decimal(divisor))
        if abs(net - exact) > (0 if divisor == 1 else HALF_CENT):
            amount = shorten(row["amount"])
            expected = f"{show(exact)}, which is {amount} without {shorten(percentage(row))} % VAT"
            if divisor == 1:
                expected = f"{amount}, the same as amount"
            detail = f"netAmount is {shorten(net)}, expected {expected}"
            yield Broken(["ledgerRows", number, "netAmount"], net, expected, detail)


def vat_rows_fit(document: Document, _currencies: frozenset[str]) -> Iterator[Broken]:
    """In NET mode the VAT rows carry the VAT of the others; in GROSS mode the balance says it already."""
    vat = vat_rows(document)
    if not vat or not is_net(document):
        return
    given = sum((Decimal(row["amount"]) for row in vat), Decimal(0))
    taxed = [row for row in other_rows(document) if percentage(row)]
    exact = sum((vat_of_net(row) for row in taxed), Decimal(0))
    if abs(given - exact) > HALF_CENT * max(1, len(taxed)):
        detail = f"the VAT rows sum to {show(given)}, the VAT of the other rows to {show(exact)}"
        yield Broken(["ledgerRows"], document["ledgerRows"], f"VAT rows that sum to {show(exact)}", detail)


KEY_BY_TARGET = {"invoicenumber": ("invoiceNumber",), "reference": ("paymentReference",)}


def payment_names_its_invoice(document: Document, _currencies: frozenset[str]) -> Iterator[Broken]:
    """The member that targetIdentifier names is there; without a target either key will do."""
    target = str(document.get("targetIdentifier") or "").lower()
    keys = KEY_BY_TARGET.get(target, ("invoiceNumber", "paymentReference"))
    if not any(document.get(key) for key in keys):
        wanted = " or ".join(keys)
        reason = f", as targetIdentifier is {target!r}" if target in KEY_BY_TARGET else ""
        yield Broken([keys[0]], document.get(keys[0]), wanted, f"{wanted} is missing{reason}")


def payment_parts_add_up(document: Document, _currencies: frozenset[str]) -> Iterator[Broken]:
    """The rows of a payment, where given, sum to its amount."""
    rows = document.get("paymentRows")
    if not rows:
        return
    total = sum((Decimal(row["amount"]) for row in rows), Decimal(0))
    if total != document["amount"]:
        detail = f"the rows sum to {show(total)}, the amount is {show(document['amount'])}"
        yield Broken(["paymentRows"], rows, f"rows that sum to {show(document['amount'])}", detail)


RULES: dict[str, Rule] = {
    "two-decimals": two_decimals,
    "currency-exists": currency_exists,
    "ledger-balances": ledger_balances,
    "vat-fits": vat_fits,
    "vat-rows-fit": vat_rows_fit,
    "payment-names-its-invoice": payment_names_its_invoice,
    "payment-parts-add-up": payment_parts_add_up,
}
"""The rules by their names in `schemas/rules.json`."""
