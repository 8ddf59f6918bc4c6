"""Who is let in to Netvisor: headers, identifiers, algorithm, time stamp, MAC and transaction identifier."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator
from hashlib import blake2b
from urllib.parse import unquote, unquote_plus

from simulator.clock import SECOND, Instant
from simulator.systems.base import Request
from simulator.systems.netvisor import signature
from simulator.systems.netvisor.signature import ALGORITHMS, HMACSHA256, MD5, MD5_DIGITS, SHA256, Signed
from simulator.systems.netvisor.wire.refusals import refuse
from simulator.systems.office import Site

MANDATORY = {
    "X-Netvisor-Authentication-Sender": signature.SENDER,
    "X-Netvisor-Authentication-CustomerId": signature.CUSTOMER_ID,
    "X-Netvisor-Authentication-PartnerId": signature.PARTNER_ID,
    "X-Netvisor-Authentication-Timestamp": signature.TIMESTAMP,
    "X-Netvisor-Interface-Language": signature.LANGUAGE,
    "X-Netvisor-Organisation-ID": signature.ORGANISATION_ID,
    "X-Netvisor-Authentication-TransactionId": signature.TRANSACTION_ID,
    "X-Netvisor-Authentication-MAC": signature.MAC,
}
"""The headers that no request does without, as the vendor writes them and as they arrive."""
TIMESTAMP_UNIX = "X-Netvisor-Authentication-TimestampUnix"
ALLOWED = {"all": ALGORITHMS, "HMACSHA256": (HMACSHA256,), "HMACSHA256_SHA256": (HMACSHA256, SHA256)}
REMEMBERED_MAX = 20_000
"""So many transaction identifiers are remembered: the simulator's own bound."""
UNIX_DIGITS_MAX = 12

_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3}")


class Gatekeeper:
    """Lets a request in, or says why not."""

    def __init__(self, site: Site) -> None:
        """Guard the company of *site*."""
        self.site = site
        self.credentials = signature.credentials_of(site.tenant)
        self._used: dict[bytes, None] = {}

    def check(self, request: Request, now: Instant) -> None:
        """Raise RefusedError if a request is not let in; its transaction identifier is used up otherwise."""
        given = self._headers(request)
        self._check_identifiers(given)
        algorithm = self._algorithm(request, given[signature.MAC])
        signed = self._signed(request, given, algorithm)
        self._check_time(signed, algorithm, request, now)
        self._check_mac(given[signature.MAC], signed, algorithm, request)
        self._use_up(signed.transaction, algorithm)

    def _headers(self, request: Request) -> dict[str, str]:
        given = {}
        for name, header in MANDATORY.items():
            value = (request.header(header) or "").strip()
            if not value:
                raise refuse("AUTHENTICATION_FAILED", "header-missing", name)
            given[header] = value
        return given

    def _check_identifiers(self, given: dict[str, str]) -> None:
        known = self.credentials
        if not _same(given[signature.PARTNER_ID], known.partner_id):
            raise refuse("AUTHENTICATION_FAILED", "partner-unknown")
        if not _same(given[signature.CUSTOMER_ID], known.customer_id):
            raise refuse("AUTHENTICATION_FAILED", "customer-unknown")
        if self.site.gate.is_revoked:
            raise refuse("AUTHENTICATION_FAILED", "customer-revoked")
        if not _same(given[signature.ORGANISATION_ID], known.organisation):
            raise refuse("AUTHENTICATION_FAILED", "organisation-unknown", given[signature.ORGANISATION_ID])

    def _algorithm(self, request: Request, mac: str) -> str:
        allowed = ALLOWED[self.site.readings["mac_algorithms"]]
        given = (request.header(signature.ALGORITHM) or "").strip().upper()
        # The oldest clients name no algorithm; which one it was shows in the length of what they sent.
        algorithm = given or (MD5 if len(mac) == MD5_DIGITS else SHA256)
        if algorithm not in allowed:
            raise refuse("AUTHENTICATION_FAILED", "algorithm-unknown", algorithm, ", ".join(allowed))
        return algorithm

    @staticmethod
    def _signed(request: Request, given: dict[str, str], algorithm: str) -> Signed:
        unix = (request.header(signature.TIMESTAMP_UNIX) or "").strip()
        if algorithm == HMACSHA256 and not unix:
            raise refuse("AUTHENTICATION_FAILED", "header-missing", TIMESTAMP_UNIX)
        return Signed(
            url=request.url,
            sender=given[signature.SENDER],
            customer_id=given[signature.CUSTOMER_ID],
            timestamp=given[signature.TIMESTAMP],
            language=given[signature.LANGUAGE],
            organisation=given[signature.ORGANISATION_ID],
            transaction=given[signature.TRANSACTION_ID],
            timestamp_unix=unix,
        )

    def _check_time(self, signed: Signed, algorithm: str, request: Request, now: Instant) -> None:
        if algorithm != HMACSHA256:
            return
        readings, unix = self.site.readings, signed.timestamp_unix
        if readings["timestamp_format"] == "checked" and not _TIMESTAMP.fullmatch(signed.timestamp):
            raise refuse("AUTHENTICATION_FAILED", "timestamp-bad", signed.timestamp)
        if not (unix.isascii() and unix.isdecimal() and len(unix) <= UNIX_DIGITS_MAX):
            raise refuse("AUTHENTICATION_FAILED", "timestamp-bad", unix)
        if readings["clock_tolerance"] == "any":
            return
        tolerance = int(readings["clock_tolerance"])
        # A world's own clock may stand still while a client signs with the real time.
        clocks = [now] if request.received is None else [now, request.received]
        if all(abs(clock - int(unix) * SECOND) > tolerance * SECOND for clock in clocks):
            raise refuse("AUTHENTICATION_FAILED", "timestamp-old", unix, tolerance)

    def _check_mac(self, mac: str, signed: Signed, algorithm: str, request: Request) -> None:
        for url in _urls(request):
            candidate = Signed(
                url, signed.sender, signed.customer_id, signed.timestamp, signed.language, signed.organisation,
                signed.transaction, signed.timestamp_unix,
            )  # fmt: skip
            if signature.is_signed_by(mac, candidate, algorithm, self.credentials):
                return
        if self.site.readings["mac_mismatch"] == "keys":
            raise refuse("AUTHENTICATION_FAILED", "keys-invalid")
        # As the vendor's test environment does: what was signed there, without the keys, and what came out.
        computed = signature.sign(signed, algorithm, self.credentials).upper()
        raise refuse("AUTHENTICATION_FAILED", "mac-echo", signed.open_text(algorithm), computed)

    def _use_up(self, transaction: str, algorithm: str) -> None:
        if algorithm != HMACSHA256 and self.site.readings["old_transaction_ids"] == "repeatable":
            return
        # Only a hash is kept: a client chooses how long its identifiers are.
        used = blake2b(transaction.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if used in self._used:
            raise refuse("REQUEST_NOT_UNIQUE", "not-unique", transaction)
        self._used[used] = None
        if len(self._used) > REMEMBERED_MAX:
            del self._used[next(iter(self._used))]


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), known.encode())


def _urls(request: Request) -> Iterator[str]:
    """Yield the addresses that may have been signed: as sent, and as clients write it before they encode it."""
    seen: set[str] = set()
    path, mark, query = request.target.partition("?")
    for target in (request.target, unquote(request.target), unquote(path) + mark + unquote_plus(query)):
        if target not in seen:
            seen.add(target)
            yield request.origin + target
