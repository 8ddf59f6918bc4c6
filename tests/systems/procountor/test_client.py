"""The published client, unchanged but for host and credentials, against a server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.web.server import Running, running
from tests.published import pypi
from tests.systems.procountor.talking import invoice, journal, paid


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as server:
        yield server


@pytest.fixture
def credentials(server: Running) -> dict[str, Any]:
    import requests  # noqa: PLC0415 - comes with the client

    answer = requests.get(f"{server.url}/_sim/credentials", headers={"X-Api-Key": "test-procountor"}, timeout=10)
    found: dict[str, Any] = answer.json()["systems"]["procountor"]
    return found


def kind() -> Any:
    return pypi.load("procountor.client").Client


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, credentials: dict[str, Any]) -> Any:
    monkeypatch.setitem(kind()._endpoints["hosts"], "test", credentials["host"])
    return made(credentials)


def made(credentials: dict[str, Any], **settings: Any) -> Any:
    return kind()(
        **{
            "api_key": credentials["apiKey"],
            "client_id": credentials["clientId"],
            "client_secret": credentials["clientSecret"],
            "redirect_uri": credentials["redirectUri"],
            **settings,
        }
    )


def content(answer: dict[str, Any]) -> Any:
    assert answer["status"] == 200, answer
    return answer["content"]


@pytest.mark.parametrize("version", ["latest", "supported", "26.04"])
def test_it_logs_in_whatever_the_version(client: Any, credentials: dict[str, Any], version: str) -> None:
    assert content(made(credentials, api_version=version).get_coa())["ledgerAccounts"]


def test_it_says_that_credentials_are_wrong(client: Any, credentials: dict[str, Any]) -> None:
    with pytest.raises(RuntimeError, match="check your credentials"):
        made(credentials, client_secret="wrong")


def test_it_reads_the_registers(client: Any) -> None:
    assert content(client.get_company())["companyCurrency"] == "EUR"
    assert content(client.get_session_info())["companyId"]
    assert content(client.get_fiscal_years())["fiscalYears"]
    assert content(client.get_vats())["vatStatuses"]
    assert content(client.get_vats_country(countryCode="FI"))["vatPercentages"]
    assert content(client.get_bank_accounts())["results"]
    assert content(client.get_currency())
    assert isinstance(content(client.get_dimensions()), list)


def test_it_books_a_journal_and_reads_it_back(client: Any) -> None:
    receipt = content(client.post_ledger_receipt(**journal(name="Äiti")))

    assert receipt["status"] == "UNFINISHED"
    changed = content(client.update_ledger_receipt(receipt["id"], **{**receipt, "name": "Isä"}))
    assert content(client.get_ledger_receipt(receipt["id"])) == changed
    hits = content(client.get_ledger_receipts(types="JOURNAL", previousId=0))["results"]
    assert hits[0]["name"] == "Isä"


def test_it_is_told_what_is_wrong(client: Any) -> None:
    answer = client.post_ledger_receipt(**journal(receiptDate="1999-01-01"))

    assert (answer["status"], "CLOSED_FISCAL_PERIOD" in answer["message"]) == (400, True)


def test_it_leads_an_invoice_to_its_payment(client: Any) -> None:
    made = content(client.post_invoice(**invoice()))

    assert content(client.approve_invoice(made["id"]))["message"]
    assert content(client.markpaid_invoice(made["id"], **paid()))["type"] == "ELSEWHERE"
    assert content(client.get_invoice(made["id"]))["status"] == "MARKED_PAID"
    assert len(content(client.get_invoice_paymentevents(made["id"]))["results"]) == 1
    assert client.markpaid_invoice(made["id"], **paid())["status"] == 403
    assert content(client.get_invoices(originalInvoiceNumber="A-77", types="SALES_INVOICE"))["results"]


def test_it_logs_out_and_gets_another_token(client: Any) -> None:
    before = client.access_token

    assert client.invalidate_token()["status"] == 200
    assert client.get_coa()["status"] == 401, "the client repeats with its old token"
    assert client.access_token != before
    assert client.get_coa()["status"] == 200
