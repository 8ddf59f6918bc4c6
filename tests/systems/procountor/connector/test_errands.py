"""Errands: Procountor may be away at any step, and nothing is saved twice or left half done."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.clock import VIRTUAL_START
from simulator.contract.jsontext import dumps
from simulator.systems.base import Answer, Reply, Request, Result
from simulator.systems.office import Office
from simulator.systems.procountor.connector import errands
from tests.documents import ledger, payment
from tests.systems.wired import balances, office, push

AWAY = Answer(503, b"<html><title>503 Service Temporarily Unavailable</title></html>", "text/html")


class Flaky:
    """A wire that is away for the requests whose turn it is, counted from 1 and over all pushes."""

    def __init__(self, books: Office, away: set[int]) -> None:
        self.inner = books.wire
        self.away = away
        self.count = 0

    def answer(self, request: Request, now: int) -> Answer:
        self.count += 1
        return AWAY if self.count in self.away else self.inner.answer(request, now)


def flaky(away: set[int], words: dict[str, Any] | None = None) -> Office:
    books = office("procountor", words)
    books.wire = Flaky(books, away)
    return books


def states(books: Office) -> list[str]:
    return [voucher.state for voucher in books.site.ledger.journal.by_key.values()]


def until_told(books: Office, kind: str, document: dict[str, Any]) -> tuple[Reply, int]:
    for tries in range(1, 20):
        reply = push(books, kind, document)
        if reply.verdict != "unreachable":
            return reply, tries
        assert reply.reason.startswith("Procountor 503")
    raise AssertionError("it never ended")


@pytest.mark.parametrize("turn", range(1, 4))
def test_a_ledger_is_booked_once_whenever_procountor_was_away(turn: int) -> None:
    books = flaky({turn})

    reply, tries = until_told(books, "ledger", ledger())

    assert (reply.verdict, tries) == ("accepted", 2)
    assert states(books) == ["valid"]


@pytest.mark.parametrize("turn", range(1, 6))
def test_a_payment_is_booked_once_whenever_procountor_was_away(turn: int) -> None:
    books = flaky({turn})

    reply, tries = until_told(books, "payment", payment())

    assert (reply.verdict, tries) == ("accepted", 2)
    assert states(books) == ["valid"]
    assert len(books.site.ledger.receivables.payments) == 1


REFUSED = {"invoices": [{"number": payment()["invoiceNumber"], "amount": 48.2, "currency": "SEK"}]}


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_payment_that_is_refused_leaves_nothing_whenever_procountor_was_away(turn: int) -> None:
    books = flaky({turn}, REFUSED)

    reply, _ = until_told(books, "payment", payment())

    assert reply.verdict == "rejected"
    assert "SIM_CURRENCY" in reply.reason
    assert (set(states(books)), balances(books)) == ({"void"}, {})


def test_what_waits_is_taken_back_if_its_document_cannot_be_booked_any_more() -> None:
    words = {"invoices": [{"number": "7", "amount": 48.2}]}
    books = flaky({5}, words)
    assert push(books, "payment", payment(invoiceNumber="7")).verdict == "unreachable"
    assert states(books) == ["valid"]

    books.arrange({"invoices": [{"number": "7", "amount": 48.2, "paid": 48.2}]})
    reply, _ = until_told(books, "payment", payment(invoiceNumber="7"))

    assert "is PAID" in reply.reason
    assert (states(books), balances(books)) == (["void"], {})


def test_what_waits_is_taken_back_if_another_document_takes_its_place() -> None:
    books = flaky({3})
    assert push(books, "ledger", ledger()).verdict == "unreachable"

    reply, _ = until_told(books, "ledger", ledger(amount=10))

    assert reply.verdict == "accepted"
    assert states(books) == ["void", "valid"]
    assert set(balances(books).values()) == {10, -10}


def test_a_journal_that_cannot_be_taken_back_is_named() -> None:
    books = office("procountor", REFUSED)
    inner = books.wire

    class Locking:
        def answer(self, request: Request, now: int) -> Answer:
            if request.path.endswith("/unfinished"):
                return Answer(403, dumps({"errors": [{"status": 403, "message": "CLOSED_FISCAL_PERIOD"}]}))
            return inner.answer(request, now)

    books.wire = Locking()
    reply = push(books, "payment", payment())

    assert reply.verdict == "rejected"
    assert "the journal 10000001 could not be taken back" in reply.reason
    assert push(books, "payment", payment()).verdict == "rejected"


def test_few_errands_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errands, "WAITING_MAX", 2)
    books = flaky({3, 5, 7})
    for number in range(3):
        push(books, "ledger", ledger(f"L-{number}"), VIRTUAL_START)

    waiting = books.connector._errands._waiting  # type: ignore[attr-defined]
    assert list(waiting) == ["ledger L-1", "ledger L-2"]
    assert all(errand.refusal is None for errand in waiting.values())
    assert Result("rejected") != waiting
