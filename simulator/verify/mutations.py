"""Changes of a document at one place, and all that break one keyword of its schema and no other."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any

from simulator.contract.contract import built_in
from simulator.contract.references import follow
from simulator.contract.violations import pointer
from simulator.verify.documents import CENT

Path = tuple[str | int, ...]

LEFT_OUT = object()
"""The value of a change that takes a member away."""
ABSENT = object()
"""The value of a place whose member is not there, and could be."""


@dataclass(frozen=True)
class Change:
    """One change of a body: another value at a place, or none; and where the contract reports it."""

    path: Path
    value: Any
    what: str
    reported: Path | None = None

    @property
    def pointer(self) -> str:
        """Return the JSON Pointer of the violation."""
        return pointer(list(self.path if self.reported is None else self.reported))

    def made_to(self, body: Any) -> Any:
        """Return a changed copy of a body."""
        return without(body, self.path) if self.value is LEFT_OUT else changed(body, self.path, self.value)


def changed(document: Any, path: Path, value: Any) -> Any:
    """Return a copy of a document with another value at a place; what is not on the way there is shared."""
    if not path:
        return value
    step, *rest = path
    copied = copy.copy(document)
    copied[step] = changed(copied[step], tuple(rest), value) if rest else value
    return copied


def without(document: Any, path: Path) -> Any:
    """Return a copy of a document without a member."""
    parent = reduce(lambda part, step: part[step], path[:-1], document)
    return changed(document, path[:-1], {name: value for name, value in parent.items() if name != path[-1]})


# ----------------------------------------------------------------------------------- against the schema


@dataclass(frozen=True)
class Place:
    """A place of a document, and the schema that holds there."""

    path: Path
    schema: Mapping[str, Any]
    value: Any


def places(file: str, schema: Mapping[str, Any], value: Any, path: Path = ()) -> Iterator[Place]:
    """Yield every place of a document that its schema describes; ABSENT is the value of what is not there."""
    file, schema = follow(built_in().schemas, file, schema)
    yield Place(path, schema, value)
    if isinstance(value, dict):
        for name, part in schema.get("properties", {}).items():
            yield from places(file, part, value.get(name, ABSENT), (*path, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from places(file, schema["items"], item, (*path, number))


WRONG_DATES = (
    "2026-02-29", "2026-13-01", "2026-04-31", "2026-1-1", "20260101", "2026-01-01T00:00:00Z", " 2026-01-01", "",
)  # fmt: skip
ONE_OF_EACH_TYPE: tuple[tuple[str, Any], ...] = (
    ("null", None), ("boolean", True), ("number", Decimal("12.50")), ("string", "12.50"), ("array", []), ("object", {}),
)  # fmt: skip

WRONG_BY_KEYWORD: dict[str, tuple[str, Callable[[Any], Sequence[Any]], str]] = {
    "enum": ("schema-enum", lambda options: [2 if 0 in options else "net"], "is {value!r}, none of what it may be"),
    "format": ("schema-format", lambda _: WRONG_DATES, "is {value!r}, which is no date as YYYY-MM-DD"),
    "minLength": ("schema-min-length", lambda limit: ["a" * (limit - 1)], "is too short a text"),
    "maxLength": ("schema-max-length", lambda limit: ["\u00e4" * (limit + 1)], "is too long a text by one character"),
    "minItems": ("schema-min-items", lambda _: [[]], "has no item"),
    "minimum": ("schema-minimum", lambda limit: [Decimal(str(limit)) - CENT], "is lower than it may be"),
    "maximum": (
        "schema-maximum",
        lambda limit: [Decimal(str(limit)) + CENT, Decimal("1E+400"), 10**400],
        "is higher than it may be",
    ),
    "pattern": ("schema-pattern", lambda _: ["eur", "EURO", "EUR\n", ""], "is {value!r}, which has another form"),
}
"""By the keyword of a schema: the rule, values that break this keyword alone, and what is wrong with one."""


def schema_changes(file: str, body: Any, *, absent: bool = True) -> Iterator[tuple[str, Change]]:
    """Yield (rule, change) for every way that is known here to break a schema at one place, by one keyword alone.

    With *absent* also wrong values of optional members that are not there.
    """
    for place in places(file, {"$ref": "#"}, body):
        if place.value is ABSENT and not absent:
            continue
        for name in place.schema.get("required", ()) if isinstance(place.value, dict) else ():
            path = (*place.path, name)
            yield "schema-required", Change(path, LEFT_OUT, f"{pointer(list(path))} is missing.")
        for rule, value, words in wrong_values(place.schema):
            yield rule, Change(place.path, value, f"{pointer(list(place.path)) or 'the body'} {words}.")


def wrong_values(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """Yield (rule, value, what is wrong) of values that break one keyword of a schema and no other."""
    types = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", [])
    for name, value in ONE_OF_EACH_TYPE:
        # Where there is an enumeration a wrong type breaks it with the type.
        if types and name not in types and "enum" not in schema:
            yield "schema-type", value, f"is of the type {name}, not {' or '.join(types)}"
    for keyword, (rule, wrong, words) in WRONG_BY_KEYWORD.items():
        if keyword in schema:
            yield from ((rule, value, words.format(value=value)) for value in wrong(schema[keyword]))
