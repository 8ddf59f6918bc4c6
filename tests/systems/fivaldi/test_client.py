"""Fivaldi over a real socket: the published clients of npm and PyPI, unchanged but for host and credentials."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from simulator.chance import fingerprint
from simulator.systems.base import Tenant
from simulator.systems.fivaldi import SYSTEM
from simulator.web.server import Running, running
from tests.published import npm, pypi
from tests.systems.fivaldi.partner import ORDER, SALE

KEY = "test-fivaldi-client"
SECONDS = 10


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as server:
        # A world is there from the first use of its key.
        requests.get(f"{server.url}/api/v1/partner/accounting/ledger", headers={"X-Api-Key": KEY}, timeout=SECONDS)
        yield server


@pytest.fixture(scope="module")
def shown(server: Running) -> dict[str, Any]:
    return SYSTEM.credentials(Tenant(fingerprint(KEY)), f"{server.url}/fivaldi")


def node(shown: dict[str, Any], *calls: tuple[str, Any], secret: str = "") -> list[npm.Outcome]:
    """What the npm client made of calls."""
    credentials = {
        "clientIdentifier": shown["cuid"],
        "clientSecret": secret or shown["partnerSecret"],
        "fivaldiPartner": shown["partnerId"],
    }
    return npm.run("fivaldi", shown["hostUrl"], credentials, calls)


def request(method: str, path: str, body: Any = None) -> tuple[str, list[dict[str, Any]]]:
    """A call of the npm client's general signer, which no wrapper of its own covers."""
    return "request", [{"method": method, "uri": f"/customer/api{path}", **({} if body is None else {"body": body})}]


def test_the_npm_client_makes_orders_and_reads_what_they_may_name(shown: dict[str, Any]) -> None:
    one, many, details, customer = node(
        shown,
        ("createInvoice", [ORDER]),
        ("createMultipleInvoices", [[ORDER, ORDER]]),
        ("getCompanyInvoicingDetails", []),
        ("getCustomerDetails", ["1001"]),
    )

    assert [outcome.error for outcome in (one, many, details, customer)] == [""] * 4
    assert one.value["externalBatchId"] != many.value["externalBatchId"]
    assert details.value["currencies"] == ["EUR"]
    assert customer.value["customerId"] == "1001"


def test_the_npm_client_books_a_voucher_and_reads_it_back(shown: dict[str, Any]) -> None:
    company = f"/companies/{shown['cuid']}"
    (booked,) = node(
        shown, request("POST", f"{company}/bookkeeping/vouchers", {**SALE, "originalVoucherNumber": "Ä-1"})
    )
    number = booked.value["fivaldiVoucherNumber"]
    unknown = {**SALE, "voucherEntries": [{"amount": 0, "accountNumber": "3999"}]}
    read, refused, missing = node(
        shown,
        request("GET", f"{company}/bookkeeping/vouchers/{number}"),
        request("POST", f"{company}/bookkeeping/vouchers", unknown),
        request("GET", f"{company}/bookkeeping/vouchers/1"),
    )

    assert [entry["amount"] for entry in read.value["voucherEntries"]] == [-120, 120]
    assert (refused.status, refused.data["errors"][0]["errorCode"], missing.status) == (400, 42, 404)


def test_the_npm_client_with_another_secret_is_not_let_in(shown: dict[str, Any]) -> None:
    (outcome,) = node(shown, ("getCompanyInvoicingDetails", []), secret="wrong")

    assert (outcome.status, outcome.data["status"]) == (401, 401)


def test_the_python_client_finds_the_company_and_reads_its_books(
    shown: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = pypi.fivaldi(monkeypatch, shown["hostUrl"], shown["partnerId"], shown["partnerSecret"])
    client.ping()
    (customer,) = client.api.customers
    (company,) = client.api.companies(customer["customerId"])

    assert "200 OK" in capsys.readouterr().out
    assert company.json["cuid"] == shown["cuid"]
    assert {"1701", "3000"} <= {one["account"] for one in company.chart_of_accounts()["accounts"]}
    assert company.chart_of_accounts(dimensions=1)["dimensions"][0]["description"] == "COST_CENTER"
    assert company.bookkeeping.vat_codes()[0]["vatAccount"] == 2939
    assert company.bookkeeping.fiscal_years()[0]["fiscalYearStatus"] == "OPEN"
    assert isinstance(company.bookkeeping.account_balance(202206), list)
    with pytest.raises(RuntimeError, match="501"):
        company.purchases.invoices()


def test_the_python_client_with_another_secret_is_not_let_in(
    shown: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = pypi.fivaldi(monkeypatch, shown["hostUrl"], shown["partnerId"], "wrong")

    with pytest.raises(RuntimeError, match="401"):
        _ = client.api.customers
