"""Parameters of searches: pages, order, spans of days and moments, and lists separated by commas."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from simulator.systems.base import Answer, Request
from simulator.systems.procountor.wire.answers import in_json, refused

Item = TypeVar("Item")

SIZE = 50
SIZE_MAX = 200
IDS_MAX = 200
INTEGER_MAX = 2**31 - 1

_INTEGER = re.compile(r"-?[0-9]{1,10}")
_DAY = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")
_MOMENT = re.compile(_DAY.pattern + r"(?:T[0-2][0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?Z?)?")


def invalid(name: str, value: object) -> str:
    """Say that a value cannot be read, as the vendor does."""
    return f"Value of the '{name}' field is invalid: {value}"


def text_of(request: Request, name: str) -> str:
    """Return a search term, which may stand in a header instead of the query; empty if there is none."""
    return request.parameter(name) or request.header(name.lower()) or ""


def integer(request: Request, name: str, default: int, least: int = 0, most: int = INTEGER_MAX) -> int:
    """Return a whole number. Raises RefusedError if it is none, or out of bounds."""
    given = request.parameter(name)
    if not given:
        return default
    if not _INTEGER.fullmatch(given) or not least <= int(given) <= most:
        raise refused(400, invalid(name, given), name)
    return int(given)


def flag(request: Request, name: str) -> bool:
    """Return a truth value, false by default. Raises RefusedError if it is none."""
    given = request.parameter(name, "false").lower()
    if given not in {"true", "false"}:
        raise refused(400, invalid(name, given), name)
    return given == "true"


def listed(request: Request, name: str, allowed: Collection[str]) -> set[str]:
    """Return the values of a list; none if nothing is asked for. Raises RefusedError if one is not allowed."""
    given = {
        part.strip() for key, value in request.parameters if key == name for part in value.split(",") if part.strip()
    }
    for value in sorted(given):
        if value not in allowed:
            raise refused(400, invalid(name, value), name)
    return given


@dataclass(frozen=True, slots=True)
class Spans:
    """From when to when something must lie, each end by the name of what is looked at."""

    ends: Mapping[str, tuple[str, str]]

    def take(self, values: Mapping[str, str]) -> bool:
        """Say whether every value lies within its span; both ends belong to it."""
        return all(
            (not begin or values[name] >= begin) and (not end or values[name] <= end)
            for name, (begin, end) in self.ends.items()
        )


def spans(request: Request, names: Mapping[str, tuple[str, str, bool]]) -> Spans:
    """Read the spans that a search names: (parameter of the begin, that of the end, whether they are moments)."""
    found = {}
    for name, (begin, end, is_moment) in names.items():
        ends = (_time(request, begin, is_moment=is_moment), _time(request, end, is_moment=is_moment))
        if any(ends):
            found[name] = ends
    return Spans(found)


def _time(request: Request, name: str, *, is_moment: bool) -> str:
    given = request.parameter(name)
    if given and not (_MOMENT if is_moment else _DAY).fullmatch(given):
        raise refused(400, invalid(name, given), name)
    return given.removesuffix("Z")


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page of a search is wanted, and in which order."""

    page: int
    size: int
    previous: int
    order: tuple[tuple[str, bool], ...] = field(default=())
    """(what it is ordered by, whether downwards)."""

    def cut(self, items: list[Item], keys: Mapping[str, Callable[[Item], Any]]) -> list[Item]:
        """Return the page of items; each of *keys* is a way to order them, `id` one of them."""
        order = self.order or (("id", True),)
        for name, is_down in reversed(order):
            items.sort(key=keys[name], reverse=is_down)
        start = self.page * self.size
        return self._after(items, keys["id"], order[0])[start : start + self.size]

    def _after(self, items: list[Item], key: Callable[[Item], Any], order: tuple[str, bool]) -> list[Item]:
        if not self.previous:
            return items
        name, is_down = order
        if name == "id":
            return [item for item in items if (key(item) < self.previous if is_down else key(item) > self.previous)]
        place = next((at for at, item in enumerate(items, 1) if key(item) == self.previous), len(items))
        return items[place:]


ORDERS = {"orderById": "id", "orderByDate": "date", "orderByCreated": "created", "orderByVersion": "version"}


def paging(request: Request, orders: Mapping[str, str] = ORDERS) -> Paging:
    """Read the page that a search wants. Raises RefusedError."""
    order = []
    # In the order in which they were asked for: the first counts most.
    for parameter in dict.fromkeys(name for name, _ in request.parameters if name in orders):
        given = request.parameter(parameter).upper()
        if given not in {"ASC", "DESC"}:
            raise refused(400, invalid(parameter, request.parameter(parameter)), parameter)
        order.append((orders[parameter], given == "DESC"))
    return Paging(
        page=integer(request, "page", 0),
        size=integer(request, "size", SIZE, 1, SIZE_MAX),
        # Clients begin with 0, which is no identifier.
        previous=integer(request, "previousId", 0),
        order=tuple(order),
    )


def page_of(results: Sequence[Any], paging: Paging, total: int, *, shows_total: bool) -> Answer:
    """Answer a page of a search."""
    meta = {"pageNumber": paging.page, "pageSize": paging.size, "resultCount": len(results)}
    if shows_total:
        meta["totalCount"] = total
    return in_json({"results": results, "meta": meta})


def batch(text: str) -> Iterator[int]:
    """Yield the identifiers of a path, in ascending order and each once. Raises RefusedError."""
    parts = [part for part in text.split(",") if part]
    if len(parts) > IDS_MAX:
        raise refused(400, f"At most {IDS_MAX} ids can be asked for at once.")
    for part in parts:
        if not _INTEGER.fullmatch(part):
            raise refused(400, invalid("id", part[:60]))
    yield from sorted({int(part) for part in parts})


def answer_batch(text: str, find: Callable[[int], Any], missing: str) -> Answer:
    """Answer one object for one identifier, a list for several. Raises RefusedError if none is there."""
    found = [shown for shown in map(find, batch(text)) if shown is not None]
    if not found:
        raise refused(404, missing)
    return in_json(found if "," in text else found[0])
