"""What Netvisor answers: lets a request in, finds its resource, carries it out, and wraps the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import InvalidOperation
from typing import Literal

from simulator.clock import Instant
from simulator.systems.base import Answer, Request
from simulator.systems.netvisor import signature
from simulator.systems.netvisor.wire import replies
from simulator.systems.netvisor.wire.basics import Basics
from simulator.systems.netvisor.wire.call import Call
from simulator.systems.netvisor.wire.gatekeeper import Gatekeeper
from simulator.systems.netvisor.wire.invoices import Invoices
from simulator.systems.netvisor.wire.invoiceviews import InvoiceViews
from simulator.systems.netvisor.wire.payments import Payments
from simulator.systems.netvisor.wire.refusals import LANGUAGES, RefusedError, refuse
from simulator.systems.netvisor.wire.registers import Registers
from simulator.systems.netvisor.wire.vouchers import Vouchers
from simulator.systems.office import Site
from simulator.systems.xmltext import Element

NOT_FOUND = 404
Method = Literal["GET", "POST"]


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource: how it is called, and what carries it out."""

    method: Method
    carry_out: Callable[[Call], list[Element]]


class NetvisorWire:
    """Answers the requests to one company in Netvisor."""

    def __init__(self, site: Site) -> None:
        """Answer from the books of *site*."""
        self.site = site
        self.gatekeeper = Gatekeeper(site)
        vouchers, invoices, payments = Vouchers(site), Invoices(site), Payments(site)
        registers, basics, views = Registers(site), Basics(site), InvoiceViews(site)
        self.resources: dict[str, Resource] = {
            "accounting.nv": Resource("POST", vouchers.add),
            "accountingedit.nv": Resource("POST", vouchers.edit),
            "invalidatevouchers.nv": Resource("POST", vouchers.invalidate),
            "accountingledger.nv": Resource("GET", registers.ledger),
            "getvoucherattachments.nv": Resource("GET", registers.attachments),
            "accountlist.nv": Resource("GET", basics.accounts),
            "vouchertypelist.nv": Resource("GET", basics.voucher_types),
            "accountingperiodlist.nv": Resource("GET", basics.periods),
            "dimensionlist.nv": Resource("GET", basics.dimensions),
            "accountbalance.nv": Resource("GET", basics.balances),
            "salesinvoice.nv": Resource("POST", invoices.store),
            "updatesalesinvoicestatus.nv": Resource("POST", invoices.set_status),
            "matchcreditnote.nv": Resource("POST", invoices.match_credit_note),
            "salesinvoicelist.nv": Resource("GET", views.listed),
            "getsalesinvoice.nv": Resource("GET", views.shown),
            "salespayment.nv": Resource("POST", payments.add),
            "matchpayment.nv": Resource("POST", payments.match),
            "salespaymentlist.nv": Resource("GET", payments.listed),
        }

    def answer(self, request: Request, now: Instant) -> Answer:
        """Answer a request."""
        language = language_of(request)
        try:
            payload = self._carried_out(request, now, language)
        except RefusedError as error:
            readings = self.site.readings
            has_status = has_status_codes(request) or readings["http_status_default"] == "real"
            is_older = readings["maintenance_spelling"] == "SYSTEM_MAINTANANCE"
            answer = replies.refused(error, now, language, has_status=has_status, older_spelling=is_older)
            if error.status == replies.TOO_MANY and self.site.bucket is not None:
                wait = str(self.site.bucket.seconds_to_wait)
                return Answer(answer.status, answer.body, answer.media_type, [("retry-after", wait)])
            return answer
        return replies.done(now, payload)

    def _carried_out(self, request: Request, now: Instant, language: str) -> list[Element]:
        gate, readings = self.site.gate, self.site.readings
        if gate.is_in_maintenance:
            raise refuse("SYSTEM_MAINTENANCE", "maintenance", status=int(readings["maintenance_status"]))
        if self.site.is_too_fast(now):
            raise refuse("TECHNICAL_ERROR", "too-fast", status=replies.TOO_MANY)
        self.gatekeeper.check(request, now)
        name = request.path.strip("/")
        resource = self.resources.get(name.lower())
        if resource is None:
            raise refuse("INVALID_DATA", "resource-unknown", name, status=NOT_FOUND)
        if request.method != resource.method:
            raise refuse("INVALID_DATA", "method-wrong", name, resource.method)
        if readings["rights"] == "none" or (readings["rights"] == "read" and resource.method == "POST"):
            raise refuse("SERVICE_ACCESS_ERROR", "no-right", name)
        try:
            return resource.carry_out(Call(self.site, request, now, language))
        except InvalidOperation:
            # Numbers so large that their product has more digits than are counted with.
            raise refuse("INVALID_DATA_SIZE", "too-large") from None


def language_of(request: Request) -> str:
    """Return the language that a request asks for, whatever the case of its letters; English if it names none."""
    given = (request.header(signature.LANGUAGE) or "").strip().upper()
    return given if given in LANGUAGES else LANGUAGES[0]


def has_status_codes(request: Request) -> bool:
    """Say whether a request asks for real HTTP status codes."""
    return (request.header(signature.USE_STATUS_CODES) or "").strip() == "1"


def answer_stranger(request: Request) -> Answer:
    """Answer a request that names no company: a header is missing, or its partner is not known."""
    error = refuse("AUTHENTICATION_FAILED", "partner-unknown")
    if not (request.header(signature.PARTNER_ID) or "").strip():
        error = refuse("AUTHENTICATION_FAILED", "header-missing", "X-Netvisor-Authentication-PartnerId")
    # No company, no clock of a world: only when it arrived is known.
    now = request.received or 0
    return replies.refused(
        error, now, language_of(request), has_status=has_status_codes(request), older_spelling=False
    )  # fmt: skip
