"""What may become of a record, as a closed list that a person, a scenario or a test can name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from simulator.clock import Duration, parse_duration, show_duration
from simulator.errors import SettingError

Kind = Literal["synced", "failed", "pending", "unreachable", "retry"]

FORMS = 'Write "synced", "pending", "retry", {"failed": "reason"} or {"unreachable": "10m"}.'


@dataclass(frozen=True, slots=True)
class Outcome:
    """`synced`, `failed` for a reason, `pending` until told otherwise, `unreachable` for a while, `retry` now."""

    kind: Kind
    reason: str = ""
    duration: Duration = 0

    def show(self) -> str | dict[str, str]:
        """Return the outcome the way it is written."""
        if self.kind == "failed":
            return {"failed": self.reason}
        if self.kind == "unreachable":
            return {"unreachable": show_duration(self.duration)}
        return self.kind


def parse_outcome(given: object) -> Outcome:
    """Read an outcome as a person writes it. Raises SettingError."""
    match given:
        case "synced" | "pending" | "retry":
            return Outcome(given)
        case {"failed": str(reason), **rest} if not rest and reason:
            return Outcome("failed", reason=reason)
        case {"unreachable": str(duration), **rest} if not rest:
            return Outcome("unreachable", duration=parse_duration(duration))
    shown = given if isinstance(given, (str, int, float, bool)) or given is None else _members(given)
    raise SettingError(f"{str(shown)[:80]!r} is not an outcome.", where="outcome", advice=FORMS)


def _members(given: object) -> str:
    return ", ".join(str(name) for name in given) if isinstance(given, Mapping) else type(given).__name__
