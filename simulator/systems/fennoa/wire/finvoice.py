"""Finvoice, the Finnish e-invoice in XML: what of it becomes fields of a draft."""

from __future__ import annotations

from simulator.systems.fennoa.wire.brackets import Branch, tree_of
from simulator.systems.xmltext import Element, MalformedXMLError, fold, parse, text_of

DATE_DIGITS = 8


class FinvoiceError(ValueError):
    """The bytes are no Finvoice; the text says why."""


def fields_of_finvoice(body: bytes) -> Branch:
    """Return the fields that `sales_api/add` would take. Raises FinvoiceError."""
    try:
        root = parse(body)
    except MalformedXMLError as error:
        raise FinvoiceError(f"The Finvoice cannot be read: {error.detail}") from None
    fold(root)
    if root.tag != "finvoice":
        raise FinvoiceError(f"The document is <{root.tag}>, not a Finvoice")
    fields = [*_head(root), *_buyer(root)]
    for number, row in enumerate(root.iterfind("invoicerow"), 1):
        fields += [(f"row[{number}][{name}]", value) for name, value in _row(row)]
    return tree_of((name, value) for name, value in fields if value)


def _head(root: Element) -> list[tuple[str, str]]:
    details, epi = root.find("invoicedetails"), root.find(".//epiremittanceinfoidentifier")
    if details is None:
        raise FinvoiceError("The Finvoice has no InvoiceDetails")
    code = text_of(details, "invoicetypecode")
    currency = details.find("invoicetotalvatincludedamount")
    due = details.find(".//invoiceduedate")
    return [
        ("invoice_date", _date(text_of(details, "invoicedate"))),
        ("due_date", _date("" if due is None else (due.text or "").strip())),
        ("proposed_invoice_number", text_of(details, "invoicenumber")),
        ("invoice_type_id", "2" if code.startswith("INV02") else "1"),
        ("order_identifier", text_of(details, "orderidentifier")),
        ("agreement_identifier", text_of(details, "agreementidentifier")),
        ("notes_before", text_of(details, "invoicefreetext")),
        ("banking_reference", "" if epi is None else (epi.text or "").strip()),
        ("currency", "" if currency is None else currency.get("amountcurrencyidentifier", "")),
        ("delivery_method", "finvoice"),
    ]


def _buyer(root: Element) -> list[tuple[str, str]]:
    buyer = root.find("buyerpartydetails")
    if buyer is None:
        raise FinvoiceError("The Finvoice has no BuyerPartyDetails")
    address = buyer.find("buyerpostaladdressdetails")
    place = root.find(".//messagereceiverdetails")
    fields = [
        ("name", text_of(buyer, "buyerorganisationname")),
        ("vat_number", text_of(buyer, "buyerorganisationtaxcode")),
        ("customer_no", text_of(buyer, "buyerpartyidentifier")),
    ]
    if address is not None:
        fields += [
            ("address", text_of(address, "buyerstreetname")),
            ("city", text_of(address, "buyertownname")),
            ("postalcode", text_of(address, "buyerpostcodeidentifier")),
            ("country", text_of(address, "countrycode") or "FI"),
        ]
    if place is not None:
        fields += [
            ("einvoice_address", text_of(place, "toidentifier")),
            ("einvoice_operator", text_of(place, "tointermediator")),
        ]
    return fields


def _row(row: Element) -> list[tuple[str, str]]:
    quantity = row.find("deliveredquantity")
    if quantity is None:
        quantity = row.find("invoicedquantity")
    return [
        ("product_no", text_of(row, "articleidentifier")),
        ("name", text_of(row, "articlename")),
        ("description", text_of(row, "rowfreetext")),
        ("price", _number(text_of(row, "unitpriceamount") or text_of(row, "rowvatexcludedamount"))),
        ("quantity", "" if quantity is None else _number((quantity.text or "").strip())),
        ("unit", "" if quantity is None else quantity.get("quantityunitcode", "")),
        ("vatpercent", _number(text_of(row, "rowvatratepercent"))),
        ("discount_percent", _number(text_of(row, "rowdiscountpercent"))),
    ]


def _date(text: str) -> str:
    """Return 20260131 as 2026-01-31; what is neither is left as it is, and refused as a date."""
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == DATE_DIGITS and text.isdigit() else text


def _number(text: str) -> str:
    """Return a number of Finvoice, which has a decimal comma, with a point."""
    return text.replace(",", ".")
