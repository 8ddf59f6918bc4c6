"""The order of things on the wire: what stops every request, resources, methods, rights, statuses, languages."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import MINUTE, VIRTUAL_START
from simulator.systems.base import Request
from simulator.systems.netvisor.wire.wire import NetvisorWire, answer_stranger
from tests.systems.netvisor.caller import (
    MOUNT,
    NOW,
    ORIGIN,
    A,
    Caller,
    caller,
    invoice,
    match,
    payment,
    read,
    void,
    voucher,
)
from tests.systems.wired import balances, office

RESOURCES = sorted(NetvisorWire(office("netvisor").site).resources)


@pytest.mark.parametrize(
    "path", ["accounting.nv", "Accounting.nv", "ACCOUNTING.NV", "/accounting.nv", "accounting.nv/"]
)
def test_a_resource_may_be_written_in_any_case(path: str) -> None:
    assert caller().post(path, voucher()).code == "OK"


@pytest.mark.parametrize("path", ["", "nowhere.nv", "accounting", "a/b", "%00", "accounting.nv.nv"])
def test_an_unknown_resource_is_not_found(path: str) -> None:
    told = caller().get(path)

    assert (told.status, told.code) == (404, "INVALID_DATA")
    assert caller(headers={f"{A}UseHTTPResponseStatusCodes": None}).get(path).status == 200


@pytest.mark.parametrize("path", RESOURCES)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD"])
def test_a_resource_has_one_method(path: str, method: str) -> None:
    asked = caller()
    right = asked.books.wire.resources[path].method  # type: ignore[attr-defined]
    wrong = "GET" if right == "POST" else "POST"

    for one in (method, wrong):
        assert f"is called with {right}" in asked.ask(one, path).reason


def test_maintenance_stops_everybody_even_strangers() -> None:
    asked = caller({"maintenance": True})
    told = read(asked.books.answer(Request("GET", f"{MOUNT}/x", mount=MOUNT), NOW))

    assert (told.status, told.code) == (200, "SYSTEM_MAINTENANCE")
    assert (asked.get("accountlist.nv").status, asked.get("accountlist.nv").code) == (503, "SYSTEM_MAINTENANCE")


def test_status_and_spelling_of_maintenance_are_readings() -> None:
    readings = {"maintenance_status": "500", "maintenance_spelling": "SYSTEM_MAINTANANCE"}
    told = caller({"maintenance": True, "readings": readings}).get("accountlist.nv")

    assert (told.status, told.code) == (500, "SYSTEM_MAINTANANCE")


def test_too_many_requests_are_told_to_wait_whether_or_not_they_asked_for_statuses() -> None:
    asked = caller({"rate_limit": {"requests": 1, "per": "10s"}}, headers={f"{A}UseHTTPResponseStatusCodes": None})
    asked.get("accountlist.nv")

    told = asked.get("accountlist.nv")

    assert (told.status, told.code) == (429, "TECHNICAL_ERROR")
    assert ("retry-after", "10") in told.answer.headers
    assert asked.get("accountlist.nv", now=NOW + MINUTE).code == "OK"


@pytest.mark.parametrize(
    ("reading", "codes"),
    [
        ("all", ["OK", "OK"]),
        ("read", ["OK", "SERVICE_ACCESS_ERROR"]),
        ("none", ["SERVICE_ACCESS_ERROR", "SERVICE_ACCESS_ERROR"]),
    ],
)
def test_a_right_that_is_missing_is_a_code_of_its_own(reading: str, codes: list[str]) -> None:
    asked = caller({"readings": {"rights": reading}})
    told = [asked.get("accountlist.nv"), asked.post("accounting.nv", voucher())]

    assert [one.code for one in told] == codes
    assert all(one.status == (200 if one.code == "OK" else 403) for one in told)


@pytest.mark.parametrize(
    ("header", "reading", "status"),
    [
        ("1", "200", 400),
        (None, "200", 200),
        ("0", "200", 200),
        ("true", "200", 200),
        (None, "real", 400),
        ("1", "real", 400),
    ],
)
def test_real_statuses_are_asked_for(header: str | None, reading: str, status: int) -> None:
    asked = caller({"readings": {"http_status_default": reading}}, headers={f"{A}UseHTTPResponseStatusCodes": header})
    told = asked.post("accounting.nv", "<root/>")

    assert (told.status, told.code) == (status, "INVALID_DATA")


@pytest.mark.parametrize(
    ("language", "said"), [("FI", "tiliä 3999 ei löydy"), ("se", "konto 3999 hittas inte"), ("DE", "account 3999 not")]
)
def test_errors_are_told_in_the_language_of_the_interface(language: str, said: str) -> None:
    told = caller(headers={"X-Netvisor-Interface-Language": language}).post(
        "accounting.nv", voucher().replace("3000", "3999")
    )

    assert said in told.reason


def test_a_stranger_is_told_who_is_missing() -> None:
    nobody = read(answer_stranger(Request("GET", f"{MOUNT}/accountlist.nv", mount=MOUNT)))
    headers = [
        ("x-netvisor-authentication-partnerid", "xxx_yyy"),
        ("x-netvisor-interface-language", "FI"),
        ("x-netvisor-authentication-usehttpresponsestatuscodes", "1"),
    ]
    someone = read(answer_stranger(Request("GET", f"{MOUNT}/x", headers, mount=MOUNT, received=VIRTUAL_START)))

    assert (nobody.status, nobody.code) == (200, "AUTHENTICATION_FAILED")
    assert "PartnerId is missing" in nobody.reason
    assert (someone.status, someone.code) == (401, "AUTHENTICATION_FAILED")
    assert someone.reason == "Integraatiokumppania ei löydy, katso dokumentaatio"
    assert someone.text("ResponseStatus/TimeStamp") == "1.1.2026 11:00:00"


def test_what_is_judged_first() -> None:
    """Resource, method, right, message, lengths, books: each is told before the next."""
    asked = caller({"readings": {"rights": "read"}})
    long = voucher(head=f"<description>{'x' * 300}</description>").replace("3000", "3999")

    assert asked.post("nowhere.nv", "x").status == 404
    assert "is called with" in asked.get("accounting.nv").reason
    assert asked.post("accounting.nv", "x").code == "SERVICE_ACCESS_ERROR"
    asked.books.arrange({})
    assert "XML" in asked.post("accounting.nv", long.replace("</root>", "")).reason
    assert asked.post("accounting.nv", long).code == "INVALID_DATA_SIZE"
    assert "3999" in asked.post("accounting.nv", long.replace("x" * 300, "x")).reason


@given(
    st.sampled_from(["GET", "POST", "PUT", "HEAD"]),
    st.sampled_from([*RESOURCES, "x.nv"]),
    st.lists(
        st.tuples(
            st.sampled_from(
                ["netvisorkey", "netvisorkeylist", "startdate", "enddate", "status", "method", "id", "invoicenumber",
                 "balancedates", "lastmodifiedstart", "changedsince", "vouchertype", "accountnumberstart", "listtype"]
            ),
            st.one_of(st.sampled_from(["1", "2026-01-01", "open", "edit", "0", "-1", ","]), st.text(max_size=5)),
        ),
        max_size=4,
    ),
    st.binary(max_size=30),
)  # fmt: skip
def test_nothing_that_is_asked_is_too_strange_to_be_answered(
    method: str, path: str, parameters: list[tuple[str, str]], body: bytes
) -> None:
    asked = Caller(office("netvisor"))
    query = urlencode(parameters, errors="surrogatepass")

    told = asked.ask(method, f"{path}?{query}", body, url=f"{ORIGIN}{MOUNT}/{path}?{query}")

    assert told.code in {"OK", "INVALID_DATA", "INVALID_DATA_SIZE"}


MESSAGES = (
    ("accounting.nv", voucher(mode="gross")),
    ("accounting.nv", voucher(head="<number>1</number>")),
    ("accountingedit.nv", voucher().replace("<calculationmode>", "<netvisorkey>1</netvisorkey><calculationmode>")),
    ("salesinvoice.nv", invoice(amount="5", attributes=' iso4217currencycode="USD" currencyrate="1,2"')),
    ("salesinvoice.nv?method=edit&id=1", invoice(number="3")),
    ("salespayment.nv", payment()),
    ("matchpayment.nv", match("normal")),
    ("invalidatevouchers.nv", void(1)),
)
VALUES = (
    "", "0", "-1", "99999999999", "-99999999999,9999999999", "0,0000000001", "999,9999999999", "x", "9999-12-31",
    "0001-01-01", "open", "unsent", "order", "invoicedraft", "EUR", "EVTO", "EUOS", "NONE", "gross", "9" * 40, "ä", "²",
)  # fmt: skip
TEXTS = re.compile(r">([^<]*)<|=[\"']([^\"']*)[\"']")


@given(st.lists(st.tuples(st.sampled_from(MESSAGES), st.integers(0, 99), st.sampled_from(VALUES)), max_size=8))
def test_whatever_stands_in_the_messages_the_books_come_to_zero(steps: list[tuple[tuple[str, str], int, str]]) -> None:
    asked = caller()
    for (path, body), place, value in steps:
        spots = [found.span(found.lastindex or 1) for found in TEXTS.finditer(body)]
        begin, end = spots[place % len(spots)]

        told = asked.post(path, body[:begin] + value + body[end:])

        assert told.status in {200, 400}
        assert sum(balances(asked.books).values()) == 0
