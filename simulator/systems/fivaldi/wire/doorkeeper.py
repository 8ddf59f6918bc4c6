"""Whom Fivaldi lets in: checks partner, timestamp and signature of a request."""

from __future__ import annotations

import hmac
import re
from collections import OrderedDict
from collections.abc import Iterator
from urllib.parse import quote

from simulator.clock import SECOND, Duration, Instant, parse_duration
from simulator.systems.base import Request
from simulator.systems.fivaldi.credentials import partner_of, secret_of
from simulator.systems.fivaldi.signature import (
    PARTNER_HEADER,
    SCHEME,
    TIMESTAMP_HEADER,
    body_parts,
    partner_first,
    sign,
    signed_lines,
    string_to_sign,
)
from simulator.systems.office import Site

SIGNATURES_MAX = 10_000
"""How many signatures are remembered, where none is taken twice; the oldest are forgotten first."""

UNRESERVED = "-_.!~*'()"
"""What `encodeURIComponent` of JavaScript leaves as it is, beside letters and digits."""
RESERVED = ";,/?:@&=+$#"
"""What `encodeURI` leaves as it is beyond that."""

_SECONDS = re.compile(r"[0-9]{1,11}")


class Doorkeeper:
    """Checks who asks."""

    def __init__(self, site: Site) -> None:
        """Guard the books of *site*."""
        self.site = site
        self.partner = partner_of(site.tenant)
        self.secret = secret_of(site.tenant)
        self._seen: OrderedDict[str, None] = OrderedDict()

    def objection(self, request: Request, now: Instant) -> str:
        """Say why somebody is not let in; empty if they are. Nothing about it is public but that it is a 401."""
        partner, timestamp = request.header(PARTNER_HEADER), request.header(TIMESTAMP_HEADER)
        authorization = request.header("authorization")
        if partner is None or timestamp is None or authorization is None:
            return "X-Fivaldi-Partner, X-Fivaldi-Timestamp and Authorization must all be there."
        if not hmac.compare_digest(partner.strip().encode(), self.partner.encode()):
            return "There is no such partner."
        if not self._is_in_time(timestamp.strip(), request, now):
            window = self.site.readings["timestamp_window"]
            return f"X-Fivaldi-Timestamp must be the Unix time in seconds and off by at most {window}."
        if not authorization.startswith(SCHEME):
            return 'Authorization must be the word "Fivaldi", a blank and the signature.'
        given = authorization.removeprefix(SCHEME).strip()
        texts = list(texts_to_sign(request, is_lenient=self.site.readings["signed_query"] == "any"))
        if not any(hmac.compare_digest(sign(self.secret, text).encode(), given.encode()) for text in texts):
            return f"The signature does not fit. It is the HMAC-SHA256 of {texts[0]!r} in Base64."
        return self._objection_to_repetition(given)

    def _is_in_time(self, timestamp: str, request: Request, now: Instant) -> bool:
        if not _SECONDS.fullmatch(timestamp):
            return False
        answer = str(self.site.readings["timestamp_window"])
        if answer == "any":
            return True
        at, window = int(timestamp) * SECOND, parse_duration(answer)
        # The clock of a world may stand still, while a client signs with the time of its machine.
        return _is_near(at, now, window) or (request.received is not None and _is_near(at, request.received, window))

    def _objection_to_repetition(self, signature: str) -> str:
        if self.site.readings["repeated_signature"] == "taken":
            return ""
        if signature in self._seen:
            return "This signature was used before."
        self._seen[signature] = None
        if len(self._seen) > SIGNATURES_MAX:
            self._seen.popitem(last=False)
        return ""


def _is_near(at: Instant, moment: Instant, window: Duration) -> bool:
    return abs(at - moment) <= window


def texts_to_sign(request: Request, *, is_lenient: bool) -> Iterator[str]:
    """Yield what the signature of a request may cover, the likeliest first.

    A client signs the path of its own base URL. That is the path with the mount of the simulator for a client that
    can be given a base URL, and the vendor's path for one that has it written into its code. *is_lenient* takes the
    query as clients encode it who do not sign what they send.
    """
    lines = signed_lines(request.headers)
    parts = body_parts(request.method, request.header("content-type") or "", request.body)
    path = request.target.partition("?")[0]
    paths = [path, path.removeprefix(request.mount)] if request.mount else [path]
    orders = [lines] if partner_first(lines) == lines else [lines, partner_first(lines)]
    queries = [request.query, *(_queries_of_clients(request) if is_lenient else ())]
    for query in dict.fromkeys(queries):
        for order in orders:
            for one in paths:
                yield string_to_sign(request.method, parts, order, one, query)


def _queries_of_clients(request: Request) -> Iterator[str]:
    """Yield a query as two generations of one client sign it, whose HTTP libraries send it in another encoding."""
    pairs = request.parameters
    yield "&".join(f"{quote(name, safe=UNRESERVED)}={quote(value, safe=UNRESERVED)}" for name, value in pairs)
    yield quote(request.query, safe=UNRESERVED + RESERVED)
