"""Customers: `customer_api`. An invoice finds its customer here, or makes one."""

from __future__ import annotations

import re
from typing import Any

from simulator.clock import Instant, date_at
from simulator.contract.jsontext import MalformedError, loads
from simulator.systems.base import Answer, Request
from simulator.systems.fennoa.wire.brackets import Branch
from simulator.systems.fennoa.wire.envelope import Violation, object_to, refuse, succeed
from simulator.systems.fennoa.wire.forms import FormError, read_form
from simulator.systems.fennoa.wire.values import Fields, integer_of
from simulator.systems.office import Site
from simulator.systems.shapes import breaks

CUSTOMERS_MAX = 100_000
REQUIRED = ("name", "address", "postalcode", "city", "country_id")
TEXTS = (
    *REQUIRED, "name2", "description", "email", "phone", "fax", "website", "business_id", "vat_number",
    "identity_number", "contact_person", "einvoice_address", "einvoice_operator_id", "locale_code",
)  # fmt: skip
DELIVERY_METHODS = ("email", "finvoice", "postal", "consumerfinvoice", "consumerdirect", "manual")
COUNTRY = re.compile("[A-Z]{2}")
LOCALES = {"1": 1, "2": 2, "4": 4, "fi": 1, "en": 2, "sv": 4}
"""The identifier of a language by itself and by its code: clients send either."""
UPDATE = "customer.update.json"


class CustomerDesk:
    """Keeps the customers, by identifier and by number."""

    def __init__(self, site: Site) -> None:
        """Start without customers."""
        self.site = site
        self.by_key: dict[int, dict[str, Any]] = {}
        self.by_number: dict[str, dict[str, Any]] = {}
        self._last = 0

    def all(self, request: Request, _now: Instant, _rest: list[str]) -> Answer:
        """List the customers, or those that were changed since a day."""
        since = request.parameter("modifiedAfter")
        return succeed(data=[{"Customer": one} for one in self.by_key.values() if one["modified"] >= since])

    def one(self, _request: Request, _now: Instant, rest: list[str]) -> Answer:
        """Tell of the customer with an identifier."""
        customer = self.by_key.get(integer_of(rest[0]) or 0)
        return _told(customer, rest[0])

    def by_customer_no(self, _request: Request, _now: Instant, rest: list[str]) -> Answer:
        """Tell of the customer with a number."""
        return _told(self.by_number.get(rest[0]), rest[0])

    def add(self, request: Request, now: Instant, _rest: list[str]) -> Answer:
        """Take a new customer."""
        try:
            fields = Fields(read_form(request).fields)
        except FormError as error:
            return object_to([Violation("", str(error), is_general=True)])
        said = _read(fields, required=REQUIRED)
        number = fields.text("customer_no").strip()
        if number in self.by_number:
            fields.object("customer_no", f"There is a customer {number[:60]}")
        if fields.violations:
            return object_to(fields.violations)
        return self._answer(self.keep(number, said, now))

    def update(self, request: Request, now: Instant, rest: list[str]) -> Answer:
        """Change the customer with a number, told in JSON; a form is understood as well."""
        customer = self.by_number.get(rest[0])
        if customer is None:
            return refuse(404, f"Customer {rest[0][:40]} not found")
        try:
            branch = self._json(request) if request.media_type == "application/json" else read_form(request).fields
        except (FormError, MalformedError) as error:
            return object_to([Violation("", str(error), is_general=True)])
        if isinstance(branch, Answer):
            return branch
        fields = Fields(branch)
        said = _read(fields, required=[name for name in REQUIRED if name in branch])
        if fields.violations:
            return object_to(fields.violations)
        customer.update(said, modified=_moment(now))
        # A client that works reads the identifier at the top of the data here.
        return succeed(id=customer["id"], data={"id": customer["id"], "Customer": customer})

    def _json(self, request: Request) -> Branch | Answer:
        value = loads(request.body)
        broken = list(breaks(self.site.about.schemas.validator(UPDATE), value))
        if broken:
            return object_to(Violation(one.field, one.message, is_general=not one.path) for one in broken)
        branch = Branch()
        for name, given in value.items():
            if isinstance(given, list):
                for number, entry in enumerate(given):
                    branch.put([name, str(number)], str(entry))
            elif given is not None:
                branch.put([name], str(given))
        return branch

    def keep(self, number: str, said: dict[str, Any], now: Instant) -> dict[str, Any]:
        """Store a customer; without a *number* it gets the next that is free."""
        if len(self.by_key) >= CUSTOMERS_MAX:
            # Bounded, as whoever posts invoices makes customers; the oldest are those that nobody misses.
            oldest = self.by_key.pop(next(iter(self.by_key)))
            self.by_number.pop(oldest["customer_no"], None)
        self._last += 1
        key = following = self._last
        while not number or (number in self.by_number and following):
            number, following = str(following), following + 1
            if number in self.by_number:
                number = ""
        customer = {"id": key, "customer_no": number, **said, "modified": _moment(now)}
        self.by_key[key] = self.by_number[number] = customer
        return customer

    @staticmethod
    def _answer(customer: dict[str, Any]) -> Answer:
        # The documentation nests it, and a client that works reads it at the top.
        return succeed(id=customer["id"], data={"Customer": customer})


def _told(customer: dict[str, Any] | None, wanted: str) -> Answer:
    if customer is None:
        return refuse(404, f"Customer {wanted[:40]} not found")
    return succeed(data={"Customer": customer})


def _moment(now: Instant) -> str:
    return date_at(now, "Europe/Helsinki")


def _locale(fields: Fields) -> int | None:
    """Return the identifier of a language, which is posted by identifier or by code; None if it was not posted."""
    text = fields.text("locale_id").strip()
    if text and text.lower() not in LOCALES:
        fields.object("locale_id", f"{text[:40]!r} is not one of {', '.join(LOCALES)}")
    return LOCALES.get(text.lower())


def _read(fields: Fields, required: tuple[str, ...] | list[str]) -> dict[str, Any]:
    said: dict[str, Any] = {
        name: fields.text(name, is_required=name in required) for name in TEXTS if name in {*fields.branch, *required}
    }
    country = said.get("country_id", "")
    if country and not COUNTRY.fullmatch(country):
        fields.object("country_id", f"{country[:40]!r} is not a country code of two letters")
    kind = fields.integer("account_type_id", (1, 2))
    locale = _locale(fields)
    method = fields.choice("sales_invoice_delivery_method", DELIVERY_METHODS)
    groups = [value for value in fields.branch.branch("customer_group_ids").values() if isinstance(value, str)]
    chosen = {
        "account_type_id": kind, "locale_id": locale, "sales_invoice_delivery_method": method,
        "customer_group_ids": groups,
    }  # fmt: skip
    return said | {name: value for name, value in chosen.items() if value}
