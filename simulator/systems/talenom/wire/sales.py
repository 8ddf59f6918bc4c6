"""Sales invoices as far as the vendor's walk-through goes: a contact, a draft, and its lines.

How an invoice is approved, sent and read is not public, so nothing of that is here.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.clock import Instant, date_at
from simulator.systems.base import Answer, Request
from simulator.systems.money import HUNDRED, ZERO, to_cents
from simulator.systems.office import Site
from simulator.systems.talenom.credentials import organization_number
from simulator.systems.talenom.wire.answers import Identifiers, RefusedError, empty, json_answer, stamp
from simulator.systems.talenom.wire.bodies import Bodies
from simulator.systems.talenom.wire.peeling import knows, peel
from simulator.systems.talenom.wire.query import Query

INVALID = "ValidationError"
DRAFTS_MAX = 100_000
"""A draft is made without a body, so the bound on what bodies leave behind does not hold for it."""
CHANGEABLE = ("date", "dueDate", "remarkTime", "paymentTerm", "overdueInterest", "referenceNumber")
"""What the walk-through changes of a draft beside its lines."""


@dataclass(slots=True)
class Draft:
    """A draft as it is shown, and its invoice in the register."""

    shown: dict[str, Any]
    invoice: int


class Sales:
    """The contacts and the drafts of a company."""

    def __init__(self, site: Site, identifiers: Identifiers, bodies: Bodies) -> None:
        """Start without either."""
        self.site = site
        self.identifiers = identifiers
        self.contacts: dict[str, dict[str, Any]] = {}
        self.drafts: dict[str, Draft] = {}
        self._bodies = bodies

    def _read(self, request: Request, schema: str) -> dict[str, Any]:
        is_closed = self.site.readings["unknown_members"] == "refused"
        value: dict[str, Any] = self._bodies.read(request, schema, is_closed=is_closed)
        own, given = organization_number(self.site.tenant), value.get("organizationNumber")
        if given is not None and str(given) != own:
            raise RefusedError(400, INVALID, [f"organizationNumber: {str(given)[:40]!r} is not {own}, as in the path"])
        return value

    def add_contact(self, request: Request) -> Answer:
        """Make a customer."""
        value = self._read(request, "contact.json")
        account = value.get("defaultReceivableAccountNumber")
        if account and self.site.ledger.chart.find(account) is None:
            raise RefusedError(400, INVALID, [f"defaultReceivableAccountNumber: account {account} not found"])
        guid = self.identifiers.guid("contact")
        self.contacts[guid] = {**value, "id": guid, "rowVersion": self.identifiers.version()}
        return json_answer(self.contacts[guid])

    def add_invoice(self, request: Request, now: Instant) -> Answer:
        """Make a draft for a customer."""
        query = Query(request)
        guid = query.text("contactId", is_needed=True).lower()
        query.check()
        contact = self.contacts.get(guid)
        if contact is None:
            raise RefusedError(
                400, INVALID, [f"The parameter contactId is {guid[:40]!r} and no contact of the company"]
            )
        if len(self.drafts) >= DRAFTS_MAX:
            raise RefusedError(400, INVALID, [f"The simulator keeps {DRAFTS_MAX} drafts of invoices at most"])
        invoice = self.identifiers.guid("invoice")
        today, made = date_at(now, "Europe/Helsinki"), stamp(now)
        entry = self.site.ledger.receivables.add(
            "", today, today, ZERO, currency=contact.get("currency") or "EUR", customer=contact["name"], state="draft"
        )
        shown: dict[str, Any] = {
            "id": invoice,
            "rowVersion": self.identifiers.version(),
            "organizationNumber": int(organization_number(self.site.tenant)),
            "number": 0,
            "status": "Draft",
            "type": "Normal",
            "invoiceOrigin": "Integration",
            "voucherNumber": "0",
            "voucherType": "39",
            "date": today,
            "dueDate": today,
            "originalDueDate": None,
            "remarkTime": 8,
            "paymentTerm": 0,
            "overdueInterest": Decimal("10.00"),
            "referenceNumber": "",
            "createdDateUtc": made,
            "updatedDateUtc": made,
            "approvedDate": None,
            "sentDate": None,
            "shipMode": "SelfDelivery",
            "creditedInvoiceNumber": None,
            "contactId": guid,
            "lineItems": [],
            **_totals([]),
        }
        self.drafts[invoice] = Draft(shown, entry.key)
        return json_answer(shown)

    def change_invoice(self, request: Request, guid: str, now: Instant) -> Answer:
        """Change a draft, if its sender has seen the newest version; count its totals."""
        draft = self.drafts.get(guid.lower())
        if draft is None:
            return empty(404)
        value = self._read(request, "invoice.json")
        if value.get("id") and value["id"].lower() != guid.lower():
            raise RefusedError(400, INVALID, [f"id: {value['id']} is not that of the path"])
        if value["rowVersion"] != draft.shown["rowVersion"]:
            status = int(self.site.readings["stale_row_version"])
            raise RefusedError(status, "ConcurrencyConflict", ["rowVersion: the invoice has been changed since"])
        lines = [_counted(line) for line in value.get("lineItems") or []]
        problems = [text for place, line in enumerate(lines) for text in self._flaws(line, f"lineItems[{place}]")]
        if problems:
            raise RefusedError(400, INVALID, problems)
        changed = {name: value[name] for name in CHANGEABLE if value.get(name) is not None}
        draft.shown |= {
            **changed,
            "lineItems": lines,
            **_totals(lines),
            "updatedDateUtc": stamp(now),
            "rowVersion": self.identifiers.version(),
        }
        entry = self.site.ledger.receivables.invoices[draft.invoice]
        entry.date, entry.due, entry.amount = (
            draft.shown["date"],
            draft.shown["dueDate"],
            draft.shown["totalTaxIncluded"],
        )
        entry.reference = draft.shown["referenceNumber"]
        return json_answer(draft.shown)

    def _flaws(self, line: dict[str, Any], where: str) -> list[str]:
        account, percent = str(line.get("salesAccountNumber") or ""), line.get("taxPercent")
        flaws = []
        if line.get("pricePerUnit") is None:
            flaws.append(f"{where}.pricePerUnit: is needed, or pricePerUnitTaxIncluded")
        if account and self.site.ledger.chart.find(account) is None:
            flaws.append(f"{where}.salesAccountNumber: account {account[:40]} not found")
        if percent is not None and not knows(self.site.ledger, Decimal(percent)):
            flaws.append(f"{where}.taxPercent: no VAT code has {percent} %")
        return flaws


def _counted(line: dict[str, Any]) -> dict[str, Any]:
    """Return a line with both prices and its sums; the gross price leads where it is given."""
    percent, quantity = Decimal(line.get("taxPercent") or 0), Decimal(line.get("quantity") or 0)
    gross_price, net_price = line.get("pricePerUnitTaxIncluded"), line.get("pricePerUnit")
    if gross_price is not None:
        gross = to_cents(quantity * gross_price)
        net, _ = peel(gross, percent)
        net_price = Decimal(gross_price) / (1 + percent / HUNDRED)
    elif net_price is not None:
        net = to_cents(quantity * net_price)
        gross = to_cents(net * (1 + percent / HUNDRED))
        gross_price = net_price * (1 + percent / HUNDRED)
    else:
        return line
    return {
        **line,
        "pricePerUnit": _price(net_price),
        "pricePerUnitTaxIncluded": _price(gross_price),
        "total": net,
        "totalTaxIncluded": gross,
    }


def _price(exact: Decimal | int) -> Decimal:
    return Decimal(exact).quantize(Decimal("0.0001"))


def _totals(lines: list[dict[str, Any]]) -> dict[str, Decimal]:
    net = sum((line["total"] for line in lines), ZERO)
    gross = sum((line["totalTaxIncluded"] for line in lines), ZERO)
    return {"total": net, "totalTax": gross - net, "totalTaxIncluded": gross}
