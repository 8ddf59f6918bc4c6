"""What both sides of Procountor's interface must agree on: addresses, credentials and the characters it takes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.clock import MINUTE, Duration, Instant, show_instant
from simulator.systems.base import Tenant

MOUNT = "/procountor"
BASE = "/api"
PREFIX = re.compile(r"/(?:(?:latest|supported|v[0-9]{4})/)?api(?=/|$)")
"""Below what the interface answers: today's base path and the older ones with a version in them."""
TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path, no secret
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

TOKEN_LIFETIME: Duration = 60 * MINUTE
NO_VAT_HANDLING = "12"
"""The VAT status of rows that VAT has nothing to do with, such as those of the balance sheet."""

IDENTITY = re.compile(r"[0-9a-f]{12}")
_CLIENT = "cfis-"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an integration was given for one company."""

    client_id: str
    client_secret: str
    api_key: str
    redirect_uri: str


def credentials_of(tenant: Tenant) -> Credentials:
    """Return the credentials of a company."""
    return Credentials(
        client_id=_CLIENT + tenant.identity,
        client_secret=tenant.letters("procountor-client-secret", 40),
        api_key=tenant.identity + tenant.letters("procountor-api-key", 52),
        redirect_uri="http://localhost/procountor/callback",
    )


def identity_of_key(api_key: str) -> str:
    """Return the identity that an API key names; empty if it names none."""
    return api_key[:12] if IDENTITY.fullmatch(api_key[:12]) else ""


def identity_of_client(client_id: str) -> str:
    """Return the identity that a client ID names; empty if it names none."""
    rest = client_id.removeprefix(_CLIENT)
    return rest if rest != client_id and IDENTITY.fullmatch(rest) else ""


def outside_repertoire(text: str) -> str:
    """Return the first character that Windows-1252 does not have; empty if it has them all."""
    if text.isascii():
        return ""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError as error:
        return text[error.start]
    return ""


def date_time(instant: Instant) -> str:
    """Return an instant as the interface writes it: to the second, without an offset."""
    return show_instant(instant)[:19]
