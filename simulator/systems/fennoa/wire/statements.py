"""Accounting statements: `accounting_api/add`, and the files that belong to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from simulator.clock import Instant, date_at
from simulator.systems.base import Answer, Request
from simulator.systems.books.ledger import Objection
from simulator.systems.books.vouchers import Posting, Voucher
from simulator.systems.fennoa.wire import series
from simulator.systems.fennoa.wire.attachments import keep_attachment
from simulator.systems.fennoa.wire.brackets import Branch
from simulator.systems.fennoa.wire.envelope import Violation, object_to, refuse, succeed
from simulator.systems.fennoa.wire.forms import FormError, read_form
from simulator.systems.fennoa.wire.values import Fields, amount_of, integer_of
from simulator.systems.money import HUNDRED, ZERO, to_cents
from simulator.systems.office import Site

ZONE = "Europe/Helsinki"
ROWS_MIN = 2
NO_SERIES = "Given statement series code did not match any statement series"
DIMENSION = "dim_"


@dataclass
class Row:
    """A row as it was posted, read."""

    fields: Fields
    amount: Decimal | None = None
    """Debit is positive; None if it cannot be read."""
    account: str = ""
    description: str = ""
    vat_code: str = ""
    dimensions: list[tuple[str, str]] = field(default_factory=list)
    """(name of the type, code) of each."""
    accrual: dict[str, Any] = field(default_factory=dict)


@dataclass
class Head:
    """The fields of the statement itself, read."""

    date: str
    code: str
    description: str
    purchase: int | None


def locked_text(until: str) -> str:
    """Return what Fennoa says of a date in a locked period."""
    return f"Accounting is locked until {until}, please select later entry date"


def date_violation(site: Site, name: str, date: str) -> Iterator[Violation]:
    """Yield why nothing can be booked on the date in a field."""
    for objection in site.ledger.objections_to_date(date):
        if objection.rule == "period-locked":
            yield Violation(name, locked_text(objection.other))
        else:
            yield Violation(name, f"There is no accounting period for {objection.value}")


class Statements:
    """Books statements as they are posted."""

    def __init__(self, site: Site) -> None:
        """Book in the books of *site*."""
        self.site = site

    def add(self, request: Request, now: Instant, _rest: list[str]) -> Answer:
        """Book a statement, or say everything that is wrong with it."""
        try:
            posted = read_form(request).fields
        except FormError as error:
            return object_to([Violation("", str(error), is_general=True)])
        fields = Fields(posted)
        head = self._head(fields, now)
        rows = [self._row(key, value) for key, value in posted.branch("row").items()]
        violations = [*fields.violations, *self._violations(head, rows)]
        if violations:
            return object_to(violations)
        return self._answer(self._book(head, rows, now))

    def _head(self, fields: Fields, now: Instant) -> Head:
        ledger = self.site.ledger
        date = fields.date("entry_date") or date_at(now, ZONE)
        code = fields.text("statement_series_code")
        identifier = fields.integer("statement_series_id")
        if "statement_series_code" not in fields.branch:
            code = series.GENERAL if identifier is None else series.code_of(ledger, identifier)
        purchase = fields.integer("purchase_invoice_id")
        if (purchase is None) == (code == series.PURCHASES):
            fields.object("purchase_invoice_id", "The series PU takes a purchase invoice, and no other series does")
        head = Head(date, code, fields.text("description"), purchase)
        self._limit(fields)
        return head

    def _limit(self, fields: Fields) -> None:
        limit = self.site.readings["text_limit"]
        if limit != "none" and len(fields.branch.text("description")) > int(limit):
            fields.object("description", f"The text is longer than {limit} characters")

    def _row(self, key: str, value: str | Branch) -> Row:
        fields = Fields(value if isinstance(value, Branch) else Branch(), f"row[{key}]")
        row = Row(fields, account=fields.text("account", is_required=True), description=fields.text("description"))
        row.amount = self._amount(fields)
        if row.account and integer_of(row.account) is None:
            fields.object("account", f"Account {row.account[:40]} is not a number")
        row.vat_code = fields.text("vatcode")
        start, count = fields.date("accrual_start"), fields.integer("accrual_count")
        if start or count is not None:
            row.accrual = {"row": key, "accrual_start": start, "accrual_count": count}
        for name in fields.branch:
            if name.startswith(DIMENSION) and (code := fields.text(name)) and (kind := self._dimension(fields, name)):
                row.dimensions.append((kind, code))
        self._limit(fields)
        return row

    def _amount(self, fields: Fields) -> Decimal | None:
        sides: list[Decimal] = []
        for side, sign in (("debit", 1), ("credit", -1)):
            text = fields.text(side)
            amount = amount_of(text)
            if amount is not None:
                sides.append(sign * amount)
            elif text.startswith("-"):
                fields.object(side, "A negative amount is not allowed; give it on the other side")
            elif text:
                fields.object(side, f"{text[:40]!r} is not a number with at most two decimals")
        # A zero beside an amount says nothing more than an empty field.
        given = [amount for amount in sides if amount] or sides[:1]
        if len(given) > 1:
            fields.object("debit", "A row must not have both debit and credit")
        elif not given:
            if not any(fields.branch.text(side) for side in ("debit", "credit")):
                fields.object("debit", "A row must have debit or credit")
        elif not given[0] and self.site.readings["zero_amount"] == "refused":
            fields.object("debit", "The amount must be greater than zero")
        else:
            return given[0] + ZERO
        return None

    def _dimension(self, fields: Fields, name: str) -> str:
        register = self.site.ledger.dimensions
        wanted = name.removeprefix(DIMENSION)
        found = next((one.name for one in register.by_name.values() if str(one.key) == wanted), "")
        if found:
            return found
        if register.is_open and not wanted.isdecimal():
            # Books that have every dimension are the simulator's own; they make a type that is named, not numbered.
            return wanted
        fields.object(name, f"Dimension type {wanted[:60]} not found")
        return ""

    def _violations(self, head: Head, rows: list[Row]) -> Iterator[Violation]:
        site = self.site
        yield from date_violation(site, "entry_date", head.date)
        if not series.is_open(site.ledger, head.code):
            yield Violation("statement_series_code", NO_SERIES, is_general=True)
        if len(rows) < ROWS_MIN:
            yield Violation("row", "A statement must have at least two rows", is_general=True)
        for row in rows:
            yield from row.fields.violations
        # Books that have every account make one when they are asked for it, so they are not asked for nonsense.
        readable = [row for row in rows if integer_of(row.account) is not None]
        postings = [self._plain(row, head) for row in readable]
        for objection in site.ledger.objections(head.date, postings, must_balance=False):
            if objection.row is not None:
                yield from self._translated(objection, readable[objection.row])
        amounts = [row.amount for row in rows if row.amount is not None]
        if len(amounts) == len(rows):
            debit = sum((amount for amount in amounts if amount > 0), ZERO)
            credit = -sum((amount for amount in amounts if amount < 0), ZERO)
            if debit != credit:
                text = f"The sum of debit ({debit:.2f}) does not equal the sum of credit ({credit:.2f})"
                yield Violation("row", text, is_general=True)

    @staticmethod
    def _translated(objection: Objection, row: Row) -> Iterator[Violation]:
        name = row.fields.name
        if objection.rule == "account-unknown":
            yield Violation(name("account"), f"Account {objection.value[:40]} not found")
        elif objection.rule == "vat-code-unknown":
            yield Violation(name("vatcode"), f"VAT code {objection.value[:40]} not found")
        elif objection.rule == "dimension-unknown":
            field_name = f"{DIMENSION}{objection.other}"
            yield Violation(name(field_name), f"Dimension {objection.value[:60]} not found in {objection.other}")

    def _plain(self, row: Row, head: Head) -> Posting:
        """Return the posting of a row as it stands."""
        known = self.site.ledger.vat_codes.get(row.vat_code)
        return Posting(
            account=row.account,
            amount=row.amount or ZERO,
            description=row.description or head.description,
            vat_code=row.vat_code,
            vat_percent=known.percents[0] if known is not None and known.percents else ZERO,
            dimensions=tuple(row.dimensions),
        )

    def _postings(self, row: Row, head: Head) -> Iterator[Posting]:
        posting = self._plain(row, head)
        if self.site.readings["vatcode_effect"] == "none" or not posting.vat_percent:
            yield posting
            return
        ledger = self.site.ledger
        net = to_cents(posting.amount / (1 + posting.vat_percent / HUNDRED))
        is_sale = ledger.vat_codes[posting.vat_code].side == "sales"
        account = ledger.role("sales_vat" if is_sale else "purchase_vat")
        yield Posting(
            posting.account, net, posting.description, posting.vat_code, posting.vat_percent, posting.dimensions
        )
        yield Posting(account, posting.amount - net, posting.description, is_made=True)

    def _book(self, head: Head, rows: list[Row], now: Instant) -> Voucher:
        ledger = self.site.ledger
        year = ledger.calendar.year_of(head.date)
        assert year is not None, "the date was checked"
        details: dict[str, Any] = {}
        if head.purchase is not None:
            details["purchase_invoice_id"] = head.purchase
        accruals = [row.accrual for row in rows if row.accrual]
        if accruals:
            details["accruals"] = accruals
        postings = [posting for row in rows for posting in self._postings(row, head)]
        return ledger.journal.add(
            head.code, year.begin, head.date, postings, now, description=head.description, details=details
        )

    def _answer(self, voucher: Voucher) -> Answer:
        told = {"id": voucher.key, "number": voucher.number}
        match self.site.readings["statement_answer"]:
            case "data":
                return succeed(data=told)
            case "nested":
                return succeed(data={"Statement": told})
        return succeed(**told)

    def attach(self, request: Request, _now: Instant, rest: list[str]) -> Answer:
        """Keep a file with a statement."""
        key = integer_of(rest[0])
        voucher = self.site.ledger.journal.by_key.get(key or 0)
        if voucher is None:
            return refuse(404, f"Statement {rest[0][:40]} not found")
        return keep_attachment(request, voucher.details, ("application/pdf", "image/jpeg", "image/png"))
