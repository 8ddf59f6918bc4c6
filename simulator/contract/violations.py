"""What a request breaks: one violation a place, each with what was expected and how we know."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

VALUE_LENGTH_MAX = 200
NUMBER_LENGTH_MAX = 40
NUMBER_BITS_MAX = 256


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that a request breaks.

    *pointer* is a JSON Pointer into the body (empty for the body itself), or `query:NAME`, or `header:NAME`.
    """

    pointer: str
    value: Any
    rule: str
    expected: str
    detail: str
    basis: str
    source: str
    beyond_schema: bool = False

    def show(self) -> dict[str, Any]:
        """Return the violation as a JSON object; a long value is cut."""
        return {
            "pointer": self.pointer,
            "value": shorten(self.value),
            "rule": self.rule,
            "expected": self.expected,
            "detail": self.detail,
            "basis": self.basis,
            "source": self.source,
        }

    def sentence(self) -> str:
        """Return the violation as words: where, and what."""
        return f"{shorten(self.pointer) or 'the body'}: {self.detail}"


def summary(violations: list[Violation]) -> str:
    """Return one line on all violations, for the message of an error body."""
    more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
    return f"{violations[0].sentence()}{more}." if violations else "it breaks the contract."


def shorten(value: Any) -> Any:
    """Return a value that is fit to be shown: a long text is cut, a container is described."""
    if isinstance(value, str):
        return value if len(value) <= VALUE_LENGTH_MAX else value[: VALUE_LENGTH_MAX - 1] + "…"
    if isinstance(value, dict):
        return f"an object of {len(value)} members"
    if isinstance(value, list):
        return f"an array of {len(value)} items"
    if isinstance(value, int) and value.bit_length() > NUMBER_BITS_MAX:
        return "a number of many digits"  # which Python may refuse to write out
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        text = str(value)
        return value if len(text) <= NUMBER_LENGTH_MAX and "E" not in text else text[:VALUE_LENGTH_MAX]
    return value


def escape(name: object) -> str:
    """Return one step of a JSON Pointer."""
    return str(name).replace("~", "~0").replace("/", "~1")


def pointer(path: list[str | int]) -> str:
    """Return the JSON Pointer of a path."""
    return "".join(f"/{escape(step)}" for step in path)
