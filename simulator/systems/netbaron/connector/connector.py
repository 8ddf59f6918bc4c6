"""What CFIS sends to NetBaron: files of accounting receipts, the one way in that the vendor describes for vouchers."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from simulator.systems.base import ACCEPTED, BUSY, Answer, Line, Request, Result, Tenant
from simulator.systems.books.words import VatMap
from simulator.systems.document import PROJECT, LedgerDocument, Part, PaymentDocument, Row, UnmappableError
from simulator.systems.money import CENT, HUNDRED, ZERO, to_cents
from simulator.systems.netbaron.access import (
    ADDRESS_HEADER,
    ALLOWED_ADDRESS,
    IMPORT,
    IMPORT_INTERFACE,
    MOUNT,
    Credentials,
    basic,
    organisation_of,
    passwords_of,
)
from simulator.systems.office import ORIGIN
from simulator.systems.xmltext import Element, MalformedXMLError, parse

HEADER = (
    "Tositenumero", "Kirjauspäivä", "Vientiselite", "Tili", "Kustannuspaikka", "Työnro", "Alv-koodi", "Alv-%",
    "Alv-tili", "Veroton summa", "Alv summa", "Verollinen summa", "Käsiteltävä alv",
)  # fmt: skip
SERIES: Mapping[str, str] = {"ML": "72", "OL": "73"}
"""The number series of a document type: sales and purchase invoices have their own."""
SERIES_OTHERWISE = "71"
SERIES_OF_PAYMENTS = "74"
"""Series of CFIS's own, so that its numbers meet nobody else's."""
TRIES_MAX = 16
"""How often another number is tried where somebody has used one of CFIS's; the steps double."""
TEXT_MAX = 210
TOLD_MAX = 20
"""How many objections a reason names; a person reads it."""
COST_CENTERS = {"COSTCENTER", "COSTCENTRE", "KUSTANNUSPAIKKA"}
JOBS = {PROJECT, "JOB", "JOBNUMBER", "TYÖNRO"}

TAKEN = "RECEIPT_EXISTS"

Cells = list[str]


class NetbaronConnector:
    """Makes a file of one receipt of every document."""

    def __init__(self, tenant: Tenant, vat_map: VatMap, account_for: Callable[[str], str]) -> None:
        """Send for *tenant*; *account_for* gives bank and receivables, as the company has told CFIS."""
        credentials = Credentials(organisation_of(tenant), passwords_of(tenant, IMPORT_INTERFACE)[0])
        self.headers = [
            ("content-type", "text/csv; charset=utf-8"),
            basic(credentials),
            (ADDRESS_HEADER, ALLOWED_ADDRESS),
        ]
        self.vat_map = vat_map
        self.account_for = account_for
        self._last: dict[str, int] = {}

    def ledger(self, document: LedgerDocument, line: Line) -> Result:
        """Book a ledger document."""
        notes = [document.name, document.identifier, document.description]
        dates = [row.date or document.date for row in document.rows]
        if document.date not in dates:
            # The file has a booking date in every row, and none of the document.
            notes.append(f"dated {document.date}")
        texts = _with_notes([row.description for row in document.rows], notes)
        rows = [
            self._row(document, row, date, text) for row, date, text in zip(document.rows, dates, texts, strict=True)
        ]
        return self._send(SERIES.get(document.type.upper(), SERIES_OTHERWISE), rows, line)

    def _row(self, document: LedgerDocument, row: Row, date: str, text: str) -> Cells:
        where, vat = f"Row {row.number}", document.vat_of(row)
        code = self.vat_map.code_for(row.vat_code, row.vat_percent, is_sales=row.is_sales)
        returned = ZERO
        if document.has_vat_rows and not row.is_vat:
            # Its VAT is booked in a row of its own, and stands here for the returns alone.
            returned = to_cents(row.amount * row.vat_percent / HUNDRED) if document.is_net else row.amount - row.net
        return [
            date,
            text,
            row.account,
            *_dimensions(row.dimensions, where),
            code,
            f"{row.vat_percent.normalize():f}" if code or row.vat_percent else "",
            row.vat_account,
            _money(row.net, where),
            _money(vat, where),
            _money(row.net + vat, where),
            _money(returned, where) if returned else "",
        ]

    def payment(self, document: PaymentDocument, line: Line) -> Result:
        """Book a payment: as a receipt like any other, for there is no interface that takes payments."""
        if document.currency != "EUR":
            raise UnmappableError(f"The payment is in {document.currency}; NetBaron's interfaces take EUR only")
        reference = f"reference {document.reference}" if document.reference else ""
        notes = [document.payer, f"invoice {document.invoice}" if document.invoice else "", reference]
        notes += [document.identifier, f"paid {document.paid}" if document.paid != document.booked else ""]
        parts = document.parts or (Part(0, "CAPITAL", "", document.amount, "", "", ()),)
        texts = _with_notes(["", *(part.description or part.type for part in parts)], notes)
        bank = document.account or self.account_for("bank")
        # The columns of VAT stay empty: what came in is booked whole on bank and counter account.
        first = [document.booked, texts[0], bank, "", "", "", "", "", *_untaxed(document.amount, "Amount"), ""]
        rows = [first, *(self._part(part, document.booked, text) for part, text in zip(parts, texts[1:], strict=True))]
        return self._send(SERIES_OF_PAYMENTS, rows, line)

    def _part(self, part: Part, date: str, text: str) -> Cells:
        where = f"Payment row {part.number}"
        account = part.account
        if not account:
            if part.type.upper() not in {"", "CAPITAL"}:
                raise UnmappableError(f"{where}: {part.type} names no account to book it on")
            account = self.account_for("receivables")
        code = self.vat_map.code_for(part.vat_code, ZERO, is_sales=part.amount > 0)
        amounts = _untaxed(-part.amount, where)
        return [date, text, account, *_dimensions(part.dimensions, where), code, "", "", *amounts, ""]

    def _send(self, series: str, rows: list[Cells], line: Line) -> Result:
        number, result = self._last.get(series, 0) + 1, ACCEPTED
        for attempt in range(TRIES_MAX):
            body = _file(f"{series}-{number}", rows)
            target = f"{MOUNT}{IMPORT}?import=extended"
            answer = line.send(Request("POST", target, self.headers, body, ORIGIN, MOUNT))
            result, codes = _told(answer)
            if result.verdict == "accepted":
                self._last[series] = number
            if codes != {TAKEN}:
                return result
            number += 1 << attempt
        return result


def _file(receipt: str, rows: Iterable[Cells]) -> bytes:
    text = io.StringIO()
    # The line end of the standard: with it, either of its two signs inside a text is quoted.
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows([receipt, *row] for row in rows)
    return text.getvalue().encode()


def _with_notes(texts: list[str], notes: Iterable[str]) -> list[str]:
    """Return the texts of the rows with what belongs to the whole document, each in the first row with room for it.

    A text that has no room anywhere is refused, and not cut.
    """
    texts = list(texts)
    for number, text in enumerate(texts, 1):
        if len(text) > TEXT_MAX:
            raise UnmappableError(f"Row {number}: its text has {len(text)} characters, and NetBaron takes {TEXT_MAX}")
    for note in dict.fromkeys(notes):
        if not note or any(note in text for text in texts):
            continue
        room = next((place for place, text in enumerate(texts) if len(text) + len(note) + 3 <= TEXT_MAX), None)
        if room is None:
            raise UnmappableError(f"There is no room for {note[:40]!r} in descriptions of {TEXT_MAX} characters")
        texts[room] = f"{texts[room]} / {note}" if texts[room] else note
    return texts


def _dimensions(dimensions: Iterable[tuple[str, str]], where: str) -> tuple[str, str]:
    """Return cost centre and job number. Raises UnmappableError on any other dimension, or two of a kind."""
    found = {"cost centre": "", "job number": ""}
    for name, item in dimensions:
        bare = name.upper().replace("_", "").replace(" ", "")
        kind = "cost centre" if bare in COST_CENTERS else "job number" if bare in JOBS else ""
        if not kind:
            text = f"{where}: NetBaron's file has a cost centre and a job number, and no column for {name} {item}"
            raise UnmappableError(text)
        if found[kind] not in {"", item}:
            raise UnmappableError(f"{where}: NetBaron's file has one {kind}, not both {found[kind]} and {item}")
        found[kind] = item
    return found["cost centre"], found["job number"]


def _money(amount: Decimal, where: str) -> str:
    if amount != to_cents(amount):
        raise UnmappableError(f"{where}: NetBaron's file takes two decimals, and {amount:f} has more")
    return f"{amount.quantize(CENT):f}"


def _untaxed(amount: Decimal, where: str) -> tuple[str, str, str]:
    """Return the amount without VAT, the VAT, and the amount with it."""
    return _money(amount, where), _money(ZERO, where), _money(amount, where)


def _told(answer: Answer) -> tuple[Result, set[str]]:
    """Return what an answer means, and the codes of its errors."""
    try:
        root = parse(answer.body)
    except MalformedXMLError:
        text = f"NetBaron answered {answer.status} with something that is not XML"
        return Result("unreachable" if answer.status in BUSY else "rejected", text), set()
    errors = [(_text(row, "Code"), _text(row, "Text")) for row in root.iterfind("{*}Error")]
    reason = f"NetBaron answered {answer.status}"
    if errors:
        named, more = errors[:TOLD_MAX], len(errors) - TOLD_MAX
        texts = [*(f"{code}: {text}" for code, text in named), *([f"and {more} more"] if more > 0 else [])]
        reason += ": " + "; ".join(texts)
    if answer.status in BUSY:
        return Result("unreachable", reason), set()
    kept = [_text(row, "ReceiptNumber") for row in root.iterfind("{*}Receipt") if _text(row, "Status") != "BOOKED"]
    if answer.status == 200 and kept:  # noqa: PLR2004 - the status of success
        text = f"NetBaron keeps receipt {kept[0]} as incomplete: debit and credit differ, somebody must complete it"
        return Result("rejected", text), set()
    if answer.status == 200 and not errors:  # noqa: PLR2004 - the status of success
        return ACCEPTED, set()
    return Result("rejected", reason), {code for code, _ in errors}


def _text(parent: Element, name: str) -> str:
    return (parent.findtext(f"{{*}}{name}") or "").strip()
