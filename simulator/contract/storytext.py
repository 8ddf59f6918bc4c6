"""A text that a person wrote: its value, the place of each part of it, and what is said where it cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.errors import SettingError

Spots = Mapping[str, tuple[int, int]]


def _nowhere() -> Spots:
    return {}


@dataclass(slots=True)
class Text:
    """A value read from YAML or JSON; *find* tells where each part of it stands: (line, column), by JSON Pointer."""

    value: Any
    find: Callable[[], Spots] = _nowhere
    _spots: Spots | None = None

    def place(self, pointer: str) -> tuple[int, int]:
        """Return line and column, from 1, of a part, or of the nearest part around it that exists."""
        # Looked for when the first place is asked for: a text without a mistake needs none.
        if self._spots is None:
            self._spots = self.find()
        while pointer and pointer not in self._spots:
            pointer = pointer.rpartition("/")[0]
        return self._spots.get(pointer, (1, 1))


class UnreadableError(SettingError):
    """A text that cannot be read, and where it ceases to be what it should be: line and column, from 1."""

    def __init__(self, message: str, where: str, line: int = 1, column: int = 1) -> None:
        """Keep the place apart, and show it as a part of *where*."""
        super().__init__(message, where=at(where, line, column))
        self.line, self.column = line, column


def at(where: str, line: int, column: int) -> str:
    """Return a place the way compilers name it, or in words where there is no file."""
    return f"{where}:{line}:{column}" if where else f"line {line}, column {column}"
