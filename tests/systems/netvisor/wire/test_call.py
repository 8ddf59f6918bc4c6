"""Parameters and messages: names without regard to case, encodings, the grammar, lengths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import VIRTUAL_START
from tests.systems.netvisor.caller import Caller, caller, line, voucher
from tests.systems.wired import office

UMLAUTS = voucher(head="<description>Käyttäjä Åke</description>")


def described(asked: Caller) -> list[str]:
    return [one.description for one in asked.books.site.ledger.journal.by_key.values()]


@pytest.mark.parametrize("name", ["NetvisorKey", "netvisorkey", "NETVISORKEY"])
def test_a_parameter_may_be_written_in_any_case(name: str) -> None:
    asked = caller()
    asked.post("accounting.nv", voucher())

    assert asked.get(f"AccountingLedger.nv?{name}=1").texts("Vouchers/Voucher/NetvisorKey") == ["1"]


@pytest.mark.parametrize(
    "query",
    [
        "netvisorkey=x",
        "netvisorkey=1.5",
        "netvisorkey=²",
        "netvisorkey=" + "9" * 19,
        "netvisorkeylist=1,x",
        "startdate=2026-02-30&enddate=2026-03-01",
        "changedsince=x",
        "startdate=2026-01-01&enddate=2026-02-01&voucherstatus=4",
    ],
)
def test_a_parameter_that_cannot_be_is_named(query: str) -> None:
    told = caller().get(f"accountingledger.nv?{query}")

    assert (told.code, told.status) == ("INVALID_DATA", 400)
    assert "The parameter" in told.reason


def test_a_list_of_keys_is_bounded() -> None:
    keys = ",".join(str(key) for key in range(1, 502))

    assert "at most 500" in caller().get(f"accountingledger.nv?netvisorkeylist={keys}").reason
    assert caller().get(f"accountingledger.nv?netvisorkeylist={keys.rpartition(',')[0]}").code == "OK"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (UMLAUTS.encode(), "text/xml"),
        (UMLAUTS.encode(), "text/plain; charset=utf-8"),
        (b"\xef\xbb\xbf" + UMLAUTS.encode(), "application/xml"),
        (b'<?xml version="1.0" encoding="ISO-8859-15"?>' + UMLAUTS.encode("iso-8859-15"), "text/xml"),
        (UMLAUTS.encode("iso-8859-15"), "text/xml"),
        (UMLAUTS.encode("iso-8859-15"), "text/xml; charset=ISO-8859-15"),
        (UMLAUTS.encode("iso-8859-15"), "text/xml; charset=utf-8"),
        (UMLAUTS.encode("iso-8859-15"), ""),
    ],
)
def test_a_message_may_be_utf8_or_iso_8859_15(body: bytes, content_type: str) -> None:
    asked = caller()

    assert asked.post("accounting.nv", body, content_type=content_type).code == "OK"
    assert described(asked) == ["Käyttäjä Åke"]


def test_the_euro_sign_is_where_iso_8859_15_has_it() -> None:
    asked = caller()

    asked.post("accounting.nv", voucher(head="<description>10 €</description>").encode("iso-8859-15"))

    assert described(asked) == ["10 €"]


@pytest.mark.parametrize("case", [str.upper, str.title, str.lower])
def test_names_of_elements_and_attributes_may_be_written_in_any_case(case: object) -> None:
    body = voucher()
    for name in (
        "root",
        "voucherline",
        "voucher",
        "calculationmode",
        "voucherdate",
        "format",
        "voucherclass",
        "linesum",
        "accountnumber",
        "vatpercent",
        "vatcode",
    ):
        body = body.replace(f"<{name}", f"<{case(name)}").replace(f"</{name}", f"</{case(name)}")  # type: ignore[operator]
        body = body.replace(f" {name}=", f" {case(name)}=")  # type: ignore[operator]

    assert caller().post("ACCOUNTING.nv", body).code == "OK"


def test_namespaces_mean_nothing() -> None:
    body = voucher().replace("<root>", '<root xmlns="urn:x" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">')

    assert caller().post("accounting.nv", body).code == "OK"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "x",
        "<root>",
        "<root/>",
        "<root><voucher/></root>",
        "<other/>",
        voucher().replace("</root>", ""),
        "<!DOCTYPE root [<!ENTITY a 'b'>]>" + voucher(),
        voucher() + "<more/>",
        voucher().replace("voucherclass>", "class>"),
        voucher(head="<voucherclass>Muut</voucherclass>"),
        voucher(head="<comment>x</comment>"),
        voucher(tail="<description>late</description>"),
        voucher(kind=""),
        voucher(kind="  "),
        voucher(mode="both"),
        voucher(lines=""),
        voucher(date="15.1.2026"),
        voucher(line("", "1") + line("3000", "-1")),
        voucher(line("17O1", "1") + line("3000", "-1")),
        voucher(line("1701", "") + line("3000", "-1")),
        voucher(line("1701", "1 000") + line("3000", "-1000")),
        voucher(line("1701", "1e3") + line("3000", "-1")),
        voucher(line("1701", "1", "") + line("3000", "-1")),
        voucher(line("1701", "1", "-1") + line("3000", "-1")),
        voucher(line("1701", "1", kind="x") + line("3000", "-1")),
        voucher().replace('format="ansi"', 'format="iso"'),
        voucher().replace('format="ansi"', 'other="x"'),
        voucher(tail="stray text"),
        voucher(head="<number>five</number>"),
        voucher(tail="<checked>yes</checked>"),
    ],
)
def test_a_message_that_breaks_its_grammar_is_refused_and_nothing_is_booked(body: str) -> None:
    asked = caller()
    told = asked.post("accounting.nv", body)

    assert (told.status, told.code) == (400, "INVALID_DATA")
    assert told.reason.startswith("Data form incorrect:. XML message validation failed")
    assert described(asked) == []


def test_the_name_of_what_is_out_of_order_is_told() -> None:
    told = caller().post("accounting.nv", voucher(tail="<description>late</description>"))

    assert "description" in told.reason
    assert "expected" in told.reason


def test_optional_elements_may_be_empty() -> None:
    head, tail = "<number/><description></description>", "<checked/><comment/>"

    assert caller().post("accounting.nv", voucher(head=head, tail=tail)).code == "OK"


@pytest.mark.parametrize(
    ("reading", "status"), [("INVALID_DATA_SIZE", 400), ("INVALID_DATA", 400), ("TECHNICAL_ERROR", 500)]
)
def test_what_is_too_long_is_refused_with_the_code_of_the_reading(reading: str, status: int) -> None:
    asked = caller({"readings": {"over_long": reading}})
    told = asked.post("accounting.nv", voucher(head=f"<description>{'x' * 256}</description>"))

    assert (told.code, told.status) == (reading, status)
    assert "description takes at most 255 characters, 256 were given" in told.reason
    assert asked.post("accounting.nv", voucher(head=f"<description>{'ä' * 255}</description>")).code == "OK"


def test_a_deep_or_a_wide_message_is_refused() -> None:
    assert caller().post("accounting.nv", "<a>" * 1_000 + "</a>" * 1_000).code == "INVALID_DATA"
    assert caller().post("accounting.nv", f"<root>{'<a/>' * 200_001}</root>").code == "INVALID_DATA"


def test_a_long_blank_text_is_judged_quickly() -> None:
    told = caller().post("accounting.nv", voucher(kind=" " * 1_000_000))

    assert told.code == "INVALID_DATA"


@given(st.binary(max_size=200))
def test_no_body_is_too_strange_to_be_answered(body: bytes) -> None:
    asked = Caller(office("netvisor"))
    for path in ("accounting.nv", "salespayment.nv"):
        assert asked.post(path, body).code in {"INVALID_DATA", "INVALID_DATA_SIZE"}


@given(st.text(st.sampled_from("<>/&;=\"'! ?ao-[]rtve"), max_size=60), st.integers(0, 400))
def test_no_message_that_was_damaged_is_too_strange_to_be_answered(damage: str, place: int) -> None:
    asked = Caller(office("netvisor"))
    body = voucher()

    told = asked.post("accounting.nv", body[:place] + damage + body[place:])

    assert told.code in {"OK", "INVALID_DATA", "INVALID_DATA_SIZE"}
    assert asked.books.answer(asked.request("GET", "accountlist.nv"), VIRTUAL_START).status == 200


def test_a_text_that_is_too_long_is_told_with_its_line() -> None:
    long = f"<description>{'x' * 256}</description>"
    told = caller().post("accounting.nv", voucher(line("1701", "1") + line("3000", "-1", description=long)))

    assert told.code == "INVALID_DATA_SIZE"
    assert told.reason == "Line 2: The element description takes at most 255 characters, 256 were given"


def test_a_text_of_the_voucher_itself_that_is_too_long_has_no_line() -> None:
    told = caller().post("accounting.nv", voucher(head=f"<description>{'x' * 256}</description>"))

    assert told.reason.startswith("The element description")
