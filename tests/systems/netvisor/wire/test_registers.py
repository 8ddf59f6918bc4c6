"""The ledger as it is told."""

from __future__ import annotations

import pytest

from simulator.clock import DAY
from simulator.systems.books.vouchers import Posting
from simulator.systems.money import ZERO
from tests.systems.netvisor.caller import MOUNT, NOW, ORIGIN, Caller, caller, invoice, line, voucher


@pytest.fixture
def asked() -> Caller:
    """Three vouchers, a day between each; the second is void."""
    asked = caller()
    more = "<dimension><dimensionname>P</dimensionname><dimensionitem>i</dimensionitem></dimension>"
    follow = '<accountdimension type="name">f</accountdimension>'
    lines = line("1701", "125,50", description="<description>r</description>", more=follow + more) + line(
        "3000", "-125,50", "25.5", "KOMY"
    )
    asked.post("accounting.nv", voucher(lines, head="<description>d</description>", tail="<comment>c</comment>"))
    asked.post("accounting.nv", voucher(line("1910", "1") + line("4000", "-1"), date="2026-02-15"), now=NOW + DAY)
    asked.post("accounting.nv", voucher(date="2025-12-31", kind="Palkka"), now=NOW + 2 * DAY)
    asked.post("invalidatevouchers.nv", VOID, now=NOW + DAY)
    return asked


VOID = (
    '<root><invalidatevouchers identifier="netvisorkey"><invalidatevoucher>2</invalidatevoucher>'
    "</invalidatevouchers></root>"
)
ALL = "startdate=2025-01-01&enddate=2026-12-31"


def keys(asked: Caller, query: str) -> list[str]:
    told = asked.get(f"accountingledger.nv?{query}")
    assert told.code == "OK", told.reason
    return told.texts("Vouchers/Voucher/NetvisorKey")


def test_a_voucher_is_told_whole(asked: Caller) -> None:
    told = asked.get("accountingledger.nv?netvisorkey=1")
    shown = told.all("Vouchers/Voucher")[0]

    assert shown.get("Status") == "valid"
    assert [(one.tag, one.text or "") for one in shown][:7] == [
        ("NetvisorKey", "1"),
        ("VoucherDate", "15.1.2026"),
        ("VoucherNumber", "1"),
        ("VoucherDescription", "d"),
        ("VoucherClass", "Muut"),
        ("LinkedSourceNetvisorKey", ""),
        ("VoucherNetvisorURI", f"{ORIGIN}{MOUNT}/accountingledger.nv?netvisorkey=1"),
    ]
    first, second = told.all("Vouchers/Voucher/VoucherLine")
    assert [(one.tag, one.text) for one in first][:7] == [
        ("NetvisorKey", "100001"),
        ("LineSum", "125,50"),
        ("Description", "r"),
        ("AccountNumber", "1701"),
        ("VatPercent", "0"),
        ("VatCode", "-"),
        ("AccountDimension", "f"),
    ]
    assert [one.text for one in first.findall("Dimension/*")] == ["P", "i"]
    assert [second.findtext(name) for name in ("LineSum", "VatPercent", "VatCode")] == ["-125,50", "25,5", "KOMY"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (ALL, ["1", "3"]),
        (f"{ALL}&voucherstatus=1", ["1", "2", "3"]),
        (f"{ALL}&voucherstatus=3", ["2"]),
        ("startdate=2026-01-15&enddate=2026-01-15", ["1"]),
        ("startdate=2026-1-16&enddate=2026-12-31", []),
        ("netvisorkey=2", ["2"]),
        ("netvisorkey=2&voucherstatus=2&startdate=2020-01-01", ["2"]),
        ("netvisorkey=9", []),
        ("netvisorkeylist=3,1,1,9", ["3", "1"]),
        ("netvisorkeylist=1,2&voucherstatus=1", ["1", "2"]),
        ("netvisorkeylist=9", []),
        (f"{ALL}&accountnumberstart=2900&accountnumberend=2999", ["3"]),
        (f"{ALL}&accountnumberstart=3000", ["1", "3"]),
        (f"{ALL}&accountnumberend=1000", []),
        ("changedsince=2026-01-02", ["3"]),
        ("lastmodifiedstart=2026-01-02T00:00:00&voucherstatus=1", ["2", "3"]),
        ("lastmodifiedend=2026-01-01T11:00:00", ["1"]),
        ("lastmodifiedend=2026-01-01T10:59:59", []),
        (f"{ALL}&vouchertype=12", ["3"]),
        (f"{ALL}&vouchertype=99", []),
    ],
)
def test_the_parameters_choose(asked: Caller, query: str, found: list[str]) -> None:
    assert keys(asked, query) == found


@pytest.mark.parametrize(
    "query", ["", "voucherstatus=1", "accountnumberstart=1", "startdate=2026-01-01", "enddate=2026-01-01"]
)
def test_something_must_be_chosen_by(asked: Caller, query: str) -> None:
    assert asked.get(f"accountingledger.nv?{query}").code == "INVALID_DATA"


def test_an_empty_ledger_is_an_empty_list() -> None:
    told = caller().get(f"accountingledger.nv?{ALL}")

    assert (told.code, told.texts("Vouchers/*")) == ("OK", [])


def test_an_invoices_voucher_names_its_invoice() -> None:
    asked = caller()
    asked.post("salesinvoice.nv?method=add", invoice())

    source = asked.get("accountingledger.nv?netvisorkey=1").all("Vouchers/Voucher/LinkedSourceNetvisorKey")[0]
    assert (source.get("type"), source.text) == ("salesinvoice", "1")


def test_the_class_may_carry_its_key(asked: Caller) -> None:
    shown = "Vouchers/Voucher/VoucherClass"
    assert asked.get("accountingledger.nv?netvisorkey=3").all(shown)[0].get("netvisorkey") is None
    asked.books.arrange({"readings": {"voucher_class_key": "attribute"}})
    assert asked.get("accountingledger.nv?netvisorkey=3").all(shown)[0].get("netvisorkey") == "12"


def test_a_class_that_is_gone_is_told_by_its_abbreviation(asked: Caller) -> None:
    asked.books.arrange({"voucher_types": [{"code": "X"}]})

    assert asked.get("accountingledger.nv?netvisorkey=3").text("Vouchers/Voucher/VoucherClass") == "PA"


def test_history_and_attachments_are_told_if_they_are_asked_for(asked: Caller) -> None:
    told = asked.get("accountingledger.nv?netvisorkeylist=1&includetransactionhistory=1&includeattachmentsmetadata=1")

    assert told.text("Vouchers/Voucher/TransactionHistory/Transaction/Comment") == "c"
    assert told.text("Vouchers/Voucher/TransactionHistory/Transaction/TimeStamp") == "2026-01-01 11:00:00"
    assert told.all("Vouchers/Voucher/Attachments") != []
    assert asked.get("accountingledger.nv?netvisorkeylist=1").all("Vouchers/Voucher/TransactionHistory") == []


def test_an_account_with_letters_lies_in_no_range() -> None:
    asked = caller({"accounts": "any"})
    asked.books.site.ledger.journal.add("MU", "2026-01-01", "2026-01-15", [Posting("A1", ZERO)], NOW)

    assert keys(asked, f"{ALL}&accountnumberstart=1") == []
