"""The published client netvisor-api-client, unchanged, against a real server of ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import requests

from simulator.chance import fingerprint
from simulator.settings import Settings
from simulator.systems.base import Tenant
from simulator.systems.catalogue import system_named
from simulator.web.server import Running, running
from tests.published import pypi

KEY = "test-netvisor-client"
SECONDS = 10
DATE = dt.date(2026, 3, 2)
PRODUCT = {
    "identifier": {"identifier": "A1", "type": "customer"},
    "name": "Omena",
    "unit_price": {"amount": Decimal(50), "type": "net"},
    "vat_percentage": {"percentage": 24, "code": "KOMY"},
    "quantity": 2,
    "accounting_account_suggestion": "3000",
}


@pytest.fixture(scope="module", params=["real", "virtual"])
def server(request: pytest.FixtureRequest) -> Iterator[Running]:
    """A server whose worlds live in real time, and one whose worlds stand still."""
    with running(Settings(clock=request.param, port=0)) as server:
        # A world is there from the first use of its key.
        requests.get(f"{server.url}/api/v1/partner/accounting/ledger", headers={"X-Api-Key": KEY}, timeout=SECONDS)
        yield server


@pytest.fixture
def client(server: Running) -> Any:
    return connect(server)


def connect(server: Running, **changes: str) -> Any:
    """The client, given what the control API tells of the credentials."""
    shown = system_named("netvisor").credentials(Tenant(fingerprint(KEY)), f"{server.url}/netvisor")
    given = {
        "sender": "Test client",
        "partner_id": shown["partnerId"],
        "partner_key": shown["partnerKey"],
        "customer_id": shown["customerId"],
        "customer_key": shown["customerKey"],
        "organization_id": shown["organisationId"],
        "language": "EN",
    }
    return pypi.netvisor(shown["baseUrl"], **{**given, **changes})


def lines(*rows: tuple[int, str, int, str]) -> list[dict[str, Any]]:
    return [
        {
            "line_sum": {"sum": Decimal(amount), "type": "net"},
            "description": f"Rivi {account} ä",
            "account_number": account,
            "vat_percent": {"percentage": percent, "code": code},
            "dimension": {"name": "Projekti", "item": "P1"},
        }
        for account, amount, percent, code in rows
    ]


def voucher(*rows: tuple[int, str, int, str], **members: Any) -> dict[str, Any]:
    return {
        "mode": "net", "date": DATE, "description": "Käteismyynti", "class": "Muut", "voucher_line": lines(*rows),
        **members,
    }  # fmt: skip


SALE = ((1701, "124.00", 0, "NONE"), (3000, "-100.00", 24, "KOMY"), (2939, "-24.00", 0, "NONE"))


def raised(name: str) -> Any:
    """What the client raises for a code."""
    return pytest.raises(getattr(pypi.load("netvisor_api_client.exc"), name))


@pytest.mark.parametrize("algorithm", ["HMACSHA256", "MD5"])
def test_a_voucher_is_created_and_read_back(server: Running, algorithm: str) -> None:
    client = connect(server, algorithm=algorithm)

    key = client.accounting.create(voucher(*SALE))

    [told] = client.accounting.ledger(netvisor_key_list=[key])
    assert (told["key"], told["date"], told["class"], told["description"]) == (key, DATE, "Muut", "Käteismyynti")
    assert [
        (line["account_number"], line["line_sum"], line["vat_percent"], line["vat_code"]) for line in told["lines"]
    ] == [
        (1701, Decimal("124.00"), 0, "-"),
        (3000, Decimal("-100.00"), 24, "KOMY"),
        (2939, Decimal("-24.00"), 0, "-"),
    ]
    assert told["lines"][0]["description"] == "Rivi 1701 ä"
    assert told["lines"][0]["dimensions"] == [{"name": "Projekti", "item": "P1"}]
    assert {row["name"] for row in client.dimensions.list()} >= {"Projekti"}


def test_the_ledger_is_found_by_dates_and_times(client: Any) -> None:
    key = client.accounting.create(voucher(*SALE, date=dt.date(2025, 7, 1)))
    day = dt.date(2025, 7, 1)

    for query in (
        {"start_date": day, "end_date": day},
        {"start_date": day, "end_date": day, "account_number_start": 3000, "account_number_end": 3000},
        {"last_modified_start": dt.datetime(2020, 1, 1, 10, 0, tzinfo=dt.UTC).replace(tzinfo=None), "voucherstatus": 1},
        {"changed_since": dt.date(2020, 1, 1)},
    ):
        assert key in [one["key"] for one in client.accounting.ledger(**query)]
    assert client.accounting.ledger(start_date=dt.date(2021, 1, 1), end_date=dt.date(2021, 1, 1)) is None


def test_a_voucher_with_a_number_and_an_attachment_is_taken(client: Any) -> None:
    attachment = {"mime_type": "application/pdf", "description": "d", "filename": "a.pdf", "data": "UERG"}
    key = client.accounting.create(voucher(*SALE, number=771, attachments=[attachment]))

    assert client.accounting.ledger(netvisor_key_list=[key])[0]["number"] == 771
    with raised("DuplicateData"):
        client.accounting.create(voucher(*SALE, number=771))


def test_the_basic_data_are_read(client: Any) -> None:
    accounts = client.accounting.account_list()
    periods = client.accounting.period_list()

    assert accounts["company_default_accounts"]["sales_vat_debt"] == 2939
    assert 3000 in [account["number"] for account in accounts["accounts"]]
    assert periods["periods"][0]["begin_date"] == dt.date(2020, 1, 1)
    assert len(periods["periods"]) == 16


def test_refusals_are_raised_as_what_they_are(server: Running, client: Any) -> None:
    with raised("InvalidData") as caught:
        client.accounting.create(voucher((1701, "1", 0, "NONE"), (3999, "-1", 0, "NONE")))
    assert "Line 2: account 3999 not found" in str(caught.value)
    with raised("InvalidDataSize"):
        client.accounting.create(voucher(*SALE, description="x" * 256))
    with raised("AuthenticationFailed"):
        connect(server, partner_key="wrong").accounting.account_list()
    with raised("AuthenticationFailed") as caught:
        connect(server, partner_id="xxx_yyy", customer_id="nobody", language="FI").accounting.account_list()
    assert str(caught.value) == "Integraatiokumppania ei löydy, katso dokumentaatio"


def sales_invoice(number: int, **members: Any) -> dict[str, Any]:
    return {
        "number": number, "date": DATE, "due_date": dt.date(2026, 3, 16), "amount": Decimal("124.00"),
        "currency": "EUR", "status": "unsent", "invoicing_customer_identifier": "7",
        "invoicing_customer_name": "Matti Mallikas", "payment_term_net_days": 14, "invoice_lines": [PRODUCT], **members,
    }  # fmt: skip


def test_an_invoice_is_created_sent_changed_and_read(client: Any) -> None:
    key = client.sales_invoices.create(sales_invoice(501, reference_number="5013"))
    assert client.sales_invoices.update_status(key, "open") is None

    whole = client.sales_invoices.get(key)
    assert (whole["number"], whole["date"], whole["amount"], whole["reference_number"]) == (
        501,
        DATE,
        Decimal("124.00"),
        "5013",
    )
    assert whole["invoice_lines"][0]["sum"] == Decimal("124.00")
    assert whole["match_partial_payments_by_default"] is False
    [row] = client.sales_invoices.list(invoice_number=501)
    assert (row["netvisor_key"], row["status"], row["open_sum"]) == (key, "open", Decimal("124.00"))
    client.sales_invoices.update(
        key, sales_invoice(501, amount=Decimal("62.00"), invoice_lines=[{**PRODUCT, "quantity": 1}])
    )
    assert client.sales_invoices.detail_list([key])[0]["amount"] == Decimal("62.00")
    with raised("InvalidData"):
        client.sales_invoices.get(99_999)


def test_a_payment_settles_an_invoice_and_is_listed(client: Any) -> None:
    key = client.sales_invoices.create(sales_invoice(502, status="open", reference_number="5026"))
    body = {
        "sum": {"value": Decimal("124.00"), "currency": "EUR"},
        "payment_date": "2026-03-09",
        "target_identifier": {"type": "netvisor", "targettype": "invoice", "target": str(key)},
        "source_name": "Matti Mallikas",
        "payment_method": {"type": "alternative", "method": "Kassa"},
    }

    payment = client.sales_payments.create(body)

    [row] = client.sales_payments.list({"invoicenumber": 502})
    assert (row["netvisor_key"], row["sum"], row["date"]) == (payment, Decimal("124.00"), dt.date(2026, 3, 9))
    assert (row["invoice_number"], row["reference_number"], row["bank_status"]) == (502, "5026", "OK")
    assert client.sales_invoices.list(invoice_number=502)[0]["status"] == "paid"
    with raised("InvalidData"):
        client.sales_payments.create(body)
