"""The parameters of a query, read as what they have to be. Everything that is wrong is told at once."""

from __future__ import annotations

import re
from datetime import date

from simulator.systems.base import Request
from simulator.systems.talenom.wire.answers import RefusedError

INT_MAX = 2_147_483_647
_INTEGER = re.compile(r"[+-]?[0-9]{1,10}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_date(text: str) -> bool:
    """Say whether a text is a day of the calendar."""
    try:
        return bool(_DATE.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


class Query:
    """The parameters of one request; names are taken without regard to case."""

    def __init__(self, request: Request) -> None:
        """Read the query; blank values say nothing."""
        self._pairs = [(name.lower(), value.strip()) for name, value in request.parameters]
        self._problems: list[str] = []

    def text(self, name: str, *, is_needed: bool = False) -> str:
        """Return the first value; empty if there is none."""
        found = next((value for given, value in self._pairs if given == name.lower() and value), "")
        if is_needed and not found:
            self._problems.append(f"The parameter {name} is needed")
        return found

    def texts(self, name: str) -> frozenset[str]:
        """Return all values of a parameter that may be repeated, with brackets behind its name or without."""
        names = {name.lower(), f"{name.lower()}[]"}
        return frozenset(value for given, value in self._pairs if given in names and value)

    def list_of(self, name: str, *, is_needed: bool = False) -> list[str]:
        """Return the values that one parameter lists, with commas between them."""
        return [part.strip() for part in self.text(name, is_needed=is_needed).split(",") if part.strip()]

    def date(self, name: str, *, is_needed: bool = False) -> str:
        """Return a date; empty if there is none."""
        given = self.text(name, is_needed=is_needed)
        if given and not is_date(given):
            self._problems.append(f"The parameter {name} is {given[:40]!r} and no date such as 2026-03-31")
            return ""
        return given

    def integer(self, name: str, default: int | None, least: int, most: int = INT_MAX) -> int:
        """Return a number between bounds; None as *default* means that it is needed."""
        given = self.text(name, is_needed=default is None)
        if not given:
            return least if default is None else default
        number = int(given) if _INTEGER.fullmatch(given) else least - 1
        if not least <= number <= most:
            self._problems.append(f"The parameter {name} is {given[:40]!r} and no number from {least} to {most}")
            return least
        return number

    def flag(self, name: str) -> bool:
        """Return whether a parameter says true."""
        given = self.text(name).lower()
        if given not in {"", "true", "false"}:
            self._problems.append(f"The parameter {name} is {given[:40]!r} and neither true nor false")
        return given == "true"

    def check(self) -> None:
        """Raise RefusedError if a parameter that was asked for is missing or wrong."""
        if self._problems:
            raise RefusedError(400, "InvalidParameter", self._problems)
