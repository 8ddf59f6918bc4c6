"""The invoices by the numbers that Procountor and other systems gave them, with what the interface shows of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from simulator.clock import SECOND, Instant
from simulator.systems.books.invoices import Invoice
from simulator.systems.office import Site
from simulator.systems.procountor.protocol import date_time
from simulator.systems.procountor.wire.invoicetotals import HOME, sums_of
from simulator.systems.procountor.wire.paging import INTEGER_MAX

BASE_ID = 20_000_000
FIRST_NUMBER = 1_001
NUMBER = re.compile(r"[1-9][0-9]{0,9}")
REFERENCE = re.compile(r"(?:RF[0-9]{2})?[0-9 ]{4,30}")
SALES = "SALES_INVOICE"
PURCHASE = "PURCHASE_INVOICE"


def status_of(invoice: Invoice) -> str:
    """Return the status of an invoice."""
    details = invoice.details
    match invoice.state:
        case "draft":
            return str(details.get("draft", "UNFINISHED"))
        case "void":
            return str(details.get("void", "INVALIDATED"))
        case "paid":
            # What was paid by other ways than this interface has another status.
            return "MARKED_PAID" if details.get("events") else "PAID"
        case _:
            return "PARTLY_PAID" if invoice.paid else str(details.get("open", "SENT"))


def touch(invoice: Invoice, now: Instant) -> None:
    """Give an invoice a version that it did not have before, even where time stands still."""
    invoice.details["changed"] = max(now, invoice.details["changed"] + SECOND)


class InvoiceRegister:
    """Finds invoices, and makes those that books with any invoice are asked for."""

    def __init__(self, site: Site) -> None:
        """Look through the books of *site*."""
        self.site = site
        self._numbers: dict[int, list[int]] = {}
        self._originals: dict[str, list[int]] = {}
        self._last = 0
        self._last_number = FIRST_NUMBER - 1

    def sync(self, now: Instant) -> None:
        """Take notice of the invoices that came into the books by other ways."""
        invoices = self.site.ledger.receivables.invoices
        new = []
        for key in reversed(invoices):
            if key <= self._last:
                break
            new.append(invoices[key])
        for invoice in reversed(new):
            self._note(invoice, now)

    def _note(self, invoice: Invoice, now: Instant) -> None:
        details = invoice.details
        self._last = invoice.key
        details.setdefault("type", SALES)
        details.setdefault("created", now)
        details.setdefault("changed", now)
        details.setdefault("events", [])
        invoice.date = invoice.date or date_time(now)[:10]
        invoice.due = invoice.due or invoice.date
        if "original" not in details:
            details["original"] = invoice.number
        if "number" not in details:
            is_number = NUMBER.fullmatch(invoice.number) and int(invoice.number) <= INTEGER_MAX
            details["number"] = int(invoice.number) if is_number else self.next_number()
        invoice.number = invoice.number or str(details["number"])
        self._numbers.setdefault(details["number"], []).append(invoice.key)
        self.note_original(invoice)

    def note_original(self, invoice: Invoice) -> None:
        """Let an invoice be found by the number that another system gave it."""
        keys = self._originals.setdefault(invoice.details["original"], [])
        if invoice.key not in keys:
            keys.append(invoice.key)

    def next_number(self) -> int:
        """Return the number of the next invoice."""
        self._last_number += 1
        while self._last_number in self._numbers:
            self._last_number += 1
        return self._last_number

    def add(self, body: Mapping[str, Any], amount: Any, now: Instant) -> Invoice:
        """Store an invoice that a client saved."""
        self.sync(now)
        number = self.next_number()
        details = {
            "type": body["type"], "original": str(body.get("originalInvoiceNumber") or ""), "number": number,
        }  # fmt: skip
        info = body["paymentInfo"]
        invoice = self.site.ledger.receivables.add(
            str(number), body["date"], info["dueDate"], amount, currency=info["currency"], state="draft",
            details=details,
        )  # fmt: skip
        self.sync(now)
        return invoice

    def by_id(self, key: int, now: Instant) -> Invoice | None:
        """Return an invoice by its identifier."""
        self.sync(now)
        return self.site.ledger.receivables.invoices.get(key - BASE_ID)

    def numbered(self, number: int, now: Instant) -> list[Invoice]:
        """Return the invoices with a number of Procountor's."""
        self.sync(now)
        found = self._there(self._numbers.get(number, ()))
        return found or self._made(str(number), now, is_taken=bool(self._with_original(str(number))))

    def named(self, original: str, now: Instant) -> list[Invoice]:
        """Return the invoices with a number of another system's."""
        self.sync(now)
        return self._with_original(original) or self._made(original, now, is_taken=False)

    def referred(self, term: str, now: Instant) -> None:
        """Make an invoice with a reference number, in books that have any, where none has it."""
        register = self.site.ledger.receivables
        if register.is_open and REFERENCE.fullmatch(term):
            register.add("", "", "", None, reference=term.replace(" ", ""), is_stand_in=True,
                         details={"original": "", "information": term})  # fmt: skip
            self.sync(now)

    def _with_original(self, original: str) -> list[Invoice]:
        found = self._there(self._originals.get(original, ()))
        return [invoice for invoice in found if invoice.details["original"] == original]

    def _there(self, keys: Iterable[int]) -> list[Invoice]:
        invoices = self.site.ledger.receivables.invoices
        return [invoices[key] for key in keys if key in invoices]

    def _made(self, number: str, now: Instant, *, is_taken: bool) -> list[Invoice]:
        register = self.site.ledger.receivables
        if not register.is_open or is_taken or not number:
            return []
        invoice = register.add(number, "", "", None, is_stand_in=True)
        self.sync(now)
        return [invoice]

    def show(self, invoice: Invoice) -> dict[str, Any]:
        """Return an invoice as the interface shows it."""
        details = invoice.details
        body = details.get("body") or plain_body(invoice)
        info = {**body["paymentInfo"], **({"bankReferenceCode": invoice.reference} if invoice.reference else {})}
        receipt = details.get("receiptId")
        return {
            "id": BASE_ID + invoice.key,
            **body,
            "status": status_of(invoice),
            "paymentInfo": info,
            **({"originalInvoiceNumber": details["original"]} if details["original"] else {}),
            **({"paymentDate": details["paid_on"]} if "paid_on" in details else {}),
            "invoiceNumber": details["number"],
            **({} if receipt is None else {"ledgerReceiptId": receipt}),
            "attachments": [],
            "version": date_time(details["changed"]),
            **self._sums(invoice),
        }

    def show_hit(self, invoice: Invoice) -> dict[str, Any]:
        """Return what a search shows of an invoice."""
        shown, info = self.show(invoice), {}
        names = (
            "id", "partnerId", "type", "status", "invoiceNumber", "originalInvoiceNumber", "invoiceChannel", "date",
            "version", "invoiceSumInfo", "counterParty", "isOffer",
        )  # fmt: skip
        info = {name: shown[name] for name in names if name in shown}
        return {**info, "dueDate": shown["paymentInfo"]["dueDate"], "created": date_time(invoice.details["created"])}

    def _sums(self, invoice: Invoice) -> dict[str, Any]:
        if "body" in invoice.details:
            return {"invoiceSumInfo": sums_of(invoice.details["body"])}
        if invoice.amount is None:
            return {}
        is_home = invoice.currency == HOME
        return {"invoiceSumInfo": [
            {"currency": invoice.currency, "inAccountingCurrency": is_home, "invoiceSumTotal": invoice.amount}
        ]}  # fmt: skip


def plain_body(invoice: Invoice) -> dict[str, Any]:
    """Return what is shown of an invoice that no client saved: nobody knows its rows."""
    information = invoice.details.get("information")
    return {
        "type": invoice.details["type"],
        "date": invoice.date,
        "counterParty": {"counterPartyAddress": {"name": invoice.customer}},
        "paymentInfo": {
            "paymentMethod": "BANK_TRANSFER",
            "currency": invoice.currency,
            "dueDate": invoice.due,
            "currencyRate": 1,
        },
        "extraInfo": {"accountingByRow": False, "unitPricesIncludeVat": False},
        "discountPercent": 0,
        "invoiceRows": [],
        "invoiceChannel": "NO_SENDING",
        **({"additionalInformation": information} if information else {}),
        **({"notes": invoice.details["notes"]} if invoice.details.get("notes") else {}),
    }
