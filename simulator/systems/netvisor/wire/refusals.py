"""Why Netvisor refuses a request: its codes, the HTTP status of each, and the sentence in three languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from simulator.systems.netvisor.wire.texts import LEAD_IN, TEXTS

Code = Literal[
    "AUTHENTICATION_FAILED", "INVALID_DATA", "INVALID_DATA_SIZE", "DUPLICATE_DATA", "REQUEST_NOT_UNIQUE",
    "PERIOD_LOCK", "SERVICE_ACCESS_ERROR", "SYSTEM_MAINTENANCE", "TECHNICAL_ERROR",
]  # fmt: skip

STATUSES: dict[Code, int] = {
    "AUTHENTICATION_FAILED": 401,
    "INVALID_DATA": 400,
    "INVALID_DATA_SIZE": 400,
    "DUPLICATE_DATA": 400,
    "REQUEST_NOT_UNIQUE": 400,
    "PERIOD_LOCK": 400,
    "SERVICE_ACCESS_ERROR": 403,
    "SYSTEM_MAINTENANCE": 503,
    "TECHNICAL_ERROR": 500,
}
"""The HTTP status of each code, where the client asked for real ones."""
OLDER_SPELLING = "SYSTEM_MAINTANANCE"
LANGUAGES = ("EN", "FI", "SE")
LED_IN: Code = "INVALID_DATA"
"""The code whose texts the vendor leads in with a sentence of its own."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the name of its text, the values in it, and the line where it is, from 1."""

    text: str
    values: tuple[str, ...] = ()
    line: int = 0

    def sentence(self, language: str) -> str:
        """Say it in a language."""
        said = TEXTS[self.text][LANGUAGES.index(language)].format(*self.values)
        where = TEXTS["line"][LANGUAGES.index(language)].format(self.line)
        return f"{where} {said}" if self.line else said


class RefusedError(Exception):
    """A request is refused: a code and what is wrong."""

    def __init__(self, code: Code, faults: Sequence[Fault], status: int | None = None) -> None:
        """Refuse with a code; *status* is that of HTTP where it is not the code's own."""
        self.code = code
        self.faults = list(faults)
        self.status = STATUSES[code] if status is None else status
        super().__init__(code)

    def reason(self, language: str) -> str:
        """Return the text that stands behind the code."""
        said = ". ".join(fault.sentence(language) for fault in self.faults)
        return f"{LEAD_IN[LANGUAGES.index(language)]} {said}" if self.code == LED_IN else said


def refuse(code: Code, text: str, *values: object, line: int = 0, status: int | None = None) -> RefusedError:
    """Return the refusal for one thing that is wrong."""
    return RefusedError(code, [fault(text, *values, line=line)], status)


def fault(text: str, *values: object, line: int = 0) -> Fault:
    """Return one thing that is wrong; what a client wrote is shortened."""
    return Fault(text, tuple(str(value)[:1000] for value in values), line)
