"""An integrator of NetBaron at work over a real server, with Python's own library: no client is published."""

from __future__ import annotations

import csv
import io
import urllib.error
import urllib.request
import xml.etree.ElementTree as ET
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from simulator.chance import fingerprint
from simulator.systems.base import Tenant
from simulator.systems.catalogue import system_named
from simulator.web.server import Running, running
from tests.systems.netbaron.calls import finvoice

NS = {"nb": "urn:cfis-simulator:stand-in:netbaron"}
KEY = "test-netbaron-integrator"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as one:
        yield one


class Integrator:
    """Talks to NetBaron as somebody would who has its pages and a password."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given

    def send(self, address: str, password: str, method: str, body: bytes | None = None, kind: str = "text/xml") -> Any:
        pair = b64encode(f"{self.given['organisation']}:{password}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}", "Content-Type": f"{kind}; charset=utf-8"}
        request = urllib.request.Request(address, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, ET.fromstring(response.read())  # noqa: S314 - see above
        except urllib.error.HTTPError as error:
            return error.code, ET.fromstring(error.read())  # noqa: S314 - see above

    def ask(self, interface: str, method: str = "GET", body: bytes | None = None, **query: str) -> Any:
        module = self.given["modules"][interface]
        return self.send(f"{module['address']}?{urlencode(query)}", module["passwords"][0], method, body)

    def hand_in(self, rows: list[dict[str, str]]) -> Any:
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
        target = self.given["import"]
        return self.send(target["address"], target["passwords"][0], "POST", text.getvalue().encode(), "text/csv")


@pytest.fixture
def integrator(server: Running) -> Integrator:
    # The world is opened by its first request to CFIS.
    opening = urllib.request.Request(f"{server.url}/api/v1/partner/accounting/ledger", headers={"X-Api-Key": KEY})
    with urllib.request.urlopen(opening, timeout=10):
        pass
    return Integrator(system_named("netbaron").credentials(Tenant(fingerprint(KEY)), f"{server.url}/netbaron"))


def all_texts(root: Any, name: str) -> list[str | None]:
    return [found.text for found in root.iter() if found.tag.rpartition("}")[2] == name]


def test_a_month_of_work(integrator: Integrator) -> None:
    rent = {"Receipt number": "11-123", "Booking date": "1.1.2026", "Entry description": 'January; "rent"'}
    status, answer = integrator.hand_in([
        {**rent, "Account": "7230", "VAT code": "30", "VAT-%": "24", "Taxable amount": "1537.6"},
        {**rent, "Account": "1910", "VAT code": "", "VAT-%": "", "Taxable amount": "-1537.60"},
    ])  # fmt: skip
    assert (status, all_texts(answer, "ReceiptNumber")) == (200, ["11-123"])

    status, answer = integrator.ask("invoice", "PUT", finvoice("2026-77"))
    assert (status, answer.findtext("nb:Action", None, NS)) == (200, "created")
    status, answer = integrator.ask("invoice2", InvoiceNumber="2026-77", GetBuyerPartyDetails="TRUE")
    assert (status, all_texts(answer, "BuyerOrganisationName")) == (200, ["Ostaja Oy"])
    assert all_texts(answer, "PaymentStatusCode") == ["NOTPAID"]

    for action in ("created", "overwritten"):
        status, answer = integrator.ask("purchasebill", "PUT", finvoice("A-1"))
        assert (status, answer.findtext("nb:Action", None, NS)) == (200, action)

    status, answer = integrator.ask("accounting", version="1.2", operation="GetReceipts", BeginDate="2026-01-01")
    assert (status, all_texts(answer, "ReceiptNumber")) == (200, ["11-123", "12-1"])
    assert all_texts(answer, "Description")[0] == 'January; "rent"'
    status, answer = integrator.ask("accounting", version="1.3", operation="GetBalances")
    told = dict(zip(all_texts(answer, "Account"), all_texts(answer, "Balance"), strict=True))
    assert told == {
        "7230": "1240.00", "1763": "297.60", "1910": "-1537.60", "1701": "125.50", "3010": "-100.00", "2939": "-25.50",
    }  # fmt: skip


def test_mistakes_are_told(integrator: Integrator) -> None:
    status, answer = integrator.hand_in(
        [{"Tositenumero": "11-1", "Kirjauspäivä": "x", "Tili": "9", "Veroton summa": "1"}]
    )
    assert (status, all_texts(answer, "Code")) == (422, ["NOT_A_DATE"])
    status, answer = integrator.ask("accounting", "PUT", b"<Receipt/>")
    assert (status, all_texts(answer, "Code")) == (405, ["METHOD_NOT_OPENED"])
    address = integrator.given["modules"]["invoice"]["address"]
    status, answer = integrator.send(address, integrator.given["modules"]["invoice2"]["passwords"][0], "GET")
    assert (status, all_texts(answer, "Code")) == (401, ["AUTHENTICATION"])


def test_the_wsdl_is_there_for_everybody_and_leads_back(integrator: Integrator) -> None:
    address = integrator.given["modules"]["accounting"]["address"]
    with urllib.request.urlopen(f"{address}?wsdl=1.2", timeout=10) as response:
        root = ET.fromstring(response.read())  # noqa: S314 - see above

    places = [part.get("location") for part in root.iter("{http://schemas.xmlsoap.org/wsdl/soap/}address")]
    assert places == [f"{address}?version=1.2"]
    with urllib.request.urlopen(f"{address}?xsd=1.2", timeout=10) as response:
        assert response.status == 200
