"""The plain system's books: what they take, what they refuse, and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.contract.jsontext import dumps, loads
from simulator.errors import SettingError
from simulator.systems.base import Reply
from simulator.systems.plain import Plain, PlainBooks
from tests.documents import LEDGER, example, invoice, ledger, payment

ROWS_PAYMENT = example("payment.json")["payments"][0]


def push(setup: dict[str, Any], kind: str, document: dict[str, Any], member: str = "") -> Reply:
    body = dumps({member: document} if member else document)
    return PlainBooks(setup).push(kind, body, member)


def test_books_without_chart_and_lock_take_everything_and_do_not_even_read_it() -> None:
    assert PlainBooks({}).push("ledger", b"\xff not JSON", "").verdict == "accepted"


def test_a_ledger_whose_accounts_are_all_in_the_chart_is_booked() -> None:
    reply = push({"accounts": ["1701", "3000", "2939"]}, "ledger", LEDGER, "ledgers")

    assert (reply.verdict, reply.reason, reply.media_type) == ("accepted", "", "application/json")
    assert loads(reply.answered or b"") == {"booked": True}


@pytest.mark.parametrize(
    ("kind", "document", "member", "missing"),
    [
        ("ledger", LEDGER, "ledgers", "2939"),
        ("ledger", ledger(), "", "1701"),
        ("payment", ROWS_PAYMENT, "", "1910"),
        ("payment", {**ROWS_PAYMENT, "counterAccountNumber": None}, "", "8160"),
    ],
)
def test_an_account_that_is_not_in_the_chart_is_named(
    kind: str, document: dict[str, Any], member: str, missing: str
) -> None:
    accounts = sorted({"1701", "3000", "2939", "1910", "8160", "3720"} - {missing})

    reply = push({"accounts": accounts}, kind, document, member)

    assert (reply.verdict, reply.reason) == ("rejected", f"Account {missing} not found")
    assert loads(reply.answered or b"") == {"booked": False, "reason": reply.reason}


def test_an_empty_chart_has_no_account() -> None:
    assert push({"accounts": []}, "ledger", ledger()).verdict == "rejected"
    assert push({"accounts": []}, "payment", payment()).verdict == "accepted", "a payment without accounts names none"


def test_a_row_without_an_account_is_no_matter_of_the_chart() -> None:
    rows = [{"accountNumber": None, "amount": 1, "rowType": "CAPITAL"}]
    assert push({"accounts": []}, "payment", payment(paymentRows=rows)).verdict == "accepted"


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        ("ledger", ledger(documentDate="2025-11-30")),
        ("payment", payment(paymentDate="2025-11-30")),
        ("payment", payment(paymentDate="2025-12-01", bookingDate="2025-11-30")),
        ("invoice", invoice(invoiceDate="2025-11-30")),
        (
            "ledger",
            ledger(
                documentDate="2025-12-01",
                ledgerRows=[{"accountNumber": "1", "amount": 0, "bookingDate": "2025-11-30"}],
            ),
        ),
    ],
)
def test_a_date_in_a_locked_period_is_refused_and_the_day_after_is_not(kind: str, document: dict[str, Any]) -> None:
    refused = push({"locked_until": "2025-11-30"}, kind, document)

    assert refused.verdict == "rejected"
    assert refused.reason == "The accounting period of 2025-11-30 is locked until 2025-11-30"
    assert push({"locked_until": "2025-11-29"}, kind, document).verdict == "accepted"


def test_a_missing_account_is_told_before_a_locked_period() -> None:
    reply = push({"accounts": [], "locked_until": "2099-01-01"}, "ledger", ledger())
    assert reply.reason.startswith("Account ")


def test_a_document_nested_deeper_than_the_usual_bound_is_booked_like_any_other() -> None:
    nested: Any = []
    for _ in range(100):
        nested = [nested]
    assert push({"accounts": ["1701", "3000"]}, "ledger", ledger(extra=nested), "ledgers").verdict == "accepted"


def test_books_show_what_they_are() -> None:
    assert PlainBooks({}).show() == {"accounts": None, "locked_until": None}
    shown = PlainBooks({"accounts": ["3000", "1701", "3000"], "locked_until": "2025-11-30"}).show()
    assert shown == {"accounts": ["1701", "3000"], "locked_until": "2025-11-30"}
    assert PlainBooks({"accounts": None, "locked_until": None}).show() == PlainBooks({}).show()


@pytest.mark.parametrize(
    ("setup", "where"),
    [
        ({"acounts": []}, "books"),
        ({"accounts": "1701"}, "books.accounts"),
        ({"accounts": [1701]}, "books.accounts"),
        ({"accounts": ["1701", None]}, "books.accounts"),
        ({"accounts": 5}, "books.accounts"),
        ({"locked_until": 20251130}, "books.locked_until"),
        ({"locked_until": "2025-13-01"}, "books.locked_until"),
        ({"locked_until": "20251130"}, "books.locked_until"),
        ({"locked_until": "November"}, "books.locked_until"),
    ],
)
def test_a_setup_that_would_never_work_is_refused_when_the_books_are_opened(setup: dict[str, Any], where: str) -> None:
    with pytest.raises(SettingError) as raised:
        Plain().open_books(setup)
    assert raised.value.where == where


@pytest.mark.parametrize(
    "foreign", [5, "x", None, True, {"a": 1}, [5], [["x"]], [{"accountNumber": ["x"], "bookingDate": 5}]]
)
def test_members_that_the_contract_does_not_name_may_be_anything(foreign: Any) -> None:
    strange = dict.fromkeys(["counterAccountNumber", "bookingDate", "ledgerRows", "paymentRows"], foreign)
    setup = {"accounts": ["x"], "locked_until": "2000-01-01"}
    for kind, document in (("ledger", ledger()), ("payment", payment()), ("invoice", invoice())):
        known = {name: value for name, value in document.items() if name in {"documentDate", "paymentDate"}}
        assert push(setup, kind, {**strange, **known}).verdict == "accepted", kind
