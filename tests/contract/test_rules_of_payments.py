"""The rules of payments: each names its invoice, its currency exists, and its parts add up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simulator.contract.contract import Contract
from simulator.contract.rules import RULES
from tests.contract.test_rules import CURRENCIES, judge, told


@pytest.mark.parametrize(
    ("members", "missing"),
    [
        ({"targetIdentifier": "invoicenumber", "paymentReference": "1"}, "invoiceNumber"),
        ({"targetIdentifier": "InvoiceNumber", "paymentReference": "1"}, "invoiceNumber"),
        ({"targetIdentifier": "reference", "invoiceNumber": "1"}, "paymentReference"),
        ({"targetIdentifier": "reference", "invoiceNumber": "1", "paymentReference": ""}, "paymentReference"),
        ({"targetIdentifier": "reference", "invoiceNumber": "1", "paymentReference": None}, "paymentReference"),
        ({"targetIdentifier": "netvisor"}, "invoiceNumber"),
        ({"targetIdentifier": None, "invoiceNumber": ""}, "invoiceNumber"),
        ({}, "invoiceNumber"),
    ],
    ids=range(8),
)
def test_a_payment_without_the_key_that_it_is_found_by_is_refused(members: dict[str, Any], missing: str) -> None:
    [(name, broken)] = judge({"payments": [{"amount": 1, **members}]})

    assert (name, broken.path) == ("payment-names-its-invoice", [missing])
    assert "is missing" in broken.detail


@pytest.mark.parametrize(
    "members",
    [
        {"targetIdentifier": "invoicenumber", "invoiceNumber": "1"},
        {"targetIdentifier": "reference", "paymentReference": "1"},
        {"targetIdentifier": "netvisor", "paymentReference": "1"},
        {"targetIdentifier": "something else", "invoiceNumber": "1"},
        {"targetIdentifier": "", "paymentReference": "1"},
        {"targetIdentifier": None, "paymentReference": "1"},
        {"invoiceNumber": "1"},
        {"paymentReference": "1"},
    ],
    ids=range(8),
)
def test_either_key_will_do_unless_one_is_asked_for(members: dict[str, Any]) -> None:
    assert judge({"payments": [{"amount": 1, **members}]}) == []


@pytest.mark.parametrize("currency", ["EUX", "XXX", "ZZZ", "BTC"])
def test_a_currency_exists(currency: str, contract: Contract) -> None:
    known = contract.currencies
    found = list(RULES["currency-exists"]({"currency": currency}, known))

    assert [broken.path for broken in found] == ([] if currency in known else [["currency"]])
    assert [broken.detail for broken in found] == ([] if currency in known else [f"'{currency}' is not a currency"])


def test_no_currency_is_no_mistake() -> None:
    assert not list(RULES["currency-exists"]({"currency": None}, CURRENCIES))
    assert not list(RULES["currency-exists"]({}, CURRENCIES))


@pytest.mark.parametrize(
    ("parts", "adds_up"),
    [([], True), (["1.10"], True), (["1.00", "0.10"], True), (["1.00"], False), (["0.55", "0.54"], False)],
)
def test_the_parts_of_a_payment_add_up_where_there_are_any(parts: list[str], adds_up: bool) -> None:  # noqa: FBT001
    rows = [{"rowType": "CAPITAL", "accountNumber": "1", "amount": Decimal(part)} for part in parts]

    assert (
        told({"payments": [{"amount": Decimal("1.1"), "invoiceNumber": "1", "paymentRows": rows}]}) == []
    ) is adds_up


def test_parts_that_do_not_add_up_are_told_with_both_sums() -> None:
    parts = [{"amount": Decimal("1.00")}]
    [(_, broken)] = judge({"payments": [{"amount": Decimal("1.1"), "invoiceNumber": "1", "paymentRows": parts}]})

    assert broken.detail == "the rows sum to 1.00, the amount is 1.10"
    assert broken.path == ["paymentRows"]
