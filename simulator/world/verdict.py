"""The verdict on a client: what was wrong with what it sent, and what it left undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from simulator.clock import SECOND, Instant, show_duration
from simulator.contract.jsontext import MalformedError, dumps, loads
from simulator.contract.validation import against_schema
from simulator.world.asking import asked
from simulator.world.journal import REDACTED, Entry
from simulator.world.records import Record
from simulator.world.world import World

Severity = Literal["broken", "advice", "story"]
"""`story` is about the scenario and not about the client: a part of it never came to pass."""

FINDINGS_MAX = 500
SAME_CONTENT_MAX = 100_000
"""Records among which doubles are looked for; more would keep the server from its work."""
POLLS_MAX = 10
FOREIGN = "schema-additional-properties"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a client did wrong (`broken`) or could do better (`advice`), or that the `story` left untold."""

    rule: str
    severity: Severity
    title: str
    detail: str
    entries: list[int] = field(default_factory=list)
    record: dict[str, str] | None = None
    violation: dict[str, Any] | None = None

    def show(self) -> dict[str, Any]:
        """Return the finding as a JSON object."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "title": self.title,
            "detail": self.detail,
            "entries": self.entries,
            "record": self.record,
            "violation": self.violation,
        }


def verdict(world: World, *, strict: bool = False) -> dict[str, Any]:
    """Judge what is known of a world. Findings are in the order of the rules, then of time.

    A *strict* verdict is not good either where a part of the scenario never came to pass: such a test proves less
    than it says.
    """
    findings: list[Finding] = []
    counts: Counter[str] = Counter()
    for judge in JUDGES:
        for finding in judge(world):
            counts[finding.severity] += 1
            if len(findings) < FINDINGS_MAX:
                findings.append(finding)
    evicted = world.journal.evicted
    return {
        "ok": not counts["broken"] and not (strict and counts["story"]),
        "broken": counts["broken"],
        "advice": counts["advice"],
        "story": counts["story"],
        "findings": [finding.show() for finding in findings],
        "complete": evicted == 0,
        "evicted": evicted,
        "requests": sum(1 for entry in world.journal.entries if entry.kind == "request"),
    }


def _requests(world: World) -> Iterator[Entry]:
    return (entry for entry in world.journal.entries if entry.kind == "request")


def _of(record: Record) -> dict[str, str]:
    return {"kind": record.kind, "identifier": record.identifier}


def contract_violations(world: World) -> Iterator[Finding]:
    """Every violation of every request, whether it was refused or not."""
    for entry in _requests(world):
        for violation in entry.violations:
            yield Finding(
                rule="contract-violation",
                severity="broken",
                title="A request breaks the contract",
                detail=f"{entry.method} {entry.path}: {violation.sentence()}",
                entries=[entry.number],
                violation=violation.show(),
            )


def booked_twice(world: World) -> Iterator[Finding]:
    """Two records of one identifier, or of the same content under two identifiers."""
    for kind, shelf in world.shelves.items():
        for record in shelf.doubled:
            yield Finding(
                "booked-twice", "broken", "One document is booked twice",
                f"The {kind} {record.identifier!r} was submitted again and became a second record.",
                record=_of(record),
            )  # fmt: skip
        if len(shelf.all) <= SAME_CONTENT_MAX:
            yield from _same_content(kind, list(shelf.all.values()))


def _same_content(kind: str, records: list[Record]) -> Iterator[Finding]:
    seen: dict[int, Record] = {}
    for record in records:
        content = hash((record.member, record.raw.replace(dumps(record.identifier), b"", 1)))
        first = seen.setdefault(content, record)
        if first is not record and first.identifier != record.identifier:
            yield Finding(
                "same-content", "advice", "Two documents have the same content",
                f"The {kind} {record.identifier!r} equals {first.identifier!r} but for its identifier: "
                "a retry must keep the identifier of the first attempt.",
                record=_of(record),
            )  # fmt: skip


def lost(world: World) -> Iterator[Finding]:
    """Documents that were refused and never taken afterwards."""
    refused: dict[tuple[str, str], int] = {}
    for entry in _requests(world):
        for effect in entry.effects:
            key = (effect.kind, effect.identifier)
            if effect.what == "refused":
                refused.setdefault(key, entry.number)
            else:
                refused.pop(key, None)
    for (kind, identifier), number in refused.items():
        if identifier not in world.shelves[kind].by_identifier:
            yield Finding(
                "lost", "broken", "A document was refused and never accepted",
                f"The {kind} {identifier!r} was refused, and no later submission of it was taken.",
                entries=[number], record={"kind": kind, "identifier": identifier},
            )  # fmt: skip


def change_ignored(world: World) -> Iterator[Finding]:
    """Documents that came again with other content when they were synced already."""
    for entry in _requests(world):
        for effect in entry.effects:
            if effect.what == "ignored":
                yield Finding(
                    "change-ignored", "advice", "A change to a synced document was ignored",
                    f"The {effect.kind} {effect.identifier!r} was synced when it came again with other content: "
                    "a correction needs an identifier of its own.",
                    entries=[entry.number], record={"kind": effect.kind, "identifier": effect.identifier},
                )  # fmt: skip


def left_pending(world: World) -> Iterator[Finding]:
    """Records that are still pending."""
    for kind, shelf in world.shelves.items():
        for record in shelf.by_state["pending"].values():
            yield Finding(
                "left-pending", "advice", "A record is still pending",
                f"The {kind} {record.identifier!r} is neither synced nor failed yet.",
                record=_of(record),
            )  # fmt: skip


def failure_unseen(world: World) -> Iterator[Finding]:
    """Failed records whose failure the client has not looked at."""
    for kind, shelf in world.shelves.items():
        for record in shelf.by_state["failed"].values():
            if record.looked_at is None:
                yield Finding(
                    "failure-unseen", "advice", "A failure was not noticed",
                    f"The {kind} {record.identifier!r} failed ({record.reason}); the client has not asked since.",
                    record=_of(record),
                )  # fmt: skip


def unknown_members(world: World) -> Iterator[Finding]:
    """Members that the contract does not name: taken and ignored, and often a typing error."""
    for entry in _requests(world):
        operation = world.contract.operations.get(entry.operation)
        if operation is None or not operation.request_schema or not entry.body or entry.outcome == "malformed":
            continue
        # Where a reading refuses such members they are violations already.
        if any(violation.rule == FOREIGN for violation in entry.violations):
            continue
        try:
            value = loads(entry.body, world.settings.json_depth_max)
        except MalformedError:
            continue
        closed = world.contract.schemas.validator(operation.request_schema, closed=True)
        if closed.is_valid(value):
            continue
        for violation in against_schema(world.contract, closed, value):
            if violation.rule == FOREIGN:
                yield Finding(
                    "unknown-member", "advice", "A request has a member that the contract does not name",
                    f"{entry.method} {entry.path}: {violation.sentence()}; it was ignored.",
                    entries=[entry.number], violation=violation.show(),
                )  # fmt: skip


def token_trouble(world: World) -> Iterator[Finding]:
    """A key in a URL, and a client that goes on with an expired key."""
    storm: list[int] = []
    for entry in _requests(world):
        # The journal has put this mark in the place of the key.
        if REDACTED in entry.query:
            yield Finding(
                "key-in-url", "broken", "The access token stands in a URL",
                "URLs end up in logs; the token belongs into the header X-Api-Key.", entries=[entry.number],
            )  # fmt: skip
        if entry.outcome == "expired":
            storm.append(entry.number)
        else:
            storm.clear()
        if len(storm) == 3:  # noqa: PLR2004 - once may happen, twice be a retry
            yield Finding(
                "expired-key-used", "broken", "An expired access token is used on and on",
                "Three requests in a row were answered that the token has expired: renew it, do not repeat.",
                entries=list(storm),
            )  # fmt: skip


def hammering(world: World) -> Iterator[Finding]:
    """The same status call over and over within a second, while nothing changed."""
    run: list[Entry] = []
    for entry in _requests(world):
        same = run and (entry.method, entry.path, entry.query) == (run[0].method, run[0].path, run[0].query)
        same = same and (entry.answer, entry.answer_note) == (run[-1].answer, run[-1].answer_note)
        if same and entry.at - run[0].at < SECOND:
            run.append(entry)
        else:
            run = [entry] if entry.method == "GET" else []
        if len(run) == POLLS_MAX + 1:
            yield Finding(
                "polls-too-fast", "advice", "A status call is repeated without a pause",
                f"{entry.path} was asked {len(run)} times within a second, and nothing had changed.",
                entries=[run[0].number, entry.number],
            )  # fmt: skip


def retry_too_early(world: World) -> Iterator[Finding]:
    """A request that came again before the Retry-After of its answer was over."""
    waits: dict[tuple[str, str], tuple[Instant, Entry]] = {}
    latest = 0
    for entry in _requests(world):
        if entry.at >= latest:
            waits.clear()
        operation = world.contract.operations.get(entry.operation)
        if operation is None or not (waits or entry.retry_after is not None):
            continue
        # Another document may have been under way already when the first was told to wait; the same one was not.
        depth_max = world.settings.json_depth_max
        key = (operation.name, asked(world.contract, operation, entry.query, entry.body, depth_max).identity)
        until, told = waits.pop(key, (entry.at, entry))
        if entry.at < until:
            yield Finding(
                "retry-too-early", "broken", "A request came again before it should",
                f"{entry.method} {entry.path} was answered {told.status} with a Retry-After of "
                f"{show_duration(told.retry_after or 0)}, and came again after {show_duration(entry.at - told.at)}.",
                entries=[told.number, entry.number],
            )  # fmt: skip
        if entry.retry_after is not None:
            waits[key] = (entry.at + entry.retry_after, entry)
            latest = max(latest, entry.at + entry.retry_after)


def unused_rules(world: World) -> Iterator[Finding]:
    """Rules of the scenario that never applied."""
    for rule in world.engine.director.unused():
        yield Finding(
            "unused-rule", "story", "A rule of the scenario never applied",
            f"The rule {rule.name!r} was asked and never fitted: nothing of what it says has been tested.",
        )  # fmt: skip


def left_over_outcomes(world: World) -> Iterator[Finding]:
    """Documents whose outcomes were not told to their end."""
    for rule, kind, identity, left in world.engine.director.left_over():
        following = rule.outcomes[-left].show()
        yield Finding(
            "left-over-outcomes", "story", "Outcomes of the scenario were not told to their end",
            f"For the {kind} {identity!r} the rule {rule.name!r} has {left} more to tell; {following!r} comes next.",
            record={"kind": kind, "identifier": identity},
        )  # fmt: skip


JUDGES: tuple[Callable[[World], Iterator[Finding]], ...] = (
    contract_violations, booked_twice, lost, change_ignored, token_trouble, failure_unseen, left_pending,
    unknown_members, hammering, retry_too_early, unused_rules, left_over_outcomes,
)  # fmt: skip
