"""Finds the line of a file on which a JSON Pointer's value stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from simulator.contract.violations import escape

DEEPEST = 256
"""Pointers grow with the depth, and nothing that is read here is nested deeper."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


@dataclass(slots=True)
class Places:
    """The line (from 1) of every value, by JSON Pointer; of a member, the line on which its name stands.

    A member that its object already has ends the search: no two readers agree on what such a text means.
    *repeated* is its pointer and line.
    """

    lines: dict[str, int] = field(default_factory=dict)
    repeated: tuple[str, int] | None = None

    def line(self, pointer: str) -> int:
        """Return the line of a value; of a missing one that of the nearest value around it."""
        while pointer not in self.lines and pointer:
            pointer = pointer.rpartition("/")[0]
        return self.lines.get(pointer, 1)


@dataclass(slots=True)
class _Container:
    """An object or an array that is still open."""

    pointer: str
    is_object: bool
    names: set[str] = field(default_factory=set)
    count: int = 0
    value_next: bool = False
    """Whether a colon came, so that what comes next in an object is a value."""
    member: str = ""


def locate(text: str) -> Places:
    """Return the places in a JSON text. What is not JSON gives some of them, and never an error."""
    places = Places()
    stack: list[_Container] = []
    for piece, line in _tokens(text):
        top = stack[-1] if stack else None
        if piece in ",:":
            if top is not None:
                top.value_next = piece == ":"
        elif piece in "}]":
            if not stack:
                break
            stack.pop()
        elif top is not None and top.is_object and not top.value_next:
            if not _enter_member(places, top, piece, line):
                break
        else:
            pointer = _value(places, top, line)
            if len(stack) == DEEPEST:
                break
            if piece in "{[":
                stack.append(_Container(pointer, piece == "{"))
    return places


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """Yield each piece of a text and its line; no string holds a line break, so they are counted between pieces."""
    line, counted = 1, 0
    for found in _TOKEN.finditer(text):
        line += text.count("\n", counted, found.start())
        counted = found.start()
        yield found[0], line


def _enter_member(places: Places, container: _Container, piece: str, line: int) -> bool:
    """Note where a member begins; say whether it is the first one of its name."""
    try:
        name = json.loads(piece, strict=False)
    except ValueError:
        name = piece
    container.member = f"{container.pointer}/{escape(name)}"
    if container.member in container.names:
        places.repeated = container.member, line
        return False
    container.names.add(container.member)
    places.lines[container.member] = line
    return True


def _value(places: Places, container: _Container | None, line: int) -> str:
    """Note where a value begins, and return its pointer."""
    if container is None:
        pointer = ""
    elif container.is_object:
        return container.member
    else:
        pointer = f"{container.pointer}/{container.count}"
        container.count += 1
    places.lines.setdefault(pointer, line)
    return pointer
