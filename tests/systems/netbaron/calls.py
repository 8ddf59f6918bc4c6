"""Requests to NetBaron's wire, and what comes back, for its tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from lxml import etree

from simulator.clock import VIRTUAL_START
from simulator.systems.base import Answer, Request, Tenant
from simulator.systems.netbaron.access import Credentials, basic, organisation_of, passwords_of
from simulator.systems.netbaron.wire.messages import NAMESPACE, SOAP
from simulator.systems.office import Office
from tests.systems.wired import TENANT, office

HEADER = "Tositenumero;Kirjauspäivä;Vientiselite;Tili;Veroton summa"
BALANCED = f"{HEADER}\n11-1;1.2.2026;Rent;7230;100\n11-1;1.2.2026;Rent;1910;-100\n"


def books(**readings: str) -> Office:
    """The books of the tests' company."""
    return office("netbaron", {"readings": readings} if readings else None)


def credentials(interface: str, tenant: Tenant = TENANT, service: int = 0) -> Credentials:
    """What opens an interface."""
    return Credentials(organisation_of(tenant), passwords_of(tenant, interface)[service])


def call(
    where: Office,
    method: str,
    path: str,
    body: bytes = b"",
    *,
    who: Credentials | None = None,
    headers: Mapping[str, str] | None = None,
    now: int = VIRTUAL_START,
    query: Mapping[str, str] | None = None,
) -> Answer:
    """Send a request; without *who* with the credentials of the very interface."""
    interface = path.partition("?")[0].split("/")[2] if path.startswith("/ws/") else "import"
    pair = basic(who or credentials(interface))
    target = f"/netbaron{path}" + (f"?{urlencode(query)}" if query else "")
    given = [pair, *((headers or {}).items())]
    return where.answer(Request(method, target, given, body, mount="/netbaron"), now)


def import_file(
    where: Office, text: str | bytes, *, headers: Mapping[str, str] | None = None, kind: str = "extended"
) -> Answer:
    """Hand a file of receipts in."""
    body = text.encode() if isinstance(text, str) else text
    return call(where, "POST", f"/import/accountingreceipts?import={kind}", body, headers=headers)


def envelope(name: str, who: Credentials | None, content: str = "") -> bytes:
    """A call in an envelope."""
    given = "" if who is None else (
        f"<n:Authentication><n:Organisation>{who.organisation}</n:Organisation>"
        f"<n:Password>{who.password}</n:Password></n:Authentication>"
    )  # fmt: skip
    return (
        f'<e:Envelope xmlns:e="{SOAP}" xmlns:n="{NAMESPACE}"><e:Header>{given}</e:Header>'
        f"<e:Body><n:{name}>{content}</n:{name}></e:Body></e:Envelope>"
    ).encode()


def tree(answer: Answer) -> Any:
    """The root of an answer."""
    return etree.fromstring(answer.body)


def codes(answer: Answer) -> list[str]:
    """The codes of the errors in an answer, at whatever depth."""
    return [str(code.text) for code in tree(answer).iterfind(f".//{{{NAMESPACE}}}Code")]


def texts(answer: Answer, name: str) -> list[str]:
    """The texts of all elements of a name, in whatever namespace."""
    return [str(found.text or "") for found in tree(answer).iterfind(f".//{{*}}{name}")]


def finvoice(number: str = "1001", *, details: str = "", rows: str | None = None, **changes: str) -> bytes:
    """A Finvoice of 125,50 euros; *changes* are texts that stand for others."""
    row = (
        '<InvoiceRow><ArticleName>Työ &amp; aika</ArticleName><RowAccount>3010</RowAccount>'
        "<RowCostcenter>4100</RowCostcenter><RowVatRatePercent>25,5</RowVatRatePercent>"
        '<RowVatAmount AmountCurrencyIdentifier="EUR">25,50</RowVatAmount>'
        '<RowVatExcludedAmount AmountCurrencyIdentifier="EUR">100,00</RowVatExcludedAmount>'
        '<RowAmount AmountCurrencyIdentifier="EUR">125,50</RowAmount></InvoiceRow>'
    )  # fmt: skip
    text = (
        '<Finvoice Version="3.0"><MessageTransmissionDetails><MessageSenderDetails/></MessageTransmissionDetails>'
        "<SellerPartyDetails><SellerPartyIdentifier>1234567-1</SellerPartyIdentifier></SellerPartyDetails>"
        "<InvoiceRecipientPartyDetails/>"
        "<BuyerPartyDetails><BuyerOrganisationName>Ostaja Oy</BuyerOrganisationName></BuyerPartyDetails>"
        "<DeliveryPartyDetails/><DeliveryDetails/>"
        "<InvoiceDetails><InvoiceTypeCode>INV01</InvoiceTypeCode>"
        f"<InvoiceNumber>{number}</InvoiceNumber>"
        '<InvoiceDate Format="CCYYMMDD">20260201</InvoiceDate>'
        '<InvoiceTotalVatExcludedAmount AmountCurrencyIdentifier="EUR">100,00</InvoiceTotalVatExcludedAmount>'
        '<InvoiceTotalVatAmount AmountCurrencyIdentifier="EUR">25,50</InvoiceTotalVatAmount>'
        '<InvoiceTotalVatIncludedAmount AmountCurrencyIdentifier="EUR">125,50</InvoiceTotalVatIncludedAmount>'
        f"{details}<InvoiceFreeText>Kiitos</InvoiceFreeText></InvoiceDetails>"
        f"{row if rows is None else rows}<EpiDetails><EpiPaymentInstructionDetails>"
        "<EpiRemittanceInfoIdentifier>1234 5672</EpiRemittanceInfoIdentifier>"
        '<EpiDateOptionDate Format="CCYYMMDD">20260215</EpiDateOptionDate>'
        "</EpiPaymentInstructionDetails></EpiDetails></Finvoice>"
    )
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()
