"""Documents keep the contract, come in every shape that it knows, and shrink to the smallest there is."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from simulator.contract.contract import built_in
from simulator.contract.jsontext import dumps
from simulator.contract.references import follow
from simulator.contract.validation import check
from simulator.verify.documents import cents, ledgers, payments, texts, with_floats

Ledger = dict[str, Any]


def broken(operation: str, body: bytes) -> list[tuple[str, str]]:
    """What the contract reports of a body that may have named members only."""
    contract = built_in()
    readings = contract.choose([("unknown_members", "refused")])
    return [
        (one.pointer, one.rule) for one in check(contract, contract.operations[operation], body, readings).violations
    ]


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict | list):
        return [leaf for part in (value.values() if isinstance(value, dict) else value) for leaf in leaves(part)]
    return [value]


@given(ledgers())
def test_a_ledger_keeps_the_contract(ledger: Ledger) -> None:
    assert broken("submit_ledger", dumps({"ledgers": ledger})) == []
    assert not [leaf for leaf in leaves(ledger) if isinstance(leaf, float)]


@given(payments())
def test_a_batch_keeps_the_contract(batch: list[Any]) -> None:
    assert broken("submit_payments", dumps({"payments": batch})) == []
    assert len({one["paymentIdentifier"] for one in batch}) == len(batch)


@given(ledgers(as_float=True), payments(as_float=True))
def test_with_floats_documents_are_plain_json(ledger: Ledger, batch: list[Any]) -> None:
    assert broken("submit_ledger", json.dumps({"ledgers": ledger}, allow_nan=False).encode()) == []
    assert broken("submit_payments", json.dumps({"payments": batch}).encode()) == []


@given(data=st.data(), mode=st.sampled_from(["GROSS", "NET"]), max_rows=st.integers(2, 30))
def test_mode_size_and_accounts_are_as_asked(data: st.DataObject, mode: str, max_rows: int) -> None:
    accounts = data.draw(st.lists(st.sampled_from(["1", "2", "ä", "4"]), min_size=1, max_size=3))
    ledger = data.draw(ledgers(mode=mode, max_rows=max_rows, accounts=accounts))

    assert ledger["calculationMode"] == mode
    assert 2 <= len(ledger["ledgerRows"]) <= max_rows
    assert {row["accountNumber"] for row in ledger["ledgerRows"]} <= set(accounts)
    assert broken("submit_ledger", dumps({"ledgers": ledger})) == []


@given(ledgers(vat_rates=[Decimal("13.5"), 100], identifiers=st.just("L"), dates=st.just("2026-02-28")))
def test_rates_identifiers_and_dates_are_as_asked(ledger: Ledger) -> None:
    assert (ledger["ledgerIdentifier"], ledger["documentDate"]) == ("L", "2026-02-28")
    assert {row.get("vatPercentage") or 0 for row in ledger["ledgerRows"]} <= {0, Decimal("13.5"), 100}
    assert broken("submit_ledger", dumps({"ledgers": ledger})) == []


@given(payments(min_size=2, max_size=4, accounts=["9"], invoices=st.just("10"), currencies=["SEK"]))
def test_the_parts_of_a_batch_are_as_asked(batch: list[Any]) -> None:
    assert 2 <= len(batch) <= 4
    assert {
        one.get("invoiceNumber") or one["paymentReference"] for one in batch if not one.get("paymentReference")
    } <= {"10"}
    assert {one.get("currency") for one in batch} <= {None, "SEK"}
    assert {row["accountNumber"] for one in batch for row in one.get("paymentRows") or ()} <= {"9"}


def test_the_simplest_ledger_has_two_rows_of_one_cent() -> None:
    assert find(ledgers(), lambda _: True) == {
        "ledgerIdentifier": "0",
        "documentDate": "2000-01-01",
        "ledgerRows": [
            {"accountNumber": "1701", "amount": Decimal("0.01")},
            {"accountNumber": "3000", "amount": Decimal("-0.01")},
        ],
    }


def test_the_simplest_batch_has_one_payment_of_one_cent() -> None:
    assert find(payments(), lambda _: True) == [
        {"paymentIdentifier": "0", "paymentDate": "2000-01-01", "amount": Decimal("0.01"), "invoiceNumber": "0"}
    ]


def test_a_ledger_shrinks_to_what_matters() -> None:
    found = find(
        ledgers(), lambda ledger: any(row.get("isVatRow") == 1 and row["amount"] for row in ledger["ledgerRows"])
    )

    assert len(found["ledgerRows"]) == 3
    assert set(found) == {"ledgerIdentifier", "documentDate", "ledgerRows"}


SHAPES = {
    "in net amounts with rows of VAT": lambda one: (
        one.get("calculationMode") == "NET" and any(row.get("isVatRow") == 1 for row in one["ledgerRows"])
    ),
    "in net amounts without": lambda one: (
        one.get("calculationMode") == "NET" and not any(row.get("isVatRow") == 1 for row in one["ledgerRows"])
    ),
    "gross": lambda one: one.get("calculationMode") == "GROSS",
    "with a mode that is null": lambda one: one.get("calculationMode", "") is None,
    "a credit note": lambda one: one["ledgerRows"][0]["accountNumber"] == "1701" and one["ledgerRows"][0]["amount"] < 0,
    "with text beyond ASCII": lambda one: not (one.get("documentName") or "").isascii(),
    "with some net amounts": lambda one: len({row.get("netAmount") is None for row in one["ledgerRows"]}) == 2,
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_ledgers_come_in_every_shape(shape: str) -> None:
    assert find(ledgers(), SHAPES[shape])


@pytest.mark.parametrize(("operation", "strategy"), [("submit_ledger", ledgers()), ("submit_payments", payments())])
def test_every_member_of_the_contract_occurs_with_null_where_it_may_be_null(
    operation: str, strategy: st.SearchStrategy[Any]
) -> None:
    file = built_in().operations[operation].request_schema
    known = built_in().schemas.documents[file]["$defs"]
    wanted = {
        (name, kind)
        for row in known.values()
        for name, part in row["properties"].items()
        for kind in ("null", "value")
        if kind == "value" or "null" in follow(built_in().schemas, file, part)[1].get("type", ())
    }
    seen: set[tuple[str, str]] = set()

    def collect(value: Any) -> None:
        if isinstance(value, list):
            for part in value:
                collect(part)
        elif isinstance(value, dict):
            seen.update((name, "null" if part is None else "value") for name, part in value.items())
            collect(list(value.values()))

    @settings(max_examples=400, derandomize=True, database=None)
    @given(strategy)
    def draw(document: Any) -> None:
        collect(document)

    draw()
    assert wanted - seen == set()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"max_rows": 1}, "at least 2 rows"), ({"mode": "net"}, "'GROSS', 'NET'"), ({"accounts": ["1", ""]}, "empty")],
    ids=str,
)
def test_what_cannot_be_a_ledger_is_refused(wrong: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ledgers(**wrong)


def test_a_batch_without_a_payment_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one payment"):
        payments(min_size=0)


@given(cents(-100, 100), texts(1, 3))
def test_values_have_the_form_that_they_promise(amount: Decimal, text: str) -> None:
    assert amount.as_tuple().exponent == -2
    assert abs(amount) <= 1
    assert 1 <= len(text) <= 3
    assert text.encode()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("48.20"), 48.2),
        ([Decimal(1), {"a": Decimal("0.1")}], [1.0, {"a": 0.1}]),
        (Decimal("1E+400"), 10**400),
        ("x", "x"),
    ],
    ids=str,
)
def test_decimals_become_floats_wherever_one_holds_them(value: Any, expected: Any) -> None:
    assert repr(with_floats(value)) == repr(expected)
