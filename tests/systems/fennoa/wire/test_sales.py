"""Sales invoices: drafts, approvals, sendings, and what can be read of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simulator.systems.fennoa import SYSTEM
from simulator.systems.fennoa.wire.sales import reference_of
from tests.systems.fennoa.asking import INVOICE, PDF, Asker, multipart
from tests.systems.wired import balances


def told(asker: Asker, key: int) -> dict[str, Any]:
    answer = asker.get(f"sales_api/{key}")
    SYSTEM.about.schemas.validator("invoice.json").validate(answer)
    data: dict[str, Any] = answer["data"]
    return data


def test_a_draft_has_no_number_and_is_not_in_the_books() -> None:
    asker = Asker()
    key = asker.draft(our_reference="Me")

    invoice = told(asker, key)["SalesInvoice"]

    assert (invoice["id"], invoice["invoice_no"], invoice["status"]) == (1, None, "draft")
    assert (invoice["total_gross"], invoice["our_reference"]) == (251, "Me")
    assert not asker.vouchers


def test_multipart_is_taken_as_one_client_sends_it_with_rows_from_zero() -> None:
    asker = Asker()
    media_type, body = multipart({name.replace("[1]", "[0]"): value for name, value in INVOICE.items()})

    assert asker.send("POST", "sales_api/add", body, media_type).status == 200
    assert told(asker, 1)["SalesInvoiceRow"][0]["total_net"] == 200


def test_approval_gives_the_number_and_the_reference_and_books_it() -> None:
    asker = Asker()
    key = asker.draft(**{"row[1][account_code]": "3010", "row[2][name]": "B", "row[2][price]": "10"})

    assert asker.post(f"sales_api/do/approve/{key}")["id"] == key

    invoice = told(asker, key)["SalesInvoice"]
    assert (invoice["invoice_no"], invoice["status"], invoice["banking_reference"]) == (1001, "approved", "10016")
    assert (invoice["total_due"], invoice["total_paid"]) == (261, 0)
    assert balances(asker.books) == {
        "1701": Decimal(261), "3010": Decimal(-200), "3000": Decimal(-10), "2939": Decimal(-51)
    }  # fmt: skip
    (voucher,) = asker.vouchers
    assert (voucher.series, voucher.date) == ("IN", "2026-01-15")
    (row,) = asker.get("accounting_api/get/ledger/2026-01-01/2026-12-31/accounts:1701")["data"]
    assert (row["id"], row["url"]) == (key, f"/api/sales_api/{key}")


def test_numbers_run_on_and_pass_over_what_is_taken() -> None:
    asker = Asker({"invoices": [{"number": "1002", "amount": 1}]})

    keys = [asker.approved(), asker.approved(proposed_invoice_number="7"), asker.approved()]

    assert [told(asker, key)["SalesInvoice"]["invoice_no"] for key in keys] == [1001, 7, 1003]
    errors = asker.errors(f"sales_api/do/approve/{asker.draft(proposed_invoice_number='7')}")
    assert errors == {"proposed_invoice_number": ["There is an invoice 7"]}


def test_a_reference_of_ones_own_is_kept() -> None:
    asker = Asker()

    assert told(asker, asker.approved(banking_reference="12344"))["SalesInvoice"]["banking_reference"] == "12344"


@pytest.mark.parametrize(("number", "reference"), [(1, "0013"), (123, "1232"), (1234, "12344"), (1001, "10016")])
def test_a_reference_has_the_finnish_check_digit(number: int, reference: str) -> None:
    assert reference_of(number) == reference


def test_what_cannot_be_booked_stays_a_draft() -> None:
    asker = Asker()
    key, foreign = asker.draft(), asker.draft(currency="USD")
    asker.books.arrange({"locked_until": "2026-01-31"})

    assert list(asker.errors(f"sales_api/do/approve/{key}")) == ["invoice_date"]
    assert "exchange rates" in asker.errors(f"sales_api/do/approve/{foreign}")
    assert told(asker, key)["SalesInvoice"]["status"] == "draft"
    assert not asker.vouchers
    asker.books.arrange(
        {"accounts": ["1701", "2939"], "roles": {"receivables": "1701", "sales_vat": "2939", "sales": "3000"}}
    )
    asker.post(f"sales_api/do/approve/{key}")


def test_an_account_that_went_away_refuses_the_approval() -> None:
    asker = Asker()
    key = asker.draft(**{"row[1][account_code]": "3010"})
    asker.books.arrange({"accounts": ["1701", "2939", "3000"]})

    assert "account 3010 not found" in str(asker.errors(f"sales_api/do/approve/{key}"))
    assert not asker.vouchers


def test_an_invoice_is_approved_once() -> None:
    asker = Asker()
    key = asker.approved()

    assert "approved already" in asker.errors(f"sales_api/do/approve/{key}")
    assert len(asker.vouchers) == 1


@pytest.mark.parametrize("call", ["do/approve", "do/send", "do/upload_attachment"])
@pytest.mark.parametrize("key", ["9", "x"])
def test_what_is_not_there_is_not_found(call: str, key: str) -> None:
    assert "not found" in Asker().errors(f"sales_api/{call}/{key}", status=404)


@pytest.mark.parametrize(
    ("changes", "sent"),
    [
        ({}, "sent"),
        ({"delivery_method": "manual"}, "sent"),
        ({"delivery_method": "email"}, "failed"),
        ({"delivery_method": "email", "email": "a@b.fi"}, "sent"),
        ({"delivery_method": "email", "einvoice_address": "a@b.fi"}, "sent"),
        ({"delivery_method": "finvoice", "email": "a@b.fi"}, "failed"),
        ({"delivery_method": "finvoice", "einvoice_address": "0037"}, "sent"),
    ],
)
def test_an_approved_invoice_is_sent_or_says_that_it_failed(changes: dict[str, str], sent: str) -> None:
    asker = Asker()
    key = asker.approved(**changes)

    assert asker.post(f"sales_api/do/send/{key}")["data"] == sent
    assert [one["status"] for one in told(asker, key)["SalesInvoiceDelivery"]] == [sent]
    failed = asker.get("sales_api/get/delivery_errors")["data"]
    assert [one["invoice_no"] for one in failed] == ([1001] if sent == "failed" else [])


def test_a_draft_is_not_sent_and_sendings_do_not_pile_up() -> None:
    asker = Asker()
    asker.errors(f"sales_api/do/send/{asker.draft()}")
    key = asker.approved()
    for _ in range(15):
        asker.post(f"sales_api/do/send/{key}")

    assert len(told(asker, key)["SalesInvoiceDelivery"]) == 10


def test_a_pdf_is_kept_with_an_invoice_and_nothing_else() -> None:
    asker = Asker()
    key = asker.draft()
    for content, status in ((PDF, 200), (b"\x89PNG\r\n\x1a\n", 400)):
        media_type, body = multipart({}, {"file": ("a.pdf", content, "application/pdf")})
        assert asker.send("POST", f"sales_api/do/upload_attachment/{key}", body, media_type).status == status


def test_a_known_customer_is_found_by_number_and_an_unknown_one_is_made() -> None:
    asker = Asker()
    customer = {"name": "K", "address": "A", "postalcode": "1", "city": "C", "country_id": "FI", "customer_no": "F1"}
    asker.post("customer_api/add", customer)

    known, made = asker.draft(customer_no="F1"), asker.draft(customer_no="F9")

    assert told(asker, known)["SalesInvoice"]["customer_id"] == 1
    assert told(asker, made)["SalesInvoice"]["customer_id"] == 2
    assert asker.get("customer_api/2")["data"]["Customer"]["customer_no"] == "2"
    assert asker.get("customer_api/2")["data"]["Customer"]["name"] == INVOICE["name"]


def test_invoices_are_listed_two_hundred_a_page() -> None:
    asker = Asker({"invoices": [{"number": str(number), "amount": 1, "reference": "77"} for number in range(250)]})

    assert len(asker.get("sales_api/")["data"]) == 200
    assert len(asker.get("sales_api/?page=2")["data"]) == 50
    assert asker.get("sales_api?page=3")["data"] == []
    assert len(asker.get("sales_api/?page=2&banking_reference=0077")["data"]) == 50
    assert asker.get("sales_api/?banking_reference=78")["data"] == []


def test_invoices_of_the_words_are_told_too() -> None:
    asker = Asker({"invoices": [{"number": "A-1", "amount": 10.5, "paid": 4, "reference": "13", "customer": "K"}]})

    invoice = told(asker, 1)["SalesInvoice"]

    assert (invoice["invoice_no"], invoice["name"], invoice["total_due"]) == ("A-1", "K", Decimal("6.5"))
    assert asker.get("sales_api/get/invoice_no/A-1")["data"]["SalesInvoice"] == invoice
    asker.get("sales_api/get/invoice_no/A-2", 404)
    asker.get("sales_api/2", 404)


def test_in_books_with_any_invoice_one_is_there_by_number_and_by_reference() -> None:
    asker = Asker()

    assert asker.get("sales_api/get/invoice_no/2026%2F1")["data"]["SalesInvoice"]["invoice_no"] == "2026/1"
    (one,) = asker.get("sales_api/?banking_reference=202604178")["data"]
    assert one["SalesInvoice"]["invoice_no"] == 1001
    assert asker.get("sales_api/?banking_reference=202604178")["data"] == [one]


def test_the_invoice_in_the_readme_of_a_client_goes_all_its_way() -> None:
    asker = Asker()
    rows = {f"row[{number}][{name}]": value for number in range(2) for name, value in {
        "name": "My product", "description": "What it is", "price": "14.5", "quantity": "3", "vatpercent": "14",
    }.items()}  # fmt: skip
    head = {name: value for name, value in INVOICE.items() if not name.startswith("row")}

    key = asker.post("sales_api/add", {**head, "invoice_date": "2018-12-12", "due_date": "2018-12-26", **rows})["id"]
    asker.post(f"sales_api/do/approve/{key}")

    assert asker.post(f"sales_api/do/send/{key}")["data"] == "sent"
    assert told(asker, key)["SalesInvoice"]["total_gross"] == Decimal("99.18")


def test_what_is_wrong_makes_no_draft_and_no_customer() -> None:
    asker = Asker()

    assert list(asker.errors("sales_api/add", {**INVOICE, "country": "x"})) == ["country"]
    assert asker.send("POST", "sales_api/add", b"{}", "application/json").status == 400
    assert asker.get("sales_api/")["data"] == asker.get("customer_api/")["data"] == []
