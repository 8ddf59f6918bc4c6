"""The cost dimensions with their items, as the interface shows them and by the identifiers that it gives them."""

from __future__ import annotations

from typing import Any

from simulator.clock import Instant
from simulator.systems.base import Answer, Request
from simulator.systems.books.chart import Dimension
from simulator.systems.office import Site
from simulator.systems.procountor.wire.answers import in_json, refused
from simulator.systems.procountor.wire.paging import text_of


class DimensionRegister:
    """The cost dimensions with their items, by name and by the identifiers of the interface."""

    def __init__(self, site: Site) -> None:
        """Read the books of *site*."""
        self.site = site
        self._descriptions: dict[int, str] = {}
        self._passive: set[int] = set()
        self._known: object = None
        self._codes: dict[int, dict[int, str]] = {}

    def find(self, dimension: int, item: int) -> tuple[str, str] | None:
        """Return the names of an item that is in use; None if there is none."""
        found = self._by_key(dimension)
        code = None if found is None else self._codes_of(found).get(item)
        return None if found is None or code is None or item in self._passive else (found.name, code)

    def _begin(self) -> None:
        # Books that are arranged anew have new dimensions, and nothing kept beside the old ones holds of them.
        if self._known is not self.site.ledger.dimensions:
            self._known, self._codes, self._passive, self._descriptions = self.site.ledger.dimensions, {}, set(), {}

    def _by_key(self, key: int) -> Dimension | None:
        self._begin()
        # There are few dimensions, and many items.
        return next((one for one in self.site.ledger.dimensions.by_name.values() if one.key == key), None)

    def _codes_of(self, dimension: Dimension) -> dict[int, str]:
        codes = self._codes.setdefault(dimension.key, {})
        if len(codes) != len(dimension.items):
            for code in reversed(dimension.items):
                if codes.get(dimension.items[code]) == code:
                    break
                codes[dimension.items[code]] = code
        return codes

    def listing(self, request: Request, _now: Instant) -> Answer:
        """Answer the dimensions whose name, and their items whose code, has what is searched for."""
        self._begin()
        name, code = text_of(request, "name"), text_of(request, "codeName")
        register = self.site.ledger.dimensions
        if name and code:
            # Books that have any dimension have the one that is asked for.
            register.has(name, code)
        shown = []
        for dimension in register.by_name.values():
            codes = [one for one in dimension.items if code.lower() in one.lower()]
            if name.lower() in dimension.name.lower() and (codes or not code):
                shown.append(self._show(dimension, codes))
        return in_json(shown)

    def one(self, _request: Request, _now: Instant, key: str) -> Answer:
        """Answer one dimension."""
        dimension = self._asked(key)
        return in_json(self._show(dimension, list(dimension.items)))

    def _asked(self, key: str) -> Dimension:
        dimension = self._by_key(int(key))
        if dimension is None:
            raise refused(404, "Dimension not found.")
        return dimension

    def _show(self, dimension: Dimension, codes: list[str]) -> dict[str, Any]:
        return {"id": dimension.key, "name": dimension.name,
                "items": [self._show_item(dimension.items[code], code) for code in codes]}  # fmt: skip

    def _show_item(self, key: int, code: str) -> dict[str, Any]:
        item: dict[str, Any] = {"id": key, "codeName": code}
        if key in self._passive:
            item["status"] = "P"
        if key in self._descriptions:
            item["description"] = self._descriptions[key]
        return item

    def add_item(self, key: str, item: dict[str, Any]) -> Answer:
        """Add an item to a dimension."""
        dimension, code = self._asked(key), str(item["codeName"])
        if code in dimension.items:
            raise refused(400, f"SIM_DIMENSION_ITEM_EXISTS: {dimension.name} has the item {code}", "codeName")
        self.site.ledger.dimensions.add(dimension.name, [code])
        return self._keep(dimension, code, item)

    def change_item(self, key: str, item: dict[str, Any]) -> Answer:
        """Change an item of a dimension."""
        dimension, code = self._asked(key), str(item["codeName"])
        former = self._codes_of(dimension).get(int(item.get("id") or 0))
        if former is None:
            raise refused(404, "Dimension item not found.")
        if former != code:
            if code in dimension.items:
                raise refused(400, f"SIM_DIMENSION_ITEM_EXISTS: {dimension.name} has the item {code}", "codeName")
            dimension.items[code] = dimension.items.pop(former)
            self._codes.pop(dimension.key)
        return self._keep(dimension, code, item)

    def _keep(self, dimension: Dimension, code: str, item: dict[str, Any]) -> Answer:
        number = dimension.items[code]
        self._codes_of(dimension)
        (self._passive.add if item.get("status") == "P" else self._passive.discard)(number)
        self._descriptions.pop(number, None)
        if item.get("description"):
            self._descriptions[number] = str(item["description"])
        return in_json(self._show_item(number, code))
