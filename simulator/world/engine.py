"""The life of a record: queued, pushed to the accounting system, and synced, failed or tried again."""

from __future__ import annotations

import heapq
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from simulator.chance import draw
from simulator.clock import LAST_INSTANT, MINUTE, SECOND, Duration, Instant, show_duration, show_instant
from simulator.errors import ConflictError
from simulator.settings import Settings
from simulator.systems.base import Books, Reply
from simulator.world.director import MAGIC, PUSH, Decision, Director
from simulator.world.outcomes import Outcome
from simulator.world.records import Record, Shelf
from simulator.world.scenario import Event

log = logging.getLogger(__name__)

BACK_OFF_FIRST: Duration = 30 * SECOND
BACK_OFF_MAX: Duration = 15 * MINUTE
ATTEMPTS_MAX = 100
"""About a day of attempts. How the real service retries is nowhere documented: all three are assumed."""

EVENTS_MAX = 1_000_000
"""Events that one command runs at most; a further command goes on."""

UNREACHABLE = "The accounting system cannot be reached"
ACCOUNTING_SYSTEM = "accounting system"
NOT_KEPT = "the messages are not kept, as the world is full"


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
        self.message_bytes = 0
        """How many bytes the timelines hold of what went to and fro between CFIS and the accounting system."""
        self.message_bytes_max = Settings.world_bytes_max
        self.queue: list[tuple[Instant, int, Record]] = []
        self.director: Director = Director(seed, 0)
        self.on_event: Callable[[Event, Instant], Fired]
        """Carries out an event of the scenario; given by the world, to whom such events happen."""

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
        queue, director = self.queue, self.director
        while len(fired) < events_max:
            event = director.next_event
            if queue and queue[0][0] <= until and (event is None or queue[0][0] < event):
                due, _, record = heapq.heappop(queue)
                # An entry is stale once its record has another due time.
                if record.due == due:
                    record.due = None
                    fired.append(Fired(due, self._attempt(record, due), record.kind, record.identifier))
            elif event is not None and event <= until:
                fired.append(self.on_event(director.events.pop(0), event))
            else:
                break
        return fired

    @property
    def next_instant(self) -> Instant | None:
        """Return when anything happens next, an event of the scenario included; at the same instant it comes first."""
        due, event = self.next_due, self.director.next_event
        return due if event is None else event if due is None else min(due, event)

    def _attempt(self, record: Record, at: Instant) -> str:
        record.attempts += 1
        decision = None
        if record.refusal:
            reply, cause = Reply("rejected", record.refusal), "rule of the contract"
        elif at < record.unreachable_until:
            reply, cause = Reply("unreachable", UNREACHABLE), "by hand"
        else:
            decision = self._decide(record, at)
            outcome = PUSH if decision is None or decision.outcome is None else decision.outcome
            cause = ACCOUNTING_SYSTEM if decision is None else f"scenario rule {decision.rule}"
            if outcome.kind == "pending":
                return self._hold(record, at, outcome, cause, decision.rule if decision is not None else "")
            reply = self._reply(record, outcome, at)
            if outcome.kind == "push":
                cause = ACCOUNTING_SYSTEM
            if outcome.has_document_status:
                record.document_status, record.has_document_status = outcome.document_status, True
        return self._conclude(record, at, reply, cause)

    def _decide(self, record: Record, at: Instant) -> Decision | None:
        rules = self.director.for_pushes
        if not rules or (not self.director.watches_pushes and MAGIC not in record.identifier):
            return None
        document = record.document() if self.director.reads_pushes else {}
        return self.director.on_push(record.kind, record.identifier, document, at)

    def _reply(self, record: Record, outcome: Outcome, at: Instant) -> Reply:
        if outcome.kind == "failed":
            return Reply("rejected", outcome.reason)
        if outcome.kind == "unreachable":
            return Reply("unreachable", UNREACHABLE)
        reply = self._push(record, at)
        if outcome.kind == "synced" and reply.verdict != "accepted":
            # The scenario dictates it: what the books said stays in the timeline.
            return replace(reply, verdict="accepted")
        return reply

    def _hold(self, record: Record, at: Instant, outcome: Outcome, cause: str, rule: str = "") -> str:
        """Keep a record pending: for a while, until the client has looked so often, or without an end."""
        record.attempts -= 1
        record.looks_left, record.held_by = outcome.looks, rule
        self._queue(record, None if outcome.duration is None else at + outcome.duration)
        shown = outcome.show()
        record.note(at, "held", cause, f"pending for {shown['pending']}" if isinstance(shown, dict) else "pending")
        return "held"

    def look(self, record: Record, now: Instant) -> None:
        """Count a look of the client at a record that is held until it has been looked at often enough."""
        record.looked_at = now
        if record.looks_left:
            record.looks_left -= 1
            if not record.looks_left:
                self._queue(record, now)
                record.note(now, "released", "looks", "the client has looked often enough")

    def release(self, gone: Callable[[str], bool], now: Instant) -> None:
        """Push what only rules hold that are *gone*, by their names: nobody else would ever let it go on.

        What is held for a time goes on by itself, and what was held by hand is the hand's.
        """
        for shelf in self.shelves.values():
            for record in shelf.by_state["pending"].values():
                if record.due is None and record.held_by and gone(record.held_by):
                    record.looks_left = 0
                    self._queue(record, now)
                    record.note(now, "released", f"scenario rule {record.held_by}", "the rule is no longer in force")

    def _conclude(self, record: Record, at: Instant, reply: Reply, cause: str) -> str:
        """Settle a record as its attempt came out, or queue the next one."""
        if reply.verdict == "accepted":
            return self._settle(record, at, "synced", cause, "", reply)
        if reply.verdict == "unreachable" and record.attempts < ATTEMPTS_MAX:
            wait = self._back_off(record)
            self._queue(record, at + wait)
            detail = f"{reply.reason}; again in {show_duration(wait)}"
            self._note(record, at, "retried", cause, detail, reply)
            return "retried"
        if reply.verdict == "unreachable":
            reason = f"{reply.reason}; given up after {ATTEMPTS_MAX} attempts"
            return self._settle(record, at, "failed", cause, reason, reply)
        return self._settle(record, at, "failed", cause, reply.reason, reply)

    def _push(self, record: Record, at: Instant) -> Reply:
        """Push a record to the books. A mistake of ours there fails the record and says so, and harms no other."""
        try:
            return self.books.push(record.kind, record.raw, record.member, at)
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
        record.due, record.looks_left = None, 0
        record.reason = reason
        record.settled_at = at
        record.looked_at = None
        self.shelves[record.kind].move(record, "synced" if state == "synced" else "failed")
        self._note(record, at, state, cause, reason, reply)
        return state

    def _note(self, record: Record, at: Instant, what: str, cause: str, detail: str, reply: Reply | None) -> None:
        """Add what came of an attempt to the timeline, with the messages as long as there is room for them."""
        if reply is not None and self.message_bytes + reply.size > self.message_bytes_max:
            reply, detail = replace(reply, exchanges=()), f"{detail}; {NOT_KEPT}" if detail else NOT_KEPT
        self.message_bytes += record.note(at, what, cause, detail, reply)

    def requeue(self, record: Record, now: Instant, cause: str) -> None:
        """Push a failed record again, as if it were new. Raises ConflictError on any other."""
        if record.state != "failed":
            raise ConflictError(
                f"the {record.kind} {record.identifier!r} is {record.state}; only a failed one can be retried."
            )
        self.shelves[record.kind].move(record, "pending")
        record.reason, record.settled_at, record.looked_at = "", None, None
        record.attempts, record.unreachable_until = 0, 0
        record.has_document_status = False
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
                if outcome.has_document_status:
                    record.document_status, record.has_document_status = outcome.document_status, True
                self._settle(record, now, outcome.kind, "by hand", outcome.reason)
            case "pending":
                record.attempts += 1
                self._hold(record, now, outcome, "by hand")
            case "push":
                record.unreachable_until = 0
                self._queue(record, now)
                record.note(now, "queued", "by hand")
            case _:
                # Without an end it is for ever: the calendar has one.
                lasting = LAST_INSTANT - now if outcome.duration is None else outcome.duration
                record.unreachable_until = now + lasting
                self._queue(record, now)
                record.note(now, "unreachable", "by hand", f"unreachable for {show_duration(lasting)}")
