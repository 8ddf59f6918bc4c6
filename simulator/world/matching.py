"""Says whether a document is the one that a rule means: members by name, `*` for anything, a list for any of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any


def matches(match: Mapping[str, Any], document: Mapping[str, Any]) -> bool:
    """Say whether every named member has the wanted value; a dotted name looks inside, into every item of a list."""
    return all(any(is_wanted(wanted, value) for value in values(document, name)) for name, wanted in match.items())


def values(document: Any, name: str) -> Iterator[Any]:
    """Yield the values that a name means: a member of that very name, else along its dots."""
    if isinstance(document, list):
        for item in document:
            yield from values(item, name)
        return
    if not isinstance(document, Mapping):
        return
    if name in document:
        yield document[name]
        return
    first, dot, rest = name.partition(".")
    if dot and first in document:
        yield from values(document[first], rest)


def is_wanted(wanted: Any, value: Any) -> bool:
    """Say whether a value is the wanted one, or one of a wanted list."""
    if isinstance(wanted, list):
        return any(is_wanted(one, value) for one in wanted)
    if isinstance(value, list):
        return any(is_wanted(wanted, one) for one in value)
    if isinstance(wanted, str) and isinstance(value, str):
        return fits_pattern(wanted, value)
    if isinstance(wanted, bool) or isinstance(value, bool):
        return wanted is value
    if isinstance(wanted, (int, Decimal)) and isinstance(value, (int, Decimal)):
        return wanted == value
    return bool(wanted == value)


def fits_pattern(pattern: str, text: str) -> bool:
    """Say whether a text has the form of a pattern, in which `*` stands for any text. Takes linear time."""
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    if not text.startswith(first):
        return False
    *middle, last = rest
    position = len(first)
    for piece in middle:
        position = text.find(piece, position)
        if position < 0:
            return False
        position += len(piece)
    return text.endswith(last) and len(text) - len(last) >= position
