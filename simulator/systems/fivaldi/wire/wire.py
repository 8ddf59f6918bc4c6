"""What Fivaldi answers: who asks is checked first, then how often, then which company, and only then what."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from simulator.clock import Instant, parse_duration
from simulator.contract.readings import Readings
from simulator.systems.about import About
from simulator.systems.base import Answer, Request
from simulator.systems.books.words import Rate
from simulator.systems.fivaldi.credentials import cuid_of
from simulator.systems.fivaldi.signature import BASE_PATH
from simulator.systems.fivaldi.wire.answers import error, good, refusal, with_limits
from simulator.systems.fivaldi.wire.attachments import Attachments
from simulator.systems.fivaldi.wire.bookkeeping import Bookkeeping
from simulator.systems.fivaldi.wire.company import company, customer, only_fields
from simulator.systems.fivaldi.wire.customers import Registers
from simulator.systems.fivaldi.wire.doorkeeper import Doorkeeper
from simulator.systems.fivaldi.wire.imports import Importer
from simulator.systems.fivaldi.wire.sales import SalesOrders
from simulator.systems.fivaldi.wire.store import VoucherStore
from simulator.systems.fivaldi.wire.vat import VatTable
from simulator.systems.office import Site

Deed = Callable[[Request, Instant, str], Answer]
"""Answers a call, given the part of its path that names one thing, if it has such a part."""
Deeds = dict[tuple[str, str], Deed]
"""What answers each call below a company, by method and path; `*` stands for the part that names one thing."""

COMPANIES = "/companies/"
UNSIMULATED = (
    "purchases/", "archive/", "estate-", "payroll/", "bookkeeping/budget", "products/", "customers/",
)  # fmt: skip
"""What the vendor's contract has and the simulator has not."""
BASIC_DETAILS = ("customers/getCustomerRegisterBasicDetails", "products/getProductRegisterBasicDetails")


class FivaldiWire:
    """Checks, books, answers."""

    def __init__(self, site: Site) -> None:
        """Serve the books of *site*."""
        self.site = site
        self.doorkeeper = Doorkeeper(site)
        self.rate = vendors_rate(site.about)

    @cached_property
    def deeds(self) -> Deeds:
        """Return what answers each call."""
        # Made at the first call: most worlds have no Fivaldi.
        store, vat = VoucherStore(self.site), VatTable(self.site.ledger)
        registers = Registers(self.site)
        orders = SalesOrders(self.site, registers)
        importer = Importer(self.site, store, vat)
        return {
            ("POST", "bookkeeping/vouchers"): lambda request, now, _: importer.answer(request, now),
            **_reads_of_books(Bookkeeping(self.site, store, vat)),
            **_calls_of_orders(orders),
            **_calls_of_registers(registers),
            **_calls_of_attachments(Attachments(self.site, store, orders)),
        }

    def answer(self, request: Request, now: Instant) -> Answer:
        """Answer a request; the headers of the rate limit are on every answer."""
        answer = self._answer(request, now)
        bucket = self.site.bucket
        if bucket is None:
            # Nothing is limited here: the vendor's figures stand there for clients that pace themselves by them.
            return with_limits(answer, self.rate, self.rate.requests)
        return with_limits(answer, bucket.rate, bucket.left)

    def _answer(self, request: Request, now: Instant) -> Answer:
        readings = self.site.readings
        if self.site.gate.is_in_maintenance:
            return error(readings, 503, "Fivaldi is closed for maintenance.")
        objection = self.doorkeeper.objection(request, now)
        if objection:
            return refusal(readings, 401, objection)
        if self.site.gate.is_revoked and readings["revoked_answer"] == "401":
            return refusal(readings, 401, "The credentials of the partner have been revoked.")
        if self.site.is_too_fast(now):
            return Answer(429)
        path = request.path.rstrip("/")
        if not path.startswith(BASE_PATH + "/"):
            return error(readings, 404, f"There is nothing at {path[:200]}: every path begins with {BASE_PATH}.")
        return self._call(request, path.removeprefix(BASE_PATH), now)

    def _call(self, request: Request, path: str, now: Instant) -> Answer:
        if path.startswith(COMPANIES):
            cuid, _, rest = path.removeprefix(COMPANIES).partition("/")
            return self._barred(cuid) or self._call_company(request, rest, now)
        if path not in {"/ping", "/customers", "/companies"}:
            return error(self.site.readings, 404, f"There is no call {path[:200]}.")
        if request.method != "GET":
            return error(self.site.readings, 405, f"{request.method[:20]} is not taken here.")
        if path == "/ping":
            return good({"message": "pong"})
        if self.site.gate.is_revoked:
            return error(self.site.readings, 404, "No company has let the partner in.")
        if path == "/customers":
            return good([customer(self.site.tenant)])
        return self._companies(request)

    def _companies(self, request: Request) -> Answer:
        found = only_fields(company(self.site.tenant), request.parameter("fields"))
        whole = company(self.site.tenant)
        for name in ("businessId", "customerId"):
            if request.parameter(name) not in {"", whole[name]}:
                return error(self.site.readings, 404, f"No company has the {name} {request.parameter(name)[:40]}.")
        is_one = request.parameter("businessId") and self.site.readings["company_by_business_id"] == "object"
        return good(found if is_one else [found])

    def _barred(self, cuid: str) -> Answer | None:
        """Return why the partner does not get at a company; None if it does."""
        if cuid != cuid_of(self.site.tenant):
            if self.site.readings["foreign_company"] == "403":
                return refusal(self.site.readings, 403, f"The partner has no access to the company {cuid[:60]}.")
            return error(self.site.readings, 404, f"Company {cuid[:60]} not found.")
        if self.site.gate.is_revoked:
            return refusal(self.site.readings, 403, "The company has taken the partner's access away.")
        return None

    def _call_company(self, request: Request, path: str, now: Instant) -> Answer:
        # By its form the path of basic details might be that of a customer, or of a product.
        deed, one = (None, "") if path in BASIC_DETAILS else self._find(request.method, path)
        if deed is not None:
            return deed(request, now, one)
        if path not in BASIC_DETAILS and any(self._find(method, path)[0] for method in ("GET", "POST", "PUT")):
            return error(self.site.readings, 405, f"{request.method[:20]} is not taken here.")
        if path.startswith(UNSIMULATED):
            return error(self.site.readings, 501, f"Fivaldi has calls at {path[:200]}, and the simulator has not.")
        return error(self.site.readings, 404, f"There is no call {path[:200]}.")

    def _find(self, method: str, path: str) -> tuple[Deed | None, str]:
        deed = self.deeds.get((method, path))
        if deed is not None:
            return deed, ""
        # One thing is named by the last step, or by the one before it.
        steps = path.split("/")
        for place in (len(steps) - 1, len(steps) - 2):
            if place > 0:
                named = "/".join([*steps[:place], "*", *steps[place + 1 :]])
                deed = self.deeds.get((method, named))
                if deed is not None and steps[place]:
                    return deed, steps[place]
        return None, ""


def _reads_of_books(books: Bookkeeping) -> Deeds:
    return {
        ("GET", "bookkeeping/voucherTypes"): lambda request, _now, _: books.voucher_types(request),
        ("GET", "bookkeeping/vatCodes"): lambda request, _now, _: books.vat_codes(request),
        ("GET", "bookkeeping/fiscalYears"): lambda request, _now, _: books.fiscal_years(request),
        ("GET", "bookkeeping/monthStatus"): lambda request, _now, _: books.month_status(request),
        ("GET", "bookkeeping/accountBalance"): lambda request, _now, _: books.account_balance(request),
        ("GET", "bookkeeping/vouchers"): lambda request, _now, _: books.vouchers(request),
        ("GET", "bookkeeping/vouchers/*"): lambda request, _now, one: books.voucher(request, one),
        ("GET", "chart-of-accounts"): lambda request, _now, _: books.chart_of_accounts(request),
        ("POST", "chart-of-accounts/dimensions"): lambda request, _now, _: books.add_items(request),
    }


def _calls_of_orders(orders: SalesOrders) -> Deeds:
    return {
        ("POST", "sales/sales-order"): lambda request, now, _: orders.create(request, now),
        ("POST", "sales/multiple-sales-orders"): lambda request, now, _: orders.create_many(request, now),
        ("GET", "sales/sales-orders"): lambda request, _now, _: orders.list_orders(request),
        ("GET", "sales/sales-orders/batch/*"): lambda _request, _now, one: orders.show_batch(one),
        ("GET", "sales/sales-order/*"): lambda _request, _now, one: orders.show(one),
        ("PUT", "sales/sales-order/*"): lambda request, now, one: orders.update(request, one, now),
    }


def _calls_of_registers(registers: Registers) -> Deeds:
    return {
        ("GET", "sales/company-invoicing-details"): lambda _request, _now, _: registers.invoicing_details(),
        ("GET", "customers"): lambda request, _now, _: registers.list_customers(request),
        ("POST", "customers/createCustomer"): lambda request, now, _: registers.create_customer(request, now),
        ("GET", "customers/*"): lambda request, _now, one: registers.customer(request, one),
        ("GET", "products"): lambda request, _now, _: registers.list_products(request),
        ("GET", "products/getProduct"): lambda request, _now, _: registers.asked_product(request),
        ("POST", "products/createProduct"): lambda request, now, _: registers.create_product(request, now),
        ("GET", "products/*"): lambda request, _now, one: registers.product(request, one),
    }


def _calls_of_attachments(files: Attachments) -> Deeds:
    return {
        ("GET", "bookkeeping/vouchers/attachments"): lambda request, _now, _: files.list_of_voucher(request),
        ("POST", "bookkeeping/vouchers/addAttachments"): lambda request, _now, _: files.add_to_voucher(request),
        ("POST", "sales/sales-order/*/attachment"): lambda request, _now, one: files.add_to_order(request, one),
    }


def vendors_rate(about: About) -> Rate:
    """Return the rate limit as the data of the system has it."""
    limit = about.data["rate_limit"]
    return Rate(limit["requests"], parse_duration(limit["per"]))


def stranger(about: About, readings: Readings) -> Answer:
    """Answer somebody whose request names no partner of a world."""
    rate = vendors_rate(about)
    told = "X-Fivaldi-Partner names no partner. `GET /_sim/credentials` of the simulator shows whom it knows."
    return with_limits(refusal(readings, 401, told), rate, rate.requests)
