"""Tokens: for whom there is one, how long it is good, and who it says they are."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from simulator.clock import HOUR, SECOND, VIRTUAL_START
from simulator.contract.jsontext import dumps, loads
from simulator.systems.base import Request, Tenant
from simulator.systems.procountor.protocol import FORM, MOUNT
from simulator.systems.procountor.wire import tokens
from simulator.systems.procountor.wire.tokens import Tokens, identity_in
from tests.systems.procountor.talking import OURS, renew, talker, token_request
from tests.systems.wired import IDENTITY, TENANT, office

NOW = VIRTUAL_START


def ask(words: dict[str, Any] | None = None, kind: str = FORM, path: str = "/api/oauth/token", **changes: Any) -> Any:
    answer = office("procountor", words).answer(token_request(path, kind, **changes), NOW)
    return answer.status, loads(answer.body)


@pytest.mark.parametrize("base", ["/api", "/latest/api", "/supported/api", "/v2308/api"])
@pytest.mark.parametrize("end", ["", "/"])
def test_credentials_are_exchanged_for_a_token_of_an_hour(base: str, end: str) -> None:
    status, body = ask(path=f"{base}/oauth/token{end}")

    assert status == 200
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
    header, claims, signature = (base64.urlsafe_b64decode(part + "==") for part in body["access_token"].split("."))
    assert loads(header) == {"alg": "HS256", "typ": "JWT"}
    assert loads(claims)["exp"] - loads(claims)["iat"] == 3600
    assert len(signature) == 32


@pytest.mark.parametrize("name", ["client_id", "client_secret", "api_key"])
@pytest.mark.parametrize("value", [None, "", "wrong", "ä"])
def test_each_of_the_credentials_must_be_right(name: str, value: str | None) -> None:
    status, body = ask(None, FORM, "/api/oauth/token", **{name: value})

    assert status == 401
    assert body["error"] == "invalid_client"
    assert body["errors"] == [{"status": 401, "message": "Unauthorized"}]


def test_only_client_credentials_in_a_form_by_post_are_exchanged() -> None:
    assert ask(grant_type="authorization_code")[0] == 400
    assert ask(grant_type=None)[0] == 400
    assert ask(kind="application/json")[0] == 415
    request = token_request()
    assert office("procountor").answer(Request("GET", request.target, request.headers, mount=MOUNT), NOW).status == 405


def test_a_body_that_is_no_form_is_refused() -> None:
    for body in (b"\xff", b"&" * 500, b"", b"grant_type"):
        request = Request("POST", f"{MOUNT}/api/oauth/token", [("content-type", FORM)], body, mount=MOUNT)
        assert office("procountor").answer(request, NOW).status == 400


@pytest.mark.parametrize(("reading", "status"), [("taken", 200), ("refused", 400)])
def test_a_charset_is_a_reading(reading: str, status: int) -> None:
    words = {"readings": {"token_charset": reading}}

    assert ask(words, f"{FORM}; Charset=UTF-8")[0] == status
    assert ask(words)[0] == 200


@pytest.mark.parametrize(
    ("reading", "none", "other"), [("ignored", 200, 200), ("checked", 200, 400), ("required", 400, 400)]
)
def test_the_redirect_address_is_a_reading(reading: str, none: int, other: int) -> None:
    words = {"readings": {"redirect_uri": reading}}

    assert ask(words)[0] == 200
    assert ask(words, redirect_uri=None)[0] == none
    assert ask(words, redirect_uri="http://elsewhere/")[0] == other


@pytest.mark.parametrize(
    ("reading", "members"),
    [("both", {"error", "error_description", "errors"}), ("oauth", {"error", "error_description"}),
     ("errors", {"errors"})],
)  # fmt: skip
def test_the_body_of_a_refusal_is_a_reading(reading: str, members: set[str]) -> None:
    assert set(ask({"readings": {"token_error": reading}}, api_key="x")[1]) == members


def test_a_token_is_good_for_an_hour_of_the_worlds_time() -> None:
    talking = talker()

    talking.now = NOW + HOUR - SECOND
    assert talking.send("GET", "/coa").status == 200
    talking.now = NOW + HOUR
    assert talking.refused("GET", "/coa") == (401, [("", "Unauthorized")])
    renew(talking)
    assert talking.send("GET", "/coa").status == 200


def test_a_token_that_was_tampered_with_or_is_anothers_is_not_good() -> None:
    ours, other = Tokens(TENANT), Tokens(Tenant("ba9876543210"))
    token = ours.issue(NOW)
    head, claims, signature = token.split(".")
    later = base64.urlsafe_b64encode(
        dumps({**loads(base64.urlsafe_b64decode(claims + "==")), "exp": 10**11})
    ).decode().rstrip("=")  # fmt: skip

    assert ours.is_good(token, NOW)
    assert not other.is_good(token, NOW)
    for wrong in (
        f"{head}.{later}.{signature}", f"{head}.{claims}.", f"{head}.{claims}", "", "..", "ä.ö.å", "\ud800.\ud800.x",
    ):  # fmt: skip
        assert not ours.is_good(wrong, NOW), wrong


def test_two_tokens_of_one_moment_differ_and_ending_one_leaves_the_other() -> None:
    ours = Tokens(TENANT)
    one, other = ours.issue(NOW), ours.issue(NOW)

    ours.end(one)

    assert not ours.is_good(one, NOW)
    assert ours.is_good(other, NOW)


def test_few_ended_tokens_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "ENDED_MAX", 2)
    ours = Tokens(TENANT)
    given = [ours.issue(NOW) for _ in range(3)]
    for token in given:
        ours.end(token)

    assert [ours.is_good(token, NOW) for token in given] == [True, False, False]


def test_a_request_names_its_world_by_key_client_or_token_without_any_look_up() -> None:
    token = Tokens(TENANT).issue(NOW)

    assert identity_in(token_request()) == IDENTITY
    assert identity_in(token_request(client_id="x", client_secret="x")) == IDENTITY
    assert identity_in(token_request(api_key="not-a-key-at-all")) == IDENTITY
    assert not identity_in(token_request(api_key=None, client_id="cfis-nobody"))
    for header in (f"Bearer {token}", f"bearer  {token}"):
        assert identity_in(Request("GET", f"{MOUNT}/api/coa", [("authorization", header)], mount=MOUNT)) == IDENTITY
    for header in ("", "Basic abc", "Bearer", "Bearer a.b", "Bearer a.!!.c", "Bearer a.MTIz.c", "Bearer a.e30.c"):
        assert not identity_in(Request("GET", f"{MOUNT}/api/coa", [("authorization", header)], mount=MOUNT))


def test_revoked_credentials_get_no_token_and_old_tokens_end() -> None:
    talking = talker()
    talking.books.arrange({"revoked": True})

    assert talking.send("GET", "/coa").status == 401
    assert talking.books.answer(token_request(), NOW).status == 401


def test_token_requests_count_for_the_rate_limit() -> None:
    books = office("procountor", {"rate_limit": {"requests": 1, "per": "1s"}})

    assert books.answer(token_request(), NOW).status == 200
    assert books.answer(token_request(), NOW).status == 429
    assert books.answer(token_request(api_key="x"), NOW).status == 401
    assert OURS.api_key
