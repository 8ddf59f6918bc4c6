"""Hypothesis strategies of our own tests: the public ones as whole bodies, any JSON, and documents with mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from simulator.contract.files import data_folder
from simulator.contract.jsontext import loads
from simulator.contract.violations import pointer
from simulator.verify import documents
from simulator.verify.documents import CENT, ROUNDINGS, VAT_RATES, LedgerForm, cents, shaped_ledgers, texts
from simulator.verify.mutations import ABSENT, ONE_OF_EACH_TYPE, Place, changed, schema_changes, without
from simulator.verify.mutations import places as every_place

__all__ = [
    "CENT", "LEDGER_REQUEST", "PAYMENT_REQUEST", "ROUNDINGS", "VAT_RATES", "Mutation", "cents", "changed", "example",
    "is_whole", "json_values", "ledgers", "numbers", "one_mutation", "payment", "payments", "places",
    "schema_mutations", "texts", "without",
]  # fmt: skip

Document = dict[str, Any]

LEDGER_REQUEST = "accounting/ledger.submit.request.json"
PAYMENT_REQUEST = "accounting/payment.submit.request.json"


def example(name: str) -> Any:
    """The value of a file of the contract, with its decimals exact."""
    return loads((data_folder("schemas") / name).read_bytes())


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


# ---------------------------------------------------------------------------------------------- documents

COMPLETE = LedgerForm(vat_rows=True, nets="all")
"""A ledger with a row of VAT and a net amount everywhere, so that no amount stands by itself."""


def ledgers(*, mode: str = "", complete: bool = False) -> st.SearchStrategy[Document]:
    """A ledger that balances to the cent, as the body of its request."""
    made = shaped_ledgers(COMPLETE) if complete else documents.ledgers(mode=mode)
    return made.map(lambda ledger: {"ledgers": ledger})


def payment() -> st.SearchStrategy[Document]:
    """One payment, with its allocation or without."""
    return documents.payments(max_size=1).map(lambda batch: batch[0])


def payments(max_size: int = 3) -> st.SearchStrategy[Document]:
    """A batch of payments, as the body of its request."""
    return documents.payments(max_size=max_size).map(lambda batch: {"payments": batch})


# ---------------------------------------------------------------------------------------------- mutations


@dataclass(frozen=True)
class Mutation:
    """A document that was right until one place of it was changed, and what must be said of it."""

    document: Any
    pointer: str
    rule: str


def places(file: str, schema: Document, value: Any) -> Iterator[Place]:
    """Every place of a document that its schema describes."""
    return (place for place in every_place(file, schema, value) if place.value is not ABSENT)


def schema_mutations(file: str, document: Any) -> Iterator[Mutation]:
    """Every way that is tried here to break the schema at one place of a document."""
    for rule, change in schema_changes(file, document, absent=False):
        yield Mutation(change.made_to(document), change.pointer, rule)
    # A wrong type where there is an enumeration breaks both; the public strategy has one mistake at a time.
    for place in places(file, {"$ref": "#"}, document):
        types = place.schema.get("type", [])
        for name, value in ONE_OF_EACH_TYPE if "enum" in place.schema else ():
            if name not in types:
                yield Mutation(changed(document, place.path, value), pointer(list(place.path)), "schema-type")


def ledger_rule_mutations(document: Any) -> Iterator[Mutation]:
    """Every amount of a complete ledger changed by a cent, and by less."""
    net = document["ledgers"].get("calculationMode") == "NET"
    rows = "/ledgers/ledgerRows"
    for number, row in enumerate(document["ledgers"]["ledgerRows"]):
        for name in ("amount", "netAmount"):
            path = ("ledgers", "ledgerRows", number, name)
            # Where nothing else sums up the changed member, its neighbour shows the mistake.
            alone = net if name == "netAmount" else not net and row.get("isVatRow") == 1
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
        for row in range(len(one.get("paymentRows") or ())):
            off = one["paymentRows"][row]["amount"] - CENT
            rows = (*path, "paymentRows")
            yield Mutation(changed(document, (*rows, row, "amount"), off), pointer(list(rows)), "payment-parts-add-up")


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
