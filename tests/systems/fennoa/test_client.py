"""Fennoa over a real socket, spoken to as the public clients do it: Basic, multipart or URL encoded, JSON back.

No client of Fennoa is published in a package registry, so the library requests stands in for them: the fields, keys
and bodies are those that they send.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from simulator.chance import fingerprint
from simulator.systems.base import Tenant
from simulator.systems.fennoa import SYSTEM
from simulator.web.server import Running, running
from tests.systems.fennoa.asking import INVOICE, PDF, STATEMENT

KEY = "test-fennoa-client"
SECONDS = 10


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as server:
        # A world is there from the first use of its key.
        requests.get(f"{server.url}/api/v1/partner/accounting/ledger", headers={"X-Api-Key": KEY}, timeout=SECONDS)
        yield server


@pytest.fixture(scope="module")
def base(server: Running) -> str:
    return str(SYSTEM.credentials(Tenant(fingerprint(KEY)), f"{server.url}/fennoa")["baseUrl"])


@pytest.fixture
def session() -> Iterator[requests.Session]:
    shown = SYSTEM.credentials(Tenant(fingerprint(KEY)), "")
    with requests.Session() as session:
        session.auth = (shown["apiUser"], shown["apiKey"])
        yield session


def test_an_invoice_goes_its_way_as_multipart_with_rows_from_zero(session: requests.Session, base: str) -> None:
    parts = {name.replace("[1]", "[0]"): (None, value) for name, value in INVOICE.items()}
    made = session.post(f"{base}/sales_api/add", files=parts, timeout=SECONDS).json()
    assert made["status"] == "ok"

    for step in ("approve", "send"):
        said = session.post(f"{base}/sales_api/do/{step}/{made['id']}", timeout=SECONDS).json()
        assert said["status"] == "ok"

    told = session.get(f"{base}/sales_api/{made['id']}", timeout=SECONDS).json()["data"]["SalesInvoice"]
    payment = {
        "invoice_no": told["invoice_no"], "payment_date": "2026-01-20", "sum": 251.0, "payment_type": 2,
        "is_factoring": 0, "description": "",
    }  # fmt: skip
    assert session.post(f"{base}/sales_api/add/payment", data=payment, timeout=SECONDS).json()["id"]
    listed = session.get(f"{base}/sales_api/get/payments/2026-01-01/2026-12-31", timeout=SECONDS).json()["data"]
    assert listed[-1]["SalesInvoicePayment"]["sum"] == 251
    assert listed[-1]["SalesInvoice"]["id"] == made["id"]


def test_a_statement_and_its_receipt_are_posted_and_read_back(session: requests.Session, base: str) -> None:
    made = session.post(f"{base}/accounting_api/add", data=STATEMENT, timeout=SECONDS).json()
    receipt = {"file": ("receipt.pdf", PDF, "application/pdf")}
    kept = session.post(f"{base}/accounting_api/do/upload_attachment/{made['id']}", files=receipt, timeout=SECONDS)
    assert kept.json()["status"] == "ok"

    path = "accounting_api/get/ledger/2026-01-15/2026-01-15/accounts:3000"
    answer = session.get(f"{base}/{path}", params={"page": 1, "limit": 500}, timeout=SECONDS).json()
    assert [row["statement_id"] for row in answer["data"]].count(made["id"]) == 1
    assert answer["pagination"]["pagesCount"] == 1


def test_a_customer_is_made_by_form_and_changed_by_json(session: requests.Session, base: str) -> None:
    fields = {"name": "K", "address": "A", "postalcode": "1", "city": "C", "country_id": "FI", "customer_no": "F1"}
    made = session.post(f"{base}/customer_api/add", data=fields, timeout=SECONDS).json()
    assert made["data"]["Customer"]["id"] == made["id"]

    session.put(f"{base}/customer_api/F1", json={"city": "Turku"}, timeout=SECONDS).raise_for_status()
    told = session.get(f"{base}/customer_api/{made['id']}", timeout=SECONDS).json()["data"]["Customer"]
    assert told["city"] == "Turku"


def test_wrong_credentials_and_unknown_ones_are_the_same_401(base: str) -> None:
    user = str(SYSTEM.credentials(Tenant(fingerprint(KEY)), "")["apiUser"])
    for auth in ((user, "wrong"), ("somebody", "else"), ("api-000000000000", "x"), None):
        answer = requests.get(f"{base}/customer_api/", auth=auth, timeout=SECONDS)
        assert (answer.status_code, answer.json()["status"]) == (401, "error")


def test_a_refusal_has_the_shape_that_clients_read(session: requests.Session, base: str) -> None:
    answer = session.post(f"{base}/accounting_api/add", data={**STATEMENT, "row[1][account]": "1"}, timeout=SECONDS)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["row[1][account]"])
