"""Searches among invoices, and those that books with any invoice make."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.systems.procountor.wire.invoiceregister import BASE_ID
from tests.systems.procountor.talking import Talker, invoice, talker


def found(talking: Talker, **query: Any) -> list[int]:
    return [one["id"] - BASE_ID for one in talking.get("/invoices", **query)["results"]]


@pytest.fixture
def talking() -> Talker:
    talking = talker({"invoices": [{"number": "5", "amount": 1, "date": "2026-03-01", "due": "2026-03-15"}]})
    talking.done("POST", "/invoices", invoice(partnerId=9, additionalInformation="Thank You"))
    talking.done("POST", "/invoices", invoice(type="PURCHASE_INVOICE", date="2026-01-20"))
    return talking


def test_every_filter(talking: Talker) -> None:
    assert found(talking) == [3, 2, 1]
    assert found(talking, types="SALES_INVOICE") == [2, 1]
    assert found(talking, types="SALES_INVOICE,PURCHASE_INVOICE", status="UNFINISHED") == [3, 2]
    assert found(talking, invoiceNumber=5) == [1]
    assert found(talking, originalInvoiceNumber="A-77") == [3, 2]
    assert found(talking, originalInvoiceNumber="A-7") == []
    assert found(talking, invoiceNumber=1001, originalInvoiceNumber="A-77") == [2]
    assert found(talking, invoiceNumber=1001, originalInvoiceNumber="x") == []
    assert found(talking, businessPartnerId=9) == [2]
    assert found(talking, invoiceChannel="EMAIL") == []
    assert found(talking, startDate="2026-01-11", endDate="2026-02-01") == [3]
    assert found(talking, dueStartDate="2026-03-15") == [1]
    assert found(talking, createdStartDate="2026-01-02T00:00:00") == []
    assert found(talking, searchTerm="thank you") == [2]
    assert found(talking, searchTerm="aino") == [3, 2]
    assert found(talking, searchTerm="1002") == [3]
    assert found(talking, orderByDate="ASC", size=1) == [2]
    assert talking.refused("GET", "/invoices", types="JOURNAL")[0] == 400
    assert talking.refused("GET", "/invoices", invoiceNumber="A")[0] == 400


def test_a_search_term_may_stand_in_a_header(talking: Talker) -> None:
    talking.headers = [("searchterm", "thank")]

    assert found(talking) == [2]


def test_a_hit_has_the_basics(talking: Talker) -> None:
    hit = talking.get("/invoices", invoiceNumber=1001)["results"][0]

    assert set(hit) == {
        "id", "partnerId", "type", "status", "invoiceNumber", "originalInvoiceNumber", "invoiceChannel", "date",
        "dueDate", "created", "version", "invoiceSumInfo", "counterParty",
    }  # fmt: skip


def test_books_with_any_invoice_make_the_one_that_is_searched_for() -> None:
    talking = talker()

    assert found(talking) == []
    assert found(talking, invoiceNumber=2026031) == [1]
    assert found(talking, invoiceNumber=2026031) == [1]
    assert found(talking, originalInvoiceNumber="X-9") == [2]
    assert found(talking, originalInvoiceNumber="2026031") == [1]
    assert found(talking) == [2, 1]
    one = talking.get(f"/invoices/{BASE_ID + 1}")
    assert (one["status"], one["date"], "invoiceSumInfo" in one) == ("SENT", "2026-01-01", False)


def test_no_invoice_is_made_whose_number_another_system_gave() -> None:
    talking = talker()
    talking.done("POST", "/invoices", invoice(originalInvoiceNumber="5000"))

    assert found(talking, invoiceNumber=5000) == []
    assert found(talking, originalInvoiceNumber="5000") == [1]


def test_a_reference_that_is_searched_for_makes_an_invoice_that_names_it() -> None:
    talking = talker()

    [key] = found(talking, searchTerm="1232")
    one = talking.get(f"/invoices/{BASE_ID + key}")
    assert (one["paymentInfo"]["bankReferenceCode"], one["additionalInformation"]) == ("1232", "1232")
    assert found(talking, searchTerm="1232") == [key]
    assert found(talking, searchTerm="Aino") == []


def test_closed_books_make_none() -> None:
    talking = talker({"invoices": []})

    assert found(talking, invoiceNumber=1) == found(talking, originalInvoiceNumber="1") == []
    assert found(talking, searchTerm="1232") == []
