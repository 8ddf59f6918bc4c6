"""Access tokens: how one is got, until when it is good, and that nobody else can make one."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from simulator.clock import SECOND, VIRTUAL_START
from simulator.contract.jsontext import loads
from simulator.systems.base import Request, Tenant
from simulator.systems.talenom import credentials
from simulator.systems.talenom.wire.tokens import LIFETIME_SECONDS, Tokens, bearer_of, client_of, key_of
from tests.systems.talenom.caller import KEY, Caller
from tests.systems.wired import IDENTITY, TENANT

CLIENT, SECRET = credentials.client_id(TENANT), credentials.client_secret(TENANT)
FIELDS = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET}


def asked(fields: dict[str, str], **headers: str) -> tuple[int, dict[str, Any]]:
    answer = Caller().ask_token(fields, **headers)
    return answer.status, loads(answer.body)


def test_a_client_gets_a_token_with_its_lifetime() -> None:
    status, value = asked(FIELDS)

    assert status == 200
    assert (value["token_type"], value["expires_in"]) == ("Bearer", LIFETIME_SECONDS)
    assert Tokens(TENANT).is_good(value["access_token"], VIRTUAL_START)
    assert client_of(value["access_token"]) == IDENTITY
    assert "scope" not in value


def test_a_scope_is_repeated_and_a_resource_is_taken() -> None:
    status, value = asked({**FIELDS, "scope": "https://apim.talenom.com/.default", "resource": "x"})

    assert (status, value["scope"]) == (200, "https://apim.talenom.com/.default")


def test_the_client_may_name_itself_in_the_basic_header() -> None:
    given = b64encode(f"{CLIENT}:{SECRET}".encode()).decode()

    assert asked({"grant_type": "client_credentials"}, authorization=f"Basic {given}")[0] == 200


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_id": "integration-ba9876543210"}, 401, "invalid_client"),
        ({"client_id": "ä"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
    ],
)
def test_all_else_is_refused_as_the_rfc_has_it(changes: dict[str, str], status: int, error: str) -> None:
    answered, value = asked({**FIELDS, **changes})

    assert (answered, value["error"]) == (status, error)
    assert value["error_description"]
    assert "access_token" not in value


def test_the_fields_come_as_a_form_with_post() -> None:
    caller = Caller()
    for method, media, status in (("GET", "", 405), ("POST", "application/json", 400)):
        headers = [("content-type", media)] if media else []
        answer = caller.office.answer(
            Request(method, f"/talenom{credentials.TOKEN_PATH}", headers, mount="/talenom"), caller.now
        )
        assert (answer.status, loads(answer.body)["error"]) == (status, "invalid_request")


def test_a_revoked_client_gets_no_token() -> None:
    caller = Caller()
    caller.office.arrange({"revoked": True})

    assert caller.sign_in() == ""
    assert caller.ask_token(FIELDS).status == 401


def test_a_token_is_good_until_its_end() -> None:
    tokens = Tokens(TENANT)
    token = tokens.make(VIRTUAL_START)

    assert tokens.is_good(token, VIRTUAL_START + LIFETIME_SECONDS * SECOND - 1)
    assert not tokens.is_good(token, VIRTUAL_START + LIFETIME_SECONDS * SECOND)


def test_nobody_else_makes_a_token() -> None:
    tokens = Tokens(TENANT)
    token = tokens.make(VIRTUAL_START)
    header, payload, signature = token.split(".")

    for forged in (
        Tokens(Tenant("ba9876543210")).make(VIRTUAL_START),
        f"{header}.{payload}.{signature[:-1]}",
        f"{header}.{payload}.",
        f"{header}.{payload}",
        f"{header}.{payload[:-2]}.{signature}",
        token + "x",
        "",
        "..",
        "ä.ö.å",
    ):
        assert not tokens.is_good(forged, VIRTUAL_START), forged


def test_the_key_is_read_from_the_header_before_the_query() -> None:
    header = ("ocp-apim-subscription-key", f" {KEY} ")

    assert key_of(Request("GET", "/talenom/x?subscription-key=other", [header], mount="/talenom")) == KEY
    assert key_of(Request("GET", f"/talenom/x?SUBSCRIPTION-key={KEY}", mount="/talenom")) == KEY
    assert key_of(Request("GET", "/talenom/x", mount="/talenom")) == ""


def test_the_scheme_of_a_token_has_no_case() -> None:
    for scheme, token in (("bearer", "abc"), ("BEARER", "abc"), ("Basic", ""), ("", "")):
        assert bearer_of(Request("GET", "/x", [("authorization", f"{scheme} abc")])) == token
