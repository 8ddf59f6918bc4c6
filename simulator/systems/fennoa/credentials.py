"""Who may speak to Fennoa: an API user and its key, in the header of HTTP Basic."""

from __future__ import annotations

import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from functools import lru_cache
from typing import Any

from simulator.systems.base import Request, Tenant

BASE = "/api"
"""What all paths begin with, below the mount; a client takes it as a part of the base URL."""

_USER = re.compile(r"api-([0-9a-f]{12})")


def user_of(tenant: Tenant) -> str:
    """Return the name of the API user of a company."""
    return f"api-{tenant.identity}"


@lru_cache(maxsize=1024)
def key_of(tenant: Tenant) -> str:
    """Return the API key of a company."""
    return tenant.letters("fennoa api key", 40)


def authorization_of(tenant: Tenant) -> str:
    """Return the header with which the API user of a company calls."""
    return "Basic " + b64encode(f"{user_of(tenant)}:{key_of(tenant)}".encode()).decode()


def presented(request: Request) -> tuple[str, str]:
    """Return user and key that a request presents; empty texts if it presents none."""
    scheme, _, coded = (request.header("authorization") or "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, colon, key = b64decode(coded.strip(), validate=True).decode().partition(":")
    except (Base64Error, ValueError):
        return "", ""
    return (user, key) if colon else ("", "")


def is_let_in(request: Request, tenant: Tenant) -> bool:
    """Say whether a request presents the credentials of a company."""
    user, key = presented(request)
    same_user = hmac.compare_digest(user.encode(), user_of(tenant).encode())
    return hmac.compare_digest(key.encode(), key_of(tenant).encode()) and same_user


def name_identity(request: Request) -> str:
    """Return the identity that the API user of a request names, or an empty text."""
    found = _USER.fullmatch(presented(request)[0])
    return found.group(1) if found else ""


def show_credentials(tenant: Tenant, base_url: str) -> dict[str, Any]:
    """Return base URL, API user and API key of a company."""
    return {"baseUrl": base_url + BASE, "apiUser": user_of(tenant), "apiKey": key_of(tenant)}
