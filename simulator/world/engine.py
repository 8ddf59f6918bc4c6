"""The life of a record: queued, pushed to the accounting system, and synced, failed or tried again."""

from __future__ import annotations

import heapq
import logging
from typing import Any, NamedTuple

from simulator.chance import draw
from simulator.clock import LAST_INSTANT, MINUTE, SECOND, Duration, Instant, show_duration, show_instant
from simulator.errors import ConflictError
from simulator.systems.base import Books, Reply
from simulator.world.outcomes import Outcome
from simulator.world.records import Record, Shelf

log = logging.getLogger(__name__)

BACK_OFF_FIRST: Duration = 30 * SECOND
BACK_OFF_MAX: Duration = 15 * MINUTE
ATTEMPTS_MAX = 100
"""About a day of attempts. How the real service retries is nowhere documented: all three are assumed."""

EVENTS_MAX = 1_000_000
"""Events that one command runs at most; a further command goes on."""

UNREACHABLE = "The accounting system cannot be reached"


class Fired(NamedTuple):
    """One thing that time brought about."""

    at: Instant
    what: str
    kind: str
    identifier: str

    def show(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "at": show_instant(self.at),
            "event": self.what,
            "kind": self.kind,
            "identifier": self.identifier,
        }


class Engine:
    """Pushes what is due, in the order of due time and record number."""

    def __init__(self, shelves: dict[str, Shelf], books: Books, seed: int, delay: Duration) -> None:
        """Work on *shelves* with *books*; *delay* is the time between submission and the first push."""
        self.shelves = shelves
        self.books = books
        self.seed = seed
        self.delay = delay
        self.queue: list[tuple[Instant, int, Record]] = []

    @property
    def next_due(self) -> Instant | None:
        """Return when something is due next; None if nothing is."""
        # An entry is stale once its record has another due time; such entries are dropped when they surface.
        while self.queue and self.queue[0][2].due != self.queue[0][0]:
            heapq.heappop(self.queue)
        return self.queue[0][0] if self.queue else None

    def submit(self, record: Record, now: Instant, cause: str) -> None:
        """Queue a record for its first push."""
        self._queue(record, now + self.delay)
        record.note(now, "queued", cause)

    def _queue(self, record: Record, due: Instant | None) -> None:
        # What would lie beyond the calendar happens at its end.
        record.due = due = None if due is None else min(due, LAST_INSTANT)
        if due is not None:
            heapq.heappush(self.queue, (due, record.number, record))

    def tick(self, until: Instant, events_max: int = EVENTS_MAX) -> list[Fired]:
        """Run everything that is due up to and including *until*, what that makes due included."""
        fired: list[Fired] = []
        while (due := self.next_due) is not None and due <= until and len(fired) < events_max:
            record = heapq.heappop(self.queue)[2]
            record.due = None
            fired.append(Fired(due, self._attempt(record, due), record.kind, record.identifier))
        return fired

    def _attempt(self, record: Record, at: Instant) -> str:
        record.attempts += 1
        if record.refusal:
            reply = Reply("rejected", record.refusal)
        elif at < record.unreachable_until:
            reply = Reply("unreachable", UNREACHABLE)
        else:
            reply = self._push(record)
        if reply.verdict == "accepted":
            return self._settle(record, at, "synced", "accounting system", "", reply)
        if reply.verdict == "unreachable" and record.attempts < ATTEMPTS_MAX:
            wait = self._back_off(record)
            self._queue(record, at + wait)
            record.note(at, "retried", "accounting system", f"{reply.reason}; again in {show_duration(wait)}", reply)
            return "retried"
        if reply.verdict == "unreachable":
            reason = f"{reply.reason}; given up after {ATTEMPTS_MAX} attempts"
            return self._settle(record, at, "failed", "accounting system", reason, reply)
        cause = "rule of the contract" if record.refusal else "accounting system"
        return self._settle(record, at, "failed", cause, reply.reason, reply)

    def _push(self, record: Record) -> Reply:
        """Push a record to the books. A mistake of ours there fails the record and says so, and harms no other."""
        try:
            return self.books.push(record.kind, record.raw, record.member)
        except Exception as error:
            log.exception("pushing the %s %r failed", record.kind, record.identifier[:80])
            return Reply("rejected", f"The simulator itself failed ({type(error).__name__}); please report it")

    def _back_off(self, record: Record) -> Duration:
        wait = min(BACK_OFF_FIRST << min(record.attempts - 1, 20), BACK_OFF_MAX)
        # Up to a tenth is added by chance, so that records which failed together do not return in step.
        return wait + int(wait / 10 * draw(self.seed, "back-off", record.kind, record.identifier, record.attempts))

    def _settle(
        self, record: Record, at: Instant, state: str, cause: str, reason: str, reply: Reply | None = None
    ) -> str:
        record.due = None
        record.reason = reason
        record.settled_at = at
        record.looked_at = None
        self.shelves[record.kind].move(record, "synced" if state == "synced" else "failed")
        record.note(at, state, cause, reason, reply)
        return state

    def requeue(self, record: Record, now: Instant, cause: str) -> None:
        """Push a failed record again, as if it were new. Raises ConflictError on any other."""
        if record.state != "failed":
            raise ConflictError(
                f"the {record.kind} {record.identifier!r} is {record.state}; only a failed one can be retried."
            )
        self.shelves[record.kind].move(record, "pending")
        record.reason, record.settled_at, record.looked_at = "", None, None
        record.attempts, record.unreachable_until = 0, 0
        self.submit(record, now, cause)

    def impose(self, record: Record, outcome: Outcome, now: Instant) -> None:
        """Give a record an outcome by hand. Raises ConflictError if it is settled already."""
        if outcome.kind == "retry":
            self.requeue(record, now, "by hand")
            return
        if record.state != "pending":
            raise ConflictError(
                f"the {record.kind} {record.identifier!r} is {record.state} already.",
                advice='Only a failed one can still be changed: give it the outcome "retry".',
            )
        match outcome.kind:
            case "synced" | "failed":
                self._settle(record, now, outcome.kind, "by hand", outcome.reason)
            case "pending":
                self._queue(record, None)
                record.note(now, "held", "by hand", "stays pending until another outcome is given")
            case _:
                record.unreachable_until = now + outcome.duration
                self._queue(record, now)
                detail = f"unreachable for {show_duration(outcome.duration)}"
                record.note(now, "unreachable", "by hand", detail)
