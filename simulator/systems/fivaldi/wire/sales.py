"""Sales orders, which are all that Fivaldi takes of sales; invoicing happens inside Fivaldi, by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from simulator.chance import fingerprint
from simulator.clock import Instant
from simulator.contract.jsontext import MalformedError, loads
from simulator.systems.base import Answer, Request
from simulator.systems.fivaldi.credentials import cuid_of
from simulator.systems.fivaldi.wire.answers import error_list, good
from simulator.systems.fivaldi.wire.company import DIMENSIONS_MAX, has_item, slots
from simulator.systems.fivaldi.wire.customers import CHOICES, UNITS, Registers, shown_day, sortable_day
from simulator.systems.money import CENT, HUNDRED, ZERO, to_cents
from simulator.systems.office import Site
from simulator.systems.shapes import breaks

MILLIONTH = Decimal("0.000001")
DECIMALS = {
    "quantity": Decimal("0.001"),
    "unitPriceExcludingTax": MILLIONTH,
    "totalSumIncludingTax": CENT,
    "discountRate": CENT,
}
STATES = ("DRAFT", "INVOICED")
SET_BY_FIVALDI = ("id", "orderNumber", "orderStatus", "externalBatchId", "cuid", "createTime", "createUser")
Order = dict[str, Any]


class SalesOrders:
    """Takes, changes and shows sales orders."""

    def __init__(self, site: Site, registers: Registers) -> None:
        """Keep the orders of *site*, which name what is in the *registers*."""
        self.site = site
        self.registers = registers
        self.order_shape = site.about.schemas.validator("sales.order.request.json")
        self.orders_shape = site.about.schemas.validator("sales.orders.request.json")
        self.orders: dict[str, Order] = {}
        self.batches: dict[str, list[Order]] = {}

    def create(self, request: Request, now: Instant) -> Answer:
        """Answer `POST …/sales/sales-order`."""
        body = self._read(request, self.order_shape)
        return body if isinstance(body, Answer) else self._create([body], now)

    def create_many(self, request: Request, now: Instant) -> Answer:
        """Answer `POST …/sales/multiple-sales-orders`: a batch, of which all is taken or nothing, or what is right."""
        body = self._read(request, self.orders_shape)
        return body if isinstance(body, Answer) else self._create(body, now)

    def _create(self, given: Sequence[Order], now: Instant) -> Answer:
        wrong = {number: list(self._errors(order)) for number, order in enumerate(given)}
        told = [
            f"Order {number + 1}: {text}" if len(given) > 1 else text
            for number, texts in wrong.items()
            for text in texts
        ]
        good_ones = [order for number, order in enumerate(given) if not wrong[number]]
        if told and (not good_ones or self.site.readings["bad_order_in_batch"] == "all_refused"):
            return self._refuse(told)
        batch = self.site.tenant.letters(f"fivaldi-batch-{len(self.batches) + 1}", 24)
        self.batches[batch] = [self._store(order, batch, now) for order in good_ones]
        return good({"externalBatchId": batch, **({"errors": told} if told else {})})

    def _store(self, given: Order, batch: str, now: Instant) -> Order:
        number = len(self.orders) + 1
        # As long as the ids in the vendor's own samples, and the same in every run.
        key = "".join(fingerprint(f"{self.site.tenant.identity} order {number} {half}") for half in "ab")
        own = {
            "id": key,
            "orderNumber": str(number),
            "orderStatus": self._state(given),
            "externalBatchId": batch,
            "cuid": cuid_of(self.site.tenant),
            "createTime": shown_day(now),
            "createUser": "API",
        }
        order = {**given, **own, **self._computed(given, now)}
        self.orders[key] = order
        return order

    def _state(self, given: Order) -> str:
        is_at_once = self.site.readings["ready_order"] == "invoiced"
        return STATES[is_at_once and given.get("readyToInvoice") is True]

    def _computed(self, given: Order, now: Instant) -> Order:
        """Return what Fivaldi computes of an order: rows with both prices, and the totals over the rows."""
        rows, net_sum, gross_sum = [], ZERO, ZERO
        for row in given["salesOrderRowDTOS"]:
            net, gross, priced = (ZERO, ZERO, {}) if row.get("textRow") else self._priced(row)
            net_sum, gross_sum = net_sum + net, gross_sum + gross
            rows.append({**row, **priced})
        return {
            "salesOrderRowDTOS": rows,
            "totalVatExcludedAmount": net_sum,
            "totalVatAmount": gross_sum - net_sum,
            "totalVatIncludedAmount": gross_sum,
            "changeTime": shown_day(now),
            "changeUser": "API",
        }

    def _priced(self, row: Mapping[str, Any]) -> tuple[Decimal, Decimal, Order]:
        factor = 1 + self.registers.percent_of(row["productCode"]) / HUNDRED
        count = Decimal(row.get("quantity") or 0) * (1 - Decimal(row.get("discountRate") or 0) / HUNDRED)
        if row.get("totalSumIncludingTax") is not None:
            gross = to_cents(Decimal(row["totalSumIncludingTax"]))
            net = to_cents(gross / factor)
            price = (gross / factor / count).quantize(MILLIONTH, ROUND_HALF_UP) if count else ZERO
        else:
            price = Decimal(row.get("unitPriceExcludingTax") or 0)
            net, gross = to_cents(price * count), to_cents(price * count * factor)
        return net, gross, {"unitPriceExcludingTax": price, "totalSumIncludingTax": gross}

    def update(self, request: Request, key: str, now: Instant) -> Answer:
        """Answer `PUT …/sales/sales-order/{id}`: another order takes the place of a draft."""
        body = self._read(request, self.order_shape)
        if isinstance(body, Answer):
            return body
        order = self.orders.get(key)
        if order is None:
            return self._refuse([f"Sales order {key[:60]} not found."])
        if order["orderStatus"] != STATES[0]:
            return self._refuse([f"Sales order {key} is {order['orderStatus']} and can no longer be changed."])
        wrong = list(self._errors(body))
        if wrong:
            return self._refuse(wrong)
        kept = {name: order[name] for name in SET_BY_FIVALDI}
        order.clear()
        order.update({**body, **kept, "orderStatus": self._state(body), **self._computed(body, now)})
        return good(order)

    def show(self, key: str) -> Answer:
        """Answer `GET …/sales/sales-order/{id}`. The contract has no 404 for it."""
        order = self.orders.get(key)
        return self._refuse([f"Sales order {key[:60]} not found."]) if order is None else good(order)

    def show_batch(self, batch: str) -> Answer:
        """Answer `GET …/sales/sales-orders/batch/{externalBatchId}`."""
        orders = self.batches.get(batch)
        return self._refuse([f"Batch {batch[:60]} not found."]) if orders is None else good(orders)

    def list_orders(self, request: Request) -> Answer:
        """Answer `GET …/sales/sales-orders`, those made since `fromDate` (dd.mm.yyyy) and of a `status`."""
        since, state = request.parameter("fromDate"), request.parameter("status")
        wrong = [] if not since or sortable_day(since) else ["fromDate must be a date, written dd.mm.yyyy."]
        wrong += [] if state in {"", *STATES} else [f"status must be one of {', '.join(STATES)}."]
        if wrong:
            return self._refuse(wrong)
        least = sortable_day(since) if since else ""
        return good(
            [
                order
                for order in self.orders.values()
                if state in {"", order["orderStatus"]} and sortable_day(order["createTime"]) >= least
            ]
        )

    def _read(self, request: Request, shape: Any) -> Any:
        try:
            body = loads(request.body)
        except MalformedError as failure:
            return self._refuse([f"The body is not JSON: {failure.detail}"])
        wrong = [f"{broken.field or 'the body'}: {broken.message[:200]}" for broken in breaks(shape, body)]
        return self._refuse(wrong) if wrong else body

    def _errors(self, order: Order) -> Iterator[str]:
        if order["customerId"] not in self.registers.customers:
            yield f"customerId: customer {order['customerId']} not found."
        for member, choices in CHOICES.items():
            if order.get(member) is not None and order[member] not in choices:
                yield f"{member}: {order[member]} does not exist."
        for member in ("deliveryDate", "orderDate"):
            if order.get(member) is not None and not sortable_day(order[member]):
                yield f"{member}: {order[member]} is no date, written dd.mm.yyyy."
        for number, row in enumerate(order["salesOrderRowDTOS"], 1):
            yield from (f"row {number}: {text}" for text in self._row_errors(row))

    def _row_errors(self, row: Mapping[str, Any]) -> Iterator[str]:
        known = slots(self.site.ledger.dimensions)
        for slot in range(1, DIMENSIONS_MAX + 1):
            code = row.get(f"accountDimension{slot}")
            if code and (slot > len(known) or not has_item(known[slot - 1], code)):
                yield f"accountDimension{slot}: {code} not found."
        if row.get("textRow"):
            return
        product = row.get("productCode")
        if not product:
            yield "productCode is missing; only a text row has none."
        elif product not in self.registers.products:
            yield f"productCode: product {product} not found."
        if row.get("unitPriceExcludingTax") is not None and row.get("totalSumIncludingTax") is not None:
            yield "unitPriceExcludingTax and totalSumIncludingTax can not be given on the same row."
        if row.get("unitId") and row["unitId"] not in UNITS:
            yield f"unitId: {row['unitId']} does not exist."
        for member, places in DECIMALS.items():
            given = row.get(member)
            if given is not None and Decimal(given) != Decimal(given).quantize(places):
                yield f"{member} has more decimals than are taken."

    def _refuse(self, errors: Sequence[str]) -> Answer:
        return error_list(self.site.readings, 400, errors)
