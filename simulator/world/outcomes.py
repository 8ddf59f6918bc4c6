"""What may become of a record, as a closed list that a person, a scenario or a test can name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from simulator.clock import Duration, parse_duration, show_duration
from simulator.errors import SettingError

Kind = Literal["synced", "push", "failed", "pending", "unreachable", "retry"]

FORMS = (
    'Write "synced", "push", "pending", "unreachable", "retry", {"failed": "reason"}, {"unreachable": "10m"}, '
    '{"pending": "10m"}, {"pending": "3 looks"} or {"synced": {"documentStatus": "Draft"}}.'
)
_LOOKS = re.compile(r"([1-9][0-9]{0,5}) looks?")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of a record, or of one attempt to push it.

    `synced` whatever the books say, `push` as the books decide, `failed` for a reason; `pending` and `unreachable`
    for a while (*duration* or *looks*), or without an end; `retry` pushes a failed one again.
    """

    kind: Kind
    reason: str = ""
    duration: Duration | None = None
    looks: int = 0
    document_status: str | None = None
    has_document_status: bool = False

    @property
    def has_end(self) -> bool:
        """Say whether it lasts for a while only, so that something else follows."""
        return self.duration is not None or self.looks > 0

    def show(self) -> str | dict[str, Any]:
        """Return the outcome the way it is written."""
        if self.kind == "failed":
            return {"failed": self.reason}
        if self.looks:
            return {self.kind: f"{self.looks} look{'s' if self.looks > 1 else ''}"}
        if self.duration is not None:
            return {self.kind: show_duration(self.duration)}
        if self.has_document_status:
            return {self.kind: {"documentStatus": self.document_status}}
        return self.kind


def parse_outcome(given: object) -> Outcome:
    """Read an outcome as a person writes it. Raises SettingError."""
    match given:
        case "synced" | "push" | "pending" | "unreachable" | "retry":
            return Outcome(given)
        case {"failed": str(reason), **rest} if not rest and reason:
            return Outcome("failed", reason=reason)
        case {"unreachable": str(duration), **rest} if not rest:
            return Outcome("unreachable", duration=parse_duration(duration))
        case {"pending": str(text), **rest} if not rest:
            looks = _LOOKS.fullmatch(text)
            return (
                Outcome("pending", looks=int(looks[1])) if looks else Outcome("pending", duration=parse_duration(text))
            )
        case {"synced": {"documentStatus": str() | None as status, **more}, **rest} if not rest and not more:
            return Outcome("synced", document_status=status, has_document_status=True)
    shown = given if isinstance(given, (str, int, float, bool)) or given is None else _members(given)
    raise SettingError(f"{str(shown)[:80]!r} is not an outcome.", where="outcome", advice=FORMS)


def _members(given: object) -> str:
    return ", ".join(str(name) for name in given) if isinstance(given, Mapping) else type(given).__name__
