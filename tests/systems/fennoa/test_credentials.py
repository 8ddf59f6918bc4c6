"""HTTP Basic, checked for real."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.systems.base import Request, Tenant
from simulator.systems.fennoa.credentials import (
    authorization_of,
    is_let_in,
    key_of,
    name_identity,
    presented,
    show_credentials,
    user_of,
)
from tests.systems.wired import IDENTITY, TENANT


def with_header(value: str | None) -> Request:
    return Request("GET", "/fennoa/api/", [] if value is None else [("authorization", value)])


def basic(text: str) -> Request:
    return with_header("Basic " + b64encode(text.encode()).decode())


def test_the_own_header_opens_and_names_the_world() -> None:
    request = with_header(authorization_of(TENANT))

    assert is_let_in(request, TENANT)
    assert name_identity(request) == IDENTITY
    assert presented(request) == (user_of(TENANT), key_of(TENANT))
    assert is_let_in(with_header(authorization_of(TENANT).replace("Basic", "basic")), TENANT)


def test_what_is_shown_is_what_opens() -> None:
    shown = show_credentials(TENANT, "http://x/fennoa")

    assert is_let_in(basic(f"{shown['apiUser']}:{shown['apiKey']}"), TENANT)


@pytest.mark.parametrize(
    "request_",
    [
        with_header(None),
        with_header("Basic"),
        with_header("Basic !!!"),
        with_header("Basic " + b64encode(b"\xff:\xff").decode()),
        with_header(f"Token token={key_of(TENANT)}"),
        with_header(f"Bearer {key_of(TENANT)}"),
        basic(user_of(TENANT)),
        basic(f"{user_of(TENANT)}:"),
        basic(f"{user_of(TENANT)}:{key_of(TENANT)}x"),
        basic(f"{user_of(TENANT)}x:{key_of(TENANT)}"),
        basic(f":{key_of(TENANT)}"),
        with_header(authorization_of(Tenant("ba9876543210"))),
    ],
)
def test_anything_else_stays_outside(request_: Request) -> None:
    assert not is_let_in(request_, TENANT)


def test_a_wrong_key_still_names_the_world_so_that_its_journal_shows_it() -> None:
    assert name_identity(basic(f"{user_of(TENANT)}:wrong")) == IDENTITY
    assert name_identity(basic("somebody:else")) == ""


@given(st.text(st.characters(max_codepoint=255), max_size=60))
def test_any_header_is_read_or_not(value: str) -> None:
    assert not is_let_in(with_header(value), TENANT)
    assert not is_let_in(with_header(f"Basic {value}"), TENANT)
