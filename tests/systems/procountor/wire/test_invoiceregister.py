"""The invoices by number, also those that come and go by other ways."""

from __future__ import annotations

from simulator.clock import VIRTUAL_START
from simulator.systems.procountor.wire.invoiceregister import InvoiceRegister
from tests.systems.procountor.talking import invoice, talker
from tests.systems.wired import office

NOW = VIRTUAL_START


def test_invoices_that_come_later_are_noticed() -> None:
    books = office("procountor", {"invoices": [{"number": "5", "amount": 1}]})
    register = InvoiceRegister(books.site)
    assert [one.number for one in register.numbered(5, NOW)] == ["5"]

    books.site.ledger.receivables.add("6", "2026-01-01", "2026-01-01", None)

    assert [one.number for one in register.numbered(6, NOW)] == ["6"]
    assert [one.number for one in register.named("6", NOW)] == ["6"]


def test_invoices_that_were_taken_away_are_gone() -> None:
    books = office("procountor")
    register = InvoiceRegister(books.site)
    [made] = register.numbered(7, NOW)

    books.arrange({"invoices": []})

    assert register.numbered(7, NOW) == register.named("7", NOW) == []
    assert register.by_id(20_000_000 + made.key, NOW) is None
    books.arrange({})
    assert [one.number for one in register.numbered(7, NOW)] == ["7"]


def test_a_number_that_is_taken_is_not_given_again() -> None:
    talking = talker({"invoices": [{"number": "1001", "amount": 1}, {"number": "007", "amount": 1},
                                   {"number": "99999999999", "amount": 1}]})  # fmt: skip

    numbers = [one["invoiceNumber"] for one in talking.get("/invoices", orderById="ASC")["results"]]

    assert numbers == [1001, 1002, 1003]
    assert talking.done("POST", "/invoices", invoice())["invoiceNumber"] == 1004


def test_an_old_number_of_another_system_finds_nothing_any_more() -> None:
    talking = talker({"invoices": []})
    made = talking.done("POST", "/invoices", invoice())
    talking.done("PUT", f"/invoices/{made['id']}", {**made, "originalInvoiceNumber": "B"})

    assert talking.get("/invoices", originalInvoiceNumber="A-77")["results"] == []
    assert len(talking.get("/invoices", originalInvoiceNumber="B")["results"]) == 1
