"""What Procountor answers: who asks, how often, for what; then the registers, receipts and invoices answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from simulator.clock import Instant
from simulator.systems.base import Answer, Request
from simulator.systems.office import Site
from simulator.systems.procountor.protocol import PREFIX
from simulator.systems.procountor.wire.answers import (
    GET_WITH_BODY,
    MAINTENANCE,
    UNAUTHORIZED,
    RefusedError,
    errors,
    message,
    refuse_all,
    refused,
)
from simulator.systems.procountor.wire.bodies import Bodies
from simulator.systems.procountor.wire.dimensions import DimensionRegister
from simulator.systems.procountor.wire.invoiceregister import InvoiceRegister
from simulator.systems.procountor.wire.invoices import Invoices
from simulator.systems.procountor.wire.invoicesearch import InvoiceSearch
from simulator.systems.procountor.wire.payments import Payments
from simulator.systems.procountor.wire.receipts import Receipts
from simulator.systems.procountor.wire.receiptsearch import ReceiptSearch
from simulator.systems.procountor.wire.registers import Registers
from simulator.systems.procountor.wire.tokens import TokenDesk, Tokens, bearer_of, is_token_request

LOGOUT = "/logout"
Handler = Callable[..., Answer]
"""Called with the request, the time, and what the path names."""

ID = "([0-9]{1,10})"
IDS = "([0-9]{1,10}(?:,[0-9]{0,10})*)"


class ProcountorWire:
    """Checks, books, answers."""

    def __init__(self, site: Site) -> None:
        """Answer for the company of *site*."""
        self.site = site
        self.tokens = Tokens(site.tenant)
        self.desk = TokenDesk(site, self.tokens)
        self.bodies = Bodies(site.about)
        self.registers = Registers(site)
        self.dimensions = DimensionRegister(site)
        self.receipts = Receipts(site, self.bodies, self.dimensions)
        self.receipt_search = ReceiptSearch(site, self.receipts)
        register = InvoiceRegister(site)
        self.invoices = Invoices(site, self.bodies, self.receipts, register)
        self.invoice_search = InvoiceSearch(site, register)
        self.payments = Payments(site, self.bodies, self.invoices)

    def answer(self, request: Request, now: Instant) -> Answer:
        """Answer a request."""
        if self.site.gate.is_in_maintenance:
            return MAINTENANCE
        if is_token_request(request):
            return self.desk.answer(request, now)
        token, prefix = bearer_of(request), PREFIX.match(request.path)
        if prefix is None and request.path != LOGOUT:
            return errors(refused(404, "Not found."))
        if self.site.gate.is_revoked or not self.tokens.is_good(token, now):
            return UNAUTHORIZED
        if self.site.is_too_fast(now):
            return self._too_fast()
        if request.method in {"GET", "HEAD"} and not self._takes_body(request.body):
            return GET_WITH_BODY
        if prefix is None:
            return self._log_out(request, token)
        try:
            return self._handle(request, now, request.path[prefix.end() :])
        except RefusedError as error:
            return errors(error)

    def _takes_body(self, body: bytes) -> bool:
        reading = self.site.readings["get_body"]
        # One published client sends an empty list with every GET.
        return not body or reading == "taken" or (reading == "empty_list" and body.strip() == b"[]")

    def _too_fast(self) -> Answer:
        answer = errors(refused(429, "Too many requests."))
        if self.site.bucket is None or self.site.readings["retry_after"] == "absent":
            return answer
        seconds = str(self.site.bucket.seconds_to_wait)
        return Answer(answer.status, answer.body, answer.media_type, [("retry-after", seconds)])

    def _log_out(self, request: Request, token: str) -> Answer:
        if request.method != "POST":
            return errors(refused(405, "Method not allowed."))
        self.tokens.end(token)
        return message("Logged out.")

    def _handle(self, request: Request, now: Instant, path: str) -> Answer:
        # One published client writes two slashes before some paths.
        path = "/" + path.strip("/")
        methods = []
        for method, pattern, choose in ROUTES.get(path.split("/", 2)[1], ()):
            found = pattern.fullmatch(path)
            if found is None:
                continue
            if method == request.method:
                return choose(self)(request, now, *found.groups())
            methods.append(method)
        if methods:
            raise refused(405, f"Method not allowed: {request.method}.")
        raise refused(404, "Not found.")

    def add_dimension_item(self, request: Request, _now: Instant, key: str) -> Answer:
        """Add an item to a dimension."""
        return self.dimensions.add_item(key, self._item(request))

    def change_dimension_item(self, request: Request, _now: Instant, key: str) -> Answer:
        """Change an item of a dimension."""
        return self.dimensions.change_item(key, self._item(request))

    def _item(self, request: Request) -> dict[str, Any]:
        body, found = self.bodies.read(request, "dimensionitem.json")
        refuse_all(found)
        return body


Choice = Callable[[ProcountorWire], Handler]

TABLE: tuple[tuple[str, str, Choice], ...] = (
    ("GET", "/status", lambda wire: wire.registers.status),
    ("GET", "/sessioninfo", lambda wire: wire.registers.session),
    ("GET", "/company", lambda wire: wire.registers.company),
    ("GET", "/currencies/company", lambda wire: wire.registers.currency),
    ("GET", "/coa", lambda wire: wire.registers.chart),
    ("GET", "/vats/default", lambda wire: wire.registers.vat_defaults),
    ("GET", "/vats/country", lambda wire: wire.registers.vat_of_country),
    ("GET", "/vats/settings", lambda wire: wire.registers.vat_settings),
    ("GET", "/fiscalyears", lambda wire: wire.registers.fiscal_years),
    ("GET", "/bankaccounts", lambda wire: wire.registers.bank_accounts),
    ("GET", f"/bankaccounts/{ID}", lambda wire: wire.registers.bank_account),
    ("GET", "/dimensions", lambda wire: wire.dimensions.listing),
    ("GET", f"/dimensions/{ID}", lambda wire: wire.dimensions.one),
    ("POST", f"/dimensions/{ID}/items", lambda wire: wire.add_dimension_item),
    ("PUT", f"/dimensions/{ID}/items", lambda wire: wire.change_dimension_item),
    ("GET", "/journals", lambda wire: wire.receipt_search.journals_found),
    ("GET", "/ledgerreceipts", lambda wire: wire.receipt_search.receipts_found),
    ("POST", "/ledgerreceipts", lambda wire: wire.receipts.create),
    ("GET", f"/ledgerreceipts/{IDS}", lambda wire: wire.receipts.get),
    ("PUT", f"/ledgerreceipts/{ID}", lambda wire: wire.receipts.change),
    ("PUT", f"/ledgerreceipts/{ID}/approve", lambda wire: wire.receipts.approve),
    ("PUT", f"/ledgerreceipts/{ID}/unfinished", lambda wire: wire.receipts.unfinished),
    ("PUT", f"/ledgerreceipts/{ID}/invalidate", lambda wire: wire.receipts.invalidate),
    ("PUT", f"/ledgerreceipts/{ID}/transactions/{ID}/dimensions", lambda wire: wire.receipts.set_dimensions),
    ("GET", "/payments/paymentevents", lambda wire: wire.payments.search),
    ("GET", "/invoices", lambda wire: wire.invoice_search.found),
    ("POST", "/invoices", lambda wire: wire.invoices.create),
    ("GET", f"/invoices/{IDS}", lambda wire: wire.invoices.get),
    ("PUT", f"/invoices/{ID}", lambda wire: wire.invoices.change),
    ("PUT", f"/invoices/{ID}/approve", lambda wire: wire.invoices.approve),
    ("PUT", f"/invoices/{ID}/send", lambda wire: wire.invoices.send),
    ("PUT", f"/invoices/{ID}/sendToCirculation", lambda wire: wire.invoices.circulate),
    ("PUT", f"/invoices/{ID}/verify", lambda wire: wire.invoices.verify),
    ("PUT", f"/invoices/{ID}/reject", lambda wire: wire.invoices.reject),
    ("PUT", f"/invoices/{ID}/unfinished", lambda wire: wire.invoices.unfinished),
    ("PUT", f"/invoices/{ID}/invalidate", lambda wire: wire.invoices.invalidate),
    ("PUT", f"/invoices/{ID}/notes", lambda wire: wire.invoices.annotate),
    ("GET", f"/invoices/{ID}/paymentevents", lambda wire: wire.payments.listing),
    ("GET", f"/invoices/{ID}/paymentevents/{ID}", lambda wire: wire.payments.one),
    ("PUT", f"/invoices/{ID}/paymentevents/markpaid", lambda wire: wire.payments.mark_paid),
)
"""Every call, by method and path below the base path."""

ROUTES: dict[str, list[tuple[str, re.Pattern[str], Choice]]] = {}
"""The calls by the first part of their path."""
for _method, _path, _choose in TABLE:
    ROUTES.setdefault(_path.split("/", 2)[1], []).append((_method, re.compile(_path), _choose))
