"""What the documentation leaves open: named questions, their plausible answers, and the answers chosen."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.errors import SettingError

Readings = Mapping[str, str]
"""The chosen answer to every question, by its name."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One open question of the contract with its plausible answers."""

    name: str
    question: str
    why: str
    source: str
    default: str
    answers: tuple[tuple[str, str], ...]
    """(value, what it means) of each plausible answer."""

    @property
    def values(self) -> list[str]:
        """Return the values that may be chosen."""
        return [value for value, _ in self.answers]


def readings_from(rows: Iterable[Mapping[str, Any]]) -> dict[str, Reading]:
    """Return the readings that the rows of a table describe, by name."""
    return {
        row["name"]: Reading(
            name=row["name"],
            question=row["question"],
            why=row["why"],
            source=row["source"],
            default=row["default"],
            answers=tuple((answer["value"], answer["title"]) for answer in row["answers"]),
        )
        for row in rows
    }


def choose(known: Mapping[str, Reading], *choices: Iterable[tuple[str, object]]) -> dict[str, str]:
    """Return an answer to every question: the default, or the last one chosen.

    Raises SettingError on an unknown question or an answer that is not plausible.
    """
    chosen = {name: reading.default for name, reading in known.items()}
    for choice in choices:
        for name, value in choice:
            if name not in known:
                raise SettingError("there is no such reading.", where=name, advice=_advice(name, list(known)))
            text = str(value)
            if text not in known[name].values:
                raise SettingError(
                    f"{text!r} is not among its answers.",
                    where=name,
                    advice=_advice(text, known[name].values),
                )
            chosen[name] = text
    return chosen


def _advice(given: str, known: list[str]) -> str:
    close = difflib.get_close_matches(given[:60], known, n=1)
    return f"Did you mean {close[0]}?" if close else f"Choose one of {', '.join(known)}."
