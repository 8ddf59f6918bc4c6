"""Access tokens: a JWT of three parts for an hour, in exchange for the credentials of an integration and its key."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qsl

from simulator.clock import SECOND, Instant
from simulator.contract.jsontext import MalformedError, dumps, loads
from simulator.systems.base import Answer, Request, Tenant
from simulator.systems.office import Site
from simulator.systems.procountor.protocol import (
    FORM,
    IDENTITY,
    PREFIX,
    TOKEN_LIFETIME,
    TOKEN_PATH,
    credentials_of,
    identity_of_client,
    identity_of_key,
)
from simulator.systems.procountor.wire.answers import errors, in_json, refused

ENDED_MAX = 1_000
"""How many tokens that were given back are remembered. Who gives back more gets the oldest of them working again."""
PARTS = 3
FIELDS_MAX = 100
HEADER = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=").decode()


def is_token_request(request: Request) -> bool:
    """Say whether a request asks for a token."""
    found = PREFIX.match(request.path)
    return found is not None and request.path[found.end() :].rstrip("/") == TOKEN_PATH


def identity_in(request: Request) -> str:
    """Return the identity that the credentials of a request name, whether they are right or not."""
    if is_token_request(request):
        fields = fields_of(request)
        return identity_of_key(fields.get("api_key", "")) or identity_of_client(fields.get("client_id", ""))
    subject = str(claims_of(bearer_of(request)).get("sub", ""))
    return subject if IDENTITY.fullmatch(subject) else ""


def bearer_of(request: Request) -> str:
    """Return the token that a request presents; empty if it presents none."""
    scheme, _, token = (request.header("authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def fields_of(request: Request) -> dict[str, str]:
    """Return the fields of a form."""
    try:
        return dict(parse_qsl(request.body.decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX))
    except ValueError:
        return {}


def claims_of(token: str) -> dict[str, Any]:
    """Return what a token says, without asking whether it is genuine."""
    parts = token.split(".")
    if len(parts) != PARTS:
        return {}
    try:
        claims = loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (MalformedError, binascii.Error, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


class Tokens:
    """Gives out tokens, and says which are good."""

    def __init__(self, tenant: Tenant) -> None:
        """Sign with a key of the company's own."""
        self._tenant = tenant
        self._key = tenant.letters("procountor-signing-key", 43).encode()
        self._count = 0
        self._ended: dict[str, None] = {}

    def issue(self, now: Instant) -> str:
        """Return a new token."""
        self._count += 1
        claims = {
            "sub": self._tenant.identity,
            "aud": credentials_of(self._tenant).client_id,
            "iat": now // SECOND,
            "exp": (now + TOKEN_LIFETIME) // SECOND,
            "jti": str(self._count),
        }
        signed = f"{HEADER}.{_encoded(dumps(claims))}"
        return f"{signed}.{self._signature(signed)}"

    def is_good(self, token: str, now: Instant) -> bool:
        """Say whether a token was given out here, has not expired and was not given back."""
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(errors="replace"), self._signature(signed).encode()):
            return False
        return token not in self._ended and now < claims_of(token)["exp"] * SECOND

    def end(self, token: str) -> None:
        """Take a token back."""
        self._ended[token] = None
        if len(self._ended) > ENDED_MAX:
            del self._ended[next(iter(self._ended))]

    def _signature(self, signed: str) -> str:
        return _encoded(hmac.digest(self._key, signed.encode(errors="replace"), hashlib.sha256))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class TokenDesk:
    """The call that exchanges credentials for a token."""

    def __init__(self, site: Site, tokens: Tokens) -> None:
        """Exchange the credentials of the company of *site*."""
        self.site = site
        self.tokens = tokens
        self._ours = credentials_of(site.tenant)

    def answer(self, request: Request, now: Instant) -> Answer:
        """Answer a request for a token."""
        if request.method != "POST":
            return self.refuse(405, "invalid_request", "Only POST asks for a token.")
        if request.media_type != FORM:
            return self.refuse(415, "invalid_request", f"The body must be {FORM}.")
        names_charset = "charset" in (request.header("content-type") or "").lower()
        if names_charset and self.site.readings["token_charset"] == "refused":  # noqa: S105 - the answer to a question
            return self.refuse(400, "invalid_request", "The Content-Type must name no charset.")
        fields = fields_of(request)
        if fields.get("grant_type") != "client_credentials":
            return self.refuse(400, "unsupported_grant_type", "The grant type must be client_credentials.")
        if self.site.gate.is_revoked or not self._are_ours(fields):
            return self.refuse(401, "invalid_client", "Unauthorized")
        if not self._takes_redirect(fields.get("redirect_uri")):
            return self.refuse(400, "invalid_request", "The redirect_uri is not the one that is registered.")
        if self.site.is_too_fast(now):
            return self.refuse(429, "too_many_requests", "Too many requests.")
        token = self.tokens.issue(now)
        return in_json({"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_LIFETIME // SECOND})

    def refuse(self, status: int, code: str, text: str) -> Answer:
        """Answer that there is no token, in the shape that the readings choose."""
        return refusal(status, code, text, str(self.site.readings["token_error"]))

    def _are_ours(self, fields: dict[str, str]) -> bool:
        pairs = [
            (fields.get("client_id", ""), self._ours.client_id),
            (fields.get("client_secret", ""), self._ours.client_secret),
            (fields.get("api_key", ""), self._ours.api_key),
        ]
        # All are compared, so that the time it takes tells nobody which of them was wrong.
        same = [hmac.compare_digest(given.encode(errors="replace"), right.encode()) for given, right in pairs]
        return all(same)

    def _takes_redirect(self, given: str | None) -> bool:
        match self.site.readings["redirect_uri"]:
            case "ignored":
                return True
            case "checked":
                return given is None or given == self._ours.redirect_uri
            case _:
                return given == self._ours.redirect_uri


def refusal(status: int, code: str, text: str, shape: str) -> Answer:
    """Answer that there is no token: as OAuth says it, as the rest of the interface does, or both at once."""
    oauth = {"error": code, "error_description": text}
    if shape == "oauth":
        return in_json(oauth, status)
    return errors(refused(status, text), **(oauth if shape == "both" else {}))
