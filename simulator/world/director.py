"""Decides what happens to a request or a push: the first rule that applies wins, and every decision is kept.

A decision depends on the rule, the document (or question) and its attempt, and on the seed where chance is asked;
not on the order in which parallel requests arrive. Only `times` and `skip` count arrivals, as their names say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.chance import draw, fingerprint
from simulator.clock import LAST_INSTANT, Instant
from simulator.world.matching import fits_pattern, matches
from simulator.world.outcomes import Outcome
from simulator.world.scenario import Event, Fault, Respond, Rule, Scenario, When

DECISIONS_MAX = 100_000
"""Decisions kept for an export; beyond them the export says that it is not complete."""

ATTEMPTS_MAX = 100_000
"""Documents and questions whose attempts are counted."""

IDENTITY_MAX = 200
"""Characters of an identity that are kept: a batch of thousands would not fit into a header, nor into the counts."""

MAGIC = "~"
"""What an identifier holds that asks for an outcome by itself."""

PUSH = Outcome("push")
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule decided: its name, on what (an operation or a kind of record), which document and attempt."""

    rule: str
    subject: str
    identity: str
    attempt: int
    respond: Respond | None = None
    fault: Fault | None = None
    outcome: Outcome | None = None
    given: Mapping[str, Any] | None = None
    is_push: bool = False
    step: int = 0
    """Of a push: which of the rule's outcomes it is, from 0."""

    @property
    def name(self) -> str:
        """Return the address of the decision, as the header X-Sim-Decision shows it."""
        return f"{self.rule}/{self.subject}/{self.identity}/{self.attempt}"

    @property
    def at(self) -> str:
        """Return on which side of the effect it strikes."""
        part = self.respond or self.fault
        return part.at if part is not None else "after"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as rules see it: its operation, and the documents that it brings or the question that it asks."""

    operation: str
    identifiers: Sequence[str] = ()
    documents: Sequence[Document] = ()
    question: str = ""

    @property
    def identity(self) -> str:
        """Return what makes it the same request when it comes again: its documents, else its question."""
        whole = "+".join(sorted(self.identifiers)) or self.question
        return whole if len(whole) <= IDENTITY_MAX else f"{whole[:IDENTITY_MAX]}…{fingerprint(whole)}"


def _is_named(when: When, identifier: str) -> bool:
    return any(fits_pattern(pattern, identifier) for pattern in when.identifiers)


class _Progress:
    """How far one document has come in the outcomes of one rule."""

    __slots__ = ("index", "since")

    def __init__(self) -> None:
        self.index = 0
        self.since: Instant | None = None


class Director:
    """The rules that are in force in a world, and what became of them."""

    def __init__(self, seed: int, began: Instant, scenario: Scenario | None = None, magic: Sequence[Rule] = ()) -> None:
        """Follow *scenario* from the instant it *began*; *magic* rules come after all others."""
        self.seed = seed
        self.began = began
        self.scenario = scenario
        self.magic = magic
        self.on_top: list[Rule] = []
        self.events: list[Event] = list(scenario.events) if scenario is not None else []
        self.applied: dict[str, int] = {}
        self.decisions: list[Decision] = []
        self.decisions_lost = 0
        """How many are not kept, as there were too many."""
        self.decisions_before = 0
        """How many were taken in the same world before this story began."""
        self._passed: dict[str, int] = {}
        self._attempts: dict[tuple[str, str], int] = {}
        self._progress: dict[tuple[str, str, str], _Progress] = {}
        self._admitted: dict[tuple[str, str, str], bool] = {}
        self._sort()

    def _sort(self) -> None:
        rules = [*self.on_top, *(self.scenario.rules if self.scenario is not None else ())]
        self.rules = rules
        self.for_requests = [rule for rule in (*rules, *self.magic) if rule.when.operations]
        self.for_pushes = [rule for rule in (*rules, *self.magic) if rule.when.kinds]
        self._own_for_pushes = [rule for rule in rules if rule.when.kinds]
        self.watches_requests = any(rule.when.operations for rule in rules)
        """Whether a request has to be looked at that has no magic identifier; so of pushes."""
        self.watches_pushes = any(rule.when.kinds for rule in rules)
        self.reads_pushes = any(rule.when.match for rule in self.for_pushes)
        """Whether a rule looks into the documents that are pushed; to read each for none would cost the most of all."""

    def put(self, rule: Rule) -> None:
        """Put a rule on top of all others; one of the same name is replaced."""
        self.take(rule.name)
        self.on_top.insert(0, rule)
        self._sort()

    def take(self, name: str) -> bool:
        """Take a rule off that was put on top; say whether there was one."""
        left = [rule for rule in self.on_top if rule.name != name]
        if len(left) == len(self.on_top):
            return False
        self.on_top = left
        self._forget(name)
        self._sort()
        return True

    def _forget(self, name: str) -> None:
        """Let the next rule of this name begin anew: what it counts and tells is its own."""
        self.applied.pop(name, None)
        self._passed.pop(name, None)
        for told in (self._admitted, self._progress):
            for key in [key for key in told if key[0] == name]:
                del told[key]

    @property
    def next_event(self) -> Instant | None:
        """Return when the next event of the scenario happens."""
        return self.instant_of(self.events[0]) if self.events else None

    def instant_of(self, event: Event) -> Instant:
        """Return when an event happens; what would lie beyond the calendar happens at its end."""
        return min(self.began + event.after, LAST_INSTANT)

    def on_request(self, asked: Asked, now: Instant) -> Decision | None:
        """Decide on a request; None if it takes its usual course."""
        operation, identity = asked.operation, asked.identity
        attempt = self._attempt(operation, identity)
        for rule in self.for_requests:
            when = rule.when
            if (
                operation in when.operations
                and self._in_time(rule, now)
                and (not when.attempts or attempt in when.attempts)
                and (when.exactly is None or identity in when.exactly)
                and (not when.identifiers or any(_is_named(when, name) for name in asked.identifiers))
                and (not when.match or any(matches(when.match, document) for document in asked.documents))
                and self._likely(rule, operation, identity, attempt)
                and self._counts(rule)
            ):
                return self._keep(
                    Decision(rule.name, operation, identity, attempt, rule.respond, rule.fault, given=rule.given)
                )
        return None

    def on_push(self, kind: str, identity: str, document: Document, now: Instant) -> Decision | None:
        """Decide on an attempt to push a record; None if the books decide."""
        attempt = self._attempt(f"push {kind}", identity)
        for rule in self.for_pushes if MAGIC in identity else self._own_for_pushes:
            when = rule.when
            if (
                kind in when.kinds
                and self._in_time(rule, now)
                and (when.exactly is None or identity in when.exactly)
                and (not when.identifiers or _is_named(when, identity))
                and (not when.match or matches(when.match, document))
            ):
                key = (rule.name, kind, identity)
                # Chance and count are asked once a document: what befalls it goes on until it is over.
                if key not in self._admitted:
                    self._admitted[key] = self._likely(rule, kind, identity, 0) and self._counts(rule)
                if self._admitted[key]:
                    outcome = self._next_outcome(rule, key, now)
                    return self._keep(
                        Decision(
                            rule.name,
                            kind,
                            identity,
                            attempt,
                            outcome=outcome,
                            given=rule.given,
                            is_push=True,
                            step=self._progress[key].index,
                        )
                    )
        return None

    def _attempt(self, subject: str, identity: str) -> int:
        """Count and return the attempts of one document, or of one question."""
        attempt = self._attempts.pop((subject, identity), 0) + 1
        self._attempts[subject, identity] = attempt
        if len(self._attempts) > ATTEMPTS_MAX:
            # Questions can be made up without end; the one that was asked longest ago is forgotten.
            del self._attempts[next(iter(self._attempts))]
        return attempt

    def _in_time(self, rule: Rule, now: Instant) -> bool:
        passed = now - self.began
        return rule.when.begin <= passed and (rule.when.end is None or passed < rule.when.end)

    def _likely(self, rule: Rule, subject: str, identity: str, attempt: int) -> bool:
        chance = rule.when.chance
        return chance >= 1 or draw(self.seed, rule.name, subject, identity, attempt) < chance

    def _counts(self, rule: Rule) -> bool:
        """Count one that fits, and say whether the rule applies to it: not to the first, nor to too many."""
        passed = self._passed[rule.name] = self._passed.get(rule.name, 0) + 1
        if passed <= rule.when.skip:
            return False
        return rule.when.times is None or passed <= rule.when.skip + rule.when.times

    def _next_outcome(self, rule: Rule, key: tuple[str, str, str], now: Instant) -> Outcome:
        progress = self._progress.setdefault(key, _Progress())
        outcomes = rule.outcomes
        while True:
            outcome = outcomes[progress.index] if progress.index < len(outcomes) else PUSH
            if progress.since is None:
                progress.since = now
                return outcome
            if outcome.duration is not None and now < progress.since + outcome.duration:
                return outcome
            is_last = progress.index >= len(outcomes) - 1
            if is_last and not outcome.has_end:
                return outcome
            progress.index, progress.since = progress.index + 1, None

    def _keep(self, decision: Decision) -> Decision:
        self.applied[decision.rule] = self.applied.get(decision.rule, 0) + 1
        if len(self.decisions) < DECISIONS_MAX:
            self.decisions.append(decision)
        else:
            self.decisions_lost += 1
        return decision

    def attempts_of_push(self, kind: str, identity: str) -> int:
        """Return how often a record was to be pushed while rules were asked about it."""
        return self._attempts.get((f"push {kind}", identity), 0)

    def unused(self) -> list[Rule]:
        """Return the rules that were never applied."""
        return [rule for rule in self.rules if rule.name not in self.applied]

    def left_over(self) -> list[tuple[Rule, str, str, int]]:
        """Return (rule, kind, identity, outcomes left) of documents whose outcomes were not told to their end."""
        rules = {rule.name: rule for rule in self.rules}
        return [
            (rules[name], kind, identity, left)
            for (name, kind, identity), progress in self._progress.items()
            if name in rules and (left := len(rules[name].outcomes) - 1 - progress.index) > 0
        ]
