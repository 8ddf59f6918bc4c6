"""What the control API tells, with names and types: records, exchanges, moves of time, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Self

from simulator.client.door import Json

SHOWN_MAX = {"broken": 20, "story": 10, "advice": 5}
"""How many findings of each severity are said; all of them are among the findings."""


class VerdictError(AssertionError):
    """The client under test did something wrong; *verdict* has the findings."""

    def __init__(self, verdict: Verdict) -> None:
        """Say it in sentences."""
        super().__init__(verdict.text())
        self.verdict = verdict


@dataclass(frozen=True, slots=True)
class Record:
    """A document that the service took, and what became of it; *shown* is all that the control API tells."""

    kind: str
    identifier: str
    state: Literal["pending", "synced", "failed"]
    reason: str | None
    attempts: int
    seen_by_client: bool
    due_at: str | None
    shown: Json = field(repr=False)

    @classmethod
    def read(cls, shown: Json) -> Self:
        """Read what the control API tells."""
        parts = {name: shown[name] for name in ("kind", "identifier", "state", "reason", "attempts")}
        return cls(**parts, seen_by_client=shown["seenByClient"], due_at=shown["dueAt"], shown=shown)

    @property
    def document(self) -> Json:
        """The document as it was submitted; only of a record that was asked for by its identifier."""
        return dict(self.shown.get("document", {}))

    @property
    def timeline(self) -> list[Json]:
        """Each step with its time and cause; only of a record that was asked for by its identifier."""
        return list(self.shown.get("timeline", ()))


@dataclass(frozen=True, slots=True)
class Exchange:
    """An entry of the journal: a request with its answer; *shown* is all that the control API tells."""

    number: int
    at: str
    kind: str
    operation: str | None
    method: str
    path: str
    query: str
    body: str
    status: int
    answer: str
    outcome: str
    violations: list[Json]
    effects: list[Json]
    shown: Json = field(repr=False)

    @classmethod
    def read(cls, shown: Json) -> Self:
        """Read what the control API tells. A command has neither request nor answer."""
        request, answer = shown.get("request", {}), shown.get("answer", {})
        return cls(
            **{name: shown[name] for name in ("number", "at", "kind", "operation")},
            **{name: request.get(name, "") for name in ("method", "path", "query", "body")},
            status=answer.get("status", 0),
            answer=answer.get("body", ""),
            outcome=shown.get("outcome") or "",
            violations=shown.get("violations", []),
            effects=shown.get("effects", []),
            shown=shown,
        )


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move of time brought about."""

    now: str
    pending: int
    fired: list[Json]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the client did wrong (`broken`), could do better (`advice`), or that the `story` left untold."""

    rule: str
    severity: Literal["broken", "advice", "story"]
    title: str
    detail: str
    entries: list[int]
    record: dict[str, str] | None

    def sentence(self) -> str:
        """Say it in plain words, with the numbers of the exchanges."""
        numbers = ", ".join(map(str, self.entries))
        where = f" (exchange{'s' if len(self.entries) > 1 else ''} {numbers})" if numbers else ""
        return f"{self.title}{where}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was wrong with what the client sent, and what it left undone."""

    ok: bool
    findings: list[Finding]
    requests: int
    complete: bool
    counts: dict[str, int]

    @classmethod
    def read(cls, shown: Json) -> Self:
        """Read what the control API tells."""
        names = ("rule", "severity", "title", "detail", "entries", "record")
        findings = [Finding(**{name: finding[name] for name in names}) for finding in shown["findings"]]
        counts = {severity: shown[severity] for severity in ("broken", "story", "advice")}
        return cls(shown["ok"], findings, shown["requests"], shown["complete"], counts)

    def text(self) -> str:
        """Return the findings as sentences, the worst first."""
        said = {"broken": "went wrong", "story": "of the scenario was never told", "advice": "could be better"}
        lines: list[str] = []
        for severity, words in said.items():
            count = self.counts[severity]
            found = [finding for finding in self.findings if finding.severity == severity][: SHOWN_MAX[severity]]
            lines += [f"{words} ({count}):"] if count else []
            lines += [f"  - {finding.sentence()}" for finding in found]
            lines += [f"  … and {count - len(found)} more"] if count > len(found) else []
        lines += [] if self.complete else ["The journal was full: of the oldest exchanges nothing is known."]
        return "\n".join(lines) or f"Nothing was wrong with {self.requests} requests."
