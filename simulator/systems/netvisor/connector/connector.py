"""What CFIS sends to Netvisor: a ledger document as a voucher, a payment as a sales payment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from simulator.clock import EPOCH, SECOND, Instant
from simulator.systems.base import ACCEPTED, BUSY, Answer, Line, Request, Result, Tenant
from simulator.systems.books.words import VatMap
from simulator.systems.document import LedgerDocument, Part, PaymentDocument, Row, UnmappableError
from simulator.systems.money import HUNDRED, ZERO, to_cents
from simulator.systems.netvisor import signature
from simulator.systems.netvisor.signature import HMACSHA256, Signed
from simulator.systems.office import ORIGIN
from simulator.systems.xmltext import Element, MalformedXMLError, element, holds, parse, write

MOUNT = "/netvisor"
SENDER = "CFIS"
LANGUAGE = "EN"
METHOD = "CFIS"
"""The payment method that a company makes in Netvisor for what comes from CFIS."""
CLASSES = {
    "ML": "Myyntilasku", "MS": "Myyntisuoritus", "PT": "Pankki", "KT": "Kassa", "PUMP": "Tuodut tapahtumat",
    "T": "Automaattiset tilinpäätöskirjaukset", "AT": "Järjestelmän muodostamat", "MU": "Muut",
    "OL": "Ostolasku", "OS": "Ostosuoritus", "JK": "Jaksotukset", "PA": "Palkka",
}  # fmt: skip
"""The voucher class for a document type: Netvisor takes the full name."""
IMPORTED, PAID = CLASSES["PUMP"], CLASSES["MS"]
TARGETS = frozenset({"invoicenumber", "reference", "netvisor"})
COUNTED_BY_NETVISOR = {True: "KOMY", False: "KOOS"}
"""By side, the codes whose VAT Netvisor counts as CFIS does."""
CAPITAL = "CAPITAL"
BANK = "1910"
"""Where a payment with parts names no account: own posting lines take the place of the payment method's account."""
NONE = "NONE"
CLOSED = ("SYSTEM_MAINTENANCE", "SYSTEM_MAINTANANCE")


@dataclass(frozen=True, slots=True)
class Posted:
    """A voucher line to be sent."""

    account: str
    amount: Decimal
    description: str
    vat_percent: Decimal = ZERO
    vat_code: str = NONE
    dimensions: tuple[tuple[str, str], ...] = ()


class NetvisorConnector:
    """Tells Netvisor what CFIS was told."""

    def __init__(self, tenant: Tenant, vat_map: VatMap) -> None:
        """Speak for the company *tenant*."""
        self.credentials = signature.credentials_of(tenant)
        self.vat_map = vat_map
        self._sent = 0

    # -------------------------------------------------------------------------------------------- ledger documents

    def ledger(self, document: LedgerDocument, line: Line) -> Result:
        """Book a ledger document as a voucher."""
        _check_cents(document)
        date = _date_of(document)
        is_gross = self._is_counted_alike(document)
        try:
            lines = self._gross_lines(document) if is_gross else self._net_lines(document, line)
        except UnansweredError as error:
            return error.result
        description, comment = _texts(document, date)
        named = CLASSES.get(document.type.strip().upper(), IMPORTED)
        return self._voucher("gross" if is_gross else "net", date, description, named, comment, lines, line)

    def _is_counted_alike(self, document: LedgerDocument) -> bool:
        """Say whether Netvisor, given sums with VAT, comes to the very rows that CFIS means."""
        taxed = [row for row in document.rows if document.vat_of(row)]
        if not taxed or sum((_gross(document, row) for row in document.rows), ZERO):
            return False
        return all(
            not row.vat_account
            and self._code(row) == COUNTED_BY_NETVISOR[row.is_sales]
            and row.net == to_cents(_gross(document, row) / (1 + row.vat_percent / HUNDRED))
            for row in document.rows
            if row.vat_percent
        )

    def _code(self, row: Row) -> str:
        return self.vat_map.code_for(row.vat_code, row.vat_percent, is_sales=row.is_sales) or NONE

    def _gross_lines(self, document: LedgerDocument) -> list[Posted]:
        return [self._posted(row, _gross(document, row)) for row in document.rows]

    def _posted(self, row: Row, amount: Decimal) -> Posted:
        _check_text(
            f"Row {row.number}", row.description, row.account, *(text for pair in row.dimensions for text in pair)
        )
        for name, item in row.dimensions:
            if not (name.strip() and item.strip()):
                raise UnmappableError(f"Row {row.number}: Netvisor takes no dimension without a name and an item")
        if row.is_vat:
            # What VAT it is stands in the taxed rows; Netvisor's own VAT rows have no code.
            return Posted(row.account, amount, row.description, dimensions=row.dimensions)
        return Posted(row.account, amount, row.description, row.vat_percent, self._code(row), row.dimensions)

    def _net_lines(self, document: LedgerDocument, line: Line) -> list[Posted]:
        """Return all rows net, and the VAT that stands in no row of its own in rows that CFIS makes."""
        lines: list[Posted] = []
        defaults: dict[str, str] = {}
        for row in document.rows:
            lines.append(self._posted(row, row.net))
            vat = document.vat_of(row)
            if not vat:
                continue
            if not row.vat_account and not defaults:
                defaults = self._default_accounts(line)
            account = row.vat_account or defaults["SalesVATDebt" if row.is_sales else "PurchaseVATReceivable"]
            lines.append(Posted(account, vat, row.description))
        return lines

    def _default_accounts(self, line: Line) -> dict[str, str]:
        """Return the accounts on which the company books VAT, by Netvisor's names for them."""
        answer = self._send("GET", "accountlist.nv", None, line)
        result = _told(answer)
        if result is not ACCEPTED:
            raise UnansweredError(result)
        defaults = parse(answer.body).find("AccountList/CompanyDefaultAccounts")
        return {one.tag: one.text or "" for one in defaults} if defaults is not None else {}

    def _voucher(
        self, mode: str, date: str, description: str, named: str, comment: str, lines: Sequence[Posted], line: Line
    ) -> Result:
        message = element(
            "voucher",
            element("calculationmode", mode),
            element("voucherdate", date, format="ansi"),
            element("description", description),
            element("voucherclass", named),
            element("comment", comment),
            *(_line(one, mode) for one in lines),
        )
        return _told(self._send("POST", "accounting.nv", message, line))

    # ---------------------------------------------------------------------------------------------------- payments

    def payment(self, document: PaymentDocument, line: Line) -> Result:
        """Book a payment: what it settles as a sales payment, with lines of its own where it has parts."""
        _check_text(
            "The payment", document.identifier, document.payer, document.account, document.invoice, document.reference
        )
        capital = [part for part in document.parts if part.type.upper() == CAPITAL]
        if document.parts and not sum(part.amount for part in capital):
            return self._unsettling(document, line)
        if document.target not in TARGETS:
            raise UnmappableError(
                f"Netvisor finds no invoice by {document.target!r}, but by {', '.join(sorted(TARGETS))}"
            )
        identifier = document.reference if document.target == "reference" else document.invoice or document.reference
        if not identifier:
            raise UnmappableError(f"The payment does not say by which {document.target} its invoice is found")
        settled = sum((part.amount for part in capital), ZERO) if document.parts else document.amount
        method = element("paymentmethod", METHOD, type="alternative")
        if document.account:
            method.set("overrideaccountingaccountnumber", document.account)
        if capital:
            method.set("overridesalesreceivableaccountnumber", capital[0].account)
        message = element(
            "salespayment",
            element("sum", _sum(settled), currency=document.currency),
            element("paymentdate", document.booked),
            element("targetidentifier", identifier, type=document.target, targettype="invoice"),
            element("sourcename", _source(document, identifier)),
            method,
        )
        if document.parts:
            lines = self._part_lines(document, capital)
            message.append(element("salespaymentvoucherlines", *(_line(one, "net") for one in lines)))
        return _told(self._send("POST", "salespayment.nv", message, line))

    def _part_lines(self, document: PaymentDocument, capital: Sequence[Part]) -> list[Posted]:
        """Return the lines that come to the capital: the money, less what is no capital, each on its account.

        Netvisor credits the capital to one account, that of its first part; capital on another is moved there.
        """
        lines = [Posted(document.account or BANK, document.amount, document.identifier)]
        first = capital[0]
        for part in document.parts:
            posted = self._part(part)
            if part is first and not part.dimensions:
                continue
            lines.append(posted)
            if part.type.upper() == CAPITAL:
                lines.append(Posted(first.account, part.amount, posted.description))
        return lines

    def _part(self, part: Part) -> Posted:
        _check_text(
            f"Part {part.number}", part.account, part.description, *(text for pair in part.dimensions for text in pair)
        )
        if part.vat_code:
            raise UnmappableError(
                f"Part {part.number}: Netvisor needs the VAT percentage with the VAT code {part.vat_code}"
            )
        return Posted(part.account, -part.amount, part.description or part.type, dimensions=part.dimensions)

    def _unsettling(self, document: PaymentDocument, line: Line) -> Result:
        """Book a payment that settles no capital as a voucher: there is nothing to target at an invoice."""
        if document.currency != "EUR":
            raise UnmappableError(f"Netvisor takes vouchers in euros, and the payment is in {document.currency}")
        lines = [Posted(document.account or BANK, document.amount, document.payer)]
        lines += [self._part(part) for part in document.parts]
        description = f"Payment of {document.invoice or document.reference}"
        comment = _source(document, "")
        return self._voucher("net", document.booked, description, PAID, comment, lines, line)

    # -------------------------------------------------------------------------------------------------- on the wire

    def _send(self, method: str, resource: str, message: Element | None, line: Line) -> Answer:
        self._sent += 1
        target = f"{MOUNT}/{resource}"
        signed = Signed(
            url=ORIGIN + target,
            sender=SENDER,
            customer_id=self.credentials.customer_id,
            timestamp=_timestamp(line.now),
            language=LANGUAGE,
            organisation=self.credentials.organisation,
            transaction=f"cfis-{line.now}-{self._sent}",
            timestamp_unix=str(line.now // SECOND),
        )
        headers = [
            (signature.SENDER, signed.sender),
            (signature.CUSTOMER_ID, signed.customer_id),
            (signature.PARTNER_ID, self.credentials.partner_id),
            (signature.TIMESTAMP, signed.timestamp),
            (signature.TIMESTAMP_UNIX, signed.timestamp_unix),
            (signature.LANGUAGE, signed.language),
            (signature.ORGANISATION_ID, signed.organisation),
            (signature.TRANSACTION_ID, signed.transaction),
            (signature.ALGORITHM, HMACSHA256),
            (signature.USE_STATUS_CODES, "1"),
            (signature.MAC, signature.sign(signed, HMACSHA256, self.credentials)),
        ]
        body = b""
        if message is not None:
            headers.append(("content-type", "text/xml; charset=utf-8"))
            body = write(element("root", message), declaration=False)
        return line.send(Request(method, target, headers, body, ORIGIN, MOUNT))


class UnansweredError(Exception):
    """A request ahead of the last one was not answered as hoped; *result* is what becomes of the record."""

    def __init__(self, result: Result) -> None:
        """Keep what becomes of the record."""
        self.result = result
        super().__init__(result.reason)


def _gross(document: LedgerDocument, row: Row) -> Decimal:
    return row.net + document.vat_of(row)


def _check_cents(document: LedgerDocument) -> None:
    for row in document.rows:
        for amount in (row.amount, row.net):
            if amount != to_cents(amount):
                raise UnmappableError(f"Row {row.number}: Netvisor takes sums of two decimals, not {amount:f}")


def _date_of(document: LedgerDocument) -> str:
    """Return the day on which all rows are booked. Raises UnmappableError if they are booked on several."""
    date = document.rows[0].date or document.date if document.rows else document.date
    for row in document.rows:
        day = row.date or document.date
        if day != date:
            raise UnmappableError(
                f"Row {row.number}: Netvisor books a voucher on one day, and this row is of {day}, not of {date}"
            )
    return date


def _texts(document: LedgerDocument, date: str) -> tuple[str, str]:
    """Return description and comment of the voucher: what it is, and by what it is found."""
    _check_text("The document", document.description, document.name, document.identifier)
    dated = f"dated {document.date}" if document.date != date else ""
    comment = ", ".join(part for part in (document.identifier, document.name, dated) if part)
    return document.description or document.name or document.identifier, comment


def _check_text(where: str, *texts: str) -> None:
    if not all(holds(text) for text in texts):
        raise UnmappableError(f"{where}: a text has a sign that no XML, and so Netvisor, can hold")


def _source(document: PaymentDocument, identifier: str) -> str:
    """Return the source of a payment: who paid, and what else there is no room for."""
    reference = document.reference if document.reference != identifier else ""
    paid = f"paid {document.paid}" if document.paid != document.booked else ""
    return ", ".join(part for part in (document.payer, document.identifier, reference, paid) if part)


def _line(line: Posted, mode: str) -> Element:
    percent = element("vatpercent", _number(line.vat_percent), vatcode=line.vat_code)
    return element(
        "voucherline",
        element("linesum", _sum(line.amount), type=mode),
        element("description", line.description),
        element("accountnumber", line.account),
        percent,
        *(
            element("dimension", element("dimensionname", name), element("dimensionitem", item))
            for name, item in line.dimensions
        ),
    )


def _sum(amount: Decimal) -> str:
    """Write an amount with two decimals; one that has more as it is, for Netvisor to refuse."""
    return f"{amount:.2f}".replace(".", ",") if amount == to_cents(amount) else _number(amount)


def _number(number: Decimal) -> str:
    """Write a number as it is, with a comma."""
    return f"{number:f}".replace(".", ",")


def _timestamp(now: Instant) -> str:
    moment = EPOCH + timedelta(microseconds=now)
    return moment.strftime("%Y-%m-%d %H:%M:%S.") + f"{moment.microsecond // 1000:03}"


def _told(answer: Answer) -> Result:
    """Return what an answer means for the record; its reason is Netvisor's code and text."""
    try:
        root = parse(answer.body)
    except MalformedXMLError:
        statuses = []
    else:
        statuses = [(one.text or "").strip() for one in root.iterfind("ResponseStatus/Status")]
    if statuses == ["OK"]:
        return ACCEPTED
    reason = statuses[1] if len(statuses) > 1 else f"Netvisor answered {answer.status} without saying why"
    is_busy = answer.status in BUSY or reason.startswith(CLOSED)
    return Result("unreachable" if is_busy else "rejected", reason)
