"""Documents with one mistake: one change away from valid, with the rule that the contract then reports, and where."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.contract.contract import built_in
from simulator.contract.operations import Operation
from simulator.verify.documents import (
    CENT,
    LedgerForm,
    PaymentForm,
    shaped_ledgers,
    shaped_payments,
    with_floats,
)
from simulator.verify.hypothesis_door import st
from simulator.verify.mutations import LEFT_OUT, Change, Path, schema_changes

BATCH_MAX = 3


@dataclass(frozen=True)
class Invalid:
    """A document that was valid until one place of it was changed.

    *document* is what goes under *collection* (`ledgers`, `payments`) in the body of a submission. *rule* is what the
    contract reports of it, and nothing else: a name of `schemas/rules.json`, or a keyword of the schema as
    `schema-max-length`. *pointer* is the JSON Pointer into the body where it reports it; *what* says it in a sentence.
    """

    document: Any
    rule: str
    pointer: str
    what: str
    collection: str

    @property
    def body(self) -> dict[str, Any]:
        """Return the whole body of the submission."""
        return {self.collection: self.document}


# -------------------------------------------------------------------------------- against rules beyond it

LEDGER_ROWS: Path = ("ledgers", "ledgerRows")


def _ledger_rows(body: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    yield from enumerate(body["ledgers"]["ledgerRows"])


def _finer_than_a_cent(body: Any) -> Iterator[Change]:
    """Change amounts that nothing else sums up: those of VAT rows of a gross ledger without net amounts."""
    for number, row in _ledger_rows(body):
        if row.get("isVatRow") == 1:
            amount = row["amount"] + CENT / 10
            yield Change((*LEDGER_ROWS, number, "amount"), amount, f"the amount {amount} has more than two decimals.")


def _off_balance(body: Any) -> Iterator[Change]:
    """Change amounts of rows without VAT, by more than all roundings could make good; there is no net amount."""
    is_net = body["ledgers"].get("calculationMode") == "NET"
    step = CENT * (len(body["ledgers"]["ledgerRows"]) + 1) if is_net else CENT
    for number, row in _ledger_rows(body):
        if row.get("isVatRow") == 1 or (is_net and row.get("vatPercentage")):
            continue
        for off in (step, -step):
            what = f"the amount of row {number} is off by {off}, so the rows do not balance."
            yield Change((*LEDGER_ROWS, number, "amount"), row["amount"] + off, what, LEDGER_ROWS)


def _net_amount_off(body: Any) -> Iterator[Change]:
    """Change net amounts by two cents, as half a cent may go either way; there is no VAT row, so none sums them up."""
    for number, row in _ledger_rows(body):
        for off in (2 * CENT, -2 * CENT):
            what = f"the netAmount of row {number} is off by {off}: it is not the amount without VAT."
            yield Change((*LEDGER_ROWS, number, "netAmount"), row["netAmount"] + off, what)


def _another_rate(body: Any) -> Iterator[Change]:
    """Change the rate of a row of a net ledger, whose rows of VAT carry the VAT of the former one."""
    for number, row in _ledger_rows(body):
        if row.get("isVatRow") != 1:
            what = f"row {number} has 100 per cent VAT, which the VAT rows do not carry."
            yield Change((*LEDGER_ROWS, number, "vatPercentage"), 100, what, LEDGER_ROWS)


def _payments(body: Any) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for number, payment in enumerate(body["payments"]):
        yield ("payments", number), payment


def _payment_finer_than_a_cent(body: Any) -> Iterator[Change]:
    """Change amounts of payments without parts."""
    for path, payment in _payments(body):
        amount = payment["amount"] + CENT / 2
        yield Change((*path, "amount"), amount, f"the amount {amount} has more than two decimals.")


def _no_such_currency(body: Any) -> Iterator[Change]:
    for path, _ in _payments(body):
        yield Change((*path, "currency"), "EUX", "the currency 'EUX' does not exist.")


def _no_key(body: Any) -> Iterator[Change]:
    """Take away the key that the target asks for, or the only one there is."""
    for path, payment in _payments(body):
        by_reference = str(payment.get("targetIdentifier") or "").lower() == "reference"
        wanted = "paymentReference" if by_reference else "invoiceNumber"
        key = wanted if payment.get(wanted) else "paymentReference"
        yield Change((*path, key), LEFT_OUT, f"{key} is missing, so the payment names no invoice.", (*path, wanted))


def _parts_off(body: Any) -> Iterator[Change]:
    for path, payment in _payments(body):
        for number, row in enumerate(payment["paymentRows"]):
            rows = (*path, "paymentRows")
            what = "the rows of the payment add up to a cent less than its amount."
            yield Change((*rows, number, "amount"), row["amount"] - CENT, what, rows)


# ------------------------------------------------------------------------------------------ one mistake


@dataclass(frozen=True)
class _Recipe:
    """How to break a rule: valid documents in which it can be broken alone, and the changes that do."""

    documents: st.SearchStrategy[Any]
    changes: Callable[[Any], Iterator[Change]]


def _batches(form: PaymentForm) -> st.SearchStrategy[Any]:
    return st.lists(
        shaped_payments(form), min_size=1, max_size=BATCH_MAX, unique_by=lambda one: one["paymentIdentifier"]
    )


@dataclass(frozen=True)
class _Kind:
    """How documents of a kind are broken: by a keyword of the schema, or by a rule beyond it."""

    documents: st.SearchStrategy[Any]
    keywords: Collection[str]
    beyond: Mapping[str, _Recipe]
    by_keyword: Mapping[str, st.SearchStrategy[Any]] = field(default_factory=dict)
    """The documents in which a keyword has a place, where not all have one."""

    @property
    def rules(self) -> list[str]:
        return [*self.keywords, *self.beyond]

    def recipe(self, rule: str, file: str) -> _Recipe:
        if rule in self.beyond:
            return self.beyond[rule]

        def changes(body: Any) -> Iterator[Change]:
            # The document alone is given away, not its body: what is wrong with that is another mistake.
            yield from (one for name, one in schema_changes(file, body) if name == rule and _is_inside(one))

        return _Recipe(self.by_keyword.get(rule, self.documents), changes)


def _is_inside(change: Change) -> bool:
    return len(change.path) > (1 if change.value is LEFT_OUT else 0)


_COMMON = tuple(f"schema-{name}" for name in ("required", "type", "enum", "format", "min-length", "min-items"))
_BOUNDS = ("schema-minimum", "schema-maximum")
_GROSS = ("", "GROSS")
_KINDS: dict[str, _Kind] = {
    "ledger": _Kind(
        documents=shaped_ledgers(LedgerForm()),
        keywords=(*_COMMON, "schema-max-length", *_BOUNDS),
        beyond={
            "two-decimals": _Recipe(
                shaped_ledgers(LedgerForm(modes=_GROSS, vat_rows=True, nets="none")), _finer_than_a_cent
            ),
            "ledger-balances": _Recipe(shaped_ledgers(LedgerForm(nets="none")), _off_balance),
            "vat-fits": _Recipe(shaped_ledgers(LedgerForm(vat_rows=False, nets="all")), _net_amount_off),
            "vat-rows-fit": _Recipe(
                shaped_ledgers(LedgerForm(modes=("NET",), vat_rows=True, least=100)), _another_rate
            ),
        },
    ),
    "payment": _Kind(
        documents=_batches(PaymentForm()),
        keywords=(*_COMMON, "schema-pattern", *_BOUNDS),
        by_keyword={"schema-enum": _batches(PaymentForm(parts=True))},
        beyond={
            "two-decimals": _Recipe(_batches(PaymentForm(parts=False)), _payment_finer_than_a_cent),
            "currency-exists": _Recipe(_batches(PaymentForm()), _no_such_currency),
            "payment-names-its-invoice": _Recipe(_batches(PaymentForm(one_key=True)), _no_key),
            "payment-parts-add-up": _Recipe(_batches(PaymentForm(parts=True)), _parts_off),
        },
    ),
}


def operation_of(name: str) -> Operation:
    """Return the operation that submits, by its name (`submit_ledger`) or its kind (`ledger`). Raises ValueError."""
    operations = built_in().operations
    for operation in operations.values():
        if operation.behaviour == "submit" and name in {operation.name, operation.record, operation.collection}:
            return operation
    known = [one.name for one in operations.values() if one.behaviour == "submit"]
    raise ValueError(f"{name!r} submits nothing; write {', '.join(known)}, or a kind: {', '.join(_KINDS)}.")


def rules_of(kind: str) -> list[str]:
    """Return the rules that `invalid` can break of a kind or an operation, in the order of their simplicity."""
    return _KINDS[operation_of(kind).record].rules


@st.composite
def invalid(draw: st.DrawFn, kind: str, *, rules: Collection[str] = (), as_float: bool = False) -> Invalid:
    """Ledgers (`ledger` or `submit_ledger`) or batches of payments (`payment`, `submit_payments`) with one mistake.

    The contract, in its default readings, reports of each the one violation that it names, and no other. *rules*
    chooses among `rules_of(kind)`; all are equally likely. With *as_float* amounts are floats, else Decimals.
    Raises ValueError.
    """
    operation = operation_of(kind)
    known = _KINDS[operation.record]
    for rule in rules:
        if rule not in known.rules:
            raise ValueError(f"{rule!r} is no rule of {operation.name}; there are {', '.join(known.rules)}.")
    # The rule first: otherwise most would be wrong types, of which there are so many.
    rule = draw(st.sampled_from(list(rules) or known.rules))
    recipe = known.recipe(rule, operation.request_schema)
    body = {operation.collection: draw(recipe.documents)}
    change: Change = draw(st.sampled_from(list(recipe.changes(body))))
    document = change.made_to(body)[operation.collection]
    return Invalid(
        document=with_floats(document) if as_float else document,
        rule=rule,
        pointer=change.pointer,
        what=change.what,
        collection=operation.collection,
    )
