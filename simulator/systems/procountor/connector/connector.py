"""What CFIS sends to Procountor: journals for ledger documents, and for payments a journal and a payment event."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from simulator.systems.base import ACCEPTED, Line, Result
from simulator.systems.document import LedgerDocument, PaymentDocument, UnmappableError
from simulator.systems.office import Site
from simulator.systems.procountor.connector.connection import Connection, NotDoneError
from simulator.systems.procountor.connector.errands import Errands, Step
from simulator.systems.procountor.connector.mapping import Draft, LedgerMapper, capital_of, payment_draft

SALES = "SALES_INVOICE"
PAYABLE = ("NOT_SENT", "SENT", "APPROVED", "PARTLY_PAID")
INTEGER_MAX = 2**31 - 1
TEXT_LENGTH_MAX = 140
PAGE_SIZE = 200
PAGES_MAX = 50

Pair = tuple[str, str]


class ProcountorConnector:
    """Makes journals and payment events of documents."""

    def __init__(self, site: Site) -> None:
        """Use the credentials of the company, and what CFIS was told of it: VAT codes, accounts and readings."""
        self._site = site
        self._connection = Connection(site.tenant)
        self._errands = Errands(self._connection)

    def ledger(self, document: LedgerDocument, line: Line) -> Result:
        """Book a ledger document as an approved journal."""

        def prepare() -> tuple[dict[str, Any], Step | None]:
            keeps = self._site.readings["vat_rows"] == "by_percent"
            draft = LedgerMapper(self._site.arrangement.vat_map, self._accounts, keeps_percents=keeps).draft(document)
            return draft.receipt(dict(self._dimensions(draft, line))), None

        return self._run(f"ledger {document.identifier}", prepare, line)

    def payment(self, document: PaymentDocument, line: Line) -> Result:
        """Book the money of a payment as an approved journal, and mark the invoice as paid."""

        def prepare() -> tuple[dict[str, Any], Step | None]:
            draft = payment_draft(document, self._site.arrangement.vat_map, self._accounts)
            invoice = self._payable_invoice(document, line)
            receipt = draft.receipt(dict(self._dimensions(draft, line)))
            return receipt, _mark_paid(document, int(invoice["id"]))

        return self._run(f"payment {document.identifier}", prepare, line)

    def _run(self, name: str, prepare: Callable[[], tuple[dict[str, Any], Step | None]], line: Line) -> Result:
        try:
            try:
                receipt, after = prepare()
                self._errands.run(name, receipt, line, after)
            except UnmappableError as error:
                return self._errands.abandon(name, Result("rejected", str(error)), line)
            except NotDoneError as error:
                if error.result.verdict == "unreachable":
                    raise
                return self._errands.abandon(name, error.result, line)
        except NotDoneError as error:
            return error.result
        return ACCEPTED

    @property
    def _accounts(self) -> Mapping[str, str]:
        accounts: Mapping[str, str] = self._site.words["roles"]
        return accounts

    def _dimensions(self, draft: Draft, line: Line) -> Iterator[tuple[Pair, tuple[int, int]]]:
        """Yield the identifiers of the dimensions of a draft. Raises UnmappableError if one is not there."""
        for name, code in draft.pairs():
            found = self._connection.ask(line, "GET", "/dimensions", query={"name": name, "codeName": code})
            # The search finds parts of names, too.
            ids = next(
                (
                    (int(dimension["id"]), int(item["id"]))
                    for dimension in found
                    if dimension["name"] == name
                    for item in dimension.get("items", ())
                    if item["codeName"] == code and item.get("status") != "P"
                ),
                None,
            )
            if ids is None:
                raise UnmappableError(f"Dimension {name} {code} not found in Procountor")
            yield (name, code), ids

    # ----------------------------------------------------------------------------------------------- invoices

    def _payable_invoice(self, document: PaymentDocument, line: Line) -> Any:
        invoice = self._invoice(document, line)
        if invoice is None:
            raise UnmappableError(f"Invoice {document.invoice or document.reference} not found in Procountor")
        if invoice["status"] not in PAYABLE:
            number = invoice.get("originalInvoiceNumber") or invoice["invoiceNumber"]
            raise UnmappableError(f"Invoice {number} is {invoice['status']} in Procountor and takes no payment")
        return invoice

    def _invoice(self, document: PaymentDocument, line: Line) -> Any:
        """Return the invoice that a payment is for, as a search shows it; None if there is none."""
        if document.target == "netvisor":
            raise UnmappableError("The payment names its invoice by a key of Netvisor, which Procountor does not know")
        if document.target == "reference":
            return self._by_reference(document.reference, line)
        number = document.invoice
        found: list[Any] = []
        if number.isascii() and number.isdecimal() and number[0] != "0" and int(number) <= INTEGER_MAX:
            found = self._search(line, invoiceNumber=number)
        if not found and number:
            found = self._search(line, originalInvoiceNumber=number)
        return _best(found)

    def _by_reference(self, reference: str, line: Line) -> Any:
        """Find an invoice by its reference number, for which there is no search: first where it is likely."""
        bare = _bare(reference)
        if not bare:
            return None
        hits = self._search(line, searchTerm=reference)
        found = self._with_reference(hits, bare, line)
        for page in range(PAGES_MAX):
            if found:
                break
            hits = self._search(line, status=",".join(PAYABLE), size=str(PAGE_SIZE), page=str(page))
            found = self._with_reference(hits, bare, line)
            if len(hits) < PAGE_SIZE:
                break
        return _best(found)

    def _with_reference(self, hits: list[Any], bare: str, line: Line) -> list[Any]:
        if not hits:
            return []
        ids = ",".join(str(hit["id"]) for hit in hits)
        value = self._connection.ask(line, "GET", f"/invoices/{ids}")
        invoices = value if isinstance(value, list) else [value]
        return [one for one in invoices if _bare(str(one["paymentInfo"].get("bankReferenceCode") or "")) == bare]

    def _search(self, line: Line, **query: str) -> list[Any]:
        query["types"] = SALES
        return list(self._connection.ask(line, "GET", "/invoices", query=query)["results"])


def _best(found: list[Any]) -> Any:
    payable = (invoice for invoice in found if invoice["status"] in PAYABLE)
    return next(payable, found[0] if found else None)


def _bare(reference: str) -> str:
    return reference.replace(" ", "").lstrip("0").upper()


def _mark_paid(document: PaymentDocument, invoice: int) -> Step | None:
    capital = capital_of(document)
    if not capital:
        # Interest and fees alone settle nothing of the invoice.
        return None
    return f"/invoices/{invoice}/paymentevents/markpaid", {
        "paymentDate": document.paid,
        "amount": capital,
        "currency": document.currency,
        # What does not fit here stands in the journal.
        "description": document.identifier if len(document.identifier) <= TEXT_LENGTH_MAX else "",
        "paymentMethodType": "EXTERNAL_BANK_TRANSFER",
    }
