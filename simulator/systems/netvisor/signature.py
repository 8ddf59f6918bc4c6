"""How a request to Netvisor is signed, and the credentials with which a company's client signs."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass

from simulator.systems.base import Tenant

SENDER = "x-netvisor-authentication-sender"
CUSTOMER_ID = "x-netvisor-authentication-customerid"
PARTNER_ID = "x-netvisor-authentication-partnerid"
TIMESTAMP = "x-netvisor-authentication-timestamp"
TIMESTAMP_UNIX = "x-netvisor-authentication-timestampunix"
LANGUAGE = "x-netvisor-interface-language"
ORGANISATION_ID = "x-netvisor-organisation-id"
TRANSACTION_ID = "x-netvisor-authentication-transactionid"
MAC = "x-netvisor-authentication-mac"
ALGORITHM = "x-netvisor-authentication-machashcalculationalgorithm"
USE_STATUS_CODES = "x-netvisor-authentication-usehttpresponsestatuscodes"

HMACSHA256 = "HMACSHA256"
SHA256 = "SHA256"
MD5 = "MD5"
ALGORITHMS = (HMACSHA256, SHA256, MD5)
MD5_DIGITS = 32
ENCODINGS = ("iso-8859-15", "iso-8859-1", "utf-8")
"""In which the text of a MAC may be written: the vendor asks for the first, clients use the others."""

_IDENTITY = re.compile(r"(?:SIM|PRT)_([0-9a-f]{12})_[0-9a-z]+")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client needs to be let in."""

    partner_id: str
    partner_key: str
    customer_id: str
    customer_key: str
    organisation: str


def credentials_of(tenant: Tenant) -> Credentials:
    """Return the credentials of a company; both identifiers name it, neither key does."""
    return Credentials(
        partner_id=f"PRT_{tenant.identity}_{tenant.letters('netvisor-partner', 6)}",
        partner_key=tenant.letters("netvisor-partner-key"),
        customer_id=f"SIM_{tenant.identity}_{tenant.letters('netvisor-customer', 6)}",
        customer_key=tenant.letters("netvisor-customer-key"),
        organisation=tenant.business_id,
    )


def identity_in(identifier: str) -> str:
    """Return the identity that a PartnerId or a CustomerId names; empty if it names none."""
    found = _IDENTITY.fullmatch(identifier)
    return found.group(1) if found else ""


@dataclass(frozen=True, slots=True)
class Signed:
    """The parts of a request that its MAC covers; the body is not among them."""

    url: str
    sender: str
    customer_id: str
    timestamp: str
    language: str
    organisation: str
    transaction: str
    timestamp_unix: str

    def open_text(self, algorithm: str) -> str:
        """Return the text of the MAC as far as everybody may see it: all but the two keys."""
        parts = [
            self.url, self.sender, self.customer_id, self.timestamp, self.language, self.organisation,
            self.transaction,
        ]  # fmt: skip
        if algorithm == HMACSHA256:
            parts.append(self.timestamp_unix)
        return "&".join(parts)


def digest(text: bytes, algorithm: str, credentials: Credentials) -> str:
    """Return the MAC of a text, keys included, in lower-case hexadecimal digits."""
    if algorithm == HMACSHA256:
        key = f"{credentials.customer_key}&{credentials.partner_key}".encode()
        return hmac.new(key, text, hashlib.sha256).hexdigest()
    if algorithm == SHA256:
        return hashlib.sha256(text).hexdigest()
    return hashlib.md5(text, usedforsecurity=False).hexdigest()


def sign(signed: Signed, algorithm: str, credentials: Credentials) -> str:
    """Return the MAC of a request, its text written as the vendor asks."""
    return digest(_whole(signed, algorithm, credentials).encode(ENCODINGS[0], "replace"), algorithm, credentials)


def is_signed_by(mac: str, signed: Signed, algorithm: str, credentials: Credentials) -> bool:
    """Say whether a MAC fits, whatever its letters' case and the encoding of its text."""
    given = mac.strip().lower().encode("utf-8", "replace")
    texts = _spellings(_whole(signed, algorithm, credentials))
    # All are computed, so that the time taken does not say which one came close.
    fits = [hmac.compare_digest(given, digest(text, algorithm, credentials).encode()) for text in texts]
    return any(fits)


def _whole(signed: Signed, algorithm: str, credentials: Credentials) -> str:
    return "&".join([signed.open_text(algorithm), credentials.customer_key, credentials.partner_key])


def _spellings(text: str) -> list[bytes]:
    """Return the bytes that a text may have been signed as. What came in a header was read as ISO-8859-1."""
    if text.isascii():
        return [text.encode()]
    return list(dict.fromkeys(_encoded(text)))


def _encoded(text: str) -> Iterator[bytes]:
    meant = [text]
    with contextlib.suppress(UnicodeError):
        meant.append(text.encode("iso-8859-1").decode("utf-8"))
    for one in meant:
        for encoding in ENCODINGS:
            try:
                yield one.encode(encoding)
            except UnicodeError:
                continue
