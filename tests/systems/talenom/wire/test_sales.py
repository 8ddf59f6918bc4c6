"""Sales invoices as far as the walk-through goes, step by step."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from simulator.contract.jsontext import loads
from simulator.systems.base import Answer
from simulator.systems.talenom.wire import sales
from tests.systems.talenom.caller import ORG, SALES, Caller

CONTACT = {
    "organizationNumber": int(ORG), "type": "Consumer", "number": "0", "name": "John Doe", "currency": "EUR",
    "InvoiceLanguage": "fi-FI", "defaultReceivableAccountNumber": "1701",
    "invoicingAddress": {"address1": "Doe street 1", "country": "FI", "postalCode": "00100", "postOffice": "Helsinki"},
}  # fmt: skip
LINE = {
    "type": "Product", "productName": "Thingy", "quantity": 5.0, "pricePerUnit": 10.0, "salesAccountNumber": 3000,
    "taxPercent": 24.0,
}  # fmt: skip


def call(caller: Caller, method: str, path: str, value: Any = None) -> Answer:
    return caller.call(method, f"{SALES}/{ORG}/{path}", value)


def contact(caller: Caller, **members: Any) -> dict[str, Any]:
    answer = call(caller, "POST", "contacts", {**CONTACT, **members})
    assert answer.status == 200, answer
    made: dict[str, Any] = loads(answer.body)
    return made


def draft(caller: Caller) -> dict[str, Any]:
    answer = call(caller, "POST", f"invoices?contactId={contact(caller)['id']}")
    assert answer.status == 200, answer
    made: dict[str, Any] = loads(answer.body)
    return made


def changed(caller: Caller, invoice: dict[str, Any], *lines: dict[str, Any], **members: Any) -> Answer:
    return call(caller, "PUT", f"invoices/{invoice['id']}", {**invoice, "lineItems": list(lines), **members})


def test_a_contact_comes_back_with_its_id() -> None:
    made = contact(Caller())

    assert made["id"]
    assert made["rowVersion"]
    assert (made["name"], made["invoiceLanguage"]) == ("John Doe", "fi-FI")
    assert made["invoicingAddress"] == CONTACT["invoicingAddress"]


def test_the_number_of_drafts_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sales, "DRAFTS_MAX", 1)
    caller = Caller()
    draft(caller)

    assert call(caller, "POST", f"invoices?contactId={contact(caller)['id']}").status == 400


def test_members_that_nobody_knows_do_not_come_back() -> None:
    assert "colour" not in contact(Caller(), colour="red")


@pytest.mark.parametrize(
    "members",
    [
        {"name": ""},
        {"name": None},
        {"currency": "euro"},
        {"organizationNumber": 1},
        {"defaultReceivableAccountNumber": "9"},
    ],
)
def test_a_contact_that_makes_no_sense_is_refused(members: dict[str, Any]) -> None:
    caller = Caller()

    assert call(caller, "POST", "contacts", {**CONTACT, **members}).status == 400
    assert caller.office.wire.sales.contacts == {}  # type: ignore[attr-defined]


def test_a_draft_is_made_for_a_contact() -> None:
    caller = Caller()
    made = draft(caller)

    for member, value in {
        "number": 0, "status": "Draft", "type": "Normal", "invoiceOrigin": "Integration", "voucherType": "39",
        "organizationNumber": int(ORG), "date": "2026-01-01", "shipMode": "SelfDelivery", "lineItems": [],
    }.items():  # fmt: skip
        assert made[member] == value
    assert made["rowVersion"]
    [entry] = caller.office.site.ledger.receivables.invoices.values()
    assert (entry.state, entry.customer, entry.currency) == ("draft", "John Doe", "EUR")
    for query in ("", "?contactId=", "?contactId=nobody"):
        assert call(caller, "POST", f"invoices{query}").status == 400


def test_the_totals_are_counted_from_the_lines() -> None:
    caller = Caller()
    invoice = draft(caller)

    answer = changed(caller, invoice, LINE, dueDate="2026-02-01", referenceNumber="1232")

    value = loads(answer.body)
    assert answer.status == 200
    assert (value["total"], value["totalTax"], value["totalTaxIncluded"]) == (50, 12, 62)
    assert value["lineItems"][0]["pricePerUnitTaxIncluded"] == Decimal("12.4")
    assert (value["dueDate"], value["referenceNumber"]) == ("2026-02-01", "1232")
    [entry] = caller.office.site.ledger.receivables.invoices.values()
    assert (entry.amount, entry.due, entry.reference) == (Decimal(62), "2026-02-01", "1232")


def test_the_whole_answer_can_be_sent_back_as_the_walk_through_says() -> None:
    caller = Caller(unknown_members="refused")
    first = loads(changed(caller, draft(caller), LINE).body)

    assert changed(caller, first, *first["lineItems"]).status == 200
    assert changed(caller, first, colour="red").status == 400


def test_the_gross_price_leads_where_it_is_given() -> None:
    caller = Caller()
    line = {**LINE, "pricePerUnit": None, "PricePerUnitTaxIncluded": 12.4}

    value = loads(changed(caller, draft(caller), line).body)

    assert (value["total"], value["totalTaxIncluded"]) == (50, 62)
    assert value["lineItems"][0]["pricePerUnit"] == 10


def test_only_who_has_seen_the_newest_version_may_change() -> None:
    caller = Caller()
    invoice = draft(caller)
    first = loads(changed(caller, invoice, LINE).body)

    stale = changed(caller, invoice, LINE, LINE)

    assert (stale.status, loads(stale.body)["code"]) == (409, "ConcurrencyConflict")
    assert loads(changed(caller, first, LINE, LINE).body)["total"] == 100
    for reading in ("412", "400"):
        other = Caller(stale_row_version=reading)
        assert changed(other, draft(other), LINE, rowVersion="AAAA").status == int(reading)


@pytest.mark.parametrize(
    "line",
    [
        {**LINE, "pricePerUnit": None},
        {**LINE, "salesAccountNumber": "3999"},
        {**LINE, "taxPercent": 23},
        {**LINE, "taxPercent": 101},
        {"type": "Product"},
        {**LINE, "quantity": "5"},
    ],
)
def test_a_line_that_makes_no_sense_is_refused_and_changes_nothing(line: dict[str, Any]) -> None:
    caller = Caller()
    invoice = draft(caller)

    assert changed(caller, invoice, LINE, line).status == 400
    assert changed(caller, invoice, LINE).status == 200


def test_an_invoice_is_named_by_its_path() -> None:
    caller = Caller()
    invoice = draft(caller)

    assert changed(caller, invoice, id="e2bc83d3-0d9b-4f46-5ee6-08dbd9ed91c1").status == 400
    assert changed(caller, invoice, organizationNumber=1).status == 400
    assert call(caller, "PUT", "invoices/nobody", invoice).status == 404
    assert call(caller, "PUT", f"invoices/{invoice['id']}", {"lineItems": []}).status == 400


def test_what_is_not_public_is_not_there() -> None:
    caller = Caller()
    invoice = draft(caller)

    one = f"invoices/{invoice['id']}"
    for method, path in (
        ("GET", "invoices"),
        ("GET", one),
        ("GET", "contacts"),
        ("POST", f"{one}/approve"),
        ("DELETE", one),
    ):
        assert call(caller, method, path).status == 404


def test_very_large_lines_are_still_counted() -> None:
    caller = Caller()
    line = {**LINE, "quantity": 10**12, "pricePerUnit": 10**12}

    assert changed(caller, draft(caller), line, line).status == 200
