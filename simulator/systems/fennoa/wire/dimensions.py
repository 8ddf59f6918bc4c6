"""Dimensions and their types: `dimension_api`."""

from __future__ import annotations

from typing import Any

from simulator.clock import Instant
from simulator.systems.base import Answer, Request
from simulator.systems.books.chart import Dimension
from simulator.systems.fennoa.wire.envelope import Violation, object_to, refuse, succeed
from simulator.systems.fennoa.wire.forms import FormError, read_form
from simulator.systems.fennoa.wire.values import Fields, integer_of
from simulator.systems.office import Site

NAMES = ("name_fi", "name_en", "name_sv")
TEXTS = (*NAMES, "description", "active_after")


class DimensionDesk:
    """Lists dimensions and takes new ones."""

    def __init__(self, site: Site) -> None:
        """Work on the books of *site*."""
        self.site = site
        self.details: dict[tuple[str, str], dict[str, Any]] = {}
        """What was said of a dimension, by type and code; of a type itself under the empty code."""

    def all(self, request: Request, _now: Instant, _rest: list[str]) -> Answer:
        """List the dimensions, filtered by the query."""
        code, kind, active = (request.parameter(name) for name in ("code", "dimension_type_id", "is_active"))
        found = [
            self._show(dimension, item)
            for dimension in self.site.ledger.dimensions.by_name.values()
            if not kind or kind == str(dimension.key)
            for item in dimension.items
            if (not code or code == item) and (not active or active == str(self._of(dimension.name, item)["is_active"]))
        ]
        return succeed(data=found)

    def one(self, _request: Request, _now: Instant, rest: list[str]) -> Answer:
        """Tell of one dimension."""
        key = integer_of(rest[0])
        for dimension in self.site.ledger.dimensions.by_name.values():
            for code, number in dimension.items.items():
                if number == key:
                    return succeed(data=self._show(dimension, code))
        return refuse(404, f"Dimension {rest[0][:40]} not found")

    def types(self, _request: Request, _now: Instant, _rest: list[str]) -> Answer:
        """List the types."""
        listed = [self._show_type(dimension) for dimension in self.site.ledger.dimensions.by_name.values()]
        if self.site.readings["dimension_shape"] == "wrapped":
            listed = [{"DimensionType": one} for one in listed]
        return succeed(data=listed)

    def add(self, request: Request, _now: Instant, _rest: list[str]) -> Answer:
        """Make a dimension, or change the one with that type and code."""
        try:
            fields = Fields(read_form(request).fields)
        except FormError as error:
            return object_to([Violation("", str(error), is_general=True)])
        code = fields.text("code", is_required=True)
        register = self.site.ledger.dimensions
        kind = fields.text("dimension_type_id", is_required=True)
        dimension = next((one for one in register.by_name.values() if str(one.key) == kind), None)
        if kind and dimension is None:
            fields.object("dimension_type_id", f"Dimension type {kind[:40]} not found")
        active = fields.integer("is_active", (0, 1))
        fields.date("active_after")
        said = {name: fields.text(name) for name in TEXTS if name in fields.branch}
        if fields.violations or dimension is None:
            return object_to(fields.violations)
        register.add(dimension.name, [code])
        kept = self._of(dimension.name, code)
        self.details[dimension.name, code] = {**kept, **said} | ({} if active is None else {"is_active": active})
        return succeed(id=dimension.items[code])

    def add_type(self, request: Request, _now: Instant, _rest: list[str]) -> Answer:
        """Make a type."""
        try:
            fields = Fields(read_form(request).fields)
        except FormError as error:
            return object_to([Violation("", str(error), is_general=True)])
        name = fields.text("name_fi", is_required=True)
        register = self.site.ledger.dimensions
        if name in register.by_name:
            fields.object("name_fi", f"There is a dimension type {name[:60]}")
        said = {field: fields.text(field) for field in NAMES if field in fields.branch}
        if fields.violations:
            return object_to(fields.violations)
        dimension = register.add(name)
        self.details[name, ""] = said
        return succeed(id=dimension.key)

    def _of(self, kind: str, code: str) -> dict[str, Any]:
        plain = {**dict.fromkeys(NAMES, code), "description": "", "is_active": 1, "active_after": None}
        return {**plain, **self.details.get((kind, code), {})}

    def _show_type(self, dimension: Dimension) -> dict[str, Any]:
        said = self.details.get((dimension.name, ""), {})
        return {"id": dimension.key, **dict.fromkeys(NAMES, dimension.name), **said}

    def _show(self, dimension: Dimension, code: str) -> dict[str, Any]:
        told = {"id": dimension.items[code], "code": code, **self._of(dimension.name, code)}
        told["dimension_type_id"] = dimension.key
        kind = {"DimensionType": self._show_type(dimension)}
        return {"Dimension": told, **kind} if self.site.readings["dimension_shape"] == "wrapped" else {**told, **kind}
