"""What both sides agree on."""

from __future__ import annotations

import pytest

from simulator.clock import VIRTUAL_START
from simulator.systems.base import Tenant
from simulator.systems.procountor.protocol import (
    PREFIX,
    credentials_of,
    date_time,
    identity_of_client,
    identity_of_key,
    outside_repertoire,
)
from tests.systems.wired import IDENTITY, TENANT


def test_credentials_name_their_company_and_differ_from_anothers() -> None:
    ours, other = credentials_of(TENANT), credentials_of(Tenant("ba9876543210"))

    assert identity_of_key(ours.api_key) == identity_of_client(ours.client_id) == IDENTITY
    assert ours.client_secret != other.client_secret
    assert ours.api_key[12:] != other.api_key[12:]
    for wrong in ("", "x", "ABCDEF012345", IDENTITY[:11]):
        assert not identity_of_key(wrong)
    for wrong in ("", IDENTITY, "cfis-", "cfis-x", f"cfis-{IDENTITY}0"):
        assert not identity_of_client(wrong)


@pytest.mark.parametrize(("text", "char"), [("abc", ""), ("äÖ€“Š", ""), ("aж", "ж"), ("😀", "😀"), ("\x81", "\x81")])
def test_the_repertoire_is_that_of_windows_1252(text: str, char: str) -> None:
    assert outside_repertoire(text) == char


def test_moments_have_no_offset() -> None:
    assert date_time(VIRTUAL_START) == "2026-01-01T09:00:00"


def test_base_paths() -> None:
    for path in ("/api", "/api/coa", "/latest/api/x", "/supported/api", "/v2604/api/x"):
        assert PREFIX.match(path)
    for path in ("/", "/apix", "/latest", "/v1/api", "/api2/x", "/x/api"):
        assert not PREFIX.match(path)
