"""Bodies of requests: JSON of the shape that the schemas give, in characters that Procountor keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import reduce
from typing import Any

from simulator.contract.jsontext import MalformedError, loads
from simulator.systems.about import About
from simulator.systems.base import Request
from simulator.systems.money import CENT
from simulator.systems.procountor.protocol import outside_repertoire
from simulator.systems.procountor.wire.answers import Violation, refuse_all, refused
from simulator.systems.procountor.wire.paging import invalid
from simulator.systems.shapes import Break, breaks

WIDE = Context(prec=80)
"""For amounts that a client may make as large as the bounds of quantities and prices allow."""

BLANK = "Value of the '{}' field cannot be blank"
LONG = "Value of the '{}' field is too long: at most {} characters"
NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,10})?")


class Bodies:
    """Reads the bodies of requests."""

    def __init__(self, about: About) -> None:
        """Judge them by the schemas of *about*."""
        self._schemas = about.schemas

    def read(self, request: Request, schema: str) -> tuple[dict[str, Any], list[Violation]]:
        """Return a body that can be read, and which of its fields are missing or too long.

        Raises RefusedError if it cannot be read: then nothing more can be said of it.
        """
        try:
            value = loads(request.body)
        except MalformedError as error:
            raise refused(400, f"The request body cannot be read: {error.detail}") from None
        unreadable: list[Violation] = []
        limits: list[Violation] = []
        validator = self._schemas.validator(schema)
        found = list(breaks(validator, value))
        if mend(value, found):
            found = list(breaks(validator, value))
        for broken in found:
            self._sort(broken, schema, unreadable, limits)
        # Which keyword the validator looks at first is its own affair: the answer goes by the fields.
        refuse_all(sorted(set(unreadable)))
        limits = sorted(set(limits))
        limits += [(path, f"{invalid(path, char)} (U+{ord(char):04X} is not in Windows-1252)")
                   for path, char in foreign_characters(value)]  # fmt: skip
        return value, limits

    def _sort(self, broken: Break, schema: str, unreadable: list[Violation], limits: list[Violation]) -> None:
        field = broken.field
        if broken.keyword in {"required", "minLength"} or (broken.value is None and broken.path):
            limits.append((field, BLANK.format(field)))
        elif broken.keyword == "maxLength":
            limits.append((field, LONG.format(field, limit_of(broken))))
        elif broken.keyword in {"minItems", "maxItems"}:
            limits.append((field, f"Value of the '{field}' field has {len(broken.value)} items"))
        elif not broken.path:
            unreadable.append(("", f"The request body is no object of the form {schema.removesuffix('.json')}."))
        else:
            # Where nothing can be parsed the vendor names the field in the text alone.
            unreadable.append(("", invalid(field, shown(broken.value))))


def mend(value: Any, found: Sequence[Break]) -> bool:
    """Read what clients write in another way: numbers as texts, and days that they do not have as empty texts."""
    is_mended = False
    for broken in found:
        text = broken.value
        if not (isinstance(text, str) and broken.path):
            continue
        read: int | Decimal | None = None
        if broken.keyword == "type" and NUMBER.fullmatch(text):
            read = Decimal(text) if "." in text else int(text)
        elif broken.keyword != "format" or text:
            continue
        reduce(lambda part, step: part[step], broken.path[:-1], value)[broken.path[-1]] = read
        is_mended = True
    return is_mended


def limit_of(broken: Break) -> str:
    """Return the number that a text has more characters than."""
    return broken.message.split(" characters")[0].rpartition(" ")[2]


def shown(value: Any) -> str:
    """Write a value into a message."""
    return str(value)[:100]


def foreign_characters(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (path, character) of every text with a character that Windows-1252 does not have."""
    if isinstance(value, str):
        char = outside_repertoire(value)
        if char:
            yield path, char
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from foreign_characters(part, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from foreign_characters(part, f"{path}[{place}]")


def decimal(value: Any) -> Decimal:
    """Return a number of a body as a decimal; none is zero."""
    return Decimal(value or 0)


def cents(exact: Decimal) -> Decimal:
    """Return an amount rounded to the cent, half a cent away from zero."""
    return exact.quantize(CENT, ROUND_HALF_UP, WIDE)


def has_cents(value: Any) -> bool:
    """Say whether a number has at most two decimals."""
    exact = decimal(value)
    return cents(exact) == exact
