"""Hypothesis strategies for what clients send: documents that are right, and documents wrong in one place."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import reduce
from typing import Any

from hypothesis import strategies as st

from simulator.contract.contract import built_in
from simulator.contract.files import data_folder
from simulator.contract.jsontext import loads
from simulator.contract.references import follow
from simulator.contract.violations import pointer

Document = dict[str, Any]
Path = tuple[str | int, ...]

LEDGER_REQUEST = "accounting/ledger.submit.request.json"
PAYMENT_REQUEST = "accounting/payment.submit.request.json"
VAT_RATES: tuple[int | Decimal, ...] = (0, 10, 14, Decimal("25.5"))
CENT = Decimal("0.01")
ROUNDINGS = (ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN)


def example(name: str) -> Any:
    """The value of a file of the contract, with its decimals exact."""
    return loads((data_folder("schemas") / name).read_bytes())


def texts(min_size: int = 0, max_size: int = 20) -> st.SearchStrategy[str]:
    """Any text that UTF-8 can carry: umlauts, emoji, control characters; no half of a surrogate pair."""
    return st.text(st.characters(exclude_categories=["Cs"]), min_size=min_size, max_size=max_size)


def dates() -> st.SearchStrategy[str]:
    return st.dates(date(2000, 1, 1), date(2099, 12, 31)).map(date.isoformat)


def cents(least: int = 1, most: int = 10_000_000) -> st.SearchStrategy[Decimal]:
    """An amount of whole cents, by default positive and with both decimals written out."""
    return st.integers(least, most).map(lambda count: (Decimal(count) / 100).quantize(CENT))


def optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def numbers() -> st.SearchStrategy[int | Decimal]:
    """Whole numbers of any size, and decimals that keep their digits."""
    return st.integers() | st.decimals(allow_nan=False, allow_infinity=False).filter(
        lambda number: not is_whole(number)
    )


def is_whole(number: Decimal) -> bool:
    """Whether a decimal is written without a point and without an exponent, and so reads back as an int."""
    return not {".", "E"} & set(str(number))


def json_values() -> st.SearchStrategy[Any]:
    """Any JSON value as the simulator reads it."""
    leaves = st.none() | st.booleans() | numbers() | texts()
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts(), inner, max_size=4), max_leaves=12
    )


# ------------------------------------------------------------------------------------------------ ledgers


@st.composite
def ledgers(draw: st.DrawFn, *, mode: str = "", complete: bool = False) -> Document:
    """A ledger that balances to the cent, as the body of its request.

    *complete* ones have a row of VAT and a net amount everywhere, so that no amount stands by itself.
    """
    mode = mode or draw(st.sampled_from(["GROSS", "NET", ""]))
    with_vat_rows = complete or draw(st.booleans())
    with_net = complete or draw(st.booleans())
    sales, vats = [], []
    for number in range(draw(st.integers(1, 4))):
        rate = draw(st.sampled_from(VAT_RATES))
        amount, net, vat = draw(_sale(rate, mode))
        sales.append(_row("3000", -amount, -net, rate))
        if vat or number == 0:
            vats.append(_row("2939", -vat, -vat, 0, is_vat_row=1))
    total = -sum((row["amount"] for row in sales), Decimal(0))
    if mode == "NET":
        total -= sum((row["amount"] for row in vats), Decimal(0))
    rows = [_row("1701", total, total, 0), *sales, *(vats if with_vat_rows else [])]
    for row in rows:
        row.update(draw(_trimmings(_ROW_MEMBERS)))
        if not with_net:
            del row["netAmount"]
    document = {"ledgerIdentifier": draw(texts(1)), "documentDate": draw(dates())}
    document |= {"calculationMode": mode} if mode else {}
    return {"ledgers": {**document, **draw(_trimmings(_LEDGER_MEMBERS)), "ledgerRows": draw(st.permutations(rows))}}


@st.composite
def _sale(draw: st.DrawFn, rate: int | Decimal, mode: str) -> tuple[Decimal, Decimal, Decimal]:
    """What is written in a row of a sale: its amount, its net amount and its VAT; half a cent goes either way."""
    amount, rounding = draw(cents()), draw(st.sampled_from(ROUNDINGS))
    if mode == "NET":
        return amount, amount, (amount * rate / 100).quantize(CENT, rounding)
    net = (amount / (1 + Decimal(rate) / 100)).quantize(CENT, rounding)
    return amount, net, amount - net


def _row(account: str, amount: Decimal, net: Decimal, rate: int | Decimal, is_vat_row: int = 0) -> Document:
    row: Document = {"accountNumber": account, "amount": amount, "netAmount": net, "vatPercentage": rate}
    return {**row, "isVatRow": is_vat_row}


def _trimmings(members: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Document]:
    return st.fixed_dictionaries({}, optional=dict(members))


_DIMENSIONS = st.lists(
    st.fixed_dictionaries({"dimensionType": st.just("COST_CENTER") | texts(), "dimensionValue": texts()}), max_size=2
)
_ROW_MEMBERS = {
    "bookingDate": optional(dates()),
    "vatAccountNumber": optional(texts()),
    "vatType": optional(texts()),
    "vatCode": texts(),
    "projectNumber": optional(texts()),
    "transactionType": optional(texts()),
    "transactionDescription": optional(texts()),
    "ledgerDimensions": _DIMENSIONS,
}
_LEDGER_MEMBERS = {
    "companyIdentifier": optional(texts()),
    "documentType": optional(st.just("ML") | texts()),
    "documentName": optional(texts()),
    "documentDescription": optional(texts(max_size=210)),
}

# ----------------------------------------------------------------------------------------------- payments


@st.composite
def payment(draw: st.DrawFn) -> Document:
    """One payment, with its allocation or without."""
    document: Document = {"paymentIdentifier": draw(texts(1)), "paymentDate": draw(dates())}
    document["amount"] = draw(cents())
    if draw(st.booleans()):
        parts = draw(st.lists(cents(), min_size=1, max_size=3))
        document["amount"] = sum(parts, Decimal(0))
        document["paymentRows"] = [draw(_part(amount)) for amount in parts]
    key = draw(st.sampled_from(["invoiceNumber", "paymentReference"]))
    document[key] = draw(texts(1))
    target = {"invoiceNumber": "invoicenumber", "paymentReference": "reference"}[key]
    if draw(st.booleans()):
        document["targetIdentifier"] = draw(st.sampled_from([target, target.upper(), "netvisor", "", None]))
    return {**document, **draw(_trimmings(_PAYMENT_MEMBERS))}


@st.composite
def _part(draw: st.DrawFn, amount: Decimal) -> Document:
    row: Document = {"rowType": draw(st.sampled_from(["CAPITAL", "INTEREST", "FEES"])), "accountNumber": "1701"}
    trimmings = {"vatCode": texts(), "transactionDescription": optional(texts()), "ledgerDimensions": _DIMENSIONS}
    return {**row, "amount": amount, **draw(_trimmings(trimmings))}


def payments(max_size: int = 3) -> st.SearchStrategy[Document]:
    """A batch of payments, as the body of its request."""
    return st.lists(payment(), min_size=1, max_size=max_size).map(lambda batch: {"payments": batch})


_PAYMENT_MEMBERS = {
    "bookingDate": optional(dates()),
    "currency": optional(st.sampled_from(["EUR", "SEK", "NOK", "DKK"])),
    "sourceName": optional(texts()),
    "counterAccountNumber": optional(texts()),
}

# ---------------------------------------------------------------------------------------------- mutations


@dataclass(frozen=True)
class Mutation:
    """A document that was right until one place of it was changed, and what must be said of it."""

    document: Any
    pointer: str
    rule: str


@dataclass(frozen=True)
class Place:
    """A place of a document, and the schema that holds there."""

    path: Path
    schema: Mapping[str, Any]
    value: Any


def places(file: str, schema: Mapping[str, Any], value: Any, path: Path = ()) -> Iterator[Place]:
    """Every place of a document that its schema describes."""
    file, schema = follow(built_in().schemas, file, schema)
    yield Place(path, schema, value)
    if isinstance(value, dict):
        for name, part in schema.get("properties", {}).items():
            if name in value:
                yield from places(file, part, value[name], (*path, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from places(file, schema["items"], item, (*path, number))


WRONG_DATES = (
    "2026-02-29",
    "2026-13-01",
    "2026-04-31",
    "2026-1-1",
    "20260101",
    "2026-01-01T00:00:00Z",
    " 2026-01-01",
    "",
)
ONE_OF_EACH_TYPE: tuple[tuple[str, Any], ...] = (
    ("null", None), ("boolean", True), ("number", Decimal("12.50")), ("string", "12.50"), ("array", []), ("object", {}),
)  # fmt: skip


def wrong_values(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """(keyword, value) of values that break a keyword of a schema; a wrong type may break an enumeration with it."""
    types = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", [])
    for name, value in ONE_OF_EACH_TYPE:
        if types and name not in types:
            yield "type", value
    for keyword, wrong in WRONG_BY_KEYWORD.items():
        if keyword in schema:
            yield from ((keyword, value) for value in wrong(schema[keyword]))


WRONG_BY_KEYWORD: dict[str, Callable[[Any], Sequence[Any]]] = {
    "enum": lambda options: [2 if 0 in options else "net"],
    "format": lambda _: WRONG_DATES,
    "minLength": lambda limit: ["a" * (limit - 1)],
    "maxLength": lambda limit: ["\u00e4" * (limit + 1)],
    "minItems": lambda _: [[]],
    "minimum": lambda limit: [Decimal(str(limit)) - CENT],
    "maximum": lambda limit: [Decimal(str(limit)) + CENT, Decimal("1E+400"), 10**400],
    "pattern": lambda _: ["eur", "EURO", "EUR\n", ""],
}


def schema_mutations(file: str, document: Any) -> Iterator[Mutation]:
    """Every way that is tried here to break the schema at one place of a document."""
    for place in places(file, {"$ref": "#"}, document):
        for name in place.schema.get("required", ()) if isinstance(place.value, dict) else ():
            path = (*place.path, name)
            yield Mutation(without(document, path), pointer(list(path)), "schema-required")
        for keyword, value in wrong_values(place.schema):
            yield Mutation(changed(document, place.path, value), pointer(list(place.path)), f"schema-{KEBAB[keyword]}")


KEBAB = {
    "type": "type", "enum": "enum", "format": "format", "minLength": "min-length", "maxLength": "max-length",
    "minItems": "min-items", "minimum": "minimum", "maximum": "maximum", "pattern": "pattern",
}  # fmt: skip


def ledger_rule_mutations(document: Any) -> Iterator[Mutation]:
    """Every amount of a complete ledger changed by a cent, and by less."""
    net = document["ledgers"].get("calculationMode") == "NET"
    rows = "/ledgers/ledgerRows"
    for number, row in enumerate(document["ledgers"]["ledgerRows"]):
        for name in ("amount", "netAmount"):
            path = ("ledgers", "ledgerRows", number, name)
            # Where nothing else sums up the changed member, its neighbour shows the mistake.
            alone = net if name == "netAmount" else not net and row["isVatRow"] == 1
            where, rule = (f"{rows}/{number}/netAmount", "vat-fits") if alone else (rows, "ledger-balances")
            for step in (CENT, -CENT):
                yield Mutation(changed(document, path, row[name] + step), where, rule)
            yield Mutation(changed(document, path, row[name] + CENT / 10), pointer(list(path)), "two-decimals")


def payment_rule_mutations(document: Any) -> Iterator[Mutation]:
    """Every payment of a batch without its key, with a currency that does not exist, or off by a cent."""
    for number, one in enumerate(document["payments"]):
        path, place = ("payments", number), f"/payments/{number}"
        yield Mutation(changed(document, (*path, "currency"), "EUX"), f"{place}/currency", "currency-exists")
        by_reference = str(one.get("targetIdentifier") or "").lower() == "reference"
        key = "paymentReference" if by_reference else "invoiceNumber"
        nameless = without(without(document, (*path, "invoiceNumber")), (*path, "paymentReference"))
        yield Mutation(nameless, f"{place}/{key}", "payment-names-its-invoice")
        yield Mutation(
            changed(document, (*path, "amount"), one["amount"] + CENT / 2), f"{place}/amount", "two-decimals"
        )
        for row in range(len(one.get("paymentRows", ()))):
            off = one["paymentRows"][row]["amount"] - CENT
            rows = (*path, "paymentRows")
            yield Mutation(changed(document, (*rows, row, "amount"), off), pointer(list(rows)), "payment-parts-add-up")


def changed(document: Any, path: Path, value: Any) -> Any:
    """A copy of a document with another value at a place; what is not on the way there is shared."""
    if not path:
        return value
    step, *rest = path
    copied = copy.copy(document)
    copied[step] = changed(copied[step], tuple(rest), value) if rest else value
    return copied


def without(document: Any, path: Path) -> Any:
    """A copy of a document without a member."""
    parent = reduce(lambda part, step: part[step], path[:-1], document)
    return changed(document, path[:-1], {name: value for name, value in parent.items() if name != path[-1]})


@st.composite
def one_mutation(draw: st.DrawFn, kind: str, *, beyond_schema: bool | None = None) -> Mutation:
    """A ledger or payments with one mistake: against the schema, or (True) against a rule beyond it."""
    if beyond_schema is None:
        beyond_schema = draw(st.booleans())
    if kind == "ledger":
        document = draw(ledgers(complete=beyond_schema))
        found = ledger_rule_mutations(document) if beyond_schema else schema_mutations(LEDGER_REQUEST, document)
    else:
        document = draw(payments())
        found = payment_rule_mutations(document) if beyond_schema else schema_mutations(PAYMENT_REQUEST, document)
    # The kind of mistake first: otherwise most would be wrong types, of which there are so many.
    by_rule: dict[str, list[Mutation]] = {}
    for mutation in found:
        by_rule.setdefault(mutation.rule, []).append(mutation)
    return draw(st.sampled_from(by_rule[draw(st.sampled_from(sorted(by_rule)))]))
