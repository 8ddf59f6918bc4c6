"""Talenom as a system: who is let in, who is a stranger, and what is shown to whom."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from simulator.contract.jsontext import loads
from simulator.systems.base import Request
from simulator.systems.talenom import SYSTEM, credentials
from tests.systems.talenom.caller import BOOKS, KEY, MOUNT, ORG, Caller
from tests.systems.wired import IDENTITY, TENANT, stranger


def request(path: str, *headers: tuple[str, str], method: str = "GET", body: bytes = b"") -> Request:
    return Request(method, MOUNT + path, headers, body, mount=MOUNT)


def test_the_credentials_are_ready_to_paste() -> None:
    shown = SYSTEM.credentials(TENANT, "http://host:1/talenom")

    assert shown == {
        "baseUrl": "http://host:1/talenom/fi/general-ledger",
        "salesBaseUrl": f"http://host:1/talenom/fi/sales/v1/{ORG}",
        "tokenUrl": "http://host:1/talenom/identity/connect/token",
        "organizationNumber": ORG,
        "subscriptionKey": KEY,
        "clientId": credentials.client_id(TENANT),
        "clientSecret": credentials.client_secret(TENANT),
    }


@pytest.mark.parametrize(
    "target",
    [
        request(BOOKS, ("ocp-apim-subscription-key", KEY)),
        request(f"{BOOKS}?subscription-key={KEY}"),
        request(f"{BOOKS}?Subscription-Key={KEY}"),
        request(BOOKS, ("authorization", f"Bearer {Caller().token}")),
        request("/identity/connect/token", body=urlencode({"client_id": credentials.client_id(TENANT)}).encode()),
        request("/identity/connect/token", ("authorization", "Basic aW50ZWdyYXRpb24tMDEyMzQ1Njc4OWFiOng=")),
    ],
)
def test_key_token_and_client_name_the_company(target: Request) -> None:
    assert SYSTEM.identity_of(target) == IDENTITY


@pytest.mark.parametrize(
    "target",
    [
        request(BOOKS),
        request(BOOKS, ("ocp-apim-subscription-key", "0123456789zz")),
        request(BOOKS, ("authorization", "Bearer a.b.c")),
        request(BOOKS, ("authorization", "Bearer a.W10.c")),
        request(BOOKS, ("authorization", "Basic 0123456789ab")),
        request("/identity/connect/token", ("authorization", "Basic ä")),
        request("/identity/connect/token", body=b"client_id=nobody"),
        request("/identity/connect/token", body=b"&".join([b"a=1"] * 60)),
        request(BOOKS, body=urlencode({"client_id": credentials.client_id(TENANT)}).encode()),
    ],
)
def test_all_else_names_nobody(target: Request) -> None:
    assert SYSTEM.identity_of(target) == ""


def test_a_stranger_is_answered_by_whom_he_reached() -> None:
    without = stranger(SYSTEM, request(BOOKS))
    wrong = stranger(SYSTEM, request(BOOKS, ("ocp-apim-subscription-key", "x")))
    token = stranger(SYSTEM, request("/identity/connect/token", method="POST"))

    assert [answer.status for answer in (without, wrong, token)] == [401, 401, 401]
    assert "no subscription key" in loads(without.body)["message"]
    assert "not valid" in loads(wrong.body)["message"]
    assert loads(token.body)["error"] == "invalid_client"
