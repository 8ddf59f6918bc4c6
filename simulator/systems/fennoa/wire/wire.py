"""What Fennoa answers: who is let in, which call it is, and who carries it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from simulator.clock import Instant
from simulator.systems.base import Answer, Request
from simulator.systems.fennoa.credentials import BASE, is_let_in
from simulator.systems.fennoa.wire.customers import CustomerDesk
from simulator.systems.fennoa.wire.dimensions import DimensionDesk
from simulator.systems.fennoa.wire.envelope import CHALLENGE, KEPT_OUT, refuse
from simulator.systems.fennoa.wire.payments import PaymentDesk
from simulator.systems.fennoa.wire.reports import Reports
from simulator.systems.fennoa.wire.sales import SalesDesk
from simulator.systems.fennoa.wire.statements import Statements
from simulator.systems.office import Site

Carry = Callable[[Request, Instant, list[str]], Answer]
MODULES = ("accounting_api", "dimension_api", "sales_api", "customer_api")
MANY = 20
"""How many steps a path may have behind its call, where it may have any number."""


@dataclass(frozen=True, slots=True)
class Route:
    """A call: its method, the steps of its path, and how many steps follow that are its arguments."""

    method: str
    steps: tuple[str, ...]
    carry: Carry
    least: int = 0
    most: int = 0

    def fits(self, steps: list[str]) -> bool:
        """Say whether a path is of this call."""
        begin = len(self.steps)
        return tuple(steps[:begin]) == self.steps and self.least <= len(steps) - begin <= self.most


class FennoaWire:
    """Finds the call of a request."""

    def __init__(self, site: Site) -> None:
        """Answer from the books of *site*."""
        self.site = site
        routes = [*_accounting(site), *_sales(site)]
        # Where several fit, the one that names more is meant: `sales_api/add` is no invoice called "add".
        self.routes = sorted(routes, key=lambda route: -len(route.steps))
        self._by_module = {name: [route for route in self.routes if route.steps[0] == name] for name in MODULES}

    def answer(self, request: Request, now: Instant) -> Answer:
        """Answer a request."""
        gate = self.site.gate
        if gate.is_in_maintenance:
            return refuse(503, "Fennoa is closed for maintenance")
        if gate.is_revoked or not is_let_in(request, self.site.tenant):
            return refuse(401, KEPT_OUT, CHALLENGE)
        if self.site.is_too_fast(now):
            return refuse(429, "Too many active requests; try again later")
        base, *steps = _steps_of(request)
        routes = self._by_module.get(steps[0], []) if f"/{base}" == BASE and steps else []
        fitting = [route for route in routes if route.fits(steps)]
        if not fitting:
            return refuse(404, f"There is no call {request.path[:80]}")
        named = [route for route in fitting if len(route.steps) == len(fitting[0].steps)]
        method = "GET" if request.method == "HEAD" else request.method
        for route in named:
            if route.method == method:
                return route.carry(request, now, steps[len(route.steps) :])
        allowed = ", ".join(route.method for route in named)
        return refuse(405, f"Invalid method {request.method[:20]}; use {allowed}", (("allow", allowed),))


def _steps_of(request: Request) -> list[str]:
    """Return the steps of a path; an encoded slash is a part of its step, as in the number of an invoice."""
    path = request.target.partition("?")[0].removeprefix(request.mount)
    return [unquote(step) for step in path.split("/") if step] or [""]


def _accounting(site: Site) -> list[Route]:
    statements, reports, dimensions = Statements(site), Reports(site), DimensionDesk(site)
    api, dimension_api = "accounting_api", "dimension_api"
    return [
        Route("POST", (api, "add"), statements.add),
        Route("POST", (api, "do", "upload_attachment"), statements.attach, 1, 1),
        Route("GET", (api, "get", "accounts"), reports.accounts, 0, 1),
        Route("GET", (api, "get", "vatcodes"), reports.vat_codes),
        Route("GET", (api, "get", "periods"), reports.periods),
        Route("GET", (api, "get", "locking_periods"), reports.locking_periods),
        Route("GET", (api, "get", "account_balance"), reports.account_balance, 2, MANY),
        Route("GET", (api, "get", "opening_balances"), reports.opening_balances, 1, 2),
        Route("GET", (api, "get", "ledger"), reports.ledger, 2, MANY),
        Route("GET", (dimension_api,), dimensions.all),
        Route("GET", (dimension_api,), dimensions.one, 1, 1),
        Route("GET", (dimension_api, "get", "types"), dimensions.types),
        Route("POST", (dimension_api, "add"), dimensions.add),
        Route("POST", (dimension_api, "add", "type"), dimensions.add_type),
    ]


def _sales(site: Site) -> list[Route]:
    customers, payments = CustomerDesk(site), PaymentDesk(site)
    sales = SalesDesk(site, customers)
    api, customer_api = "sales_api", "customer_api"
    return [
        Route("POST", (api, "add"), sales.add),
        Route("POST", (api, "add", "finvoice"), sales.add_finvoice),
        Route("POST", (api, "add", "payment"), payments.add),
        Route("POST", (api, "do", "approve"), sales.approve, 1, 1),
        Route("POST", (api, "do", "send"), sales.send, 1, 1),
        Route("POST", (api, "do", "upload_attachment"), sales.attach, 1, 1),
        Route("GET", (api,), sales.all),
        Route("GET", (api,), sales.one, 1, 1),
        Route("GET", (api, "get", "invoice_no"), sales.by_number, 1, 1),
        Route("GET", (api, "get", "payments"), payments.between, 2, 3),
        Route("GET", (api, "get", "delivery_errors"), sales.delivery_errors),
        Route("POST", (customer_api, "add"), customers.add),
        Route("PUT", (customer_api,), customers.update, 1, 1),
        Route("GET", (customer_api,), customers.all),
        Route("GET", (customer_api,), customers.one, 1, 1),
        Route("GET", (customer_api, "get", "customer_no"), customers.by_customer_no, 1, 1),
    ]
