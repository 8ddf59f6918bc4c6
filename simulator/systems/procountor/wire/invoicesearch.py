"""Searches among the invoices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from simulator.clock import Instant
from simulator.systems.base import Answer, Request
from simulator.systems.books.invoices import Invoice
from simulator.systems.office import Site
from simulator.systems.procountor.protocol import date_time
from simulator.systems.procountor.wire.invoiceregister import BASE_ID, InvoiceRegister, status_of
from simulator.systems.procountor.wire.paging import integer, listed, page_of, paging, spans, text_of
from simulator.systems.procountor.wire.receiptsearch import SPANS, STATUSES

TYPES = frozenset({
    "PERIODIC_TAX_RETURN", "PURCHASE_INVOICE", "PURCHASE_ORDER", "SALES_INVOICE", "SALES_ORDER", "TRAVEL_INVOICE",
    "BILL_OF_CHARGES",
})  # fmt: skip
CHANNELS = frozenset({"EMAIL", "MAIL", "ELECTRONIC_INVOICE", "EDIFACT", "PAPER_INVOICE", "NO_SENDING"})
ALL_SPANS = {**SPANS, "due": ("dueStartDate", "dueEndDate", False)}
KEYS: Mapping[str, Callable[[Invoice], Any]] = {
    "id": lambda invoice: BASE_ID + invoice.key,
    "date": lambda invoice: invoice.date,
    "created": lambda invoice: invoice.details["created"],
    "version": lambda invoice: invoice.details["changed"],
}


class InvoiceSearch:
    """Finds invoices."""

    def __init__(self, site: Site, register: InvoiceRegister) -> None:
        """Look through the books of *site*."""
        self.site = site
        self.register = register

    def found(self, request: Request, now: Instant) -> Answer:
        """Answer a page of the invoices that are searched for."""
        page = paging(request)
        types, statuses = listed(request, "types", TYPES), listed(request, "status", STATUSES)
        channels, when = listed(request, "invoiceChannel", CHANNELS), spans(request, ALL_SPANS)
        partner = integer(request, "businessPartnerId", 0)
        found = [
            invoice
            for invoice in self._candidates(request, now)
            if (not types or invoice.details["type"] in types)
            and (not statuses or status_of(invoice) in statuses)
            and (not channels or invoice.details.get("body", {}).get("invoiceChannel", "NO_SENDING") in channels)
            and (not partner or invoice.details.get("body", {}).get("partnerId") == partner)
            and (not when.ends or when.take(times_of(invoice)))
        ]
        total = len(found)
        results = [self.register.show_hit(invoice) for invoice in page.cut(found, KEYS)]
        return page_of(results, page, total, shows_total=self.site.readings["total_count"] == "shown")

    def _candidates(self, request: Request, now: Instant) -> list[Invoice]:
        number, original = integer(request, "invoiceNumber", 0), request.parameter("originalInvoiceNumber")
        term = text_of(request, "searchTerm")
        if number:
            found = self.register.numbered(number, now)
        elif original:
            found = self.register.named(original, now)
        else:
            self.register.sync(now)
            found = list(self.site.ledger.receivables.invoices.values())
        if original:
            found = [invoice for invoice in found if invoice.details["original"] == original]
        if not term:
            return found
        named = list(with_term(found, term))
        if not named and not number and not original:
            self.register.referred(term, now)
            named = list(with_term(self.site.ledger.receivables.invoices.values(), term))
        return named


def with_term(invoices: Any, term: str) -> Iterator[Invoice]:
    """Yield the invoices with a term in the name of the other party, the number or the printed information."""
    wanted = term.lower()
    for invoice in invoices:
        information = invoice.details.get("body", {}).get("additionalInformation") or ""
        texts = (invoice.customer, str(invoice.details["number"]), information, invoice.details.get("information", ""))
        if any(wanted in text.lower() for text in texts):
            yield invoice


def times_of(invoice: Invoice) -> dict[str, str]:
    """Return when an invoice is dated and due, and when it was made and changed."""
    return {
        "date": invoice.date,
        "due": invoice.due,
        "created": date_time(invoice.details["created"]),
        "version": date_time(invoice.details["changed"]),
    }
