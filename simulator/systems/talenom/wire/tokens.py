"""Access tokens: the endpoint that gives them out, a stand-in, and whether one is good.

A token says whose it is and until when, and is signed: nothing needs to be remembered.
"""

from __future__ import annotations

import binascii
import hmac
import re
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

from simulator.clock import SECOND, Instant
from simulator.contract.jsontext import MalformedError, dumps, loads
from simulator.systems.base import Answer, Request, Tenant
from simulator.systems.talenom import credentials

LIFETIME_SECONDS = 3_600
"""A stand-in: how long a token of the vendor lives is not public."""
GRANT = "client_credentials"
FORM = "application/x-www-form-urlencoded"
FIELDS_MAX = 50

_IDENTITY = re.compile("[0-9a-f]{12}")
_JWT_HEADER = {"alg": "HS256", "typ": "JWT"}


def identity_of(request: Request) -> str:
    """Return the identity of the company that the key, the token or the client of a request names."""
    named = key_of(request)[:12]
    if not _IDENTITY.fullmatch(named):
        named = client_of(bearer_of(request))
    if not _IDENTITY.fullmatch(named) and request.path == credentials.TOKEN_PATH:
        named = _client(request)[0].removeprefix(credentials.CLIENT_PREFIX)
    return named if _IDENTITY.fullmatch(named) else ""


def key_of(request: Request) -> str:
    """Return the subscription key of a request, from its header or its query; empty if there is none."""
    named = request.header(credentials.KEY_HEADER.lower())
    if named is None:
        named = next((value for name, value in request.parameters if name.lower() == credentials.KEY_PARAMETER), "")
    return named.strip()


def bearer_of(request: Request) -> str:
    """Return the token of a request; empty if there is none."""
    scheme, _, token = (request.header("authorization") or "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def client_of(token: str) -> str:
    """Return the identity that a token names, true or not; empty if it names none."""
    return str(_payload(token).get("client_id", "")).removeprefix(credentials.CLIENT_PREFIX)


def _payload(token: str) -> dict[str, Any]:
    parts = token.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - header, payload and signature
        return {}
    try:
        payload = loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, MalformedError, binascii.Error):
        return {}
    return payload if isinstance(payload, dict) else {}


class Tokens:
    """The tokens of one company."""

    def __init__(self, tenant: Tenant) -> None:
        """Sign with a secret of the company's own."""
        self.tenant = tenant
        self._secret = tenant.letters("talenom token signature", 40).encode()

    def make(self, now: Instant, scope: str = "") -> str:
        """Return a token that is good from now on."""
        issued = now // SECOND
        payload = {
            "client_id": credentials.client_id(self.tenant),
            "iat": issued,
            "exp": issued + LIFETIME_SECONDS,
            **({"scope": scope} if scope else {}),
        }
        told = f"{_encoded(dumps(_JWT_HEADER))}.{_encoded(dumps(payload))}"
        return f"{told}.{self._signature(told)}"

    def is_good(self, token: str, now: Instant) -> bool:
        """Say whether a token is one of ours and has not expired."""
        told, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(told).encode()):
            return False
        expires: int = _payload(token)["exp"]
        return now < expires * SECOND

    def _signature(self, told: str) -> str:
        return _encoded(hmac.digest(self._secret, told.encode("utf-8", "replace"), sha256))

    def answer(self, request: Request, now: Instant, *, is_revoked: bool) -> Answer:
        """Answer a request for a token, as RFC 6749 has it."""
        if request.method != "POST":
            return _refused("invalid_request", "A token is asked for with POST.", 405)
        if request.media_type not in {"", FORM}:
            return _refused("invalid_request", f"The fields come as {FORM}.")
        fields = _fields(request)
        grant = fields.get("grant_type", "")
        if grant != GRANT:
            name = "unsupported_grant_type" if grant else "invalid_request"
            return _refused(name, f"grant_type is {grant[:40]!r}; this stand-in knows {GRANT}.")
        client, secret = _client(request)
        wanted = credentials.client_id(self.tenant), credentials.client_secret(self.tenant)
        fits = [
            hmac.compare_digest(given.encode(), own.encode())
            for given, own in zip((client, secret), wanted, strict=True)
        ]
        if is_revoked or not all(fits):
            return refuse_client()
        scope = fields.get("scope", "")
        granted = {"access_token": self.make(now, scope), "token_type": "Bearer", "expires_in": LIFETIME_SECONDS}
        body = dumps({**granted, **({"scope": scope} if scope else {})})
        return Answer(200, body, "application/json", [("cache-control", "no-store")])


def refuse_client() -> Answer:
    """Return the answer to a client that is not known, whose secret is wrong, or whose rights are withdrawn."""
    return _refused("invalid_client", "The client is not known, its secret is wrong, or its rights are withdrawn.", 401)


def _refused(name: str, text: str, status: int = 400) -> Answer:
    headers = [("cache-control", "no-store"), *([("www-authenticate", "Basic")] if status == 401 else [])]  # noqa: PLR2004 - HTTP
    return Answer(status, dumps({"error": name, "error_description": text}), "application/json", headers)


def _fields(request: Request) -> dict[str, str]:
    try:
        pairs = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        return {}
    return dict(reversed(pairs))


def _client(request: Request) -> tuple[str, str]:
    """Return (id, secret) of the client, from the Basic header or the fields."""
    scheme, _, given = (request.header("authorization") or "").strip().partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = b64decode(given.strip(), validate=True).decode().partition(":")
        except (ValueError, binascii.Error):
            return "", ""
        return name, secret
    fields = _fields(request)
    return fields.get("client_id", ""), fields.get("client_secret", "")


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
