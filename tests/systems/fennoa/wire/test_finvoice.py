"""Finvoice: what of it becomes a draft."""

from __future__ import annotations

import pytest

from simulator.systems.fennoa.wire.finvoice import FinvoiceError, fields_of_finvoice
from tests.systems.fennoa.asking import Asker

FINVOICE = """<?xml version="1.0" encoding="ISO-8859-15"?>
<Finvoice Version="3.0">
 <MessageTransmissionDetails><MessageReceiverDetails>
  <ToIdentifier>003712345678</ToIdentifier><ToIntermediator>HELSFIHH</ToIntermediator>
 </MessageReceiverDetails></MessageTransmissionDetails>
 <BuyerPartyDetails>
  <BuyerPartyIdentifier>9876543-0</BuyerPartyIdentifier>
  <BuyerOrganisationName>Ääkkönen Oy</BuyerOrganisationName>
  <BuyerPostalAddressDetails>
   <BuyerStreetName>Katu 1</BuyerStreetName><BuyerTownName>Helsinki</BuyerTownName>
   <BuyerPostCodeIdentifier>00100</BuyerPostCodeIdentifier><CountryCode>FI</CountryCode>
  </BuyerPostalAddressDetails>
 </BuyerPartyDetails>
 <InvoiceDetails>
  <InvoiceTypeCode>INV01</InvoiceTypeCode><InvoiceNumber>5005</InvoiceNumber>
  <InvoiceDate Format="CCYYMMDD">20260115</InvoiceDate>
  <InvoiceTotalVatIncludedAmount AmountCurrencyIdentifier="EUR">251,00</InvoiceTotalVatIncludedAmount>
  <PaymentTermsDetails><InvoiceDueDate Format="CCYYMMDD">20260129</InvoiceDueDate></PaymentTermsDetails>
 </InvoiceDetails>
 <InvoiceRow>
  <ArticleName>Työ</ArticleName><DeliveredQuantity QuantityUnitCode="h">2,00</DeliveredQuantity>
  <UnitPriceAmount AmountCurrencyIdentifier="EUR">100,00</UnitPriceAmount><RowVatRatePercent>25,5</RowVatRatePercent>
 </InvoiceRow>
 <InvoiceRow><RowFreeText>Kiitos</RowFreeText></InvoiceRow>
 <EpiDetails><EpiPaymentInstructionDetails>
  <EpiRemittanceInfoIdentifier>50050</EpiRemittanceInfoIdentifier>
 </EpiPaymentInstructionDetails></EpiDetails>
</Finvoice>""".encode("iso-8859-15")


def test_a_finvoice_becomes_the_fields_of_a_draft() -> None:
    fields = fields_of_finvoice(FINVOICE)

    assert fields == {
        "invoice_date": "2026-01-15", "due_date": "2026-01-29", "proposed_invoice_number": "5005",
        "invoice_type_id": "1", "banking_reference": "50050", "currency": "EUR", "delivery_method": "finvoice",
        "name": "Ääkkönen Oy", "customer_no": "9876543-0", "address": "Katu 1", "city": "Helsinki",
        "postalcode": "00100", "country": "FI", "einvoice_address": "003712345678", "einvoice_operator": "HELSFIHH",
        "row": {
            "1": {"name": "Työ", "price": "100.00", "quantity": "2.00", "unit": "h", "vatpercent": "25.5"},
            "2": {"description": "Kiitos"},
        },
    }  # fmt: skip


def test_a_finvoice_is_a_draft_that_can_be_approved() -> None:
    asker = Asker()
    answer = asker.send("POST", "sales_api/add/finvoice", FINVOICE)
    assert answer.status == 200

    asker.post("sales_api/do/approve/1")

    told = asker.get("sales_api/get/invoice_no/5005")["data"]["SalesInvoice"]
    assert (told["total_gross"], told["banking_reference"], told["name"]) == (251, "50050", "Ääkkönen Oy")


def test_a_credit_note_a_short_row_and_an_unreadable_date_are_read_as_they_are() -> None:
    body = FINVOICE.replace(b"INV01", b"INV02").replace(b"20260115", b"15.1.2026")
    body = body.replace(b"UnitPriceAmount", b"RowVatExcludedAmount").replace(b"DeliveredQ", b"InvoicedQ")
    fields = fields_of_finvoice(body)

    assert (fields["invoice_type_id"], fields["invoice_date"]) == ("2", "15.1.2026")
    assert fields.branch("row").branch("1").text("price") == "100.00"
    assert fields.branch("row").branch("1").text("quantity") == "2.00"


def test_a_buyer_without_an_address_is_missed_by_the_draft() -> None:
    body = FINVOICE.replace(b"BuyerPostalAddressDetails", b"Other").replace(b"MessageReceiverDetails", b"Other")
    answer = Asker().send("POST", "sales_api/add/finvoice", body)

    assert answer.status == 400
    assert b'"address"' in answer.body


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "cannot be read"),
        (b"<!DOCTYPE x><Finvoice/>", "DOCTYPE"),
        (b"<Invoice/>", "not a Finvoice"),
        (b"<Finvoice/>", "no InvoiceDetails"),
        (b"<Finvoice><InvoiceDetails/></Finvoice>", "no BuyerPartyDetails"),
    ],
)
def test_what_is_no_finvoice_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(FinvoiceError, match=said):
        fields_of_finvoice(body)
    assert Asker().send("POST", "sales_api/add/finvoice", body).status == 400
