"""What CFIS and an accounting system say to each other, whatever the system's own wire looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Verdict = Literal["accepted", "rejected", "unreachable"]
"""`rejected` is permanent and fails the record; `unreachable` is transient and is tried again."""


@dataclass(frozen=True, slots=True)
class Reply:
    """How an accounting system answered a push, with the very messages that went over its wire."""

    verdict: Verdict
    reason: str = ""
    media_type: str = ""
    sent: bytes | None = None
    answered: bytes | None = None


class Books(Protocol):
    """The books of one client in an accounting system."""

    def push(self, kind: str, document: bytes, member: str) -> Reply:
        """Book a document of a kind; *member* names where it stands in the JSON bytes, if not at the top."""

    def show(self) -> dict[str, Any]:
        """Return the books as a JSON object."""


class System(Protocol):
    """An accounting system: a name, what it stands for, and a way to open books in it."""

    name: str
    title: str

    def open_books(self, setup: Mapping[str, Any]) -> Books:
        """Return new books. Raises SettingError if *setup* does not fit."""
