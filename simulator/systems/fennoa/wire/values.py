"""What stands in a field or in a path: dates, numbers and choices, and what is said of those that are none."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date as calendar_date
from decimal import Decimal

from simulator.systems.fennoa.wire.brackets import Branch
from simulator.systems.fennoa.wire.envelope import Violation

_AMOUNT = re.compile(r"[0-9]{1,13}(\.[0-9]{1,2})?")
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,20})?")
_INTEGER = re.compile(r"[0-9]{1,18}")


def is_date(text: str) -> bool:
    """Say whether a text is a date that exists, written 2026-01-31."""
    try:
        return calendar_date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def integer_of(text: str) -> int | None:
    """Return a whole number that is not negative; None if the text is none."""
    return int(text) if _INTEGER.fullmatch(text) else None


def amount_of(text: str) -> Decimal | None:
    """Return an amount that is not negative, with two decimals at most; None if the text is none."""
    return Decimal(text) if _AMOUNT.fullmatch(text) else None


def number_of(text: str) -> Decimal | None:
    """Return a number; None if the text is none."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


class Fields:
    """Reads the fields of one branch, and gathers what is wrong with them."""

    def __init__(self, branch: Branch, prefix: str = "") -> None:
        """Read *branch*, whose fields were posted under *prefix*, such as `row[1]`."""
        self.branch = branch
        self.prefix = prefix
        self.violations: list[Violation] = []

    def name(self, field: str) -> str:
        """Return a field's name as it was posted."""
        return f"{self.prefix}[{field}]" if self.prefix else field

    def object(self, field: str, text: str) -> None:
        """Note what is wrong with a field."""
        self.violations.append(Violation(self.name(field), text))

    def text(self, field: str, *, is_required: bool = False) -> str:
        """Return a text; empty if it was not posted."""
        value = self.branch.get(field, "")
        if not isinstance(value, str):
            self.object(field, "This field takes a single value")
            return ""
        if is_required and not value.strip():
            self.object(field, "This field is required")
        return value

    def date(self, field: str, *, is_required: bool = False) -> str:
        """Return a date; empty if it was not posted."""
        text = self.text(field, is_required=is_required)
        if text.strip() and not is_date(text):
            self.object(field, f"{text[:40]!r} is not a date of the form YYYY-MM-DD")
            return ""
        return text.strip()

    def number(self, field: str) -> Decimal | None:
        """Return a number; None if it was not posted."""
        text = self.text(field)
        number = number_of(text)
        if text and number is None:
            self.object(field, f"{text[:40]!r} is not a number")
        return number

    def integer(self, field: str, known: Collection[int] | None = None) -> int | None:
        """Return a whole number, one of *known* if that is given; None if it was not posted."""
        text = self.text(field)
        number = integer_of(text)
        if text and (number is None or (known is not None and number not in known)):
            self.object(field, f"{text[:40]!r} is not {_listed(known)}")
            return None
        return number

    def choice(self, field: str, known: Collection[str]) -> str:
        """Return one of the *known* texts; empty if it was not posted."""
        text = self.text(field)
        if text and text not in known:
            self.object(field, f"{text[:40]!r} is not one of {', '.join(known)}")
            return ""
        return text


def _listed(known: Collection[int] | None) -> str:
    return "an integer" if known is None else f"one of {', '.join(map(str, known))}"
