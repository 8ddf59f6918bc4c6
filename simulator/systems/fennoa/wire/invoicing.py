"""What a sales invoice says: its fields and rows as they were posted, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from simulator.systems.books.ledger import Objection
from simulator.systems.books.vouchers import Posting
from simulator.systems.fennoa.wire.brackets import Branch
from simulator.systems.fennoa.wire.customers import COUNTRY, DELIVERY_METHODS
from simulator.systems.fennoa.wire.envelope import Violation
from simulator.systems.fennoa.wire.values import Fields, integer_of
from simulator.systems.money import HUNDRED, ZERO, to_cents
from simulator.systems.office import Site

REQUIRED = ("name", "address", "postalcode", "city", "country")
TEXTS = (
    "name2", "email", "phone", "vat_number", "banking_reference", "our_reference", "your_reference",
    "contact_person", "notes_before", "notes_internal", "einvoice_address", "einvoice_operator", "shipping_name",
    "shipping_name2", "shipping_address", "shipping_postalcode", "shipping_city", "shipping_country",
    "delivery_terms", "delivery_method_text", "order_identifier", "agreement_identifier",
)  # fmt: skip
DATES = ("shipping_date", "cash_discount_date", "delivery_period_start", "delivery_period_end")
NUMBERS = ("cash_discount_percent", "penal_interest")
INTEGERS = (
    "credited_invoice_no", "proposed_invoice_number", "sales_factoring_partner_id", "sales_invoice_series_id",
    "auxiliary_name_id",
)  # fmt: skip
CHOICES = {
    "account_type_id": (1, 2), "invoice_type_id": (1, 2, 3), "sales_invoice_taxclass_id": range(1, 10),
    "include_vat": (0, 1),
}  # fmt: skip
LOCALES = {"fi": "fi", "sv": "sv", "en": "en", "1": "fi", "2": "en", "4": "sv"}
"""By code, and by the identifier that customers have for it: clients send either."""
CURRENCY_LETTERS = 3
CONSUMER = 2
CREDIT = 2


@dataclass
class Line:
    """A row of an invoice, priced."""

    said: dict[str, Any]
    net: Decimal = ZERO
    vat: Decimal = ZERO
    percent: Decimal = ZERO
    account: str = ""
    dimensions: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Draft:
    """An invoice as it was posted, read and priced."""

    said: dict[str, Any]
    customer_no: str
    lines: list[Line]

    @property
    def net(self) -> Decimal:
        """Return the total without VAT."""
        return sum((line.net for line in self.lines), ZERO)

    @property
    def vat(self) -> Decimal:
        """Return the total of VAT."""
        return sum((line.vat for line in self.lines), ZERO)

    @property
    def gross(self) -> Decimal:
        """Return the total with VAT."""
        return self.net + self.vat

    def postings(self, site: Site) -> Iterator[Posting]:
        """Yield what the invoice books once it is approved."""
        ledger = site.ledger
        text = str(self.said["name"])
        yield Posting(ledger.role("receivables"), self.gross, text, is_made=True)
        for line in self.lines:
            if line.net or line.vat:
                account = line.account or ledger.role("sales")
                yield Posting(account, -line.net, text, "", line.percent, tuple(line.dimensions))
        if self.vat:
            yield Posting(ledger.role("sales_vat"), -self.vat, text, is_made=True)


class DraftReader:
    """Reads a posted invoice, and gathers everything that is wrong with it."""

    def __init__(self, site: Site, posted: Branch) -> None:
        """Read *posted* with the readings and books of *site*."""
        self.site = site
        self.fields = Fields(posted)
        self.violations: list[Violation] = []

    def read(self) -> Draft:
        """Return the invoice; it is of use only if there are no violations."""
        fields = self.fields
        said: dict[str, Any] = {name: fields.text(name, is_required=True) for name in REQUIRED}
        country = said["country"]
        if country and not COUNTRY.fullmatch(country):
            fields.object("country", f"{country[:40]!r} is not a country code of two letters")
        said |= {name: fields.date(name, is_required=True) for name in ("invoice_date", "due_date")}
        said |= {name: value for name in TEXTS if (value := fields.text(name))}
        said |= {name: value for name in DATES if (value := fields.date(name))}
        numbers: dict[str, Any] = {name: fields.number(name) for name in NUMBERS}
        numbers |= {name: fields.integer(name) for name in INTEGERS}
        numbers |= {name: fields.integer(name, known) for name, known in CHOICES.items()}
        said |= {name: value for name, value in numbers.items() if value is not None}
        said |= {
            "locale": LOCALES.get(fields.text("locale").lower(), "fi"),
            "delivery_method": fields.choice("delivery_method", DELIVERY_METHODS),
            "currency": fields.text("currency") or "EUR",
        }
        if len(said["currency"]) != CURRENCY_LETTERS or not said["currency"].isalpha():
            fields.object("currency", f"{said['currency'][:40]!r} is not a currency code of three letters")
        said.setdefault("invoice_type_id", 1)
        draft = Draft(said, fields.text("customer_no").strip(), list(self._lines(gross=said.get("include_vat") == 1)))
        self._judge(draft)
        self.violations[:0] = fields.violations
        return draft

    def _judge(self, draft: Draft) -> None:
        fields, said = self.fields, draft.said
        if not draft.lines:
            self.violations.append(Violation("row", "An invoice must have at least one row", is_general=True))
        if said["invoice_type_id"] == CREDIT and draft.gross > 0:
            fields.object("invoice_type_id", "The total of a credit invoice must be negative")
        is_net_to_consumer = said.get("account_type_id") == CONSUMER and said.get("include_vat") != 1
        if is_net_to_consumer and self.site.readings["consumer_invoice"] == "gross_only":
            fields.object("include_vat", "An invoice to a consumer must be sent with prices that include VAT")

    def _lines(self, *, gross: bool) -> Iterator[Line]:
        for key, value in self.fields.branch.branch("row").items():
            fields = Fields(value if isinstance(value, Branch) else Branch(), f"row[{key}]")
            line = self._line(fields, gross=gross)
            self.violations += [*fields.violations, *self._objections(line, fields)]
            yield line

    def _line(self, fields: Fields, *, gross: bool) -> Line:
        texts = ("product_no", "name", "description", "unit", "account_code")
        said: dict[str, Any] = {name: value for name in texts if (value := fields.text(name))}
        price_name = self._price_name(fields) if gross else "price"
        price, quantity = fields.number(price_name), fields.number("quantity")
        percent, discount = fields.number("vatpercent"), fields.number("discount_percent")
        numbers = {price_name: price, "quantity": quantity, "vatpercent": percent, "discount_percent": discount}
        said |= {name: value for name, value in numbers.items() if value is not None}
        line = Line(said, percent=self._percent(fields, percent))
        if not said:
            fields.object("description", "A row must say something")
        if discount is not None and not 0 <= discount <= HUNDRED:
            fields.object("discount_percent", "The discount is from 0 to 100 per cent")
        if price is not None:
            # Without a quantity it is one.
            amount = price * (1 if quantity is None else quantity) * (1 - (discount or ZERO) / HUNDRED)
            line.net, line.vat = _priced(amount, line.percent, gross=gross)
        if said.get("product_no") or self.site.readings["row_account"] == "always":
            line.account = said.get("account_code", "")
        line.dimensions = list(self._dimensions(fields))
        said["dimensions"] = [{"type": name, "code": code} for name, code in line.dimensions]
        return line

    def _price_name(self, fields: Fields) -> str:
        """Return where the price with VAT stands."""
        reading = self.site.readings["gross_price"]
        is_named = reading == "price_with_vat" or (reading == "either" and fields.branch.text("price_with_vat") != "")
        return "price_with_vat" if is_named else "price"

    def _percent(self, fields: Fields, percent: Decimal | None) -> Decimal:
        codes = self.site.ledger.vat_codes.values()
        known = {one for code in codes if code.side in {"sales", "both"} for one in code.percents}
        if not percent:
            return ZERO
        if percent in known or (not known and 0 < percent <= HUNDRED):
            return percent
        fields.object("vatpercent", f"There is no VAT of {percent.normalize():f} %")
        return ZERO

    def _dimensions(self, fields: Fields) -> Iterator[tuple[str, str]]:
        types = {str(one.key): one.name for one in self.site.ledger.dimensions.by_name.values()}
        for key, code in self._given_dimensions(fields.branch):
            if key in types:
                yield types[key], code
            else:
                fields.object("dim", f"Dimension type {key[:60]} not found")

    def _given_dimensions(self, branch: Branch) -> Iterator[tuple[str, str]]:
        """Yield (identifier of the type, code) of each dimension that is posted as the reading has it."""
        reading = self.site.readings["invoice_dimension_key"]
        if reading in {"any", "flat"}:
            flat = ((name.removeprefix("dim_"), code) for name, code in branch.items() if name.startswith("dim_"))
            yield from ((key, code) for key, code in flat if isinstance(code, str) and code and key.isdecimal())
        for name, code in branch.branch("dim").items():
            is_meant = {"any": True, "flat": False, "nested": name.startswith("dim"), "by_type": name.isdecimal()}
            if is_meant[reading] and isinstance(code, str) and code:
                yield name.removeprefix("dim").removeprefix("_"), code

    def _objections(self, line: Line, fields: Fields) -> Iterator[Violation]:
        account = line.account or self.site.ledger.role("sales")
        if integer_of(account) is None:
            yield Violation(fields.name("account_code"), f"Account {account[:40]} is not a number")
            return
        date = self.fields.branch.text("invoice_date")
        posting = Posting(account, ZERO, dimensions=tuple(line.dimensions))
        for objection in self.site.ledger.objections(date, [posting], must_balance=False):
            yield from _translated(objection, fields)


def _translated(objection: Objection, fields: Fields) -> Iterator[Violation]:
    if objection.rule == "account-unknown":
        yield Violation(fields.name("account_code"), f"Account {objection.value[:40]} not found")
    elif objection.rule == "dimension-unknown":
        yield Violation(fields.name("dim"), f"Dimension {objection.value[:60]} not found in {objection.other}")


def _priced(amount: Decimal, percent: Decimal, *, gross: bool) -> tuple[Decimal, Decimal]:
    """Return net and VAT of a row, each to the cent."""
    if gross:
        whole = to_cents(amount)
        net = to_cents(whole / (1 + percent / HUNDRED))
        return net, whole - net
    net = to_cents(amount)
    return net, to_cents(net * percent / HUNDRED)
