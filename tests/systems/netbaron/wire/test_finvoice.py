"""A Finvoice as NetBaron takes it: what must be in it, and that its amounts come to its total."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from simulator.systems.netbaron.wire.finvoice import SWITCHES, Finvoice, read_finvoice, shown
from simulator.systems.netbaron.wire.messages import RefusedError
from simulator.systems.xmltext import parse
from tests.systems.netbaron.calls import finvoice

PARTS = ("InvoiceDetails", "InvoiceNumber", "InvoiceRow", "RowAmount", "EpiDetails")


def read(source: bytes, *, purchase: bool = False) -> Finvoice:
    return read_finvoice(parse(source), is_purchase=purchase)


def refused(source: bytes, *, purchase: bool = False) -> list[str]:
    with pytest.raises(RefusedError) as caught:
        read(source, purchase=purchase)
    assert caught.value.status == 422
    return [f"{fault.code} {fault.field.rpartition('/')[2]}".strip() for fault in caught.value.faults]


def test_what_an_invoice_says_is_read() -> None:
    invoice = read(finvoice())

    assert (invoice.number, invoice.date, invoice.due) == ("1001", "2026-02-01", "2026-02-15")
    assert (invoice.reference, invoice.seller, invoice.buyer) == ("12345672", "1234567-1", "Ostaja Oy")
    assert (invoice.total, invoice.rounding) == (Decimal("125.50"), Decimal(0))
    (row,) = invoice.rows
    assert (row.text, row.account, row.cost_center) == ("Työ & aika", "3010", "4100")
    assert (row.net, row.vat, row.percent) == (Decimal(100), Decimal("25.5"), Decimal("25.5"))


def test_the_due_date_may_stand_in_the_terms_of_payment() -> None:
    terms = "<PaymentTermsDetails><InvoiceDueDate>20260301</InvoiceDueDate></PaymentTermsDetails>"

    assert read(finvoice(details=terms)).due == "2026-03-01"
    assert read(finvoice(**{">20260215<": "><"})).due == "2026-02-01", "without one it is due at once"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("INV01", "INV02", "INVOICE_TYPE InvoiceTypeCode"),
        ("<InvoiceTypeCode>INV01</InvoiceTypeCode>", "", "MISSING InvoiceTypeCode"),
        ("<InvoiceNumber>1001</InvoiceNumber>", "", "MISSING InvoiceNumber"),
        (">1001<", ">" + "9" * 36 + "<", "TOO_LONG InvoiceNumber"),
        (">20260201<", "><", "MISSING InvoiceDate"),
        (">20260201<", ">20260230<", "NOT_A_DATE InvoiceDate"),
        (">20260201<", ">1.2.2026<", "NOT_A_DATE InvoiceDate"),
        (">20260215<", ">soon<", "NOT_A_DATE EpiDateOptionDate"),
        ('"EUR">25,50</RowVat', '"SEK">25,50</RowVat', "CURRENCY RowVatAmount"),
        ('"EUR">125,50</Inv', '"USD">125,50</Inv', "CURRENCY InvoiceTotalVatIncludedAmount"),
        ('"EUR">125,50</Inv', '"">125,50</Inv', "CURRENCY InvoiceTotalVatIncludedAmount"),
        (">125,50</Inv", "></Inv", "MISSING InvoiceTotalVatIncludedAmount"),
        (">125,50</Inv", ">125.50</Inv", "NOT_A_NUMBER InvoiceTotalVatIncludedAmount"),
        (">125,50</Inv", ">125,505</Inv", "NOT_A_NUMBER InvoiceTotalVatIncludedAmount"),
        (">125,50</Inv", ">125,51</Inv", "TOTAL_DIFFERS InvoiceTotalVatIncludedAmount"),
        (">25,50</Inv", ">25,51</Inv", "TOTAL_DIFFERS InvoiceTotalVatAmount"),
        (">100,00</Inv", ">99,00</Inv", "TOTAL_DIFFERS InvoiceTotalVatExcludedAmount"),
        (">125,50</Row", ">125,51</Row", "AMOUNTS_DIFFER RowAmount"),
        (">25,5</Row", ">much</Row", "NOT_A_NUMBER RowVatRatePercent"),
    ],
)
def test_what_is_wrong_is_refused_by_name(old: str, new: str, code: str) -> None:
    assert refused(finvoice(**{old: new})) == [code]


def test_a_purchase_invoice_names_its_seller_and_when_it_is_due() -> None:
    assert read(finvoice(), purchase=True).seller == "1234567-1"
    bad = finvoice(**{">1234567-1<": "><", ">20260215<": "><"})
    assert refused(bad, purchase=True) == ["MISSING EpiDateOptionDate", "MISSING SellerPartyIdentifier"]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert len(refused(finvoice(**{"INV01": "X", ">1001<": "><", "EUR": "SEK"}))) == 2 + 6


def test_another_document_is_no_finvoice() -> None:
    assert refused(b"<Invoice/>") == ["NO_FINVOICE"]


@pytest.mark.parametrize(
    "row",
    [
        "<RowAmount>125,50</RowAmount><RowVatRatePercent>25,5</RowVatRatePercent>",
        "<RowVatExcludedAmount>100</RowVatExcludedAmount><RowVatRatePercent>25.5</RowVatRatePercent>",
        "<RowAmount>125,5</RowAmount><RowVatAmount>25,5</RowVatAmount>",
        "<RowAmount>125,5</RowAmount><RowVatExcludedAmount>100</RowVatExcludedAmount>",
    ],
)
def test_what_a_row_does_not_tell_is_computed(row: str) -> None:
    text = "<InvoiceRow><RowFreeText>Only words</RowFreeText></InvoiceRow>"
    (found,) = read(finvoice(rows=f"{text}<InvoiceRow>{row}</InvoiceRow>")).rows

    assert (found.number, found.net, found.vat) == (2, Decimal(100), Decimal("25.50"))


def test_rows_and_rounding_come_to_the_total() -> None:
    rounding = "<InvoiceTotalRoundoffAmount>0,04</InvoiceTotalRoundoffAmount>"
    rounded = finvoice(details=rounding, **{">125,50</Inv": ">125,54</Inv"})

    assert read(rounded).rounding == Decimal("0.04")
    assert refused(finvoice(details=rounding)) == ["TOTAL_DIFFERS InvoiceTotalVatIncludedAmount"]


def names(source: bytes, **switches: bool) -> list[str]:
    root = shown(parse(source), switches, "PAID")
    assert root.findtext("PaymentStatusDetails/PaymentStatusCode") == "PAID"
    return [str(part.tag) for part in root]


def test_a_get_without_switches_shows_number_date_rows_and_state() -> None:
    root = shown(parse(finvoice()), {}, "NOTPAID")

    assert [part.tag for part in root] == ["InvoiceDetails", "PaymentStatusDetails", "InvoiceRow", "EpiDetails"]
    assert [part.tag for part in root[0]] == ["InvoiceNumber", "InvoiceDate"]


@pytest.mark.parametrize("switch", sorted(set(SWITCHES) - {"GetInvoiceDetails", "GetInvoiceFreeText"}))
def test_a_switch_shows_its_part_and_no_other(switch: str) -> None:
    assert set(names(finvoice(), **{switch: True})) - set(names(finvoice())) == {SWITCHES[switch]}
    assert names(finvoice(), **{switch: False}) == names(finvoice())


def test_details_and_free_text_have_switches_of_their_own() -> None:
    details = shown(parse(finvoice()), {"GetInvoiceDetails": True}, "PAID")[0]
    free = shown(parse(finvoice()), {"GetInvoiceFreeText": True}, "PAID")[0]

    assert "InvoiceTypeCode" in [part.tag for part in details]
    assert "InvoiceFreeText" not in [part.tag for part in details]
    assert [part.tag for part in free] == ["InvoiceNumber", "InvoiceDate", "InvoiceFreeText"]


def test_what_stands_behind_the_document_is_no_part_of_it() -> None:
    inner = parse(b"<x>" + finvoice() + b"tail</x>")[0]

    assert parse(read_finvoice(inner, is_purchase=False).source).tag == "Finvoice"


@settings(deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=6), st.text(st.characters(exclude_categories=["C"]), max_size=20))
def test_a_document_of_whatever_parts_is_read_or_refused(path: list[str], text: str) -> None:
    root = etree.Element("Finvoice")
    part = root
    for name in path:
        part = etree.SubElement(part, name)
    part.text = text
    with pytest.raises(RefusedError):
        read_finvoice(root, is_purchase=False)
