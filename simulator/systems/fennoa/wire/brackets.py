"""Names with brackets, such as `row[1][account]`, as PHP reads them into nested arrays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

DEPTH_MAX = 8
"""Fennoa's own fields are three deep at most."""

_CANONICAL = re.compile(r"0|[1-9][0-9]{0,17}")


class NestingError(ValueError):
    """A name is nested deeper than is taken; the text says which."""


class Branch(dict[str, "str | Branch"]):
    """What was posted below one name: texts and further branches by key, in the order in which they came."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._next = 0

    def text(self, key: str) -> str:
        """Return the text at a key; empty if there is none, or a branch."""
        value = self.get(key, "")
        return value if isinstance(value, str) else ""

    def branch(self, key: str) -> Branch:
        """Return the branch at a key; an empty one if there is none, or a text."""
        value = self.get(key)
        return value if isinstance(value, Branch) else Branch()

    def put(self, steps: list[str], value: str) -> None:
        """Store a text at the end of *steps*; an empty step takes the next free number. The last value wins."""
        place = self
        for step in steps[:-1]:
            place = place.open(step)
        place[place.key_of(steps[-1])] = value

    def open(self, step: str) -> Branch:
        """Return the branch at a step, which is made if there is none."""
        key = self.key_of(step)
        below = self.get(key)
        if not isinstance(below, Branch):
            below = self[key] = Branch()
        return below

    def key_of(self, step: str) -> str:
        """Return the key of a step: the step itself, or the next free number if it is empty."""
        key = step or str(self._next)
        if _CANONICAL.fullmatch(key):
            self._next = max(self._next, int(key) + 1)
        return key


def steps_of(name: str) -> list[str]:
    """Return the steps of a name: `row[1][account]` is row, 1, account. Raises NestingError."""
    base, bracket, rest = name.partition("[")
    if not base or not bracket or "]" not in rest:
        # What is no pair of brackets is a part of the name.
        return [name]
    steps = [base, *_inner(bracket + rest)]
    if len(steps) > DEPTH_MAX:
        raise NestingError(f"{name[:60]!r} is nested deeper than {DEPTH_MAX} levels")
    return steps


def _inner(rest: str) -> Iterator[str]:
    at = 0
    while at < len(rest) and rest[at] == "[":
        end = rest.find("]", at)
        if end < 0:
            return
        yield rest[at + 1 : end]
        # What stands between two pairs, or behind the last, is dropped.
        at = end + 1


def tree_of(fields: Iterable[tuple[str, str]]) -> Branch:
    """Return what was posted as one tree. Raises NestingError."""
    tree = Branch()
    for name, value in fields:
        tree.put(steps_of(name), value)
    return tree
