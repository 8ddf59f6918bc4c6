"""An integrator of its own, written after the vendor's OpenAPI document with nothing but Python's http, on a socket.

No client of Talenom is published; this one sends what the document says, and reads what comes back.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from simulator.chance import fingerprint
from simulator.systems.base import Tenant
from simulator.systems.catalogue import system_named
from simulator.web.server import Running, running

Query = list[tuple[str, Any]]


class Integrator:
    """Signs in, keeps its token, signs in again after a 401, and speaks to one organisation."""

    def __init__(self, credentials: dict[str, Any]) -> None:
        self.given = credentials
        self.token = ""

    def request(
        self, method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        parts = urlsplit(url)
        connection = HTTPConnection(parts.netloc, timeout=10)
        try:
            connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body, headers or {})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def sign_in(self) -> None:
        form = urlencode(
            {
                "grant_type": "client_credentials",
                "client_id": self.given["clientId"],
                "client_secret": self.given["clientSecret"],
            }
        )
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        status, body = self.request("POST", self.given["tokenUrl"], form.encode(), headers)
        assert status == 200, body
        self.token = json.loads(body)["access_token"]

    def call(self, method: str, url: str, value: Any = None) -> tuple[int, bytes]:
        body = None if value is None else json.dumps(value).encode()
        for _ in range(2):
            headers = {
                "Ocp-Apim-Subscription-Key": self.given["subscriptionKey"],
                "Authorization": f"Bearer {self.token}",
                "Accept-Language": "fi",
                **({"Content-Type": "application/json"} if body else {}),
            }
            status, answer = self.request(method, url, body, headers)
            if status != 401:
                return status, answer
            self.sign_in()
        raise AssertionError("the new token is refused, too")

    def books(self, method: str, path: str, value: Any = None, query: Query | None = None) -> tuple[int, Any]:
        url = f"{self.given['baseUrl']}/{path.format(org=self.given['organizationNumber'])}"
        status, body = self.call(method, url + (f"?{urlencode(query)}" if query else ""), value)
        return status, json.loads(body) if body.startswith((b"[", b"{")) else body

    def sales(self, method: str, path: str, value: Any = None) -> Any:
        status, body = self.call(method, f"{self.given['salesBaseUrl']}/{path}", value)
        assert status == 200, body
        return json.loads(body)


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as server:
        yield server


@pytest.fixture
def integrator(server: Running, request: pytest.FixtureRequest) -> Integrator:
    key = f"test-{request.node.name}"
    # The world is there from its first request on; its identity is the fingerprint of its key.
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    connection.request("GET", "/_sim/world", headers={"X-Api-Key": key})
    assert connection.getresponse().status == 200
    connection.close()
    return Integrator(system_named("talenom").credentials(Tenant(fingerprint(key)), f"{server.url}/talenom"))


VOUCHER = {
    "category": "IntegrationSales", "voucherState": "Accepted", "voucherDate": "2026-03-31",
    "description": "Sales of March", "invoiceNumber": "2026031", "referenceNumber": "202603119",
    "acceptor": "Integrator",
    "postings": [
        {"accountNumber": "3000", "vatIncludedAmount": -125.5, "description": "Buckets", "costCenter": "10"},
        {"accountNumber": "1701", "vatIncludedAmount": 125.5},
    ],
}  # fmt: skip
PAID = {
    "category": "ReferenceTransactions", "voucherState": "Accepted", "voucherDate": "2026-04-09",
    "description": "John Doe", "referenceNumber": "202603119",
    "postings": [
        {"accountNumber": "1910", "vatIncludedAmount": 125.5},
        {"accountNumber": "1701", "vatIncludedAmount": -125.5},
    ],
}  # fmt: skip


def test_vouchers_go_in_and_come_out(integrator: Integrator) -> None:
    status, made = integrator.books("POST", "v2/vouchers/{org}", [VOUCHER, PAID])
    assert (status, len(made)) == (200, 2)

    query: Query = [("id", made[0]["voucherId"]), ("id", made[1]["voucherId"]), ("includePostings", "true")]
    status, page = integrator.books("GET", "v2/vouchers/{org}", query=query)
    assert (status, page["rowCount"]) == (200, 2)
    sale, payment = page["results"]
    assert [one["vatIncludedAmount"] for one in sale["postings"] if one["generatedPosting"]] == [-25.5]
    assert sale["postings"][-1]["matchKey"] == payment["postings"][-1]["matchKey"] == "S1"

    status, saldos = integrator.books(
        "GET", "v1/account-balances/{org}", query=[("date", "2026-12-31"), ("accountNumbers", "1701,1910,3000,2939")]
    )
    assert {one["account"]: one["saldo"] for one in saldos} == {"1701": 0, "1910": 125.5, "3000": -100, "2939": -25.5}

    status, events = integrator.books(
        "GET", "v1/general-ledger-events/{org}", query=[("pageIndex", 0), ("pageSize", 10)]
    )
    assert (status, events["rowCount"], events["results"][0]["credit"]) == (200, 5, -100)
    status, used = integrator.books(
        "GET", "v1/chart-of-accounts/used-accounts/{org}", query=[("fromDate", "2026-04-01"), ("toDate", "2026-04-30")]
    )
    assert [one["number"] for one in used] == ["1701", "1910"]


def test_a_voucher_with_its_paper_is_deleted_again(integrator: Integrator) -> None:
    paper = b"%PDF-1.4 nothing"
    sent = {**VOUCHER, "voucherImageBase64Str": b64encode(paper).decode()}
    guid = integrator.books("POST", "v2/vouchers/{org}", [sent])[1][0]["voucherId"]

    assert integrator.books("GET", f"v1/vouchers/{{org}}/{guid}/image") == (200, paper)
    assert integrator.books("DELETE", f"v1/vouchers/{{org}}/{guid}") == (204, b"")
    assert integrator.books("GET", "v1/vouchers/{org}") == (200, [])


def test_a_refusal_says_what_is_wrong(integrator: Integrator) -> None:
    unbalanced = {**VOUCHER, "postings": [*VOUCHER["postings"], {"accountNumber": "3999", "vatIncludedAmount": 1}]}

    status, error = integrator.books("POST", "v2/vouchers/{org}", [VOUCHER, unbalanced])

    assert (status, sorted(error)) == (400, ["code", "error", "telemetryId"])
    assert "account 3999 not found" in error["error"]
    assert integrator.books("GET", "v2/vouchers/{org}")[1]["rowCount"] == 0


def test_the_short_form_and_the_old_one_are_taken(integrator: Integrator) -> None:
    short = {name: value for name, value in VOUCHER.items() if name != "voucherState"}
    old = {"categoryCID": "Receipts", "voucherStateCID": "Draft", "description": "x", "postings": VOUCHER["postings"]}

    assert integrator.books("POST", "v1/vouchers/accepted/{org}", [short])[0] == 200
    assert integrator.books("POST", "v1/vouchers/{org}", [old]) == (201, b"")
    assert [one["voucherState"] for one in integrator.books("GET", "v1/vouchers/{org}")[1]] == ["Accepted", "Draft"]


def test_the_walk_through_of_the_sales_api(integrator: Integrator) -> None:
    contact = integrator.sales("POST", "contacts", {"type": "Consumer", "name": "John Doe", "InvoiceLanguage": "fi-FI"})
    invoice = integrator.sales("POST", f"invoices?contactId={contact['id']}")
    line = {"type": "Product", "productName": "Thingy", "quantity": 5.0, "pricePerUnit": 10.0,
            "salesAccountNumber": 3000, "taxPercent": 24.0}  # fmt: skip

    changed = integrator.sales("PUT", f"invoices/{invoice['id']}", {**invoice, "lineItems": [line]})

    assert changed["totalTaxIncluded"] == 62
    assert changed["rowVersion"] != invoice["rowVersion"]


def test_the_gateway_stops_who_has_no_key(integrator: Integrator) -> None:
    org = integrator.given["organizationNumber"]

    status, body = integrator.request("GET", f"{integrator.given['baseUrl']}/v2/vouchers/{org}")

    assert (status, json.loads(body)["statusCode"]) == (401, 401)
    integrator.given["organizationNumber"] = "14222"
    assert integrator.books("GET", "v2/vouchers/{org}") == (403, b"")
