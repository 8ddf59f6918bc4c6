"""What Talenom answers: the gateway asks for a subscription key, the API behind it for a token, then for sense."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Sequence

from simulator.clock import Instant
from simulator.systems.base import Answer, Request
from simulator.systems.office import Site
from simulator.systems.talenom import credentials
from simulator.systems.talenom.wire import answers, tokens
from simulator.systems.talenom.wire.answers import Identifiers, RefusedError, empty, refusal
from simulator.systems.talenom.wire.bodies import Bodies
from simulator.systems.talenom.wire.incoming import ACCEPTED, V1, V2
from simulator.systems.talenom.wire.reads import Reads
from simulator.systems.talenom.wire.sales import Sales
from simulator.systems.talenom.wire.tokens import Tokens
from simulator.systems.talenom.wire.vouchers import Vouchers

Call = Callable[["TalenomWire", Request, Sequence[str], Instant], Answer]

_BOOKS, _SALES = re.escape(credentials.GENERAL_LEDGER), re.escape(credentials.SALES)
_PART = "([^/]+)"

ROUTES: Sequence[tuple[str, re.Pattern[str], Call]] = [
    (method, re.compile(pattern, re.IGNORECASE), call)
    for method, pattern, call in (
        ("POST", f"{_BOOKS}/v2/vouchers/{_PART}", lambda w, r, _, now: w.vouchers.post(r, V2, now)),
        ("GET", f"{_BOOKS}/v2/vouchers/{_PART}", lambda w, r, _, __: w.reads.vouchers(r, is_paged=True)),
        ("POST", f"{_BOOKS}/v1/vouchers/accepted/{_PART}", lambda w, r, _, now: w.vouchers.post(r, ACCEPTED, now)),
        ("POST", f"{_BOOKS}/v1/vouchers/{_PART}", lambda w, r, _, now: w.vouchers.post(r, V1, now)),
        ("GET", f"{_BOOKS}/v1/vouchers/{_PART}", lambda w, r, _, __: w.reads.vouchers(r, is_paged=False)),
        ("DELETE", f"{_BOOKS}/v1/vouchers/{_PART}/{_PART}", lambda w, _, parts, now: w.vouchers.delete(parts[1], now)),
        ("GET", f"{_BOOKS}/v1/vouchers/{_PART}/{_PART}/image", lambda w, _, parts, __: w.reads.image(parts[1])),
        ("GET", f"{_BOOKS}/v1/general-ledger-events/{_PART}", lambda w, r, _, __: w.reads.events(r)),
        ("GET", f"{_BOOKS}/v1/account-balances/{_PART}", lambda w, r, _, __: w.reads.balances(r)),
        ("GET", f"{_BOOKS}/v1/chart-of-accounts/used-accounts/{_PART}", lambda w, r, _, __: w.reads.used_accounts(r)),
        ("POST", f"{_SALES}/{_PART}/contacts", lambda w, r, _, __: w.sales.add_contact(r)),
        ("POST", f"{_SALES}/{_PART}/invoices", lambda w, r, _, now: w.sales.add_invoice(r, now)),
        (
            "PUT",
            f"{_SALES}/{_PART}/invoices/{_PART}",
            lambda w, r, parts, now: w.sales.change_invoice(r, parts[1], now),
        ),
    )
]
"""Method, path and call of everything that is public; the first part of a path is the organisation."""


def answer_stranger(request: Request) -> Answer:
    """Answer a request whose credentials name no company."""
    if request.path == credentials.TOKEN_PATH:
        return tokens.refuse_client()
    return answers.wrong_key() if tokens.key_of(request) else answers.missing_key()


class TalenomWire:
    """Gateway and APIs of one company."""

    def __init__(self, site: Site) -> None:
        """Open everything on the same books."""
        self.site = site
        self.tokens = Tokens(site.tenant)
        self.identifiers = Identifiers(site.tenant)
        bodies = Bodies(site.about.schemas)
        self.vouchers = Vouchers(site, self.identifiers, bodies)
        self.reads = Reads(site, self.vouchers.shelf)
        self.sales = Sales(site, self.identifiers, bodies)
        self._key = credentials.subscription_key(site.tenant).encode()
        self._organization = credentials.organization_number(site.tenant)

    def answer(self, request: Request, now: Instant) -> Answer:
        """Answer a request: first the gateway, then the API."""
        gate = self.site.gate
        if gate.is_in_maintenance:
            return empty(503)
        is_token = request.path == credentials.TOKEN_PATH
        if not is_token:
            key = tokens.key_of(request)
            if not key:
                return answers.missing_key()
            if not hmac.compare_digest(key.encode(), self._key):
                return answers.wrong_key()
        if self.site.is_too_fast(now):
            return self._too_fast()
        if is_token:
            return self.tokens.answer(request, now, is_revoked=gate.is_revoked)
        for method, pattern, call in ROUTES:
            found = pattern.fullmatch(request.path) if method == request.method else None
            if found is not None:
                return self._call(request, call, found.groups(), now)
        return answers.gateway(404, "There is no such operation; only what the vendor has published is here.")

    def _too_fast(self) -> Answer:
        bucket = self.site.bucket
        seconds = str(1 if bucket is None else bucket.seconds_to_wait)
        return answers.gateway(429, f"There are too many requests; try again in {seconds} s.", ("retry-after", seconds))

    def _call(self, request: Request, call: Call, parts: Sequence[str], now: Instant) -> Answer:
        token = tokens.bearer_of(request)
        if self.site.gate.is_revoked or not token or not self.tokens.is_good(token, now):
            error = "" if not token else ' error="invalid_token"'
            return Answer(401, headers=[("www-authenticate", f"Bearer{error}")])
        if parts[0] != self._organization:
            return empty(403)
        try:
            return call(self, request, parts, now)
        except RefusedError as error:
            return refusal(error, self.identifiers)
