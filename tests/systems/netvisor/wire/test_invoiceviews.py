"""Sales invoices as they are told."""

from __future__ import annotations

import pytest

from simulator.clock import DAY
from tests.systems.netvisor.caller import MOUNT, NOW, ORIGIN, PRODUCT, Caller, caller, invoice

ADD = "salesinvoice.nv?method=add"


@pytest.fixture
def asked() -> Caller:
    """An open invoice, an unsent one of the next day, an order, a draft, and one that came with the books."""
    asked = caller({"invoices": [{"number": "900", "amount": 10, "paid": 10, "date": "2025-05-05", "customer": "Åsa"}]})
    asked.post(ADD, invoice(number="1001"))
    body = invoice(status="unsent").replace("2026-01-15", "2026-01-16")
    asked.post(ADD, body.replace('type="netvisor">7', 'type="customer">C7'), now=NOW + DAY)
    asked.post(ADD, invoice(kind="order", status="delivered"))
    asked.post(ADD, invoice(kind="invoicedraft", status=""))
    return asked


def keys(asked: Caller, query: str, now: int = NOW) -> list[str]:
    told = asked.get(f"salesinvoicelist.nv?{query}", now=now)
    assert told.code == "OK", told.reason
    return told.texts("SalesInvoiceList/SalesInvoice/NetvisorKey")


def test_an_invoice_is_listed(asked: Caller) -> None:
    row = asked.get("salesinvoicelist.nv?invoicenumber=1001").all("SalesInvoiceList/SalesInvoice")[0]

    assert [(one.tag, one.text) for one in row] == [
        ("NetvisorKey", "2"),
        ("InvoiceNumber", "1001"),
        ("Invoicedate", "2026-01-15"),
        ("InvoiceDueDate", "2026-01-29"),
        ("InvoiceStatus", "open"),
        ("CustomerNetvisorKey", "7"),
        ("CustomerCode", None),
        ("CustomerName", "Matti Mallikas"),
        ("ReferenceNumber", "10016"),
        ("InvoiceSum", "124,00"),
        ("OpenSum", "124,00"),
        ("Uri", f"{ORIGIN}{MOUNT}/getsalesinvoice.nv?netvisorkey=2"),
    ]
    state = row.find("InvoiceStatus")
    assert state is not None
    assert (state.get("substatus"), state.get("isincollection")) == ("open", "0")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["1", "2", "3"]),
        ("listtype=preinvoice", ["4"]),
        ("listtype=draftandinvoice", ["1", "2", "3", "5"]),
        ("invoicesabovenetvisorkey=2", ["3"]),
        ("begininvoicedate=2026-1-16", ["3"]),
        ("endinvoicedate=2026-01-15", ["1", "2"]),
        ("begininvoicedate=2026-01-15&endinvoicedate=2026-01-15", ["2"]),
        ("invoicenumber=900", ["1"]),
        ("invoicenumber=9", []),
        ("invoicestatus=paid", ["1"]),
        ("invoicestatus=OPEN", ["2"]),
        ("invoicestatus=unsent", ["3"]),
        ("invoicestatus=overdue", []),
        ("lastmodifiedstart=2026-01-02", ["3"]),
        ("lastmodifiedend=2026-01-01T11:00:00&invoicesabovenetvisorkey=1", ["2"]),
        ("customercode=C7", ["3"]),
        ("customernetvisorkey=7", ["2"]),
    ],
)
def test_the_parameters_choose(asked: Caller, query: str, found: list[str]) -> None:
    assert keys(asked, query) == found


@pytest.mark.parametrize(
    "query", ["invoicestatus=sent", "listtype=x", "begininvoicedate=x", "invoicesabovenetvisorkey=x"]
)
def test_a_parameter_that_cannot_be_is_refused(asked: Caller, query: str) -> None:
    assert asked.get(f"salesinvoicelist.nv?{query}").code == "INVALID_DATA"


def test_an_open_invoice_whose_day_has_passed_is_overdue(asked: Caller) -> None:
    later = NOW + 40 * DAY

    assert keys(asked, "invoicestatus=overdue") == []
    assert keys(asked, "invoicestatus=overdue", later) == ["2"]
    assert keys(asked, "invoicestatus=open", later) == ["2"]


@pytest.mark.parametrize(
    ("name", "groups"),
    [
        ("reminded", ["open", "overdue", "reminded"]),
        ("collected", ["open", "overdue", "collected"]),
        ("creditloss", ["creditloss"]),
    ],
)
def test_a_status_belongs_to_its_groups(name: str, groups: list[str]) -> None:
    asked = caller({"invoices": [{"number": "1", "amount": 10}]})
    asked.post(f"updatesalesinvoicestatus.nv?netvisorkey=1&status={name}")

    filters = ("unsent", "open", "overdue", "reminded", "requested", "collected", "paid", "creditloss", "rejected")
    assert [one for one in filters if keys(asked, f"invoicestatus={one}")] == groups
    collected = asked.get("salesinvoicelist.nv").all("SalesInvoiceList/SalesInvoice/InvoiceStatus")[0]
    assert collected.get("isincollection") == ("1" if name == "collected" else "0")


@pytest.mark.parametrize(
    ("language", "said", "truth"),
    [("EN", "Open", "No"), ("FI", "Avoin", "Ei"), ("SE", "Öppen", "Nej"), ("en", "Open", "No")],
)
def test_an_invoice_is_told_in_the_language_of_the_interface(
    asked: Caller, language: str, said: str, truth: str
) -> None:
    asked.headers["X-Netvisor-Interface-Language"] = language
    told = asked.get("getsalesinvoice.nv?NetvisorKey=2")

    state = told.all("SalesInvoice/InvoiceStatus")[0]
    assert (state.text, state.get("status")) == (said, "open")
    assert told.text("SalesInvoice/MatchPartialPaymentsByDefault") == truth


def test_an_invoice_is_told_whole() -> None:
    asked = caller()
    more = "<dimension><dimensionname>P</dimensionname><dimensionitem>i</dimensionitem></dimension>"
    line = PRODUCT.replace(
        "</salesinvoiceproductline>",
        f"<accountingaccountsuggestion>3010</accountingaccountsuggestion>{more}</salesinvoiceproductline>",
    )
    asked.post(ADD, invoice(number="107", lines=line))

    told = asked.get("getsalesinvoice.nv?netvisorkey=1")

    amount = told.all("SalesInvoice/SalesInvoiceAmount")[0]
    assert (amount.text, amount.get("iso4217currencycode"), amount.get("currencyrate")) == ("124,00", "EUR", "1")
    assert told.text("SalesInvoice/InvoiceVoucher") == "1"
    product = told.all("SalesInvoice/InvoiceLines/InvoiceLine/SalesInvoiceProductLine")[0]
    shown = {one.tag: one.text for one in product}
    assert shown["productidentifier"] == "A1"
    assert (shown["ProductVatPercentage"], shown["SalesInvoiceProductLineVatSum"]) == ("24", "24,00")
    assert (shown["SalesInvoiceProductLineSum"], shown["SalesInvoiceProductLineQuantity"]) == ("124,00", "2")
    assert shown["AccountingAccountSuggestionAccountNumber"] == "3010"
    assert [one.text for one in product.findall("Dimension/*")] == ["P", "i"]


def test_several_invoices_are_told_at_once(asked: Caller) -> None:
    told = asked.get("getsalesinvoice.nv?netvisorkeylist=2,9,1")

    assert told.texts("SalesInvoices/SalesInvoice/SalesInvoiceNumber") == ["1001", "900"]
    assert told.texts("SalesInvoices/SalesInvoice/InvoicingCustomerName") == ["Matti Mallikas", "Åsa"]


def test_an_invoice_that_is_not_there_is_an_empty_element(asked: Caller) -> None:
    told = asked.get("getsalesinvoice.nv?netvisorkey=99")

    assert (told.code, len(told.all("SalesInvoice")), told.texts("SalesInvoice/*")) == ("OK", 1, [])
    assert asked.get("getsalesinvoice.nv").code == "INVALID_DATA"
