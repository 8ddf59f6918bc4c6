"""What an invoice may not be, told all at once, in the vendor's words where they are known."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.systems.procountor.wire.invoicerules import check_digit, is_business_id, is_reference
from tests.systems.procountor.talking import invoice, talker

NAME = {"name": "A"}
ADDRESS = {**NAME, "street": "S", "zip": "1", "city": "C"}
E_ADDRESS = {"operator": "O", "address": "003712345671"}


def told(**changes: Any) -> list[tuple[str, str]]:
    """What is told of an invoice; nothing if it is taken."""
    talking = talker()
    body = invoice(**changes)
    if talking.send("POST", "/invoices", body).status == 200:
        return []
    status, found = talking.refused("POST", "/invoices", body)
    assert status == 400
    return found


def fields(**changes: Any) -> list[str]:
    return [field for field, _ in told(**changes)]


def info(**changes: Any) -> dict[str, Any]:
    return {"paymentInfo": {**invoice()["paymentInfo"], **changes}}


def rows(**changes: Any) -> dict[str, Any]:
    return {"invoiceRows": [{**invoice()["invoiceRows"][0], **changes}]}


def party(address: dict[str, Any] = NAME, **changes: Any) -> dict[str, Any]:
    return {"counterParty": {"counterPartyAddress": address, **changes}}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (info(dueDate="2026-01-09"), [("", "DUE_DATE_BEFORE_BILL_DATE")]),
        (info(dueDate="2026-01-10"), []),
        ({"date": "1999-01-01"} | info(dueDate="1999-01-02"), [("date", "CLOSED_FISCAL_PERIOD")]),
        (rows(vatPercent=10, vatStatus=3), [("invoiceRows[0].vatStatus", "ERROR_VATSTATUS_VATPERC")]),
        (rows(vatPercent=10, vatStatus=1), []),
        (party({**NAME, "country": "SWEDEN"}, einvoiceAddress={"ediId": "1"}),
         [("counterParty.einvoiceAddress.ediId", "OVT_NOT_ALLOWED")]),
        (party({**NAME, "country": "FINLAND"}, einvoiceAddress={"ediId": "1"}), []),
        (party(identifier="1234567-2"), [("counterParty.identifier", "ERROR_BRN_CODE")]),
        (party(identifier="1234567-1"), []),
    ],
)  # fmt: skip
def test_the_vendors_codes(changes: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert told(**changes) == found


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"type": "PERIODIC_TAX_RETURN"}, ["type"]), ({"language": None}, ["language"]),
        ({"language": None, "type": "PURCHASE_INVOICE"}, []), ({"vatStatus": None}, ["vatStatus"]),
        ({"vatStatus": None, "type": "BILL_OF_CHARGES"}, []), ({"deliveryMethod": "OTHER"}, ["deliveryMethod"]),
        ({"vatStatus": 88}, ["vatStatus"]), ({"vatStatus": 5, "type": "PURCHASE_INVOICE"},
                                             ["vatStatus", "invoiceRows[0].vatStatus"]),
        (rows(vatPercent=7), ["invoiceRows[0].vatPercent"]), (rows(vatStatus=88), ["invoiceRows[0].vatStatus"]),
        (rows(product=""), ["invoiceRows[0].product"]), ({"invoiceRows": []}, ["invoiceRows"]),
        (party({}), ["counterParty.counterPartyAddress.name"]), (party({"name": "x" * 81}),
                                                                 ["counterParty.counterPartyAddress.name"]),
        (info(bankAccount=None), ["paymentInfo.bankAccount.accountNumber"]),
        (info(bankAccount=None, paymentMethod="CASH"), []),
        (info(bankReferenceCode="1231"), ["paymentInfo.bankReferenceCode"]), (info(bankReferenceCode="1232"), []),
        (info(bankReferenceCode="1231", bankReferenceCodeType="OCR"), []), (info(bankReferenceCode=None), []),
        (info(currency="SEK", currencyRate=0), ["paymentInfo.currencyRate"]), (info(currencyRate=0), []),
        (info(dueDate="2028-10-06"), ["paymentInfo.dueDate"]), (info(dueDate="2028-10-05"), []),
        ({"originalInvoiceNumber": "x" * 41}, ["originalInvoiceNumber"]),
    ],
)  # fmt: skip
def test_other_rules(changes: dict[str, Any], found: list[str]) -> None:
    assert fields(**changes) == found


@pytest.mark.parametrize(
    ("channel", "changes", "lacking"),
    [
        ("EMAIL", {}, 1), ("EMAIL", party(email="a@example.com"), 0), ("MAIL", {}, 3), ("MAIL", party(ADDRESS), 0),
        ("MAIL", {"billingAddress": ADDRESS}, 0), ("ELECTRONIC_INVOICE", {}, 8),
        ("ELECTRONIC_INVOICE", party(ADDRESS, einvoiceAddress=E_ADDRESS), 0),
        ("ELECTRONIC_INVOICE", party(ADDRESS, einvoiceAddress=E_ADDRESS) | {"billingAddress": {}}, 3),
        ("ELECTRONIC_INVOICE", party({**ADDRESS, "country": "SWEDEN"}, einvoiceAddress={"address": "1"}), 0),
        ("NO_SENDING", {}, 0),
    ],
)  # fmt: skip
def test_a_channel_needs_its_addresses(channel: str, changes: dict[str, Any], lacking: int) -> None:
    assert len(fields(invoiceChannel=channel, **changes)) == lacking


@pytest.mark.parametrize("channel", ["EDIFACT", "PAPER_INVOICE"])
def test_some_channels_can_only_be_read(channel: str) -> None:
    assert told(invoiceChannel=channel) == [("", f"Value of the 'invoiceChannel' field is invalid: {channel}")]


def test_everything_is_told_at_once() -> None:
    body = {**info(dueDate="2026-01-01", bankReferenceCode="1"), **rows(vatPercent=7), "language": None}

    assert len(told(**body)) == 4


def test_check_digits() -> None:
    assert (check_digit("123"), check_digit("1001")) == (2, 6)
    assert is_reference("RF18 5390 0754 7034")
    assert is_reference("0001 232")
    assert not is_reference("RF19539007547034")
    assert not is_reference("abc")
    assert [is_business_id(text) for text in ("1234567-1", "1234567-2", "x", "0114162-2")] == [True, False, False, True]
