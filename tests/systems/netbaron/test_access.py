"""Who a caller of NetBaron is: what a request names, and which password opens what."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.systems.base import Request, Tenant
from simulator.systems.netbaron.access import (
    INTERFACES,
    Credentials,
    basic,
    credentials_in,
    identity_in,
    organisation_of,
    passwords_of,
    split,
)
from tests.systems.netbaron.calls import credentials, envelope
from tests.systems.wired import IDENTITY, TENANT

OTHER = Tenant("ba9876543210")


def request(*headers: tuple[str, str], body: bytes = b"") -> Request:
    return Request("GET", "/netbaron/ws/invoice", headers, body, mount="/netbaron")


def test_the_identity_is_read_from_the_headers_and_from_an_envelope() -> None:
    who = credentials("invoice")

    assert identity_in(request(basic(who))) == IDENTITY
    assert identity_in(request(body=envelope("GET", who))) == IDENTITY
    assert credentials_in(request(basic(who))) == who


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic !!!", "Bearer abc", "Basic " + b64encode(b"\xff\xfe").decode(),
               "Basic " + b64encode(b"no separator").decode(), "Basic " + b64encode(b"org-xyz:p").decode(),
               "Basic " + b64encode(b"org-0123456789abc:p").decode()],
)  # fmt: skip
def test_a_header_that_names_nobody_names_no_identity(header: str) -> None:
    assert identity_in(request(("authorization", header))) == ""


@given(st.binary(max_size=60), st.text(max_size=60))
def test_garbage_names_nobody_and_raises_nothing(body: bytes, header: str) -> None:
    assert identity_in(request(("authorization", header), body=body)) == ""
    coded = "Basic " + b64encode(header.encode("utf-8", "surrogatepass")).decode()
    assert identity_in(request(("authorization", coded))) == ""


def test_a_password_opens_its_own_interface_alone() -> None:
    for interface in INTERFACES:
        for service in (0, 1):
            who = credentials(interface, service=service)
            assert [other for other in (*INTERFACES, "import") if who.opens(TENANT, other)] == [interface]


def test_nothing_opens_an_interface_that_is_not_there_nor_another_company() -> None:
    who = credentials("invoice")

    assert passwords_of(TENANT, "invoice3") == ()
    assert not who.opens(TENANT, "invoice3")
    assert not who.opens(OTHER, "invoice")
    assert not Credentials(organisation_of(OTHER), who.password).opens(TENANT, "invoice")
    assert not Credentials(who.organisation, "").opens(TENANT, "invoice")
    assert not Credentials(who.organisation, "ä\ud800").opens(TENANT, "invoice")


@pytest.mark.parametrize(
    ("interface", "parts"),
    [("invoice", ("invoice", "")), ("invoice2", ("invoice", "2")), ("2", ("", "")), ("a-b", ("", "")), ("", ("", ""))],
)
def test_an_interface_is_a_module_and_a_number(interface: str, parts: tuple[str, str]) -> None:
    assert split(interface) == parts
