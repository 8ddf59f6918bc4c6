"""What a benchmark says: rows of one figure each, some with a bar, as a table for people and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, NamedTuple


class Spread(NamedTuple):
    """The median of several rounds, and how far they lay apart."""

    median: float
    low: float
    high: float


def spread(values: Iterable[float]) -> Spread:
    """Return median, least and greatest of the rounds."""
    rounds = list(values)
    return Spread(median(rounds), min(rounds), max(rounds))


def ratios(measured: Iterable[float], base: Iterable[float]) -> Spread:
    """Return the spread of the ratios, round by round: what slows a whole round down falls out of it."""
    return spread(one / other for one, other in zip(measured, base, strict=True))


@dataclass(frozen=True, slots=True)
class Bar:
    """The figure that must be reached, or not be passed."""

    limit: float
    at_least: bool = False

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {_number(self.limit)}"

    def is_met(self, figure: float) -> bool:
        """Say whether a figure is good enough."""
        return figure >= self.limit if self.at_least else figure <= self.limit


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. Without a figure it says in *note* why there is none; without a bar it only informs."""

    what: str
    unit: str
    figure: Spread | None
    bar: Bar | None = None
    note: str = ""

    @property
    def passed(self) -> bool | None:
        """Say whether the bar is met; None if there is no bar, or no figure."""
        if self.bar is None or self.figure is None:
            return None
        return self.bar.is_met(self.figure.median)

    def show(self) -> dict[str, Any]:
        """Return the row as a JSON object."""
        bar = None if self.bar is None else {"limit": self.bar.limit, "atLeast": self.bar.at_least}
        figure = None if self.figure is None else self.figure._asdict()
        shown = {"what": self.what, "unit": self.unit, "figure": figure, "bar": bar, "passed": self.passed}
        return {**shown, "note": self.note}


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured."""

    rounds: int
    """Rounds of everything that is timed; the sides of a ratio take turns within each."""
    turns: int
    """Turns of the load in a round; in each, both servers get as many requests."""
    requests: int
    """Requests of a turn, to each server."""
    records: int
    """Records in the large world of the look-ups; the small one has 1,000."""
    look_ups: int
    """Look-ups of each sort, a round and world."""
    worlds: int
    """Fresh worlds."""
    entries: int
    """The bound of the journal that is filled."""
    story: int
    """Records that go through the bad day."""


FULL = Scale(
    rounds=7, turns=24, requests=500, records=1_000_000, look_ups=1_000, worlds=1_000, entries=10_000, story=10_000
)
QUICK = Scale(rounds=3, turns=6, requests=500, records=100_000, look_ups=300, worlds=1_000, entries=2_000, story=1_000)

Benchmark = Callable[[Scale], list[Row]]
"""A benchmark is a function from a scale to rows; `__main__.BENCHMARKS` names them all."""

HEADS = ("", "bar", "measured", "least to greatest", "")
VERDICTS = {True: "passed", False: "MISSED", None: ""}


def table(rows: Sequence[Row]) -> str:
    """Return rows as aligned text, the notes below."""
    lines = [HEADS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADS))]
    shown = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    notes = [f"  {row.what}: {row.note}" for row in rows if row.note]
    return "\n".join([*shown, *notes])


def _cells(row: Row) -> tuple[str, ...]:
    bar = "" if row.bar is None else f"{row.bar} {row.unit}".rstrip()
    if row.figure is None:
        return row.what, bar, "not measured", "", ""
    middle, low, high = map(_number, row.figure)
    between = "" if low == high else f"{low} to {high}"
    return row.what, bar, f"{middle} {row.unit}".rstrip(), between, VERDICTS[row.passed]


def _number(value: float) -> str:
    """Write a number with three digits that mean something."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
